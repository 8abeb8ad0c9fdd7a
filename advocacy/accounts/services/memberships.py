"""Acts on a person's place in an organisation."""

from datetime import datetime

from django.db import transaction

from advocacy.accounts.models import AccessKey, Membership
from advocacy.accounts.roles import OWNER, Role
from advocacy.accounts.services.sessions import end_sessions
from advocacy.audit import services as audit
from advocacy.kernel.errors import Refusal


class LastOwner(Refusal):
    words = "Nobody else owns this organization. Make another person owner first"
    field = "role"


class HasLeft(Refusal):
    words = "This person does not work here any more"


@transaction.atomic
def set_role(*, membership: Membership, role: Role, by: Membership, now: datetime) -> None:
    """Give a member another role, and end their sessions: whoever held an old one signs in anew.

    Raises: LastOwner, HasLeft.
    """
    fresh = _held(membership)
    if fresh.role == role.key:
        return
    _require_an_owner_left(fresh)
    Membership.objects.filter(pk=fresh.pk).update(role=role.key)
    end_sessions(user=fresh.user)
    _record("role changed", fresh, by, now)


@transaction.atomic
def end_membership(*, membership: Membership, by: Membership, now: datetime) -> None:
    """End a person's place here with its keys and their sessions. What they did stays under their name.

    Raises: LastOwner, HasLeft.
    """
    fresh = _held(membership)
    _require_an_owner_left(fresh)
    Membership.objects.filter(pk=fresh.pk).update(left_at=now)
    AccessKey.objects.filter(membership=fresh, revoked_at=None).update(revoked_at=now)
    end_sessions(user=fresh.user)
    _record("membership ended", fresh, by, now)


def _held(membership: Membership) -> Membership:
    """Return the row as it stands, held until the end: nobody else changes who works here meanwhile."""
    # All rows of the organisation in one order, so that two owners who demote each other come one by one.
    rows = Membership.objects.select_for_update().filter(
        organisation_id=membership.organisation_id, left_at=None
    )
    held = {row.pk: row for row in rows.order_by("pk")}
    if membership.pk not in held:
        raise HasLeft
    return held[membership.pk]


def _require_an_owner_left(membership: Membership) -> None:
    if membership.role != OWNER.key:
        return
    owners = Membership.objects.live().filter(organisation_id=membership.organisation_id, role=OWNER.key)
    if not owners.exclude(pk=membership.pk).exists():
        raise LastOwner


def _record(act: str, membership: Membership, by: Membership, now: datetime) -> None:
    audit.record(act=act, at=now, actor_id=by.user_id, subject=membership)
