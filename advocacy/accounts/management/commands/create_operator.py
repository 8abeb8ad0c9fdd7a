"""Make a platform operator, and print the link where they choose a password."""

from argparse import ArgumentParser

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.core.validators import validate_email

from advocacy.accounts import services
from advocacy.kernel import clock
from advocacy.kernel.errors import Refusal


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("email", help="an address of the operator's own, used for nothing else here")
        parser.add_argument(
            "--name", default="", help="as colleagues read it; without it, the address says it"
        )

    def handle(self, *args: object, email: str, name: str, **options: object) -> None:
        try:
            validate_email(email)
            user = services.create_operator(email=email, name=name or name_in(email), now=clock.now())
        except ValidationError as wrong:
            raise CommandError(f"{email} is no e-mail address.") from wrong
        except Refusal as refusal:
            raise CommandError(f"{refusal.words}.") from refusal
        self.stdout.write(
            f"{user.email} operates this platform.\n"
            f"They choose a password here, within three days and once:\n{services.password_link(user)}\n"
            "Then they sign in, set up a second step, and find the console at /admin/."
        )


def name_in(email: str) -> str:
    """Return what an address calls its person: ana.ruiz@example.org is Ana Ruiz."""
    words = email.partition("@")[0].replace(".", " ").replace("_", " ").replace("-", " ").split()
    return " ".join(word.capitalize() for word in words)
