"""A row that cannot be written, or that ends its sender: it is parked, and costs its neighbours nothing."""

from datetime import UTC, datetime, timedelta

import pytest

from advocacy.accounts.models import User
from advocacy.mail.delivery import MAX_ATTEMPTS
from advocacy.mail.messages import Message
from advocacy.organisations.scope import Door, scope
from cases.deadlines.models import Deadline
from reminders.models import State
from tests.reminders.box import NOW, attempts, plan, rows, send_all

pytestmark = pytest.mark.django_db

LEASE = timedelta(seconds=90)


@pytest.fixture
def due(harbor, due_in):
    """Return a planner of so many due reminders of Bob, each in a mail of its own."""

    def make(count: int) -> None:
        for _ in range(count):
            due_in(2)
        plan(harbor, NOW)

    return make


def test_a_mail_that_cannot_be_written_is_parked_after_five_tries_and_the_others_go_on(
    harbor, bob, vera, due_in, box
):
    due_in(2), due_in(2, by=vera), due_in(2)
    plan(harbor, NOW)
    # A line break in an address never becomes a second header: the mail is not written.
    User.objects.filter(pk=vera.pk).update(email="vera@demo.example\n")
    box.before = Message.as_bytes

    now = NOW
    for _ in range(MAX_ATTEMPTS):
        send_all(harbor, box, now)
        now += timedelta(minutes=15)

    assert [mail.to for mail in box.mails] == [bob.email] * 2
    [parked] = rows(harbor, state=State.PARKED)
    noted = attempts(harbor, parked.pk)
    assert (parked.recipient_id, len(noted)) == (vera.pk, MAX_ATTEMPTS)
    # The name of the fault only: its text may hold a client's name.
    assert {each.answer for each in noted} == {"BadHeaderError"}


def test_a_mail_that_ends_its_sender_is_parked_after_five_tries_and_costs_its_neighbours_nothing(
    harbor, dana, due, due_in, box
):
    due_in(7, by=dana)
    due(9)

    def end_the_process(message: Message) -> None:
        if message.to == dana.email:
            raise SystemExit

    box.before, now, ended = end_the_process, NOW, 0
    for _ in range(MAX_ATTEMPTS + 3):
        try:
            send_all(harbor, box, now)
        except SystemExit:
            ended += 1
        now += LEASE

    assert ended == MAX_ATTEMPTS
    assert len(box.mails) == len({mail.message_id for mail in box.mails}) == 9
    [parked] = rows(harbor, state=State.PARKED)
    assert parked.recipient_id == dana.pk
    assert max(row.attempts for row in rows(harbor, state=State.SENT)) <= 2


def test_of_several_in_one_mail_the_one_that_cannot_be_written_goes_alone(harbor, bob, due_in, box):
    cases = [due_in(days) for days in (6, 7, 8)]
    plan(harbor, NOW)
    # There is no day after this one on which it would be late.
    with scope(harbor.pk, door=Door.STAFF):
        end = datetime.max.replace(tzinfo=UTC)
        Deadline.objects.filter(case=cases[1]).update(direction="theirs", late_after_at=end)

    now = NOW
    for _ in range(MAX_ATTEMPTS + 1):
        send_all(harbor, box, now)
        now += timedelta(minutes=15)

    told = "".join(mail.text for mail in box.mails)
    assert [case.number in told for case in cases] == [True, False, True]
    [parked] = rows(harbor, state=State.PARKED)
    assert parked.case_id == cases[1].pk
    assert {each.answer for each in attempts(harbor, parked.pk)} == {"OverflowError"}


def test_several_in_one_mail_that_end_their_sender_come_apart_and_one_is_parked(harbor, due_in, box):
    cases = [due_in(days) for days in (6, 7, 8)]
    plan(harbor, NOW)

    def end_the_process(message: Message) -> None:
        if cases[1].number in message.text:
            raise SystemExit

    box.before, now, ended = end_the_process, NOW, 0
    for _ in range(MAX_ATTEMPTS + 3):
        try:
            send_all(harbor, box, now)
        except SystemExit:
            ended += 1
        now += LEASE

    assert ended == MAX_ATTEMPTS
    assert [case.number in "".join(mail.text for mail in box.mails) for case in cases] == [True, False, True]
    [parked] = rows(harbor, state=State.PARKED)
    assert parked.case_id == cases[1].pk


def test_a_zone_that_nobody_knows_silences_nobody(harbor, bob, dana, due_in, box):
    User.objects.filter(pk=dana.pk).update(zone="Nowhere/At_All")
    due_in(2), due_in(2, by=dana)

    plan(harbor, NOW)
    send_all(harbor, box, NOW)

    assert {mail.to for mail in box.mails} == {bob.email, dana.email}
