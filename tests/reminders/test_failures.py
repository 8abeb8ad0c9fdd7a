"""No failure ends as a state: whom a reminder did not reach is told by a person, who is named."""

from datetime import timedelta

import pytest
from django.db import connection

from advocacy.accounts.models import Membership
from advocacy.audit.models import AuditEvent
from advocacy.mail.delivery import MAX_ATTEMPTS
from advocacy.organisations.services import job_in
from cases.casefile.models import Case, Task
from cases.casefile.services import drop_task, finish_task
from cases.deadlines.models import Deadline
from reminders import failures
from reminders.delivery import ReminderQueue
from reminders.models import Handover, Reminder, State
from reminders.queries import with_who_is_asked
from reminders.tasks import deliver as deliver_task
from reminders.tasks import plan as plan_task
from tests.advocacy.mail.sinks import sink, to_port
from tests.cases.pages import stop_clock
from tests.chaos.modes import CLOSING, OK, SILENT, Sink
from tests.reminders.box import NOW, Box, Refusing, attempts, plan, rows, send, states

pytestmark = pytest.mark.django_db


@pytest.fixture
def parked(harbor, due_in):
    """Return a maker of a case of Bob whose reminder nobody took."""

    def make(**fields: object) -> Case:
        case = due_in(6, **fields)
        plan(harbor, NOW)
        send(harbor, Refusing("550 5.1.1 no such person", permanent=True), NOW)
        return case

    return make


def hand_over(organisation, now=NOW) -> int:
    with job_in(organisation.pk):
        return failures.hand_over_parked(now=now)


def tasks(organisation) -> list[Task]:
    with job_in(organisation.pk):
        return list(Task.objects.select_related("owner", "case").order_by("created_at", "pk"))


def test_a_reminder_that_could_not_be_sent_is_a_task_for_today_of_another_person(harbor, bob, dana, parked):
    case = parked()

    assert hand_over(harbor) == 1

    [task] = tasks(harbor)
    assert (
        task.what
        == f"A reminder could not be sent: tell Bob Ortega of the date of case {case.number} by phone"
    )
    assert (task.owner, task.case_id, task.due_on.isoformat()) == (dana, case.pk, "2026-09-15")
    with job_in(harbor.pk):
        [handed] = Handover.objects.all()
        assert handed.answer == "550 5.1.1 no such person"
        # A job asked: the record does not say that a person did.
        [event] = AuditEvent.objects.filter(act="task added", subject_id=task.pk)
        assert (event.actor_id, event.door) == (None, "job")


def test_asking_again_asks_nobody_twice(harbor, dana, parked, caplog):
    parked()

    counts = [hand_over(harbor) for _ in range(3)]

    assert counts == [1, 0, 0]
    [reminder] = rows(harbor, state=State.PARKED)
    with job_in(harbor.pk):
        assert failures.hand_over(reminder_ids=[reminder.pk], answer="550", now=NOW) == 0
    assert "handover.failed" not in caplog.text
    assert len(tasks(harbor)) == 1


def test_the_owner_of_the_case_is_asked_when_it_was_anothers_address(harbor, alice, bob, dana, due_in):
    with job_in(harbor.pk):
        members = failures._members(NOW)

    case = due_in(6)

    assert failures.whom_to_ask(case, unreached=dana.pk, members=members) == bob
    assert failures.whom_to_ask(case, unreached=bob.pk, members=members) == dana
    without_dana = [each for each in members if each.user_id != dana.pk]
    assert failures.whom_to_ask(case, unreached=bob.pk, members=without_dana) == alice


def test_who_works_alone_is_asked_themself_and_told_why(harbor, adam, vera, bob, parked):
    """An auditor changes nothing, and a volunteer sees only cases of her own."""
    case = parked()

    hand_over(harbor)

    [task] = tasks(harbor)
    assert task.owner == bob
    assert task.what == (
        f"A reminder could not be sent to you: see the date of case {case.number}, and check your address"
    )


