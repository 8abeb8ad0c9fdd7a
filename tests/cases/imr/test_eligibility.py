"""The test for an IMR as a table: which condition, by which fact, and what would meet it. Pure."""

from dataclasses import fields, replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cases.imr.eligibility import Condition, Eligibility, Facts, Status, Stop, assess

TODAY = date(2026, 9, 15)
FILED, ANSWERED = date(2026, 7, 20), date(2026, 8, 10)
# An ordinary case on the day it is ready: recommended, about medical need, answered, in time.
READY = {
    "reason": "necessity", "recommended": True, "filed_on": FILED, "opens_on": date(2026, 8, 20),
    "answered_on": ANSWERED, "answer": "upheld", "safe_by": date(2027, 2, 10), "last_day": date(2027, 2, 10),
}  # fmt: skip
# The same, with nothing sent to the plan yet.
FRESH = {"reason": "necessity", "recommended": True}
WAITING = FRESH | {"filed_on": date(2026, 9, 1), "opens_on": date(2026, 10, 2)}
EXPERIMENTAL = {
    "reason": "experimental", "recommended": True, "grave_condition": True, "standard_failed": True,
    "two_documents": True, "otherwise_covered": True,
}  # fmt: skip
COVERAGE = READY | {"reason": "coverage"}
NOBODY = {"recommended": False, "urgent_care": False, "seen_by_plan_doctor": False}

MET, MISSING, WAIVED = Status.MET, Status.MISSING, Status.WAIVED

