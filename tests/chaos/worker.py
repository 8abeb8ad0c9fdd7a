"""The product's own sender (`manage.py deliver_reminders`) as a process, with its times scaled for a test.

    python -m tests.chaos.worker [--lease 3] [--step 2] [--look 0.2] [--plan 1] [--waits 0.02] [--size 10]
        [--attempts 2] [--timeout 1] [--limit 6] [--poison FILE] [--uncounted] [--no-grace]

FILE holds lines of a mail's id and what becomes of the process that writes it: `raises`, `hangs`, `crashes`.
DATABASE_URL, EMAIL_URL and ADVOCACY_CLOCK_OFFSET are as for the product.
"""

import argparse
import os
import signal
import time
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from unittest.mock import patch

import django


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--lease", type=float)
    parser.add_argument("--step", type=float)
    parser.add_argument("--look", type=float)
    parser.add_argument("--plan", type=float)
    parser.add_argument("--size", type=int)
    parser.add_argument("--attempts", type=int)
    parser.add_argument("--timeout", type=float)
    parser.add_argument("--limit", type=float)
    parser.add_argument("--waits", type=float, default=1.0)
    parser.add_argument("--poison", type=Path)
    parser.add_argument("--uncounted", action="store_true")
    parser.add_argument("--no-grace", action="store_true")
    given = parser.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "advocacy.settings.test")
    django.setup()
    _scale(given)
    from advocacy.kernel.keeper import Keeper, Shift
    from reminders import rounds
    from reminders.letters import warm_up

    def inner() -> None:
        shift = Shift(given.step or rounds.STEP_SECONDS)
        shift.begin()
        if given.no_grace:
            signal.signal(signal.SIGTERM, signal.SIG_DFL)
        rounds.work(shift)

    warm_up()
    Keeper(inner).run()


def _scale(given: argparse.Namespace) -> None:
    """Change the times that a test cannot wait for, and poison the pen."""
    from django.conf import settings

    from advocacy.mail import delivery
    from reminders import rounds
    from reminders.delivery import ReminderClaim, ReminderQueue

    settings.MAIL_TIMEOUT_SECONDS = given.timeout or settings.MAIL_TIMEOUT_SECONDS
    if given.limit:
        settings.MAIL_LIMIT_SECONDS = given.limit
    rounds.LOOK_SECONDS = given.look or rounds.LOOK_SECONDS
    rounds.PLAN_SECONDS = given.plan or rounds.PLAN_SECONDS
    rounds.SPARE_SECONDS = rounds.PLAN_SECONDS / 2
    rounds.SPARE_AT_START_SECONDS = rounds.PLAN_SECONDS * 3 / 4
    if given.lease:
        patch.dict(rounds.send.__kwdefaults__, {"lease": timedelta(seconds=given.lease)}).start()
    if given.size:
        patch.dict(delivery.deliver.__kwdefaults__, {"size": given.size}).start()
    delivery.MAX_ATTEMPTS = given.attempts or delivery.MAX_ATTEMPTS
    wait_after = delivery.wait_after
    patch.object(delivery, "wait_after", lambda *a, **k: wait_after(*a, **k) * given.waits).start()
    if given.poison:
        fates = dict(line.split() for line in given.poison.read_text().splitlines())
        _poison(ReminderClaim, fates)
    if given.uncounted:
        _uncount(ReminderQueue)


def _poison(claim: Any, fates: dict[str, str]) -> None:
    real = claim.message

    def message(self: Any, now: datetime) -> Any:
        made = real(self, now)
        fate = fates.get(str(self.mail_id)) if made else None
        if fate == "raises":
            raise RuntimeError("this one cannot be written")
        if fate == "hangs":
            time.sleep(3600)
        if fate == "crashes":
            os.kill(os.getpid(), signal.SIGSEGV)
        return made

    claim.message = message


def _uncount(queue: Any) -> None:
    """Leave out that an attempt is counted with the claim: every try is the first."""
    from django.db import connection

    from advocacy.organisations.services import job_in

    real = queue.claim

    def claim(self: Any, **given: Any) -> Any:
        with job_in(self.organisation_id), connection.cursor() as cursor:
            cursor.execute("UPDATE reminder SET attempts = 0 WHERE state = 'planned'")
        return real(self, **given)

    queue.claim = claim


if __name__ == "__main__":
    main()
