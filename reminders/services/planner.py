"""Make the unsent reminders equal the wanted ones, an organisation at a time, in a handful of statements."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Count, Min, Q
from django.db.models.functions import Greatest

from advocacy.kernel import clock
from advocacy.organisations import scope
from advocacy.organisations.services import beat, current
from cases.clients.reach import every_way
from cases.deadlines.rules import load_rulebook
from reminders import queries
from reminders.models import Nudge, Reminder, State
from reminders.planning import CLIENT, RUNGS, Shape, Step, send_instant, steps
from reminders.policy import Family, Policy, family_of
from reminders.roster import Roster
from reminders.services import gathering
from reminders.services.wanted import BRING_ABOUT, SHAPES

# A version that was worked out longer ago than this, before its day, has left everybody time enough.
LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)


def plan(*, now: datetime) -> int:
    """Plan the organisation in scope; return how many reminders are new.

    Any number of planners may run, late or early: they wait for each other, and the unique key makes
    the second one harmless.
    """
    organisation = scope.current_organisation_id()
    take_turn(organisation)
    with connection.cursor() as cursor:
        # After an import PostgreSQL knows nothing of the new rows yet, takes them for a handful and looks at
        # each pair: minutes for nine thousand dates. Joined by hash they are planned in a second or two.
        cursor.execute("SET LOCAL enable_nestloop = off")
        roster, by_family = queries.roster(now), queries.policies()
        policies = list(by_family.values())
        rules = _Rules.of(list(by_family))
        base = {"organisation": organisation, **rules.as_arrays(), "long_ago": LONG_AGO}
        cursor.execute(SHAPES, base)
        found = cursor.fetchall()
        shapes = [(number, Shape(*of_shape)) for number, *of_shape, _ in found]
        owners = {owner for *_, of_shape in found for owner in of_shape}
        told = list(_told(roster, policies, sorted(owners), current().zone))
        named = list(_steps(shapes, policies, {each.zone for each in told}, now))
        cursor.execute(BRING_ABOUT, base | _arrays("step", _StepRow, named) | _arrays("told", _Told, told)
                       | _arrays("way", _Way, WAYS) | {"now": now, "client_rung": CLIENT})  # fmt: skip
        new = int(cursor.fetchone()[0])
    new += _plan_nudges(roster, policies[0], now)
    gathering.collapse(now)
    gathering.hold(now, policy=policies[0])
    _count(now)
    return new


def take_turn(organisation: UUID) -> None:
    """Wait for whoever plans this organisation: the next one begins when this transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"plan {organisation}"])


@dataclass(frozen=True)
class _Rules:
    """Which policy each rule follows, by number; a rule that the book has lost follows the last."""

    slugs: list[str]
    numbers: list[int]

    @classmethod
    def of(cls, families: Sequence[Family]) -> "_Rules":
        slugs = sorted({rule.slug for rule in load_rulebook().all()})
        return cls(slugs, [families.index(family_of(slug)) for slug in slugs])

    def as_arrays(self) -> dict[str, Any]:
        return {"rule_slugs": self.slugs, "rule_policies": self.numbers, "no_rule": len(Family) - 1}


@dataclass(frozen=True)
class _StepRow:
    """One step of one shape under one policy, as a row of the statement."""

    policy: int
    direction: str
    by_hour: bool
    due: datetime
    seen: bool
    fresh: datetime
    zone: str
    name: str
    on_day: Any
    at: datetime
    rung: int


@dataclass(frozen=True)
class _Told:
    """One person who is told of the dates of one owner's cases, under one policy, at one rung.

    Neither member nor contact: the client of each date.
    """

    policy: int
    owner: UUID
    rung: int
    zone: str
    member: UUID | None
    contact: UUID | None


@dataclass(frozen=True)
class _Way:
    """By which channel a client is told, by what they chose and what we have of them."""

    reach: str
    email: bool
    phone: bool
    address: bool
    channel: str


WAYS = [_Way(*row) for row in every_way()]


def _arrays(prefix: str, kind: Any, rows: Iterable[Any]) -> dict[str, list[Any]]:
    """Return the rows column by column, as the statement takes them."""
    listed = list(rows)
    return {f"{prefix}_{name}": [getattr(row, name) for row in listed] for name in kind.__annotations__}


def _told(roster: Roster, policies: Sequence[Policy], owners: Iterable[UUID], zone: str) -> Iterator[_Told]:
    for owner in owners:
        for number, policy in enumerate(policies):
            if roster.has(owner):
                yield _Told(number, owner, CLIENT, zone, None, None)
            groups = [roster.told(owner, policy.also), *roster.ladder(owner, policy.also)]
            for rung, people in enumerate(groups[: len(RUNGS) + 1]):
                for person in people:
                    member, contact = (None, person.id) if person.is_contact else (person.id, None)
                    yield _Told(number, owner, rung, person.zone, member, contact)


def _steps(
    shapes: Iterable[tuple[int, Shape]], policies: Sequence[Policy], zones: Iterable[str], now: datetime
) -> Iterator[_StepRow]:
    days = {zone: clock.day(now, zone) for zone in zones}
    for number, shape in shapes:
        of_shape = (shape.direction, shape.by_hour, shape.due, shape.seen, shape.fresh)
        for zone, today in days.items():
            for step in steps(shape, policies[number], today=today, zone=zone):
                yield _StepRow(number, *of_shape, zone, *_of(step))


def _of(step: Step) -> tuple[Any, ...]:
    return step.name, step.on, step.at, step.rung


def _plan_nudges(roster: Roster, policy: Policy, now: datetime) -> int:
    """Bring the reminders that people set for themselves in line: at the same hour as all others."""
    zones = {person.id: person.zone for person in roster.members}
    rows = Reminder.objects.filter(state=State.PLANNED, nudge__isnull=False)
    rows.filter(~Q(nudge__done_at=None) | ~Q(recipient__in=zones)).update(state=State.WITHDRAWN)
    present = Reminder.objects.filter(nudge__isnull=False).values("nudge_id")
    waiting = Nudge.objects.filter(done_at=None, user__in=zones).exclude(pk__in=present)
    new = [
        _nudging(each, send_instant(each.on, zones[each.user_id], policy.send_at), now) for each in waiting
    ]
    return len(Reminder.objects.bulk_create(new, ignore_conflicts=True))


def _nudging(nudge: Nudge, at: datetime, now: datetime) -> Reminder:
    return Reminder(
        client_id=nudge.client_id,
        case_id=nudge.case_id,
        nudge=nudge,
        step="nudge",
        step_on=nudge.on,
        recipient_id=nudge.user_id,
        step_at=at,
        send_at=at,
        created_at=now,
    )


def _count(now: datetime) -> None:
    """Write what waits, as numbers, where the health page can read it without a scope."""
    due, parked = Q(state=State.PLANNED, send_at__lte=now), Q(state=State.PARKED)
    found = Reminder.objects.filter(due | parked).aggregate(
        waiting=Count("pk", filter=due),
        parked=Count("pk", filter=parked),
        # A catch-up is due since it was planned, not since the day its step stands for.
        oldest_due_at=Min(Greatest("send_at", "created_at"), filter=due),
    )
    beat(part="planner", organisation_id=scope.current_organisation_id(), at=now, **found)
