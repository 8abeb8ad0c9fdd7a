"""Acts on invitations: how people come in."""

from datetime import datetime, timedelta
from typing import Final

from django.conf import settings
from django.contrib.auth import password_validation
from django.db import transaction
from django.urls import reverse

from advocacy.accounts import keys
from advocacy.accounts.models import AccessKey, AccessKeyKind, Invitation, Membership, User
from advocacy.accounts.roles import ROLES, Role
from advocacy.accounts.services.founding import create_person, join
from advocacy.audit import services as audit
from advocacy.kernel.errors import Refusal
from advocacy.mail import services as mail
from advocacy.mail.messages import render

LASTS: Final = timedelta(days=7)


class WorksHere(Refusal):
    words = "This person works here already"
    field = "email"


class InvitedAlready(Refusal):
    words = "This address is invited already. You can send the invitation again"
    field = "email"


class InvitationOver(Refusal):
    words = "This invitation has been accepted or withdrawn"


class AnotherPerson(Refusal):
    words = "This invitation is for another address. Sign out, and open the link again"


@transaction.atomic
def invite(*, email: str, role: Role, by: Membership, now: datetime) -> Invitation:
    """Offer a place, and mail the way in. Whether the address is known here makes no difference.

    Raises: WorksHere, InvitedAlready.
    """
    email, organisation = email.strip().lower(), by.organisation
    if Membership.objects.filter(organisation=organisation, left_at=None, user__email=email).exists():
        raise WorksHere
    if Invitation.objects.waiting().filter(organisation=organisation, email=email).exists():
        raise InvitedAlready
    invitation = Invitation.objects.create(
        organisation=organisation, email=email, role=role.key, invited_by=by.user, created_at=now,
        sent_at=now, expires_at=now + LASTS,
    )  # fmt: skip
    _send(invitation, now)
    audit.record(act="person invited", at=now, actor_id=by.user_id, subject=invitation)
    return invitation


@transaction.atomic
def send_again(*, invitation: Invitation, by: Membership, now: datetime) -> None:
    """Mail a new link; the one before stops to work.

    Raises: InvitationOver.
    """
    waiting = Invitation.objects.waiting().filter(pk=invitation.pk)
    if not waiting.update(sent_at=now, expires_at=now + LASTS):
        raise InvitationOver
    _end_links(invitation, now)
    _send(waiting.select_related("organisation", "invited_by").get(), now)
    audit.record(act="person invited again", at=now, actor_id=by.user_id, subject=invitation)


@transaction.atomic
def withdraw(*, invitation: Invitation, by: Membership, now: datetime) -> None:
    """Take an invitation back. A second time changes nothing.

    Raises: InvitationOver (it was accepted).
    """
    if Invitation.objects.waiting().filter(pk=invitation.pk).update(withdrawn_at=now):
        _end_links(invitation, now)
        audit.record(act="invitation withdrawn", at=now, actor_id=by.user_id, subject=invitation)
    elif Invitation.objects.filter(pk=invitation.pk, withdrawn_at=None).exists():
        raise InvitationOver


def find(secret: str, *, now: datetime) -> Invitation | None:
    """Return the invitation that a link opens, or None: wrong, over and withdrawn look the same."""
    key = keys.find(secret, kind=AccessKeyKind.STAFF, now=now)
    if key is None or key.subject_id is None:
        return None
    waiting = Invitation.objects.waiting().select_related("organisation", "invited_by")
    return waiting.filter(pk=key.subject_id, organisation_id=key.organisation_id).first()


@transaction.atomic
def accept(*, invitation: Invitation, user: User, now: datetime) -> Membership:
    """Give the person the place that was offered to their address.

    Raises: AnotherPerson, InvitationOver.
    """
    if user.email != invitation.email:
        raise AnotherPerson
    if not Invitation.objects.waiting().filter(pk=invitation.pk).update(accepted_at=now, accepted_by=user):
        raise InvitationOver
    _end_links(invitation, now)
    live = Membership.objects.filter(organisation=invitation.organisation, user=user, left_at=None).first()
    membership = live or join(
        user=user, organisation=invitation.organisation, role=ROLES[invitation.role], now=now
    )
    audit.record_platform(
        act="invitation accepted", at=now, actor_id=user.pk, organisation_id=invitation.organisation_id
    )
    return membership


@transaction.atomic
def accept_as_new(*, invitation: Invitation, name: str, password: str, now: datetime) -> User:
    """Make the person whom the invitation was mailed to, and give them the place.

    Raises: InvitationOver (somebody signs in with this address since), django.core.exceptions.ValidationError
    (the password is too easy).
    """
    password_validation.validate_password(password, User(email=invitation.email, name=name))
    if User.objects.filter(email=invitation.email).exists():
        raise InvitationOver
    user = create_person(
        email=invitation.email, name=name.strip(), password=password, now=now,
        is_demo=invitation.organisation.is_demo,
    )  # fmt: skip
    accept(invitation=invitation, user=user, now=now)
    return user


def _end_links(invitation: Invitation, now: datetime) -> None:
    links = AccessKey.objects.filter(kind=AccessKeyKind.STAFF, subject_id=invitation.pk, revoked_at=None)
    links.update(revoked_at=now)


def _send(invitation: Invitation, now: datetime) -> None:
    organisation = invitation.organisation
    _, secret = keys.issue(
        kind=AccessKeyKind.STAFF, organisation=organisation, now=now, subject_id=invitation.pk, lasts=LASTS
    )
    subject, text, html = render(
        "invitation",
        {
            "organisation": organisation,
            "inviter": invitation.invited_by.name,
            "role": invitation.rights,
            "days": LASTS.days,
            "link": settings.BASE_URL + reverse("accounts:join_link", args=[secret]),
            "site": settings.BASE_URL.partition("://")[2],
        },
    )
    mail.queue(
        kind="invitation",
        to=invitation.email,
        subject=subject,
        text=text,
        html=html,
        now=now,
        organisation_id=organisation.pk,
        keep_here=organisation.is_demo,
    )
