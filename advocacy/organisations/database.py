"""Roles, grants and the database itself, from an administrator's address. Safe to run again."""

import os
from collections.abc import Mapping

import psycopg
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from advocacy.organisations.doors import SCAN_ROLE

OWNER = "app_owner"
USER = "app_user"


def prepare(
    admin_url: str, *, database: str, owner_url: str | None = None, user_url: str | None = None
) -> None:
    """Make the roles, the database and the default grants.

    The names and passwords of the two login roles are read from the two addresses (by default from
    DATABASE_OWNER_URL and DATABASE_URL).

    Raises:
        KeyError: an address is neither given nor in the environment.
        psycopg.Error: the administrator's address lacks the right to do it.
    """
    owner = conninfo_to_dict(owner_url or os.environ["DATABASE_OWNER_URL"])
    user = conninfo_to_dict(user_url or os.environ["DATABASE_URL"])
    with psycopg.connect(admin_url, autocommit=True) as connection:
        _role(connection, str(owner["user"]), f"LOGIN {_password(owner)}")
        _role(connection, str(user["user"]), f"LOGIN {_password(user)}")
        _role(connection, SCAN_ROLE, "NOLOGIN")
        # Without inheritance the owner does not see what the scan role's policy shows.
        connection.execute(
            sql.SQL("GRANT {} TO {} WITH INHERIT FALSE, SET TRUE").format(
                sql.Identifier(SCAN_ROLE), sql.Identifier(str(owner["user"]))
            )
        )
        connection.execute(
            sql.SQL("GRANT {} TO CURRENT_USER WITH SET TRUE").format(sql.Identifier(str(owner["user"])))
        )
        if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [database]).fetchone():
            connection.execute(
                sql.SQL("CREATE DATABASE {} OWNER {}").format(
                    sql.Identifier(database), sql.Identifier(str(owner["user"]))
                )
            )
    grant(make_conninfo(admin_url, dbname=database), owner=str(owner["user"]), user=str(user["user"]))


def grant(admin_url: str, *, owner: str, user: str) -> None:
    """Let the serving role use, and never own, what the owner makes in this database from now on."""
    names = {"owner": sql.Identifier(owner), "user": sql.Identifier(user)}
    with psycopg.connect(admin_url, autocommit=True) as connection:
        for statement in (
            "REVOKE ALL ON SCHEMA public FROM PUBLIC",
            "GRANT USAGE ON SCHEMA public TO PUBLIC",
            "GRANT ALL ON SCHEMA public TO {owner} WITH GRANT OPTION",
            "ALTER DEFAULT PRIVILEGES FOR ROLE {owner} IN SCHEMA public "
            "GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO {user}",
            "ALTER DEFAULT PRIVILEGES FOR ROLE {owner} IN SCHEMA public GRANT USAGE ON SEQUENCES TO {user}",
            "ALTER DEFAULT PRIVILEGES FOR ROLE {owner} REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC",
        ):
            connection.execute(sql.SQL(statement).format(**names))


def _password(parts: Mapping[str, object]) -> str:
    return sql.SQL("PASSWORD {}").format(sql.Literal(str(parts.get("password", "")))).as_string(None)


def _role(connection: psycopg.Connection[tuple[object, ...]], name: str, options: str) -> None:
    """Make the role, or renew its password. What it must not be is stated only where it is not so already:
    an administrator who is no superuser may not even repeat it."""
    row = connection.execute(
        "SELECT rolsuper OR rolbypassrls OR rolcreaterole FROM pg_roles WHERE rolname = %s", [name]
    ).fetchone()
    verb = "ALTER ROLE" if row else "CREATE ROLE"
    restricted = "NOSUPERUSER NOBYPASSRLS NOCREATEROLE" if row and row[0] else ""
    connection.execute(f"{verb} {sql.Identifier(name).as_string(None)} {restricted} {options}".encode())
