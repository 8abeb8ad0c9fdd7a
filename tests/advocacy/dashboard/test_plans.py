"""How PostgreSQL finds what the main pages show, among many cases of many organisations."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from advocacy.organisations.scope import Door, scope
from tests.bulk import CASE_TABLES, copy_case
from tests.conftest import NOW
from tests.factories import make_filed_case

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.parametrize(
    ("cases", "organisations"),
    [(8_000, 40), pytest.param(200_000, 200, marks=pytest.mark.proof)],
)
def test_the_main_pages_read_by_index_and_touch_little(
    signed_in: Any, harbor: Any, bob: Any, admin_url: str, cases: int, organisations: int
) -> None:
    with scope(harbor.pk, door=Door.STAFF):
        one, _ = make_filed_case(by=bob, now=NOW)
    copy_case(admin_url, one.pk, count=cases, organisations=organisations)
    browser = signed_in(bob)

    with CaptureQueriesContext(connection) as captured:
        for address in ("", "cases/", f"cases/{one.pk}/", "clients/"):
            assert browser.get(f"/o/harbor/{address}").status_code == 200

    asked = [each["sql"] for each in captured if each["sql"].startswith("SELECT")]
    assert len(asked) > 15
    with scope(harbor.pk, door=Door.STAFF, person_id=bob.pk), transaction.atomic():
        faults = [
            (node["Relation Name"], statement)
            for statement in asked
            for node in nodes(plan_of(statement))
            if node["Node Type"] == "Seq Scan" and node["Relation Name"] in CASE_TABLES
        ]
    assert faults == []


def plan_of(statement: str) -> dict[str, Any]:
    with connection.cursor() as cursor:
        cursor.execute("EXPLAIN (FORMAT JSON) " + statement)
        [(found,)] = cursor.fetchall()
    [plan] = json.loads(found) if isinstance(found, str) else found
    return plan["Plan"]


def nodes(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield plan
    for below in plan.get("Plans", []):
        yield from nodes(below)
