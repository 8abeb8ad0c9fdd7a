"""Asking for help: what comes in, what is sent back, and what a flood does."""

from datetime import timedelta

import pytest
from django.db import connections
from django.test import Client
from django.urls import reverse

from advocacy.mail.models import OutgoingMail
from advocacy.organisations.scope import Door, scope
from advocacy.site import limits
from cases.intake.models import HelpRequest
from tests.cases.intake.requests import typed
from tests.cases.pages import errors_by_fields, errors_in_summary, stop_clock, title_of, words_of
from tests.conftest import NOW

# Counts are kept by the hour: not at its edge.
LATER = NOW + timedelta(minutes=30)

pytestmark = pytest.mark.django_db

ASK = reverse("site:ask", args=["harbor"])


@pytest.fixture(autouse=True)
def at_now(settings):
    stop_clock(settings, LATER)


def received(harbor):
    with scope(harbor.pk, door=Door.STAFF):
        return list(HelpRequest.objects.all())


def test_a_visitor_asks_and_is_told_what_happens_next(harbor, alice):
    answer = Client().post(
        ASK,
        typed(letter_came_on_month="9", letter_came_on_day="3", letter_came_on_year="2026", urgent="on"),
        follow=True,
    )

    page = words_of(answer.content.decode())
    [asked] = received(harbor)
    assert answer.redirect_chain == [(reverse("site:asked", args=["harbor"]), 302)]
    assert "We answer you within 2 work days" in page
    assert "(510) 555-0142" in page
    assert "Rosa" not in page
    assert (asked.name, asked.urgent, asked.letter_came_on.isoformat()) == (
        "Rosa Marisol Quintero", True, "2026-09-03",
    )  # fmt: skip
    assert OutgoingMail.objects.get().to == alice.email


def test_only_name_one_way_to_reach_and_a_few_words_are_needed(harbor):
    said = {"name": "Rosa", "phone": "5105550188", "refused": "a drug", "contact": "call", "best_time": "any",
            "language": "en"}  # fmt: skip

    answer = Client().post(ASK, said)

    assert answer.status_code == 302
    assert len(received(harbor)) == 1


@pytest.mark.parametrize(
    ("wrong", "errors"),
    [
        ({"name": ""}, ["Enter your name"]),
        ({"refused": ""}, ["Tell us in a few words what the plan said no to"]),
        ({"phone": "", "email": ""}, ["Enter a phone number or an e-mail address, so that we can answer"]),
        ({"contact": "write", "email": ""}, ["Enter an e-mail address, so that we can write to you"]),
        ({"email": "rosa at home"}, ["Enter an e-mail address like name@example.org"]),
        (
            {"letter_came_on_month": "9", "letter_came_on_day": "16", "letter_came_on_year": "2026"},
            ["This day has not come yet. Enter the day the letter came"],
        ),
    ],
)
def test_a_form_that_does_not_go_through_says_why_and_keeps_what_was_typed(harbor, wrong, errors):
    said = typed(**wrong)

    answer = Client().post(ASK, said)

    page = answer.content.decode()
    assert answer.status_code == 422
    assert errors_in_summary(page) == errors_by_fields(page) == errors
    assert title_of(page).startswith("Error:")
    assert all(value in page for value in said.values())
    assert received(harbor) == []


@pytest.mark.parametrize("field", ["name", "phone", "email", "plan_name", "refused"])
def test_too_long_is_a_sentence_and_not_a_crash(harbor, field):
    long = "x" * 400 + ("@visitor.example" if field == "email" else "")

    assert Client().post(ASK, typed(**{field: long})).status_code == 422


def test_what_fills_the_hidden_box_is_sent_back_and_may_try_again(harbor):
    trapped = Client().post(ASK, typed(homepage="http://spam.example"))

    page = trapped.content.decode()
    assert trapped.status_code == 422
    assert "A box that is hidden was filled in" in errors_in_summary(page)[0]
    assert "spam.example" not in page
    assert received(harbor) == []
    assert Client().post(ASK, typed()).status_code == 302


def test_what_was_typed_is_shown_as_words(harbor):
    page = Client().post(ASK, typed(name="<script>alert(1)</script>", refused="")).content.decode()

    assert "<script>alert(1)" not in page
    assert "&lt;script&gt;alert(1)" in page


def test_a_form_without_its_token_is_refused(harbor):
    assert Client(enforce_csrf_checks=True).post(ASK, typed()).status_code == 403
    assert received(harbor) == []


def test_a_flood_is_told_to_call_and_keeps_what_was_typed(harbor, sierra, monkeypatch):
    monkeypatch.setitem(limits.A_HOUR, "request", 2)
    statuses = [Client().post(ASK, typed()).status_code for _ in range(3)]
    last = Client().post(ASK, typed()).content.decode()
    other = Client().post(reverse("site:ask", args=["sierra"]), typed())

    assert statuses == [302, 302, 429]
    assert "Please call us, or try again in an hour" in errors_in_summary(last)[0]
    assert "speech therapy for my son" in last
    assert len(received(harbor)) == 2
    assert other.status_code == 302


def test_the_next_hour_begins_anew(harbor, monkeypatch):
    monkeypatch.setitem(limits.A_HOUR, "request", 1)

    def admitted(now):
        return limits.admit("request", organisation_id=harbor.pk, now=now)

    assert [admitted(NOW), admitted(NOW), admitted(NOW + timedelta(hours=1))] == [True, False, True]


@pytest.mark.django_db(transaction=True)
def test_the_count_holds_when_the_view_rolls_back(harbor, monkeypatch):
    monkeypatch.setitem(limits.A_HOUR, "request", 1)

    def fail(**_said):
        raise RuntimeError("the database went away")

    monkeypatch.setattr("advocacy.site.views.intake.request_help", fail)
    with pytest.raises(RuntimeError):
        Client().post(ASK, typed())
    monkeypatch.undo()
    monkeypatch.setitem(limits.A_HOUR, "request", 1)

    assert Client().post(ASK, typed()).status_code == 429


def test_what_is_counted_names_nobody(harbor):
    Client().post(ASK, typed())

    with connections["cache"].cursor() as cursor:
        cursor.execute("SELECT cache_key FROM cache_entry")
        keys = [key for (key,) in cursor.fetchall()]
    assert keys == [f":1:public:request:{harbor.pk}:{int(LATER.timestamp()) // 3600}"]
