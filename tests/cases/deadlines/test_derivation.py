"""Which clocks a set of facts gives. Pure: an invented deadline is the worst fault a case system can have."""

from datetime import date, datetime, timedelta
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cases.deadlines.derivation import (
    ACKNOWLEDGED,
    ANSWERED,
    COMPLAINT_FILED,
    COMPLAINT_WITHDRAWN,
    DENIED,
    FILED,
    IMPLEMENTED,
    IMR_ACCEPTED,
    IMR_ADOPTED,
    IMR_DECIDED,
    IMR_FILED,
    IMR_REJECTED,
    IMR_WITHDRAWN,
    PLAN_REVERSED,
    RECORDS_SENT,
    Clock,
    Fact,
    Part,
    clocks,
    part_of,
    track_of,
)
from cases.deadlines.engine import PACIFIC, Explanation, explain
from cases.deadlines.rules import load_rulebook

COMPLAIN, ACK, ANSWER = "dmhc-grievance-file-180d", "dmhc-grievance-ack-5d", "dmhc-grievance-resolve-30d"
WAIT, REVIEW, CARRY_OUT = "dmhc-wait-30d", "dmhc-imr-apply-6mo", "dmhc-imr-implement-5wd"
ACCEPT, RECORDS, DECIDE = "dmhc-imr-dept-accept-7d", "dmhc-imr-plan-docs-3bd", "dmhc-imr-decision-30d"
AT_PLAN = {COMPLAIN, ACK, ANSWER, WAIT}

# One life of a case; each stage is a prefix of it, with the outcomes a test wants.
DAYS = {
    DENIED: date(2026, 3, 2),
    FILED: date(2026, 4, 6),
    ACKNOWLEDGED: date(2026, 4, 9),
    ANSWERED: date(2026, 4, 28),
    IMR_FILED: date(2026, 5, 12),
    IMR_ACCEPTED: date(2026, 5, 18),
    RECORDS_SENT: date(2026, 5, 21),
    IMR_DECIDED: date(2026, 6, 16),
    IMPLEMENTED: date(2026, 6, 18),
}
# What a case may also meet, beside that life.
DAYS_BESIDE = {
    COMPLAINT_FILED: date(2026, 5, 12),
    COMPLAINT_WITHDRAWN: date(2026, 5, 20),
    IMR_WITHDRAWN: date(2026, 5, 20),
    IMR_REJECTED: date(2026, 5, 19),
    PLAN_REVERSED: date(2026, 6, 1),
}


def fact(kind: str, on: date | None = None, outcome: str = "") -> Fact:
    return Fact(uuid4(), kind, on or (DAYS | DAYS_BESIDE)[kind], outcome=outcome)


def found(*facts: Fact, regulator: str = "dmhc", urgent: bool = False) -> dict[str, Clock]:
    every = clocks(facts, rulebook=load_rulebook(), track=track_of(regulator, urgent=urgent))
    by_rule = {clock.rule: clock for clock in every}
    assert len(by_rule) == len(every), "two clocks by one rule"
    return by_rule


def explained(clock: Clock) -> Explanation:
    rule = load_rulebook().rule(clock.rule, clock.counted_from.date())
    return explain(rule, triggered_at=clock.counted_from, facts=clock.facts)


def nominal(clock: Clock) -> date:
    return explained(clock).nominal.date()


