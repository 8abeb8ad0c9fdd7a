"""Keys for doors that have no session: issued once, kept as a hash, opened before any scope."""

import hashlib
import secrets
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Q

from advocacy.accounts.models import AccessKey, AccessKeyKind, Membership, User
from advocacy.organisations.models import Organisation

# No I, L, O, 0 or 1: what is read out or copied by hand must not be ambiguous.
CLEAR = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"
NOTED_EVERY = timedelta(hours=1)


def hashed(secret: str) -> str:
    """Return what is kept of a secret. The secret is long and random, so a plain hash is enough."""
    return hashlib.sha256(secret.encode()).hexdigest()


def _spoken() -> str:
    """Return twelve letters and figures that cannot be mistaken for each other, as ABCD-EFGH-JKLM."""
    groups = ["".join(secrets.choice(CLEAR) for _ in range(4)) for _ in range(3)]
    return "-".join(groups)


def issue(
    *,
    kind: AccessKeyKind,
    organisation: Organisation,
    now: datetime,
    subject_id: UUID | None = None,
    membership: Membership | None = None,
    person: User | None = None,
    scope: str = "",
    label: str = "",
    lasts: timedelta | None = None,
    spoken: bool = False,
) -> tuple[AccessKey, str]:
    """Make a key; the secret in the answer is shown once and cannot be read again.

    A `spoken` one is short enough to be read out over the phone, and should not last long.
    """
    secret = _spoken() if spoken else secrets.token_urlsafe(32)
    key = AccessKey.objects.create(
        organisation=organisation,
        kind=kind,
        secret_hash=hashed(secret),
        subject_id=subject_id,
        membership=membership,
        person=person,
        scope=scope,
        label=label,
        created_at=now,
        expires_at=now + lasts if lasts else None,
    )
    return key, secret


def find(secret: str, *, kind: AccessKeyKind, now: datetime) -> AccessKey | None:
    """Return the live key of that kind, or None: wrong, expired, revoked and orphaned look the same."""
    live = Q(expires_at=None) | Q(expires_at__gt=now)
    owned = Q(membership=None) | Q(membership__left_at=None, membership__user__is_active=True)
    owned &= Q(person=None) | Q(person__is_active=True)
    return (
        AccessKey.objects.select_related(
            "organisation", "membership__user", "membership__organisation", "person"
        )
        .filter(live, owned, secret_hash=hashed(secret), kind=kind, revoked_at=None)
        .filter(organisation__suspended_at=None)
        .first()
    )


def used(key: AccessKey, *, now: datetime) -> bool:
    """Note that the key was used, and say whether it was noted.

    Once an hour will do, so that a busy one does not write each time; of two at once, one notes it.
    """
    stale = Q(last_used_at=None) | Q(last_used_at__lt=now - NOTED_EVERY)
    if key.last_used_at is not None and key.last_used_at >= now - NOTED_EVERY:
        return False
    return bool(AccessKey.objects.filter(stale, pk=key.pk).update(last_used_at=now))


def revoke(key: AccessKey, *, now: datetime) -> None:
    """End a key at once."""
    AccessKey.objects.filter(pk=key.pk, revoked_at=None).update(revoked_at=now)
