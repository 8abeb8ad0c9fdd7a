"""Counting along a rule: the nominal date, the last lawful one, and every other reading of the law.

Pure. Dates are Pacific; a day-based deadline ends at 23:59:59 Pacific; hours are elapsed hours.
"""

from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, timedelta
from typing import NamedTuple

from cases.deadlines import calendars
from cases.deadlines.calendars import PACIFIC, Calendar, end_of_day, federal, gov_6700, judicial, state_office
from cases.deadlines.rules import Rule

HALF_YEAR_DAYS = 182  # Gov. Code § 6803

STRICT = "strict calendar reading"
CCP_12A = "CCP 12a roll reading"
HALF_YEAR = "182-day half-year reading (Gov 6803)"
WALL_CLOCK = "wall-clock reading"
SATURDAY_HOLIDAY = "Friday before a Saturday court holiday read as closed (CCP 135)"
OTHER_COUNTS = ((judicial, "CCP 135 judicial calendar"), (gov_6700, "Gov 6700 list calendar"))
NAMED_IN_ONE = (
    (state_office, "Gov 19853 state-office reading"),
    (judicial, "CCP 135 judicial reading"),
    (gov_6700, "Gov 6700/Civ 7+10 reading"),
)


class Reading(NamedTuple):
    """Another instant the law supports, and the words for the reading that gives it."""

    due: datetime
    words: str


class ActOn(NamedTuple):
    """What people act on. Nothing is late for `opens`; nothing opens for the other two."""

    act_on: datetime
    late_after: datetime | None
    opens_on: date | None


class Count(NamedTuple):
    """One count along one rule: `skipped` are the closed days it passed, `readings` what else it could be."""

    start: datetime
    nominal: datetime
    last: datetime
    skipped: tuple[tuple[date, str], ...]
    readings: tuple[Reading, ...]


def what_to_act_on(direction: str, readings: Iterable[datetime]) -> ActOn:
    """Return what people act on, from every reading of one deadline, the nominal date among them.

    `ours` works to the earliest; `theirs` is chased at the earliest and late after the latest; what
    `opens` does so the day after the latest: a filing one day early is closed by the department.
    """
    every = sorted(readings, key=lambda due: due.astimezone(UTC))
    if direction == "opens":
        return ActOn(every[-1], None, every[-1].date() + calendars.ONE_DAY)
    return ActOn(every[0], every[-1], None)


def base_calendar(rule: Rule) -> Calendar:
    """Return the list of holidays the rule itself counts or rolls by."""
    if rule.unit == "business_days":
        return state_office
    return federal if rule.roll == "F" else judicial


def count_along(rule: Rule, start: datetime) -> Count:
    """Count along `rule` from `start`, in Pacific time. A rule without length cannot be counted.

    Raises:
        OverflowError: the count leaves the calendar.
    """
    return _by_the_clock(rule, start) if rule.by_the_clock else _days(rule, start)


def _by_the_clock(rule: Rule, start: datetime) -> Count:
    length = timedelta(**{rule.unit: rule.amount})
    elapsed = calendars.elapsed_on(start, length)
    on_the_wall = calendars.wall_clock_on(start, length)
    return Count(start, elapsed, elapsed, (), (Reading(on_the_wall, WALL_CLOCK),))


def hours_reading(rule: Rule, count: Count) -> tuple[Reading, ...]:
    """Return the reading of a duty in days that many count in hours, from the hour of its start; or none."""
    if not rule.chase_hours:
        return ()
    due = calendars.elapsed_on(count.start, timedelta(hours=rule.chase_hours))
    return (Reading(due, f"{rule.chase_hours} hours, as many count it"),)


def _nominal_day(rule: Rule, start: date) -> date:
    if rule.unit == "business_days":
        return state_office.add_business_days(start, rule.amount)
    if rule.unit == "months" and rule.roll == "F":
        return calendars.add_federal_months(start, rule.amount)
    if rule.unit == "months":
        return calendars.add_months(start, rule.amount)
    return start + timedelta(days=rule.amount)


def _moved(rule: Rule, day: date) -> date:
    return base_calendar(rule).next_open(day) if rule.roll in ("R", "R?", "F") else day


def last_day(rule: Rule, start: date) -> date:
    """Return the last lawful day of a day-based rule whose trigger day is `start`."""
    return _moved(rule, _nominal_day(rule, start))


def _days(rule: Rule, start: datetime) -> Count:
    first = start.date()
    nominal = _nominal_day(rule, first)
    last = _moved(rule, nominal)
    passed: Iterable[date] = ()
    if rule.roll != "N":
        passed = calendars.days_between(first + calendars.ONE_DAY if rule.roll == "B" else nominal, last)
    named = ((day, base_calendar(rule).closed_name(day)) for day in passed)
    other = () if rule.roll == "F" else _other_days(rule, first, nominal=nominal, last=last)
    return Count(
        start,
        end_of_day(nominal),
        end_of_day(last),
        tuple((day, name) for day, name in named if name is not None),
        tuple(Reading(end_of_day(day), words) for day, words in other),
    )


def _other_days(rule: Rule, start: date, *, nominal: date, last: date) -> Iterator[tuple[date, str]]:
    """Yield the day of every listed cause of doubt; those that come out as `last` change nothing."""
    base = base_calendar(rule)
    if rule.roll == "R?":
        yield nominal, STRICT
    if rule.roll == "N":
        yield judicial.next_open(nominal), CCP_12A
    if rule.unit == "months" and rule.amount == 6:
        yield max(last, _moved(rule, start + timedelta(days=HALF_YEAR_DAYS))), HALF_YEAR
    if rule.unit == "business_days":
        for calendar, words in OTHER_COUNTS:
            yield calendar.add_business_days(start, rule.amount), words
        yield base.with_saturday_fridays().add_business_days(start, rule.amount), SATURDAY_HOLIDAY
    elif calendars.holiday_on_the_saturday(last):
        yield base.with_saturday_fridays().rolled_past(last), SATURDAY_HOLIDAY
    naming = [(calendar, words) for calendar, words in NAMED_IN_ONE if calendar.name_of(last)]
    if len(naming) == 1:
        calendar, words = naming[0]
        yield base.and_also(calendar).rolled_past(last), words


def differing(readings: Iterable[Reading], *, last: datetime) -> tuple[Reading, ...]:
    """Return each instant unlike `last` once, earliest first, with the words of all that give it."""
    words: dict[datetime, list[str]] = {}
    for reading in readings:
        # In UTC: two Pacific times an hour apart compare equal in the hour that occurs twice.
        due = reading.due.astimezone(UTC)
        if due != last.astimezone(UTC):
            words.setdefault(due, []).append(reading.words)
    return tuple(Reading(due.astimezone(PACIFIC), "; ".join(words[due])) for due in sorted(words))


def unchecked_calendars(rule: Rule, last: date) -> tuple[Calendar, ...]:
    """Return the lists this rule reads that nobody has checked as far as `last`, its own one first."""
    if rule.by_the_clock:
        return ()
    base = base_calendar(rule)
    others = () if rule.roll == "F" else (state_office, judicial, gov_6700)
    read = (base, *(each for each in others if each is not base))
    return tuple(each for each in read if not each.is_verified(last))
