"""The doorbell of the mail queue."""

import time

from celery import shared_task

from advocacy.kernel import clock
from advocacy.mail import transport
from advocacy.mail.delivery import DRAIN_SECONDS
from advocacy.mail.delivery import deliver as deliver_from
from advocacy.mail.services import MailQueue
from advocacy.organisations.services import beat


@shared_task(ignore_result=True)
def deliver(**_later: object) -> None:
    """Send what waits in the mail queue, batch by batch, until nothing is due or the server takes nothing."""
    out, ends_at = transport.configured(), time.monotonic() + DRAIN_SECONDS
    try:
        while time.monotonic() < ends_at:
            done = deliver_from(MailQueue(), transport=out, now=clock.now)
            # A long drain is no silence.
            beat(part="mail round", at=clock.now())
            if done.stopped or not done.total:
                break
    finally:
        out.close()
