"""Claim, re-check, send, and mark only what is still ours: the life of a reminder that is due."""

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from uuid import UUID

import psycopg
import pytest
from django.conf import settings
from django.db import connections
from django.db.models import F

from advocacy.accounts.models import Membership
from advocacy.mail.delivery import LEASE, MAX_ATTEMPTS, RENDER_SECONDS, deliver
from advocacy.mail.messages import Message
from advocacy.organisations.scope import Door, scope
from advocacy.organisations.services import job_in
from cases.casefile.models import Case
from cases.casefile.services import correct_case, correct_event
from reminders.delivery import FRESH_SHARE, ReminderClaim, ReminderQueue, organisations_with_work
from reminders.models import Reminder, State
from reminders.tasks import deliver as deliver_task
from tests.factories import day_before
from tests.reminders.box import NOW, Box, Refusing, attempts, plan, rows, send, send_all

pytestmark = pytest.mark.django_db


def claim(organisation, *, now: datetime = NOW, size: int = 10) -> list[ReminderClaim]:
    return list(ReminderQueue(organisation.pk).claim(now=now, lease=LEASE, size=size))


@pytest.fixture
def due(harbor, due_in):
    """Return a planner of so many due reminders of Bob."""

    def make(count: int) -> None:
        for _ in range(count):
            # So near its end, each goes in a mail of its own.
            due_in(2)
        plan(harbor, NOW)

    return make


@pytest.fixture
def one(harbor, due_in):
    """One claimed reminder, and its case."""
    case = due_in(6)
    plan(harbor, NOW)
    [claimed] = claim(harbor)
    return claimed, case


def state_of(organisation, claimed: ReminderClaim) -> str:
    [row] = rows(organisation, mail_id=claimed.mail_id)
    return row.state


def test_an_attempt_counts_when_the_reminder_is_claimed_and_not_when_it_is_sent(harbor, one):
    claimed, _ = one

    [row] = rows(harbor, mail_id=claimed.mail_id)

    assert row.attempts == claimed.attempts == 1
    assert (row.state, row.lease_until) == ("planned", NOW + LEASE)
    assert row.lease_token == claimed.token


def test_a_claimed_reminder_is_nobody_elses_until_its_lease_ends(harbor, one):
    claimed, _ = one

    before = claim(harbor, now=NOW + LEASE - timedelta(seconds=1))
    [after] = claim(harbor, now=NOW + LEASE)

    assert before == []
    assert (after.mail_id, after.attempts) == (claimed.mail_id, 2)
    assert claimed.message(NOW + LEASE) is None


@pytest.mark.django_db(transaction=True)
def test_claimers_at_once_get_different_reminders(harbor, due):
    due(12)

    def run(_: int) -> list[ReminderClaim]:
        try:
            return claim(harbor, size=3)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(4) as pool:
        found = [each.mail_id for batch in pool.map(run, range(4)) for each in batch]

    assert len(found) == len(set(found))
    assert len(found) + len(claim(harbor, size=100)) == 12


@pytest.mark.django_db(transaction=True)
def test_a_claimer_passes_over_what_another_holds_and_does_not_wait(harbor, due, admin_url):
    due(5)

    def run() -> set[UUID]:
        try:
            return {each.mail_id for each in claim(harbor)}
        finally:
            connections.close_all()

    # The pool stands outside: should the claimer wait, the lock is let go before we wait for it.
    with ThreadPoolExecutor(1) as pool, psycopg.connect(admin_url) as other:
        locked = other.execute("SELECT id FROM reminder WHERE step = 'T-3' LIMIT 3 FOR UPDATE").fetchall()
        got = pool.submit(run).result(timeout=10)

    assert len(got) == 2
    assert not got & {row[0] for row in locked}


def test_only_who_holds_the_lease_marks_a_reminder_as_sent(harbor, one):
    first, _ = one
    later = NOW + LEASE
    [second] = claim(harbor, now=later)

    assert not first.sent("250 OK", later)
    assert state_of(harbor, first) == "planned"
    assert second.sent("250 OK", later)
    assert state_of(harbor, first) == "sent"


def test_a_slow_server_makes_no_second_sender(harbor, due, box):
    """A batch of ten takes longer than one lease; what is in hand stays ours, the rest goes to another."""
    due(10)
    clock, other = [NOW], Box()

    def take_twenty_seconds(_: Message) -> None:
        clock[0] += timedelta(seconds=20)
        send(harbor, other, clock[0])

    box.before = take_twenty_seconds

    deliver(ReminderQueue(harbor.pk), transport=box, now=lambda: clock[0], lease=LEASE)
    send_all(harbor, other, clock[0] + LEASE)

    sent = [mail.message_id for mail in box.mails + other.mails]
    assert len(sent) == len(set(sent)) == 10
    assert len(box.mails) == 5


