"""The public pages: what anybody sees, in both languages, and nothing of anybody else."""

import re

import pytest
from django.test import Client
from django.urls import reverse

from advocacy.library.models import Question
from advocacy.organisations.scope import Door, scope
from tests.advocacy.library.pages import make_article, make_published, make_question, make_shown
from tests.cases.pages import errors_in_summary, stop_clock, title_of, words_of
from tests.conftest import NOW

pytestmark = pytest.mark.django_db

NASTY = "<script>alert(1)</script>"
PAGES = ("home", "ask", "asked", "library", "privacy")


@pytest.fixture(autouse=True)
def at_now(settings):
    stop_clock(settings, NOW)


@pytest.fixture
def visitor():
    return Client()


def address(name, *more, slug="harbor"):
    return reverse(f"site:{name}", args=[slug, *more])


@pytest.mark.parametrize("name", PAGES)
def test_every_page_names_a_phone_a_way_out_the_other_language_and_the_privacy_page(visitor, harbor, name):
    page = visitor.get(address(name)).content.decode()

    assert '<html lang="en" data-door="open"' in page
    assert 'href="tel:+15105550142"' in page
    assert "Leave this site" in page
    assert re.search(r'value="es" lang="es">\s*Español', page)
    assert f'href="{address("privacy")}"' in page
    assert "911" in page


def test_an_organisation_without_a_phone_shows_no_empty_link(visitor, harbor):
    harbor.phone = ""
    harbor.save()

    for name in PAGES:
        page = visitor.get(address(name)).content.decode()
        assert "Call us" not in page
        assert 'href="tel:"' not in page


@pytest.mark.parametrize("name", PAGES)
def test_an_unknown_or_suspended_organisation_has_no_pages(visitor, harbor, name):
    assert visitor.get(address(name, slug="nowhere")).status_code == 404

    harbor.suspended_at = NOW
    harbor.save()

    assert visitor.get(address(name)).status_code == 404


def test_every_link_of_the_bar_leads_somewhere(visitor, harbor):
    page = visitor.get(address("home")).content.decode()
    bar = re.search(r'<nav class="site-nav".*?</nav>', page, re.S)[0]

    links = re.findall(r'href="([^"]+)"', bar)
    assert len(links) >= 2
    assert {visitor.get(link).status_code for link in links} == {200}


def test_the_language_is_chosen_kept_and_leads_back(visitor, harbor):
    answer = visitor.post(address("language"), {"language": "es", "next": address("ask")})

    assert answer.headers["Location"] == address("ask")
    assert 'lang="es"' in visitor.get(address("home")).content.decode()[:200]
    assert answer.cookies["language"]["httponly"]


@pytest.mark.parametrize("target", ["https://elsewhere.example/", "//elsewhere.example", "javascript:x", ""])
def test_the_language_switch_leads_nowhere_else(visitor, harbor, target):
    answer = visitor.post(address("language"), {"language": "es", "next": target})

    assert answer.headers["Location"] == address("home")


def test_a_made_up_language_is_not_kept(visitor, harbor):
    answer = visitor.post(address("language"), {"language": "xx", "next": ""})

    assert "language" not in answer.cookies


def test_a_signed_in_person_keeps_the_choice_for_mails(signed_in, harbor, bob):
    signed_in(bob).post(address("language"), {"language": "es", "next": ""})

    bob.refresh_from_db()
    assert bob.language == "es"


def test_the_browsers_wish_counts_until_something_is_chosen(visitor, harbor):
    page = visitor.get(address("home"), headers={"accept-language": "es-MX,es;q=0.9"}).content.decode()

    assert 'lang="es"' in page[:200]
    assert "English" in page


def test_nothing_is_public_before_it_is_approved(visitor, harbor, bob):
    make_article(harbor, by=bob, now=NOW, title="A draft", slug="draft")
    page = make_published(harbor, by=bob, now=NOW)
    make_question(page, now=NOW, text="Is this held back?")
    make_shown(page, by=bob, now=NOW, text="Does this show?", answer="It does.")

    shelf = visitor.get(address("library")).content.decode()
    article = visitor.get(address("article", page.slug)).content.decode()

    assert "My plan said no" in shelf
    assert "A draft" not in shelf
    assert visitor.get(address("article", "draft")).status_code == 404
    assert "Is this held back?" not in article
    assert "Does this show?" in article
    assert "Answered by Bob Ortega, September 15, 2026" in words_of(article)
    assert "Checked by Bob Ortega on September 15, 2026." in words_of(article)


