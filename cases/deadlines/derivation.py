"""Which clocks a case has, from its facts. Pure: no clock is invented, each names the fact it counts from."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time
from enum import StrEnum
from types import MappingProxyType
from typing import Protocol, TypeVar
from uuid import UUID

from cases.deadlines.engine import PACIFIC, explain
from cases.deadlines.rules import Rulebook

DENIED = "denied"
FILED = "grievance_filed"
ACKNOWLEDGED = "grievance_acknowledged"
ANSWERED = "grievance_answered"
WITHDRAWN = "grievance_withdrawn"
IMR_FILED = "imr_filed"
IMR_ACCEPTED = "imr_accepted"
IMR_REJECTED = "imr_rejected"
RECORDS_SENT = "imr_records_sent"
IMR_DECIDED = "imr_decided"
IMR_ADOPTED = "imr_adopted"
IMPLEMENTED = "imr_implemented"
IMR_WITHDRAWN = "imr_withdrawn"
PLAN_REVERSED = "plan_reversed"
COMPLAINT_FILED = "complaint_filed"
COMPLAINT_ANSWERED = "complaint_answered"
COMPLAINT_DECIDED = "complaint_decided"
COMPLAINT_WITHDRAWN = "complaint_withdrawn"

# A withdrawal takes back what came before it: these are as if they had not been.
TAKES_BACK = {
    WITHDRAWN: {FILED, ACKNOWLEDGED, ANSWERED},
    IMR_WITHDRAWN: {IMR_FILED, IMR_ACCEPTED, RECORDS_SENT},
    COMPLAINT_WITHDRAWN: {COMPLAINT_FILED, COMPLAINT_ANSWERED},
}

# A plan's answer that leaves something to review, and a decision that leaves something to carry out.
GAVE_IN = "overturned"
OVERTURNED = {"overturned", "partly"}
EXPERIMENTAL = "experimental"
COVERAGE = "coverage"


class Part(StrEnum):
    """What a clock is there for in the life of a case, whichever department's rule it follows."""

    COMPLAIN = "complain"
    ACKNOWLEDGE = "acknowledge"
    ANSWER = "answer"
    WAIT = "wait"
    APPLY = "apply"
    APPLY_EXPERIMENTAL = "apply experimental"
    ACCEPT = "accept"
    RECORDS = "records"
    DECIDE = "decide"
    DECIDE_EXPERIMENTAL = "decide experimental"
    CARRY_OUT = "carry out"
    COMPLAIN_TO_DEPARTMENT = "complain to the department"
    ANSWER_DEPARTMENT = "answer the department"
    DECIDE_COMPLAINT = "decide the complaint"


# Which rule a part follows on each track: the department that regulates the plan, and how urgent the case is.
_DMHC = {
    Part.COMPLAIN: "dmhc-grievance-file-180d",
    Part.ACKNOWLEDGE: "dmhc-grievance-ack-5d",
    Part.ANSWER: "dmhc-grievance-resolve-30d",
    Part.WAIT: "dmhc-wait-30d",
    Part.APPLY: "dmhc-imr-apply-6mo",
    Part.APPLY_EXPERIMENTAL: "dmhc-imr-experimental-apply",
    Part.ACCEPT: "dmhc-imr-dept-accept-7d",
    Part.RECORDS: "dmhc-imr-plan-docs-3bd",
    Part.DECIDE: "dmhc-imr-decision-30d",
    Part.DECIDE_EXPERIMENTAL: "dmhc-imr-decision-experimental-30d",
    Part.CARRY_OUT: "dmhc-imr-implement-5wd",
    Part.COMPLAIN_TO_DEPARTMENT: "dmhc-complaint-file",
    Part.ANSWER_DEPARTMENT: "dmhc-complaint-plan-response-5d",
    Part.DECIDE_COMPLAINT: "dmhc-complaint-decision-30d",
}
# The Insurance Code has no acknowledgment, no number of days to carry a decision out, and no word that an
# experimental refusal may skip the insurer's own process.
_CDI = {
    Part.COMPLAIN: "cdi-internal-appeal-180d",
    Part.ANSWER: "cdi-respond-claimant-15d",
    Part.WAIT: "cdi-imr-wait",
    Part.APPLY: "cdi-imr-apply-6mo",
    Part.RECORDS: "cdi-imr-insurer-docs-3bd",
    Part.DECIDE: "cdi-imr-decision-30d",
    Part.DECIDE_EXPERIMENTAL: "cdi-imr-experimental",
    Part.ANSWER_DEPARTMENT: "cdi-respond-cdi-21d",
}
_DMHC_URGENT = _DMHC | {
    Part.ANSWER: "dmhc-grievance-expedited-3d",
    Part.WAIT: "dmhc-wait-3d",
    Part.ACCEPT: "dmhc-imr-dept-accept-48h",
    Part.RECORDS: "dmhc-imr-plan-docs-24h",
    Part.DECIDE: "dmhc-imr-decision-expedited-3d",
    Part.DECIDE_EXPERIMENTAL: "dmhc-imr-decision-experimental-7d",
    Part.ANSWER_DEPARTMENT: "dmhc-complaint-plan-response-24h",
}
_CDI_URGENT = _CDI | {
    Part.WAIT: "cdi-imr-wait-3d",
    Part.RECORDS: "cdi-imr-insurer-docs-24h",
    Part.DECIDE: "cdi-imr-decision-expedited-3d",
    Part.DECIDE_EXPERIMENTAL: "cdi-imr-experimental-7d",
}
# An urgent grievance needs no acknowledgment (Health & Safety Code § 1368.01(b)).
del _DMHC_URGENT[Part.ACKNOWLEDGE]

