"""The grievance's table, and that the services obey it: every state against every move."""

from itertools import product

import pytest

from cases.casefile import services as casefile
from cases.casefile.models import Event
from cases.deadlines.models import Deadline
from cases.grievances import lifecycle, services
from cases.grievances.models import Grievance, State
from tests.cases.pages import everything
from tests.conftest import NOW
from tests.factories import day_before, make_answered_case, make_denied_case

STATES = ["draft", "filed", "acknowledged", "resolved_upheld", "resolved_partly", "resolved_overturned"]
ANSWERS = {"resolved_upheld", "resolved_partly", "resolved_overturned"}
# Written out again on purpose: the table in the code is held against this one.
ALLOWED = (
    {("draft", "filed"), ("filed", "acknowledged")}
    | {("filed", answer) for answer in ANSWERS}
    | {("acknowledged", answer) for answer in ANSWERS}
)


def test_the_models_states_are_the_tables():
    assert set(State.values) == set(lifecycle.MOVES) == set(STATES)


def test_the_table_leads_to_known_states_only():
    assert set().union(*lifecycle.MOVES.values()) <= set(STATES)
    assert set(lifecycle.RESOLVED.values()) == ANSWERS


def test_the_table_allows_these_moves_and_no_other():
    allowed = {(state, to) for state, to in product(STATES, STATES) if lifecycle.may_move(state, to)}

    assert allowed == ALLOWED


def test_every_state_can_be_reached_and_an_answer_is_the_end():
    reached = {"draft"} | {to for _, to in ALLOWED}

    assert reached == set(STATES)
    assert all(lifecycle.MOVES[answer] == frozenset() for answer in ANSWERS)


def move(grievance, to, by):
    """Make the one service call that leads to a state."""
    today = day_before(NOW, 0)
    if to == "filed":
        services.file_grievance(
            case=grievance.case, filed_on=today, channel="fax", reference="", by=by, now=NOW
        )
    elif to == "acknowledged":
        services.record_acknowledgment(grievance=grievance, on=today, by=by, now=NOW)
    else:
        outcome = to.removeprefix("resolved_")
        services.record_answer(grievance=grievance, on=today, outcome=outcome, by=by, now=NOW)


@pytest.mark.django_db
@pytest.mark.parametrize(("state", "to"), list(product(STATES, STATES[1:])))
def test_the_services_obey_the_table(in_harbor, bob, state, to):
    case = make_denied_case(by=bob, now=NOW)
    grievance = Grievance.objects.create(case=case, client_id=case.client_id, state=state, created_at=NOW)
    before, facts = everything(), Event.objects.filter(case=case).count()

    if (state, to) in ALLOWED:
        move(grievance, to, bob)

        assert Grievance.objects.get(pk=grievance.pk).state == to
        assert Event.objects.filter(case=case).count() == facts + 1
    else:
        with pytest.raises(services.NotNow):
            move(grievance, to, bob)

        assert everything() == before


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
def test_a_grievance_that_moved_meanwhile_does_not_move_again(in_harbor, bob):
    case = make_denied_case(by=bob, now=NOW)
    grievance = services.file_grievance(
        case=case, filed_on=day_before(NOW, 2), channel="fax", reference="", by=bob, now=NOW
    )
    seen_before = Grievance.objects.select_related("case").get(pk=grievance.pk)
    move(grievance, "resolved_upheld", bob)

    with pytest.raises(services.NotNow):
        move(seen_before, "acknowledged", bob)


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
