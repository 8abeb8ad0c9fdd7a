"""Acts on people and memberships."""

from datetime import datetime
from uuid import UUID

from allauth.account.models import EmailAddress
from django.db import transaction

from advocacy.accounts.models import Membership, User
from advocacy.accounts.roles import Role
from advocacy.organisations.models import Organisation


@transaction.atomic
def create_person(
    *,
    email: str,
    name: str,
    password: str,
    now: datetime,
    is_operator: bool = False,
    is_demo: bool = False,
) -> User:
    """Make a person whose address counts as confirmed: whoever calls this has checked it."""
    user = User.objects.create_user(
        email=email, name=name, password=password, created_at=now, is_operator=is_operator, is_demo=is_demo
    )
    EmailAddress.objects.create(user=user, email=user.email, primary=True, verified=True)
    return user


def join(*, user: User, organisation: Organisation, role: Role, now: datetime) -> Membership:
    """Give a person a place in an organisation."""
    return Membership.objects.create(user=user, organisation=organisation, role=role.key, joined_at=now)


def choose_theme(*, user: User, theme: str) -> None:
    """Keep the person's choice of `light`, `dark`, or "" for the device's own."""
    User.objects.filter(pk=user.pk).update(theme=theme if theme in {"light", "dark"} else "")


def choose_language(*, user_id: UUID, language: str) -> None:
    """Keep the language that mails to the person use."""
    if language in {"en", "es"}:
        User.objects.filter(pk=user_id).update(language=language)