Track = Mapping[Part, str]
TRACKS: Mapping[tuple[str, bool], Track] = MappingProxyType(
    {
        ("dmhc", False): MappingProxyType(_DMHC),
        ("dmhc", True): MappingProxyType(_DMHC_URGENT),
        ("cdi", False): MappingProxyType(_CDI),
        ("cdi", True): MappingProxyType(_CDI_URGENT),
    }
)
# An hour clock needs the hour. Where only the day is known the rule in days is followed.
_IN_DAYS = {
    urgent[part]: standard[part]
    for standard, urgent in ((_DMHC, _DMHC_URGENT), (_CDI, _CDI_URGENT))
    for part in urgent
    if urgent[part].endswith("h")
}
_PARTS = {slug: part for track in TRACKS.values() for part, slug in track.items()}


def track_of(regulator: str, *, urgent: bool) -> Track:
    """Return the rules of a case; those of DMHC until the regulator is known: most plans are under it."""
    return TRACKS["cdi" if regulator == "cdi" else "dmhc", urgent]


def department_of(slug: str) -> str:
    """Return whose rule it is, "dmhc" or "cdi"."""
    return "cdi" if slug.startswith("cdi-") else "dmhc"


def part_of(slug: str) -> Part | None:
    """Return what the clock of a rule is there for, None for a rule that no case follows by itself."""
    return _PARTS.get(slug)


class Kinded(Protocol):
    """What is needed of a fact to know what takes it back."""

    @property
    def kind(self) -> str: ...


K = TypeVar("K", bound=Kinded)


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
    # What started it, where that is not what the rule says but the earliest day it can have been.
    begun: str = ""

    @property
    def hour_known(self) -> bool:
        """Tell whether it counts from an instant that somebody wrote down."""
        return self.trigger.at is not None and self.counted_from == self.trigger.at


def clocks(facts: Iterable[Fact], *, rulebook: Rulebook, track: Track = TRACKS["dmhc", False]) -> list[Clock]:
    """Return the clocks of a case on its track, in the order in which they start."""
    firsts = firsts_of(facts)
    return [
        *_of_the_denial(firsts, track),
        *_of_the_grievance(firsts, track),
        *_of_the_window(firsts, track, rulebook),
        *_of_the_review(firsts, track),
        *_of_the_complaint(firsts, track),
    ]


def firsts_of(facts: Iterable[Fact]) -> dict[str, Fact]:
    """Return the earliest fact of each kind, without those that a later withdrawal took back.

    Of one day, what was recorded first comes first: what is filed again on the day of its withdrawal stands.
    """
    standing = not_taken_back(sorted(facts, key=lambda fact: fact.on))
    firsts: dict[str, Fact] = {}
    for fact in sorted(standing, key=lambda fact: (fact.on, fact.instant)):
        firsts.setdefault(fact.kind, fact)
    return firsts


def not_taken_back(facts: Iterable[K]) -> list[K]:
    """Return the facts that no withdrawal after them takes back. `facts` come in the order they happened."""
    standing: list[K] = []
    for fact in facts:
        taken = TAKES_BACK.get(fact.kind, ())
        standing = [each for each in standing if each.kind not in taken]
        standing.append(fact)
    return standing


def _first(firsts: Mapping[str, Fact], *kinds: str) -> Fact | None:
    """Return the earliest of several kinds."""
    return _earlier(*(firsts.get(kind) for kind in kinds))


