"""Proof-reading of the rule files: what a lawyer who changed one wants to know before it ships. Pure."""

import re
from collections.abc import Iterable, Iterator
from datetime import date, datetime, time

from cases.deadlines.engine import PACIFIC, end_of_day, explain
from cases.deadlines.rules import DeadlineError, Rule

# A slug that ends in a length ends in its own: nobody should have to doubt "-30d".
LENGTH = re.compile(r"-(\d+)(d|bd|wd|h|min|mo)$")
UNITS = {
    "d": "calendar_days", "bd": "business_days", "wd": "business_days", "h": "hours", "min": "minutes",
    "mo": "months",
}  # fmt: skip
# A source that begins so says that nobody has seen the text.
NOT_SEEN = "not seen"


def faults(rules: Iterable[Rule]) -> Iterator[str]:
    """Yield each fault of the rules, as a sentence that names the rule."""
    for rule in rules:
        for fault in (*_of_the_words(rule), *_of_the_examples(rule)):
            yield f"{rule.slug}, version {rule.version}: {fault}"


def stale(rules: Iterable[Rule], *, before: date) -> list[Rule]:
    """Return the rules whose text nobody has compared with its source since `before`, oldest first."""
    return sorted((rule for rule in rules if rule.checked_on < before), key=lambda rule: rule.checked_on)


def _of_the_words(rule: Rule) -> Iterator[str]:
    named = LENGTH.search(rule.slug)
    if named and rule.amount and (int(named[1]), UNITS[named[2]]) != (rule.amount, rule.unit):
        yield f"its name says {named[0][1:]}, its length is {rule.amount} {rule.unit}"
    if rule.source.startswith(NOT_SEEN) and rule.confidence == "H":
        yield "its source was not seen, so its confidence is not H"
    for name in ("explanation", "limits", "trigger_words", "title"):
        if getattr(rule, name).endswith("."):
            yield f"{name} ends with a full stop; the working adds its own"


def _of_the_examples(rule: Rule) -> Iterator[str]:
    for example in rule.examples:
        try:
            result = explain(rule, triggered_at=_start(example.given))
        except DeadlineError as error:
            yield f"the example of {example.given} has no answer: {error}"
            continue
        found = (result.nominal, result.last_lawful)
        if found != (_end(example.nominal), _end(example.last_lawful)):
            dates = " and ".join(each.isoformat() for each in found if each)
            yield f"the example of {example.given} is counted as {dates}"


def _start(given: date) -> datetime:
    return given if isinstance(given, datetime) else datetime.combine(given, time(9), PACIFIC)


def _end(value: date) -> datetime:
    return value if isinstance(value, datetime) else end_of_day(value)
