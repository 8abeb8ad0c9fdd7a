"""Say whether a part did its round lately: for the health checks of containers."""

from argparse import ArgumentParser

from django.core.management.base import BaseCommand, CommandError

from advocacy.kernel import clock
from advocacy.organisations.models import Heartbeat
from reminders.parts import LIMITS


class Command(BaseCommand):
    help = __doc__
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("part", choices=sorted(LIMITS))

    def handle(self, *_args: object, **options: str) -> None:
        part = options["part"]
        beat = Heartbeat.objects.filter(part=part, organisation=None).first()
        if beat is None:
            raise CommandError(f"{part} never ran")
        age = clock.now() - beat.at
        if age > LIMITS[part]:
            raise CommandError(f"{part} ran {int(age.total_seconds())} s ago")
