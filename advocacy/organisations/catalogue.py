"""The audit of locks: what PostgreSQL's catalogue says, held against what `doors` declares."""

from collections.abc import Callable, Iterator
from typing import Any

from advocacy.organisations import policies
from advocacy.organisations.doors import DEFINER_FUNCTIONS, DOORS, OUTSIDE_THE_LOCKS, SCAN_ROLE

Rows = list[tuple[Any, ...]]
Query = Callable[[str], Rows]


def violations(connection: Any) -> list[str]:
    """Return every lock that is missing or differs from its declaration; empty is good."""

    def query(sql: str) -> Rows:
        with connection.cursor() as cursor:
            cursor.execute(sql)
            rows: Rows = cursor.fetchall()
        return rows

    found: list[str] = []
    for part in (_role, _tables, _columns, _foreign_keys, _unique_keys, _views, _functions):
        found.extend(part(query))
    return found + list(_policies(connection))


def _role(query: Query) -> Iterator[str]:
    [(name, superuser, bypass)] = query(
        "SELECT rolname, rolsuper, rolbypassrls FROM pg_roles WHERE rolname = current_user"
    )
    if superuser or bypass:
        yield f"the serving role {name} is a superuser or bypasses row-level security"
    [(owned,)] = query(
        "SELECT count(*) FROM pg_class WHERE relkind IN ('r', 'p') AND relnamespace = 'public'::regnamespace "
        "AND pg_has_role(current_user, relowner, 'MEMBER')"
    )
    [(scans,)] = query(
        "SELECT EXISTS (SELECT FROM pg_roles WHERE rolname = 'app_scan' "
        "AND pg_has_role(current_user, oid, 'MEMBER'))"
    )
    if scans:
        yield f"the serving role {name} holds the rights of {SCAN_ROLE}"
    for (table,) in query(
        "SELECT relname FROM pg_class WHERE relkind IN ('r', 'p') AND relnamespace = 'public'::regnamespace "
        "AND has_table_privilege(current_user, oid, 'TRUNCATE')"
    ):
        yield f"{table}: the serving role {name} holds TRUNCATE, which knows no policy"
    if owned:
        yield f"the serving role {name} owns {owned} tables, or may become their owner"


def _tables(query: Query) -> Iterator[str]:
    rows = query(
        "SELECT relname, relrowsecurity, relforcerowsecurity FROM pg_class "
        "WHERE relkind IN ('r', 'p') AND relnamespace = 'public'::regnamespace"
    )
    names = {name for name, _, _ in rows}
    for name in sorted((set(DOORS) | set(OUTSIDE_THE_LOCKS)) - names):
        yield f"{name} is declared, and there is no such table"
    for name, enabled, forced in sorted(rows):
        if name in OUTSIDE_THE_LOCKS:
            continue
        if name not in DOORS:
            yield f"{name} is neither locked nor listed as outside the locks"
        elif not (enabled and forced):
            yield f"{name}: row-level security is not enabled and forced"


def _columns(query: Query) -> Iterator[str]:
    rows = query(
        "SELECT table_name FROM information_schema.columns WHERE table_schema = 'public' "
        "AND column_name = 'organisation_id' AND is_nullable = 'NO'"
    )
    for name in sorted(set(DOORS) - {name for (name,) in rows}):
        yield f"{name}: no required organisation_id"


def _policies(connection: Any) -> Iterator[str]:
    for table, names in policies.differing(connection).items():
        for name in names:
            yield f"{table}: policy {name} is missing, not declared, or differs from its declaration"


def _foreign_keys(query: Query) -> Iterator[str]:
    rows = query(
        "SELECT conrelid::regclass::text, confrelid::regclass::text, "
        "  (SELECT array_agg(attname::text ORDER BY attnum) FROM pg_attribute "
        "   WHERE attrelid = conrelid AND attnum = ANY (conkey)) "
        "FROM pg_constraint AS held WHERE contype = 'f' AND connamespace = 'public'::regnamespace "
        # Constraints that are not enforced are known from PostgreSQL 18 on.
        "AND convalidated AND coalesce((to_jsonb(held) ->> 'conenforced')::boolean, true)"
    )
    composite = {
        (table, column) for table, _, columns in rows if "organisation_id" in columns for column in columns
    }
    for table, remote, columns in sorted(rows):
        if table in DOORS and remote in DOORS and len(columns) == 1 and (table, columns[0]) not in composite:
            yield f"{table}.{columns[0]}: no composite key (organisation_id, {columns[0]}) to {remote}"


def _unique_keys(query: Query) -> Iterator[str]:
    rows = query(
        "SELECT t.relname, i.relname, a.attname, x.indisprimary FROM pg_index x "
        "JOIN pg_class t ON t.oid = x.indrelid JOIN pg_class i ON i.oid = x.indexrelid "
        "LEFT JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = x.indkey[0] "
        "WHERE x.indisunique AND t.relnamespace = 'public'::regnamespace"
    )
    for table, index, first, primary in sorted(rows, key=str):
        if table in DOORS and not primary and first != "organisation_id":
            yield f"{table}: unique key {index} does not start with organisation_id"


def _views(query: Query) -> Iterator[str]:
    for name, kind, options in query(
        "SELECT relname, relkind::text, coalesce(reloptions::text, '') FROM pg_class "
        "WHERE relkind IN ('v', 'm') AND relnamespace = 'public'::regnamespace"
    ):
        if kind == "m":
            yield f"{name}: a materialized view ignores row-level security"
        elif "security_invoker=true" not in options:
            yield f"{name}: the view is not security_invoker"


def _functions(query: Query) -> Iterator[str]:
    rows = query(
        "SELECT p.proname, r.rolname FROM pg_proc p JOIN pg_roles r ON r.oid = p.proowner "
        "WHERE p.prosecdef AND p.pronamespace = 'public'::regnamespace"
    )
    for name, owner in rows:
        if name not in DEFINER_FUNCTIONS:
            yield f"{name}: a SECURITY DEFINER function that is not listed"
        elif owner != SCAN_ROLE:
            yield f"{name}: owned by {owner}, not by {SCAN_ROLE}"
    for name in sorted(set(DEFINER_FUNCTIONS) - {name for name, _ in rows}):
        yield f"{name}: a listed function is missing"


def stop_unless_locked() -> None:
    """End the process, with advice, if a lock is missing. Every serving process calls this first.

    Raises:
        SystemExit: the catalogue and the declaration differ.
    """
    from django.db import connection

    try:
        found = violations(connection)
    finally:
        connection.close()
    if found:
        lines = "\n".join(f"  - {line}" for line in found)
        raise SystemExit(
            f"Not serving: the locks on clients' data are not all in place.\n{lines}\n"
            "Serve as the restricted role (DATABASE_URL), migrate as the owner (DATABASE_OWNER_URL), "
            "and see docs/tenancy.md."
        )
