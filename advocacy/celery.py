"""The Celery application: workers that look at rows in PostgreSQL when the doorbell rings."""

import os
from typing import Any

from celery import Celery
from celery.signals import worker_init, worker_ready

os.environ.setdefault("DJANGO_SETTINGS_MODULE", f"advocacy.settings.{os.environ.get('ADVOCACY_ENV', 'dev')}")

app = Celery("advocacy")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@worker_init.connect
def audit_locks(**_later: Any) -> None:
    """Refuse to work for organisations whose rows are not locked."""
    from advocacy.organisations.catalogue import stop_unless_locked

    stop_unless_locked()


@worker_ready.connect
def look_at_once(**_later: Any) -> None:
    """Plan and deliver on waking, rather than a round later: the gap may have been long."""
    for name in (
        "reminders.tasks.beat_ticked",
        "reminders.tasks.plan",
        "reminders.tasks.deliver",
        "reminders.tasks.digest",
    ):
        app.send_task(name)
