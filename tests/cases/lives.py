"""A case's life walked at random: what may be recorded next, and what must hold. No database."""

from dataclasses import dataclass, field
from datetime import date, timedelta
from uuid import uuid4

from advocacy.kernel.lifecycle import Lifecycle, Move
from cases.appeals.lifecycle import LIFE as COMPLAINT
from cases.deadlines.derivation import (
    ANSWERED,
    DENIED,
    FILED,
    Clock,
    Fact,
    Part,
    clocks,
    firsts_of,
    part_of,
    track_of,
)
from cases.deadlines.engine import explain
from cases.deadlines.rules import load_rulebook
from cases.grievances.lifecycle import ESCALATED
from cases.grievances.lifecycle import LIFE as GRIEVANCE
from cases.grievances.queries import wait_ends
from cases.imr.eligibility import Facts, assess
from cases.imr.lifecycle import LIFE as IMR

LIVES: dict[str, Lifecycle] = {"grievance": GRIEVANCE, "imr": IMR, "complaint": COMPLAINT}
FIRST_DAY = date(2026, 1, 5)


@dataclass
class Case:
    """The model that the services are held against: facts, three states, the day it is."""

    reason: str
    department: str = "dmhc"
    urgent: bool = False
    today: date = FIRST_DAY
    facts: list[Fact] = field(default_factory=list)
    states: dict[str, str] = field(default_factory=lambda: {name: life.start for name, life in LIVES.items()})
    visited: set[tuple[str, str, str]] = field(default_factory=set)

    def add(self, kind: str, outcome: str = "") -> None:
        reason = self.reason if kind == DENIED else ""
        self.facts.append(Fact(uuid4(), kind, self.today, outcome=outcome, reason=reason))

    def presses(self) -> list[tuple[str, Move, str]]:
        """Everything that a person may record today and the services accept."""
        return [
            (name, move, outcome)
            for name, life in LIVES.items()
            for move in life.offered(self.states[name])
            if move.act and self.allows(name, move)
            for outcome in (move.outcomes or {"": ""})
        ]

    def allows(self, name: str, move: Move) -> bool:
        """The guards, written out again: the services have their own."""
        firsts = firsts_of(self.facts)
        if any(self.today < firsts[kind].on for kind in move.after if kind in firsts):
            return False
        opens_on = wait_ends(firsts[FILED].on, self.track) if FILED in firsts else None
        if move.name == "unanswered":
            return opens_on is None or self.today >= opens_on
        if move.name != "file":
            return True
        if name == "grievance":
            return DENIED in firsts
        if name == "imr":
            return assess(self.eligibility()).stop is None
        answered = firsts.get(ANSWERED)
        heard = self.department == "cdi" or self.urgent or bool(answered and answered.on <= self.today)
        return DENIED in firsts and (heard or bool(opens_on and self.today >= opens_on))

    def eligibility(self) -> Facts:
        firsts = firsts_of(self.facts)
        filed, answered = firsts.get(FILED), firsts.get(ANSWERED)
        return Facts(
            on=self.today, department=self.department, reason=self.reason if DENIED in firsts else "",
            urgent=self.urgent, filed_on=filed.on if filed else None,
            opens_on=wait_ends(filed.on, self.track) if filed else None,
            answered_on=answered.on if answered else None, answer=answered.outcome if answered else "",
        )  # fmt: skip

    @property
    def track(self):
        return track_of(self.department, urgent=self.urgent)

    def press(self, name: str, move: Move, outcome: str) -> None:
        """Record one move, and what it moves elsewhere."""
        self.go(name, move, outcome)
        self.add(move.fact, outcome)
        if name in {"imr", "complaint"} and move.name == "file":
            self.escalate()
        if move.name == "rejected" and self.states["complaint"] in COMPLAINT.move("file").sources:
            self.go("complaint", COMPLAINT.move("file"), "")
            self.add("complaint_filed")

    def go(self, name: str, move: Move, outcome: str) -> None:
        to = move.target(outcome)
        self.visited.add((self.states[name], move.name, to))
        self.states[name] = to

    def escalate(self) -> None:
        move = GRIEVANCE.move("escalated")
        if self.states["grievance"] in move.sources:
            self.visited.add((self.states["grievance"], move.name, ESCALATED))
            self.states["grievance"] = ESCALATED

    def clocks(self) -> list[Clock]:
        return clocks(self.facts, rulebook=load_rulebook(), track=self.track)

    def check(self) -> None:
        """What holds for every life: known states, and no clock but from a fact that stands."""
        found = self.clocks()
        standing = set(map(id, firsts_of(self.facts).values()))
        assert all(self.states[name] in life.states for name, life in LIVES.items())
        assert len({clock.rule for clock in found}) == len(found)
        assert all(id(clock.trigger) in standing for clock in found)
        assert all(clock.ended_by is None or id(clock.ended_by) in standing for clock in found)
        assert all(clock.trigger.on <= clock.counted_from.date() for clock in found)
        self.check_that_nothing_is_silent({part_of(clock.rule) for clock in found if not clock.ended_by})

    def check_that_nothing_is_silent(self, running: set[Part | None]) -> None:
        """Wherever somebody owes the client an act with a date in law, a clock runs."""
        states = self.states
        at_home = states["imr"] in {"ready", "withdrawn"} and states["complaint"] in {"draft", "withdrawn"}
        if states["grievance"] in {"filed", "acknowledged", "info_requested"}:
            assert Part.ANSWER in running
        if at_home and states["grievance"] in {"filed", "acknowledged", "resolved_upheld", "resolved_partly"}:
            assert running & {Part.APPLY, Part.COMPLAIN_TO_DEPARTMENT}
        if states["imr"] in {"submitted", "dept_acknowledged"} and self.department == "dmhc":
            assert Part.ACCEPT in running
        if states["imr"] in {"accepted", "under_review", "extended"}:
            assert running & {Part.DECIDE, Part.DECIDE_EXPERIMENTAL}
        if states["imr"] in {"determined_overturned", "adopted"} and self.department == "dmhc":
            assert Part.CARRY_OUT in running

    def later(self, days: int) -> None:
        self.today += timedelta(days=days)


def open_clocks(case: Case) -> dict[str, date]:
    """The open clocks by rule, with the day to act on: what the list of dates must show."""
    return {
        clock.rule: explain(
            load_rulebook().rule(clock.rule, clock.counted_from.date()), triggered_at=clock.counted_from,
            facts=clock.facts,
        ).act_on.date()
        for clock in case.clocks()
        if clock.ended_by is None
    }  # fmt: skip
