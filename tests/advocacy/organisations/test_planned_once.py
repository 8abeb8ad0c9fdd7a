"""Statements that PostgreSQL plans once for a connection: they hear the scope as all others do."""

from typing import Any

import pytest
from django.db import DataError, connection, transaction

from advocacy.kernel.ids import new_id
from advocacy.organisations.scope import Door, scope

HERE, THERE = new_id(), new_id()
SCOPE = "SELECT current_setting('app.organisation_id', true), %(number)s::int"
database: Any = connection


def asked(number: int = 1) -> tuple[Any, ...]:
    with database.planned_once() as cursor:
        cursor.execute(SCOPE, {"number": number})
        return cursor.fetchone()


def prepared() -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_prepared_statements WHERE statement LIKE '%%app.organisation_id%%'"
        )
        return cursor.fetchone()[0]


@pytest.mark.django_db(transaction=True)
def test_each_runs_in_the_scope_in_force_and_is_planned_once() -> None:
    found = []
    for number, place in enumerate((HERE, THERE, HERE)):
        with scope(place, door=Door.JOB), transaction.atomic():
            found.append(asked(number))

    assert found == [(str(HERE), 0), (str(THERE), 1), (str(HERE), 2)]
    assert asked()[0] in ("", None)
    assert prepared() == 1


@pytest.mark.django_db(transaction=True)
def test_no_other_statement_is_kept_however_often_it_runs() -> None:
    asked()

    for _ in range(20):
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1 /* app.organisation_id */")

    assert prepared() == 1


@pytest.mark.django_db(transaction=True)
def test_what_it_raises_is_djangos_own() -> None:
    with (
        pytest.raises(DataError),
        scope(HERE, door=Door.JOB),
        transaction.atomic(),
        database.planned_once() as cursor,
    ):
        cursor.execute("SELECT 1 / %(number)s::int", {"number": 0})
