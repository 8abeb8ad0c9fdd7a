"""Where a case stands, from its facts and dates: stations, whose move it is, the one next act. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Protocol

from advocacy.kernel.text import short_day
from cases.deadlines.derivation import Part, part_of
from cases.deadlines.wording import Dated, badge, is_fatal_soon, owes


class Happened(Protocol):
    """What is needed of a fact."""

    @property
    def kind(self) -> str: ...
    @property
    def occurred_on(self) -> date: ...
    @property
    def details(self) -> Any: ...


class Clocked(Dated, Protocol):
    """What is needed of a deadline."""

    @property
    def rule(self) -> str: ...


@dataclass(frozen=True)
class Station:
    """One stop of the clock line."""

    name: str
    date_words: str
    status: str
    owner: str = ""
    note: str = ""
    iso: str = ""
    urgent: bool = False


@dataclass(frozen=True)
class NextAct:
    """What to do next, as a verb with its object, and the address that does it."""

    words: str
    url_name: str
    subject: str = "case"


@dataclass(frozen=True)
class Standing:
    """A case at a glance."""

    stations: list[Station]
    move: str
    next_act: NextAct | None
    other_acts: list[NextAct]


ANSWERS = {"upheld": "Plan answered: no", "partly": "Plan answered: in part", "overturned": "Plan gave in"}
DECISIONS = {"upheld": "IMR: plan was right", "partly": "IMR won in part", "overturned": "IMR won"}


def standing(facts: Iterable[Happened], deadlines: Iterable[Clocked], today: date) -> Standing:
    """Return where the case stands."""
    by_kind = {fact.kind: fact for fact in facts}
    parts = {
        part: deadline
        for deadline in deadlines
        if deadline.state in {"open", "met"} and (part := part_of(deadline.rule))
    }
    stations = [
        _refused(by_kind, parts, today),
        _grievance(by_kind, parts, today),
        _answer(by_kind, parts, today),
        _review(by_kind, parts, today),
        _decision(by_kind, parts, today),
    ]
    move, act, others = _next(by_kind, parts, today)
    return Standing(_one_now(stations), move, act, others)


def _one_now(stations: list[Station]) -> list[Station]:
    """Only the first running station is "now": the line shows one place to stand."""
    seen, result = False, []
    for station in stations:
        status = "next" if station.status == "now" and seen else station.status
        seen = seen or station.status == "now"
        result.append(Station(**(station.__dict__ | {"status": status})))
    return result


def _done(name: str, fact: Happened, today: date, note: str = "", owner: str = "") -> Station:
    return Station(
        name, short_day(fact.occurred_on, today=today), "done", owner, note, fact.occurred_on.isoformat()
    )


def _refused(kinds: Mapping[str, Happened], parts: Mapping[Part, Clocked], today: date) -> Station:
    fact, clock = kinds.get("denied"), parts.get(Part.COMPLAIN)
    if fact is None:
        return Station("Refused", "Date not known", "now", "", "We need the plan's letter.")
    note = f"180 days to complain, to {short_day(clock.act_on, today=today)}." if clock else ""
    return _done("Refused", fact, today, note, "Our clock" if note else "")


def _grievance(kinds: Mapping[str, Happened], parts: Mapping[Part, Clocked], today: date) -> Station:
    fact, clock = kinds.get("grievance_filed"), parts.get(Part.COMPLAIN)
    if fact is not None:
        reference = fact.details.get("reference", "")
        return _done("Grievance filed", fact, today, f"Receipt {reference}." if reference else "")
    if "imr_filed" in kinds:
        return Station("No grievance", "not needed here", "done")
    return _ahead("File the grievance", clock, today, "after the refusal")


def _answer(kinds: Mapping[str, Happened], parts: Mapping[Part, Clocked], today: date) -> Station:
    fact, clock = kinds.get("grievance_answered"), parts.get(Part.ANSWER)
    if fact is not None:
        return _done(ANSWERS.get(fact.details.get("outcome", ""), "Plan answered"), fact, today)
    if "imr_filed" in kinds:
        if "grievance_filed" not in kinds:
            return Station("No answer from the plan", "not needed here", "done")
        return Station("No answer from the plan", "30 days passed", "done")
    return _ahead("Plan answers", clock, today, "30 days after filing")


def _review(kinds: Mapping[str, Happened], parts: Mapping[Part, Clocked], today: date) -> Station:
    fact = kinds.get("imr_filed")
    clock = parts.get(Part.APPLY) or parts.get(Part.APPLY_EXPERIMENTAL)
    if fact is not None:
        return _done("IMR filed", fact, today)
    wait = parts.get(Part.WAIT)
    if wait and wait.state == "open" and wait.opens_on and today < wait.opens_on and clock:
        return Station(
            "File for IMR", f"from {short_day(wait.opens_on, today=today)}", "next", "Our clock",
            f"Last day {short_day(clock.act_on, today=today)}.", wait.opens_on.isoformat(),
        )  # fmt: skip
    return _ahead("File for IMR", clock, today, "if the plan says no")


def _decision(kinds: Mapping[str, Happened], parts: Mapping[Part, Clocked], today: date) -> Station:
    decided, carried = kinds.get("imr_decided"), kinds.get("imr_implemented")
    if carried is not None:
        return _done("Carried out", carried, today)
    if decided is not None:
        name = DECISIONS.get(decided.details.get("outcome", ""), "IMR decided")
        clock = parts.get(Part.CARRY_OUT)
        if clock:
            return _ahead("Plan carries it out", clock, today, "")
        return _done(name, decided, today)
    return Station("IMR decision", "after filing", "now" if "imr_filed" in kinds else "next")


def _ahead(name: str, clock: Clocked | None, today: date, otherwise: str) -> Station:
    if clock is None or clock.state != "open":
        return Station(name, otherwise, "next")
    owner = "Our clock" if clock.direction == "ours" else "Their clock"
    due = badge(clock, today)
    note = f"{due.line1}."
    if clock.last_lawful_on != clock.act_on and due.state != "late":
        note += f" Last lawful day {short_day(clock.last_lawful_on, today=today)}."
    return Station(
        name, f"by {short_day(clock.act_on, today=today)}", "now", owner, note,
        clock.act_on.isoformat(), is_fatal_soon(clock, today),
    )  # fmt: skip


def _next(
    kinds: Mapping[str, Happened], parts: Mapping[Part, Clocked], today: date
) -> tuple[str, NextAct | None, list[NextAct]]:
    """Whose move it is, the one filled button, and what else can be recorded."""
    file_imr = NextAct("File the IMR application", "imr:file")
    record_answer = NextAct("Record the plan's answer", "grievances:answered", "grievance")
    acknowledged = NextAct("Record its acknowledgment", "grievances:acknowledged", "grievance")
    if "imr_implemented" in kinds:
        return "Done", None, []
    if "imr_decided" in kinds:
        if kinds["imr_decided"].details.get("outcome") == "upheld":
            return "Ours", None, []
        return "The plan's", NextAct("Record that it was carried out", "imr:implemented", "filing"), []
    if "imr_filed" in kinds:
        return "The department's", NextAct("Record the decision", "imr:decided", "filing"), []
    if "grievance_answered" in kinds:
        gave_in = kinds["grievance_answered"].details.get("outcome") == "overturned"
        return ("The plan's", None, []) if gave_in else ("Ours", file_imr, [])
    if "grievance_filed" in kinds:
        others = [] if "grievance_acknowledged" in kinds else [acknowledged]
        wait = parts.get(Part.WAIT)
        if wait and wait.opens_on and today >= wait.opens_on:
            return "Ours", file_imr, [record_answer, *others]
        return "The plan's", record_answer, others
    if "denied" in kinds:
        grieve = NextAct("File the grievance", "grievances:file")
        # An experimental denial may go straight to review (28 CCR 1300.70.4(b)(2)).
        if Part.APPLY_EXPERIMENTAL in parts:
            return "Ours", file_imr, [grieve]
        return "Ours", grieve, []
    return "Ours", NextAct("Record the refusal", "casefile:record_denial"), []


def verb(deadline: Clocked, today: date) -> str:
    """Return what a row of the queue asks for, as a verb with its object."""
    late = deadline.direction == "theirs" and today > deadline.act_on
    part = part_of(deadline.rule)
    words = {
        Part.COMPLAIN: "File the grievance",
        Part.ACKNOWLEDGE: "Ask the plan for its letter" if late else "Expect the plan's letter",
        Part.ANSWER: "Call the plan for its answer" if late else "Expect the plan's answer",
        Part.APPLY: "File the IMR application",
        Part.APPLY_EXPERIMENTAL: "File the IMR application",
        Part.CARRY_OUT: "Call the plan to carry it out" if late else "Expect the plan to carry it out",
    }
    if deadline.direction == "opens":
        opened = deadline.opens_on is not None and today >= deadline.opens_on
        return "You may file for IMR now" if opened else "Wait for the plan until then"
    return words[part] if part in words else f"{owes(deadline)}: {deadline.rule}"
