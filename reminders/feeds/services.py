"""Calendars: made, read, ended. Whoever has the address of one is let in, so it shows next to nothing."""

from datetime import datetime
from typing import Final
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.utils import translation
from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

from advocacy.accounts import keys
from advocacy.accounts.doors import Actor
from advocacy.accounts.models import AccessKey, AccessKeyKind, FeedReach
from advocacy.accounts.roles import Permission
from advocacy.audit import services as audit
from advocacy.kernel import counts
from advocacy.kernel.errors import Refusal
from advocacy.organisations.models import Organisation
from advocacy.organisations.scope import Door, scope
from cases.clients.models import PortalAccess
from reminders.feeds import queries
from reminders.feeds.events import as_bytes

# Live calendars of one person: enough for every device, few enough to read the list.
MOST: Final = 10
MINUTE: Final = 60
NAMES: Final = {FeedReach.OWN: "Dates", FeedReach.SIGHT: "Dates, every case", FeedReach.TEAM: "Dates, team"}


class TooManyFeeds(Refusal):
    words = _("You have ten calendars. End one that you do not use")


def may_reach(actor: Actor, reach: str) -> bool:
    """True if the member may have a calendar of these dates."""
    needed = {
        FeedReach.OWN: Permission.CASE_READ,
        FeedReach.SIGHT: Permission.CASE_READ_ALL,
        FeedReach.TEAM: Permission.CASE_ASSIGN,
    }
    return reach in needed and actor.can(needed[FeedReach(reach)])


@transaction.atomic
def make_feed(*, actor: Actor, reach: str, label: str, now: datetime) -> tuple[AccessKey, str]:
    """Make a calendar of a member; its address is in the answer, and cannot be read again.

    Raises: TooManyFeeds.
    """
    own = AccessKey.objects.filter(kind=AccessKeyKind.FEED, membership=actor.membership)
    _refuse_too_many(own)
    key, secret = keys.issue(
        kind=AccessKeyKind.FEED, organisation=actor.organisation, membership=actor.membership, scope=reach,
        label=label.strip(), now=now,
    )  # fmt: skip
    audit.record(act="calendar made", at=now, actor_id=actor.id, subject=key)
    return key, address_of(secret)


@transaction.atomic
def make_client_feed(
    *, access: PortalAccess, organisation: Organisation, now: datetime
) -> tuple[AccessKey, str]:
    """Make a calendar of a client, for who reads their file: it lives no longer than that access.

    Raises: TooManyFeeds.
    """
    _refuse_too_many(AccessKey.objects.filter(kind=AccessKeyKind.CLIENT_FEED, subject_id=access.pk))
    key, secret = keys.issue(
        kind=AccessKeyKind.CLIENT_FEED, organisation=organisation, person=access.user, subject_id=access.pk,
        now=now,
    )  # fmt: skip
    audit.record(
        act="calendar made", at=now, actor_id=access.user_id, client_id=access.client_id, subject=key
    )
    return key, address_of(secret)


def _refuse_too_many(live: QuerySet[AccessKey]) -> None:
    if live.filter(revoked_at=None).count() >= MOST:
        raise TooManyFeeds


@transaction.atomic
def end_feed(*, key: AccessKey, by: UUID, now: datetime) -> None:
    """End a calendar: its address is not found from now on."""
    keys.revoke(key, now=now)
    audit.record(act="calendar ended", at=now, actor_id=by, subject=key)


def address_of(secret: str) -> str:
    """Return the address under which a calendar is read."""
    return f"{settings.BASE_URL}/feeds/{secret}.ics"


def find(secret: str, *, now: datetime) -> AccessKey | None:
    """Return the live key of a calendar, or None: guessed, ended and orphaned look the same."""
    return keys.find(secret, kind=AccessKeyKind.FEED, now=now) or keys.find(
        secret, kind=AccessKeyKind.CLIENT_FEED, now=now
    )


def admit(name: str, *, now: datetime) -> int:
    """Count one more question under this name; return 0, or the seconds until there is room again."""
    return counts.admit(f"feed:{name}", most=settings.FEED_READS_A_MINUTE, seconds=MINUTE, now=now)


def read(key: AccessKey, *, now: datetime) -> bytes | None:
    """Return the calendar file, or None where its owner may no longer see these dates.

    It is read through the door of keys, which shows dates and numbers of cases alone. A calendar asks every
    few minutes: one read an hour is recorded, with when it was last used.
    """
    person = key.person or (key.membership.user if key.membership else None)
    if person is None:
        return None
    with scope(key.organisation_id, door=Door.KEY, person_id=person.pk):
        body, client_id = _of_member(key, now) if key.membership else _of_client(key, now)
        if body is not None and keys.used(key, now=now):
            audit.record(
                act="read reminders:feed", at=now, actor_id=person.pk, client_id=client_id, subject=key
            )
    return body


def _of_member(key: AccessKey, now: datetime) -> tuple[bytes | None, None]:
    if key.membership is None or not may_reach(actor := Actor(key.membership), key.scope):
        return None, None
    return as_bytes(NAMES[FeedReach(key.scope)], queries.entries_of(actor, key.scope, now)), None


def _of_client(key: AccessKey, now: datetime) -> tuple[bytes | None, UUID | None]:
    if key.person is None or key.subject_id is None:
        return None, None
    live = PortalAccess.objects.live(now).exclude(accepted_at=None)
    access = live.filter(pk=key.subject_id, user=key.person).first()
    if access is None:
        return None, None
    language = key.person.language or "en"
    with translation.override(language):
        entries = queries.client_entries_of(access, now)
        return as_bytes(gettext("Dates"), entries, language=language), access.client_id
