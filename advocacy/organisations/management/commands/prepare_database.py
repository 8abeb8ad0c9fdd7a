"""Make roles, grants and the database from an administrator's address."""

import os
from argparse import ArgumentParser

from django.core.management.base import BaseCommand, CommandError
from psycopg.conninfo import conninfo_to_dict

from advocacy.organisations.database import prepare


class Command(BaseCommand):
    help = __doc__
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--admin-url", default=os.environ.get("DATABASE_ADMIN_URL"))

    def handle(self, *args: object, **options: str) -> None:
        if not options["admin_url"]:
            raise CommandError("Give the administrator's address: --admin-url or DATABASE_ADMIN_URL.")
        database = str(conninfo_to_dict(os.environ["DATABASE_URL"])["dbname"])
        prepare(options["admin_url"], database=database)
        self.stdout.write(f"The database {database}, its roles and grants are in place.")
