"""Which clocks a case has, from its facts. Pure: no clock is invented, each names the fact it counts from."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from enum import StrEnum
from types import MappingProxyType
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


class Part(StrEnum):
    """What a clock is there for in the life of a case, whichever department's rule it follows."""

    COMPLAIN = "complain"
    ACKNOWLEDGE = "acknowledge"
    ANSWER = "answer"
    WAIT = "wait"
    APPLY = "apply"
    APPLY_EXPERIMENTAL = "apply experimental"
    CARRY_OUT = "carry out"


# Which rule a part follows on each track: the department that regulates the plan, and how urgent the case is.
_DMHC = {
    Part.COMPLAIN: "dmhc-grievance-file-180d",
    Part.ACKNOWLEDGE: "dmhc-grievance-ack-5d",
    Part.ANSWER: "dmhc-grievance-resolve-30d",
    Part.WAIT: "dmhc-wait-30d",
    Part.APPLY: "dmhc-imr-apply-6mo",
    Part.APPLY_EXPERIMENTAL: "dmhc-imr-experimental-apply",
    Part.CARRY_OUT: "dmhc-imr-implement-5wd",
}
# The Insurance Code has no acknowledgment, no number of days to carry a decision out, and no word that an
# experimental refusal may skip the insurer's own process.
_CDI = {
    Part.COMPLAIN: "cdi-internal-appeal-180d",
    Part.ANSWER: "cdi-respond-claimant-15d",
    Part.WAIT: "cdi-imr-wait",
    Part.APPLY: "cdi-imr-apply-6mo",
}
_DMHC_URGENT = _DMHC | {Part.ANSWER: "dmhc-grievance-expedited-3d", Part.WAIT: "dmhc-wait-3d"}
# An urgent grievance needs no acknowledgment (Health & Safety Code § 1368.01(b)).
del _DMHC_URGENT[Part.ACKNOWLEDGE]

Track = Mapping[Part, str]
TRACKS: Mapping[tuple[str, bool], Track] = MappingProxyType(
    {
        ("dmhc", False): MappingProxyType(_DMHC),
        ("dmhc", True): MappingProxyType(_DMHC_URGENT),
        ("cdi", False): MappingProxyType(_CDI),
        ("cdi", True): MappingProxyType(_CDI | {Part.WAIT: "cdi-imr-wait-3d"}),
    }
)
_PARTS = {slug: part for track in TRACKS.values() for part, slug in track.items()}


def track_of(regulator: str, *, urgent: bool) -> Track:
    """Return the rules of a case; those of DMHC until the regulator is known: most plans are under it."""
    return TRACKS["cdi" if regulator == "cdi" else "dmhc", urgent]


def part_of(slug: str) -> Part | None:
    """Return what the clock of a rule is there for, None for a rule that no case follows by itself."""
    return _PARTS.get(slug)


@dataclass(frozen=True)
class Fact:
    """A standing event: what happened on which Pacific day (and at which instant, where that is known)."""

    id: UUID
    kind: str
    on: date
    at: datetime | None = None
    outcome: str = ""
    reason: str = ""
    # When a letter came, where that is another day than the one it bears.
    received_on: date | None = None

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


def clocks(facts: Iterable[Fact], *, rulebook: Rulebook, track: Track = TRACKS["dmhc", False]) -> list[Clock]:
    """Return the clocks of a case on its track, in the order in which they start."""
    by_kind: dict[str, list[Fact]] = {}
    for fact in sorted(facts, key=lambda fact: (fact.on, fact.instant)):
        by_kind.setdefault(fact.kind, []).append(fact)
    firsts = {kind: each[0] for kind, each in by_kind.items()}
    return [
        *_of_the_denial(firsts, track),
        *_of_the_grievance(firsts, track),
        *_of_the_review(firsts, track, rulebook),
    ]


def _of_the_denial(firsts: Mapping[str, Fact], track: Track) -> Iterable[Clock]:
    denied, review = firsts.get(DENIED), firsts.get(IMR_FILED)
    if denied is None:
        return
    filed = firsts.get(FILED)
    yield Clock(track[Part.COMPLAIN], denied, _start_of_complaint(denied, track), ended_by=filed or review)
    if denied.reason == EXPERIMENTAL and Part.APPLY_EXPERIMENTAL in track:
        # No grievance is needed before this review (28 CCR 1300.70.4(b)(2)).
        yield _clock(track[Part.APPLY_EXPERIMENTAL], denied, ended_by=review)


def _start_of_complaint(denied: Fact, track: Track) -> datetime:
    """From the act complained of for a plan under DMHC, from the letter's arrival for an insurer."""
    if track[Part.COMPLAIN] == _CDI[Part.COMPLAIN] and denied.received_on:
        # A corrected date may be later than the day of arrival that was typed with the first one.
        return datetime.combine(max(denied.received_on, denied.on), time(12), PACIFIC)
    return denied.instant


def _of_the_grievance(firsts: Mapping[str, Fact], track: Track) -> Iterable[Clock]:
    filed, answered = firsts.get(FILED), firsts.get(ANSWERED)
    if filed is None:
        return
    if Part.ACKNOWLEDGE in track:
        # An answer says more than an acknowledgment would: it ends that clock too.
        yield _clock(track[Part.ACKNOWLEDGE], filed, ended_by=firsts.get(ACKNOWLEDGED) or answered)
    yield _clock(track[Part.ANSWER], filed, ended_by=answered)
    yield _clock(track[Part.WAIT], filed, ended_by=answered or firsts.get(IMR_FILED))


def _clock(rule: str, trigger: Fact, *, ended_by: Fact | None) -> Clock:
    return Clock(rule, trigger, trigger.instant, ended_by=ended_by)


def _of_the_review(firsts: Mapping[str, Fact], track: Track, rulebook: Rulebook) -> Iterable[Clock]:
    filed, decided = firsts.get(FILED), firsts.get(IMR_DECIDED)
    if filed:
        yield from _window(filed, firsts.get(ANSWERED), firsts.get(IMR_FILED), track, rulebook)
    if decided and decided.outcome in OVERTURNED and Part.CARRY_OUT in track:
        yield _clock(track[Part.CARRY_OUT], decided, ended_by=firsts.get(IMPLEMENTED))


def _window(
    filed: Fact, answered: Fact | None, imr_filed: Fact | None, track: Track, rulebook: Rulebook
) -> Sequence[Clock]:
    """The six months run from the first of: the plan's written answer, the last day of the wait without one.

    A later answer is another reading of the same clock (H&S 1374.30(j)(3), (k); Ins. 10169(j)(3), (k)).
    """
    # An answer whose outcome is not known may be a no: the clock stays.
    if answered and answered.outcome == GAVE_IN:
        return ()
    wait_ends = explain(rulebook.rule(track[Part.WAIT], filed.on), triggered_at=filed.instant).nominal
    if wait_ends is None:
        return ()
    if answered and answered.on <= wait_ends.date():
        return (_clock(track[Part.APPLY], answered, ended_by=imr_filed),)
    facts: dict[str, object] = {"answer_received_on": answered.on} if answered else {}
    return (Clock(track[Part.APPLY], filed, wait_ends, facts, imr_filed),)