# what; facts; why it would be closed; the condition in question, its status, its fact; what would meet it
CASES = [
    ("a doctor recommends it", READY, None, "care", MET, "doctor recommended it", ""),
    ("urgent care was given", READY | {"recommended": False, "urgent_care": True}, None, "care", MET,
     "urgent or emergency care", ""),
    ("a plan doctor saw the client", READY | NOBODY | {"seen_by_plan_doctor": True}, None, "care", MET,
     "doctor of the plan saw", ""),
    ("a plan doctor saw the client and does not recommend it", READY | {"recommended": False,
     "seen_by_plan_doctor": True}, None, "care", MET, "doctor of the plan saw", ""),
    ("nobody recommends it and nobody saw the client", READY | NOBODY, None, "care", MISSING,
     "None of the three", "The plan must speed such a visit"),
    ("nobody has asked about a doctor", READY | {"recommended": None}, None, "care", MISSING,
     "Nobody has recorded", "a letter in which a doctor"),
    ("one no is not three", READY | {"recommended": False}, None, "care", MISSING, "None of the three",
     "urgent or emergency care"),
    ("not necessary, says the plan", READY, None, "necessity", MET, "not medically necessary", ""),
    ("no emergency, says the plan", READY | {"reason": "emergency"}, None, "necessity", MET,
     "no emergency", ""),
    ("experimental, says the plan", READY | EXPERIMENTAL, None, "necessity", MET,
     "experimental or investigational", ""),
    ("not covered, says the plan", COVERAGE, Stop.COVERAGE, "necessity", MISSING, "does not cover it",
     "Any part of the refusal"),
    ("not covered, and a part is about need", COVERAGE | {"necessity_in_part": True}, None, "necessity",
     MET, "A part of the refusal", ""),
    ("not covered, and no part is about need", COVERAGE | {"necessity_in_part": False}, Stop.COVERAGE,
     "necessity", MISSING, "does not cover it", "The department decides which"),
    ("the reason is not clear", READY | {"reason": "other"}, None, "necessity", MISSING,
     "does not say clearly", "Ask the plan for its criteria"),
    ("not clear, and a part is about need", READY | {"reason": "other", "necessity_in_part": True}, None,
     "necessity", MET, "A part of the refusal", ""),
    ("something else, and no part is about need", READY | {"reason": "other", "necessity_in_part": False},
     Stop.COVERAGE, "necessity", MISSING, "does not say clearly", "Any part of the refusal"),
    ("no refusal is recorded", {"recommended": True}, Stop.NO_REFUSAL, "necessity", MISSING,
     "No refusal is recorded", "The plan's letter"),
    ("the plan said no again", READY, None, "process", MET, "answered the grievance on Mon, Aug 10, 2026",
     ""),
    ("the plan said yes in part", READY | {"answer": "partly"}, None, "process", MET,
     "Aug 10, 2026: in part", ""),
    ("the plan gave in", READY | {"answer": "overturned"}, Stop.GAVE_IN, "process", MET,
     "Mon, Aug 10, 2026: yes", ""),
    ("the answer is dated after the filing", WAITING | {"answered_on": date(2026, 9, 16),
     "answer": "upheld"}, Stop.TOO_EARLY, "process", MISSING, "still with the plan", "written answer"),
    ("thirty days without an answer", FRESH | {"filed_on": FILED, "opens_on": date(2026, 8, 20)}, None,
     "process", MET, "has had no answer in time", ""),
    ("on the day the way opens", FRESH | {"filed_on": FILED, "opens_on": TODAY}, None, "process", MET,
     "has had no answer in time", ""),
    ("one day before the way opens", FRESH | {"filed_on": FILED, "opens_on": TODAY + timedelta(days=1)},
     Stop.TOO_EARLY, "process", MISSING, "still with the plan", "Wed, Sep 16, 2026"),
    ("no grievance was filed", FRESH, Stop.NO_GRIEVANCE, "process", MISSING, "No grievance is filed",
     "File the grievance with the plan"),
    ("experimental under DMHC needs no grievance", EXPERIMENTAL, None, "process", WAIVED,
     "no grievance is needed", ""),
    ("experimental under DMHC need not wait", EXPERIMENTAL | {"filed_on": TODAY, "opens_on": date(2026,
     10, 16)}, None, "process", WAIVED, "no grievance is needed", ""),
    ("experimental under CDI needs one", EXPERIMENTAL | {"department": "cdi"}, Stop.NO_GRIEVANCE,
     "process", MISSING, "No grievance is filed", "File the grievance"),
    ("urgent under DMHC needs no grievance", FRESH | {"urgent": True}, None, "process", WAIVED,
     "DMHC takes it at once", ""),
    ("urgent under CDI waits its three days", FRESH | {"urgent": True, "department": "cdi",
     "filed_on": TODAY, "opens_on": date(2026, 9, 21)}, Stop.TOO_EARLY, "process", MISSING,
     "still with the plan", "Mon, Sep 21, 2026"),
    ("urgent under CDI after three days", FRESH | {"urgent": True, "department": "cdi",
     "filed_on": date(2026, 9, 9), "opens_on": date(2026, 9, 15)}, None, "process", MET,
     "no answer in time", ""),
    ("the department waived it", FRESH | {"wait_waived": True}, None, "process", WAIVED,
     "The department waived it", ""),
    ("the department did not waive it", FRESH | {"wait_waived": False}, Stop.NO_GRIEVANCE, "process",
     MISSING, "No grievance is filed", "File the grievance"),
    ("within six months", READY, None, "time", MET, "they end on Wed, Feb 10, 2027", ""),
    ("the six months have not begun", FRESH | {"wait_waived": True}, None, "time", MET, "have not begun",
     ""),
    ("past the safe date, in time by another reading", READY | {"safe_by": date(2026, 9, 14),
     "last_day": TODAY}, None, "time", MET, "by another reading in time until Tue, Sep 15, 2026", ""),
    ("late by every reading", READY | {"safe_by": date(2026, 9, 10), "last_day": date(2026, 9, 14)}, None,
     "time", MISSING, "ended on Mon, Sep 14, 2026", "why it is late"),
    ("a grave illness", EXPERIMENTAL, None, "grave", MET, "life-threatening or seriously debilitating", ""),
    ("an illness that is not called grave", EXPERIMENTAL | {"grave_condition": False}, None, "grave",
     MISSING, "Recorded: no", "A doctor's statement"),
    ("no doctor has certified that standard treatment failed", EXPERIMENTAL | {"standard_failed": None},
     None, "standard", MISSING, "Nobody has recorded", "physician certification form"),
    ("two documents", EXPERIMENTAL, None, "evidence", MET, "Two documents", ""),
    ("a plan doctor's written recommendation needs no documents", EXPERIMENTAL | {"two_documents": False,
     "plan_doctor_recommends": True}, None, "evidence", MET,
     "A doctor of the plan recommends it in writing", ""),
    ("no evidence", EXPERIMENTAL | {"two_documents": False}, None, "evidence", MISSING, "Recorded: no",
     "two documents of medical"),
    ("covered otherwise", EXPERIMENTAL, None, "covered", MET, "if it were not called experimental", ""),
    ("not asked whether it is covered otherwise", EXPERIMENTAL | {"otherwise_covered": None}, None,
     "covered", MISSING, "Nobody has recorded", "evidence of coverage"),
]  # fmt: skip


