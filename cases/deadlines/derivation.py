"""Which clocks a case has, from its facts. Pure: no clock is invented, each names the fact it counts from."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from uuid import UUID

from cases.deadlines.engine import PACIFIC, explain
from cases.deadlines.rules import Rulebook

DENIED = "denied"
FILED = "grievance_filed"
ACKNOWLEDGED = "grievance_acknowledged"
ANSWERED = "grievance_answered"
IMR_FILED = "imr_filed"
IMR_DECIDED = "imr_decided"
IMPLEMENTED = "imr_implemented"

# A plan's answer that leaves something to review, and a decision that leaves something to carry out.
GAVE_IN = "overturned"
OVERTURNED = {"overturned", "partly"}
EXPERIMENTAL = "experimental"


@dataclass(frozen=True)
class Fact:
    """A standing event: what happened on which Pacific day (and at which instant, where that is known)."""

    id: UUID
    kind: str
    on: date
    at: datetime | None = None
    outcome: str = ""
    reason: str = ""

    @property
    def instant(self) -> datetime:
        """The instant to count from: a day-based rule takes only its day."""
        return self.at or datetime.combine(self.on, time(12), PACIFIC)


@dataclass(frozen=True)
class Clock:
    """One clock the case has: the rule, the fact it counts from, and the fact that ended it."""

    rule: str
    trigger: Fact
    counted_from: datetime
    facts: dict[str, object] = field(default_factory=dict)
    ended_by: Fact | None = None


def clocks(facts: Iterable[Fact], *, rulebook: Rulebook) -> list[Clock]:
    """Return the clocks of a case on the DMHC track, in the order in which they start."""
    by_kind: dict[str, list[Fact]] = {}
    for fact in sorted(facts, key=lambda fact: (fact.on, fact.instant)):
        by_kind.setdefault(fact.kind, []).append(fact)

    def first(kind: str) -> Fact | None:
        return next(iter(by_kind.get(kind, ())), None)

    found: list[Clock] = []
    denied, filed, answered = first(DENIED), first(FILED), first(ANSWERED)
    if denied:
        found.append(_clock("dmhc-grievance-file-180d", denied, ended_by=filed or first(IMR_FILED)))
    if denied and denied.reason == EXPERIMENTAL:
        # No grievance is needed before this review (28 CCR 1300.70.4(b)(2)).
        found.append(_clock("dmhc-imr-experimental-apply", denied, ended_by=first(IMR_FILED)))
    if filed:
        # An answer says more than an acknowledgment would: it ends that clock too.
        acknowledged = first(ACKNOWLEDGED) or answered
        found.append(_clock("dmhc-grievance-ack-5d", filed, ended_by=acknowledged))
        found.append(_clock("dmhc-grievance-resolve-30d", filed, ended_by=answered))
        found.append(_clock("dmhc-wait-30d", filed, ended_by=answered or first(IMR_FILED)))
        found.extend(_review(filed, answered, first(IMR_FILED), rulebook))
    decided = first(IMR_DECIDED)
    if decided and decided.outcome in OVERTURNED:
        found.append(_clock("dmhc-imr-implement-5wd", decided, ended_by=first(IMPLEMENTED)))
    return found


def _clock(rule: str, trigger: Fact, *, ended_by: Fact | None) -> Clock:
    return Clock(rule, trigger, trigger.instant, ended_by=ended_by)


def _review(
    filed: Fact, answered: Fact | None, imr_filed: Fact | None, rulebook: Rulebook
) -> Sequence[Clock]:
    """The six months run from the first of: the plan's written answer, the 30th day without one.

    A later answer is another reading of the same clock (H&S 1374.30(j)(3), (k)).
    """
    # An answer whose outcome is not known may be a no: the clock stays.
    if answered and answered.outcome == GAVE_IN:
        return ()
    wait = rulebook.rule("dmhc-wait-30d", filed.on)
    thirtieth = explain(wait, triggered_at=filed.instant).nominal
    if thirtieth is None:
        return ()
    if answered and answered.on <= thirtieth.date():
        return (_clock("dmhc-imr-apply-6mo", answered, ended_by=imr_filed),)
    facts: dict[str, object] = {"answer_received_on": answered.on} if answered else {}
    return (Clock("dmhc-imr-apply-6mo", filed, thirtieth, facts, imr_filed),)
