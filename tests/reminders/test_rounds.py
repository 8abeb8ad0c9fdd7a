"""The rounds: they need no broker, hand back what they hold when they stop, and pass over what fails."""

from datetime import timedelta
from uuid import UUID

import pytest

from advocacy.kernel.keeper import Shift
from advocacy.mail.models import OutgoingMail
from advocacy.mail.services import queue
from advocacy.organisations.models import Heartbeat
from advocacy.settings.schedule import BEAT_SCHEDULE
from reminders import letters, rounds
from reminders.tasks import plan as plan_task
from tests.cases.pages import stop_clock
from tests.reminders.box import NOW, Box, plan, rows

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _at_now(settings) -> None:
    stop_clock(settings, NOW + timedelta(seconds=10))


def test_a_look_sends_reminders_and_other_mail_and_leaves_its_sign(harbor, due_in):
    due_in(7)
    plan(harbor, NOW)
    queue(kind="code", to="ana@demo.example", subject="Your code", text="1", html="", now=NOW)
    box = Box()

    more = rounds.look(box, Shift(60))
    again = rounds.look(box, Shift(60))

    assert (more, again) == (True, False)
    assert [row.state for row in rows(harbor, step="T-7")] == ["sent"]
    assert "ana@demo.example" in {mail.to for mail in box.mails}
    assert Heartbeat.objects.filter(part="sender").exists()


def test_who_stops_hands_back_what_is_claimed_and_it_counts_as_no_attempt(harbor, due_in):
    for _ in range(3):
        due_in(7)
    plan(harbor, NOW)
    shift, box = Shift(60), Box()

    def stop(_message) -> None:
        shift.ended = True

    box.before = stop
    rounds.send(out=box, failed=set(), over=shift.over)

    left = rows(harbor, step="T-7", state="planned")
    assert len(box.mails) == 1
    assert [row.attempts for row in left] == [0] * len(left)
    rounds.send(out=Box(), failed=set())
    assert not rows(harbor, step="T-7", state="planned"), "free at once, not after a lease"


def test_a_queue_that_fails_is_passed_over_and_the_others_go_on(harbor, sierra, bob, charlie, due_in):
    due_in(7)
    due_in(7, by=charlie, at=sierra)
    for organisation in (harbor, sierra):
        plan(organisation, NOW)
    box, failed = Box(), set[UUID]()

    class Broken(rounds.ReminderQueue):
        def claim(self, *, now, lease: timedelta, size: int):
            if self.organisation_id == harbor.pk:
                raise RuntimeError
            return super().claim(now=now, lease=lease, size=size)

    rounds.send(out=box, failed=failed, source=Broken)

    assert failed == {harbor.pk}
    assert {mail.to for mail in box.mails} == {charlie.email}


def test_what_was_just_planned_is_left_and_what_was_planned_a_while_ago_is_not(harbor, due_in, settings):
    rounds.plan()
    due_in(7)

    rounds.plan(spare=30)
    assert rows(harbor) == []
    stop_clock(settings, NOW + timedelta(seconds=41))
    rounds.plan(spare=30)
    assert rows(harbor) != []


def test_a_sign_of_the_planner_from_the_future_is_none(harbor, due_in, settings):
    stop_clock(settings, NOW + timedelta(hours=1))
    rounds.plan()
    stop_clock(settings, NOW + timedelta(seconds=10))
    due_in(7)

    rounds.plan(spare=30)

    assert rows(harbor) != []


def test_a_changed_fact_is_planned_at_once_however_lately_all_was_planned(harbor, due_in):
    rounds.plan()
    due_in(7)

    plan_task(**BEAT_SCHEDULE["plan"]["kwargs"])
    assert rows(harbor) == [], "what beat rings may wait"
    plan_task()
    assert rows(harbor) != []


def test_digests_are_written_in_portions_and_none_is_left_out(harbor, sierra, alice, dana, due_in):
    due_in(1)
    written = rounds.Digests([harbor, sierra])
    asked: list[None] = []

    def after_one() -> bool:
        asked.append(None)
        return len(asked) > 2

    done = written.go_on(over=after_one)
    first = OutgoingMail.objects.filter(kind="digest").count()

    assert (done, first) == (False, 1)
    assert not Heartbeat.objects.filter(part="digest round").exists()
    asked.clear()
    # Time for one more: the next portion has it, and does not begin with who is done.
    assert not written.go_on(over=after_one)
    assert written.left == [sierra]
    assert written.go_on()
    assert OutgoingMail.objects.filter(kind="digest", to__in=[alice.email, dana.email]).count() == 2
    assert Heartbeat.objects.filter(part="digest round").exists()


@pytest.mark.parametrize(("seconds_ago", "is_planned"), [(40, False), (50, True)])
def test_a_sender_that_starts_leaves_what_was_planned_within_the_minute(
    harbor, due_in, settings, monkeypatch, seconds_ago, is_planned
):
    """A crash costs nobody a second plan of the same minute; and none is missed."""
    rounds.plan()
    due_in(7)
    stop_clock(settings, NOW + timedelta(seconds=10 + seconds_ago))
    shift = Shift(60)

    def ends(_out, _shift, _source) -> bool:
        shift.ended = True
        return True

    monkeypatch.setattr(rounds, "look", ends)
    rounds.work(shift)

    assert bool(rows(harbor)) == is_planned


def test_what_cannot_be_loaded_beforehand_stops_no_other_mail(harbor, due_in, monkeypatch):
    def broken() -> None:
        raise RuntimeError

    due_in(7)
    plan(harbor, NOW)
    letters.warm_up.cache_clear()
    monkeypatch.setattr(letters, "load_rulebook", broken)
    box = Box()

    rounds.send(out=box, failed=set())

    assert len(box.mails) == 1
