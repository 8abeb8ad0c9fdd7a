"""What beat rings: plan, deliver, tick. Each may run twice at any moment."""

import time
from datetime import datetime
from typing import Protocol
from uuid import UUID

from celery import shared_task
from celery.exceptions import SoftTimeLimitExceeded
from django.conf import settings

from advocacy.kernel import clock, logs
from advocacy.mail import transport
from advocacy.mail.delivery import DRAIN_SECONDS
from advocacy.mail.queries import hold
from advocacy.mail.services import deliver as deliver_from
from advocacy.mail.services import send_canary
from advocacy.organisations.services import active, beat, job_in
from reminders import digest as digests
from reminders import failures, services
from reminders import watch as watching
from reminders.delivery import ReminderQueue, organisations_with_work

log = logs.get(__name__)


@shared_task(ignore_result=True)
def plan(**_later: object) -> None:
    """Plan every organisation, and give out what is no mail; one that fails does not silence the others."""
    for organisation in active():
        _in(organisation.pk, services.plan, "planner.failed")
        _in(organisation.pk, services.hand_out, "handing_out.failed")
        _in(organisation.pk, failures.hand_over_parked, "handover.failed")
    beat(part="planner round", at=clock.now())


class _Round(Protocol):
    def __call__(self, *, now: datetime) -> int: ...


def _in(organisation_id: UUID, act: _Round, failed: str) -> None:
    try:
        with job_in(organisation_id):
            act(now=clock.now())
    except Exception:
        log.exception(failed, organisation=str(organisation_id))


@shared_task(ignore_result=True)
def deliver(**_later: object) -> None:
    """Send what is due: one batch an organisation and round, so that a large one holds up no small one."""
    out = transport.configured()
    try:
        _drain(out, ends_at=time.monotonic() + DRAIN_SECONDS)
    finally:
        out.close()
    beat(part="delivery round", at=clock.now())


def _drain(out: transport.Transport, *, ends_at: float) -> None:
    failed: set[UUID] = set()
    while organisations := [each for each in organisations_with_work(clock.now()) if each not in failed]:
        for organisation_id in organisations:
            if time.monotonic() > ends_at or not _deliver_one(organisation_id, out, failed):
                return
        # A long drain is no silence.
        beat(part="delivery round", at=clock.now())


def _deliver_one(organisation_id: UUID, out: transport.Transport, failed: set[UUID]) -> bool:
    """Send one batch; False if nothing may leave, or the mail server takes nothing, at present."""
    if hold():
        # Planning goes on: what is due stays due.
        return False
    try:
        done = deliver_from(ReminderQueue(organisation_id), transport=out, now=clock.now)
    except SoftTimeLimitExceeded:
        raise
    except Exception:
        # The next round tries it again; the others do not wait for it.
        failed.add(organisation_id)
        log.exception("delivery.failed", organisation=str(organisation_id))
        return True
    if done.parked:
        _in(organisation_id, failures.hand_over_parked, "handover.failed")
    return not done.stopped


@shared_task(ignore_result=True)
def digest(**_later: object) -> None:
    """Queue the digests whose hour has come. How many could not be written stands in the heartbeat."""
    failed = 0
    for organisation in active():
        try:
            failed += digests.send_due(organisation, now=clock.now())
        except Exception:
            failed += 1
            log.exception("digest.failed", organisation=str(organisation.pk))
    beat(part="digest round", at=clock.now(), waiting=failed)


@shared_task(ignore_result=True)
def watch(**_later: object) -> None:
    """Write to the operators about parts that have stopped."""
    watching.look(now=clock.now())
    beat(part="watch round", at=clock.now())


@shared_task(ignore_result=True)
def beat_ticked(**_later: object) -> None:
    """Show that beat rings and a worker hears it."""
    beat(part="beat", at=clock.now())


@shared_task(ignore_result=True)
def canary(**_later: object) -> None:
    """Write to ourselves: that it comes back, by the hook, shows that mail arrives."""
    if settings.MAIL_CANARY and settings.MAIL["kind"] == "smtp":
        send_canary(to=settings.MAIL_CANARY, now=clock.now())