def test_nobody_is_asked_who_left_or_who_may_not_see_the_case(harbor, alice, bob, dana, vera, parked):
    parked()
    Membership.objects.filter(user__in=[alice, dana]).update(left_at=NOW)

    hand_over(harbor)

    assert [task.owner for task in tasks(harbor)] == [bob]


def test_with_nobody_left_the_alarm_stays_until_somebody_comes(harbor, bob, dana, parked):
    parked()
    Membership.objects.update(left_at=NOW)

    assert hand_over(harbor) == 0
    with job_in(harbor.pk):
        assert failures.waiting_for_a_person() == 1

    Membership.objects.filter(user=dana).update(left_at=None)
    assert hand_over(harbor) == 1
    with job_in(harbor.pk):
        assert failures.waiting_for_a_person() == 0


def test_nobody_is_asked_about_a_date_that_no_longer_stands(harbor, bob, dana, parked):
    case = parked()
    with job_in(harbor.pk):
        Case.objects.filter(pk=case.pk).update(closed_at=NOW, closed_by=bob)

    assert hand_over(harbor) == 0
    assert tasks(harbor) == []


def test_the_next_step_of_the_same_date_joins_the_open_task_and_a_new_one_follows_a_done_one(
    harbor, bob, dana, parked
):
    parked()
    hand_over(harbor)
    later = NOW + timedelta(days=4)
    # Seen: nobody else is asked, and only his own steps go on.
    with job_in(harbor.pk):
        Deadline.objects.update(seen_at=NOW, seen_by=bob)
    refusing = Refusing("550 5.1.1 no such person", permanent=True)

    plan(harbor, later)
    send(harbor, refusing, later)
    assert hand_over(harbor, later) == 1
    [task] = tasks(harbor)

    with job_in(harbor.pk):
        finish_task(task=task, by=dana, now=later)
    plan(harbor, later + timedelta(days=2))
    send(harbor, refusing, later + timedelta(days=2))
    assert hand_over(harbor, later + timedelta(days=2)) == 1
    assert len(tasks(harbor)) == 2


def test_the_page_can_name_who_is_asked_until_it_is_done(harbor, bob, dana, parked):
    case = parked()
    hand_over(harbor)
    [task] = tasks(harbor)

    def asked() -> list[str | None]:
        found = Reminder.objects.filter(case=case, state=State.PARKED)
        return [each.asked for each in with_who_is_asked(found)]

    with job_in(harbor.pk):
        assert asked() == ["Dana Whitfield"]
        drop_task(task=task, reason="called", by=dana, now=NOW)
        assert asked() == [None]


def test_one_task_that_cannot_be_made_stops_no_other(harbor, dana, parked, monkeypatch, caplog):
    first, second = parked(), parked()
    ask = failures.ask

    def fails_for_the_first(*, case: Case, **rest: object) -> Task:
        if case.pk == first.pk:
            with connection.cursor() as cursor:
                cursor.execute("SELECT 'Mateo Reyes'::integer")
        return ask(case=case, **rest)

    monkeypatch.setattr(failures, "ask", fails_for_the_first)

    assert hand_over(harbor) == 1
    assert [task.case_id for task in tasks(harbor)] == [second.pk]
    assert "Mateo Reyes" not in caplog.text
    monkeypatch.undo()
    assert hand_over(harbor) == 1


def test_the_task_is_there_as_soon_as_the_server_refused(harbor, bob, dana, due_in, settings):
    due_in(6)
    stop_clock(settings, NOW)
    plan(harbor, NOW)

    with sink(RCPT="550 5.1.1 no such person") as (_, transport):
        settings.MAIL = transport.server | {"kind": "smtp"}
        deliver_task()

    assert [task.owner for task in tasks(harbor)] == [dana]


