"""The policies of a tenant table: as declared, as they stand, and how to bring the second to the first."""

from collections import defaultdict
from typing import Any, TypeAlias

from django.db import transaction

from advocacy.organisations.doors import DOORS, SCAN_ROLE, SCANNED_TABLES, Pass
from advocacy.organisations.scope import Door

# A sub-select is evaluated once a statement; a cast on the column would cost the index.
IN_ORGANISATION = "organisation_id = (SELECT nullif(current_setting('app.organisation_id', true), '')::uuid)"
_DOOR = "(SELECT current_setting('app.door', true))"

Policy: TypeAlias = tuple[str, str, str | None, str | None, str]


def admits(passes: tuple[Pass, ...], *, scanned: bool = False) -> str:
    """Return the condition under which a door may pass: any of its rows, or those of a condition."""
    plain = ", ".join(f"'{each}'" for each in passes if isinstance(each, Door))
    conditions = [f"{_DOOR} IN ({plain})"] if plain else []
    conditions += [
        f"({_DOOR} = '{each.door}' AND {each.condition})" for each in passes if not isinstance(each, Door)
    ]
    if scanned:
        conditions.append(f"current_user = '{SCAN_ROLE}'")
    return " OR ".join(conditions) or "false"


def declared(table: str) -> dict[str, str]:
    """Return the policies a tenant table should carry, as name -> the rest of CREATE POLICY."""
    wanted = {"tenant": f"AS PERMISSIVE FOR ALL USING ({IN_ORGANISATION}) WITH CHECK ({IN_ORGANISATION})"}
    for command, passes in DOORS[table].items():
        condition = admits(passes, scanned=command == "SELECT" and table in SCANNED_TABLES)
        clause = {
            "INSERT": f"WITH CHECK ({condition})",
            "UPDATE": f"USING ({condition}) WITH CHECK ({condition})",
        }.get(command, f"USING ({condition})")
        wanted[f"door_{command.lower()}"] = f"AS RESTRICTIVE FOR {command} {clause}"
    if table in SCANNED_TABLES:
        wanted["scan"] = f"AS PERMISSIVE FOR SELECT TO {SCAN_ROLE} USING (true)"
    return wanted


def differing(connection: Any) -> dict[str, list[str]]:
    """Return table -> names of policies that are missing, not declared, or not as declared.

    PostgreSQL itself writes both sides out: the declared ones are made on a temporary copy of the
    table, which is rolled back.
    """
    standing = _read(connection, "public")
    present = set(connection.introspection.table_names())
    found: dict[str, list[str]] = {}
    for table in (table for table in DOORS if table in present):
        wanted = _written_out(connection, table)
        names = {name for name in wanted | standing[table] if wanted.get(name) != standing[table].get(name)}
        if names:
            found[table] = sorted(names)
    return found


def _written_out(connection: Any, table: str) -> dict[str, Policy]:
    with transaction.atomic(using=connection.alias):
        with connection.cursor() as cursor:
            cursor.execute(f"CREATE TEMP TABLE {table} (LIKE public.{table})")
            for name, rest in declared(table).items():
                cursor.execute(f"CREATE POLICY {name} ON pg_temp.{table} {rest}")
            cursor.execute("SELECT nspname FROM pg_namespace WHERE oid = pg_my_temp_schema()")
            [(schema,)] = cursor.fetchall()
        written = _read(connection, schema)[table]
        transaction.set_rollback(True, using=connection.alias)
    return written


def _read(connection: Any, schema: str) -> dict[str, dict[str, Policy]]:
    by_table: dict[str, dict[str, Policy]] = defaultdict(dict)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT tablename, policyname, permissive, cmd, qual, with_check, roles::text "
            "FROM pg_policies WHERE schemaname = %s",
            [schema],
        )
        for table, name, *rest in cursor.fetchall():
            by_table[table][name] = tuple(rest)
    return by_table


def open_doors(connection: Any) -> list[str]:
    """Bring the policies to their declaration, as the owner; return the tables that changed.

    Runs after every migrate. Until then a new table admits no door at all. Half way through the
    migrations (the conditions read `portal_access`) nothing is changed.
    """
    if "portal_access" not in connection.introspection.table_names():
        return []
    changed = differing(connection)
    with transaction.atomic(using=connection.alias), connection.cursor() as cursor:
        for table, names in changed.items():
            wanted = declared(table)
            for name in names:
                cursor.execute(f"DROP POLICY IF EXISTS {name} ON {table}")
                if name in wanted:
                    cursor.execute(f"CREATE POLICY {name} ON {table} {wanted[name]}")
    return sorted(changed)