@pytest.mark.parametrize(
    ("facts", "rules"),
    [
        ([], set()),
        ([(ACKNOWLEDGED, "")], set()),
        ([(ANSWERED, "upheld")], set()),
        ([(IMR_FILED, "")], {ACCEPT}),
        ([(IMPLEMENTED, "")], set()),
        ([(DENIED, "")], {COMPLAIN}),
        ([(FILED, "")], {ACK, ANSWER, WAIT, REVIEW}),
        ([(DENIED, ""), (FILED, "")], AT_PLAN | {REVIEW}),
        ([(DENIED, ""), (FILED, ""), (ACKNOWLEDGED, "")], AT_PLAN | {REVIEW}),
        ([(DENIED, ""), (FILED, ""), (ANSWERED, "upheld")], AT_PLAN | {REVIEW}),
        ([(DENIED, ""), (FILED, ""), (ANSWERED, "partly")], AT_PLAN | {REVIEW}),
        ([(DENIED, ""), (FILED, ""), (ANSWERED, "overturned")], AT_PLAN),
        ([(DENIED, ""), (FILED, ""), (IMR_FILED, "")], AT_PLAN | {REVIEW, ACCEPT}),
        ([(DENIED, ""), (IMR_FILED, "")], {COMPLAIN, ACCEPT}),
        ([(IMR_FILED, ""), (IMR_ACCEPTED, "")], {ACCEPT, RECORDS, DECIDE}),
        ([(IMR_FILED, ""), (IMR_ACCEPTED, ""), (RECORDS_SENT, "")], {ACCEPT, RECORDS, DECIDE}),
        ([(IMR_FILED, ""), (RECORDS_SENT, "")], {ACCEPT, DECIDE}),
        ([(IMR_FILED, ""), (IMR_WITHDRAWN, "")], set()),
        ([(COMPLAINT_FILED, "")], {"dmhc-complaint-plan-response-5d", "dmhc-complaint-decision-30d"}),
        ([(COMPLAINT_FILED, ""), (COMPLAINT_WITHDRAWN, "")], set()),
        ([(DENIED, ""), (IMR_FILED, ""), (IMR_DECIDED, "upheld")], {COMPLAIN, ACCEPT}),
        ([(DENIED, ""), (IMR_FILED, ""), (IMR_DECIDED, "overturned")], {COMPLAIN, ACCEPT, CARRY_OUT}),
        ([(DENIED, ""), (IMR_FILED, ""), (IMR_DECIDED, "partly")], {COMPLAIN, ACCEPT, CARRY_OUT}),
    ],
)
def test_each_set_of_facts_gives_these_clocks_and_no_other(facts, rules):
    assert set(found(*(fact(kind, outcome=outcome) for kind, outcome in facts))) == rules


@pytest.mark.parametrize("regulator", ["dmhc", "cdi", "unknown"])
@pytest.mark.parametrize("urgent", [False, True])
def test_a_track_names_only_rules_that_are_in_the_book(regulator, urgent):
    shipped = {rule.slug: rule for rule in load_rulebook().all()}
    track = track_of(regulator, urgent=urgent)

    assert set(track.values()) <= shipped.keys()
    assert all(part_of(slug) is part for part, slug in track.items())
    assert {shipped[track[part]].direction for part in (Part.COMPLAIN, Part.APPLY)} == {"ours"}
    assert shipped[track[Part.WAIT]].direction == "opens"
    assert shipped[track[Part.WAIT]].urgency == ("expedited" if urgent else "standard")
    assert shipped[track[Part.ANSWER]].direction == "theirs"


def test_an_urgent_grievance_is_not_waited_on_for_a_letter_that_it_does_not_need():
    every = found(fact(DENIED), fact(FILED), urgent=True)

    assert set(every) == {COMPLAIN, "dmhc-grievance-expedited-3d", "dmhc-wait-3d", REVIEW}
    assert every[REVIEW].counted_from.date() == DAYS[FILED] + timedelta(days=3)


def test_an_insurer_under_cdi_has_no_day_by_which_it_carries_a_decision_out():
    facts = [fact(kind, outcome="partly") for kind in DAYS]

    assert set(found(*facts, regulator="cdi")) == {
        "cdi-internal-appeal-180d", "cdi-respond-claimant-15d", "cdi-imr-wait", "cdi-imr-apply-6mo",
        "cdi-imr-insurer-docs-3bd", "cdi-imr-decision-30d",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("received_on", "counted_from"),
    [(None, "2026-03-02"), (date(2026, 3, 6), "2026-03-06"), (date(2026, 2, 27), "2026-03-02")],
)
def test_the_appeal_to_an_insurer_counts_from_the_letters_arrival(received_on, counted_from):
    denied = Fact(uuid4(), DENIED, DAYS[DENIED], received_on=received_on)

    assert found(denied, regulator="cdi")["cdi-internal-appeal-180d"].counted_from.date().isoformat() == (
        counted_from
    )
    assert found(denied)[COMPLAIN].counted_from.date() == DAYS[DENIED], "DMHC: from the act itself"


def test_an_experimental_refusal_skips_the_insurers_process_only_under_dmhc():
    denied = Fact(uuid4(), DENIED, DAYS[DENIED], reason="experimental")

    assert "dmhc-imr-experimental-apply" in found(denied)
    assert set(found(denied, regulator="cdi")) == {"cdi-internal-appeal-180d"}


@given(
    st.permutations(list(DAYS)),
    st.integers(0, len(DAYS)),
    st.sampled_from(["upheld", "partly", "overturned"]),
)
def test_no_clock_counts_from_or_ends_by_anything_but_a_fact(kinds, many, outcome):
    facts = [fact(kind, outcome=outcome) for kind in kinds[:many]]

    every = found(*facts).values()

    assert {clock.trigger for clock in every} <= set(facts)
    assert {clock.ended_by for clock in every} <= {None, *facts}


