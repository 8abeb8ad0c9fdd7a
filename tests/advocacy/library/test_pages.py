"""The library's staff pages."""

import pytest
from django.urls import reverse

from advocacy.library.models import Article, Question
from advocacy.organisations.scope import Door, scope
from tests.advocacy.library.pages import make_article, make_published, make_question, make_shown
from tests.cases.pages import errors_in_summary, stop_clock, title_of, words_of
from tests.conftest import NOW

pytestmark = pytest.mark.django_db

NASTY = "<script>alert(1)</script>"
WORDS = {"language": "en", "title": "A title", "slug": "", "summary": "A sentence.", "body": "Words."}


@pytest.fixture(autouse=True)
def at_now(settings):
    stop_clock(settings, NOW)


def address(name, row=None):
    return reverse(f"library:{name}", args=["harbor", row.pk] if row else ["harbor"])


@pytest.mark.parametrize(
    ("who", "pages", "questions"),
    [
        ("alice", 200, 200), ("bob", 200, 200), ("adam", 200, 200), ("vera", 200, 403), ("charlie", 404, 404),
        ("olga", 404, 404),
    ],
)  # fmt: skip
def test_who_reads(request, signed_in, harbor, bob, who, pages, questions):
    page = make_article(harbor, by=bob, now=NOW)
    question = make_question(page, now=NOW)
    person = signed_in(request.getfixturevalue(who))

    assert person.get(address("articles")).status_code == pages
    assert person.get(address("article", page)).status_code == pages
    assert person.get(address("questions")).status_code == questions
    assert person.get(address("question", question)).status_code == questions


@pytest.mark.parametrize(("who", "status"), [("vera", 403), ("adam", 403), ("charlie", 404)])
def test_who_may_not_publish(request, signed_in, harbor, bob, who, status):
    page = make_article(harbor, by=bob, now=NOW)
    question = make_question(page, now=NOW)
    person = signed_in(request.getfixturevalue(who))

    posts = [("write", None), ("change", page), ("publish", page), ("withdraw", page), ("answer", question),
             ("decline", question)]  # fmt: skip
    assert {person.post(address(name, row), WORDS).status_code for name, row in posts} == {status}
    with scope(harbor.pk, door=Door.STAFF):
        assert Article.objects.get().state == "draft"
        assert Question.objects.get().state == "waiting"


def test_a_page_is_written_published_changed_and_taken_down(signed_in, harbor, bob):
    person = signed_in(bob)

    person.post(address("write"), WORDS)
    page = stands(harbor)
    person.post(address("publish", page))
    person.post(address("change", page), WORDS | {"title": "Another title"})
    changed = stands(harbor)
    person.post(address("withdraw", page))

    assert (changed.title, changed.slug, changed.state) == ("Another title", "a-title", "published")
    assert stands(harbor).state == "draft"


def stands(harbor):
    with scope(harbor.pk, door=Door.STAFF):
        return Article.objects.get()


@pytest.mark.parametrize(
    ("wrong", "error"),
    [
        ({"title": ""}, "Enter a title"),
        ({"slug": "not an address"}, "Use plain letters, figures and hyphens, like my-plan-said-no"),
        ({"slug": "taken"}, "There is a page with this address in this language. Choose another"),
    ],
)
def test_bad_input_comes_back(signed_in, harbor, bob, wrong, error):
    make_article(harbor, by=bob, now=NOW, slug="taken")

    answer = signed_in(bob).post(address("write"), WORDS | wrong)

    assert answer.status_code == 422
    assert errors_in_summary(answer.content.decode()) == [error]
    assert "A sentence." in answer.content.decode()


def test_the_marked_words_are_shown_and_hold_the_answer_back(signed_in, harbor, bob):
    question = make_question(
        make_published(harbor, by=bob, now=NOW), now=NOW, text="My son has autism. Call 510-555-0142?"
    )
    person = signed_in(bob)
    said = {"text": question.text, "shown_name": "", "answer": "Yes."}

    page = person.get(address("question", question)).content.decode()
    refused = person.post(address("answer", question), said)

    assert page.count("<mark>") == 3
    assert "“510-555-0142” looks like a phone number" in page
    assert refused.status_code == 422
    assert title_of(refused.content.decode()).startswith("Error:")
    assert person.post(address("answer", question), said | {"cleared": "on"}).status_code == 302


def test_declining_asks_why(signed_in, harbor, bob):
    question = make_question(make_published(harbor, by=bob, now=NOW), now=NOW)
    person = signed_in(bob)

    answer = person.post(address("decline", question), {})
    person.post(address("decline", question), {"decline-reason": "off_topic"})

    assert (answer.status_code, errors_in_summary(answer.content.decode())) == (422, ["Choose why"])
    page = words_of(person.get(address("questions") + "?show=declined").content.decode())
    assert "It is about something else" in page


def test_what_people_typed_is_shown_as_words(signed_in, harbor, bob):
    page = make_published(harbor, by=bob, now=NOW, title=NASTY, summary=NASTY, body=f"# {NASTY}\n\n- {NASTY}")
    asked = make_question(page, now=NOW, text=NASTY, shown_name=NASTY)
    make_shown(page, by=bob, now=NOW, answer=NASTY)
    person = signed_in(bob)

    for path in (
        address("articles"),
        address("article", page),
        address("questions"),
        address("question", asked),
    ):
        content = person.get(path).content.decode()
        assert NASTY not in content
        assert "&lt;script&gt;" in content
