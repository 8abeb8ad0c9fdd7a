"""Everything at once, for development and the demo: servers, web, sender, worker and beat in one terminal."""

import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import FrameType

from advocacy.embedded import attach, folders, processes
from advocacy.embedded.children import STOPPING_SECONDS, Child, end_all, tied_to_us
from advocacy.embedded.errors import EmbeddedError
from advocacy.embedded.folders import CHECKOUT
from advocacy.embedded.locks import FileLock

WEB_SECONDS = 60
CLEANING_SECONDS = 10
# Who serves has no business with these.
ADMINISTRATIVE = ("DATABASE_ADMIN_URL", "DATABASE_OWNER_URL")


class Stop(Exception):
    """Somebody asked us to stop."""


class Signals:
    """Whether somebody asked us to stop.

    The handler only notes it, and whoever waits looks: an exception out of a handler can leave a lock of
    `subprocess` held for ever, and with it the stop.
    """

    def __init__(self) -> None:
        self._asked = False
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self._note)

    def _note(self, _number: int, _frame: FrameType | None) -> None:
        self._asked = True

    def check(self) -> None:
        """Raise Stop if somebody asked."""
        if self._asked:
            raise Stop


@dataclass(frozen=True)
class Plan:
    """What is run: steps that must succeed first, then children that must not end."""

    steps: Sequence[tuple[str, Callable[[Signals], None]]]
    children: Sequence[tuple[str, Sequence[str]]]
    greeting: Callable[[], list[str]]


def main(var: Path | None = None) -> int:
    """Run everything until somebody stops it. Return the exit status."""
    var = var or folders.default_var()
    try:
        if os.environ.get("ADVOCACY_ENV") == "prod":
            raise EmbeddedError(
                "This is for development and the demo. In production each process runs alone."
            )
        port = _port()
        return run(plan(var, port), var=var, port=port)
    except EmbeddedError as error:
        print(f"\n{error}", file=sys.stderr, flush=True)
        return 1


def _port() -> int:
    text = os.environ.get("PORT") or "8000"
    if not text.isdigit() or not 0 < int(text) < 65536:
        raise EmbeddedError(f"PORT must be a number between 1 and 65535, not {text!r}.")
    return int(text)


def plan(var: Path, port: int) -> Plan:
    """Return what `make run` runs."""
    steps: list[tuple[str, Callable[[Signals], None]]] = []
    if os.environ.get("DATABASE_ADMIN_URL") or not os.environ.get("DATABASE_URL"):
        steps.append(("Database prepared", lambda _signals: attach.prepare_database()))
    steps.append(("Migrations applied", lambda signals: _manage(signals, var, "migrate")))
    steps.append(("Demo in place", lambda signals: _manage(signals, var, "seed_demo", "--if-empty")))
    python = sys.executable
    web = [
        *(python, "-m", "gunicorn", "advocacy.wsgi:application", "--bind", f"127.0.0.1:{port}"),
        *("--worker-class", "gthread", "--workers", "1", "--threads", "4"),
        *("--graceful-timeout", "5", "--log-level", "warning", "--no-control-socket"),
    ]
    celery = [python, "-m", "celery", "--quiet", "-A", "advocacy"]
    worker = [
        *(*celery, "worker", "-P", "threads", "--concurrency", "4", "-l", "warning"),
        *("-Q", ",".join(queues()), "--without-gossip", "--without-mingle"),
    ]
    sender = [python, str(CHECKOUT / "manage.py"), "deliver_reminders"]
    beat = [*celery, "beat", "-l", "warning", "--schedule", str(var / "run" / "beat"), "--pidfile="]
    return Plan(
        steps=steps,
        children=[("web", web), ("sender", sender), ("worker", worker), ("beat", beat)],
        greeting=lambda: greeting(port),
    )


def queues() -> list[str]:
    """Return every queue that a task is routed to, and Celery's own for those without a route."""
    from advocacy.settings.schedule import TASK_ROUTES

    return [*sorted({route["queue"] for route in TASK_ROUTES.values()}), "celery"]


def greeting(port: int) -> list[str]:
    """Return the address and the demo's sign-ins."""
    lines = ["", f"  Open http://localhost:{port}", ""]
    try:
        from advocacy.demo.cast import PASSWORD, sign_ins
    except ImportError:
        return [*lines, "Press Ctrl-C to stop."]
    people = [f"  {one['email']:<26}{one['role']:<12}{one['organisation']}" for one in sign_ins()]
    return [*lines, f"  Sign in with the password {PASSWORD}", *people, "", "Press Ctrl-C to stop."]


