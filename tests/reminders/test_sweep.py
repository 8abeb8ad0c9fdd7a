"""A date that the planner leaves out is named, by a question that knows nothing of the planner."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import transaction
from django.test import Client

from advocacy.accounts.models import Membership
from advocacy.kernel import clock
from advocacy.mail.models import OutgoingMail
from advocacy.organisations.models import Heartbeat, Organisation
from advocacy.organisations.scope import Door, scope
from advocacy.organisations.services import beat, job_in
from cases.deadlines.models import Deadline
from reminders import digest, rounds, status, sweep, watch
from reminders.health import checks
from reminders.models import Reminder, State
from reminders.parts import LIMITS
from reminders.services import planner
from tests.architecture.tree import reached_from
from tests.factories import make_filed_case
from tests.reminders.box import DAY, NOW, Box, plan, send_all
from tests.signing_in import enter

pytestmark = pytest.mark.django_db

CHECK = "dates without a reminder"


def look(organisation: Organisation, now: datetime = NOW) -> int:
    with job_in(organisation.pk):
        return sweep.look(now=now)


@pytest.fixture
def change(harbor: Organisation) -> Callable[..., int]:
    """Return what changes reminders of Harbor behind the planner's back, and says how many."""

    def act(wanted: dict[str, Any] | None = None, **new: Any) -> int:
        with job_in(harbor.pk):
            return Reminder.objects.filter(**(wanted or {})).update(**new)

    return act


def test_what_is_planned_lacks_nothing_of_any_direction(harbor, bob, due_in):
    due_in(6), due_in(-3)
    with scope(harbor.pk, door=Door.STAFF), transaction.atomic():
        make_filed_case(by=bob, now=NOW, filed_days_ago=16)
        directions = set(Deadline.objects.open().values_list("direction", flat=True))
    before = look(harbor)

    plan(harbor, NOW)

    assert directions >= {"ours", "theirs"}
    assert before > 3
    assert look(harbor) == 0


def test_forty_days_on_which_everything_is_sent_lack_nothing(harbor, bob, due_in):
    due_in(6), due_in(33)
    with scope(harbor.pk, door=Door.STAFF), transaction.atomic():
        make_filed_case(by=bob, now=NOW, filed_days_ago=3)
    box, found = Box(), []
    for hours in range(0, 40 * 24, 11):
        now = NOW + timedelta(hours=hours)
        plan(harbor, now)
        found.append(look(harbor, now))
        send_all(harbor, box, now)
        found.append(look(harbor, now))

    assert len(box.mails) > 20
    assert set(found) == {0}


@pytest.mark.parametrize("state", [State.WITHDRAWN, State.COLLAPSED])
def test_a_date_of_which_nothing_is_planned_is_counted(harbor, due_in, change, state):
    due_in(6), due_in(9)
    plan(harbor, NOW)
    last = due_in(12)
    plan(harbor, NOW)

    change({"case": last}, state=state)

    assert look(harbor) == 1


def test_a_first_step_that_went_stands_for_none_of_the_later_ones(harbor, due_in, change):
    due_in(6)
    plan(harbor, NOW)
    send_all(harbor, Box(), NOW)
    sound = look(harbor)

    change({"state": State.PLANNED, "rung": 0}, state=State.WITHDRAWN)

    assert (sound, look(harbor)) == (0, 1)


@pytest.mark.parametrize(("days", "count"), [(3, 0), (8, 1)])
def test_a_reminder_that_comes_after_the_date_is_none(harbor, due_in, change, days, count):
    due_in(6)
    plan(harbor, NOW)

    change(send_at=NOW + days * DAY)

    assert look(harbor) == count


def test_a_reminder_to_somebody_who_left_is_none(harbor, bob, dana, due_in, change):
    due_in(6)
    plan(harbor, NOW)
    sound = look(harbor)

    Membership.objects.filter(user=bob).update(left_at=NOW)

    assert (sound, look(harbor)) == (0, 1)
    assert change({"rung": 0}, recipient=dana)
    assert look(harbor) == 0


