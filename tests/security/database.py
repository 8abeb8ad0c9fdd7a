"""The database as others see it: as an administrator, and as the serving role without Django."""

import json
import os
import random
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any
from uuid import UUID

import psycopg
from django.db import connections
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from advocacy.kernel.ids import new_id
from advocacy.organisations.doors import DOORS

Dump = Mapping[str, list[str]]
Connection = psycopg.Connection[Any]


def as_app(admin_url: str) -> str:
    """Return the serving role's address of the test database."""
    return make_conninfo(os.environ["DATABASE_URL"], dbname=conninfo_to_dict(admin_url)["dbname"])


@contextmanager
def serving(
    admin_url: str, *, organisation_id: UUID | str = "", door: str = "", person_id: UUID | str = ""
) -> Iterator[Connection]:
    """One transaction of the serving role, over no Django, under these settings; rolled back."""
    with psycopg.connect(as_app(admin_url)) as connection:
        connection.execute(
            "SELECT set_config('app.organisation_id', %s, true), set_config('app.door', %s, true), "
            "set_config('app.person_id', %s, true)",
            [str(organisation_id), door, str(person_id)],
        )
        yield connection
        connection.rollback()


@contextmanager
def administrator() -> Iterator[None]:
    """Django over a superuser's connection: row-level security stands aside, the other locks are alone."""
    default = connections["default"]
    served = {name: default.settings_dict[name] for name in ("USER", "PASSWORD")}
    admin = conninfo_to_dict(os.environ["DATABASE_ADMIN_URL"])
    default.close()
    default.settings_dict.update(USER=admin["user"], PASSWORD=admin.get("password", ""))
    try:
        yield
    finally:
        default.close()
        default.settings_dict.update(served)


def dump(admin_url: str, organisation_id: UUID, *, without: frozenset[str] = frozenset()) -> Dump:
    """Return every row of one tenant in every tenant table, as an administrator reads them."""
    with psycopg.connect(admin_url) as connection:
        return {
            table: [
                json.dumps(row, sort_keys=True)
                for (row,) in connection.execute(
                    sql.SQL("SELECT to_jsonb(t) FROM {} t WHERE organisation_id = %s ORDER BY id").format(
                        sql.Identifier(table)
                    ),
                    [organisation_id],
                )
            ]
            for table in DOORS
            if table not in without
        }


def clone(connection: Connection, table: str, **values: object) -> None:
    """Write a copy of one of the rows in sight, under a new id and with these values."""
    # A counted row takes a number that is not taken.
    fresh = {"id": str(new_id()), "number": random.randint(1000, 9999)}
    changed = json.dumps(fresh | {name: str(value) for name, value in values.items()})
    names = connection.execute(
        "SELECT column_name FROM information_schema.columns "
        "WHERE table_schema = 'public' AND table_name = %s AND is_generated = 'NEVER'",
        [table],
    ).fetchall()
    columns = sql.SQL(", ").join(sql.Identifier(name) for (name,) in names)
    connection.execute(
        sql.SQL(
            "INSERT INTO {0} ({1}) SELECT {1} FROM "
            "(SELECT (jsonb_populate_record(NULL::{0}, to_jsonb(row) || %s::jsonb)).* "
            "FROM (SELECT * FROM {0} ORDER BY id LIMIT 1) AS row) AS copy"
        ).format(sql.Identifier(table), columns),
        [changed],
    )


def audit_rows(admin_url: str, organisation_id: UUID) -> Counter[tuple[UUID | None, str, UUID | None]]:
    """Return how often one tenant's audit holds each (actor, act, client)."""
    with psycopg.connect(admin_url) as connection:
        return Counter(
            connection.execute(
                "SELECT actor_id, act, client_id FROM audit_event WHERE organisation_id = %s",
                [organisation_id],
            )
        )
