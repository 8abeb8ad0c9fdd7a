"""The three tables of a case's life, and that the services obey them: every state against every move."""

from datetime import date

import pytest
from django.db import transaction

from advocacy.audit.models import AuditEvent
from advocacy.kernel.lifecycle import Lifecycle, Move
from cases.appeals import services as appeals
from cases.appeals.lifecycle import LIFE as COMPLAINT
from cases.appeals.models import Appeal
from cases.casefile.models import Event, EventKind
from cases.casefile.services import BeforeEarlier, MovedOn
from cases.grievances import services as grievances
from cases.grievances.lifecycle import LIFE as GRIEVANCE
from cases.grievances.models import Grievance
from cases.imr import services as imr
from cases.imr.lifecycle import LIFE as IMR
from cases.imr.models import IMRFiling
from tests.cases.pages import everything
from tests.conftest import NOW
from tests.factories import day_before, make_answered_case, make_denied_case, make_filed_case

TODAY = day_before(NOW, 0)


def across(states: str, targets: str) -> str:
    return " ".join(f"{state}>{to}" for state in states.split() for to in targets.split())


# Written out again on purpose, from the research on lifecycles: the code is held against these.
WITH_PLAN = "filed acknowledged info_requested"
EDGES = {
    "grievance": f"""
        draft>filed withdrawn>filed filed>acknowledged filed>info_requested acknowledged>info_requested
        {
        " ".join(
            f"{at}>resolved_{how}"
            for at in f"{WITH_PLAN} unresolved escalated".split()
            for how in ("upheld", "partly", "overturned")
        )
    }
        {
        " ".join(f"{at}>{to}" for at in WITH_PLAN.split() for to in ("withdrawn", "unresolved", "escalated"))
    }
        resolved_upheld>escalated resolved_partly>escalated unresolved>escalated
    """,
    "imr": f"""
        ready>submitted withdrawn>submitted submitted>dept_acknowledged
        submitted>accepted dept_acknowledged>accepted
        submitted>rejected dept_acknowledged>rejected accepted>rejected
        accepted>under_review accepted>extended under_review>extended
        {
        " ".join(
            f"{at}>{to}"
            for at in ["submitted", "dept_acknowledged", "accepted", "under_review", "extended"]
            for to in ("determined_upheld", "determined_overturned", "withdrawn", "plan_reversed")
        )
    }
        determined_overturned>adopted determined_overturned>implemented determined_overturned>not_implemented
        adopted>implemented adopted>not_implemented not_implemented>implemented
    """,
    "complaint": """
        draft>filed withdrawn>filed filed>plan_answered
        filed>decided_for_plan filed>decided_for_client filed>withdrawn
        plan_answered>decided_for_plan plan_answered>decided_for_client plan_answered>withdrawn
    """,
}
LIVES = {"grievance": GRIEVANCE, "imr": IMR, "complaint": COMPLAINT}
EACH = pytest.mark.parametrize("name", LIVES)


@EACH
def test_the_table_allows_these_moves_and_no_other(name):
    assert {f"{state}>{to}" for state, _, to in LIVES[name].edges()} == set(EDGES[name].split())


@EACH
def test_every_move_that_people_record_has_its_words_and_its_fact(name):
    for move in LIVES[name].recorded():
        assert move.act and move.heading and move.day, move.name
        assert move.fact in EventKind.values, move.name
        assert bool(move.outcomes) is bool(move.answers) is bool(move.question), move.name
        assert set(dict(move.answers)) == set(move.outcomes), move.name


@EACH
def test_the_facts_a_move_follows_are_facts_that_some_move_writes(name):
    written = {move.fact for life in LIVES.values() for move in life.moves}

    for move in LIVES[name].moves:
        assert move.after.keys() <= written, move.name


def test_a_table_that_names_an_unknown_state_is_refused():
    lost = Move(name="go", sources=("here",), to="nowhere", fact="f", act="a", heading="h", day="d")

    with pytest.raises(ValueError, match="nowhere"):
        Lifecycle(start="here", states={"here": "Here"}, moves=(lost,))


