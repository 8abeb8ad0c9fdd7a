"""One PostgreSQL cluster: made, started, found again after a crash, stopped."""

import os
import shutil
import signal
import socket
import subprocess
import time
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import IO

from advocacy.embedded import keys as keyring
from advocacy.embedded import processes
from advocacy.embedded.binaries import Postgres, find_postgres
from advocacy.embedded.errors import EmbeddedError
from advocacy.embedded.folders import Folders
from advocacy.embedded.keys import Keys

SUPERUSER = "postgres"
DATABASE = "advocacy"
BUILTIN_LOCALE_SINCE = 17

# Statements, their values and what an error says of them hold health data: the log gets none of it, and
# whoever asked gets the error anyway.
PRIVACY = {
    "log_min_messages": "log",
    "log_statement": "none",
    "log_min_error_statement": "panic",
    "log_parameter_max_length": "0",
    "log_parameter_max_length_on_error": "0",
    "log_min_duration_statement": "-1",
    "log_error_verbosity": "terse",
}
ALWAYS = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "shared_buffers": "128MB",
    "jit": "off",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_checkpoints": "off",
}
THROW_AWAY = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
# A password that was drawn at random needs no slow hash, and each connection pays for one on either side.
QUICK_PASSWORDS = {"scram_iterations": "1"}
QUICK_PASSWORDS_SINCE = 16

STARTING_SECONDS = 60
STOPPING_SECONDS = 30
# Refusals that pass by themselves: the port was taken meanwhile, or the last backends of a killed
# server have not noticed yet.
PASSING = ("could not bind", "shared memory block", 'lock file "postmaster.pid"', "no valid socket")
PASSING_SECONDS = 15


@dataclass(frozen=True)
class Postmaster:
    """What a running server's pid file says."""

    pid: int
    port: int
    ready: bool


