"""Acts on organisations, and the one way to work through all of them."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction

from advocacy.kernel.errors import Refusal
from advocacy.organisations.models import Heartbeat, Organisation
from advocacy.organisations.scope import Door, current_organisation_id, scope


class SlugTaken(Refusal):
    words = "Another organization has this address already"
    field = "slug"


def create_organisation(*, name: str, slug: str, now: datetime, is_demo: bool = False) -> Organisation:
    """Make an organisation. Its address (`slug`) never changes: people keep it in their bookmarks.

    Raises: SlugTaken.
    """
    if Organisation.objects.filter(slug=slug).exists():
        raise SlugTaken
    return Organisation.objects.create(name=name.strip(), slug=slug, created_at=now, is_demo=is_demo)


def suspend(*, organisation_id: UUID, now: datetime) -> bool:
    """Shut every door of the organisation; nothing of its data is touched. False if it was shut already."""
    return bool(Organisation.objects.active().filter(pk=organisation_id).update(suspended_at=now))


def resume(*, organisation_id: UUID) -> bool:
    """Open the doors again. False if they were open."""
    shut = Organisation.objects.filter(pk=organisation_id).exclude(suspended_at=None)
    return bool(shut.update(suspended_at=None))


def active() -> list[Organisation]:
    """Return the organisations that are not suspended, oldest first."""
    return list(Organisation.objects.active().order_by("created_at"))


def current() -> Organisation:
    """Return the organisation in scope.

    Raises: ScopeError.
    """
    return Organisation.objects.get(pk=current_organisation_id())


@contextmanager
def job_in(organisation_id: UUID) -> Iterator[None]:
    """Work in one organisation as a background job, in one transaction of its own."""
    with scope(organisation_id, door=Door.JOB), transaction.atomic():
        yield


def beat(
    *,
    part: str,
    at: datetime,
    organisation_id: UUID | None = None,
    waiting: int = 0,
    parked: int = 0,
    oldest_due_at: datetime | None = None,
) -> None:
    """Record that a part did its round."""
    key: dict[str, Any] = {"part": part, "organisation_id": organisation_id}
    Heartbeat.objects.update_or_create(
        **key,
        defaults={"at": at, "waiting": waiting, "parked": parked, "oldest_due_at": oldest_due_at},
    )


def did_beat(part: str, organisation_id: UUID, *, within: timedelta, now: datetime) -> bool:
    """Return whether a part did its round in this organisation so short a while ago.

    A sign from the future, of a clock that was set back since, counts as none.
    """
    signs = Heartbeat.objects.filter(part=part, organisation=organisation_id)
    return signs.filter(at__gt=now - within, at__lte=now).exists()