@given(st.permutations(list(DAYS)))
def test_the_order_in_which_facts_were_typed_does_not_matter(kinds):
    facts = {kind: fact(kind, outcome="partly") for kind in DAYS}

    assert found(*(facts[kind] for kind in kinds)) == found(*facts.values())


@pytest.mark.parametrize(
    ("rule", "starts", "ends"),
    [
        (COMPLAIN, DENIED, FILED),
        (ACK, FILED, ACKNOWLEDGED),
        (ANSWER, FILED, ANSWERED),
        (WAIT, FILED, ANSWERED),
        (REVIEW, ANSWERED, IMR_FILED),
        (CARRY_OUT, IMR_DECIDED, IMPLEMENTED),
    ],
)
def test_each_clock_starts_and_ends_with_its_own_fact(rule, starts, ends):
    whole = {kind: fact(kind, outcome="partly") for kind in DAYS}
    before = {kind: each for kind, each in whole.items() if DAYS[kind] < DAYS[ends]}

    assert found(*before.values())[rule].ended_by is None
    clock = found(*whole.values())[rule]
    assert (clock.trigger, clock.ended_by) == (whole[starts], whole[ends])
    assert clock.counted_from.date() == whole[starts].on


def test_an_answer_ends_the_wait_for_an_acknowledgment_too():
    answer = fact(ANSWERED, outcome="upheld")

    assert found(fact(FILED), answer)[ACK].ended_by is answer


def test_filing_for_review_ends_the_wait_where_the_plan_stays_silent():
    review = fact(IMR_FILED)

    every = found(fact(FILED), review)

    assert every[WAIT].ended_by is review
    assert every[ANSWER].ended_by is None, "the plan still owes its answer"


def test_of_two_facts_of_one_kind_the_earlier_starts_the_clock():
    early, late = fact(DENIED, date(2026, 3, 2)), fact(DENIED, date(2026, 3, 20))

    assert found(late, early)[COMPLAIN].trigger is early


def test_the_wait_ends_with_the_thirtieth_day_and_the_way_opens_the_day_after():
    wait = explained(found(fact(FILED, date(2026, 11, 2)))[WAIT])

    assert wait.nominal.isoformat() == "2026-12-02T23:59:59-08:00"
    assert wait.opens_on == date(2026, 12, 3)
    assert wait.late_after is None


def test_a_wait_whose_thirtieth_day_is_a_sunday_opens_by_the_latest_reading():
    wait = explained(found(fact(FILED, date(2026, 11, 6)))[WAIT])

    assert wait.nominal.isoformat() == "2026-12-06T23:59:59-08:00"
    assert wait.last_lawful == wait.nominal, "this clock does not roll"
    # Read by Code of Civil Procedure 12a the 30th day is Monday: a filing on Monday may be closed.
    assert wait.opens_on == date(2026, 12, 8)


def test_while_the_plan_is_silent_the_six_months_run_from_the_thirtieth_day():
    filed = fact(FILED, date(2026, 4, 6))

    clock = found(filed)[REVIEW]

    assert clock.trigger is filed
    assert clock.counted_from.date() == date(2026, 5, 6)
    assert nominal(clock) == date(2026, 11, 6)
    assert clock.facts == {}


def test_the_six_months_of_a_silent_plan_count_from_a_thirtieth_day_that_is_a_sunday():
    clock = found(fact(FILED, date(2026, 11, 6)))[REVIEW]

    assert clock.counted_from.date() == date(2026, 12, 6)
    assert nominal(clock) == date(2027, 6, 6)
    assert explained(clock).act_on.date() == date(2027, 6, 6)


@pytest.mark.parametrize("days", [0, 1, 15, 29, 30])
def test_an_answer_up_to_the_thirtieth_day_starts_the_six_months_itself(days):
    filed = fact(FILED, date(2026, 4, 6))
    answer = fact(ANSWERED, filed.on + timedelta(days), "upheld")

    clock = found(filed, answer)[REVIEW]

    assert (clock.trigger, clock.counted_from.date(), clock.facts) == (answer, answer.on, {})


@pytest.mark.parametrize("days", [31, 45, 200])
def test_a_later_answer_is_another_reading_and_moves_nothing(days):
    filed = fact(FILED, date(2026, 4, 6))
    answer = fact(ANSWERED, filed.on + timedelta(days), "upheld")
    silent = explained(found(filed)[REVIEW])

    clock = found(filed, answer)[REVIEW]
    result = explained(clock)

    assert clock.trigger is filed
    assert (result.nominal, result.last_lawful, result.act_on) == (
        silent.nominal, silent.last_lawful, silent.act_on,
    )  # fmt: skip
    assert any("counted from the plan's written answer" in each.words for each in result.readings)
    assert not result.ambiguous, "two events are not two readings of the law"


