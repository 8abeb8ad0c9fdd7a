"""Deadlines without a database: what progress and wording need of one."""

from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Any
from uuid import uuid4

from cases.deadlines.derivation import Fact, clocks
from cases.deadlines.engine import PACIFIC, explain
from cases.deadlines.rules import load_rulebook


@dataclass
class Dated:
    """One deadline, with the names a model row has."""

    direction: str = "ours"
    state: str = "open"
    owed_by: str = "client"
    act_on: date = date(2026, 11, 26)
    nominal_on: date = date(2026, 11, 26)
    last_lawful_on: date = date(2026, 11, 26)
    late_after_at: datetime | None = None
    opens_on: date | None = None
    met_on: date | None = None
    by_hour: bool = False
    rule: str = "dmhc-imr-apply-6mo"
    # Of a clock in hours; one in days ends with its day.
    at: datetime | None = None

    @property
    def act_at(self) -> datetime:
        return self.at or end_of(self.act_on)

    @property
    def last_lawful_at(self) -> datetime:
        return self.at or end_of(self.last_lawful_on)


@dataclass
class Happened:
    """One fact, with the names a model row has."""

    kind: str
    occurred_on: date
    details: dict[str, Any] = field(default_factory=dict)


def end_of(day: date) -> datetime:
    """Return the last second of a Pacific day."""
    return datetime.combine(day, time(23, 59, 59), PACIFIC)


def deadlines_of(facts: list[Happened]) -> list[Dated]:
    """Return the deadlines that these facts give, by the rules as they are shipped."""
    plain = [
        Fact(
            uuid4(),
            fact.kind,
            fact.occurred_on,
            outcome=fact.details.get("outcome", ""),
            reason=fact.details.get("reason", ""),
        )
        for fact in facts
    ]
    found = []
    for clock in clocks(plain, rulebook=load_rulebook()):
        rule = load_rulebook().rule(clock.rule, clock.counted_from.date())
        said = explain(rule, triggered_at=clock.counted_from, facts=clock.facts)
        found.append(
            Dated(
                direction=rule.direction,
                state="met" if clock.ended_by else "open",
                owed_by=rule.owed_by,
                act_on=said.act_on.date(),
                nominal_on=said.nominal.date(),
                last_lawful_on=said.last_lawful.date(),
                late_after_at=said.late_after,
                opens_on=said.opens_on,
                met_on=clock.ended_by.on if clock.ended_by else None,
                rule=clock.rule,
            )
        )
    return found
