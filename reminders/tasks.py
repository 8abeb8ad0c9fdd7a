"""What beat and the worker's heart ring. Each may run twice at any moment, and beside the sender."""

import time
from functools import cache
from uuid import UUID

from celery import shared_task
from django.conf import settings

from advocacy.kernel import clock
from advocacy.mail import transport
from advocacy.mail.delivery import DRAIN_SECONDS
from advocacy.mail.services import send_canary
from advocacy.organisations.services import beat
from reminders import rounds
from reminders.delivery import ReminderQueue


@shared_task(ignore_result=True)
def plan(*, spare: float = 0.0, **_later: object) -> None:
    """Plan every organisation, but those of the last `spare` seconds: a fact that rings spares none."""
    rounds.plan(spare=spare)


@shared_task(ignore_result=True)
def deliver(**_later: object) -> None:
    """Send what is due, a batch an organisation and round, until nothing is or the time is up."""
    ends_at = time.monotonic() + DRAIN_SECONDS
    out, failed, queues = transport.configured(), set[UUID](), cache(ReminderQueue)
    try:
        while rounds.send(out=out, failed=failed, over=lambda: time.monotonic() > ends_at, source=queues):
            if time.monotonic() > ends_at:
                return
    finally:
        out.close()


@shared_task(ignore_result=True)
def digest(**_later: object) -> None:
    """Queue the digests whose hour has come."""
    rounds.digest()


@shared_task(ignore_result=True)
def watch(**_later: object) -> None:
    """Write to the operators about parts that have stopped."""
    rounds.watch()


@shared_task(ignore_result=True)
def beat_ticked(**_later: object) -> None:
    """Show that beat rings and a worker hears it."""
    beat(part="beat", at=clock.now())


@shared_task(ignore_result=True)
def canary(**_later: object) -> None:
    """Write to ourselves: that it comes back, by the hook, shows that mail arrives."""
    if settings.MAIL_CANARY and settings.MAIL["kind"] == "smtp":
        send_canary(to=settings.MAIL_CANARY, now=clock.now())
