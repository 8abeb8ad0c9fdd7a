"""The status pages and the metrics: the same checks, in words for people and as numbers for programs."""

import re
from datetime import timedelta

import pytest
from django.test import Client
from prometheus_client.parser import text_string_to_metric_families

from advocacy.kernel import clock
from advocacy.organisations.models import Heartbeat, Organisation
from advocacy.organisations.services import beat
from reminders import digest, status, watch
from reminders.health import Check, checks
from reminders.parts import PARTS
from tests.reminders.box import NOW, Refusing, plan, send
from tests.signing_in import enter

pytestmark = pytest.mark.django_db


@pytest.fixture
def alive(harbor: Organisation) -> Organisation:
    now = clock.now()
    for part in PARTS:
        beat(part=part, at=now - timedelta(seconds=20))
    beat(part="planner", organisation_id=harbor.pk, at=now)
    return harbor


def page_of(person, address: str = "/o/harbor/status/") -> str:
    response = enter(Client(), person).get(address)
    assert response.status_code == 200
    return response.content.decode()


def test_all_well_reads_as_one_sentence_and_each_part_with_its_age(alive, vera):
    page = page_of(vera)

    assert "Reminders are going out." in page
    assert re.search(r"It works out who is reminded of what, and when. It ran [2-5]\d seconds ago\.", page)
    assert page.count("Well") == len(PARTS) + 3 + 5
    assert "Nothing of yours waits." in page
    assert "Every reminder could be sent." in page
    assert "None yet. The first is written at 7:30 am on the next working day." in page


@pytest.mark.parametrize("part", ["planner round", "delivery round", "beat"])
def test_a_part_without_which_no_reminder_leaves_is_said_first(alive, vera, part):
    Heartbeat.objects.filter(part=part).update(at=clock.now() - timedelta(minutes=12, seconds=5))

    page = page_of(vera)

    assert "<h1>Reminders are late. Today is right all the same.</h1>" in page
    assert f"It has not run for 12 minutes. {PARTS[part].meanwhile}" in page
    assert "Nobody has been written to about it. Tell the people who run this service." in page


def test_another_part_is_said_without_alarm(alive, vera):
    Heartbeat.objects.filter(part="digest round").delete()

    page = page_of(vera)

    assert "<h1>Reminders are going out. Something else needs the operator.</h1>" in page
    assert "It has never run. Open Today in its place: it shows the same dates." in page


def test_the_page_says_when_the_operator_was_written_to_and_when_that_mail_cannot_leave(alive, vera, olga):
    now = clock.now()
    Heartbeat.objects.filter(part="beat").update(at=now - timedelta(minutes=5))
    watch.look(now=now)
    told = page_of(vera)
    Heartbeat.objects.filter(part="mail round").update(at=now - timedelta(minutes=5))

    stuck = page_of(vera)

    assert "The operator was written to at " in told
    assert "A mail to the operator waits since " in stuck
    assert "and cannot leave. Call them." in stuck


def test_an_organisations_own_numbers_are_its_own(alive, sierra, alice, charlie, due_in):
    now = clock.now()
    beat(part="planner", organisation_id=sierra.pk, at=now)
    Heartbeat.objects.filter(organisation=alive).update(
        parked=2, waiting=3, oldest_due_at=now - timedelta(minutes=16)
    )
    digest.send_due(alive, now=now.replace(hour=20))

    page, neighbour = page_of(alice), page_of(charlie, "/o/sierra/status/")

    assert "2 could not be sent. Today names the dates: tell the people by phone." in page
    assert "3 reminders, the oldest for 16 minutes." in page
    for words in ("could not be sent", "3 reminders", "Last written"):
        assert words not in neighbour
    # What counts over everybody is the operator's.
    for words in ("Organizations planned", "The locks between", "Other mail", "Digests<"):
        assert words not in page


def test_the_organisation_sees_its_last_digest(alive, alice, vera, due_in):
    digest.send_due(alive, now=NOW)

    assert "Last written on Tue, Sep 15 at 10:00 am." in page_of(vera)


def test_the_operator_sees_every_check_what_is_wrong_first(by_day, alive, olga, bob, due_in):
    now = clock.now()
    due_in(6)
    plan(alive, now)
    send(alive, Refusing("550 no such person", permanent=True), now)
    plan(alive, now)

    page = page_of(olga, "/admin/status/")

    titles = [status.line_of(check).title for check in checks(now)]
    assert len(titles) == len(set(titles)) == 17
    assert all(title in page for title in titles)
    assert page.index("Reminders that could not be sent") < page.index("The planner")
    assert "1. Each organization sees its own on Today" in page
    assert "Harbor" not in page


def test_every_check_has_words_of_its_own(alive):
    said = [check for check in checks(clock.now()) if check.name not in PARTS]

    assert {check.name for check in said} | {"web door"} == set(status.SAID)
    assert status.line_of(Check("moon", False, "not up for 40 min")) == status.Line(
        False, "Moon", "Not up for 40 min."
    )


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (1, "1 second"), (119, "119 seconds"), (120, "2 minutes"), (7199, "119 minutes"),
        (7200, "2 hours"), (172799, "47 hours"), (172800, "2 days"), (-5, "0 seconds"),
    ],
)  # fmt: skip
def test_a_length_is_never_more_than_there_is(seconds, words):
    assert status.length(timedelta(seconds=seconds)) == words


def test_the_metrics_do_not_exist_without_a_secret_or_with_a_wrong_one(alive, client, settings):
    bearer = {"HTTP_AUTHORIZATION": "Bearer open-sesame"}
    unset = client.get("/metrics", **bearer), client.get("/metrics", HTTP_AUTHORIZATION="Bearer ")
    settings.METRICS_TOKEN = "open-sesame"
    wrong = client.get("/metrics"), client.get("/metrics", HTTP_AUTHORIZATION="Bearer open-sesam")

    assert {answer.status_code for answer in (*unset, *wrong)} == {404}
    assert client.get("/metrics", **bearer).status_code == 200
    assert client.post("/metrics", **bearer).status_code == 405


def test_the_metrics_are_the_checks_as_numbers_and_hold_no_name(alive, client, settings):
    settings.METRICS_TOKEN = "open-sesame"
    Heartbeat.objects.filter(part="beat").update(at=clock.now() - timedelta(minutes=5))

    response = client.get("/metrics", HTTP_AUTHORIZATION="Bearer open-sesame")

    text = response.content.decode()
    found = {
        (sample.name, sample.labels["check"]): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }
    assert {name for kind, name in found if kind == "advocacy_check_good"} == {
        check.name for check in checks(clock.now())
    }
    assert found["advocacy_check_good", "beat"] == 0
    assert found["advocacy_check_good", "planner round"] == 1
    assert found["advocacy_check_seconds", "beat"] == pytest.approx(300, abs=5)
    assert found["advocacy_check_count", "parked"] == 0
    assert response["Content-Type"].startswith("text/plain; version=")
    assert response["Cache-Control"] == "no-store"
    for word in ("Harbor", "harbor", "@"):
        assert word not in text
