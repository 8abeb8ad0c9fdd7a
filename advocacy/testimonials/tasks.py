"""What beat rings: stories whose permission is over."""

from celery import shared_task

from advocacy.kernel import clock, logs
from advocacy.organisations.services import active, job_in
from advocacy.testimonials import services

log = logs.get(__name__)


@shared_task(ignore_result=True)
def expire(**_later: object) -> None:
    """Take down, in each organisation, what may no longer be shown."""
    now = clock.now()
    for organisation in active():
        try:
            with job_in(organisation.pk):
                services.expire_due(now=now)
        except Exception:
            # One organisation's trouble keeps nobody else's stories up.
            log.exception("stories.expire.failed", organisation=str(organisation.pk))
