"""Every page for every stage of a case, for everyone who may see it; and no query more for more rows."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from advocacy.organisations.scope import Door, scope
from cases.casefile import services as casefile
from cases.casefile.queries import standing_events
from cases.deadlines.models import Deadline
from tests.advocacy.dashboard.lives import STAGES
from tests.cases.pages import part_of, words_of
from tests.conftest import NOW
from tests.factories import make_client, make_document, make_filed_case

pytestmark = pytest.mark.django_db


@pytest.fixture
def born(harbor, vera):
    """Make a case at a stage, owned by Vera, so that every role may see it."""

    def make(stage: str):
        with scope(harbor.pk, door=Door.STAFF):
            return STAGES[stage](by=vera, now=NOW)

    return make


def own_links(page: str) -> set[str]:
    return {link.replace("&amp;", "&") for link in re.findall(r'href="(/o/[^"#]+)"', page)}


@pytest.mark.parametrize("stage", STAGES)
def test_every_page_of_a_case_opens_at_every_stage(signed_in, born, harbor, dana, stage):
    case = born(stage)
    browser = signed_in(dana)
    with scope(harbor.pk, door=Door.STAFF):
        dates = [deadline.pk for deadline in Deadline.objects.filter(case=case)]
    addresses = [f"cases/{case.pk}/", f"clients/{case.client_id}/", "", "cases/"]
    addresses += [f"cases/{case.pk}/dates/{each}/" for each in dates]

    for address in addresses:
        assert browser.get(f"/o/harbor/{address}").status_code == 200, address


@pytest.mark.parametrize(
    ("who", "stage"),
    [
        *[("bob", stage) for stage in ("refused", "filed", "answered no", "won")],
        *[("vera", stage) for stage in ("filed", "won")],
        *[("vera", stage) for stage in ("refused", "answered no", "with the department")],
        *[("adam", stage) for stage in ("refused", "with the department")],
    ],
)
def test_everything_that_is_offered_opens(request, signed_in, born, who, stage):
    case = born(stage)
    browser = signed_in(request.getfixturevalue(who))

    offered = set()
    for address in (f"cases/{case.pk}/", f"clients/{case.client_id}/", ""):
        offered |= own_links(browser.get(f"/o/harbor/{address}").content.decode())

    assert len(offered) > 6
    assert {link: status for link in offered if (status := browser.get(link).status_code) != 200} == {}


@pytest.mark.parametrize(
    ("stage", "words"),
    [
        ("regulator unknown", "We do not know who regulates this plan."),
        ("urgent", "This case is urgent. You need not wait for the plan: DMHC takes an urgent case at once."),
    ],
)
def test_what_the_clocks_do_not_cover_is_said(signed_in, born, dana, stage, words):
    case = born(stage)

    assert words in words_of(signed_in(dana).get(f"/o/harbor/cases/{case.pk}/").content.decode())


def test_a_replaced_date_stays_readable_on_the_case_and_on_its_own_page(signed_in, born, harbor, dana):
    case = born("refused")
    with scope(harbor.pk, door=Door.STAFF):
        [fact] = standing_events(case)
        day = fact.occurred_on - timedelta(days=4)
        casefile.correct_event(event=fact, occurred_on=day, reason="the stamp", by=dana, now=NOW)
        old, new = Deadline.objects.filter(case=case).order_by("version")
    browser = signed_in(dana)

    case_page = words_of(browser.get(f"/o/harbor/cases/{case.pk}/").content.decode())
    old_page = words_of(browser.get(f"/o/harbor/cases/{case.pk}/dates/{old.pk}/").content.decode())
    new_page = words_of(browser.get(f"/o/harbor/cases/{case.pk}/dates/{new.pk}/").content.decode())

    assert "Past and replaced dates: 1" in case_page
    assert "Corrected: the stamp" in case_page
    assert "Replaced" in old_page
    assert "I have seen it" not in old_page
    assert "Version 1:" in new_page


def test_the_page_of_a_date_shows_its_working_and_its_other_readings(signed_in, born, harbor, dana):
    case = born("answered late")
    with scope(harbor.pk, door=Door.STAFF):
        deadline = Deadline.objects.standing().get(case=case, rule="dmhc-imr-apply-6mo")

    page = signed_in(dana).get(f"/o/harbor/cases/{case.pk}/dates/{deadline.pk}/").content.decode()

    why = words_of(part_of(page, "why"))
    for step in deadline.steps:
        assert step["text"] in why
        assert step["figure"] in why
    for reading in deadline.readings:
        assert reading["reading"] in why
    assert "Rule dmhc-imr-apply-6mo, version 1." in why


def test_a_date_is_not_found_under_another_case(signed_in, born, harbor, dana):
    mine, other = born("refused"), born("refused")
    with scope(harbor.pk, door=Door.STAFF):
        deadline = Deadline.objects.get(case=mine)

    browser = signed_in(dana)

    assert browser.get(f"/o/harbor/cases/{mine.pk}/dates/{deadline.pk}/").status_code == 200
    assert browser.get(f"/o/harbor/cases/{other.pk}/dates/{deadline.pk}/").status_code == 404


def fill(harbor, by, count: int) -> None:
    with scope(harbor.pk, door=Door.STAFF):
        for number in range(count):
            client = make_client(by=by, now=NOW, family_name=f"Family{number}")
            make_filed_case(by=by, now=NOW, client=client, filed_days_ago=20 + number)
            STAGES["new"](by=by, now=NOW)


def queries_of(browser, address: str) -> int:
    browser.get(address)  # the first look fills what is loaded once a process
    with CaptureQueriesContext(connection) as captured:
        assert browser.get(address).status_code == 200
    return len(captured)


# Statements, most of which travel together (test_round_trips.py): session, person with memberships, the
# savepoint that stands for the transaction, the page's own reads, and the record of who was shown.
MOST = {"": 10, "?whose=all": 10, "dates/": 6, "cases/": 9, "clients/": 7, "cases/new/": 7}


def test_a_list_asks_no_more_of_the_database_for_more_rows(signed_in, harbor, bob):
    browser = signed_in(bob)
    fill(harbor, bob, 3)
    few = {address: queries_of(browser, f"/o/harbor/{address}") for address in MOST}

    fill(harbor, bob, 9)
    many = {address: queries_of(browser, f"/o/harbor/{address}") for address in MOST}

    assert few == many
    assert {address: count for address, count in many.items() if count > MOST[address]} == {}


def grow(harbor, case, by, count: int) -> None:
    """Add corrections (each makes new versions), notes and papers."""
    with scope(harbor.pk, door=Door.STAFF):
        for number in range(count):
            fact = standing_events(case)[0]
            day = fact.occurred_on - timedelta(days=1)
            casefile.correct_event(event=fact, occurred_on=day, reason="r", by=by, now=NOW)
            casefile.write_note(case=case, text=f"Called, {number}.", by=by, now=NOW)
            make_document(case=case, by=by, now=NOW)


def test_a_case_asks_no_more_of_the_database_for_a_longer_life(signed_in, born, harbor, bob):
    case = born("filed")
    browser = signed_in(bob)
    grow(harbor, case, bob, 3)
    with scope(harbor.pk, door=Door.STAFF):
        deadline = Deadline.objects.standing().filter(case=case, rule="dmhc-grievance-file-180d").get()
    addresses = [f"/o/harbor/cases/{case.pk}/", f"/o/harbor/cases/{case.pk}/dates/{deadline.pk}/"]
    few = [queries_of(browser, address) for address in addresses]

    grow(harbor, case, bob, 9)
    many = [queries_of(browser, address) for address in addresses]

    assert few == many
    assert all(count <= most for count, most in zip(many, [16, 9], strict=True))


def date_page_of(browser, case, deadline) -> str:
    return browser.get(f"/o/harbor/cases/{case.pk}/dates/{deadline.pk}/").content.decode()


def test_a_date_shows_its_law_its_source_its_confidence_and_its_other_readings(signed_in, born, harbor, dana):
    case = born("filed")
    with scope(harbor.pk, door=Door.STAFF):
        dates = {each.rule: each for each in Deadline.objects.filter(case=case)}
    browser = signed_in(dana)

    read = words_of(date_page_of(browser, case, dates["dmhc-wait-30d"]))
    unread = words_of(date_page_of(browser, case, dates["dmhc-grievance-ack-5d"]))

    assert "Health & Safety Code §§ 1368(b)(1)(A), 1368.03(a), 1374.30(j)(3)" in read
    assert "Confidence high: the text was read." in read
    assert "Read at: https://law.onecle.com/california/health/1368.03.html" in read
    assert "Confidence medium" in unread
    assert "Unverified This rule is not verified: the text of the law has not been read in full." in unread


def test_something_that_looks_wrong_is_said_on_the_date_and_on_its_case(signed_in, born, harbor, dana, bob):
    case = born("refused")
    with scope(harbor.pk, door=Door.STAFF):
        deadline = Deadline.objects.get(case=case)
    browser = signed_in(dana)
    assert "Something looks wrong" in words_of(date_page_of(browser, case, deadline))

    browser.post(
        f"/o/harbor/cases/{case.pk}/dates/{deadline.pk}/doubt/",
        {"about": "start", "words": "The stamp is another day"},
    )

    page = words_of(date_page_of(browser, case, deadline))
    assert "Dana Whitfield says that something looks wrong: the day it counts from." in page
    case_page = words_of(browser.get(f"/o/harbor/cases/{case.pk}/").content.decode())
    assert "The stamp is another day" in case_page
    assert "File the grievance Something looks wrong" in case_page


def test_who_only_reads_is_not_asked_what_looks_wrong(signed_in, born, harbor, adam):
    case = born("refused")
    with scope(harbor.pk, door=Door.STAFF):
        deadline = Deadline.objects.get(case=case)

    assert "Something looks wrong" not in date_page_of(signed_in(adam), case, deadline)
