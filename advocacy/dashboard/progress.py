"""Where a case stands, from its facts and dates: stations, whose move it is, the one next act. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Protocol

from advocacy.kernel.lifecycle import Lifecycle
from advocacy.kernel.text import short_day
from cases.appeals.lifecycle import LIFE as COMPLAINT
from cases.deadlines.derivation import Part, not_taken_back, part_of
from cases.deadlines.wording import (
    Clocked,
    badge,
    by_part,
    is_fatal_soon,
    last_day,
    moment,
    noon,
    owes,
    shown,
)
from cases.grievances.lifecycle import LIFE as GRIEVANCE
from cases.imr.lifecycle import LIFE as IMR


class Happened(Protocol):
    """What is needed of a fact."""

    @property
    def kind(self) -> str: ...
    @property
    def occurred_on(self) -> date: ...
    @property
    def details(self) -> Any: ...


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
class Standing:
    """A case at a glance."""

    stations: list[Station]
    move: str
    next_act: str


ANSWERS = {"upheld": "Plan answered: no", "partly": "Plan answered: in part", "overturned": "Plan gave in"}
LIVES: Mapping[str, Lifecycle] = {"grievances": GRIEVANCE, "imr": IMR, "appeals": COMPLAINT}
OTHER_ACTS = {"casefile:record_denial": "Record the refusal"}
AT_THE_DEPARTMENT = {"imr_filed", "complaint_filed"}
OTHER_ENDS = {
    "plan_reversed": "Plan gave in",
    "imr_not_implemented": "Not carried out",
    "complaint_decided": "Complaint decided",
}
DECISIONS = {"upheld": "IMR: plan was right", "partly": "IMR won in part", "overturned": "IMR won"}


def standing(
    facts: Iterable[Happened], deadlines: Iterable[Clocked], today: date, now: datetime | None = None
) -> Standing:
    """Return where the case stands on a day; for clocks in hours, at the moment `now`."""
    by_kind = {fact.kind: fact for fact in not_taken_back(facts)}
    parts = by_part(each for each in deadlines if each.state in {"open", "met"})
    stations = [
        _refused(by_kind, parts, today),
        _grievance(by_kind, parts, today),
        _answer(by_kind, parts, today, now),
        _review(by_kind, parts, today),
        _decision(by_kind, parts, today, now),
    ]
    move, act = _next(by_kind, parts, today)
    return Standing(_one_now(stations), move, act)


def act_words(act: str) -> str:
    """Return the words on the button of an act, "" for none: "imr:file" is "File the IMR application"."""
    feature, _, name = act.partition(":")
    return LIVES[feature].move(name).act if feature in LIVES else OTHER_ACTS.get(act, "")


def offered(feature: str, state: str) -> list[str]:
    """Return the acts that may be recorded of a grievance, an application or a complaint in a state."""
    return [f"{feature}:{move.name}" for move in LIVES[feature].offered(state) if move.act]


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
    if kinds.keys() & AT_THE_DEPARTMENT:
        return Station("No grievance", "not needed here", "done")
    # An experimental refusal need not go to the plan first (28 CCR 1300.70.4(b)(2)).
    name = "Grievance, not needed first" if Part.APPLY_EXPERIMENTAL in parts else "File the grievance"
    return _ahead(name, clock, today, "after the refusal")


def _answer(
    kinds: Mapping[str, Happened], parts: Mapping[Part, Clocked], today: date, now: datetime | None
) -> Station:
    fact, clock = kinds.get("grievance_answered"), parts.get(Part.ANSWER)
    if fact is not None:
        return _done(ANSWERS.get(fact.details.get("outcome", ""), "Plan answered"), fact, today)
    if kinds.keys() & AT_THE_DEPARTMENT:
        if "grievance_filed" not in kinds:
            return Station("No answer from the plan", "not needed here", "done")
        wait = parts.get(Part.WAIT)
        gone_on = min(kinds[kind].occurred_on for kind in kinds.keys() & AT_THE_DEPARTMENT)
        early = wait is not None and wait.opens_on is not None and gone_on < wait.opens_on
        return Station("No answer from the plan", "not waited for" if early else "its time passed", "done")
    return _ahead("Plan answers", clock, today, "after filing", at=now)


def _review(kinds: Mapping[str, Happened], parts: Mapping[Part, Clocked], today: date) -> Station:
    fact = kinds.get("imr_filed")
    clock = parts.get(Part.APPLY) or parts.get(Part.APPLY_EXPERIMENTAL)
    if fact is not None:
        return _done("IMR filed", fact, today)
    if "complaint_filed" in kinds:
        return _done("Complaint filed", kinds["complaint_filed"], today)
    clock = clock or parts.get(Part.COMPLAIN_TO_DEPARTMENT)
    wait = parts.get(Part.WAIT)
    if wait and wait.state == "open" and wait.opens_on and today < wait.opens_on and clock:
        return Station(
            "File for IMR", f"from {short_day(wait.opens_on, today=today)}", "next", "Our clock",
            f"Last day {short_day(clock.act_on, today=today)}.", wait.opens_on.isoformat(),
        )  # fmt: skip
    return _ahead("File for IMR", clock, today, "if the plan says no")


def _decision(
    kinds: Mapping[str, Happened], parts: Mapping[Part, Clocked], today: date, at: datetime | None
) -> Station:
    decided, carried = kinds.get("imr_decided"), kinds.get("imr_implemented")
    if carried is not None:
        return _done("Carried out", carried, today)
    for kind, name in OTHER_ENDS.items():
        if kind in kinds:
            return _done(name, kinds[kind], today)
    if decided is not None:
        name = DECISIONS.get(decided.details.get("outcome", ""), "IMR decided")
        clock = parts.get(Part.CARRY_OUT)
        if clock:
            return _ahead("Plan carries it out", clock, today, "", at=at)
        return _done(name, decided, today)
    if "complaint_filed" in kinds:
        clock = parts.get(Part.DECIDE_COMPLAINT)
        return _ahead("Complaint decision", clock, today, "after filing", now=True, at=at)
    if "imr_accepted" in kinds or "imr_records_sent" in kinds:
        clock = parts.get(Part.DECIDE) or parts.get(Part.DECIDE_EXPERIMENTAL)
        return _ahead("IMR decision", clock, today, "with the reviewer", now=True, at=at)
    if "imr_filed" in kinds:
        clock = parts.get(Part.ACCEPT)
        return _ahead("Department takes the case", clock, today, "after filing", now=True, at=at)
    return Station("IMR decision", "after filing", "next")


def _ahead(
    name: str,
    clock: Clocked | None,
    today: date,
    otherwise: str,
    *,
    now: bool = False,
    at: datetime | None = None,
) -> Station:
    if clock is None or clock.state != "open":
        return Station(name, otherwise, "now" if now else "next")
    owner = "Our clock" if clock.direction == "ours" else "Their clock"
    due = badge(clock, today, now=at)
    when = shown(clock, at or noon(today))
    by = moment(when.at, today) if when.at else short_day(when.on, today=today)
    note = f"{due.line1}."
    if clock.last_lawful_on != when.on and due.state != "late":
        note += f" Last lawful day {short_day(clock.last_lawful_on, today=today)}."
    return Station(
        name, f"by {by}", "now", owner, note, when.iso, is_fatal_soon(clock, today),
    )  # fmt: skip


def _next(kinds: Mapping[str, Happened], parts: Mapping[Part, Clocked], today: date) -> tuple[str, str]:
    """Whose move it is, and the name of the one move that the filled button makes ("" for none)."""
    if kinds.keys() & {"imr_implemented", "plan_reversed", "complaint_decided"}:
        return "Done", ""
    if "imr_not_implemented" in kinds:
        return "The department's", "imr:implemented"
    if "imr_decided" in kinds:
        lost = kinds["imr_decided"].details.get("outcome") == "upheld"
        if not lost and is_not_carried_out(parts, today):
            return "Ours", "imr:not_implemented"
        return ("Ours", "") if lost else ("The plan's", "imr:implemented")
    if "complaint_filed" in kinds:
        return "The department's", "appeals:decided"
    if kinds.keys() & {"imr_accepted", "imr_records_sent"}:
        return "The reviewer's", "imr:decided"
    if "imr_filed" in kinds:
        return "The department's", "imr:accepted"
    return _before_the_department(kinds, parts, today)


def is_not_carried_out(parts: Mapping[Part, Clocked], today: date) -> bool:
    """Tell whether a decision for the client is past the plan's last day to carry it out (H&S 1374.34)."""
    watch = parts.get(Part.CARRY_OUT)
    return watch is not None and watch.state == "open" and today > last_day(watch)


