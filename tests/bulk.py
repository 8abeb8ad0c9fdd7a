"""Many cases, fast: one case that the services made is copied within the database, as its administrator.

No serving role can do this, and triggers are off meanwhile: what is copied was whole, so the copies are.
"""

from uuid import UUID

import psycopg

# Parents first; each with the columns that name another row of the copy.
CASE_TABLES: dict[str, tuple[str, ...]] = {
    "client": ("id",),
    "coverage": ("id", "client_id"),
    "case_file": ("id", "client_id", "coverage_id"),
    "denial": ("id", "client_id", "case_id"),
    "event": ("id", "client_id", "case_id"),
    "grievance": ("id", "client_id", "case_id"),
    "deadline": ("id", "client_id", "case_id", "trigger_id"),
}
PEOPLE_TABLES: dict[str, tuple[str, ...]] = {"person": ("id",), "membership": ("id", "user_id")}
ROWS_OF_CASE = {
    "person": "SELECT t.* FROM person t JOIN case_file f ON f.owner_id = t.id WHERE f.id = %(case)s",
    "membership": "SELECT t.* FROM membership t JOIN case_file f "
    "ON (f.owner_id, f.organisation_id) = (t.user_id, t.organisation_id) WHERE f.id = %(case)s",
    "client": "SELECT t.* FROM client t JOIN case_file f ON f.client_id = t.id WHERE f.id = %(case)s",
    "coverage": "SELECT t.* FROM coverage t JOIN case_file f ON f.coverage_id = t.id WHERE f.id = %(case)s",
    "case_file": "SELECT * FROM case_file WHERE id = %(case)s",
}


def copy_case(admin_url: str, case_id: UUID, *, count: int, organisations: int = 1, people: int = 0) -> None:
    """Copy a case, its client, coverage, denial, facts and dates `count` times.

    With several organisations the copies stand in as many, in turn: the case's own and new ones. With
    `people` so many new ones work there and own the copies in turn; with several organisations, and then
    only, there must be as many people as copies.
    """
    with psycopg.connect(admin_url) as server:
        server.execute("SET session_replication_role = replica")
        _new_organisations(server, case_id, organisations - 1)
        # An id of the copy is made of the old one and the number of the copy: parents need no table of pairs.
        server.execute(
            "CREATE FUNCTION pg_temp.copied(id uuid, n int) RETURNS uuid IMMUTABLE LANGUAGE sql "
            "RETURN md5(id::text || n::text)::uuid"
        )
        for table, named in PEOPLE_TABLES.items():
            _copy(server, table, named, case_id, people)
        for table, named in CASE_TABLES.items():
            _copy(server, table, named, case_id, count, people)
        server.commit()
        server.execute("ANALYZE " + ", ".join((*PEOPLE_TABLES, *CASE_TABLES, "organisation")))


def _new_organisations(server: psycopg.Connection, case_id: UUID, count: int) -> None:
    server.execute(
        "CREATE TEMP TABLE place AS SELECT 0 AS seat, organisation_id AS id FROM case_file WHERE id = %s",
        [case_id],
    )
    server.execute("INSERT INTO place SELECT seat, uuidv7() FROM generate_series(1, %s) seat", [count])
    server.execute(
        "INSERT INTO organisation SELECT made.* FROM case_file f "
        "JOIN organisation o ON o.id = f.organisation_id, place, "
        "jsonb_populate_record(o, jsonb_build_object('id', place.id, 'slug', %s || seat)) made "
        "WHERE f.id = %s AND seat > 0",
        [f"copy-{case_id.hex[:12]}-", case_id],
    )


def _copy(
    server: psycopg.Connection, table: str, named: tuple[str, ...], case_id: UUID, count: int, people: int = 0
) -> None:
    rows = ROWS_OF_CASE.get(table, f"SELECT * FROM {table} WHERE case_id = %(case)s")
    changed = [f"'{column}', pg_temp.copied(t.{column}, n)" for column in named]
    if table == "person":
        changed.append("'email', 'p' || n || '-' || t.email")
    else:
        changed.append("'organisation_id', place.id")
    if table == "case_file":
        changed.append("'number', left(md5(t.id::text || n), 12)")
    if table == "case_file" and people:
        changed.append(f"'owner_id', pg_temp.copied(t.owner_id, 1 + (n - 1) %% {people})")
    server.execute(
        f"INSERT INTO {table} SELECT made.* FROM ({rows}) t, generate_series(1, %(count)s) n "
        "JOIN place ON seat = n %% (SELECT count(*) FROM place), "
        f"jsonb_populate_record(t::{table}, jsonb_build_object({', '.join(changed)})) made",
        {"case": case_id, "count": count},
    )
