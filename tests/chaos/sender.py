"""A sender as a process: it sends what is due until it is killed.

    python -m tests.chaos.sender TOKENS --lease 3 [--hold-after-send FLAG --hold-at 4]

TOKENS gets one line for each claim, so that who kills this process can tell which rows it held. With
--hold-after-send it stops for good after the server's yes to its n-th mail and before our note of it, and
makes the file FLAG to say so. DATABASE_URL and EMAIL_URL name the servers.
"""

import argparse
import os
import time
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

import django

from tests.chaos.sink import end_with_parent

NOTHING_DUE_SECONDS = 0.05


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("tokens", type=Path)
    parser.add_argument("--lease", type=float, required=True)
    parser.add_argument("--hold-after-send", type=Path)
    parser.add_argument("--hold-at", type=int, default=1)
    arguments = parser.parse_args()
    end_with_parent()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "advocacy.settings.test")
    django.setup()
    _send(arguments)


def _send(arguments: argparse.Namespace) -> None:
    """The sender's own rounds, over and over, with a lease that ends within the test."""
    from advocacy.mail.transport import configured
    from reminders import rounds
    from reminders.delivery import ReminderClaim, ReminderQueue

    class Announced(ReminderQueue):
        def claim(self, **given: Any) -> Sequence[ReminderClaim]:
            claims = super().claim(**given)
            if claims:
                with arguments.tokens.open("a") as tokens:
                    print(claims[0].token, file=tokens)
            return claims

    out: Any = configured()
    if arguments.hold_after_send:
        out = Holding(out, arguments.hold_after_send, arguments.hold_at)
    lease = timedelta(seconds=arguments.lease)
    while True:
        while rounds.send(out=out, failed=set(), source=Announced, lease=lease):
            pass
        time.sleep(NOTHING_DUE_SECONDS)


class Holding:
    """A transport that says nothing more once its n-th mail was taken."""

    def __init__(self, inner: Any, flag: Path, at: int) -> None:
        self.inner, self.flag, self.at = inner, flag, at

    def send(self, message: Any) -> str:
        answer: str = self.inner.send(message)
        self.at -= 1
        if self.at == 0:
            self.flag.touch()
            while True:
                time.sleep(60)
        return answer

    def close(self) -> None:
        self.inner.close()


if __name__ == "__main__":
    main()
