"""What who leads must know today, from dates alone. Pure: it asks nobody, and knows nothing of reminders.

The supervisor's digest stands on this and on `reminders.digest`; neither imports the planner, so that no
error there can silence it. How a date reads is `cases.deadlines.wording`, as on every page.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from advocacy.kernel.text import count_of
from cases.deadlines.engine import PACIFIC
from cases.deadlines.wording import SOON_DAYS, badge, days_left, is_fatal_soon

SEND_AT = time(7, 30)
# More lines than anybody reads; the mail stays small, and Today has them all.
MOST_LINES = 20
SATURDAY = 5
NO_DATE = "Date not known, needs the letter"


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One date of one case, as `wording` reads it. `told` is who a reminder could not reach."""

    number: str
    owner: str
    direction: str
    state: str
    owed_by: str
    act_at: datetime
    nominal_at: datetime
    last_lawful_at: datetime
    late_after_at: datetime | None
    opens_on: date | None
    met_on: date | None
    by_hour: bool
    seen: bool
    told: str = ""

    @property
    def act_on(self) -> date:
        return self.act_at.astimezone(PACIFIC).date()

    @property
    def nominal_on(self) -> date:
        return self.nominal_at.astimezone(PACIFIC).date()

    @property
    def last_lawful_on(self) -> date:
        return self.last_lawful_at.astimezone(PACIFIC).date()


@dataclass(frozen=True)
class Line:
    """One line of the digest: the case's number, its date in words, who owns it, and what else to say."""

    number: str
    when: str
    owner: str
    note: str = ""

    @property
    def who(self) -> str:
        return f"{self.owner}. {self.note}" if self.note else self.owner


@dataclass(frozen=True)
class Section:
    """Lines of one kind, the first `MOST_LINES` of `total`. `short` is the kind in a subject line."""

    title: str
    short: str
    lines: list[Line]
    total: int

    @property
    def more(self) -> int:
        return self.total - len(self.lines)


@dataclass(frozen=True)
class Agenda:
    """The content of one digest. `fatal`: a right ends within 3 days, or its day has passed unmet."""

    sections: list[Section]
    fatal: bool
    next_days: str

    @property
    def subject(self) -> str:
        named = [f"{each.total} {each.short}" for each in self.sections]
        return "Daily digest: " + (", ".join(named) or "nothing waits for you")


def hour_has_come(now: datetime, zone: str) -> bool:
    """True from 7:30 in the zone to the end of the day: a digest goes late rather than not at all."""
    return now.astimezone(ZoneInfo(zone)).time() >= SEND_AT


def is_working_day(day: date) -> bool:
    """True from Monday to Friday; a mail on a holiday does no harm, a missing one might."""
    return day.weekday() < SATURDAY


def agenda_of(
    dates: Iterable[Entry],
    *,
    untold: Iterable[Entry],
    unsent: Iterable[Entry],
    left_behind: Iterable[tuple[str, str, Entry | None]],
    today: date,
    now: datetime,
) -> Agenda:
    """Sort open dates into what is late, near and unseen, and owed to us; each list soonest first.

    `today` is the organisation's day, by which Today counts. `untold` are dates that lack a reminder,
    `unsent` those with one that could not be sent, `left_behind` open cases without a live owner: number,
    owner's name, next date if any.
    """
    entries = sorted(dates, key=lambda entry: entry.act_at)
    ours = [entry for entry in entries if entry.direction == "ours"]
    late = [entry for entry in ours if _is_late(entry, today, now)]
    soon = [entry for entry in ours if days_left(entry, today) <= SOON_DAYS]
    near = [entry for entry in soon if not _is_late(entry, today, now)]
    unseen = [entry for entry in near if not entry.seen]
    ending = [entry for entry in near if entry.seen and is_fatal_soon(entry, today)]
    owed = [entry for entry in entries if entry.direction == "theirs" and _is_late(entry, today, now)]

    def lines(found: Iterable[Entry]) -> list[Line]:
        return [_line(entry, today, now) for entry in found]

    sections = [
        _section("Past our date, and nothing recorded that met it", "past our date", lines(late)),
        _section("Ours within 7 days, and nobody has said “I have seen it”", "not seen", lines(unseen)),
        _section("Seen, and a right ends within 3 days", "near their end", lines(ending)),
        _section("Owed to us, and late", "owed to us and late", lines(owed)),
        _section("No reminder is planned: tell the people yourself", "without a reminder", lines(untold)),
        _section("Reminders that could not be sent: tell the people by phone", "not told", lines(unsent)),
        _section(
            "Cases whose owner has left: give each to somebody", "without an owner",
            [_line_of_case(*each, today, now) for each in left_behind],
        ),
    ]  # fmt: skip
    return Agenda(
        sections=[section for section in sections if section.total],
        fatal=any(is_fatal_soon(entry, today) for entry in ours),
        next_days=_next_days(near, unseen),
    )


def _is_late(entry: Entry, today: date, now: datetime) -> bool:
    return badge(entry, today, now=now).state == "late"


def _when(entry: Entry, today: date, now: datetime) -> str:
    shown = badge(entry, today, now=now)
    return f"{shown.line1}, {shown.line2}"


def _line(entry: Entry, today: date, now: datetime) -> Line:
    note = f"Not told: {entry.told}" if entry.told else ""
    return Line(entry.number, _when(entry, today, now), entry.owner, note)


def _line_of_case(number: str, owner: str, entry: Entry | None, today: date, now: datetime) -> Line:
    return Line(number, _when(entry, today, now) if entry else NO_DATE, owner, "Has left")


def _section(title: str, short: str, lines: list[Line]) -> Section:
    return Section(title, short, lines[:MOST_LINES], len(lines))


def _next_days(near: list[Entry], unseen: list[Entry]) -> str:
    """Say what the next 7 days hold, so that an empty list is never mistaken for a broken one."""
    if not near:
        return f"Nothing is due in the next {SOON_DAYS} days."
    seen = len(near) - len(unseen)
    if not unseen:
        every = "The one date" if seen == 1 else f"All {seen} dates"
        return f"{every} of ours in the next {SOON_DAYS} days {'has' if seen == 1 else 'have'} been seen."
    how_many = f"{seen} seen" if seen else "none seen yet"
    return f"In the next {SOON_DAYS} days: {count_of(len(near), 'date')} of ours, {how_many}."