def test_a_table_with_a_state_that_nothing_reaches_is_refused():
    with pytest.raises(ValueError, match="island"):
        Lifecycle(start="here", states={"here": "Here", "island": "Island"}, moves=())


def a_row(name: str, by):
    """A row of the kind, on a case in which every day allows its moves."""
    case, grievance = make_answered_case(by=by, now=NOW, answered_days_ago=40, filed_days_ago=100)
    if name == "grievance":
        return grievance
    model = {"imr": IMRFiling, "complaint": Appeal}[name]
    return model.objects.create(case=case, client_id=case.client_id, created_at=NOW)


def press(name: str, row, move: Move, outcome: str, by, on: date = TODAY) -> None:
    """Make the service call that the button of a move makes."""
    said = {"on": on, "by": by, "now": NOW, "outcome": outcome}
    filing = {"case": row.case, "filed_on": on, "channel": "fax", "reference": "", "by": by, "now": NOW}
    if move.name == "file":
        act = {
            "grievance": grievances.file_grievance, "imr": imr.file_imr, "complaint": appeals.file_complaint,
        }[name]  # fmt: skip
        act(**filing)
    elif move.name == "escalated":
        grievances.escalate(case=row.case)
    elif name == "grievance":
        grievances.record(grievance=row, move=move.name, **said)
    elif name == "imr":
        imr.record(filing=row, move=move.name, **said)
    else:
        appeals.record(appeal=row, move=move.name, **said)


def every_press(name: str) -> list[tuple[str, Move, str]]:
    return [
        (state, move, outcome)
        for state in LIVES[name].states
        for move in LIVES[name].moves
        for outcome in (move.outcomes or {"": ""})
        if move.name != "escalated"
    ]


def traces() -> list[object]:
    """What any move would change: every life's state, and how many facts and acts are written."""
    states = [list(model.objects.values_list("pk", "state")) for model in (Grievance, IMRFiling, Appeal)]
    return [*states, Event.objects.count(), AuditEvent.objects.count()]


def pressed(name: str, row, state: str, move: Move, outcome: str, by) -> str:
    """Press in that state and return what came of it; the database is left as it was."""
    with transaction.atomic():
        type(row).objects.filter(pk=row.pk).update(state=state)
        before, facts = traces(), Event.objects.count()
        try:
            press(name, type(row).objects.get(pk=row.pk), move, outcome, by)
            is_written = Event.objects.filter(kind=move.fact).exists() and Event.objects.count() > facts
            came = type(row).objects.get(pk=row.pk).state if is_written else "moved without its fact"
        except MovedOn:
            came = "refused" if traces() == before else "refused, and something changed"
        transaction.set_rollback(True)
    return came


@pytest.mark.django_db
@EACH
def test_the_services_obey_the_table(in_harbor, bob, name):
    row = a_row(name, bob)

    came = {
        (state, move.name, outcome): pressed(name, row, state, move, outcome, bob)
        for state, move, outcome in every_press(name)
    }

    assert len(came) > 30
    assert came == {
        (state, move.name, outcome): move.target(outcome) if state in move.sources else "refused"
        for state, move, outcome in every_press(name)
    }


@pytest.mark.django_db
def test_a_step_is_not_dated_before_the_one_it_follows(in_harbor, bob):
    _, grievance = make_filed_case(by=bob, now=NOW, filed_days_ago=5)
    before = everything()

    with pytest.raises(BeforeEarlier, match="on or after the day the grievance was filed"):
        grievances.record(grievance=grievance, move="acknowledged", on=day_before(NOW, 6), by=bob, now=NOW)

    assert everything() == before


@pytest.mark.django_db
def test_two_who_press_at_once_move_it_once(in_harbor, bob):
    case = make_denied_case(by=bob, now=NOW)
    grievance = grievances.file_grievance(
        case=case, filed_on=day_before(NOW, 2), channel="fax", reference="", by=bob, now=NOW
    )
    seen_before = Grievance.objects.select_related("case").get(pk=grievance.pk)
    grievances.record(grievance=grievance, move="answered", outcome="upheld", on=TODAY, by=bob, now=NOW)

    with pytest.raises(MovedOn):
        grievances.record(grievance=seen_before, move="acknowledged", on=TODAY, by=bob, now=NOW)