def test_what_is_left_of_a_lease_when_a_mail_begins_outlasts_its_writing_and_its_send():
    longest = timedelta(seconds=RENDER_SECONDS + settings.MAIL_LIMIT_SECONDS)

    assert longest < LEASE - LEASE / FRESH_SHARE


def test_a_date_that_was_replaced_after_the_claim_is_not_sent(harbor, bob, one, deadline_of):
    claimed, case = one

    with scope(harbor.pk, door=Door.STAFF):
        trigger = deadline_of(case).trigger
        correct_event(event=trigger, occurred_on=day_before(NOW, 100), reason="", by=bob, now=NOW)

    assert claimed.message(NOW) is None
    assert state_of(harbor, claimed) == "withdrawn"


def test_a_person_who_left_after_the_claim_is_not_written_to(harbor, bob, one):
    claimed, _ = one

    Membership.objects.filter(user=bob).update(left_at=NOW)

    assert claimed.message(NOW) is None
    assert state_of(harbor, claimed) == "withdrawn"


def test_a_person_whose_case_was_given_to_another_after_the_claim_is_not_written_to(harbor, bob, dana, one):
    claimed, case = one

    with scope(harbor.pk, door=Door.STAFF):
        correct_case(
            case=case, coverage=case.coverage, service=case.service, urgency=case.urgency,
            owner=dana, by=bob.pk, now=NOW,
        )  # fmt: skip

    assert claimed.message(NOW) is None
    assert state_of(harbor, claimed) == "withdrawn"


def test_a_case_that_closed_after_the_claim_is_not_written_about(harbor, bob, one):
    claimed, case = one

    with scope(harbor.pk, door=Door.STAFF):
        Case.objects.filter(pk=case.pk).update(closed_at=NOW, closed_by=bob)

    assert claimed.message(NOW) is None
    assert state_of(harbor, claimed) == "withdrawn"


def test_a_suspended_organisation_sends_nothing(harbor, due, box):
    due(1)

    type(harbor).objects.filter(pk=harbor.pk).update(suspended_at=NOW)

    assert send_all(harbor, box, NOW) == 0
    assert not box.mails


def test_a_temporary_no_waits_longer_each_time_and_is_never_given_up(harbor, one):
    claimed, _ = one
    refusing, now, waits = Refusing("421 busy", permanent=False), NOW, []

    now += LEASE
    for _ in range(2 * MAX_ATTEMPTS):
        send(harbor, refusing, now)
        [row] = rows(harbor, mail_id=claimed.mail_id)
        waits.append(row.lease_until - now)
        assert not send(harbor, refusing, row.lease_until - timedelta(seconds=1)).total
        now = row.lease_until

    # Chance shortens each wait, to no less than half.
    longest = [timedelta(minutes=2), timedelta(minutes=8)] + 8 * [timedelta(minutes=15)]
    assert all(most / 2 <= wait <= most for wait, most in zip(waits, longest, strict=True))
    assert row.state == "planned"
    assert {each.outcome for each in attempts(harbor, row.pk)} == {"again"}
    assert send(harbor, Box(), now).sent == 1


def test_a_permanent_no_parks_at_once_and_the_others_go_on(harbor, bob, dana, due_in, box):
    due_in(2), due_in(2, by=dana), due_in(2)
    plan(harbor, NOW)

    class RefusesDana(Box):
        def send(self, message: Message) -> str:
            if message.to == dana.email:
                return Refusing("550 no such person", permanent=True).send(message)
            return super().send(message)

    done = send(harbor, box := RefusesDana(), NOW)

    assert (done.sent, done.parked) == (2, 1)
    assert {mail.to for mail in box.mails} == {bob.email}
    [parked] = rows(harbor, state=State.PARKED)
    assert [(each.outcome, each.answer) for each in attempts(harbor, parked.pk)] == [
        ("parked", "550 no such person")
    ]


def test_every_attempt_is_a_row_with_the_servers_answer(harbor, one, box):
    claimed, _ = one

    send(harbor, Refusing("451 try later", permanent=False), NOW + LEASE)
    send(harbor, box, NOW + LEASE + timedelta(minutes=2))

    noted = attempts(harbor, rows(harbor, mail_id=claimed.mail_id)[0].pk)
    assert [(each.number, each.outcome, each.answer) for each in noted] == [
        (2, "again", "451 try later"),
        (3, "sent", "250 OK queued as A1"),
    ]
    [row] = rows(harbor, mail_id=claimed.mail_id)
    assert (row.sent_at, row.lease_until) == (NOW + LEASE + timedelta(minutes=2), None)


