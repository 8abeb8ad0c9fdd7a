"""Ring a task by its name, after commit. Redis is a doorbell: a ring that is lost costs seconds, not work."""

from functools import partial

from celery import current_app
from django.db import transaction
from kombu.exceptions import OperationalError

from advocacy.kernel import logs

log = logs.get(__name__)


def _send(name: str, kwargs: dict[str, str]) -> None:
    try:
        current_app.send_task(name, kwargs=kwargs, retry=False)
    except OperationalError:
        # The rows are already committed, and the next beat finds them.
        log.warning("doorbell.unreachable", task=name)


def ring(name: str, **kwargs: str) -> None:
    """Ask a worker to run the named task once the present transaction has committed."""
    transaction.on_commit(partial(_send, name, kwargs), robust=True)
