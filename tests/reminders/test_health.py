"""The health page says so when a part has stopped: silence is an alarm."""

from datetime import datetime, timedelta
from typing import Any

import psycopg
import pytest
from django.db import connection
from django.test import Client

from advocacy.kernel import clock
from advocacy.kernel.keeper import Shift
from advocacy.mail import transport
from advocacy.mail.tasks import deliver as deliver_mail
from advocacy.organisations.models import Heartbeat, Organisation
from advocacy.organisations.services import beat, job_in
from reminders import health, rounds
from reminders.health import LIMITS, checks
from reminders.models import Reminder, State
from reminders.tasks import beat_ticked
from reminders.tasks import deliver as deliver_task
from reminders.tasks import digest as digest_task
from reminders.tasks import plan as plan_task
from reminders.tasks import watch as watch_task
from tests.reminders.box import NOW, Refusing, plan, rows, send

pytestmark = pytest.mark.django_db

ALL = {
    "locks", "planner round", "delivery round", "sender", "mail round", "beat", "digest round", "watch round",
    "planned organisations", "due and unsent over 15 minutes", "parked", "digests not written",
    "other mail unsent over 15 minutes", "clock", "sending", "mail canary", "dates without a reminder",
}  # fmt: skip


@pytest.fixture
def alive(harbor: Organisation) -> Organisation:
    """Every part has just done its round."""
    for part in LIMITS:
        beat(part=part, at=NOW)
    beat(part="planner", organisation_id=harbor.pk, at=NOW)
    return harbor


def run_every_part() -> None:
    """Run each task that beat, or a worker's heart, rings; and the sender, which nothing does."""
    plan_task(), deliver_task(), deliver_mail(), digest_task(), watch_task(), beat_ticked()
    rounds.look(transport.configured(), Shift(60))


def bad(now: Any = NOW) -> set[str]:
    return {check.name for check in checks(now) if not check.good}


def test_all_is_well_when_every_part_has_done_its_round(alive):
    assert bad() == set()
    assert {check.name for check in checks(NOW)} == ALL


@pytest.mark.parametrize("part", LIMITS)
def test_a_part_that_did_no_round_for_too_long_is_named(alive, part):
    Heartbeat.objects.filter(part=part).update(at=NOW - LIMITS[part])
    at_the_limit = bad()

    Heartbeat.objects.filter(part=part).update(at=NOW - LIMITS[part] - timedelta(seconds=1))

    assert at_the_limit == set()
    assert bad() == {part}


@pytest.mark.parametrize("part", LIMITS)
def test_a_part_that_never_ran_is_named(alive, part):
    Heartbeat.objects.filter(part=part).delete()

    [check] = [each for each in checks(NOW) if not each.good]
    assert (check.name, check.words) == (part, "never ran")


def test_an_organisation_that_the_planner_passes_over_is_an_alarm(alive, sierra):
    never = bad()
    beat(part="planner", organisation_id=sierra.pk, at=NOW)
    planned = bad()
    beat(part="planner", organisation_id=sierra.pk, at=NOW - timedelta(minutes=4))

    assert never == bad() == {"planned organisations"}
    assert planned == set()


def test_a_suspended_organisation_is_no_alarm(alive, sierra):
    Organisation.objects.filter(pk=sierra.pk).update(suspended_at=NOW)

    assert bad() == set()


def test_a_reminder_that_is_due_and_unsent_for_too_long_is_an_alarm(alive, due_in):
    due_in(6)
    plan(alive, NOW)
    fresh = bad()
    later = NOW + timedelta(minutes=16)
    for part in LIMITS:
        beat(part=part, at=later)
    plan(alive, later)

    assert fresh == set()
    assert bad(later) == {"due and unsent over 15 minutes"}


def test_a_parked_reminder_is_an_alarm_until_it_is_none(alive, due_in):
    due_in(6)
    plan(alive, NOW)
    send(alive, Refusing("550 no such person", permanent=True), NOW)
    plan(alive, NOW)
    parked = bad()

    with job_in(alive.pk):
        Reminder.objects.filter(state=State.PARKED).update(state=State.WITHDRAWN)
    plan(alive, NOW)

    assert parked == {"parked"}
    assert bad() == set()


