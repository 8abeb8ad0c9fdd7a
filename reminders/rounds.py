"""The rounds of planning and sending, straight from PostgreSQL: whoever rings or does not, rows decide."""

import random
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache, partial
from typing import Protocol
from uuid import UUID

from celery.exceptions import SoftTimeLimitExceeded
from django.db import connections

from advocacy.kernel import clock, logs
from advocacy.kernel.keeper import Shift
from advocacy.mail import transport
from advocacy.mail.delivery import LEASE, Round
from advocacy.mail.queries import hold
from advocacy.mail.services import MailQueue, deliver
from advocacy.mail.transport import Transport
from advocacy.organisations.models import Organisation
from advocacy.organisations.services import active, beat, did_beat, job_in
from reminders import digest as digests
from reminders import failures, services, sweep
from reminders import watch as watching
from reminders.delivery import ReminderQueue, organisations_with_work
from reminders.letters import warm_up

log = logs.get(__name__)

PLAN_SECONDS = 60.0
# What somebody else planned so short a while ago is left: beat and each sender plan, and once is enough.
SPARE_SECONDS = 30.0
# One that starts has mail to send first: after a crash nobody waits for a second plan of the same minute.
SPARE_AT_START_SECONDS = 45.0
LOOK_SECONDS = 5.0
# So long the organisations with work are served in turn before somebody asks again which they are.
ROUND_SECONDS = 1.0
# So long digests are written before reminders are looked at again.
DIGEST_SECONDS = 3.0
# One mail, or one organisation's plan. More than the 60 s a send may take; five of them, each after the lease
# of the one before, end within a quarter of an hour.
STEP_SECONDS = 90.0


def never() -> bool:
    return False


def plan(*, over: Callable[[], bool] = never, spare: float = 0.0) -> None:
    """Plan every organisation, one short transaction each: one that fails does not silence the others.

    `over` is asked before each; once it says yes, the rest is left to the next round. What was planned within
    the last `spare` seconds stays as it is.
    """
    organisations = active()
    # Two planners at once meet in each organisation if they walk in step; and nobody is always the last.
    random.shuffle(organisations)
    for organisation in organisations:
        if over():
            return
        within = timedelta(seconds=spare)
        if not did_beat("planner", organisation.pk, within=within, now=clock.now()):
            _in(organisation.pk, services.plan, "planner.failed")
        _in(organisation.pk, services.hand_out, "handing_out.failed")
        _in(organisation.pk, failures.hand_over_parked, "handover.failed")
    beat(part="planner round", at=clock.now())


class _Act(Protocol):
    def __call__(self, *, now: datetime) -> int: ...


def _in(organisation_id: UUID, act: _Act, failed: str) -> None:
    try:
        with job_in(organisation_id):
            act(now=clock.now())
    except Exception:
        log.exception(failed, organisation=str(organisation_id))


def send(
    *,
    out: Transport,
    failed: set[UUID],
    over: Callable[[], bool] = never,
    source: Callable[[UUID], ReminderQueue] = ReminderQueue,
    lease: timedelta = LEASE,
) -> bool:
    """Send one batch of each organisation with work, the most overdue first; say whether there may be more.

    One batch each, so that a large one holds up no small one; and again one of each that had any, for about a
    second, so that not every batch asks who has work. Organisations whose queue failed are added to `failed`
    and passed over: a later round tries them again. `over` is asked before each mail. If the mail server
    takes nothing at present, or nothing may leave, there is no more.
    """
    warm_up()
    ends_at = time.monotonic() + ROUND_SECONDS
    found = [each for each in organisations_with_work(clock.now()) if each not in failed]
    may_be_more, turn = bool(found), found
    while turn and may_be_more:
        had_some = []
        for organisation_id in turn:
            if over():
                break
            # Planning goes on while mail is held: what is due stays due.
            done = (
                Round(stopped=True) if hold() else _batch(source(organisation_id), out, failed, over, lease)
            )
            if done.stopped:
                may_be_more = False
                break
            if done.total:
                had_some.append(organisation_id)
        turn = had_some if time.monotonic() < ends_at and not over() else []
    # A long drain is no silence.
    beat(part="delivery round", at=clock.now())
    return may_be_more


def _batch(
    source: ReminderQueue, out: Transport, failed: set[UUID], over: Callable[[], bool], lease: timedelta
) -> Round:
    try:
        done = deliver(source, transport=out, now=clock.now, lease=lease, over=over)
    except SoftTimeLimitExceeded:
        raise
    except Exception:
        failed.add(source.organisation_id)
        log.exception("delivery.failed", organisation=str(source.organisation_id))
        return Round()
    if done.parked:
        _in(source.organisation_id, failures.hand_over_parked, "handover.failed")
    return done