class Cluster:
    """The cluster of one installation. Start and stop it under the installation's locks."""

    def __init__(self, folders: Folders, keys: Keys, *, durable: bool) -> None:
        self._folders = folders
        self._keys = keys
        self._durable = durable

    def ensure(self) -> bool:
        """Make the cluster if there is none, start it if it does not run. Return True if it was started."""
        self._folders.make_home()
        self._set_foreign_aside()
        if not self.data.is_dir():
            self._make()
        found = self.running()
        if found is None:
            self._start()
        elif not found.ready:
            self._wait_ready(None)
        return found is None

    @cached_property
    def _programs(self) -> Postgres:
        return find_postgres(self._folders.account)

    @property
    def data(self) -> Path:
        """Return the cluster's own folder. Different major versions cannot share one."""
        return self._folders.home / f"pg{self._programs.major}"

    def running(self) -> Postmaster | None:
        """Return the running server, if one runs on this cluster."""
        try:
            lines = (self.data / "postmaster.pid").read_text().splitlines()
            pid, port = int(lines[0]), int(lines[3])
        except (OSError, ValueError, IndexError):
            return None
        if not self._is_ours(pid):
            return None
        return Postmaster(pid, port, ready=len(lines) > 7 and lines[7].strip() == "ready")

    def _is_ours(self, pid: int) -> bool:
        return processes.alive(pid) and str(self.data) in processes.command_line(pid)

    def url(self, user: str, password: str, database: str = DATABASE) -> str:
        """Return the address of the running server for this role."""
        found = self.running()
        if found is None:
            raise EmbeddedError("PostgreSQL is not running.")
        return f"postgresql://{user}:{password}@127.0.0.1:{found.port}/{database}"

    def stop(self) -> None:
        """Stop the server: fast, then at once, then by force. Committed rows survive each."""
        for number in (signal.SIGINT, signal.SIGQUIT, signal.SIGKILL):
            found = self.running()
            if found is None:
                return
            processes.send(found.pid, number)
            if processes.wait_gone(found.pid, seconds=STOPPING_SECONDS):
                return

    def _set_foreign_aside(self) -> None:
        """Move a cluster away that was made with other keys, as is left outside `var` after `rm -r var`."""
        ours = self._marker.is_file() and self._marker.read_text() == self._keys.installation
        if ours or not self.data.is_dir():
            return
        self.stop()
        aside = self.data.with_name(f"{self.data.name}.other-keys")
        shutil.rmtree(aside, ignore_errors=True)
        self.data.rename(aside)
        print(f"The database in {self.data} was made with other keys. It is kept in {aside}.", flush=True)

    @property
    def _marker(self) -> Path:
        return self.data.with_name(f"{self.data.name}.installation")

    def _make(self) -> None:
        """Make the cluster beside its place and move it there, so that a killed start leaves no half one."""
        new = self.data.with_name(f"{self.data.name}.new")
        shutil.rmtree(new, ignore_errors=True)
        new.mkdir(mode=0o700)
        self._folders.account.give(new)
        password = new.with_name(f"{new.name}.password")
        keyring.write_private(password, self._keys.superuser_password)
        self._folders.account.give(password)
        try:
            self._initdb(new, password)
        finally:
            password.unlink()
        self._marker.write_text(self._keys.installation)
        new.rename(self.data)

    def _initdb(self, new: Path, password: Path) -> None:
        locale = ["--locale=C"]
        if self._programs.major >= BUILTIN_LOCALE_SINCE:
            # The same order and the same upper case on every system.
            locale += ["--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
        command = [
            self._programs.program("initdb"),
            f"--pgdata={new}",
            "--encoding=UTF8",
            "--auth=scram-sha-256",
            f"--username={SUPERUSER}",
            f"--pwfile={password}",
            *locale,
            *([] if self._durable else ["--no-sync", *_options(self._quick_passwords())]),
        ]
        log = self._folders.log / "initdb.log"
        with log.open("wb") as output:
            answer = self._popen(command, output).wait()
        if answer != 0:
            raise EmbeddedError(f"PostgreSQL could not make its database. {log} says:\n{_tail(log)}")

    def _popen(self, command: list[str], output: IO[bytes]) -> subprocess.Popen[bytes]:
        account = self._folders.account
        return subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            cwd=self._folders.home,
            # Nothing of ours: PGDATA, PGPORT and the like would speak to PostgreSQL, and keys would reach it.
            env={"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C"},
            start_new_session=True,
            user=account.uid,
            group=account.gid,
            extra_groups=[] if account.other else None,
        )

    def _start(self) -> None:
        log = self._folders.log / "postgres.log"
        give_up = time.monotonic() + PASSING_SECONDS
        while True:
            self._forget_reused_pid()
            began = log.stat().st_size if log.exists() else 0
            with log.open("ab") as output:
                process = self._popen(self._command(), output)
            processes.keep(process)
            try:
                if self._wait_ready(process):
                    return
            except BaseException:
                processes.send(process.pid, signal.SIGINT)
                raise
            said = _tail(log, since=began)
            if time.monotonic() > give_up or not any(reason in said for reason in PASSING):
                raise EmbeddedError(f"PostgreSQL did not start. {log} says:\n{said}")
            time.sleep(0.3)

    def _command(self) -> list[str]:
        settings = ALWAYS | PRIVACY | {"port": str(free_port())}
        if not self._durable:
            settings |= THROW_AWAY | self._quick_passwords()
        return [self._programs.program("postgres"), "-D", str(self.data), *_options(settings)]

    def _quick_passwords(self) -> dict[str, str]:
        return QUICK_PASSWORDS if self._programs.major >= QUICK_PASSWORDS_SINCE else {}

    def _forget_reused_pid(self) -> None:
        """Remove a dead server's pid file when its number now belongs to a stranger.

        PostgreSQL clears a file whose process is gone; it cannot tell a stranger from itself. Its shared
        memory still keeps two servers apart.
        """
        pid_file = self.data / "postmaster.pid"
        try:
            pid = int(pid_file.read_text().split("\n", 1)[0])
        except (OSError, ValueError):
            return
        if processes.alive(pid) and not self._is_ours(pid):
            pid_file.unlink(missing_ok=True)

    def _wait_ready(self, process: subprocess.Popen[bytes] | None) -> bool:
        """Wait for the server. Return False if the process ended instead.

        Raises:
            EmbeddedError: it neither ended nor got ready.
        """

        def settled() -> bool:
            found = self.running()
            return (found is not None and found.ready) or (process is not None and process.poll() is not None)

        if not processes.wait_until(settled, seconds=STARTING_SECONDS):
            raise EmbeddedError(
                f"PostgreSQL is not ready after {STARTING_SECONDS} s. "
                f"{self._folders.log / 'postgres.log'} says why."
            )
        return process is None or process.poll() is None


def _options(settings: dict[str, str]) -> list[str]:
    return [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]


def free_port() -> int:
    """Return a port that is free at this moment."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def _tail(log: Path, *, since: int = 0, lines: int = 12) -> str:
    text = log.read_bytes()[since:].decode(errors="replace")
    return "\n".join(text.splitlines()[-lines:])
