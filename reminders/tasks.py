"""What beat and the worker's heart ring. Each may run twice at any moment, and beside the sender."""

import time
from uuid import UUID

from celery import shared_task

from advocacy.kernel import clock
from advocacy.mail import transport
from advocacy.organisations.services import beat
from reminders import rounds

# A worker that is told to stop waits for its task: this is how long. The next bell goes on with the rest.
DELIVER_SECONDS = 20.0


@shared_task(ignore_result=True)
def plan(**_later: object) -> None:
    """Plan every organisation."""
    rounds.plan()


@shared_task(ignore_result=True)
def deliver(**_later: object) -> None:
    """Send what is due, a batch an organisation and round, until nothing is or the time is up."""
    ends_at = time.monotonic() + DELIVER_SECONDS
    out, failed = transport.configured(), set[UUID]()
    try:
        while rounds.send(out=out, failed=failed, over=lambda: time.monotonic() > ends_at):
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
