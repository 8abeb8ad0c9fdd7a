"""Bring regulators, offices, forms and plans up to the catalogue in the code. Safe to run again."""

from typing import Any

from django.core.management.base import BaseCommand

from advocacy.directory import services
from advocacy.kernel import clock


class Command(BaseCommand):
    help = __doc__ or ""

    def handle(self, *args: Any, **options: Any) -> None:
        outcome = services.sync_directory(now=clock.now())
        self.stdout.write(
            f"Directory: {outcome.created} created, {outcome.updated} updated, "
            f"{outcome.unchanged} unchanged, {len(outcome.kept)} kept as an operator changed them."
        )
        for line in outcome.kept:
            self.stdout.write(f"  kept      {line}")
        for line in outcome.unlisted:
            self.stdout.write(f"  no longer in the catalog  {line}")
