"""What beat rings: plan, deliver, tick. Each may run twice at any moment."""

from uuid import UUID

from celery import shared_task

from advocacy.kernel import clock, logs
from advocacy.mail import transport
from advocacy.mail.services import deliver as deliver_from
from advocacy.organisations.services import active, beat, job_in
from reminders import services
from reminders.delivery import ReminderQueue, organisations_with_work

log = logs.get(__name__)


@shared_task(ignore_result=True)
def plan(**_later: object) -> None:
    """Plan every organisation, and give out what is no mail; one that fails does not silence the others."""
    for organisation in active():
        # Short transactions: what fails in one does not undo the other.
        for part in (services.plan, services.hand_out):
            try:
                with job_in(organisation.pk):
                    part(now=clock.now())
            except Exception:
                log.exception("planner.failed", organisation=str(organisation.pk), task=part.__name__)
    beat(part="planner round", at=clock.now())


@shared_task(ignore_result=True)
def deliver(**_later: object) -> None:
    """Send what is due: one batch an organisation and round, so that a large one holds up no small one."""
    out = transport.configured()
    failed: set[UUID] = set()
    try:
        while organisations := [each for each in organisations_with_work(clock.now()) if each not in failed]:
            for organisation_id in organisations:
                try:
                    deliver_from(ReminderQueue(organisation_id), transport=out, now=clock.now)
                except Exception:
                    # The next round tries it again; the others do not wait for it.
                    failed.add(organisation_id)
                    log.exception("delivery.failed", organisation=str(organisation_id))
            # A long drain is no silence.
            beat(part="delivery round", at=clock.now())
    finally:
        out.close()
    beat(part="delivery round", at=clock.now())


@shared_task(ignore_result=True)
def beat_ticked(**_later: object) -> None:
    """Show that beat rings and a worker hears it."""
    beat(part="beat", at=clock.now())