def test_the_next_person_comes_beside_and_not_instead(harbor, dana, due_in, change):
    due_in(6)
    plan(harbor, NOW)

    change({"rung": 0}, state=State.WITHDRAWN)

    assert change({"rung": 1, "state": State.PLANNED}, attempts=0), "the ladder stands"
    assert look(harbor) == 1


@pytest.mark.parametrize(
    ("days_left", "sent_days_ago", "seen", "count"),
    [
        (1, 1, False, 0),
        (1, 3, False, 1),
        (1, 3, True, 0),
        (-4, 1, False, 0),
        (-4, 3, False, 1),
        (-4, 30, True, 0),
        # It is not near yet: what somebody knows today they may forget by then.
        (6, 1, True, 1),
    ],
)
def test_of_a_date_that_is_near_or_past_somebody_must_have_heard_lately(
    harbor, bob, due_in, change, days_left, sent_days_ago, seen, count
):
    due_in(days_left)
    plan(harbor, NOW)
    change({"rung": 0}, state=State.WITHDRAWN)
    with job_in(harbor.pk):
        one = Reminder.objects.filter(rung=0).first()
        Reminder.objects.filter(pk=one.pk).update(state=State.SENT, sent_at=NOW - sent_days_ago * DAY)
        if seen:
            Deadline.objects.update(seen_at=NOW, seen_by=bob)

    assert look(harbor) == count


@pytest.mark.parametrize(("days", "count"), [(13, 0), (17, 1)])
def test_while_others_owe_an_answer_the_longest_chase_may_pass(harbor, bob, change, days, count):
    with scope(harbor.pk, door=Door.STAFF), transaction.atomic():
        make_filed_case(by=bob, now=NOW, filed_days_ago=33)
        Deadline.objects.exclude(direction="theirs").update(state="superseded")
        Deadline.objects.filter(act_at__gte=NOW - DAY).update(state="superseded")
        owed = Deadline.objects.open().count()
    plan(harbor, NOW)
    send_all(harbor, Box(), NOW)
    with job_in(harbor.pk):
        assert not Reminder.objects.planned().filter(rung=0).exists()
    change({"state": State.SENT}, sent_at=NOW - days * DAY)

    assert owed > 0
    assert look(harbor) == count * owed


def test_a_reminder_that_could_not_be_sent_is_a_persons_and_not_counted_twice(harbor, due_in, change):
    due_in(1)
    plan(harbor, NOW)

    change({"rung": 0}, state=State.PARKED)

    assert look(harbor) == 0


def test_a_closed_case_lacks_nothing_and_a_neighbours_dates_are_not_counted(harbor, sierra, alice, due_in):
    case = due_in(6)
    assert (look(harbor), look(sierra)) == (1, 0)

    with job_in(harbor.pk):
        type(case).objects.filter(pk=case.pk).update(closed_at=NOW, closed_by=alice)

    assert look(harbor) == 0


@pytest.fixture
def careless(monkeypatch: pytest.MonkeyPatch) -> None:
    """A planner that runs, beats, and plans nothing of what is ours."""
    real = planner.steps

    def steps(shape: Any, *args: Any, **kwargs: Any) -> Any:
        return [] if shape.direction == "ours" else real(shape, *args, **kwargs)

    monkeypatch.setattr(planner, "steps", steps)


def said(organisation: Organisation, at: datetime) -> dict[str, Any]:
    """What each place says of dates without a reminder."""
    row = Organisation.objects.annotate(marks=status.marks_of(organisation)).get(pk=organisation.pk)
    with job_in(organisation.pk):
        sections = {each.short: each.lines for each in digest.read(organisation, now=at).sections}
    return {
        "today": "has no reminder" in status.notice(status.marks_in(row.marks), now=at),
        "monitor": {check.name: check.value for check in checks(at) if not check.good},
        "digest": [line.number for line in sections.get("without a reminder", [])],
    }


