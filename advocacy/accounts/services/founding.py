"""Acts that make people and organisations, and close and open an organisation's doors."""

from datetime import datetime
from uuid import UUID

from allauth.account.forms import default_token_generator
from allauth.account.models import EmailAddress
from allauth.account.utils import user_pk_to_url_str
from django.conf import settings
from django.db import transaction
from django.urls import reverse

from advocacy.accounts.models import Membership, User
from advocacy.accounts.roles import OWNER, Role
from advocacy.audit import services as audit
from advocacy.kernel.errors import Refusal
from advocacy.mail import services as mail
from advocacy.organisations import services as organisations
from advocacy.organisations.models import Organisation

OWNER_MAIL = """Hello {name},

{organisation} now has a place at {base}, and you are its owner:
you bring people in, and you answer for what they do.

{way_in}

If you did not expect this, write to whoever runs this site.
"""
NEW_OWNER = "Choose your password here. The link works for three days:\n{link}\nAfter that: {again}"
KNOWN_OWNER = "Sign in as you always do:\n{link}"


class KnownHere(Refusal):
    words = "This address signs in here already. An operator's is for nothing else: use another"
    field = "email"


class OwnerShutOut(Refusal):
    words = "The sign-in of this person has been closed. Open it first, or name another owner"
    field = "owner_email"


@transaction.atomic
def create_person(
    *,
    email: str,
    name: str,
    password: str | None,
    now: datetime,
    is_operator: bool = False,
    is_demo: bool = False,
) -> User:
    """Make a person whose address counts as confirmed: whoever calls this has checked it.

    Without a password nobody can sign in until the person has chosen one by a mailed link.
    """
    user = User.objects.create_user(
        email=email, name=name, password=password, created_at=now, is_operator=is_operator, is_demo=is_demo
    )
    EmailAddress.objects.create(user=user, email=user.email, primary=True, verified=True)
    return user


@transaction.atomic
def create_operator(*, email: str, name: str, now: datetime) -> User:
    """Make a platform operator, who has no password yet: `password_link` leads to one.

    Raises: KnownHere.
    """
    if User.objects.filter(email=email.strip().lower()).exists():
        raise KnownHere
    user = create_person(email=email, name=name, password=None, now=now, is_operator=True)
    audit.record_platform(act="operator made", at=now, subject=str(user.pk))
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


@transaction.atomic
def found_organisation(
    *, name: str, slug: str, owner_email: str, owner_name: str, by: User | None, now: datetime
) -> Organisation:
    """Make an organisation with its owner, and write to the owner how to come in.

    `by` is the operator in the console; a command has nobody to name.

    Raises: SlugTaken, OwnerShutOut. Neither changes anything.
    """
    owner = User.objects.filter(email=owner_email.strip().lower()).first()
    if owner is not None and not owner.is_active:
        raise OwnerShutOut
    organisation = organisations.create_organisation(name=name, slug=slug, now=now)
    is_new = owner is None
    owner = owner or create_person(email=owner_email, name=owner_name.strip(), password=None, now=now)
    join(user=owner, organisation=organisation, role=OWNER, now=now)
    mail.queue(
        kind="owner_welcome",
        to=owner.email,
        subject=f"You are the owner of {organisation.name}",
        text=_owner_mail(owner, organisation, is_new=is_new),
        html="",
        now=now,
        organisation_id=organisation.pk,
        keep_here=owner.is_demo,
    )
    _record(act="organisation founded", organisation=organisation, by=by, now=now)
    return organisation


@transaction.atomic
def suspend_organisation(*, organisation: Organisation, by: User, now: datetime) -> bool:
    """Shut every door of an organisation. False if they were shut already."""
    done = organisations.suspend(organisation_id=organisation.pk, now=now)
    if done:
        _record(act="organisation suspended", organisation=organisation, by=by, now=now)
    return done


@transaction.atomic
def resume_organisation(*, organisation: Organisation, by: User, now: datetime) -> bool:
    """Open the doors of an organisation again. False if they were open."""
    done = organisations.resume(organisation_id=organisation.pk)
    if done:
        _record(act="organisation resumed", organisation=organisation, by=by, now=now)
    return done


def _record(*, act: str, organisation: Organisation, by: User | None, now: datetime) -> None:
    audit.record_platform(
        act=act,
        at=now,
        actor_id=by.pk if by else None,
        organisation_id=organisation.pk,
        subject=organisation.slug,
    )


def password_link(user: User) -> str:
    """Return where the person chooses a password: good for three days, and until one is chosen."""
    token = {"uidb36": user_pk_to_url_str(user), "key": default_token_generator.make_token(user)}
    return settings.BASE_URL + reverse("account_reset_password_from_key", kwargs=token)


def _owner_mail(owner: User, organisation: Organisation, *, is_new: bool) -> str:
    if is_new:
        way_in = NEW_OWNER.format(
            link=password_link(owner),
            again=settings.BASE_URL + reverse("account_reset_password"),
        )
    else:
        way_in = KNOWN_OWNER.format(link=settings.BASE_URL + reverse("account_login"))
    return OWNER_MAIL.format(
        name=owner.name, organisation=organisation.name, base=settings.BASE_URL, way_in=way_in
    )
