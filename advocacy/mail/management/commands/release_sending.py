"""Let mail leave again."""

from django.core.management.base import BaseCommand

from advocacy.mail.services import release_sending


class Command(BaseCommand):
    help = __doc__

    def handle(self, *_args: object, **_options: object) -> None:
        self.stdout.write("Mail leaves again." if release_sending() else "Mail was not held.")
