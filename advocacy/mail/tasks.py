"""The doorbell of the mail queue."""

from celery import shared_task

from advocacy.kernel import clock
from advocacy.mail import transport
from advocacy.mail.delivery import deliver as deliver_from
from advocacy.mail.services import MailQueue
from advocacy.organisations.services import beat


@shared_task(ignore_result=True)
def deliver(**_later: object) -> None:
    """Send what waits in the mail queue, batch by batch, until nothing is due."""
    out = transport.configured()
    try:
        while deliver_from(MailQueue(), transport=out, now=clock.now).total:
            # A long drain is no silence.
            beat(part="mail round", at=clock.now())
        beat(part="mail round", at=clock.now())
    finally:
        out.close()
