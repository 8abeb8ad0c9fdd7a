"""What a grievance's moves leave behind. Its table: tests/cases/test_lifecycles.py."""

from datetime import timedelta

import pytest

from cases.casefile import services as casefile
from cases.casefile.models import Event
from cases.deadlines.models import Deadline
from cases.grievances import services
from cases.grievances.models import Grievance
from tests.cases.pages import everything
from tests.conftest import NOW
from tests.factories import day_before, make_answered_case, make_denied_case, make_filed_case


@pytest.mark.django_db
def test_a_filing_keeps_its_channel_and_receipt_in_the_fact(in_harbor, bob):
    case = make_denied_case(by=bob, now=NOW)

    filed = services.file_grievance(
        case=case, filed_on=day_before(NOW, 2), channel="portal", reference=" R-1 ", by=bob, now=NOW
    )

    event = Event.objects.get(case=case, kind="grievance_filed")
    assert (filed.channel, filed.reference) == ("portal", "R-1")
    assert event.details == {"channel": "portal", "reference": "R-1"}
    assert event.occurred_on == day_before(NOW, 2)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("said", "corrected", "clock"),
    [("upheld", "overturned", False), ("overturned", "upheld", True), ("overturned", "partly", True)],
)
def test_a_corrected_outcome_corrects_the_state_and_the_clock(in_harbor, bob, said, corrected, clock):
    case, grievance = make_answered_case(by=bob, now=NOW, outcome=said)
    answer = Event.objects.get(case=case, kind="grievance_answered")

    casefile.correct_event(
        event=answer, occurred_on=answer.occurred_on, outcome=corrected, reason="read again", by=bob, now=NOW
    )

    assert Grievance.objects.get(pk=grievance.pk).state == f"resolved_{corrected}"
    review = Deadline.objects.open().filter(case=case, rule="dmhc-imr-apply-6mo")
    assert review.exists() is clock


@pytest.mark.django_db
def test_a_grievance_is_not_filed_before_the_refusal(in_harbor, bob):
    case = make_denied_case(by=bob, now=NOW, denied_days_ago=10)
    before = everything()

    # One digit wrong in the year: the thirty days would be over at once.
    with pytest.raises(services.Refusal):
        services.file_grievance(
            case=case, filed_on=day_before(NOW, 365), channel="fax", reference="", by=bob, now=NOW
        )

    assert everything() == before


@pytest.mark.django_db
def test_no_answer_is_recorded_only_when_the_plans_time_is_over(in_harbor, bob):
    case, grievance = make_filed_case(by=bob, now=NOW, filed_days_ago=40)
    opens_on = Deadline.objects.get(case=case, rule="dmhc-wait-30d").opens_on

    with pytest.raises(services.StillTime):
        services.record(
            grievance=grievance, move="unanswered", on=opens_on - timedelta(days=1), by=bob, now=NOW
        )

    services.record(grievance=grievance, move="unanswered", on=opens_on, by=bob, now=NOW)
    assert Grievance.objects.get(pk=grievance.pk).state == "unresolved"


@pytest.mark.django_db
def test_a_withdrawn_grievance_takes_its_clocks_back_and_may_be_filed_again(in_harbor, bob):
    case, grievance = make_filed_case(by=bob, now=NOW, filed_days_ago=9)

    services.record(
        grievance=grievance, move="withdrawn", on=day_before(NOW, 5), by=bob, now=NOW, details={"reason": "r"}
    )

    assert rules_of(case) == {"dmhc-grievance-file-180d"}
    services.file_grievance(
        case=case, filed_on=day_before(NOW, 2), channel="fax", reference="FX-2", by=bob, now=NOW
    )
    wait = Deadline.objects.open().get(case=case, rule="dmhc-wait-30d")
    assert wait.triggered_on == day_before(NOW, 2)


def rules_of(case) -> set[str]:
    return set(Deadline.objects.open().filter(case=case).values_list("rule", flat=True))
