"""Databases and processes of a failure test: each is its own, and gone at the end."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

import psycopg
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from tests import databases

ROOT = Path(__file__).resolve().parent.parent.parent


@dataclass(frozen=True)
class Database:
    """One database by three addresses."""

    admin: str
    owner: str
    user: str

    @property
    def name(self) -> str:
        return str(conninfo_to_dict(self.user)["dbname"])


def addresses(name: str) -> Database:
    """Return the addresses of a database on the servers that the environment names."""
    given = (os.environ[f"DATABASE_{who}URL"] for who in ("ADMIN_", "OWNER_", ""))
    return Database(*(make_conninfo(each, dbname=name) for each in given))


@contextmanager
def scratch_database() -> Iterator[Database]:
    """Make, and at the end drop, a migrated database of our own on the session's server."""
    made = addresses(f"chaos_{uuid4().hex[:12]}")
    databases.create(made.name)
    try:
        yield made
    finally:
        with psycopg.connect(os.environ["DATABASE_ADMIN_URL"], autocommit=True) as server:
            server.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(made.name)))


@contextmanager
def connected(database: Database) -> Iterator[None]:
    """Lead Django, in this process, to the database, as the role that serves."""
    from django.db import connections

    before = {alias: connections[alias].settings_dict["NAME"] for alias in connections}
    try:
        for alias in before:
            connections[alias].close()
            connections[alias].settings_dict["NAME"] = database.name
        yield
    finally:
        for alias, name in before.items():
            connections[alias].close()
            connections[alias].settings_dict["NAME"] = name


def environment(**added: str) -> dict[str, str]:
    """Ours, without the administrator's and owner's addresses: a sender has neither."""
    kept = {name: text for name, text in os.environ.items() if not name.startswith("DATABASE_")}
    return kept | {"ADVOCACY_ENV": "test", "DJANGO_SETTINGS_MODULE": "advocacy.settings.test"} | added


def python(*arguments: str, **added: str) -> str:
    """Run a program to its end and return what it printed."""
    done = subprocess.run(
        [sys.executable, *arguments], cwd=ROOT, env=environment(**added), check=True, capture_output=True,
        text=True,
    )  # fmt: skip
    return done.stdout


@dataclass
class Process:
    """A program of ours that ends with us: its standard input is held open."""

    popen: subprocess.Popen[bytes]

    @classmethod
    def start(cls, *arguments: str, quiet: bool = False, **added: str) -> "Process":
        out = subprocess.DEVNULL if quiet else subprocess.PIPE
        popen = subprocess.Popen(
            [sys.executable, *arguments],
            cwd=ROOT,
            env=environment(**added),
            stdin=subprocess.PIPE,
            stdout=out,
            stderr=subprocess.DEVNULL if quiet else None,
        )
        return cls(popen)

    def kill(self) -> None:
        if self.popen.poll() is None:
            os.kill(self.popen.pid, signal.SIGKILL)
        self.popen.wait()
        for stream in (self.popen.stdin, self.popen.stdout):
            if stream is not None:
                stream.close()

    def stop(self, *, patience: float = 60.0) -> float:
        """Ask it to end; return how many seconds it took. One that does not end within patience is killed."""
        began = time.monotonic()
        self.popen.terminate()
        with suppress(subprocess.TimeoutExpired):
            self.popen.wait(timeout=patience)
        took = time.monotonic() - began
        self.kill()
        return took


def wait_until(true: Callable[[], object], *, patience: float, every: float = 0.05) -> float | None:
    """Wait until something is so; return after how many seconds, or None if it never was."""
    began = time.monotonic()
    while time.monotonic() - began < patience:
        if true():
            return time.monotonic() - began
        time.sleep(every)
    return None
