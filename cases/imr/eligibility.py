"""May this case go to Independent Medical Review today? Each condition, and the fact that decides it. Pure.

The test is Health & Safety Code § 1374.30(j), word for word Insurance Code § 10169(j); the experimental
track is § 1370.4(a). The department decides; this says for what it would close an application.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from advocacy.kernel.text import legal_day

DMHC, CDI = "dmhc", "cdi"
NECESSITY, EXPERIMENTAL, EMERGENCY, COVERAGE = "necessity", "experimental", "emergency", "coverage"
GAVE_IN = "overturned"
ANSWERS = {"partly": "in part", GAVE_IN: "yes"}


class Status(StrEnum):
    MET = "met"
    MISSING = "missing"
    WAIVED = "waived"


class Stop(StrEnum):
    """Why an application sent today would be closed."""

    NO_REFUSAL = "no refusal"
    GAVE_IN = "gave in"
    COVERAGE = "coverage"
    NO_GRIEVANCE = "no grievance"
    TOO_EARLY = "too early"


@dataclass(frozen=True, kw_only=True)
class Facts:
    """What is known of a case on the day of filing. None: nobody has recorded it.

    `reason` is the plan's own, "" while no refusal is recorded. `opens_on` is the first day on which the
    grievance, unanswered, may go to the department; `safe_by` and `last_day` are the ends of the six months
    by their earliest and their latest reading.
    """

    on: date
    department: str = DMHC
    reason: str = ""
    urgent: bool = False
    necessity_in_part: bool | None = None
    recommended: bool | None = None
    urgent_care: bool | None = None
    seen_by_plan_doctor: bool | None = None
    filed_on: date | None = None
    opens_on: date | None = None
    answered_on: date | None = None
    answer: str = ""
    wait_waived: bool | None = None
    safe_by: date | None = None
    last_day: date | None = None
    grave_condition: bool | None = None
    standard_failed: bool | None = None
    plan_doctor_recommends: bool | None = None
    two_documents: bool | None = None
    otherwise_covered: bool | None = None

    @property
    def answered(self) -> bool:
        """Tell whether the plan had answered by the day of filing."""
        return self.answered_on is not None and self.answered_on <= self.on


@dataclass(frozen=True)
class Condition:
    """One condition: whether it holds, by which fact, and what would meet it; "" where nothing is missing."""

    key: str
    title: str
    status: Status
    by: str
    cite: str
    needs: str = ""


@dataclass(frozen=True)
class Way:
    """Another way on, where the ordinary one is closed today."""

    key: str
    words: str
    cite: str


@dataclass(frozen=True)
class Eligibility:
    """The answer. `stop` is None where an application may go; `ways` are offered where it may not."""

    conditions: tuple[Condition, ...]
    stop: Stop | None
    words: str
    ways: tuple[Way, ...] = ()

    @property
    def is_late(self) -> bool:
        """Tell whether the six months are over by every reading."""
        return any(each.key == "time" for each in self.missing)

    @property
    def missing(self) -> tuple[Condition, ...]:
        return tuple(each for each in self.conditions if each.status is Status.MISSING)


def assess(facts: Facts) -> Eligibility:
    """Return whether an application filed on `facts.on` stands, condition by condition."""
    stop, words = _stop(facts)
    early = stop in (Stop.NO_GRIEVANCE, Stop.TOO_EARLY)
    ways = _exceptions(facts) if early else _complaint(facts) if stop is Stop.COVERAGE else ()
    return Eligibility(tuple(_conditions(facts)), stop, words, tuple(ways))


def _stop(facts: Facts) -> tuple[Stop | None, str]:
    if not facts.reason:
        return Stop.NO_REFUSAL, "Record the plan's refusal first: the review is of that"
    if facts.answered and facts.answer == GAVE_IN:
        return Stop.GAVE_IN, "The plan gave in: there is nothing left to review"
    if _is_coverage(facts):
        return Stop.COVERAGE, (
            "This refusal is a coverage decision: it goes to the department as a complaint. "
            "If any part of it is about medical need, record that first"
        )
    if _process(facts).status is not Status.MISSING:
        return None, ""
    if facts.filed_on is None:
        return Stop.NO_GRIEVANCE, "File the grievance first. The department closes a case that skips it"
    return Stop.TOO_EARLY, (
        f"Too early: you can file from {legal_day(facts.opens_on)}, or once the plan has answered"
        if facts.opens_on
        else "Too early: wait for the plan's answer"
    )


def _is_coverage(facts: Facts) -> bool:
    if facts.necessity_in_part:
        return False
    said_no = facts.necessity_in_part is False
    return facts.reason == COVERAGE or (said_no and facts.reason not in (NECESSITY, EXPERIMENTAL, EMERGENCY))


def _conditions(facts: Facts) -> Iterator[Condition]:
    yield _care(facts)
    yield _necessity(facts)
    yield _process(facts)
    yield _time(facts)
    if facts.reason == EXPERIMENTAL:
        yield from _experimental(facts)


def _care(facts: Facts) -> Condition:
    title, cite = "A doctor is behind it", _of(facts, "1374.30(j)(1)", "10169(j)(1)")
    for known, by in (
        (facts.recommended, "The client's doctor recommended it as medically necessary."),
        (facts.urgent_care, "The client got urgent or emergency care that a doctor found necessary."),
        (facts.seen_by_plan_doctor, "A doctor of the plan saw the client for this condition."),
    ):
        if known:
            return Condition("care", title, Status.MET, by, cite)
    asked = (facts.recommended, facts.urgent_care, facts.seen_by_plan_doctor)
    by = "None of the three ways applies yet." if False in asked else NOT_RECORDED
    return Condition("care", title, Status.MISSING, by, cite, CARE_NEEDS)


NOT_RECORDED = "Nobody has recorded it yet."
CARE_NEEDS = (
    "One of three: a letter in which a doctor, in or out of the plan, recommends it; records of urgent or "
    "emergency care; or a visit to a doctor of the plan for this condition, even one who does not recommend "
    "it. The plan must speed such a visit if you ask."
)


def _necessity(facts: Facts) -> Condition:
    title, cite = "The refusal is about medical need", _of(facts, "1374.30(j)(2)", "10169(j)(2)")
    by = {
        NECESSITY: "The plan's letter says it is not medically necessary.",
        EXPERIMENTAL: "The plan's letter calls it experimental or investigational.",
        EMERGENCY: "The plan's letter says it was no emergency.",
    }.get(facts.reason)
    if by:
        return Condition("necessity", title, Status.MET, by, cite)
    if facts.necessity_in_part and facts.reason:
        return Condition("necessity", title, Status.MET, "A part of the refusal is about medical need.", cite)
    if not facts.reason:
        return Condition("necessity", title, Status.MISSING, "No refusal is recorded.", cite, LETTER_NEEDS)
    by = (
        "The plan's letter says the plan does not cover it."
        if facts.reason == COVERAGE
        else "The plan's letter does not say clearly why."
    )
    return Condition("necessity", title, Status.MISSING, by, cite, NECESSITY_NEEDS)


LETTER_NEEDS = "The plan's letter, with its date and its reason."
NECESSITY_NEEDS = (
    "Any part of the refusal that rests on medical need is enough. Ask the plan for its criteria and its "
    "clinical reasons, and read them for it. The department decides which it is, not the plan."
)


def _process(facts: Facts) -> Condition:
    title, cite = "The plan's own process is over", _of(facts, "1374.30(j)(3)", "10169(j)(3)")

    def found(status: Status, by: str, cite: str = cite, needs: str = "") -> Condition:
        return Condition("process", title, status, by, cite, needs)

    if facts.answered and facts.answered_on:
        said = ANSWERS.get(facts.answer, "no")
        return found(
            Status.MET, f"The plan answered the grievance on {legal_day(facts.answered_on)}: {said}."
        )
    if facts.filed_on and facts.opens_on and facts.on >= facts.opens_on:
        return found(Status.MET, f"The grievance of {legal_day(facts.filed_on)} has had no answer in time.")
    if facts.wait_waived:
        return found(Status.WAIVED, "The department waived it.", _of(facts, "1374.31(a)", "10169.1(a)"))
    if facts.department == DMHC and facts.reason == EXPERIMENTAL:
        by = "The plan calls it experimental: no grievance is needed."
        return found(Status.WAIVED, by, "28 CCR § 1300.70.4(b)(2)")
    if facts.department == DMHC and facts.urgent:
        return found(Status.WAIVED, "The case is urgent: DMHC takes it at once.", "28 CCR § 1300.68.01(a)(4)")
    if facts.filed_on is None:
        return found(Status.MISSING, "No grievance is filed.", needs="File the grievance with the plan.")
    by = f"The grievance of {legal_day(facts.filed_on)} is still with the plan."
    until = f", or the wait to be over: {legal_day(facts.opens_on)}" if facts.opens_on else ""
    return found(Status.MISSING, by, needs=f"The plan's written answer{until}.")


def _time(facts: Facts) -> Condition:
    title, cite = "Within six months", _of(facts, "1374.30(k)", "10169(k)")

    def found(status: Status, by: str, needs: str = "") -> Condition:
        return Condition("time", title, status, by, cite, needs)

    if facts.safe_by is None or facts.last_day is None:
        return found(Status.MET, "The six months have not begun.")
    if facts.on <= facts.safe_by:
        return found(Status.MET, f"By the safe reading they end on {legal_day(facts.safe_by)}.")
    if facts.on <= facts.last_day:
        by = f"Past the safe date, {legal_day(facts.safe_by)}; by another reading in time until "
        return found(Status.MET, f"{by}{legal_day(facts.last_day)}.")
    by = f"They ended on {legal_day(facts.last_day)}."
    return found(Status.MISSING, by, LATE_NEEDS)


LATE_NEEDS = (
    "Say in the application why it is late. The department may still take it if the circumstances warrant it."
)


def _experimental(facts: Facts) -> Iterator[Condition]:
    cite = _of(facts, "1370.4(a)", "10145.3(a)")

    def found(key: str, title: str, known: bool | None, by: str, needs: str) -> Condition:
        if known:
            return Condition(key, title, Status.MET, by, cite)
        said = "Recorded: no." if known is False else NOT_RECORDED
        return Condition(key, title, Status.MISSING, said, cite, needs)

    yield found(
        "grave", "The illness is grave", facts.grave_condition,
        "It is life-threatening or seriously debilitating.",
        "A doctor's statement that it is life-threatening or seriously debilitating.",
    )  # fmt: skip
    yield found(
        "standard", "Standard treatment is no answer", facts.standard_failed,
        "A doctor certified that standard treatment failed, does not fit, or is no better.",
        "The physician certification form: standard treatment failed, does not fit, or is no better.",
    )  # fmt: skip
    yield found(
        "evidence", "There is evidence for it",
        facts.plan_doctor_recommends or facts.two_documents,
        "A doctor of the plan recommends it in writing."
        if facts.plan_doctor_recommends
        else "Two documents of medical and scientific evidence are at hand.",
        "A doctor of the plan recommends it in writing, or two documents of medical and scientific evidence.",
    )  # fmt: skip
    yield found(
        "covered", "The plan would cover it otherwise", facts.otherwise_covered,
        "The plan would cover it if it were not called experimental.",
        "The paragraph of the evidence of coverage that covers such care.",
    )  # fmt: skip


def _exceptions(facts: Facts) -> Iterator[Way]:
    """The ways past the plan's own process that this case does not have yet."""
    dmhc = facts.department == DMHC
    if not facts.urgent:
        yield Way(
            "urgent",
            "Would waiting be an imminent and serious threat to the client? Have a doctor say so, and "
            + (
                "make the case urgent: DMHC then takes it at once."
                if dmhc
                else "make the case urgent: the wait is then 3 days, and CDI may waive it."
            ),
            "28 CCR § 1300.68.01(a)(4)" if dmhc else "Insurance Code §§ 10169(j)(3), 10169.1(a)",
        )
    if facts.reason != EXPERIMENTAL:
        yield Way(
            "experimental",
            "Does the plan call the treatment experimental or investigational? Record that as its reason: "
            + (
                "no grievance is needed then."
                if dmhc
                else "the Insurance Code does not skip the grievance for it, so ask CDI to waive it."
            ),
            "28 CCR § 1300.70.4(b)(2)" if dmhc else "Insurance Code §§ 10145.3, 10169.1(a)",
        )
    yield Way(
        "waiver",
        "Is the case extraordinary and compelling in another way? Ask the department to waive the plan's "
        "process, and record its answer here.",
        _of(facts, "1374.31(a)", "10169.1(a)"),
    )


def _complaint(facts: Facts) -> Iterator[Way]:
    yield Way(
        "complaint",
        "Send it to DMHC as a complaint: the same form serves both, and the department may turn it into a "
        "review. Mark both if you are not sure."
        if facts.department == DMHC
        else "Send CDI a Request for Assistance: that is its complaint form. It must turn a case about "
        "medical need into a review.",
        _of(facts, "1368(b), 1374.30(d)", "10169(d)"),
    )


def _of(facts: Facts, dmhc: str, cdi: str) -> str:
    if facts.department == CDI:
        return f"Insurance Code § {cdi}"
    return f"Health & Safety Code § {dmhc}"