@pytest.mark.parametrize("mode", [CLOSING, SILENT])
def test_a_server_that_takes_nothing_is_tried_once_and_after_it_nothing_is_lost(
    harbor, due_in, settings, mode
):
    for _ in range(5):
        due_in(2)
    plan(harbor, NOW)
    stop_clock(settings, NOW + timedelta(seconds=10))
    settings.MAIL_TIMEOUT_SECONDS = 0.3

    with Sink(mode=mode) as server:
        settings.MAIL = to_port(server.port).server | {"kind": "smtp"}
        deliver_task()
        assert (server.connections, server.accepted) == (1, [])
        assert sorted(row.attempts for row in rows(harbor, step="T-3")) == [0, 0, 0, 0, 1]
        assert hand_over(harbor) == 0

        server.mode = OK
        stop_clock(settings, NOW + timedelta(minutes=3))
        deliver_task()
        assert len({name for name, _ in server.accepted}) == len(server.accepted) == 5


def test_a_crash_between_the_park_and_the_task_costs_a_round_of_the_planner(harbor, dana, parked, settings):
    parked()
    stop_clock(settings, NOW)
    assert tasks(harbor) == []

    plan_task()

    assert [task.owner for task in tasks(harbor)] == [dana]


def test_a_mail_that_ends_its_sender_becomes_a_task_too(harbor, bob, dana, due_in):
    due_in(6)
    plan(harbor, NOW)
    now = NOW

    for _ in range(MAX_ATTEMPTS + 1):
        # A sender that is gone after its claim.
        with pytest.raises(KeyboardInterrupt):
            send(harbor, Ends(), now)
        now += timedelta(seconds=91)
        if rows(harbor, attempts=MAX_ATTEMPTS):
            send(harbor, Box(), now)
            break

    assert hand_over(harbor, now) == 1


class Ends(Box):
    def send(self, message: object) -> str:
        raise KeyboardInterrupt


def test_a_mail_that_came_back_is_parked_and_somebody_is_asked(harbor, bob, dana, due_in):
    due_in(6)
    plan(harbor, NOW)
    send(harbor, box := Box(), NOW)
    [reminder] = rows(harbor, state=State.SENT)

    came_back = {"organisation_id": harbor.pk, "row_id": reminder.mail_id, "now": NOW + timedelta(hours=1)}
    assert failures.bounced(words="5.1.1 user unknown", **came_back)
    assert not failures.bounced(words="5.1.1 user unknown", **came_back)

    assert states(harbor)["T-7"] == "parked"
    assert [task.owner for task in tasks(harbor)] == [dana]
    assert [each.answer for each in attempts(harbor, reminder.pk)] == [
        box.answer, "came back: 5.1.1 user unknown"
    ]  # fmt: skip


def test_a_mail_that_came_back_before_its_yes_was_noted_stays_come_back(harbor, bob, dana, due_in):
    due_in(6)
    plan(harbor, NOW)
    [claimed] = ReminderQueue(harbor.pk).claim(now=NOW, lease=timedelta(seconds=90), size=10)

    assert failures.bounced(organisation_id=harbor.pk, row_id=claimed.mail_id, words="5.1.1", now=NOW)

    assert not claimed.sent("250 OK", NOW)
    assert states(harbor)["T-7"] == "parked"


def test_what_was_never_sent_cannot_come_back_and_a_neighbours_cannot_be_named(harbor, sierra, bob, due_in):
    due_in(6)
    plan(harbor, NOW)
    [reminder] = rows(harbor, step="T-7")

    assert not failures.bounced(organisation_id=harbor.pk, row_id=reminder.pk, words="5.1.1", now=NOW)
    send(harbor, Box(), NOW)
    [reminder] = rows(harbor, step="T-7")
    assert not failures.bounced(organisation_id=sierra.pk, row_id=reminder.mail_id, words="5.1.1", now=NOW)
    assert states(harbor)["T-7"] == "sent"
