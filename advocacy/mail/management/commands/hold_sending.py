"""Let no reminder and no update leave until `release_sending`; mails for signing in still leave."""

import getpass
from argparse import ArgumentParser

from django.core.management.base import BaseCommand, CommandError

from advocacy.kernel import clock
from advocacy.mail.services import hold_sending


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("reason", help="why, in words that other operators will understand")

    def handle(self, *_args: object, reason: str, **_options: object) -> None:
        if not reason.strip():
            raise CommandError("Say why: whoever releases it must know.")
        held = hold_sending(reason=reason, by=getpass.getuser(), now=clock.now())
        self.stdout.write(f"Mail is held since {held.since:%Y-%m-%d %H:%M} UTC: {held.reason}")
