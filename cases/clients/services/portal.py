"""Who reads a client's file in the portal."""

from datetime import datetime, timedelta
from uuid import UUID

from django.db import IntegrityError, transaction

from advocacy.accounts import keys
from advocacy.accounts.models import AccessKey, AccessKeyKind, User
from advocacy.audit import services as audit
from advocacy.kernel.errors import Refusal
from advocacy.organisations import services as organisations
from cases.clients.models import Client, PortalAccess

INVITATION_LASTS = timedelta(days=14)


class AlreadyInvited(Refusal):
    words = "This person can read this file already"
    field = "email"


@transaction.atomic
def invite_to_portal(
    *, client: Client, name: str, email: str, capacity: str, language: str, by: User, now: datetime
) -> tuple[PortalAccess, str]:
    """Let one person read one client's file; return the access, and the words to hand over once.

    The words are given in person or over the phone: the mailbox alone never opens a file.

    Raises: AlreadyInvited.
    """
    address = email.strip().lower()
    user = User.objects.filter(email=address).first() or User.objects.create_user(
        email=address, name=name.strip(), language=language, created_at=now
    )
    try:
        with transaction.atomic():
            access = PortalAccess.objects.create(
                client=client, user=user, capacity=capacity, granted_at=now, granted_by=by
            )
    except IntegrityError as error:
        raise AlreadyInvited from error
    _, words = keys.issue(
        kind=AccessKeyKind.INVITATION,
        organisation=organisations.current(),
        subject_id=access.pk,
        now=now,
        lasts=INVITATION_LASTS,
        spoken=True,
    )
    audit.record(act="portal opened", at=now, actor_id=by.pk, client_id=client.pk, subject=access)
    return access, words


@transaction.atomic
def accept_invitation(*, key: AccessKey, user: User, now: datetime) -> None:
    """Record that the invited person came, and use the invitation up."""
    access = PortalAccess.objects.filter(pk=key.subject_id or key.pk, user=user)
    access.filter(accepted_at=None).update(accepted_at=now)
    keys.revoke(key, now=now)
    client_id = access.values_list("client_id", flat=True).first()
    audit.record(act="portal accepted", at=now, actor_id=user.pk, client_id=client_id)


@transaction.atomic
def end_portal_access(*, access: PortalAccess, by: UUID, now: datetime) -> None:
    """Close the portal to this person for this file, at once."""
    PortalAccess.objects.filter(pk=access.pk, ended_at=None).update(ended_at=now)
    AccessKey.objects.filter(subject_id=access.pk, revoked_at=None).update(revoked_at=now)
    audit.record(act="portal closed", at=now, actor_id=by, client_id=access.client_id, subject=access)
