"""After an import PostgreSQL knows nothing of the new rows yet: no statement may take each pair of them."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import connection

from advocacy.organisations.services import job_in
from reminders import services
from reminders.services import gathering
from tests.bulk import copy_case
from tests.reminders.box import DAY, NOW

pytestmark = pytest.mark.django_db(transaction=True)

COPIES = 300
# One side of it has a row for each person, not for each date.
BY_PERSON = "(ordinary.told_id = mail.told_id)"


@contextmanager
def noted() -> Iterator[list[tuple[str, Any]]]:
    """Note the statements that work on many rows at once, with what they were given."""
    found: list[tuple[str, Any]] = []

    def note(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if sql.lstrip().startswith(("WITH", "UPDATE")) and isinstance(params, dict):
            found.append((sql, params))
        return execute(sql, params, many, context)

    with connection.execute_wrapper(note):
        yield found


def pairs_in(plan: dict[str, Any]) -> list[str]:
    """Return the joins of a plan that look at every row of one side for each row of the other."""
    parts = plan.get("Plans", [])
    found = [pair for part in parts for pair in pairs_in(part)]
    # What is looked up by key has its condition further down.
    if plan["Node Type"] == "Nested Loop" and "Join Filter" in plan:
        found.append(plan["Join Filter"])
    return found


def pairs_of(statements: list[tuple[str, Any]]) -> list[str]:
    found = []
    with connection.cursor() as cursor:
        for sql, params in statements:
            cursor.execute(f"EXPLAIN (FORMAT JSON) {sql}", params)
            answer = cursor.fetchone()[0]
            [explained] = json.loads(answer) if isinstance(answer, str) else answer
            found += pairs_in(explained["Plan"])
    return found


def test_a_fresh_import_is_planned_and_gathered_without_taking_each_pair(harbor, due_in, admin_url):
    case = due_in(1)
    copy_case(admin_url, case.pk, count=COPIES)

    with job_in(harbor.pk), noted() as planning:
        services.plan(now=NOW)
        pairs = pairs_of(planning)
    with job_in(harbor.pk), noted() as sending:
        gathering.gather(NOW + DAY / 24)
        pairs += pairs_of(sending)

    assert len(planning) >= 3
    assert len(sending) == 3
    assert set(pairs) <= {BY_PERSON}