def send_other_mail(*, out: Transport, over: Callable[[], bool] = never) -> bool:
    """Send one batch of the mail queue; say whether there was any."""
    done = deliver(MailQueue(), transport=out, now=clock.now, over=over)
    beat(part="mail round", at=clock.now())
    return bool(done.total) and not done.stopped


class _Round(Protocol):
    def __call__(self, organisation: Organisation, /, *, now: datetime) -> int:
        """Do it for one organisation; return how much of it failed."""


@dataclass
class Digests:
    """One round of digests and sweeps, in as many portions as it takes: each goes on where the last ended."""

    left: list[Organisation] | None = None
    failed: int = 0
    to_sweep: set[UUID] = field(default_factory=set)

    def go_on(self, *, over: Callable[[], bool] = never) -> bool:
        """Queue the digests whose hour has come, and sweep each hour; say whether the round is done.

        `over` is asked before each. How many could not be done stands in the heartbeat.
        """
        stopped = False

        def enough() -> bool:
            nonlocal stopped
            stopped = over()
            return stopped

        if self.left is None:
            self.left = active()
            self.to_sweep = sweep.waiting(clock.now(), {each.pk for each in self.left})
        while self.left:
            organisation = self.left[0]
            if enough():
                return False
            self._do("digest", partial(digests.send_due, over=enough), organisation)
            if stopped:
                return False
            if organisation.pk in self.to_sweep:
                self._do("sweep", _sweep, organisation)
            self.left = self.left[1:]
        beat(part="digest round", at=clock.now(), waiting=self.failed)
        return True

    def _do(self, name: str, act: _Round, organisation: Organisation) -> None:
        try:
            self.failed += act(organisation, now=clock.now())
        except Exception:
            self.failed += 1
            log.exception(f"{name}.failed", organisation=str(organisation.pk))


def _sweep(organisation: Organisation, *, now: datetime) -> int:
    with job_in(organisation.pk):
        sweep.look(now=now)
    return 0


def digest() -> None:
    """Queue the digests whose hour has come, and sweep, in every organisation."""
    Digests().go_on()


def watch() -> None:
    """Write to the operators about parts that have stopped."""
    watching.look(now=clock.now())
    beat(part="watch round", at=clock.now())


def work(shift: Shift) -> None:
    """Plan, digest and watch each minute, and send each five seconds, until the shift is over."""
    out, plan_at = transport.configured(), 0.0
    queues, spare = cache(ReminderQueue), SPARE_AT_START_SECONDS
    written: Digests | None = None
    try:
        while not shift.over():
            if time.monotonic() >= plan_at:
                plan_at = time.monotonic() + PLAN_SECONDS
                _guarded("planner", partial(plan, over=shift.over, spare=spare))
                spare = SPARE_SECONDS
                _guarded("watch", watch)
                # One that takes more than a minute goes on: begun anew it might never reach its last ones.
                written = written or Digests()
            if written is not None:
                # In portions: no reminder waits for many digests.
                written = _portion(written, shift)
            if not _guarded("delivery", lambda: look(out, shift, queues)) and written is None:
                shift.rest(LOOK_SECONDS)
    finally:
        out.close()


def _portion(written: Digests, shift: Shift) -> Digests | None:
    """Write digests for a moment; return the round if more are to come, None if it is done or failed."""
    ends_at = time.monotonic() + DIGEST_SECONDS

    def over() -> bool:
        return shift.over() or time.monotonic() > ends_at

    return written if _guarded("digest", lambda: not written.go_on(over=over)) else None


def look(out: Transport, shift: Shift, source: Callable[[UUID], ReminderQueue] = ReminderQueue) -> bool:
    """Send one round of everything; say whether there may be more."""
    beat(part="sender", at=clock.now())
    failed: set[UUID] = set()
    reminders = send(out=out, failed=failed, over=shift.over, source=source)
    others = send_other_mail(out=out, over=shift.over)
    # What failed waits for the next look, or it would be tried without a pause.
    return (reminders and not failed) or others


def _guarded(name: str, act: Callable[[], bool | None]) -> bool:
    """A database that is away for a moment ends no sender: it looks again."""
    try:
        return bool(act())
    except Exception:
        log.exception(f"{name}.failed")
        for connection in connections.all(initialized_only=True):
            # It may be the broken one; the next statement opens another.
            connection.close()
        return False