def test_even_a_member_sees_no_draft_by_the_public_door(signed_in, harbor, bob):
    make_article(harbor, by=bob, now=NOW, slug="draft")

    assert signed_in(bob).get(address("article", "draft")).status_code == 404


def test_the_neighbours_address_shows_nothing_of_ours(visitor, harbor, sierra, bob):
    page = make_published(harbor, by=bob, now=NOW)

    assert "My plan said no" not in visitor.get(address("library", slug="sierra")).content.decode()
    assert visitor.get(address("article", page.slug, slug="sierra")).status_code == 404
    sent = visitor.post(address("ask_question", page.slug, slug="sierra"), {"text": "May I?"})
    assert sent.status_code == 404


def test_one_address_shows_the_page_in_the_visitors_language(visitor, harbor, bob):
    make_published(harbor, by=bob, now=NOW, title="One", slug="one")
    make_published(harbor, by=bob, now=NOW, title="Uno", slug="one", language="es")
    make_published(harbor, by=bob, now=NOW, title="Two", slug="two")

    visitor.post(address("language"), {"language": "es", "next": ""})

    assert title_of(visitor.get(address("article", "one")).content.decode()).startswith("Uno")
    only_english = visitor.get(address("article", "two")).content.decode()
    assert '<article class="article" lang="en">' in only_english


def test_days_read_in_the_language_of_the_page(visitor, harbor, bob):
    page = make_published(harbor, by=bob, now=NOW, language="es")

    visitor.post(address("language"), {"language": "es", "next": ""})

    assert "15 de septiembre de 2026" in words_of(visitor.get(address("article", page.slug)).content.decode())


def test_a_question_waits_and_its_writer_is_told_so(visitor, harbor, bob):
    page = make_published(harbor, by=bob, now=NOW)

    answer = visitor.post(
        address("ask_question", page.slug), {"text": "May I ask twice?", "shown_name": "T."}, follow=True
    )

    assert "A person here reads every question before it shows" in words_of(answer.content.decode())
    assert "May I ask twice?" not in visitor.get(address("article", page.slug)).content.decode()
    with scope(harbor.pk, door=Door.STAFF):
        assert Question.objects.get().state == "waiting"


@pytest.mark.parametrize(
    ("said", "error"),
    [
        ({"text": "", "shown_name": "Ñandú"}, "Write your question first"),
        ({"text": "x" * 601, "shown_name": "Ñandú"}, "600"),
        ({"text": "May I?", "shown_name": "Ñandú", "homepage": "http://spam"}, "A box that is hidden"),
    ],
)
def test_a_bad_question_comes_back_on_its_page(visitor, harbor, bob, said, error):
    page = make_published(harbor, by=bob, now=NOW)

    answer = visitor.post(address("ask_question", page.slug), said)

    content = answer.content.decode()
    assert answer.status_code == 422
    assert error in " ".join(errors_in_summary(content))
    assert "Ñandú" in content
    assert f'name="next" value="{address("article", page.slug)}"' in content
    with scope(harbor.pk, door=Door.STAFF):
        assert not Question.objects.exists()


def test_what_people_typed_is_shown_as_words(visitor, harbor, bob):
    body = f"{NASTY}\n\n# {NASTY}\n\n- {NASTY}\n\n1. {NASTY}"
    page = make_published(harbor, by=bob, now=NOW, title=NASTY, summary=NASTY, body=body)
    make_shown(page, by=bob, now=NOW, text=NASTY, shown_name=NASTY, answer=NASTY)

    for path in (address("home"), address("library"), address("article", page.slug)):
        content = visitor.get(path).content.decode()
        assert NASTY not in content
        assert "&lt;script&gt;" in content


def test_reading_keeps_no_session_and_nothing_in_caches(visitor, harbor):
    answer = visitor.get(address("home"))

    assert set(answer.cookies) <= {"csrftoken"}
    assert answer.headers["Cache-Control"] == "no-store"
