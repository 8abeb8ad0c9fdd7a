"""The clock: from a rule and the event that starts it to the dates people act on, with the working.

Pure. Dates are Pacific; a day-based deadline ends at 23:59:59 Pacific; hours are elapsed hours.
Where the law carries more than one reading, every reading that changes the date is kept.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from types import MappingProxyType
from typing import NamedTuple

from cases.deadlines import calendars, working
from cases.deadlines.calendars import PACIFIC, end_of_day, full_day, short_day
from cases.deadlines.readings import (
    ActOn,
    Count,
    Reading,
    base_calendar,
    count_along,
    differing,
    hours_reading,
    last_day,
    what_to_act_on,
)
from cases.deadlines.rules import DeadlineError, Rule, RuleNotInForce
from cases.deadlines.working import Step

__all__ = [
    "PACIFIC",
    "ActOn",
    "BadExtension",
    "BadTrigger",
    "Day",
    "Explanation",
    "Reading",
    "Step",
    "end_of_day",
    "explain",
    "extend",
    "what_to_act_on",
]

# A reading of an extension: the first time ran to the day to which it had moved.
FROM_THE_MOVED_DAY = "counted from the day to which the first one had moved"

NO_FACTS: Mapping[str, object] = MappingProxyType({})


class BadTrigger(DeadlineError):
    """The start is not an instant the clock can count from."""


class BadExtension(DeadlineError):
    """The time cannot be extended by this rule, or not to this day."""


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
    # People act by the hour: the rule counts hours, or many do and the hour of the start is known.
    by_hour: bool = False


def explain(
    rule: Rule,
    *,
    triggered_at: datetime,
    facts: Mapping[str, object] = NO_FACTS,
    begun: str = "",
    hour_known: bool = False,
) -> Explanation:
    """Return the dates of `rule` for the event at `triggered_at`, and how they come about.

    `triggered_at` is aware; a day-based rule takes its Pacific date, which does not count itself
    (Code of Civil Procedure § 12, Civil Code § 10). The keys of `facts` are `rules.FACTS`. `begun` says what
    happened then, where it is not what the rule says. With `hour_known`, a duty in days that many count in
    hours (`rule.chase_hours`) has those hours as a reading.
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
    by_hours = hours_reading(rule, count) if hour_known else ()
    readings = differing(candidates + by_hours, last=count.last)
    act = what_to_act_on(rule.direction, [count.nominal, count.last, *(each.due for each in readings)])
    told = differing(candidates, last=count.last)
    return Explanation(
        rule=rule,
        triggered_at=triggered_at,
        nominal=count.nominal,
        last_lawful=count.last,
        readings=readings,
        ambiguous=bool(differing(count.readings + by_hours, last=count.last)),
        steps=tuple(working.steps(rule, count, act, begun=begun, by_hours=by_hours)),
        sentences=tuple(working.sentences(rule, count, told, act, begun=begun, by_hours=by_hours)),
        days=_strip(rule, count),
        act_on=act.act_on,
        late_after=act.late_after,
        opens_on=act.opens_on,
        by_hour=rule.by_the_clock or bool(by_hours),
    )


def extend(base: Explanation, extension: Rule, *, notice_on: date, until: date | None = None) -> Explanation:
    """Return `base` as lengthened by `extension`, which counts from the nominal date, with both workings.

    Where the last day had moved past closed days, counting from the moved one is kept as another reading.
    An extension without length ends on `until`, the day that the notice names.

    Raises:
        BadExtension: the law of `base` names another extension or none, or `until` is missing or too early.
        RuleNotInForce: `extension` is not in force on the nominal date.
    """
    if base.nominal is None or base.last_lawful is None or base.rule.extended_by != extension.slug:
        raise BadExtension(f"{base.rule.slug} is not extended by {extension.slug}.")
    if not extension.in_force_on(base.nominal.date()):
        raise RuleNotInForce(f"Version {extension.version} of {extension.slug} is not in force.")
    kept = [each for each in base.sentences if each != working.advice(base.rule, _act(base))]
    told = f"The time was extended by the notice of {full_day(notice_on)}."
    if extension.unit == "none":
        return _until(base, extension, [*kept, told], until=until)
    count = count_along(extension, base.nominal)
    moved = Reading(end_of_day(last_day(extension, base.last_lawful.date())), FROM_THE_MOVED_DAY)
    readings = differing((*count.readings, moved), last=count.last)
    act = what_to_act_on(extension.direction, [count.nominal, count.last, *(each.due for each in readings)])
    return replace(
        base,
        nominal=count.nominal,
        last_lawful=count.last,
        readings=readings,
        ambiguous=bool(readings),
        steps=(*base.steps, *working.steps(extension, count, act)),
        sentences=(*kept, told, *working.sentences(extension, count, readings, act)),
        days=_strip(extension, count),
        act_on=act.act_on,
        late_after=act.late_after,
    )


def _act(explanation: Explanation) -> ActOn:
    if explanation.act_on is None:
        raise BadExtension(f"{explanation.rule.slug} has no date to extend.")
    return ActOn(explanation.act_on, explanation.late_after, explanation.opens_on)


def _until(base: Explanation, extension: Rule, kept: Sequence[str], *, until: date | None) -> Explanation:
    """Lengthen `base` to the day that a notice names: nothing is counted, so nothing moves."""
    if until is None or base.last_lawful is None or until <= base.last_lawful.date():
        raise BadExtension("An extension ends on a day after the first one.")
    end = end_of_day(until)
    return replace(
        base,
        nominal=end,
        last_lawful=end,
        readings=(),
        ambiguous=False,
        steps=(*base.steps, Step(f"{extension.explanation}. The notice names the day.", short_day(until))),
        sentences=(*kept, *working.until(until)),
        days=(),
        act_on=end,
        late_after=end,
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
