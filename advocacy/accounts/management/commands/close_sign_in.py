"""Shut a person out everywhere, at once; --open lets them in again."""

from argparse import ArgumentParser

from django.core.management.base import BaseCommand, CommandError

from advocacy.accounts import services
from advocacy.accounts.models import User
from advocacy.kernel import clock


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("email")
        parser.add_argument("--open", action="store_true", help="let them sign in again")

    def handle(self, *args: object, email: str, **options: object) -> None:
        user = User.objects.filter(email=email.strip().lower()).first()
        if user is None:
            raise CommandError(f"Nobody signs in as {email}.")
        if options["open"]:
            services.open_sign_in(user=user, now=clock.now())
            self.stdout.write(f"{user.email} may sign in again.")
        else:
            services.close_sign_in(user=user, now=clock.now())
            self.stdout.write(f"{user.email} is signed out everywhere and cannot sign in.")
