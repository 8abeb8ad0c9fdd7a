"""The first lock alone: a row points only at rows of its own tenant, and a refusal tells nothing."""

from typing import Any

import psycopg
import pytest
from psycopg import errors, sql

from advocacy.kernel.ids import new_id
from advocacy.organisations.doors import DOORS
from advocacy.organisations.scope import Door
from tests.security.database import clone, serving
from tests.security.tenants import Tenant

KEYS = """
SELECT conrelid::regclass::text, confrelid::regclass::text, min(attname::text)
FROM pg_constraint JOIN pg_attribute ON attrelid = conrelid AND attnum = ANY (conkey)
WHERE contype = 'f' AND connamespace = 'public'::regnamespace
  AND attname <> 'organisation_id' AND confrelid::regclass::text = ANY (%s)
GROUP BY pg_constraint.oid, conrelid, confrelid
"""


# A reminder is of a date or a nudge, and tells a member or a contact: what else it named, it names no more.
INSTEAD = {
    ("reminder", "contact_id"): ", recipient_id = NULL",
    ("reminder", "nudge_id"): ", deadline_id = NULL",
    ("reminder", "deadline_id"): ", nudge_id = NULL",
}


def keys_between_tenant_tables(admin_url: str) -> set[tuple[str, str, str]]:
    with psycopg.connect(admin_url) as administrator:
        return set(administrator.execute(KEYS, [list(DOORS)]).fetchall())


def refusal(admin_url: str, own: Any, table: str, column: str, parent: Any) -> tuple[str, str]:
    """Point a row of the tenant at a parent; return the refusal's code, and its text without the id."""
    with serving(admin_url, organisation_id=own, door=Door.JOB) as connection:
        with pytest.raises(errors.ForeignKeyViolation) as caught:
            if DOORS[table]["UPDATE"]:
                change = sql.SQL("UPDATE {} SET {} = %s {} WHERE id = (SELECT min(id::text)::uuid FROM {})")
                also = sql.SQL(INSTEAD.get((table, column), ""))
                names = sql.Identifier(table), sql.Identifier(column), also, sql.Identifier(table)
                connection.execute(change.format(*names), [parent])
            else:
                clone(connection, table, **{column: parent})
            connection.execute("SET CONSTRAINTS ALL IMMEDIATE")
        connection.rollback()
    diagnosis = caught.value.diag
    return str(diagnosis.sqlstate), f"{diagnosis.constraint_name} {diagnosis.message_primary}"


def test_a_row_of_another_tenant_is_refused_as_a_parent_exactly_like_an_absent_one(
    two_tenants: tuple[Tenant, Tenant], admin_url: str
) -> None:
    own, other = (tenant.organisation.pk for tenant in two_tenants)
    keys = sorted(keys_between_tenant_tables(admin_url))
    assert len(keys) > 25, "the scan found too little to prove anything"

    for table, remote, column in keys:
        with psycopg.connect(admin_url) as administrator:
            query = sql.SQL("SELECT id FROM {} WHERE organisation_id = %s LIMIT 1")
            [foreign] = administrator.execute(query.format(sql.Identifier(remote)), [other]).fetchone() or [
                None
            ]

        assert foreign is not None, f"{remote} has no row of the other tenant"
        to_foreign = refusal(admin_url, own, table, column, foreign)
        assert to_foreign == refusal(admin_url, own, table, column, new_id()), f"{table}.{column} tells"
