"""The third lock alone: the policies, asked by the serving role without Django."""

from typing import Any

import psycopg
import pytest
from psycopg import errors, sql

from advocacy.organisations.doors import DOORS, Where
from advocacy.organisations.scope import Door
from tests.security.database import Connection, clone, serving
from tests.security.tenants import HERS, Tenant

APPEND_ONLY = {table for table, commands in DOORS.items() if not commands["UPDATE"]}
READABLE_BY_THE_CLIENT = {
    table
    for table, commands in DOORS.items()
    if any(isinstance(each, Where) and each.door is Door.PORTAL for each in commands["SELECT"])
}
OPEN_TO_THE_PORTAL = {table for table, commands in DOORS.items() if Door.PORTAL in commands["SELECT"]}


def every_table() -> pytest.MarkDecorator:
    return pytest.mark.parametrize("table", sorted(DOORS))


def tenants_in(connection: Connection, table: str) -> set[Any]:
    query = sql.SQL("SELECT DISTINCT organisation_id FROM {}").format(sql.Identifier(table))
    return {row[0] for row in connection.execute(query)}


def touched(connection: Connection, statement: str, table: str, *values: object) -> int:
    """Run a statement on the table and return how many rows it touched."""
    return connection.execute(sql.SQL(statement).format(sql.Identifier(table)), values).rowcount


def ids(two_tenants: tuple[Tenant, Tenant]) -> tuple[Any, Any]:
    harbor, sierra = two_tenants
    return harbor.organisation.pk, sierra.organisation.pk


@every_table()
def test_a_scope_shows_its_own_rows_and_no_other(
    table: str, two_tenants: tuple[Tenant, Tenant], admin_url: str
) -> None:
    with psycopg.connect(admin_url) as administrator:
        assert tenants_in(administrator, table) == set(ids(two_tenants)), "both must have rows"

    for own in ids(two_tenants):
        with serving(admin_url, organisation_id=own, door=Door.JOB) as connection:
            assert tenants_in(connection, table) == {own}


@every_table()
def test_without_a_scope_there_is_no_row(
    table: str, two_tenants: tuple[Tenant, Tenant], admin_url: str
) -> None:
    for door in Door:
        with serving(admin_url, door=door) as connection:
            assert tenants_in(connection, table) == set()


@every_table()
def test_a_door_that_is_not_admitted_sees_no_row(
    table: str, two_tenants: tuple[Tenant, Tenant], admin_url: str
) -> None:
    own, _ = ids(two_tenants)
    admitted = set(DOORS[table]["SELECT"])
    closed = ["", "bogus", "STAFF", *(door for door in Door if door not in admitted)]
    for door in closed:
        with serving(admin_url, organisation_id=own, door=door) as connection:
            assert tenants_in(connection, table) == set(), f"{table} opens to {door!r}"


@every_table()
def test_a_client_sees_their_own_file_and_no_other(
    table: str, two_tenants: tuple[Tenant, Tenant], admin_url: str
) -> None:
    harbor, sierra = two_tenants
    column = sql.Identifier("id" if table == "client" else "client_id")
    for tenant, expected in ((harbor, {harbor.ids[HERS]["client_id"]}), (sierra, set())):
        person = harbor.client_person.pk
        with serving(
            admin_url, organisation_id=tenant.organisation.pk, door=Door.PORTAL, person_id=person
        ) as connection:
            if table not in READABLE_BY_THE_CLIENT:
                own = {tenant.organisation.pk} if table in OPEN_TO_THE_PORTAL else set()
                assert tenants_in(connection, table) == own
                continue
            query = sql.SQL("SELECT DISTINCT {} FROM {}").format(column, sql.Identifier(table))
            assert {row[0] for row in connection.execute(query)} == expected


@every_table()
def test_a_row_for_another_tenant_is_refused(
    table: str, two_tenants: tuple[Tenant, Tenant], admin_url: str
) -> None:
    own, other = ids(two_tenants)
    with serving(admin_url, organisation_id=own, door=Door.JOB) as connection:
        with pytest.raises(errors.InsufficientPrivilege, match="row-level security"):
            clone(connection, table, organisation_id=other)
        connection.rollback()


@every_table()
def test_an_own_row_cannot_be_moved_to_another_tenant(
    table: str, two_tenants: tuple[Tenant, Tenant], admin_url: str
) -> None:
    own, other = ids(two_tenants)
    move = "UPDATE {} SET organisation_id = %s"
    with serving(admin_url, organisation_id=own, door=Door.JOB) as connection:
        if table in APPEND_ONLY:
            assert touched(connection, move, table, other) == 0
            return
        with pytest.raises(errors.InsufficientPrivilege, match="row-level security"):
            touched(connection, move, table, other)
        connection.rollback()


@every_table()
def test_rows_of_another_tenant_cannot_be_written_or_deleted(
    table: str, two_tenants: tuple[Tenant, Tenant], admin_url: str
) -> None:
    own, other = ids(two_tenants)
    with serving(admin_url, organisation_id=own, door=Door.JOB) as connection:
        assert touched(connection, "UPDATE {} SET id = id WHERE organisation_id = %s", table, other) == 0
        assert touched(connection, "DELETE FROM {} WHERE organisation_id = %s", table, other) == 0


@every_table()
def test_nobody_deletes_and_nobody_truncates(
    table: str, two_tenants: tuple[Tenant, Tenant], admin_url: str
) -> None:
    own, _ = ids(two_tenants)
    for door in Door:
        with serving(admin_url, organisation_id=own, door=door) as connection:
            assert touched(connection, "DELETE FROM {}", table) == 0
            with pytest.raises(errors.InsufficientPrivilege):
                touched(connection, "TRUNCATE {} CASCADE", table)
            connection.rollback()


@pytest.mark.parametrize("table", sorted(APPEND_ONLY))
def test_what_is_written_once_stays_as_written(
    table: str, two_tenants: tuple[Tenant, Tenant], admin_url: str
) -> None:
    own, _ = ids(two_tenants)
    for door in Door:
        with serving(admin_url, organisation_id=own, door=door) as connection:
            assert touched(connection, "UPDATE {} SET id = id", table) == 0


def test_history_is_among_what_is_written_once() -> None:
    assert {
        "audit_event",
        "event",
        "note",
        "document",
        "document_kind",
        "phone_call",
        "reminder_attempt",
    } <= APPEND_ONLY
