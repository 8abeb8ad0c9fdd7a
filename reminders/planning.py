"""When a deadline is spoken of. Pure: a step is computed here and nowhere else."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

# Default policy (docs/reminders.md). Days before the day to act on.
OURS_DAYS_BEFORE = (30, 14, 7, 3, 1, 0)
SEND_AT = time(8, 0)
THEIRS_EVERY = timedelta(days=7)


@dataclass(frozen=True)
class Step:
    """One moment at which one person is told: its name, its own day, and the instant it leaves."""

    name: str
    on: date
    send_at: datetime


def send_instant(day: date, zone: str) -> datetime:
    """Return 8:00 in the zone on that day; a missing hour moves forward, a doubled one uses the first."""
    local = datetime.combine(day, SEND_AT, ZoneInfo(zone))
    return local.astimezone(ZoneInfo("UTC"))


def steps(
    *,
    direction: str,
    act_on: date,
    late_after_on: date | None,
    opens_on: date | None,
    seen: bool,
    today: date,
    zone: str,
) -> list[Step]:
    """Return every step of an open deadline up to and beyond today, oldest first.

    `ours`: 30, 14, 7, 3, 1 and 0 days before, then daily while overdue and not seen.
    `theirs`: the day after it is late, then weekly. `opens`: the morning it opens.
    Steps in the past are returned too; the planner keeps only the newest of them.
    """
    if direction == "ours":
        found = [(f"T-{days}", act_on - timedelta(days=days)) for days in OURS_DAYS_BEFORE]
        if today > act_on and not seen:
            found.append(("overdue", today))
    elif direction == "theirs":
        missed = (late_after_on or act_on) + timedelta(days=1)
        found = [("missed", missed)]
        if today > missed:
            weeks = (today - missed) // THEIRS_EVERY
            found += [("still missed", missed + THEIRS_EVERY * week) for week in range(1, weeks + 1)]
    else:
        found = [("opens", opens_on or act_on)]
    return [Step(name, day, send_instant(day, zone)) for name, day in found]
