"""Write the record. Each entry is made in the transaction of the act it tells of."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from advocacy.audit.models import AuditEvent, PlatformEvent
from advocacy.organisations import scope


def record(
    *,
    act: str,
    at: datetime,
    actor_id: UUID | None,
    client_id: UUID | None = None,
    subject: object | None = None,
) -> None:
    """Record one act of the organisation in scope, through the door in scope."""
    AuditEvent.objects.create(
        at=at,
        act=act,
        door=scope.current().door,
        actor_id=actor_id,
        client_id=client_id,
        subject_kind=type(subject).__name__.lower() if subject is not None else "",
        subject_id=getattr(subject, "pk", None),
    )


def record_reads(*, act: str, at: datetime, actor_id: UUID, client_ids: Iterable[UUID]) -> None:
    """Record, in one statement, that a page showed these clients."""
    door = scope.current().door
    AuditEvent.objects.bulk_create(
        AuditEvent(at=at, act=act, door=door, actor_id=actor_id, client_id=client_id)
        for client_id in dict.fromkeys(client_ids)
    )


def record_platform(
    *,
    act: str,
    at: datetime,
    actor_id: UUID | None = None,
    organisation_id: UUID | None = None,
    subject: str = "",
) -> None:
    """Record what happened outside any organisation: ids and page names, never data."""
    PlatformEvent.objects.create(
        at=at, act=act, actor_id=actor_id, organisation_id=organisation_id, subject=subject[:120]
    )
