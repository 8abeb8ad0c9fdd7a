"""Make the demo's organisations, people and cases."""

from argparse import ArgumentParser

from django.core.management.base import BaseCommand, CommandError

from advocacy.demo import seed
from advocacy.kernel import clock
from advocacy.kernel.errors import Refusal


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--if-empty", action="store_true", help="do nothing if the demo is there")
        parser.add_argument("--reset", action="store_true", help="take the demo away first")

    def handle(self, *args: object, **options: bool) -> None:
        try:
            if options["reset"]:
                seed.remove()
            if seed.is_seeded():
                if options["if_empty"]:
                    return
                raise CommandError("The demo is there already. To begin anew: make demo-reset")
            seed.seed(clock.now())
        except Refusal as refusal:
            raise CommandError(refusal.words) from refusal
        self.stdout.write("The demo is in place: two organisations, twenty-five cases around today.")