def _before_the_department(
    kinds: Mapping[str, Happened], parts: Mapping[Part, Clocked], today: date
) -> tuple[str, str]:
    to_the_department = "appeals:file" if Part.COMPLAIN_TO_DEPARTMENT in parts else "imr:file"
    if "grievance_answered" in kinds:
        gave_in = kinds["grievance_answered"].details.get("outcome") == "overturned"
        return ("The plan's", "") if gave_in else ("Ours", to_the_department)
    if "grievance_filed" in kinds:
        wait = parts.get(Part.WAIT)
        if wait and wait.opens_on and today >= wait.opens_on:
            return "Ours", to_the_department
        return "The plan's", "grievances:answered"
    if "denied" in kinds:
        # An experimental denial may go straight to review (28 CCR 1300.70.4(b)(2)).
        return "Ours", "imr:file" if Part.APPLY_EXPERIMENTAL in parts else "grievances:file"
    return "Ours", "casefile:record_denial"


OURS: Mapping[Part, str] = {
    Part.COMPLAIN: "File the grievance",
    Part.APPLY: "File the IMR application",
    Part.APPLY_EXPERIMENTAL: "File the IMR application",
    Part.COMPLAIN_TO_DEPARTMENT: "File the complaint with the department",
}
# What another owes us: while it has time, and when it is to be asked after.
THEIRS: Mapping[Part, tuple[str, str]] = {
    Part.ACKNOWLEDGE: ("Expect the plan's letter", "Ask the plan for its letter"),
    Part.ANSWER: ("Expect the plan's answer", "Call the plan for its answer"),
    Part.ACCEPT: ("Expect the department's answer", "Ask the department for its answer"),
    Part.RECORDS: ("Expect the plan's papers", "Ask the plan for its papers"),
    Part.DECIDE: ("Expect the IMR decision", "Ask the department for the decision"),
    Part.DECIDE_EXPERIMENTAL: ("Expect the IMR decision", "Ask the department for the decision"),
    Part.CARRY_OUT: ("Expect the plan to carry it out", "Call the plan to carry it out"),
    Part.ANSWER_DEPARTMENT: (
        "Expect the plan's answer to the department", "Ask the department what the plan answered",
    ),
    Part.DECIDE_COMPLAINT: ("Expect the department's decision", "Ask the department for its decision"),
}  # fmt: skip


def verb(deadline: Clocked, today: date, now: datetime | None = None) -> str:
    """Return what a row of the queue asks for, as a verb with its object; of hours, at the moment `now`."""
    if deadline.direction == "opens":
        opened = deadline.opens_on is not None and today >= deadline.opens_on
        return "You may file for IMR now" if opened else "Wait for the plan until then"
    part = part_of(deadline.rule)
    if part is not None and part in THEIRS:
        by_hour = deadline.by_hour and now is not None and now > deadline.act_at
        return THEIRS[part][by_hour or today > deadline.act_on]
    return OURS[part] if part is not None and part in OURS else f"{owes(deadline)}: {deadline.rule}"