def _of_the_denial(firsts: Mapping[str, Fact], track: Track) -> Iterable[Clock]:
    denied, review = firsts.get(DENIED), _first(firsts, IMR_FILED, COMPLAINT_FILED)
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
    gone_on = answered or _first(firsts, IMR_FILED, COMPLAINT_FILED)
    yield _clock(track[Part.WAIT], filed, ended_by=gone_on)


def _clock(rule: str, trigger: Fact, *, ended_by: Fact | None) -> Clock:
    return Clock(rule, trigger, trigger.instant, ended_by=ended_by)


def _of_the_window(firsts: Mapping[str, Fact], track: Track, rulebook: Rulebook) -> Iterable[Clock]:
    """The six months run from the first of: the plan's written answer, the last day of the wait without one.

    A later answer is another reading of the same clock (H&S 1374.30(j)(3), (k); Ins. 10169(j)(3), (k)).
    A coverage decision under DMHC goes to the department as a complaint, by the same form and the same day.
    """
    filed, answered = firsts.get(FILED), firsts.get(ANSWERED)
    # An answer whose outcome is not known may be a no: the clock stays.
    if filed is None or (answered and answered.outcome == GAVE_IN):
        return
    wait_ends = explain(rulebook.rule(track[Part.WAIT], filed.on), triggered_at=filed.instant).nominal
    if wait_ends is None:
        return
    denied, ended_by = firsts.get(DENIED), firsts.get(IMR_FILED)
    rule = track[Part.APPLY]
    if denied and denied.reason == COVERAGE and Part.COMPLAIN_TO_DEPARTMENT in track:
        rule, ended_by = track[Part.COMPLAIN_TO_DEPARTMENT], _first(firsts, COMPLAINT_FILED, IMR_FILED)
    if answered and answered.on <= wait_ends.date():
        yield _clock(rule, answered, ended_by=ended_by)
        return
    facts: dict[str, object] = {"answer_received_on": answered.on} if answered else {}
    begun = "" if rule == track[Part.APPLY] else "the plan's time ended without an answer"
    yield Clock(rule, filed, wait_ends, facts, ended_by, begun)


def _of_the_review(firsts: Mapping[str, Fact], track: Track) -> Iterable[Clock]:
    over = _first(firsts, IMR_DECIDED, IMR_REJECTED, PLAN_REVERSED)
    filed, accepted, sent = firsts.get(IMR_FILED), firsts.get(IMR_ACCEPTED), firsts.get(RECORDS_SENT)
    if filed and Part.ACCEPT in track:
        yield _by_the_hour(track[Part.ACCEPT], filed, ended_by=_earlier(accepted or sent, over))
    if accepted:
        yield _by_the_hour(track[Part.RECORDS], accepted, ended_by=_earlier(sent, over))
    start = sent or accepted
    if start:
        denied = firsts.get(DENIED)
        experimental = denied is not None and denied.reason == EXPERIMENTAL
        rule = track[Part.DECIDE_EXPERIMENTAL if experimental else Part.DECIDE]
        # Until somebody hears when the reviewer had the papers, the earliest day they can have been there.
        begun = "" if sent else "the department took the case; the reviewer may have had the papers later"
        yield Clock(rule, start, start.instant, ended_by=over, begun=begun)
    decided = firsts.get(IMR_DECIDED)
    if decided and decided.outcome in OVERTURNED and Part.CARRY_OUT in track:
        received = firsts.get(IMR_ADOPTED) or decided
        yield _clock(track[Part.CARRY_OUT], received, ended_by=firsts.get(IMPLEMENTED))


def _of_the_complaint(firsts: Mapping[str, Fact], track: Track) -> Iterable[Clock]:
    filed, decided = firsts.get(COMPLAINT_FILED), firsts.get(COMPLAINT_DECIDED)
    if filed is None:
        return
    begun = "the complaint was filed; the department's notice may have reached the plan later"
    answer = _by_the_hour(
        track[Part.ANSWER_DEPARTMENT], filed, ended_by=_earlier(firsts.get(COMPLAINT_ANSWERED), decided)
    )
    yield replace(answer, begun=begun)
    if Part.DECIDE_COMPLAINT in track:
        yield _clock(track[Part.DECIDE_COMPLAINT], filed, ended_by=decided)


def _by_the_hour(rule: str, trigger: Fact, *, ended_by: Fact | None) -> Clock:
    """The rule of the track; its rule in days where the hour of the fact is not known."""
    return _clock(rule if trigger.at else _IN_DAYS.get(rule, rule), trigger, ended_by=ended_by)


def _earlier(*facts: Fact | None) -> Fact | None:
    found = [fact for fact in facts if fact is not None]
    return min(found, key=lambda fact: (fact.on, fact.instant), default=None)