def test_a_repeat_after_a_crash_carries_the_same_message_id(harbor, one, box):
    claimed, _ = one
    # The server said yes, and the sender died before it could note it.
    first = claimed.message(NOW)

    send(harbor, box, NOW + LEASE)

    [repeat] = box.mails
    assert first is not None
    assert repeat.message_id == first.message_id


def test_a_sender_that_wakes_before_the_planner_sends_one_catch_up_for_each_date(harbor, due_in, box):
    due_in(16), due_in(17)
    plan(harbor, NOW)
    send_all(harbor, box, NOW)
    told = len(box.mails)

    # T-14, T-7 and T-3 fell into the gap, and no planner has run since.
    send_all(harbor, box, NOW + timedelta(days=14))

    assert [mail.subject.partition(":")[0] for mail in box.mails[told:]] == ["2 days left", "3 days left"]
    assert {(row.step, row.state) for row in rows(harbor, send_at__gt=NOW)} == {
        ("T-14", "collapsed"), ("T-7", "collapsed"), ("T-3", "sent"), ("T-1", "planned"), ("T-0", "planned"),
    }  # fmt: skip


def test_what_is_not_due_is_not_sent(harbor, due_in, box):
    due_in(6)
    plan(harbor, NOW)

    send_all(harbor, box, NOW)
    tomorrow = rows(harbor, state=State.PLANNED)[0].send_at

    assert len(box.mails) == 1
    assert send_all(harbor, box, tomorrow - timedelta(seconds=1)) == 0
    assert send_all(harbor, box, tomorrow) == 1


def test_whoever_waits_longest_is_served_first(harbor, sierra, charlie, due_in):
    due_in(6)
    due_in(2, by=charlie, at=sierra)
    plan(harbor, NOW), plan(sierra, NOW)
    with job_in(sierra.pk):
        Reminder.objects.planned().update(send_at=F("send_at") - timedelta(seconds=1))

    assert {tuple(organisations_with_work(NOW)) for _ in range(8)} == {(sierra.pk, harbor.pk)}
    claim(sierra)
    assert organisations_with_work(NOW) == [harbor.pk]


def test_of_those_that_wait_equally_long_nobody_is_always_last(harbor, sierra, charlie, due_in):
    due_in(2)
    due_in(2, by=charlie, at=sierra)
    plan(harbor, NOW), plan(sierra, NOW)

    assert {organisations_with_work(NOW)[0] for _ in range(64)} == {harbor.pk, sierra.pk}


def test_the_task_sends_for_every_organisation(harbor, sierra, charlie, due_in, settings, tmp_path, by_day):
    settings.MAIL_FOLDER = tmp_path
    due_in(6), due_in(6, by=charlie, at=sierra)
    plan(harbor, NOW), plan(sierra, NOW)

    deliver_task()

    assert len(list(tmp_path.glob("*.eml"))) == 2
    assert rows(harbor, state=State.SENT)
    assert rows(sierra, state=State.SENT)


BREAK = """
CREATE FUNCTION break_update() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'broken'; END $$;
CREATE TRIGGER broken BEFORE UPDATE ON reminder FOR EACH ROW
WHEN (NEW.organisation_id = '{organisation}') EXECUTE FUNCTION break_update();
"""
MEND = "DROP TRIGGER broken ON reminder; DROP FUNCTION break_update()"


@pytest.mark.django_db(transaction=True)
def test_an_organisation_whose_rows_cannot_be_claimed_holds_up_no_other(
    harbor, sierra, charlie, due_in, settings, tmp_path, admin_url, by_day
):
    settings.MAIL_FOLDER = tmp_path
    due_in(6), due_in(2, by=charlie, at=sierra)
    plan(harbor, NOW), plan(sierra, NOW)

    with psycopg.connect(admin_url, autocommit=True) as admin:
        admin.execute(BREAK.format(organisation=harbor.pk))
        try:
            deliver_task()
        finally:
            admin.execute(MEND)

    assert not rows(harbor, state=State.SENT)
    assert rows(sierra, state=State.SENT)


def test_of_equals_what_lost_its_sender_goes_first_and_the_least_tried_before_the_others(harbor, due_in):
    for _ in range(4):
        due_in(1)
    plan(harbor, NOW)
    found = {each.mail_id for each in claim(harbor)}
    tried = dict(zip(sorted(found), (0, 3, 1, 2), strict=True))
    with job_in(harbor.pk):
        for mail, attempts in tried.items():
            Reminder.objects.filter(mail_id=mail).update(attempts=attempts, lease_until=None)

    taken = [claim(harbor) for _ in range(4)]

    assert [[tried[each.mail_id] for each in together] for together in taken] == [[1], [2], [3], [0]]
