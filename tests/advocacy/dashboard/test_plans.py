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

HANDFUL = 20


@pytest.mark.parametrize(
    ("cases", "organisations"),
    [(8_000, 40), pytest.param(200_000, 200, marks=pytest.mark.proof)],
)
def test_the_main_pages_read_by_index_and_nothing_in_vain(
    signed_in: Any, harbor: Any, bob: Any, admin_url: str, cases: int, organisations: int
) -> None:
    with scope(harbor.pk, door=Door.STAFF):
        one, _ = make_filed_case(by=bob, now=NOW)
    copy_case(admin_url, one.pk, count=cases, organisations=organisations)
    its_page = f"cases/{one.pk}/"
    asked = {
        address: reads_of(signed_in(bob), f"/o/harbor/{address}")
        for address in ("", "cases/", "clients/", its_page)
    }
    assert sum(map(len, asked.values())) > 15

    with scope(harbor.pk, door=Door.STAFF, person_id=bob.pk), transaction.atomic():
        plans = [
            (address, each, plan_of(each)) for address, statements in asked.items() for each in statements
        ]

    found = [(address, statement, node) for address, statement, plan in plans for node in nodes(plan)]
    assert [(address, statement) for address, statement, node in found if reads_a_whole_table(node)] == []
    # A case is a handful of rows among its organisation's: whoever looks through those reads in vain.
    assert [
        (node["Relation Name"], node["Rows Removed by Filter"], statement)
        for address, statement, node in found
        if address == its_page and node.get("Rows Removed by Filter", 0) > HANDFUL
    ] == []


def reads_of(browser: Any, address: str) -> list[str]:
    with CaptureQueriesContext(connection) as captured:
        assert browser.get(address).status_code == 200
    return [each["sql"] for each in captured if each["sql"].startswith("SELECT")]


def reads_a_whole_table(node: dict[str, Any]) -> bool:
    return node["Node Type"] == "Seq Scan" and node["Relation Name"] in CASE_TABLES


def plan_of(statement: str) -> dict[str, Any]:
    with connection.cursor() as cursor:
        cursor.execute("EXPLAIN (ANALYZE, FORMAT JSON) " + statement)
        [(found,)] = cursor.fetchall()
    [plan] = json.loads(found) if isinstance(found, str) else found
    return plan["Plan"]


def nodes(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield plan
    for below in plan.get("Plans", []):
        yield from nodes(below)
