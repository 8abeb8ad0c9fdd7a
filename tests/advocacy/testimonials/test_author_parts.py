"""The parts of pages that an author reads: what is said, and which buttons stand there, in each state."""

import pytest
from django.template.loader import render_to_string
from django.utils import translation

from advocacy.testimonials import consents, queries, services
from advocacy.testimonials.forms import ConsentForm
from tests.advocacy.testimonials.telling import as_author, cleared, in_review, sent, shown, written
from tests.cases.pages import errors_in_summary, words_of
from tests.conftest import NOW

pytestmark = pytest.mark.django_db

URLS = {f"{name}_url": f"/{name}/" for name in ("edit", "send", "approve", "withdraw", "places")}
SEND, EDIT, YES, PLACES = (
    "Choose where it is shown",
    "Write other words",
    "Yes, show these words",
    "Change where",
)
DOWN, BACK = "Take my story down", "Take my story back"
BUTTONS = (SEND, EDIT, YES, PLACES, DOWN, BACK)


def page_of(story, organisation, person) -> str:
    with as_author(organisation, person):
        author = queries.author_page(queries.authored(person, story_id=story.pk))
        return render_to_string("testimonials/_author_story.html", {"author": author, **URLS})


def asked(won, ana, dana):
    story = in_review(won, ana, staff=dana)
    story = services.edit_wording(
        story=story, number=1, text="Other words", translation="", tie="", by=dana, now=NOW
    )
    return services.ask_author(story=cleared(story, staff=dana), by=dana, now=NOW)


@pytest.mark.parametrize(
    ("reach", "said", "buttons"),
    [
        (lambda won, ana, dana: written(won, ana), "Only you can read this", {SEND, EDIT, BACK}),
        (lambda won, ana, dana: sent(won, ana), "Nothing is shown yet", {PLACES, BACK}),
        (asked, "unless you say yes", {YES, EDIT, PLACES, BACK}),
        (lambda won, ana, dana: shown(won, ana, staff=dana), "You do not need to ask us", {PLACES, DOWN}),
        (
            lambda won, ana, dana: services.reject(story=sent(won, ana), reason="twice", by=dana, now=NOW),
            "It is here already",
            set(),
        ),
        (
            lambda won, ana, dana: services.withdraw(story=sent(won, ana), by=ana, now=NOW),
            "Nobody can read it on our pages",
            set(),
        ),
    ],
)
def test_an_author_reads_where_it_stands_and_what_they_may_do(harbor, won, ana, dana, reach, said, buttons):
    page = words_of(page_of(reach(won, ana, dana), harbor, ana))

    assert said in page
    assert {button for button in BUTTONS if button in page} == buttons


def test_an_author_sees_the_first_words_beside_the_new(harbor, won, ana, dana):
    page = page_of(asked(won, ana, dana), harbor, ana)

    assert "Other words" in page
    assert "What you wrote first" in page
    assert 'name="number" value="2"' in page


@pytest.mark.parametrize("language", ["en", "es"])
def test_the_permission_is_read_before_the_ticks(language):
    text = consents.text(version=consents.newest(), language=language, organisation="Harbor <b>")
    with translation.override(language):
        form = ConsentForm({}, text=text)
        page = render_to_string(
            "testimonials/_author_consent.html", {"text": text, "form": form, "submit": "Sign and send"}
        )

    assert page.index(text.paragraphs[0]) < page.index('name="on_site"') < page.index('name="name_choice"')
    assert "Harbor &lt;b&gt;" in page
    assert ("una persona calificada" in page) == (language == "es")
    assert len(errors_in_summary(page)) >= 3