def run(what: Plan, *, var: Path, port: int) -> int:
    """Run the plan until a signal or the end of a child. Return the exit status.

    Raises:
        EmbeddedError: the port is taken, another run holds this data folder, or a step failed.
    """
    signals = Signals()
    lock = _only_one(folders.prepare(var).run / "dev.lock", port)
    children: list[Child] = []
    servers = attach.Servers()
    try:
        servers = attach.ensure_servers(var=var, progress=_say)
        for name, step in what.steps:
            signals.check()
            _timed(name, step, signals)
        environment = {name: value for name, value in os.environ.items() if name not in ADMINISTRATIVE}
        began = time.monotonic()
        for name, command in what.children:
            children.append(Child(name, command, environment))
        _wait_for_web(children, port, signals)
        names = ", ".join(name for name, _ in what.children)
        _say(f"Running: {names} ({time.monotonic() - began:.1f} s)")
        print("\n".join(what.greeting()), flush=True)
        while True:
            signals.check()
            _raise_for_ended(children)
            time.sleep(0.1)
    except Stop:
        print("\nStopping...", flush=True)
        return 0
    finally:
        end_all(children)
        servers.close()
        lock.note("")
        lock.close()


def _only_one(path: Path, port: int) -> FileLock:
    """Hold the run lock of this data folder, and make sure that the port is free.

    Raises:
        EmbeddedError: one of the two is taken.
    """
    lock = FileLock(path)
    if not lock.try_alone():
        raise EmbeddedError("`make run` is already running here. Stop it first (Ctrl-C in its terminal).")
    # A note from a run that was killed: its children are ending, and may hold the port for a moment.
    give_up = time.monotonic() + (CLEANING_SECONDS if lock.read() else 0)
    while not _is_free(port):
        if time.monotonic() >= give_up:
            raise EmbeddedError(
                f"Port {port} is in use by another program. Choose another one: PORT={port + 1} make run"
            )
        time.sleep(0.1)
    lock.note(str(os.getpid()))
    return lock


def _is_free(port: int) -> bool:
    with socket.socket() as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind(("127.0.0.1", port))
        except PermissionError as error:
            raise EmbeddedError(
                f"Port {port} needs root. Choose one above 1023: PORT=8000 make run"
            ) from error
        except OSError:
            return False
    return True


def _say(text: str) -> None:
    print(text, flush=True)


def _timed(name: str, step: Callable[[Signals], None], signals: Signals) -> None:
    began = time.monotonic()
    step(signals)
    _say(f"{name} ({time.monotonic() - began:.1f} s)")


def _manage(signals: Signals, var: Path, command: str, *options: str) -> None:
    """Run a management command as the database's owner, its output in a file.

    Raises:
        EmbeddedError: it failed; the message holds the end of its output.
    """
    environment = dict(os.environ)
    if owner := environment.get("DATABASE_OWNER_URL"):
        environment["DATABASE_URL"] = owner
    log = var / "log" / f"{command}.log"
    with log.open("w") as output:
        process = subprocess.Popen(
            tied_to_us([sys.executable, str(CHECKOUT / "manage.py"), command, *options]),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            env=environment,
            start_new_session=True,
        )
    try:
        while process.poll() is None:
            signals.check()
            time.sleep(0.05)
    except Stop:
        process.terminate()
        processes.wait_until(lambda: process.poll() is not None, seconds=STOPPING_SECONDS)
        process.kill()
        process.wait()
        raise
    if process.returncode != 0:
        said = "\n".join(log.read_text(errors="replace").splitlines()[-25:])
        raise EmbeddedError(f"manage.py {command} failed. {log} says:\n{said}")


def _wait_for_web(children: Sequence[Child], port: int, signals: Signals) -> None:
    give_up = time.monotonic() + WEB_SECONDS
    while not _answers(port):
        signals.check()
        _raise_for_ended(children)
        if time.monotonic() > give_up:
            raise EmbeddedError(f"Nothing answers on port {port} after {WEB_SECONDS} s.")
        time.sleep(0.1)


def _answers(port: int) -> bool:
    connection = http.client.HTTPConnection("localhost", port, timeout=5)
    try:
        # Any page and any status: whether all is well is a later question, and /healthz logs a no.
        connection.request("GET", "/")
        connection.getresponse()
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()
    return True


def _raise_for_ended(children: Sequence[Child]) -> None:
    for child in children:
        if (status := child.ended()) is not None:
            raise EmbeddedError(f"{child.name} ended with status {status}. Its last lines:\n{child.said()}")
