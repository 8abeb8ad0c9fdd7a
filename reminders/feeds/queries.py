"""What a calendar holds, and the calendars a person has."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any, Final
from uuid import UUID, uuid5

from django.conf import settings
from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery, Sum
from django.urls import reverse
from django.utils.translation import gettext

from advocacy.accounts.doors import Actor
from advocacy.accounts.models import AccessKey, AccessKeyKind, FeedReach
from advocacy.accounts.roles import Permission
from cases.casefile.queries import visible_to
from cases.clients.models import PortalAccess
from cases.deadlines.derivation import Part, part_of
from cases.deadlines.models import Deadline, State
from cases.deadlines.wording import OVER, by_part, shown, told_client
from reminders.feeds.events import (
    Entry,
    changed_at,
    sequence_of,
    status_of,
    title_of,
)

# What was done or no longer applies stays so long that every calendar has heard of it, and then goes.
KEPT_FOR: Final = timedelta(days=90)
# All of a row that a calendar shows or counts; the working of a date is long.
READ: Final = (
    "case_id", "client_id", "rule", "version", "direction", "state", "act_at", "last_lawful_at",
    "late_after_at", "opens_on", "met_on", "by_hour", "computed_at", "changed_at", "revision", "case__number",
)  # fmt: skip
# The dates a client is told of, each with the clocks that may stand for it (`portal.story`).
OF_A_CLIENT: Final = ((Part.COMPLAIN,), (Part.ANSWER,), (Part.APPLY, Part.APPLY_EXPERIMENTAL))


def entries_of(actor: Actor, reach: str, now: datetime) -> list[Entry]:
    """Return the dates of the member's own cases, or of every case they may see."""
    cases = visible_to(actor)
    if reach == FeedReach.OWN:
        cases = cases.filter(owner_id=actor.id)
    return [_entry(row, actor.organisation.slug, now) for row in _newest(cases, now)]


def _newest(cases: Any, now: datetime) -> QuerySet[Deadline]:
    """Return the newest version of each clock, with the id of its first and how often they all changed."""
    same = Deadline.objects.filter(case=OuterRef("case"), rule=OuterRef("rule"))
    revisions = same.order_by().values("rule").annotate(count=Sum(F("revision") + 1)).values("count")
    found: QuerySet[Deadline] = (
        Deadline.objects.filter(_runs_or_ended_lately(now), case__in=cases)
        .filter(~Exists(same.filter(version__gt=OuterRef("version"))))
        .annotate(first=Subquery(same.filter(version=1).values("pk")), revisions=Subquery(revisions))
        .select_related("case")
        .only(*READ)
    )
    return found


def _runs_or_ended_lately(now: datetime) -> Q:
    ended_lately = Q(changed_at__gte=now - KEPT_FOR) | Q(changed_at=None, computed_at__gte=now - KEPT_FOR)
    return Q(state=State.OPEN, case__closed_at=None) | (~Q(state=State.OPEN) & ended_lately)


def _entry(row: Any, slug: str, now: datetime) -> Entry:
    when = shown(row, now)
    link = settings.BASE_URL + reverse("dashboard:deadline", args=[slug, row.case_id, row.pk])
    return Entry(
        uid=_uid(row.first),
        sequence=sequence_of(row, row.revisions, now),
        changed_at=changed_at(row, row.shown_since, now),
        when=when.at.astimezone(UTC) if when.at else when.on,
        title=title_of(row, row.case.number),
        status=status_of(row),
        words=f"Open it: {link}",
        url=link,
    )


def _uid(key: UUID) -> str:
    return f"{key}@{settings.MAIL_DOMAIN}"


def client_entries_of(access: PortalAccess, now: datetime) -> list[Entry]:
    """Return the dates of a client's cases, as the portal tells of them, in the language in force."""
    rows = Deadline.objects.filter(client_id=access.client_id).select_related("case").only(*READ)
    by_case: dict[UUID, list[Deadline]] = defaultdict(list)
    for row in rows:
        by_case[row.case_id].append(row)
    return [entry for versions in by_case.values() for entry in _told_of(versions, now)]


def _told_of(rows: list[Deadline], now: datetime) -> Iterator[Entry]:
    """Yield what the portal tells of one case: what is over, and of what runs the next step alone."""
    told = False
    for parts in OF_A_CLIENT:
        same = [row for row in rows if part_of(row.rule) in parts]
        if not same:
            continue
        row, since = _standing(parts, same), max(each.shown_since for each in same)
        runs = row.state == State.OPEN
        if (told or row.case.closed_at) if runs else since < now - KEPT_FOR:
            continue
        told = told or runs
        yield Entry(
            uid=_uid(uuid5(row.case_id, parts[0])),
            sequence=sum(each.revision + 1 for each in same),
            changed_at=since,
            when=told_client(row),
            title=_client_title(row),
            status=status_of(row),
            words=gettext("Sign in to see what it is."),
        )


def _client_title(row: Deadline) -> str:
    if row.state == State.MET:
        return gettext("Done: a date in your case")
    return gettext("No longer: a date in your case") if row.state in OVER else gettext("A date in your case")


def _standing(parts: tuple[Part, ...], rows: list[Deadline]) -> Deadline:
    """Return the clock that stands for these: of those that run the safer one, else how they ended."""
    for state in (State.OPEN, State.MET, State.WAIVED, State.SUPERSEDED):
        of_state = sorted((row for row in rows if row.state == state), key=lambda row: row.version)
        clocks = by_part(of_state[-1:] if state == State.SUPERSEDED else of_state)
        for part in parts:
            if part in clocks:
                return clocks[part]
    return rows[0]


def feeds_of(actor: Actor) -> list[AccessKey]:
    """Return the calendars that the member may end, live ones first, newest first."""
    found = _in_reach(actor).select_related("membership__user").order_by("-created_at")
    return sorted(found, key=lambda key: key.revoked_at is not None)


def feed_for(actor: Actor, *, feed_id: UUID) -> AccessKey:
    """Load one of them. Raises: AccessKey.DoesNotExist."""
    return _in_reach(actor).get(pk=feed_id)


def _in_reach(actor: Actor) -> QuerySet[AccessKey]:
    """The member's own; the team's for who leads; everybody's for who may end every key."""
    found = AccessKey.objects.filter(
        organisation=actor.organisation, kind=AccessKeyKind.FEED, membership__left_at=None
    )
    if actor.can(Permission.KEYS):
        return found
    own = Q(membership=actor.membership)
    return found.filter(own | Q(scope=FeedReach.TEAM) if actor.can(Permission.CASE_ASSIGN) else own)


def feeds_of_reader(accesses: Iterable[PortalAccess], person_id: UUID) -> QuerySet[AccessKey]:
    """Return the live calendars of who reads in the portal, newest first."""
    found = AccessKey.objects.filter(kind=AccessKeyKind.CLIENT_FEED, person_id=person_id, revoked_at=None)
    return found.filter(subject_id__in=[each.pk for each in accesses]).order_by("-created_at")
