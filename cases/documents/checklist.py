"""Which papers a case needs where it stands, why, and what to ask of whom for those that are missing. Pure.

By the steps of a grievance and of a review. Required are the papers that the law's test rests on (Health &
Safety Code § 1374.30(j), Insurance Code § 10169(j); for experimental care § 1370.4(a), § 10145.3(a)), and
those without which nobody may act or prove a day. The rest helps. Kinds are those of `models.PaperKind`.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Generic, Protocol, TypeVar

CDI, UNKNOWN = "cdi", "unknown"
EXPERIMENTAL, EMERGENCY, COVERAGE = "experimental", "emergency", "coverage"
OVERTURNED, UPHELD = "overturned", "upheld"


class Stage(StrEnum):
    """Where a case stands, as far as its papers go."""

    REFUSED = "refused"
    WITH_PLAN = "with the plan"
    ANSWERED = "answered"
    WITH_DEPARTMENT = "with the department"
    LOST = "lost"
    WON = "won"
    GAVE_IN = "the plan gave in"


AFTER_THE_DEPARTMENT = (Stage.WITH_DEPARTMENT, Stage.LOST, Stage.WON)


class Step(StrEnum):
    """The step a paper is for, in words."""

    GRIEVANCE = "To file the grievance"
    PLAN = "While the plan looks at it"
    REVIEW = "To ask the department"
    EXPERIMENTAL = "To ask for a review of experimental care"
    DEPARTMENT = "While the department looks at it"
    DECIDED = "After the decision"


@dataclass(frozen=True, kw_only=True)
class Need:
    """One paper: its kind, why it is needed, what to ask of whom. Another kind may stand `instead`."""

    kind: str
    why: str
    ask: str
    step: Step
    required: bool = False
    instead: tuple[str, ...] = ()
    count: int = 1


class Paper(Protocol):
    """What is needed of a paper."""

    @property
    def standing_kind(self) -> str: ...


P = TypeVar("P", bound=Paper)


@dataclass(frozen=True)
class Found(Generic[P]):
    """One need, and the papers of the case that meet it."""

    need: Need
    papers: tuple[P, ...]

    @property
    def present(self) -> bool:
        return len(self.papers) >= self.need.count

    @property
    def missing(self) -> bool:
        """True if the paper is required and not there."""
        return self.need.required and not self.present


def stage_of(facts: Mapping[str, str]) -> Stage:
    """Return where a case stands: `facts` is kind of standing event -> its outcome ("" where it has none).

    A withdrawn step is as if it had not been taken.
    """
    if "plan_reversed" in facts:
        return Stage.GAVE_IN
    for decided in ("imr_decided", "complaint_decided"):
        if decided in facts:
            return Stage.LOST if facts[decided] == UPHELD else Stage.WON
    review = "imr_filed" in facts and "imr_withdrawn" not in facts
    complaint = "complaint_filed" in facts and "complaint_withdrawn" not in facts
    if review or complaint:
        return Stage.WITH_DEPARTMENT
    if "grievance_answered" in facts:
        return Stage.GAVE_IN if facts["grievance_answered"] == OVERTURNED else Stage.ANSWERED
    if "grievance_filed" in facts and "grievance_withdrawn" not in facts:
        return Stage.WITH_PLAN
    return Stage.REFUSED


def needed(stage: Stage, department: str, *, urgent: bool, experimental: bool, reason: str) -> list[Need]:
    """Return the papers a case needs by now and for the step ahead, step by step.

    `department` is `dmhc`, `cdi` or `unknown`, which follows the way of DMHC as the dates do.
    """
    skips = department != CDI and (experimental or urgent)
    found = list(_grievance(department, urgent, reason))
    if stage is not Stage.REFUSED:
        # Filed at once, as the exceptions allow, a review has no grievance behind it.
        found += _plan(stage, department, urgent=urgent, skips=skips)
    if stage is not Stage.GAVE_IN and (stage is not Stage.REFUSED or skips):
        found += _review(department, reason)
        found += _experimental() if experimental else ()
    over = stage in (Stage.LOST, Stage.WON, Stage.GAVE_IN)
    if over:
        # What went before is decided: a gap in it is worth filling, and nothing waits for it.
        found = [replace(need, required=False) for need in found]
    if stage in AFTER_THE_DEPARTMENT:
        found += _department()
    return found + list(_decided(stage)) if over else found


def check(needs: Iterable[Need], have: Sequence[P]) -> list[Found[P]]:
    """Return each need with the papers that meet it."""
    return [
        Found(need, tuple(paper for paper in have if paper.standing_kind in (need.kind, *need.instead)))
        for need in needs
    ]


def _grievance(department: str, urgent: bool, reason: str) -> Iterator[Need]:
    step = Step.GRIEVANCE
    yield Need(
        kind="refusal_letter", step=step, required=True,
        why="Its dates start the clocks, and its reason decides the way.",
        ask="Ask the client for a photo of each page, and of the envelope.",
    )  # fmt: skip
    yield Need(
        kind="authorization", step=step, required=True,
        why="The plan and the department speak only with people the client has named.",
        ask=(
            "Ask the client to sign. The plan has a form of its own; CDI has an agent form."
            if department == CDI
            else "Ask the client to sign. The plan has a form of its own; on DMHC's assistant form both sign."
        ),
    )  # fmt: skip
    unknown = department == UNKNOWN
    yield Need(
        kind="card", step=step, required=unknown, instead=("coverage_booklet",) if unknown else (),
        why=(
            "We do not know yet who regulates the plan. The card or the booklet says it."
            if unknown
            else "It shows who regulates the plan. DMHC closes cases of plans it does not license."
            if department != CDI
            else "It shows who regulates the plan."
        ),
        ask="Ask the client for a photo of both sides.",
    )  # fmt: skip
    yield Need(
        kind="coverage_booklet", step=step,
        why=(
            "The plan says it does not cover this. Its letter must name the clause: read it here."
            if reason == COVERAGE
            else "It says what the plan covers, and how to complain."
        ),
        ask="Ask the plan for the evidence of coverage, or look in its website.",
    )  # fmt: skip
    yield Need(
        kind="doctor_letter", step=step,
        why=(
            "A doctor's word that waiting is a serious threat makes it urgent. The client's own word may do, "
            "and a call is enough: log it with its hour."
            if urgent
            else "It says why the client needs this care."
        ),
        ask="Ask the client's doctor, in or out of the plan.",
    )  # fmt: skip
    yield Need(
        kind="criteria", step=step,
        why="They show by what the plan measured, so that the doctor can answer it.",
        ask="Ask the plan for the criteria it used.",
    )  # fmt: skip


def _plan(stage: Stage, department: str, *, urgent: bool, skips: bool) -> Iterator[Need]:
    step = Step.PLAN
    answered = stage is Stage.ANSWERED
    yield Need(
        kind="proof_of_filing", step=step, required=not skips,
        why="It proves the day the plan got the grievance, and starts its clock.",
        ask="Keep the receipt of the plan's website, the fax report, or the slip of the mail.",
    )  # fmt: skip
    if department != CDI and not urgent:
        yield Need(
            kind="acknowledgment", step=step,
            why="It names the day the plan received the grievance, and a person to ask.",
            ask="Ask the plan: it owes this letter within 5 days.",
        )  # fmt: skip
    yield Need(
        kind="answer", step=step, required=answered,
        why=(
            "It shows the department that the plan's own process is over."
            if answered
            else "It shows that the plan's own process is over. If none comes in time, the proof of filing "
            "shows it."
        ),
        ask="Ask the plan for its written answer, with the criteria it used.",
    )  # fmt: skip


def _review(department: str, reason: str) -> Iterator[Need]:
    step, coverage = Step.REVIEW, reason == COVERAGE
    if reason == EMERGENCY:
        yield Need(
            kind="records", step=step, required=True, instead=("doctor_letter",),
            why="A doctor must have found the urgent or emergency care necessary.",
            ask="Ask the hospital or clinic for its records of the visit.",
        )  # fmt: skip
    else:
        yield Need(
            kind="doctor_letter", step=step, required=not coverage, instead=("records",),
            why=(
                "If any part of the refusal is about medical need, the department must review it."
                if coverage
                else "A doctor recommends the care. Or records show a visit to a doctor of the plan for this."
            ),
            ask="Ask the client's doctor for a letter, or for the records of the visit.",
        )  # fmt: skip
        yield Need(
            kind="records", step=step,
            why="The plan sends its own records. Those of doctors outside the plan it does not have.",
            ask="Ask each doctor outside the plan for copies, not originals.",
        )  # fmt: skip
    yield Need(
        kind="release", step=step, required=not coverage,
        why="The reviewers may read the records only if the client signs.",
        ask=(
            "Ask the client to sign CDI's release: it is one form with the agent form."
            if department == CDI
            else "Ask the client to sign. The release stands on the application form."
        ),
    )  # fmt: skip


def _experimental() -> Iterator[Need]:
    step = Step.EXPERIMENTAL
    yield Need(
        kind="certification", step=step, required=True,
        why="A doctor certifies that the illness is grave, and that standard treatment failed, does not fit, "
        "or is no better.",
        ask="Ask the doctor to fill in the certification.",
    )  # fmt: skip
    yield Need(
        kind="evidence", step=step, required=True, count=2,
        why="Two documents of medical and scientific evidence. They are not needed if a doctor of the plan "
        "recommends the care in writing.",
        ask="Ask the doctor for two studies, or look for them with the doctor.",
    )  # fmt: skip
    yield Need(
        kind="coverage_booklet", step=step, required=True,
        why="It shows that the plan would cover such care if it were not called experimental.",
        ask="Ask the plan for the evidence of coverage, and mark the paragraph.",
    )  # fmt: skip


def _department() -> Iterator[Need]:
    step = Step.DEPARTMENT
    yield Need(
        kind="application", step=step, required=True,
        why="It shows what was asked, and on which day.",
        ask="Keep a copy of all pages as they went, with the receipt.",
    )  # fmt: skip
    yield Need(
        kind="department_letter", step=step,
        why="It gives the department's case number.",
        ask="Ask the department for its letter or its case number.",
    )  # fmt: skip


def _decided(stage: Stage) -> Iterator[Need]:
    step = Step.DECIDED
    if stage is not Stage.GAVE_IN:
        yield Need(
            kind="decision", step=step, required=True,
            why="It gives the reasons, and each reviewer's view.",
            ask="Ask the department for the written decision.",
        )  # fmt: skip
    if stage is not Stage.LOST:
        yield Need(
            kind="proof_of_care", step=step, required=True,
            why="A yes is not care yet. Do not withdraw or close anything before you have it in writing.",
            ask="Ask the plan for its approval or its payment in writing.",
        )  # fmt: skip
