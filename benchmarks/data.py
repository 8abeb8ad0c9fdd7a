"""The data of the benchmarks: a database of their own, and a role that no serving process can use."""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from datetime import time as time_of_day
from typing import Any

import psycopg
from psycopg import sql
from psycopg.conninfo import make_conninfo

from tests.chaos.running import clock_at, morning
from tests.chaos.scratch import Database, connected, scratch_database
from tests.chaos.staging import stage

BENCH_ROLE = "app_bench"
# Each case has so many dates at most, and each organisation so many people.
DATES_OF_A_CASE, PEOPLE_OF_AN_ORGANISATION = 500, 10
NOW = morning(at=time_of_day(10))

_RESET = (
    "UPDATE reminder SET state = 'planned', sent_at = NULL, mail_id = NULL, lease_until = NULL, "
    "lease_token = NULL, attempts = 0, send_at = step_at WHERE send_at <> step_at OR state <> 'planned'"
)
# So many rows of each person are due, as if it were their day: everybody of as few organisations as it takes.
_MAKE_DUE = (
    "UPDATE reminder SET send_at = %(at)s FROM (SELECT id FROM (SELECT id, organisation_id, recipient_id, "
    "row_number() OVER (PARTITION BY recipient_id ORDER BY id) AS seat FROM reminder) AS numbered "
    "WHERE seat <= %(each)s ORDER BY organisation_id, recipient_id LIMIT %(most)s) AS due "
    "WHERE due.id = reminder.id"
)


@dataclass(frozen=True)
class Size:
    """How much there is."""

    deadlines: int = 1_000_000
    organisations: int = 200
    rounds: int = 5
    mails: int = 500
    drain: int = 2_000

    @property
    def cases(self) -> int:
        return max(self.deadlines // DATES_OF_A_CASE, self.organisations * PEOPLE_OF_AN_ORGANISATION)


SMALL = Size(deadlines=400, organisations=4, rounds=2, mails=20, drain=20)


@dataclass(frozen=True)
class Bench:
    """The database, and a connection that no lock holds back: for floors, and for staging."""

    size: Size
    database: Database
    raw: psycopg.Connection[Any]
    now: datetime = NOW

    def forget_reminders(self) -> None:
        self.raw.execute("TRUNCATE reminder, reminder_attempt CASCADE")
        self.raw.commit()

    def make_due(self, each: int, most: int) -> int:
        """Have `each` reminders of each person due, `most` of all together; return how many are."""
        self.raw.execute(_RESET)
        self.raw.execute("DELETE FROM reminder_attempt")
        due = self.raw.execute(_MAKE_DUE, {"at": self.now, "each": each, "most": most}).rowcount
        self.raw.commit()
        self.vacuum()
        return due

    def vacuum(self) -> None:
        """Leave every round the same start: no dead rows of the one before."""
        self.raw.autocommit = True
        self.raw.execute("VACUUM ANALYZE reminder")
        self.raw.autocommit = False


@contextmanager
def bench(size: Size) -> Iterator[Bench]:
    """Build the data, lead Django to it, and take all of it away at the end."""
    with scratch_database() as database, connected(database), clock_at(NOW):
        password = secrets.token_urlsafe(24)
        with psycopg.connect(database.admin, autocommit=True) as admin:
            _make_role(admin, password)
            try:
                _stage(database, size)
                address = make_conninfo(database.admin, user=BENCH_ROLE, password=password)
                with psycopg.connect(address) as raw:
                    yield Bench(size, database, raw)
            finally:
                role = sql.Identifier(BENCH_ROLE)
                admin.execute(sql.SQL("DROP OWNED BY {} CASCADE").format(role))
                admin.execute(sql.SQL("DROP ROLE {}").format(role))


def _make_role(admin: psycopg.Connection[Any], password: str) -> None:
    names = {"role": sql.Identifier(BENCH_ROLE), "password": sql.Literal(password)}
    for statement in (
        "DROP ROLE IF EXISTS {role}",
        "CREATE ROLE {role} LOGIN BYPASSRLS NOSUPERUSER PASSWORD {password}",
        "GRANT ALL ON ALL TABLES IN SCHEMA public TO {role}",
        "GRANT pg_maintain TO {role}",
    ):
        admin.execute(sql.SQL(statement).format(**names))


def _stage(database: Database, size: Size) -> None:
    """Open one case by the services; the rest are copies. Every date has one step, still to come."""
    stage(database, dates=size.cases, days_left=60, organisations=size.organisations, now=NOW)
    copies = -(-size.deadlines // size.cases)
    with psycopg.connect(database.admin) as admin:
        # What is copied was whole, so the copies are.
        admin.execute("SET session_replication_role = replica")
        columns = admin.execute(
            "SELECT attname FROM pg_attribute WHERE attrelid = 'deadline'::regclass AND attnum > 0 "
            "AND NOT attisdropped AND attgenerated = '' ORDER BY attnum"
        ).fetchall()
        changed = {
            "id": "gen_random_uuid()",
            "rule": "'bench-' || n",
            "direction": "CASE n % 2 WHEN 0 THEN 'opens' ELSE 'theirs' END",
            "act_at": "act_at + (n % 30) * interval '1 day'",
            "nominal_at": "nominal_at + (n % 30) * interval '1 day'",
            "last_lawful_at": "last_lawful_at + (n % 30) * interval '1 day'",
        }
        names = [row[0] for row in columns]
        admin.execute(
            f"INSERT INTO deadline ({', '.join(names)}) "
            f"SELECT {', '.join(changed.get(name, name) for name in names)} "
            "FROM deadline, generate_series(1, %s) n".replace("%", "%%").replace("%%s", "%s"),  # type: ignore[arg-type]
            [copies],
        )
        admin.execute("DELETE FROM deadline WHERE rule NOT LIKE 'bench-%'")
        admin.commit()
        admin.autocommit = True
        admin.execute("VACUUM ANALYZE")
