"""The words of a working: numbered steps for a page, sentences for a letter or a regulator.

Pure. The sentences alone are enough to work the date out again.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from itertools import groupby
from typing import NamedTuple

from cases.deadlines import calendars
from cases.deadlines.calendars import WEEKEND, Calendar, full_day, short_day
from cases.deadlines.readings import ActOn, Count, Reading, base_calendar, unchecked_calendars
from cases.deadlines.rules import Rule

# By confidence (rules.CONFIDENCES).
UNVERIFIED = {
    "M": "This rule is not verified: the text of the law has not been read in full.",
    "L": "This rule is not verified: nobody has seen the text of the law, only heard of it.",
}


class Step(NamedTuple):
    """One line of the working, and the figure that stands at its right edge."""

    text: str
    figure: str


def _at(at: datetime) -> str:
    return f"{calendars.time_of_day(at)} on {full_day(at)}"


def _when(rule: Rule, at: datetime) -> str:
    return _at(at) if rule.by_the_clock else full_day(at)


def _figure(rule: Rule, at: datetime) -> str:
    return _moment(at) if rule.by_the_clock else short_day(at)


def _moment(at: datetime) -> str:
    return f"{short_day(at)}, {calendars.time_of_day(at)}"


def steps(
    rule: Rule, count: Count, act: ActOn, *, begun: str = "", by_hours: Sequence[Reading] = ()
) -> Iterator[Step]:
    """Yield the working as a numbered sum for a page. `by_hours`: the reading in hours of a duty in days."""
    begun = begun or rule.trigger_words
    begun = begun[:1].upper() + begun[1:]
    own_day = "." if rule.by_the_clock else ". The day it happened does not count."
    unit = rule.amount_words.replace("calendar months", "months")
    yield Step(f"{begun}{own_day}", _moment(count.start) if by_hours else _figure(rule, count.start))
    for reading in by_hours:
        yield Step(f"{rule.chase_hours} hours from its hour, as many count it: ask.", _moment(reading.due))
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


def _landing(rule: Rule, count: Count) -> str:
    """Return how the count reaches its nominal date, without the date."""
    if rule.by_the_clock:
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


def sentences(
    rule: Rule,
    count: Count,
    readings: Iterable[Reading],
    act: ActOn,
    *,
    begun: str = "",
    by_hours: Sequence[Reading] = (),
) -> Iterator[str]:
    """Yield the working as sentences, the other readings and what to act on after it."""
    own_day = "" if rule.by_the_clock else " That day does not count."
    closed = [
        f"{full_day(day)} is closed: {name.lower() if name == WEEKEND else name}."
        for day, name in count.skipped
    ]
    nominal, last = _when(rule, count.nominal), _when(rule, count.last)
    started = _at(count.start) if by_hours else _when(rule, count.start)
    yield f"The clock starts from {started}, when {begun or rule.trigger_words}.{own_day}"
    yield f"The law gives {rule.amount_words}."
    if rule.roll == "B":
        yield from closed
    yield f"{_landing(rule, count)}: {nominal}."
    if count.last != count.nominal:
        yield from closed
        yield f"The last day moves to the next open day: {last}."
    else:
        yield f"{_staying(rule)}The last {'moment' if rule.by_the_clock else 'day'} is {last}."
    for reading in readings:
        yield f"Another reading gives {_when(rule, reading.due)}: {reading.words}."
    for reading in by_hours:
        yield f"Counted as {reading.words}, it ends at {_at(reading.due)}."
    yield advice(rule, act)
    if rule.chase_hours and not by_hours:
        chase = calendars.elapsed_on(count.start, timedelta(hours=rule.chase_hours))
        # The day alone: the hour is not written down.
        yield f"Many count it as {rule.chase_hours} hours: ask on {full_day(chase)} from the hour it began."
    yield from _limits(rule)
    yield from doubts(rule, last=count.last.date())


def _staying(rule: Rule) -> str:
    if rule.roll == "N":
        return "This clock does not move for weekends or holidays. "
    return "" if rule.roll in ("B", "H") else "That day is open. "


def without_length(rule: Rule) -> Iterator[str]:
    """Yield why there is no date, and what stands in doubt."""
    yield f"The law gives no number of days, so there is no date to count: {rule.explanation}."
    yield from _limits(rule)
    yield from doubts(rule, last=None)


def advice(rule: Rule, act: ActOn) -> str:
    """Return the sentence that says what to do with the date."""
    if act.opens_on is not None:
        return f"You can file from {short_day(act.opens_on)}."
    if rule.direction == "ours" or act.late_after is None:
        return f"Work to {_when(rule, act.act_on)}. By fax or mail, have it there by 5 pm."
    # In UTC: two Pacific times an hour apart compare equal in the hour that occurs twice.
    if act.act_on.astimezone(UTC) == act.late_after.astimezone(UTC):
        return f"It is late after {_when(rule, act.late_after)}."
    # An instant within a day is the reading in hours of a duty in days.
    within = act.act_on != calendars.end_of_day(act.act_on.date())
    chase = _at(act.act_on) if within else _when(rule, act.act_on)
    return f"Chase it at {chase}; it is late after {_when(rule, act.late_after)}."


def until(last: date) -> Iterator[str]:
    """Yield what an extension without a length of its own rests on: the day that its notice names."""
    yield f"The notice names {full_day(last)} as the last day."
    yield f"It is late after {full_day(last)}."


def _limits(rule: Rule) -> Iterator[str]:
    if rule.limits:
        yield f"Where it holds: {rule.limits}."


def doubts(rule: Rule, *, last: date | None) -> Iterator[str]:
    """Yield what nobody has checked about a date that ends on `last`."""
    unchecked = unchecked_calendars(rule, last) if last else ()
    if unchecked and unchecked[0] is base_calendar(rule):
        yield f"Unverified: {_titles(unchecked)}: not checked for that day. Check this date again."
    elif unchecked:
        yield f"Unverified: {_titles(unchecked)}: not checked for that day. Another reading may be missing."
    if rule.unverified:
        yield UNVERIFIED[rule.confidence]


def _titles(lists: Iterable[Calendar]) -> str:
    return "; ".join(each.title for each in lists)
