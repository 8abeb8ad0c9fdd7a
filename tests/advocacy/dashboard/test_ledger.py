"""What was sent where, and whether it arrived."""

import pytest

from advocacy.organisations.scope import Door, scope
from cases.appeals import services as appeals
from cases.casefile.models import Task
from cases.grievances import services as grievances
from cases.imr import services as imr
from tests.cases.pages import part_of, words_of
from tests.conftest import NOW
from tests.factories import day_before, make_answered_case, make_filed_case, make_imr_case

pytestmark = pytest.mark.django_db


def sent_on(browser, case) -> str:
    return words_of(part_of(browser.get(f"/o/harbor/cases/{case.pk}/").content.decode(), "sent"))


@pytest.mark.parametrize(
    ("filed_days_ago", "words"),
    [(2, "Confirmation due Fri, Sep 18"), (9, "Not confirmed since Fri, Sep 11: ask")],
)
def test_a_filing_waits_for_its_confirmation_and_then_asks(
    signed_in, harbor, dana, at_now, filed_days_ago, words
):
    with scope(harbor.pk, door=Door.STAFF):
        case, _ = make_filed_case(by=dana, now=NOW, filed_days_ago=filed_days_ago)

    line = sent_on(signed_in(dana), case)

    assert "Grievance to the plan" in line
    assert "fax. Dana Whitfield" in line
    assert "FX-1" in line
    assert words in line


def test_a_letter_that_came_shows_that_it_arrived(signed_in, harbor, dana, at_now):
    with scope(harbor.pk, door=Door.STAFF):
        case, grievance = make_filed_case(by=dana, now=NOW, filed_days_ago=9)
        grievances.record(grievance=grievance, move="acknowledged", on=day_before(NOW, 6), by=dana, now=NOW)

    assert "They have it: Wed, Sep 9" in sent_on(signed_in(dana), case)


def test_what_no_law_confirms_becomes_a_task(in_harbor, bob):
    case, _ = make_answered_case(by=bob, now=NOW, regulator="cdi")

    imr.file_imr(case=case, filed_on=day_before(NOW, 1), channel="web", reference="", by=bob, now=NOW)
    appeals.file_complaint(
        case=case, filed_on=day_before(NOW, 30), channel="web", reference="", by=bob, now=NOW
    )

    tasks = dict(Task.objects.values_list("what", "due_on"))
    assert tasks == {
        "Confirm that the department has the IMR application": day_before(NOW, -6),
        "Confirm that the department has the complaint": day_before(NOW, 0),
    }


def test_a_decision_under_cdi_is_watched_by_a_task_of_our_own(in_harbor, bob):
    case, filing = make_imr_case(by=bob, now=NOW, regulator="cdi", imr_days_ago=20)

    imr.record(filing=filing, move="decided", outcome="overturned", on=day_before(NOW, 0), by=bob, now=NOW)

    watch = Task.objects.get(case=case, what__startswith="Ask whether the insurer gives the care")
    assert watch.due_on == day_before(NOW, -7), "five working days after Tuesday, September 15"
    assert watch.owner == bob
