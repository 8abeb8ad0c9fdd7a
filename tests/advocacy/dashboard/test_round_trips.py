"""How often the main pages wait for the database, whatever the number of rows."""

from typing import Any

import pytest
from django.db import transaction

from advocacy.organisations.scope import Door, scope
from cases.casefile import services as casefile
from cases.casefile.queries import standing_events
from tests import wire
from tests.bulk import copy_case
from tests.conftest import NOW
from tests.factories import make_document, make_filed_case

pytestmark = pytest.mark.django_db(transaction=True)

# Session; person with memberships; BEGIN; scope and reads; the record of who was shown; COMMIT. A case page
# reads twice: the case, and what hangs on it. Allowed are 6 for a list, 8 for a case and for Today.
MOST = {"": 6, "?whose=all": 6, "cases/": 6, "dates/": 6, "clients/": 6}
CASE_PAGE = 7


def trips(browser: Any, line: wire.Wire, address: str) -> int:
    before = line.trips
    assert browser.get(f"/o/harbor/{address}").status_code == 200
    return line.trips - before


def one_case(harbor: Any, by: Any) -> Any:
    with scope(harbor.pk, door=Door.STAFF):
        return make_filed_case(by=by, now=NOW)[0]


def test_the_lists_wait_as_often_for_10_25_and_100_cases(
    signed_in: Any, harbor: Any, bob: Any, admin_url: str
) -> None:
    browser = signed_in(bob)
    found = []
    for count in (10, 25, 100):
        copy_case(admin_url, one_case(harbor, bob).pk, count=count)
        with wire.counted() as line:
            browser.get("/o/harbor/")  # the first look opens the connection
            found.append({address: trips(browser, line, address) for address in MOST})

    assert found[0] == found[1] == found[2]
    assert {address: count for address, count in found[0].items() if count > MOST[address]} == {}


def test_a_case_waits_as_often_for_a_longer_life(signed_in: Any, harbor: Any, bob: Any) -> None:
    browser = signed_in(bob)
    case = one_case(harbor, bob)
    found = []
    for more in (1, 10):
        with scope(harbor.pk, door=Door.STAFF), transaction.atomic():
            for number in range(more):
                fact = standing_events(case)[0]
                casefile.correct_event(event=fact, occurred_on=fact.occurred_on, reason="r", by=bob, now=NOW)
                casefile.write_note(case=case, text=f"Called, {number}.", by=bob, now=NOW)
                make_document(case=case, by=bob, now=NOW)
        with wire.counted() as line:
            browser.get("/o/harbor/")
            found.append(trips(browser, line, f"cases/{case.pk}/"))

    assert found[0] == found[1]
    assert 0 < found[0] <= CASE_PAGE
