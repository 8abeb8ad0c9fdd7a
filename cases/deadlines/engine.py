"""The clock: from a rule and the event that starts it to the dates people act on, with the working.

Pure. Dates are Pacific; a day-based deadline ends at 23:59:59 Pacific; hours are elapsed hours.
Where the law carries more than one reading, every reading that changes the date is kept.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from types import MappingProxyType
from typing import NamedTuple

from cases.deadlines import calendars, working
from cases.deadlines.calendars import PACIFIC, end_of_day, full_day
from cases.deadlines.readings import (
    ActOn,
    Count,
    Reading,
    base_calendar,
    count_along,
    differing,
    last_day,
    what_to_act_on,
)
from cases.deadlines.rules import DeadlineError, Rule, RuleNotInForce
from cases.deadlines.working import Step

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

NO_FACTS: Mapping[str, object] = MappingProxyType({})


class BadTrigger(DeadlineError):
    """The start is not an instant the clock can count from."""


class Day(NamedTuple):
    """One box of the strip of days from `nominal` to `last_lawful`; `name` says why it is closed."""

    date: date
    closed: bool
    name: str


@dataclass(frozen=True, slots=True)
class Explanation:
    """One deadline with its working. Instants are aware, in Pacific time; None where the rule has no length.

    `readings` are the readings that differ from `last_lawful`, earliest first. `ambiguous` says that the
    law itself carries two readings; a later plan answer gives a reading without making the law ambiguous.
    `days` is empty for rules in hours or minutes.
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


def explain(
    rule: Rule, *, triggered_at: datetime, facts: Mapping[str, object] = NO_FACTS, begun: str = ""
) -> Explanation:
    """Return the dates of `rule` for the event at `triggered_at`, and how they come about.

    `triggered_at` is aware; a day-based rule takes its Pacific date, which does not count itself
    (Code of Civil Procedure § 12, Civil Code § 10). The keys of `facts` are `rules.FACTS`. `begun` says what
    happened then, where it is not what the rule says.
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
        count = count_along(rule, start)
        candidates = count.readings
        if later is not None:
            words = f"counted from the plan's written answer of {full_day(later)}"
            candidates += (Reading(end_of_day(last_day(rule, later)), words),)
    except OverflowError as error:
        raise BadTrigger("The start is too near the end of the calendar.") from error
    readings = differing(candidates, last=count.last)
    act = what_to_act_on(rule.direction, [count.nominal, count.last, *(each.due for each in readings)])
    return Explanation(
        rule=rule,
        triggered_at=triggered_at,
        nominal=count.nominal,
        last_lawful=count.last,
        readings=readings,
        ambiguous=bool(differing(count.readings, last=count.last)),
        steps=tuple(working.steps(rule, count, act, begun=begun or rule.trigger_words)),
        sentences=tuple(working.sentences(rule, count, readings, act, begun=begun or rule.trigger_words)),
        days=_strip(rule, count),
        act_on=act.act_on,
        late_after=act.late_after,
        opens_on=act.opens_on,
    )


def _without_length(rule: Rule, triggered_at: datetime) -> Explanation:
    return Explanation(
        rule=rule,
        triggered_at=triggered_at,
        nominal=None,
        last_lawful=None,
        readings=(),
        ambiguous=False,
        steps=(Step(f"{rule.explanation}.", "no date"),),
        sentences=tuple(working.without_length(rule)),
        days=(),
        act_on=None,
        late_after=None,
        opens_on=None,
    )


def _strip(rule: Rule, count: Count) -> tuple[Day, ...]:
    if rule.by_the_clock:
        return ()
    base = base_calendar(rule)
    shown = calendars.days_between(count.nominal.date(), count.last.date())
    return tuple(Day(day, not base.is_open(day), base.closed_name(day) or "") for day in shown)