def test_a_planner_that_leaves_dates_out_is_found_by_nothing_else_and_said_everywhere(
    harbor, careless, due_in, olga, vera
):
    case = due_in(6)
    for key in LIMITS:
        beat(part=key, at=NOW + timedelta(minutes=10))
    at = [NOW + timedelta(minutes=n) for n in (0, 4, 10, 11)]
    silent = {"today": False, "monitor": {}, "digest": []}
    found = []
    for now in at[:3]:
        plan(harbor, now)
        look(harbor, now)
        found.append(said(harbor, now))

    assert found[:2] == [silent, silent], "a fact may wait for its plan"
    assert found[2] == {"today": True, "monitor": {CHECK: 1}, "digest": [case.number]}
    assert watch.look(now=at[2]) == [CHECK]
    alarm = OutgoingMail.objects.get(kind="alarm")
    assert "Open dates without a reminder" in alarm.text
    assert "1, though the planner runs." in alarm.text
    page = enter(Client(), vera).get("/o/harbor/status/").content.decode()
    assert "1 date. The daily digest names them: tell the people yourself." in page
    with job_in(harbor.pk):
        Deadline.objects.update(state="superseded")
    look(harbor, at[3])
    assert said(harbor, at[3]) == silent


def test_a_second_time_of_lacking_begins_anew(harbor, due_in, change):
    due_in(6)
    look(harbor, NOW)
    plan(harbor, NOW)
    look(harbor, NOW + timedelta(minutes=4))
    change(state=State.WITHDRAWN)

    look(harbor, NOW + timedelta(minutes=8))

    assert sweep.lacking(sweep.mark_of(harbor.pk)) == 0


def test_it_is_asked_once_an_hour_and_in_each_round_while_something_lacks(harbor, sierra, due_in):
    both = {harbor.pk, sierra.pk}
    due_in(6)
    first = sweep.waiting(NOW, both)
    look(harbor), look(sierra)
    minute = NOW + timedelta(minutes=1)

    assert first == both
    assert sweep.waiting(minute, both) == {harbor.pk}
    assert sweep.waiting(NOW + timedelta(minutes=59), both) == {harbor.pk}
    assert sweep.waiting(NOW + timedelta(minutes=60), both) == both
    plan(harbor, minute), look(harbor, minute)
    assert sweep.waiting(minute, both) == set()
    assert sweep.waiting(NOW - timedelta(minutes=1), both) == both, "a sign from the future is none"


def test_the_round_of_digests_sweeps_and_one_that_fails_stops_no_other(harbor, sierra, due_in, monkeypatch):
    due_in(6)
    real = sweep.look

    def fail_here(*, now: datetime) -> int:
        if sweep.current_organisation_id() == harbor.pk:
            raise RuntimeError("no")
        return real(now=now)

    monkeypatch.setattr(sweep, "look", fail_here)
    rounds.digest()

    assert Heartbeat.objects.get(part="digest round").waiting == 1
    assert [row.organisation_id for row in Heartbeat.objects.filter(part=sweep.SWEPT)] == [sierra.pk]
    monkeypatch.undo()
    rounds.digest()
    marks = {row.organisation_id: row.waiting for row in Heartbeat.objects.filter(part=sweep.SWEPT)}
    assert marks == {harbor.pk: 1, sierra.pk: 0}


def test_a_suspended_organisation_is_nobodys_alarm(harbor, due_in):
    due_in(6)
    look(harbor, NOW), look(harbor, NOW + timedelta(minutes=6))
    before = [check.value for check in checks(clock.now()) if check.name == CHECK]

    Organisation.objects.filter(pk=harbor.pk).update(suspended_at=NOW)

    assert before == [1]
    assert [check.value for check in checks(clock.now()) if check.name == CHECK] == [0]


def test_it_stands_on_nothing_of_the_planner():
    reached = reached_from("reminders.sweep")

    assert len(reached) > 5
    assert [each for each in reached if each.startswith(("reminders.", "cases."))] == ["reminders.sweep"]


def test_the_longest_chase_of_a_policy_is_the_one_it_reckons_with():
    from reminders.services import choices

    assert timedelta(days=choices.CHASE_AT_MOST) + sweep.NEAR == sweep.CHASED