def test_the_tasks_leave_the_beats_that_the_page_reads(harbor, client, settings, tmp_path):
    settings.MAIL_FOLDER = tmp_path
    before = client.get("/healthz")

    run_every_part()
    after = client.get("/healthz")

    assert before.status_code == 503
    assert not before.json()["well"]
    assert not before.json()["checks"]["beat"]["good"]
    assert (after.status_code, after.json()["well"]) == (200, True)
    assert set(after.json()["checks"]) == ALL
    assert after["Cache-Control"] == "no-store"


def test_the_page_turns_bad_when_the_tasks_stop(harbor, client, settings, tmp_path):
    settings.MAIL_FOLDER = tmp_path
    run_every_part()

    settings.CLOCK_OFFSET = "+12m"
    response = client.get("/healthz")

    stopped = {name for name, check in response.json()["checks"].items() if not check["good"]}
    assert response.status_code == 503
    assert stopped == {*LIMITS, "planned organisations"}


def test_an_organisation_whose_plan_fails_silences_no_other_and_is_itself_an_alarm(
    harbor, sierra, charlie, due_in, unplannable
):
    due_in(6), due_in(6, by=charlie, at=sierra)
    unplannable(harbor)

    plan_task()

    assert not rows(harbor)
    assert rows(sierra)
    assert "planned organisations" in bad(clock.now())


@pytest.mark.django_db(transaction=True)
def test_a_missing_lock_is_an_alarm(alive, admin_url):
    health._missing_locks.cache_clear()
    with psycopg.connect(admin_url, autocommit=True) as admin:
        admin.execute("ALTER TABLE reminder NO FORCE ROW LEVEL SECURITY")
        try:
            found = bad()
        finally:
            admin.execute("ALTER TABLE reminder FORCE ROW LEVEL SECURITY")

    health._missing_locks.cache_clear()
    assert found == {"locks"}
    assert bad() == set()


@pytest.mark.django_db(transaction=True)
def test_without_a_database_the_page_still_answers_and_says_so():
    connection.close()
    port, connection.settings_dict["PORT"] = connection.settings_dict["PORT"], "1"
    try:
        response = Client().get("/healthz")
    finally:
        connection.close()
        connection.settings_dict["PORT"] = port

    assert response.status_code == 503
    assert response.json()["checks"] == {"database": {"good": False, "words": "does not answer"}}


def test_the_page_holds_numbers_and_no_names(alive, client, due_in):
    due_in(6, plan_name="Canaryplan", service="canaryservice")
    plan(alive, NOW)

    body = client.get("/healthz").content.decode()

    for word in ("Canaryplan", "canaryservice", "Reyes", "Harbor", "bob@"):
        assert word not in body


@pytest.mark.parametrize(("seconds", "good"), [(0, True), (1.5, True), (-1.5, True), (3, False), (-3, False)])
def test_a_clock_that_is_two_seconds_off_the_databases_is_an_alarm(db, seconds, good):
    def ours() -> datetime:
        return clock.unshifted() + timedelta(seconds=seconds)

    [check] = health._clock(NOW, read=ours)

    assert check.good is good
    assert check.value == pytest.approx(abs(seconds), abs=0.5)


def test_a_clock_that_is_moved_for_development_is_no_difference(alive, settings):
    settings.CLOCK_OFFSET = "+31d"

    assert "clock" not in bad(NOW)


def test_a_slow_answer_is_no_difference_of_clocks(db):
    readings = iter([clock.unshifted() - timedelta(seconds=8), clock.unshifted() + timedelta(seconds=8)])

    [check] = health._clock(NOW, read=lambda: next(readings))

    assert (check.good, check.value) == (True, 0.0)


def test_digests_that_could_not_be_written_are_an_alarm(alive):
    beat(part="digest round", at=NOW, waiting=2)

    assert bad() == {"digests not written"}
