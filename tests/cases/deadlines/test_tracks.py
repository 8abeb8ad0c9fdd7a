"""Which clocks a case gets by its department and its urgency, through the services."""

from datetime import timedelta

import pytest

from cases.casefile import services as casefile
from cases.casefile.models import Case
from cases.casefile.queries import standing_events
from cases.deadlines.models import Deadline
from tests.conftest import NOW
from tests.factories import day_before, make_case, make_filed_case

pytestmark = pytest.mark.django_db

COMPLAIN, ACK, ANSWER = "dmhc-grievance-file-180d", "dmhc-grievance-ack-5d", "dmhc-grievance-resolve-30d"
WAIT, REVIEW = "dmhc-wait-30d", "dmhc-imr-apply-6mo"
CDI = {"cdi-internal-appeal-180d", "cdi-respond-claimant-15d", "cdi-imr-wait", "cdi-imr-apply-6mo"}


def standing(case: Case) -> dict[str, Deadline]:
    return {deadline.rule: deadline for deadline in Deadline.objects.standing().filter(case=case)}


def test_a_plan_under_cdi_gets_the_clocks_of_the_insurance_code(in_harbor, bob):
    case, _ = make_filed_case(by=bob, now=NOW, regulator="cdi")

    assert set(standing(case)) == CDI


def test_the_appeal_to_an_insurer_counts_from_the_day_its_letter_came(in_harbor, bob):
    case = make_case(by=bob, now=NOW, regulator="cdi")
    dated, came = day_before(NOW, 20), day_before(NOW, 15)
    casefile.record_denial(
        case=case, reason="necessity", reason_as_stated="", amount=None, dated_on=dated, received_on=came,
        how_received="mail", by=bob, now=NOW,
    )  # fmt: skip
    appeal = "cdi-internal-appeal-180d"
    assert standing(case)[appeal].nominal_on == came + timedelta(days=180)

    later = came - timedelta(days=2)
    casefile.correct_event(
        event=standing_events(case)[0], occurred_on=dated, received_on=later, reason="stamp", by=bob, now=NOW
    )

    assert standing(case)[appeal].nominal_on == later + timedelta(days=180)


def test_an_urgent_case_gets_the_clocks_of_three_days(in_harbor, bob):
    case, _ = make_filed_case(by=bob, now=NOW, urgency="expedited")

    assert set(standing(case)) == {COMPLAIN, "dmhc-grievance-expedited-3d", "dmhc-wait-3d", REVIEW}


def test_a_case_that_becomes_urgent_trades_its_clocks_and_keeps_the_others(in_harbor, bob):
    case, _ = make_filed_case(by=bob, now=NOW)
    before = standing(case)

    casefile.correct_case(
        case=case, coverage=case.coverage, service="x", urgency="expedited", owner=bob, by=bob.pk, now=NOW
    )

    after = standing(case)
    assert set(before) - set(after) == {ACK, ANSWER, WAIT}
    assert set(after) - set(before) == {"dmhc-grievance-expedited-3d", "dmhc-wait-3d"}
    assert after[COMPLAIN] == before[COMPLAIN]
    assert after[REVIEW].nominal_on < before[REVIEW].nominal_on, "its window opens after three days"