def assessed(facts: dict[str, object]) -> Eligibility:
    return assess(Facts(**({"on": TODAY} | facts)))


def the(key: str, answer: Eligibility) -> Condition:
    [condition] = [each for each in answer.conditions if each.key == key]
    return condition


def test_there_are_at_least_forty_cases():
    assert len(CASES) >= 40
    assert {stop for _, _, stop, *_ in CASES} == {None, *Stop}
    assert {status for _, _, _, _, status, *_ in CASES} == set(Status)


@pytest.mark.parametrize(
    ("facts", "stop", "key", "status", "by", "needs"), [case[1:] for case in CASES], ids=[c[0] for c in CASES]
)
def test_which_condition_by_which_fact_and_what_would_meet_it(facts, stop, key, status, by, needs):
    answer = assessed(facts)
    condition = the(key, answer)

    assert answer.stop == stop
    assert condition.status is status
    assert by in condition.by
    assert needs in condition.needs
    assert bool(condition.needs) is (status is Status.MISSING)


def test_a_premature_filing_is_told_why_and_until_when():
    assert assessed(WAITING).words == (
        "Too early: you can file from Fri, Oct 2, 2026, or once the plan has answered"
    )
    assert assessed(FRESH).words == "File the grievance first. The department closes a case that skips it"


@pytest.mark.parametrize("facts", [FRESH, WAITING])
def test_a_premature_filing_is_offered_the_urgent_and_the_experimental_exception(facts):
    ways = {way.key: way for way in assessed(facts).ways}

    assert set(ways) == {"urgent", "experimental", "waiver"}
    assert ways["urgent"].cite == "28 CCR § 1300.68.01(a)(4)"
    assert ways["experimental"].cite == "28 CCR § 1300.70.4(b)(2)"


def test_under_cdi_the_exceptions_are_asked_for_and_not_promised():
    ways = {way.key: way.words for way in assessed(WAITING | {"department": "cdi"}).ways}

    assert "CDI may waive it" in ways["urgent"]
    assert "ask CDI to waive it" in ways["experimental"]


def test_an_exception_the_case_has_already_is_not_offered_again():
    urgent = assessed(FRESH | {"department": "cdi", "urgent": True})
    experimental = assessed(EXPERIMENTAL | {"department": "cdi"})

    assert "urgent" not in {way.key for way in urgent.ways}
    assert "experimental" not in {way.key for way in experimental.ways}


@pytest.mark.parametrize(
    ("department", "words"), [("dmhc", "the same form serves both"), ("cdi", "Request for Assistance")]
)
def test_a_coverage_dispute_is_led_to_the_complaint(department, words):
    answer = assessed(COVERAGE | {"department": department})

    assert [way.key for way in answer.ways] == ["complaint"]
    assert words in answer.ways[0].words
    assert "record that first" in answer.words


@pytest.mark.parametrize(
    ("department", "code"), [("dmhc", "Health & Safety Code"), ("cdi", "Insurance Code")]
)
def test_each_condition_cites_the_code_of_its_department(department, code):
    answer = assessed(READY | {"department": department})

    assert all(each.cite.startswith(code) for each in answer.conditions)


DAYS = st.dates(date(2026, 1, 1), date(2027, 1, 1))
ANY = st.builds(
    Facts,
    on=DAYS,
    department=st.sampled_from(["dmhc", "cdi"]),
    reason=st.sampled_from(["", "necessity", "experimental", "emergency", "coverage", "other"]),
    answer=st.sampled_from(["upheld", "partly", "overturned"]),
    **{
        each.name: st.none() | (st.booleans() if "bool" in str(each.type) else DAYS)
        for each in fields(Facts)
        if "None" in str(each.type)
    },
    urgent=st.booleans(),
)  # fmt: skip


@given(ANY)
def test_nothing_stands_without_a_refusal_or_before_its_way_is_open(facts):
    answer = assess(facts)

    if answer.stop is None:
        assert facts.reason
        assert the("process", answer).status is not MISSING
    else:
        assert answer.words
    assert all(each.by and each.title and each.cite for each in answer.conditions)
    assert all(bool(each.needs) is (each.status is MISSING) for each in answer.conditions)


@given(ANY)
def test_one_day_more_never_closes_a_way_that_time_alone_has_opened(facts):
    later = replace(facts, on=facts.on + timedelta(days=1))

    if assess(facts).stop is None and facts.answered_on is None:
        assert assess(later).stop is None
