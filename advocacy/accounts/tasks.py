"""What beat rings: sessions that nobody can use any more."""

from celery import shared_task

from advocacy.accounts import services
from advocacy.kernel import clock


@shared_task(ignore_result=True)
def forget_sessions(**_later: object) -> None:
    """Take rows away that open nothing."""
    services.forget_sessions(now=clock.now())
