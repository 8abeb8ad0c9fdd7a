"""The databases of a test session: one is migrated, the others are copies of it; and how one is emptied."""

import os
import subprocess
import sys
from pathlib import Path

import psycopg
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from advocacy.organisations.database import grant

ROOT = Path(__file__).parents[1]
MIGRATED = "migrated"
# Made by migrations, and needed by whatever comes next.
KEPT = ("django_migrations", "django_content_type", "auth_permission")
# Rows of a test are deleted one by one up to this size of their table: to truncate makes new files for each
# table and index, which takes a hundred times as long for the few rows that a test leaves.
LARGE_BYTES = 4 * 1024 * 1024


def create(name: str) -> None:
    """Make a database of this name with every migration applied, in place of one that is there."""
    with _server() as server:
        # Workers come at once: one migrates, the others wait, and then copy one after the other.
        server.execute("SELECT pg_advisory_lock(1)")
        if not server.execute("SELECT 1 FROM pg_database WHERE datname = %s", [MIGRATED]).fetchone():
            _migrate(server)
        copy(MIGRATED, name)


def copy(name: str, new: str) -> None:
    """Make a copy of a database that nobody is connected to, in place of one that is there."""
    with _server() as server:
        server.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(new)))
        server.execute(
            sql.SQL("CREATE DATABASE {} OWNER {} TEMPLATE {}").format(
                *map(sql.Identifier, (new, _owner(), name))
            )
        )


def _owner() -> str:
    return str(conninfo_to_dict(os.environ["DATABASE_OWNER_URL"])["user"])


def _migrate(server: psycopg.Connection) -> None:
    """Make the first one, as the owner. It has its name when it is whole."""
    owner = _owner()
    new = sql.Identifier(f"{MIGRATED}_new")
    server.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(new))
    server.execute(sql.SQL("CREATE DATABASE {} OWNER {}").format(new, sql.Identifier(owner)))
    user = str(conninfo_to_dict(os.environ["DATABASE_URL"])["user"])
    grant(_address("DATABASE_ADMIN_URL"), owner=owner, user=user)
    subprocess.run(
        [sys.executable, "manage.py", "migrate", "--verbosity=0"],
        cwd=ROOT,
        env=os.environ | {"DATABASE_OWNER_URL": _address("DATABASE_OWNER_URL")},
        check=True,
    )
    server.execute(sql.SQL("ALTER DATABASE {} RENAME TO {}").format(new, sql.Identifier(MIGRATED)))


def _address(variable: str) -> str:
    return make_conninfo(os.environ[variable], dbname=f"{MIGRATED}_new")


def _server() -> psycopg.Connection:
    return psycopg.connect(os.environ["DATABASE_ADMIN_URL"], autocommit=True)


def empty(admin_url: str) -> None:
    """Remove every row that a test has committed, as an administrator: the serving role may truncate nowhere.

    A table whose file has no byte has no row either.
    """
    with psycopg.connect(admin_url, autocommit=True) as database:
        sizes = dict(
            database.execute(
                "SELECT relname, pg_relation_size(oid) FROM pg_class WHERE relkind = 'r' "
                "AND relnamespace = 'public'::regnamespace AND NOT relname = ANY (%s)",
                [list(KEPT)],
            ).fetchall()
        )
        if max(sizes.values()) > LARGE_BYTES:
            tables = sql.SQL(", ").join(map(sql.Identifier, sizes))
            database.execute(sql.SQL("TRUNCATE {} CASCADE").format(tables))
            return
        written = [sql.SQL("DELETE FROM {}").format(sql.Identifier(name)) for name in sizes if sizes[name]]
        # Without keys and triggers, which would keep the order of the deletes, and write of them.
        replica = sql.SQL("SET session_replication_role = replica")
        database.execute(sql.SQL("; ").join([replica, *written]))