@given(st.dates(date(2010, 1, 1), date(2030, 1, 1)), st.integers(0, 90))
def test_an_early_answer_moves_the_date_earlier_and_a_late_one_never_later(filed_on, days):
    filed = fact(FILED, filed_on)
    silent = nominal(found(filed)[REVIEW])

    answered = nominal(found(filed, fact(ANSWERED, filed_on + timedelta(days), "partly"))[REVIEW])

    if days < 27:
        # Months end on different days: within three days of the 30th both may end on one day.
        assert answered < silent
    assert answered <= silent
    if days >= 30:
        assert answered == silent


@pytest.mark.parametrize("days", [10, 30, 31, 60])
def test_an_answer_that_gives_in_leaves_nothing_to_review(days):
    filed = fact(FILED)

    assert REVIEW not in found(filed, fact(ANSWERED, filed.on + timedelta(days), "overturned"))


def test_the_decision_counts_from_the_papers_and_until_then_from_the_acceptance():
    accepted, sent = fact(IMR_ACCEPTED), fact(RECORDS_SENT)

    early = found(fact(IMR_FILED), accepted)[DECIDE]
    exact = found(fact(IMR_FILED), accepted, sent)[DECIDE]

    assert (early.trigger, exact.trigger) == (accepted, sent)
    assert "may have had the papers later" in early.begun
    assert exact.begun == ""


@pytest.mark.parametrize("end", [IMR_REJECTED, PLAN_REVERSED, IMR_DECIDED])
def test_a_review_that_is_over_owes_nothing_more(end):
    ending = fact(end, date(2026, 6, 1), outcome="upheld")

    every = found(fact(IMR_FILED), fact(IMR_ACCEPTED), ending)

    assert {every[rule].ended_by for rule in (RECORDS, DECIDE)} == {ending}


@pytest.mark.parametrize(
    ("reason", "urgent", "regulator", "rule"),
    [
        ("necessity", False, "dmhc", "dmhc-imr-decision-30d"),
        ("necessity", True, "dmhc", "dmhc-imr-decision-expedited-3d"),
        ("experimental", False, "dmhc", "dmhc-imr-decision-experimental-30d"),
        ("experimental", True, "dmhc", "dmhc-imr-decision-experimental-7d"),
        ("necessity", False, "cdi", "cdi-imr-decision-30d"),
        ("experimental", True, "cdi", "cdi-imr-experimental-7d"),
    ],
)
def test_the_decision_follows_the_track(reason, urgent, regulator, rule):
    denied = Fact(uuid4(), DENIED, DAYS[DENIED], reason=reason)

    assert rule in found(denied, fact(IMR_ACCEPTED), regulator=regulator, urgent=urgent)


def test_an_hour_clock_needs_its_hour_and_follows_the_days_without_it():
    noon = datetime(2026, 5, 12, 12, tzinfo=PACIFIC)

    known = found(Fact(uuid4(), IMR_FILED, DAYS[IMR_FILED], at=noon), urgent=True)
    unknown = found(fact(IMR_FILED), urgent=True)

    assert "dmhc-imr-dept-accept-48h" in known
    assert "dmhc-imr-dept-accept-7d" in unknown


def test_a_coverage_decision_goes_to_the_department_as_a_complaint():
    denied = Fact(uuid4(), DENIED, DAYS[DENIED], reason="coverage")
    complaint = fact(COMPLAINT_FILED)

    every = found(denied, fact(FILED), fact(ANSWERED, outcome="upheld"), complaint)

    assert REVIEW not in every
    assert every["dmhc-complaint-file"].ended_by is complaint


def test_the_plan_has_the_adopted_decision_to_carry_out():
    decided, adopted = fact(IMR_DECIDED, outcome="overturned"), fact(IMR_ADOPTED, date(2026, 6, 17))

    assert found(decided)[CARRY_OUT].trigger is decided
    assert found(decided, adopted)[CARRY_OUT].trigger is adopted


def test_what_is_filed_again_on_the_day_of_its_withdrawal_stands():
    day = date(2026, 4, 6)
    first, back, again = fact(FILED, day), fact("grievance_withdrawn", day), fact(FILED, day)

    assert found(first, back, again)[ANSWER].trigger is again
    assert ANSWER not in found(first, back)
