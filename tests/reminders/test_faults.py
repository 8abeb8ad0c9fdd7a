"""Faults found in others' products, each as a test of ours, named after the fault."""

import ast
from datetime import date, timedelta
from pathlib import Path

import pytest

from advocacy.directory import catalogue
from advocacy.directory import services as directory
from advocacy.directory.models import Office
from advocacy.organisations.models import Organisation
from advocacy.organisations.scope import Door, scope
from cases.casefile.models import Case
from cases.deadlines.calendars import end_of_day
from cases.deadlines.models import Deadline
from cases.deadlines.rules import DIRECTIONS, load_rulebook
from cases.grievances import queries as grievances
from cases.imr import queries as imr
from cases.imr import services as review
from reminders.planning import LONG_AGO, Shape, steps
from reminders.policy import DEFAULT
from tests.advocacy.testimonials.telling import open_portal, shown, won_case
from tests.cases.pages import stop_clock, words_of
from tests.factories import (
    day_before,
    make_case,
    make_client,
    make_filed_case,
    make_imr_case,
    make_person,
)
from tests.reminders.box import DAY, NOW, plan, send_all

pytestmark = pytest.mark.django_db
ROOT = Path(__file__).parents[2]


def test_invented_deadline(in_harbor, bob):
    """Elsewhere: today plus 120 days, whatever the state. Here no date without a fact and a rule."""
    make_case(by=bob, now=NOW)

    assert not Deadline.objects.exists()
    case, _ = make_filed_case(by=bob, now=NOW)
    for deadline in Deadline.objects.filter(case=case).select_related("trigger"):
        assert deadline.trigger.case_id == case.pk
        assert load_rulebook().version(deadline.rule, deadline.rule_version).cite


def test_deadline_reminder_silently_swallowed(harbor, bob, due_in, box):
    """Elsewhere: grouped by address, one is sent and the rest marked. Here each date is told."""
    with scope(harbor.pk, door=Door.STAFF):
        clients = [
            make_client(by=bob, now=NOW, family_name=f"R{n}", email="one@demo.example") for n in range(10)
        ]
    cases = [due_in(6, client=client) for client in clients]

    plan(harbor, NOW)
    send_all(harbor, box, NOW)

    told = "\n".join(mail.text for mail in box.mails)
    [mail] = box.mails
    assert all(mail.html.count(case.number) == 1 for case in cases)
    assert all(case.number in told for case in cases)


def test_reminder_that_cannot_arrive(harbor, due_in, box):
    """Elsewhere: sent only if a run falls on the very day. Here a missed day is made up."""
    due_in(8)
    plan(harbor, NOW)
    send_all(harbor, box, NOW)
    before = len(box.mails)

    # Nobody planned or sent on the seventh day before; two days later everything runs again.
    plan(harbor, NOW + 2 * DAY)
    send_all(harbor, box, NOW + 2 * DAY)

    assert len(box.mails) == before + 1, "what arrives counts, not what was called"


@pytest.mark.parametrize("direction", sorted(DIRECTIONS))
def test_alarm_only_after_the_fire(direction):
    """Elsewhere: only breached cases are told, and some never. Here each direction has its steps in time."""
    due = date(2026, 10, 20)

    shape = Shape(direction, False, end_of_day(due), False, LONG_AGO)
    found = steps(shape, DEFAULT, today=due - timedelta(days=40), zone="America/Los_Angeles")

    assert found
    if direction == "ours":
        assert all(step.on <= due for step in found)
        assert sum(step.on < due for step in found) >= 5


def test_row_level_security_against_public_links(client, harbor: Organisation, in_harbor):
    """Elsewhere: public pages are empty in production. Here they are tested as the role that serves them."""
    assert client.get("/s/harbor/").status_code == 200
    assert harbor.name in client.get("/s/harbor/").content.decode()


def test_winner_bias(harbor, in_harbor, bob, settings, client):
    """Elsewhere: won decisions score above lost. Here both are told, newest first, and how many came."""
    stop_clock(settings, NOW)
    ana = make_person(name="Ana Reyes", now=NOW)
    won = won_case(bob)
    lost, filing = make_imr_case(by=bob, now=NOW, imr_days_ago=20)
    review.record(move="decided", filing=filing, outcome="upheld", on=day_before(NOW, 3), by=bob, now=NOW)
    for case, text, later in ((won, "They said yes.", 0), (lost, "They said no again.", 1)):
        open_portal(case, ana, by=bob)
        shown(case, ana, staff=bob, text=text, now=NOW + timedelta(minutes=later))

    page = words_of(client.get("/s/harbor/stories/").content.decode())

    assert page.index("They said no again.") < page.index("They said yes.")
    assert "Stories: 2 received, 2 shown, 0 not shown" in page


def test_silent_import(monkeypatch):
    """Elsewhere: success before a row exists, and rows dropped without a word. Here a bad row is named."""
    rows = catalogue.rows

    def with_a_bad_one(model: str) -> list[catalogue.Row]:
        bad = {"regulator": "nobody"} if model == "HealthPlan" else {}
        return [row | (bad if row["key"] == "caloptima" else {}) for row in rows(model)]

    monkeypatch.setattr(catalogue, "rows", with_a_bad_one)
    with pytest.raises(directory.BadRow, match="caloptima: Regulator"):
        directory.sync_directory(now=NOW)
    assert not Office.objects.exists()

    monkeypatch.undo()
    outcome = directory.sync_directory(now=NOW)
    assert outcome.created == sum(len(catalogue.rows(model)) for model in catalogue.PLACES)
    assert Office.objects.get(key="covered-california").other_lines[0][0] == "Español"


def test_constants_for_clocks():
    """Elsewhere: six, 30 and 1 days in the code. Here a length of law stands in the rulebook alone."""
    lengths = {rule.amount for rule in load_rulebook().all() if rule.unit == "calendar_days"} - {3, 5, 7}
    found = []
    for folder in ("casefile", "grievances", "imr", "appeals", "deadlines"):
        for path in (ROOT / "cases" / folder).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "timedelta":
                    values = [
                        each.value.value for each in node.keywords if isinstance(each.value, ast.Constant)
                    ]
                    found += [f"{path.name}: {value}" for value in values if value in lengths]

    assert lengths >= {15, 21, 30, 40, 180}
    assert found == []


@pytest.mark.parametrize(("regulator", "prefix"), [("dmhc", "dmhc-"), ("cdi", "cdi-")])
def test_two_regulators_for_one_californian(in_harbor, bob, regulator, prefix):
    """Elsewhere: one screen says DMHC, the letter CDI. Here dates, gate and words follow one answer."""
    case, _ = make_filed_case(by=bob, now=NOW, regulator=regulator)
    case = Case.objects.select_related("coverage").get(pk=case.pk)

    assert all(rule.startswith(prefix) for rule in grievances.track(case).values())
    assert imr.facts_of(case, on=day_before(NOW, 0)).department == regulator
    rules = Deadline.objects.filter(case=case).values_list("rule", flat=True)
    assert all(rule.startswith(prefix) for rule in rules)
