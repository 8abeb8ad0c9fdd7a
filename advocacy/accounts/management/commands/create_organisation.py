"""Make an organisation with its owner, write to the owner, and print the way in."""

from argparse import ArgumentParser

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.core.validators import validate_email
from django.urls import reverse
from django.utils.text import slugify

from advocacy.accounts import services
from advocacy.accounts.management.commands.create_operator import name_in
from advocacy.accounts.models import User
from advocacy.kernel import clock
from advocacy.kernel.errors import Refusal
from advocacy.organisations.models import Organisation


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("name", help="as clients know it")
        parser.add_argument("--owner", required=True, metavar="EMAIL", help="who answers for it here")
        parser.add_argument("--owner-name", default="", help="without it, the address says it")
        parser.add_argument("--slug", default="", help="its part of the address; without it, from the name")

    def handle(
        self, *args: object, name: str, owner: str, owner_name: str, slug: str, **options: object
    ) -> None:
        slug = slugify(slug or name)[: Organisation._meta.get_field("slug").max_length].strip("-")
        if not slug:
            raise CommandError("The name has no letters for an address. Give one: --slug harbor")
        try:
            validate_email(owner)
            made = services.found_organisation(
                name=name, slug=slug, owner_email=owner, owner_name=owner_name or name_in(owner),
                by=None, now=clock.now(),
            )  # fmt: skip
        except ValidationError as wrong:
            raise CommandError(f"{owner} is no e-mail address.") from wrong
        except Refusal as refusal:
            advice = " Give another: --slug" if refusal.field == "slug" else ""
            raise CommandError(f"{refusal.words}.{advice}") from refusal
        self._say(made, User.objects.get(email=owner.strip().lower()))

    def _say(self, organisation: Organisation, owner: User) -> None:
        self.stdout.write(
            f"{organisation.name} is at {settings.BASE_URL}/o/{organisation.slug}/. Its owner: {owner.email}"
        )
        if owner.has_usable_password():
            self.stdout.write(f"They sign in as always: {settings.BASE_URL}{reverse('account_login')}")
        else:
            self.stdout.write(
                "The same is on its way by mail. They choose a password here, within three days and once:\n"
                + services.password_link(owner)
            )
