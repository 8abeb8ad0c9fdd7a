"""The clock: from a rule and the event that starts it to the dates people act on, with the working.

Pure. Dates are Pacific; a day-based deadline ends at 23:59:59 Pacific; hours are elapsed hours.
Where the law carries more than one reading, every reading that changes the date is kept.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import groupby
from types import MappingProxyType
from typing import NamedTuple

from cases.deadlines import calendars
from cases.deadlines.calendars import (
    PACIFIC,
    WEEKEND,
    Calendar,
    end_of_day,
    federal,
    full_day,
    gov_6700,
    judicial,
    short_day,
    state_office,
)
from cases.deadlines.rules import DeadlineError, Rule, RuleNotInForce

__all__ = [
    "PACIFIC",
    "ActOn",
    "BadTrigger",
    "Day",
    "Explanation",
    "Reading",
    "Step",
    "end_of_day",
    "explain",
    "what_to_act_on",
]

HALF_YEAR_DAYS = 182  # Gov. Code § 6803
NO_FACTS: Mapping[str, object] = MappingProxyType({})

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


class BadTrigger(DeadlineError):
    """The start is not an instant the clock can count from."""


class Reading(NamedTuple):
    """Another instant the law supports, and the words for the reading that gives it."""

    due: datetime
    words: str


class Step(NamedTuple):
    """One line of the working, and the figure that stands at its right edge."""

    text: str
    figure: str


class Day(NamedTuple):
    """One box of the strip of days from `nominal` to `last_lawful`; `name` says why it is closed."""

    date: date
    closed: bool
    name: str


class ActOn(NamedTuple):
    """What people act on. Nothing is late for `opens`; nothing opens for the other two."""

    act_on: datetime
    late_after: datetime | None
    opens_on: date | None


@dataclass(frozen=True, slots=True)
class Explanation:
    """One deadline with its working. Instants are aware, in Pacific time; None where the rule has no length.

    `readings` are the readings that differ from `last_lawful`, earliest first. `ambiguous` says that the
    law itself carries two readings; a later plan answer gives a reading without making the law ambiguous.
    `days` is empty for rules in hours.
    """

    rule: Rule
    triggered_at: datetime
    nominal: datetime | None
    last_lawful: datetime | None
    readings: tuple[Reading, ...]
    ambiguous: bool
    steps: tuple[Step, ...]
    sentences: tuple[str, ...]
    days: tuple[Day, ...]
    act_on: datetime | None
    late_after: datetime | None
    opens_on: date | None


class _Count(NamedTuple):
    """One count along one rule: `skipped` are the closed days it passed, `readings` what else it could be."""

    start: datetime
    nominal: datetime
    last: datetime
    skipped: tuple[tuple[date, str], ...]
    readings: tuple[Reading, ...]


def explain(rule: Rule, *, triggered_at: datetime, facts: Mapping[str, object] = NO_FACTS) -> Explanation:
    """Return the dates of `rule` for the event at `triggered_at`, and how they come about.

    `triggered_at` is aware; a day-based rule takes its Pacific date, which does not count itself
    (Code of Civil Procedure § 12, Civil Code § 10). The keys of `facts` are `rules.FACTS`.
    The authority for each rule is `rule.cite`.

    Raises:
        BadTrigger: `triggered_at` has no offset, or counting from it leaves the calendar.
        BadFact: an unknown key, a value that is no date, or an answer dated before the trigger.
        RuleNotInForce: `triggered_at` lies outside the dates of this version.
    """
    if triggered_at.tzinfo is None:
        raise BadTrigger("The start has no UTC offset.")
    try:
        start = triggered_at.astimezone(PACIFIC)
        if not rule.in_force_on(start.date()):
            raise RuleNotInForce(f"Version {rule.version} of {rule.slug} is not in force on {start.date()}.")
        later = rule.second_start(start=start.date(), facts=facts)
        if rule.unit == "none":
            return _without_length(rule, triggered_at)
        count = _hours(rule, start) if rule.unit == "hours" else _days(rule, start)
        candidates = count.readings
        if later is not None:
            words = f"counted from the plan's written answer of {full_day(later)}"
            candidates += (Reading(end_of_day(_last_day(rule, later)), words),)
    except OverflowError as error:
        raise BadTrigger("The start is too near the end of the calendar.") from error
    readings = _differing(candidates, last=count.last)
    act = what_to_act_on(rule.direction, [count.nominal, count.last, *(each.due for each in readings)])
    return Explanation(
        rule=rule,
        triggered_at=triggered_at,
        nominal=count.nominal,
        last_lawful=count.last,
        readings=readings,
        ambiguous=bool(_differing(count.readings, last=count.last)),
        steps=tuple(_steps(rule, count, act)),
        sentences=tuple(_sentences(rule, count, readings, act)),
        days=_strip(rule, count),
        act_on=act.act_on,
        late_after=act.late_after,
        opens_on=act.opens_on,
    )


def what_to_act_on(direction: str, readings: Iterable[datetime]) -> ActOn:
    """Return what people act on, from every reading of one deadline, the nominal date among them.

    `ours` works to the earliest; `theirs` is chased at the earliest and late after the latest; what
    `opens` does so the day after the latest: a filing one day early is closed by the department.
    """
    every = sorted(readings, key=lambda due: due.astimezone(UTC))
    if direction == "opens":
        return ActOn(every[-1], None, every[-1].date() + calendars.ONE_DAY)
    return ActOn(every[0], every[-1], None)


def _without_length(rule: Rule, triggered_at: datetime) -> Explanation:
    why = f"The law gives no number of days, so there is no date to count: {rule.explanation}."
    return Explanation(
        rule=rule,
        triggered_at=triggered_at,
        nominal=None,
        last_lawful=None,
        readings=(),
        ambiguous=False,
        steps=(Step(f"{rule.explanation}.", "no date"),),
        sentences=(why, *_doubts(rule, last=None)),
        days=(),
        act_on=None,
        late_after=None,
        opens_on=None,
    )


def _base(rule: Rule) -> Calendar:
    """Return the list of holidays the rule itself counts or rolls by."""
    if rule.unit == "business_days":
        return state_office
    return federal if rule.roll == "F" else judicial


def _hours(rule: Rule, start: datetime) -> _Count:
    elapsed = calendars.elapsed_hours_on(start, rule.amount)
    on_the_wall = calendars.wall_clock_hours_on(start, rule.amount)
    return _Count(start, elapsed, elapsed, (), (Reading(on_the_wall, WALL_CLOCK),))


def _nominal_day(rule: Rule, start: date) -> date:
    if rule.unit == "business_days":
        return state_office.add_business_days(start, rule.amount)
    if rule.unit == "months" and rule.roll == "F":
        return calendars.add_federal_months(start, rule.amount)
    if rule.unit == "months":
        return calendars.add_months(start, rule.amount)
    return start + timedelta(days=rule.amount)


def _moved(rule: Rule, day: date) -> date:
    return _base(rule).next_open(day) if rule.roll in ("R", "R?", "F") else day


def _last_day(rule: Rule, start: date) -> date:
    return _moved(rule, _nominal_day(rule, start))


def _days(rule: Rule, start: datetime) -> _Count:
    first = start.date()
    nominal = _nominal_day(rule, first)
    last = _moved(rule, nominal)
    passed: Iterable[date] = ()
    if rule.roll != "N":
        passed = calendars.days_between(first + calendars.ONE_DAY if rule.roll == "B" else nominal, last)
    named = ((day, _base(rule).closed_name(day)) for day in passed)
    other = () if rule.roll == "F" else _other_days(rule, first, nominal=nominal, last=last)
    return _Count(
        start,
        end_of_day(nominal),
        end_of_day(last),
        tuple((day, name) for day, name in named if name is not None),
        tuple(Reading(end_of_day(day), words) for day, words in other),
    )


def _other_days(rule: Rule, start: date, *, nominal: date, last: date) -> Iterator[tuple[date, str]]:
    """Yield the day of every listed cause of doubt; those that come out as `last` change nothing."""
    base = _base(rule)
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


def _differing(readings: Iterable[Reading], *, last: datetime) -> tuple[Reading, ...]:
    """Return each instant unlike `last` once, earliest first, with the words of all that give it."""
    words: dict[datetime, list[str]] = {}
    for reading in readings:
        # In UTC: two Pacific times an hour apart compare equal in the hour that occurs twice.
        due = reading.due.astimezone(UTC)
        if due != last.astimezone(UTC):
            words.setdefault(due, []).append(reading.words)
    return tuple(Reading(due.astimezone(PACIFIC), "; ".join(words[due])) for due in sorted(words))


def _strip(rule: Rule, count: _Count) -> tuple[Day, ...]:
    if rule.unit == "hours":
        return ()
    base = _base(rule)
    shown = calendars.days_between(count.nominal.date(), count.last.date())
    return tuple(Day(day, not base.is_open(day), base.closed_name(day) or "") for day in shown)


def _when(rule: Rule, at: datetime) -> str:
    return f"{calendars.time_of_day(at)} on {full_day(at)}" if rule.unit == "hours" else full_day(at)


def _figure(rule: Rule, at: datetime) -> str:
    return f"{short_day(at)}, {calendars.time_of_day(at)}" if rule.unit == "hours" else short_day(at)


def _steps(rule: Rule, count: _Count, act: ActOn) -> Iterator[Step]:
    begun = rule.trigger_words[:1].upper() + rule.trigger_words[1:]
    own_day = "." if rule.unit == "hours" else ". The day it happened does not count."
    unit = rule.amount_words.replace("calendar months", "months")
    yield Step(f"{begun}{own_day}", _figure(rule, count.start))
    yield Step(f"{rule.explanation}.", f"+ {unit}")
    names = [name for name, _ in groupby(WEEKEND.lower() if n == WEEKEND else n for _, n in count.skipped)]
    if rule.roll == "B" and names:
        closed = len(count.skipped)
        yield Step(
            f"Closed days do not count: {', '.join(names)}.", f"{closed} closed day{'s'[: closed > 1]}"
        )
    yield Step(f"{_landing(rule, count)}.", _figure(rule, count.nominal))
    if count.last != count.nominal:
        yield Step(f"Closed: {', '.join(names)}.", f"closed to {short_day(count.skipped[-1][0])}")
        yield Step("The last day moves to the next open day.", short_day(count.last))
    if act.opens_on is not None:
        yield Step("The day after, the way is open.", short_day(act.opens_on))


def _landing(rule: Rule, count: _Count) -> str:
    """Return how the count reaches its nominal date, without the date."""
    if rule.unit == "hours":
        return "Weekends and holidays do not stop an hour clock"
    if rule.unit == "business_days":
        return f"Open day number {rule.amount}"
    if rule.unit == "calendar_days":
        return f"{rule.amount_words} on"
    if count.nominal.day == count.start.day:
        return f"Same day-number, {rule.amount_words} on"
    if rule.roll == "F":
        return f"{rule.amount_words} on there is no day {count.start.day}, so the first of the next month"
    return f"{rule.amount_words} on there is no day {count.start.day}, so the last day of that month"


def _sentences(rule: Rule, count: _Count, readings: Iterable[Reading], act: ActOn) -> Iterator[str]:
    own_day = "" if rule.unit == "hours" else " That day does not count."
    closed = [
        f"{full_day(day)} is closed: {name.lower() if name == WEEKEND else name}."
        for day, name in count.skipped
    ]
    nominal, last = _when(rule, count.nominal), _when(rule, count.last)
    yield f"The clock starts from {_when(rule, count.start)}, when {rule.trigger_words}.{own_day}"
    yield f"The law gives {rule.amount_words}."
    if rule.roll == "B":
        yield from closed
    yield f"{_landing(rule, count)}: {nominal}."
    if count.last != count.nominal:
        yield from closed
        yield f"The last day moves to the next open day: {last}."
    else:
        yield f"{_staying(rule)}The last {'moment' if rule.unit == 'hours' else 'day'} is {last}."
    for reading in readings:
        yield f"Another reading gives {_when(rule, reading.due)}: {reading.words}."
    yield _advice(rule, act)
    yield from _doubts(rule, last=count.last.date())


def _staying(rule: Rule) -> str:
    if rule.roll == "N":
        return "This clock does not move for weekends or holidays. "
    return "" if rule.roll in ("B", "H") else "That day is open. "


def _advice(rule: Rule, act: ActOn) -> str:
    if act.opens_on is not None:
        return f"You can file from {short_day(act.opens_on)}."
    if rule.direction == "ours" or act.late_after is None:
        return f"Work to {_when(rule, act.act_on)}."
    if act.act_on == act.late_after:
        return f"It is late after {_when(rule, act.late_after)}."
    return f"Chase it at {_when(rule, act.act_on)}; it is late after {_when(rule, act.late_after)}."


def _doubts(rule: Rule, *, last: date | None) -> Iterator[str]:
    if last is not None and rule.unit != "hours" and not _base(rule).is_verified(last):
        yield f"The calendar of {_base(rule).title} has not been checked for that day: check this date again."
    if rule.unverified:
        yield "This rule is not verified: the text of the law has not been read in full."
