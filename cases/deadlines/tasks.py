"""The hourly look: deadlines equal their facts even where an announcement was missed."""

from celery import shared_task

from advocacy.kernel import clock, logs
from advocacy.organisations.services import active, job_in
from cases.casefile.models import Case
from cases.deadlines import services

log = logs.get(__name__)


@shared_task(ignore_result=True)
def recompute_all(**_later: object) -> None:
    """Recompute every open case, organisation by organisation."""
    now = clock.now()
    for organisation in active():
        with job_in(organisation.pk):
            cases = list(Case.objects.open().select_related("coverage"))
        for case in cases:
            try:
                with job_in(organisation.pk):
                    services.recompute(case=case, now=now)
            except Exception:
                # One case that cannot be computed must not keep the others from it.
                log.exception("recompute.failed", organisation=str(organisation.pk), case=str(case.pk))
