"""A sender lists its next mails once a second: what others did meanwhile it finds out when it claims."""

from datetime import timedelta

import pytest

from advocacy.mail.delivery import LEASE
from reminders import delivery, rounds
from reminders.delivery import LISTED_FOR, ReminderQueue
from tests.cases.pages import stop_clock
from tests.reminders.box import NOW, Box, plan

pytestmark = pytest.mark.django_db(transaction=True)

MOMENT = LISTED_FOR / 2


@pytest.fixture
def queues(harbor, due_in) -> tuple[ReminderQueue, ReminderQueue]:
    """Two senders of an organisation with five mails due, each in a mail of its own."""
    for _ in range(5):
        due_in(2)
    plan(harbor, NOW)
    return ReminderQueue(harbor.pk), ReminderQueue(harbor.pk)


def claim(queue: ReminderQueue, *, size: int = 10, later: timedelta = timedelta()):
    return [each.mail_id for each in queue.claim(now=NOW + later, lease=LEASE, size=size)]


def test_what_another_sender_took_since_the_list_was_made_is_not_taken_twice(queues):
    one, other = queues

    first = claim(one, size=1)
    others = claim(other, size=2)
    rest = claim(one, later=MOMENT)

    assert (len(first), len(others), len(rest)) == (1, 2, 2)
    assert len({*first, *others, *rest}) == 5


def test_what_stands_further_down_the_list_is_claimed_in_its_place(queues):
    """Nobody's batch is short because the head of its list is gone."""
    one, other = queues
    claim(one, size=1)
    claim(other, size=2)

    assert len(claim(one, size=2, later=MOMENT)) == 2


def test_a_mail_that_was_tried_since_it_was_listed_is_listed_anew_with_its_count(queues):
    one, other = queues
    claim(one, size=1)
    [tried, *_] = other.claim(now=NOW, lease=LEASE, size=1)
    tried.again("451 later", NOW, NOW, attempts=1)

    at_once = claim(one, later=MOMENT)
    listed = one.claim(now=NOW + 3 * LISTED_FOR, lease=LEASE, size=10)

    assert tried.mail_id not in at_once
    assert [(each.mail_id, each.attempts) for each in listed] == [(tried.mail_id, 2)]


def test_a_new_list_is_made_a_moment_later_and_when_the_clock_was_set_back(queues, harbor, due_in):
    one, _ = queues
    claim(one, size=1)
    due_in(2)
    plan(harbor, NOW)

    kept = len(claim(one, size=1, later=MOMENT)) + len(one.ahead)
    assert kept == 4
    claim(one, size=1, later=2 * LISTED_FOR)
    assert len(one.ahead) == 3
    assert len(claim(one, later=-LISTED_FOR)) == 3


def test_one_round_asks_once_who_has_work_and_sends_several_batches(harbor, due_in, settings, monkeypatch):
    stop_clock(settings, NOW)
    for _ in range(12):
        due_in(2)
    plan(harbor, NOW)
    asked: list[None] = []

    def noted(at):
        asked.append(None)
        return delivery.organisations_with_work(at)

    monkeypatch.setattr(rounds, "organisations_with_work", noted)
    monkeypatch.setattr(rounds, "ROUND_SECONDS", 60.0)
    box = Box()

    assert rounds.send(out=box, failed=set(), source=ReminderQueue)
    assert (len(box.mails), len(asked)) == (12, 1)
