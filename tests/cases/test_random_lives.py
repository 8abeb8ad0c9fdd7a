"""Random walks through a case's life, on the tables and through the services, checked at every step."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from advocacy.accounts.doors import Actor
from advocacy.accounts.models import Membership
from advocacy.kernel.lifecycle import Move
from cases.appeals import services as appeals
from cases.appeals.models import Appeal
from cases.casefile import services as casefile
from cases.deadlines import queries as deadlines
from cases.deadlines.engine import PACIFIC
from cases.deadlines.models import Deadline
from cases.grievances import services as grievances
from cases.grievances.models import Grievance
from cases.imr import services as imr
from cases.imr.models import IMRFiling
from tests.cases import invariants
from tests.cases.lives import LIVES, Case, open_clocks
from tests.factories import make_case, make_document
from tests.reminders import box

EDGES = {edge for life in LIVES.values() for edge in life.edges()}
VISITED: set[tuple[str, str, str]] = set()
KINDS = st.tuples(
    st.sampled_from(["necessity", "experimental", "coverage", "emergency"]),
    st.sampled_from(["dmhc", "cdi"]),
    st.booleans(),
)


def sized(examples: int, steps: int, *, same: bool = False) -> settings:
    """`same`: the same walks each time, so that a change is not blamed for what another walk finds."""
    return settings(
        derandomize=same,
        max_examples=examples, stateful_step_count=steps, deadline=None, database=None,
        suppress_health_check=list(HealthCheck), phases=[Phase.generate],
    )  # fmt: skip


class Walk(RuleBasedStateMachine):
    """The model alone."""

    case: Case

    @initialize(kind=KINDS)
    def open(self, kind: tuple[str, str, bool]) -> None:
        self.case = Case(*kind)

    @precondition(lambda self: not self.case.facts)
    @rule()
    def refuse(self) -> None:
        self.case.add("denied")

    @rule(days=st.integers(1, 45))
    def wait(self, days: int) -> None:
        self.case.later(days)

    @precondition(lambda self: self.case.presses())
    @rule(data=st.data())
    def press(self, data: Any) -> None:
        self.case.press(*self.drawn(data))

    def drawn(self, data: Any) -> tuple[str, Move, str]:
        """Draw a life, then one of its moves, then its outcome: a move with three answers is no likelier."""
        presses = self.case.presses()
        life = data.draw(st.sampled_from(sorted({name for name, _, _ in presses})))
        move = data.draw(st.sampled_from(sorted({move.name for name, move, _ in presses if name == life})))
        return data.draw(
            st.sampled_from([each for each in presses if (each[0], each[1].name) == (life, move)])
        )

    @invariant()
    def holds(self) -> None:
        if hasattr(self, "case"):
            self.case.check()

    def teardown(self) -> None:
        if hasattr(self, "case"):
            VISITED.update(self.case.visited)


def test_a_random_life_keeps_its_rules():
    run_state_machine_as_test(Walk, settings=sized(20, 30, same=True))


@pytest.mark.proof
def test_two_thousand_random_lives_visit_every_edge():
    """At least 2,000: the rarest edge is walked about twice in so many, so three turns are allowed."""
    VISITED.clear()

    for _turn in range(3):
        run_state_machine_as_test(Walk, settings=sized(2_000, 50))
        if not EDGES - VISITED:
            break

    states = {state for state, _, to in VISITED for state in (state, to)}
    print(f"edges visited: {len(VISITED)} of {len(EDGES)}; states: {len(states)}")
    assert set() == EDGES - VISITED


class ServedWalk(Walk):
    """The same walk through the services: states and the list of dates equal the model's at each step."""

    bob: Any
    harbor: Any
    actor: Actor
    # How often the reminders went out on the way, and how many papers came: a few are enough.
    rounds = 0
    papers = 0

    @initialize(kind=KINDS)
    def open(self, kind: tuple[str, str, bool]) -> None:
        self.atomic = transaction.atomic()
        self.atomic.__enter__()
        self.case = Case(*kind)
        _, department, urgent = kind
        self.row = make_case(
            by=self.bob, now=self.now(), regulator=department,
            urgency="expedited" if urgent else "standard",
        )  # fmt: skip

    def now(self) -> datetime:
        return datetime.combine(self.case.today, datetime.min.time().replace(hour=12), PACIFIC)

    @precondition(lambda self: not self.case.facts)
    @rule()
    def refuse(self) -> None:
        casefile.record_denial(
            case=self.row, reason=self.case.reason, reason_as_stated="", amount=None,
            dated_on=self.case.today, received_on=self.case.today, how_received="mail", by=self.bob,
            now=self.now(),
        )  # fmt: skip
        self.case.add("denied")

    @precondition(lambda self: self.case.presses())
    @rule(data=st.data())
    def press(self, data: Any) -> None:
        name, move, outcome = self.drawn(data)
        self.served(name, move.name, outcome)
        self.case.press(name, move, outcome)

    @precondition(lambda self: self.rounds < 2)
    @rule(refuses=st.booleans())
    def remind(self, refuses: bool) -> None:
        """What goes out now may be of a date that a later fact replaces."""
        self.rounds += 1
        self.send_out(early=False, refuses=refuses)

    def send_out(self, *, early: bool, refuses: bool = False) -> None:
        """The planner and the sender do their round; `early`: a sender wakes before the planner, too."""
        now = self.now()
        if early:
            invariants.delivered(self.harbor, now, refuses=refuses)
        box.plan(self.harbor, now)
        invariants.check_reminders_are_planned()
        invariants.check_nothing_waits_for_a_date_that_is_not_open()
        invariants.delivered(self.harbor, now, refuses=refuses)
        invariants.check_nothing_is_said_of_a_replaced_date()
        invariants.check_every_due_row_has_its_end(now)

    @precondition(lambda self: self.papers < 1)
    @rule(content=st.binary(min_size=1, max_size=64))
    def add_paper(self, content: bytes) -> None:
        self.papers += 1
        make_document(case=self.row, by=self.bob, now=self.now(), content=content)

    def served(self, name: str, move: str, outcome: str) -> None:
        day, said = self.case.today, {"by": self.bob, "now": self.now()}
        filing = {"case": self.row, "filed_on": day, "channel": "fax", "reference": "", **said}
        if move == "file" and name == "imr":
            imr.file_imr(**filing, late_because="the letter came late")
        elif move == "file":
            {"grievance": grievances.file_grievance, "complaint": appeals.file_complaint}[name](**filing)
        elif name == "grievance":
            row = Grievance.objects.get(case=self.row)
            grievances.record(grievance=row, move=move, on=day, outcome=outcome, **said)
        elif name == "imr":
            row = IMRFiling.objects.get(case=self.row)
            imr.record(filing=row, move=move, on=day, outcome=outcome, **said)
        else:
            appeals.record(
                appeal=Appeal.objects.get(case=self.row), move=move, on=day, outcome=outcome, **said
            )

    @invariant()
    def rows_equal_the_model(self) -> None:
        if not hasattr(self, "row"):
            return
        models = {"grievance": Grievance, "imr": IMRFiling, "complaint": Appeal}
        states = {
            name: getattr(model.objects.filter(case=self.row).first(), "state", LIVES[name].start)
            for name, model in models.items()
        }
        listed = {each.rule: each.act_on for each in deadlines.open_for(self.actor).filter(case=self.row)}
        assert states == self.case.states
        wanted = open_clocks(self.case)
        assert listed.keys() == wanted.keys()
        if states["imr"] != "extended":  # the notice of the extension lengthens the reviewer's clock
            assert listed == wanted
        assert not Deadline.objects.open().filter(case=self.row).exclude(rule__in=listed).exists()

    def hold_at_the_end(self) -> None:
        self.send_out(early=True)
        invariants.check_papers_have_their_bytes()
        invariants.check_rows_belong_together()

    def teardown(self) -> None:
        super().teardown()
        if hasattr(self, "atomic"):
            try:
                # A step that broke the transaction is told itself.
                if not transaction.get_rollback():
                    self.hold_at_the_end()
            finally:
                transaction.set_rollback(True)
                self.atomic.__exit__(None, None, None)


@pytest.fixture
def served(in_harbor: Any, bob: Any, harbor: Any) -> Iterator[type[ServedWalk]]:
    class Here(ServedWalk):
        pass

    Here.bob, Here.harbor = bob, harbor
    Here.actor = Actor(Membership.objects.get(user=bob, organisation=harbor))
    yield Here


@pytest.mark.django_db
def test_a_random_life_through_the_services_equals_the_model(served):
    run_state_machine_as_test(served, settings=sized(20, 30, same=True))


@pytest.mark.proof
@pytest.mark.django_db
def test_two_hundred_random_lives_through_the_services_equal_the_model(served):
    run_state_machine_as_test(served, settings=sized(200, 50))
