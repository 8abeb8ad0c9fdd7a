"""How a deadline reads, the same on page, mail and feed. Pure: days are counted by the server."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Protocol, TypeVar

from advocacy.kernel.text import count_of, legal_day, short_day, time_of_day
from cases.deadlines.derivation import Part, department_of, part_of
from cases.deadlines.engine import PACIFIC

# What no longer runs and was not done.
OVER = {"superseded": "Replaced", "waived": "No longer applies"}
NOW_DAYS = 3
SOON_DAYS = 7


class Dated(Protocol):
    """What wording needs of a deadline."""

    @property
    def direction(self) -> str: ...
    @property
    def state(self) -> str: ...
    @property
    def owed_by(self) -> str: ...
    @property
    def act_at(self) -> datetime: ...
    @property
    def act_on(self) -> date: ...
    @property
    def nominal_on(self) -> date: ...
    @property
    def last_lawful_at(self) -> datetime: ...
    @property
    def last_lawful_on(self) -> date: ...
    @property
    def late_after_at(self) -> datetime | None: ...
    @property
    def opens_on(self) -> date | None: ...
    @property
    def met_on(self) -> date | None: ...
    @property
    def by_hour(self) -> bool: ...


class Clocked(Dated, Protocol):
    """What is needed to know which clock it is."""

    @property
    def rule(self) -> str: ...


C = TypeVar("C", bound=Clocked)


@dataclass(frozen=True)
class Badge:
    """The due badge: a state that decides shape and color, two lines of words, the date itself."""

    state: str
    line1: str
    line2: str
    iso: str


@dataclass(frozen=True)
class Shown:
    """When a deadline is, as people are shown it: the Pacific day, and the instant of a clock in hours."""

    on: date
    at: datetime | None = None

    @property
    def iso(self) -> str:
        """The instant where there is one, else the day."""
        return self.at.isoformat() if self.at else self.on.isoformat()


OWERS = {"plan": "Plan", "client": "We", "department": "Department", "reviewer": "Reviewer"}


def owes(deadline: Dated) -> str:
    """Return who owes the act, as a word that can begin a sentence."""
    return OWERS.get(deadline.owed_by, deadline.owed_by.capitalize())


def last_day(deadline: Dated) -> date:
    """Return the day after which their duty is late."""
    late_after = deadline.late_after_at
    return late_after.astimezone(PACIFIC).date() if late_after else deadline.last_lawful_on


def shown(deadline: Dated, now: datetime) -> Shown:
    """Return when the deadline is, as every page, mail, digest, feed and answer to a program shows it.

    `ours` is the day to work to, `opens` the first day. `theirs` is the day to ask from, and once that has
    passed the last one, after which it is late. What is done stands on the day it was done. The reader's
    zone decides nothing: the law's days are California's.
    """
    if deadline.state == "met":
        return Shown(deadline.met_on or deadline.act_on)
    if deadline.state in OVER:
        return Shown(deadline.act_on)
    if deadline.direction == "opens":
        return Shown(deadline.opens_on or deadline.act_on)
    at = deadline.act_at
    if has_turned(deadline, now):
        at = deadline.late_after_at or deadline.last_lawful_at
    return Shown(at.astimezone(PACIFIC).date(), at if deadline.by_hour else None)


def noon(day: date) -> datetime:
    """Return an instant of a Pacific day, for who knows the day alone."""
    return datetime.combine(day, time(12), PACIFIC)


def has_turned(deadline: Dated, now: datetime) -> bool:
    """True when their day to be asked has passed: from then on it is the last one that counts."""
    # In UTC: between two Pacific times Python would compare the hours of the wall.
    return deadline.direction == "theirs" and now.astimezone(UTC) > deadline.act_at.astimezone(UTC)


def told_client(deadline: Dated) -> date:
    """Return the day a client is told of: we promise the near one, others are late after their last one."""
    if deadline.state == "met":
        return deadline.met_on or deadline.act_on
    if deadline.direction == "theirs":
        return last_day(deadline)
    return (deadline.opens_on if deadline.direction == "opens" else None) or deadline.act_on


def days_left(deadline: Dated, today: date) -> int:
    """Return calendar days until the day to act on; negative when it has passed."""
    day = deadline.opens_on if deadline.direction == "opens" and deadline.opens_on else deadline.act_on
    return (day - today).days


def badge(deadline: Dated, today: date, *, now: datetime | None = None) -> Badge:
    """Return the badge of one deadline on one day; of a clock in hours, at the moment `now`."""
    when = shown(deadline, now or noon(today))
    day = short_day(when.on, today=today)
    if deadline.state == "met":
        return Badge("met", "Met", day, when.iso)
    if deadline.state in OVER:
        return Badge(deadline.state, OVER[deadline.state], day, when.iso)
    if when.at is not None and now is not None:
        by_hour = {"ours": _ours_by_hour, "theirs": _theirs_by_hour}[deadline.direction]
        # In UTC: between two Pacific times Python would count the hours of the wall.
        return by_hour(deadline, when.at, today, now.astimezone(UTC))
    by_day = {"ours": _ours, "theirs": _theirs, "opens": _opens}[deadline.direction]
    return by_day(deadline, when.on, today)


def _ours(_deadline: Dated, day: date, today: date) -> Badge:
    left, shown_as, iso = (day - today).days, short_day(day, today=today), day.isoformat()
    if left < 0:
        return Badge("late", f"{count_of(-left, 'day')} past our date", f"was {shown_as}", iso)
    state = "now" if left <= NOW_DAYS else "soon" if left <= SOON_DAYS else "later"
    return Badge(state, _left(left), shown_as, iso)


def _theirs(deadline: Dated, day: date, today: date) -> Badge:
    owner, chase, last = owes(deadline), deadline.act_on, last_day(deadline)
    shown_as, iso = short_day(day, today=today), day.isoformat()
    if today > last:
        late = count_of((today - last).days, "day")
        return Badge("late", f"{owner} {late} late", f"was {shown_as}", iso)
    if day > chase:
        return Badge("soon", f"{owner}: ask now", f"late after {shown_as}", iso)
    return Badge("wait", f"{owner} owes us", f"by {shown_as}", iso)


def _opens(_deadline: Dated, day: date, today: date) -> Badge:
    shown_as, iso = short_day(day, today=today), day.isoformat()
    if day <= today:
        return Badge("soon", "Open now", f"since {shown_as}", iso)
    return Badge("wait", "Not yet", f"from {shown_as}", iso)


def _ours_by_hour(_deadline: Dated, due: datetime, today: date, now: datetime) -> Badge:
    if now > due:
        return Badge("late", f"{span(now - due)} past our time", f"was {moment(due, today)}", due.isoformat())
    state = "now" if due - now <= timedelta(days=NOW_DAYS) else "soon"
    return Badge(state, f"{span(due - now)} left", _by(due, today), due.isoformat())


def _theirs_by_hour(deadline: Dated, due: datetime, today: date, now: datetime) -> Badge:
    owner, last, iso = owes(deadline), deadline.late_after_at or deadline.last_lawful_at, due.isoformat()
    if now > last:
        return Badge("late", f"{owner} {span(now - last)} late", f"was {moment(due, today)}", iso)
    if has_turned(deadline, now):
        return Badge("soon", f"{owner}: ask now", f"late after {moment(due, today)}", iso)
    # Their clock in hours is never far: it is shown as one that comes soon.
    return Badge("soon", f"{owner}: {span(due - now)} left", _by(due, today), iso)


def span(length: timedelta) -> str:
    """Return a length in whole hours, or in minutes below one: never more than there is."""
    hours, rest = divmod(int(length.total_seconds()), 3600)
    return count_of(hours, "hour") if hours else count_of(rest // 60, "minute")


def moment(instant: datetime, today: date) -> str:
    """Return `Thu, Nov 26, 4:10 pm`, in California as the law counts it."""
    day = instant.astimezone(PACIFIC).date()
    return f"{short_day(day, today=today)}, {time_of_day(instant, str(PACIFIC))}"


def _by(instant: datetime, today: date) -> str:
    day = instant.astimezone(PACIFIC).date()
    named = "Today" if day == today else short_day(day, today=today)
    return f"{named}, by {time_of_day(instant, str(PACIFIC))}"


def _left(days: int) -> str:
    return "Today" if days == 0 else f"{count_of(days, 'day')} left"


def last_lawful_words(deadline: Dated) -> str:
    """Return the labelled last lawful day, or "" where it is the same as the day to work to."""
    if deadline.last_lawful_on == deadline.nominal_on:
        return ""
    return f"Last lawful day: {legal_day(deadline.last_lawful_on)}"


def is_fatal_soon(deadline: Dated, today: date) -> bool:
    """True when a right of the client ends within 3 calendar days, or its day has passed unmet."""
    return (
        deadline.state == "open" and deadline.direction == "ours" and days_left(deadline, today) <= NOW_DAYS
    )


def by_part(deadlines: Iterable[C]) -> dict[Part, C]:
    """Return the clock of each part. Where both departments are possible: of our own acts the earlier one."""
    parts: dict[Part, C] = {}
    for deadline in deadlines:
        part = part_of(deadline.rule)
        if part is None:
            continue
        other = parts.get(part)
        if other is None or _is_safer(deadline, other):
            parts[part] = deadline
    return parts


def _is_safer(deadline: Clocked, other: Clocked) -> bool:
    if deadline.direction == "ours" and deadline.act_on != other.act_on:
        return deadline.act_on < other.act_on
    return department_of(deadline.rule) == "dmhc"
