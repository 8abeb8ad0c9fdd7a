"""What beat rings: answers to programs that are kept no longer."""

from celery import shared_task

from advocacy.api import services
from advocacy.kernel import clock, logs
from advocacy.organisations.models import Organisation
from advocacy.organisations.services import job_in

log = logs.get(__name__)


@shared_task(ignore_result=True)
def purge(**_later: object) -> None:
    """Remove, in each organisation, the answers that have expired; a suspended one's do not stay either."""
    now = clock.now()
    for organisation_id in Organisation.objects.values_list("pk", flat=True).order_by("created_at"):
        try:
            with job_in(organisation_id):
                services.purge_answers(now=now)
        except Exception:
            # One organisation's trouble keeps nobody else's answers.
            log.exception("api.purge.failed", organisation=str(organisation_id))
