"""Bring the message catalogue of a language up to date with the code and the templates."""

from argparse import ArgumentParser

from django.core.management.base import BaseCommand

from advocacy.kernel import catalogue


class Command(BaseCommand):
    help = __doc__
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--language", default="es")

    def handle(self, *_args: object, **options: str) -> None:
        catalogue.update(options["language"])
        untranslated = catalogue.missing(options["language"])
        for text in untranslated:
            self.stdout.write(f"no translation: {text}")
        self.stdout.write(f"{len(untranslated)} strings have no translation.")
