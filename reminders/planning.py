"""When a deadline is spoken of. Pure: a step is computed here and nowhere else."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from typing import Protocol
from zoneinfo import ZoneInfo

from cases.deadlines.calendars import PACIFIC, Calendar
from reminders.policy import Policy

UTC = ZoneInfo("UTC")
DAY = timedelta(days=1)
# Rungs of the ladder that is climbed while nobody says "I have seen it". Zero is no rung: who is told anyhow.
ORDINARY, CLIENT = 0, -1
RUNGS = (1, 2, 3, 4)
# Whoever owns the case has so long, for each rung, before the next one hears of a date that came up late.
GRACE = timedelta(hours=4)
GRACE_BY_HOUR = timedelta(minutes=30)
RUNG_HOURS = (12, 6, 3, 1)
# What ends within so many days goes in a mail of its own.
ALONE_DAYS = 3


@dataclass(frozen=True)
class Shape:
    """What the steps of an open date depend on; dates of one shape have the same steps.

    `due` is the end of the day, or the instant, to act on for `ours`; after which it is late for
    `theirs`; the start of the Pacific day it opens for `opens`. `fresh` is when this version of the
    date was worked out, where that is near enough to matter.
    """

    direction: str
    by_hour: bool
    due: datetime
    seen: bool
    fresh: datetime

    @property
    def due_on(self) -> date:
        return self.due.astimezone(PACIFIC).date()


@dataclass(frozen=True)
class Step:
    """One moment at which people are told: its name, its own day, the instant it stands for, and its rung."""

    name: str
    on: date
    at: datetime
    rung: int = ORDINARY


def steps(shape: Shape, policy: Policy, *, today: date, zone: str) -> list[Step]:
    """Return every step of an open date up to and beyond today, for people of one zone.

    `ours`: the policy's days before and on the day, then daily while overdue and not seen; and rung
    by rung while not seen. In hours: at once, and the policy's hours before. `theirs`: when it is
    late, then weekly, or as the policy says. `opens`: the morning it opens.
    Steps in the past are returned too; the planner keeps only the newest of them.
    """
    find = {"ours": _ours_by_hour if shape.by_hour else _ours, "theirs": _theirs, "opens": _opens}
    return list(find[shape.direction](shape, policy, today, zone))


def send_instant(day: date, zone: str, at: time) -> datetime:
    """Return an hour of that day in the zone; a missing one moves forward, a doubled one is the first."""
    return datetime.combine(day, at, ZoneInfo(zone)).astimezone(UTC)


def _ours(shape: Shape, policy: Policy, today: date, zone: str) -> Iterator[Step]:
    due = shape.due_on
    for days in policy.ours_days:
        yield _morning(f"T-{days}", due - days * DAY, policy, zone)
    yield from _overdue(shape, policy, today, zone)
    for days in policy.client_days:
        yield _morning(f"client T-{days}", due - days * DAY, policy, zone, CLIENT)
    if shape.seen:
        return
    for rung in RUNGS:
        on = working_days_before(due, max(policy.escalate_days - rung + 1, 0))
        morning = send_instant(on, zone, policy.send_at)
        yield Step(f"rung {rung}", on, max(morning, shape.fresh + GRACE * rung), rung)


def _ours_by_hour(shape: Shape, policy: Policy, today: date, zone: str) -> Iterator[Step]:
    yield Step("at once", shape.fresh.astimezone(PACIFIC).date(), shape.fresh)
    for hours in policy.ours_hours:
        at = shape.due - timedelta(hours=hours)
        if at > shape.fresh:
            yield Step(f"T-{hours}h", at.astimezone(PACIFIC).date(), at)
    yield from _overdue(shape, policy, today, zone)
    if shape.seen:
        return
    for rung, hours in zip(RUNGS, RUNG_HOURS, strict=True):
        at = max(shape.due - timedelta(hours=hours), shape.fresh + GRACE_BY_HOUR * rung)
        yield Step(f"rung {rung}", shape.due_on, at, rung)


def _overdue(shape: Shape, policy: Policy, today: date, zone: str) -> Iterator[Step]:
    if today > shape.due_on and not shape.seen:
        yield _morning("overdue", today, policy, zone)


def _theirs(shape: Shape, policy: Policy, today: date, zone: str) -> Iterator[Step]:
    missed = shape.due_on if shape.by_hour else shape.due_on + DAY
    first = _morning("missed", missed, policy, zone)
    yield Step(first.name, first.on, shape.due) if shape.by_hour else first
    every = policy.theirs_every_days
    for number in range(1, max((today - missed).days, 0) // every + 1):
        yield _morning("still missed", missed + number * every * DAY, policy, zone)


def _opens(shape: Shape, policy: Policy, _: date, zone: str) -> Iterator[Step]:
    yield _morning("opens", shape.due_on, policy, zone)


def _morning(name: str, on: date, policy: Policy, zone: str, rung: int = ORDINARY) -> Step:
    return Step(name, on, send_instant(on, zone, policy.send_at), rung)


@lru_cache(maxsize=4096)
def working_days_before(day: date, count: int) -> date:
    """Return the day so many working days of the state before a day; with none, the day itself."""
    calendar = Calendar("state_office")
    while count:
        day -= DAY
        count -= calendar.is_open(day)
    return day


def leaves_at(
    now: datetime,
    *,
    zone: str,
    policy: Policy,
    mailed_on: date | None = None,
    alone: bool = False,
    by_hour: bool = False,
) -> datetime:
    """Return when something that is due may leave: now, or the next moment at which it may.

    Ordinary things go once a day, from the hour of the policy on; `mailed_on` is the day of the last
    such mail. What goes alone waits for the end of the quiet hours only, a clock in hours for nothing.
    """
    if by_hour:
        return now
    local = now.astimezone(ZoneInfo(zone))
    day, opens = local.date(), policy.quiet_until if alone else policy.send_at
    if local.time() >= policy.quiet_from or (not alone and mailed_on is not None and mailed_on >= day):
        return send_instant(day + DAY, zone, opens)
    return send_instant(day, zone, opens) if local.time() < opens else now


class Dated(Protocol):
    """What a shape is made of."""

    direction: str
    by_hour: bool
    act_at: datetime
    late_after_at: datetime | None
    opens_on: date | None
    seen_at: datetime | None
    computed_at: datetime


# A version that was worked out longer before its day than this has left everybody time enough.
FRESH = timedelta(days=20)
LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)


def shape_of(deadline: Dated) -> Shape:
    """Return the shape of one open date: what services.wanted asks of all of them at once."""
    due = deadline.act_at
    if deadline.direction == "theirs":
        due = deadline.late_after_at or due
    elif deadline.direction == "opens" and deadline.opens_on:
        due = datetime.combine(deadline.opens_on, time(), PACIFIC)
    recent = deadline.by_hour or due < deadline.computed_at + FRESH
    fresh = deadline.computed_at if deadline.direction == "ours" and recent else LONG_AGO
    return Shape(deadline.direction, deadline.by_hour, due, deadline.seen_at is not None, fresh)
