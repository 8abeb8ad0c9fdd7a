"""The Celery application: workers that look at rows in PostgreSQL when the doorbell rings."""

import os
import time
from typing import Any

from celery import Celery
from celery.signals import heartbeat_sent, worker_init, worker_ready
from kombu.exceptions import OperationalError

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


class Heart:
    """Rings the watch each minute by the worker's own heart (every 2 s), so that it outlives beat."""

    every_seconds = 60.0

    def __init__(self, application: Celery) -> None:
        self.application = application
        self.rang_at = time.monotonic()

    def __call__(self, **_later: Any) -> None:
        if time.monotonic() - self.rang_at < self.every_seconds:
            return
        self.rang_at = time.monotonic()
        try:
            self.application.send_task("reminders.tasks.watch", retry=False, expires=self.every_seconds)
        except OperationalError:
            # Without Redis no worker hears anything: the pages say so.
            return


heart = Heart(app)
heartbeat_sent.connect(heart)
