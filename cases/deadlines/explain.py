"""Explanations as lines of JSON for programs and as numbered sentences for people.

Pure: one line in, one line out; the command beside it only reads and prints.
"""

import json
from collections.abc import Mapping
from datetime import date, datetime

from cases.deadlines import engine
from cases.deadlines.calendars import PACIFIC, full_day
from cases.deadlines.engine import Explanation
from cases.deadlines.rules import DeadlineError, Rule, load_rulebook


class BadQuestion(DeadlineError):
    """A line or an option that does not ask for a deadline."""


def answer_line(line: str) -> str:
    """Return the JSON answer to one JSON question.

    The question is `{"rule": slug, "triggered_at": ISO 8601 with offset, "facts": {...}}`. A question that
    cannot be answered gives `{"rule", "error"}`, so that the lines after it still are. Never raises for
    what a line holds.
    """
    slug: object = None
    try:
        question = _parsed(line)
        slug = question.get("rule")
        answer = as_json(_explained(question))
    except DeadlineError as error:
        answer = {"rule": slug if isinstance(slug, str) else None, "error": str(error)}
    return json.dumps(answer)


def as_json(explanation: Explanation) -> dict[str, object]:
    """Return the explanation as JSON values; instants carry the America/Los_Angeles offset."""
    return {
        "rule": explanation.rule.slug,
        "direction": explanation.rule.direction,
        "nominal": _iso(explanation.nominal),
        "last_lawful": _iso(explanation.last_lawful),
        "ambiguous": explanation.ambiguous,
        "alternatives": [{"due": _iso(each.due), "reading": each.words} for each in explanation.readings],
        "working": numbered(explanation),
        "act_on": _iso(explanation.act_on),
        "late_after": _iso(explanation.late_after),
        "opens_on": None if explanation.opens_on is None else explanation.opens_on.isoformat(),
        "cite": explanation.rule.cite,
        "confidence": explanation.rule.confidence,
    }


def numbered(explanation: Explanation) -> list[str]:
    """Return the sentences of the working, each with its number."""
    return [f"{number}. {sentence}" for number, sentence in enumerate(explanation.sentences, start=1)]


def in_words(explanation: Explanation) -> str:
    """Return one explanation for people, several lines."""
    rule = explanation.rule
    head = [f"{rule.title} ({rule.slug}, version {rule.version})"]
    if explanation.nominal is not None and explanation.last_lawful is not None:
        head.append(f"Nominal date: {_said(rule, explanation.nominal)}")
        head.append(f"Last lawful:  {_said(rule, explanation.last_lawful)}")
    doubt = "More than one reading of the law." if explanation.ambiguous else ""
    tail = [
        f"Law: {rule.cite}. Confidence {rule.confidence}. Text last checked {full_day(rule.checked_on)}.",
        f"Source: {rule.source}",
    ]
    return "\n".join([*head, *([doubt] if doubt else []), "", *numbered(explanation), "", *tail])


def explain_on(slug: str, on: str) -> Explanation:
    """Return the explanation of `slug` for an event on `on`: an ISO date, or an instant with an offset.

    A date alone starts at 9 in the morning, Pacific.

    Raises:
        BadQuestion: `on` is neither.
        DeadlineError: as `rules.Rulebook.rule` and `engine.explain` say.
    """
    try:
        started = datetime.fromisoformat(on)
    except ValueError as error:
        raise BadQuestion(f"{on!r} is not an ISO date.") from error
    if len(on) == len("2026-11-02"):
        started = started.replace(hour=9, tzinfo=PACIFIC)
    return _explained({"rule": slug, "triggered_at": started.isoformat()})


def _parsed(line: str) -> Mapping[str, object]:
    try:
        question = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise BadQuestion("The line is not JSON.") from error
    if not isinstance(question, dict):
        raise BadQuestion("The line is not a JSON object.")
    return question


def _explained(question: Mapping[str, object]) -> Explanation:
    slug, written, facts = question.get("rule"), question.get("triggered_at"), question.get("facts")
    if not isinstance(slug, str):
        raise BadQuestion("The line names no rule.")
    if not isinstance(written, str):
        raise BadQuestion("triggered_at is missing.")
    if not isinstance(facts, dict | None):
        raise BadQuestion("facts is not an object.")
    try:
        triggered_at = datetime.fromisoformat(written)
    except ValueError as error:
        raise BadQuestion(f"triggered_at is not an ISO 8601 time: {written!r}.") from error
    if triggered_at.tzinfo is None:
        raise BadQuestion(f"triggered_at has no UTC offset: {written!r}.")
    rule = load_rulebook().rule(slug, _pacific_date(triggered_at))
    return engine.explain(rule, triggered_at=triggered_at, facts=facts or {})


def _pacific_date(at: datetime) -> date:
    try:
        return at.astimezone(PACIFIC).date()
    except OverflowError as error:
        raise BadQuestion("triggered_at is too near the end of the calendar.") from error


def _said(rule: Rule, at: datetime) -> str:
    return f"{full_day(at)}, {at:%H:%M} Pacific" if rule.by_the_clock else full_day(at)


def _iso(at: datetime | None) -> str | None:
    return None if at is None else at.isoformat()
