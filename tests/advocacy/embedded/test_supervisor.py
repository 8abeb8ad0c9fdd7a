"""The supervisor with stand-ins for web and worker: it starts them, watches them, and leaves none behind."""

import os
import re
import signal
import socket
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import pytest

from advocacy.embedded import processes
from advocacy.embedded.postgres import free_port

ROOT = Path(__file__).resolve().parents[3]

# Servers are named, so that none is started: this is about the children.
RUN = """
import sys
from pathlib import Path
from advocacy.embedded import supervisor
var, port, worker = Path(sys.argv[1]), int(sys.argv[2]), sys.argv[3]
web = [sys.executable, "-m", "http.server", str(port), "--bind", "127.0.0.1"]
supervisor.plan = lambda var, port: supervisor.Plan(
    steps=[("Step taken", lambda signals: None)],
    children=[("web", web), ("worker", [sys.executable, "-c", worker])],
    greeting=lambda: ["READY"],
)
sys.exit(supervisor.main(var))
"""

# Leaves a child of its own, says both numbers, and ends on SIGTERM.
GOOD = """
import os, subprocess, time
print('pids', os.getpid(), subprocess.Popen(['sleep', '60']).pid)
time.sleep(60)
"""
DEAF = """
import signal, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
print('deaf')
time.sleep(60)
"""
FAILING = "import time; print('the last words'); time.sleep(0.5); raise SystemExit(3)"


class Run:
    """A supervisor in a process of its own."""

    def __init__(self, var: Path, worker: str = GOOD, port: int | None = None, **environment: str) -> None:
        self.port = port or free_port()
        self.process = subprocess.Popen(
            [sys.executable, "-c", RUN, str(var), str(self.port), worker],
            cwd=ROOT,
            env={
                **os.environ,
                "ADVOCACY_ENV": "dev",
                "PORT": str(self.port),
                "DATABASE_URL": "postgresql://named/none",
                "DATABASE_ADMIN_URL": "a secret",
                "REDIS_URL": "redis://named/0",
                **environment,
            },
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        self.output = ""

    def wait_for(self, *texts: str) -> None:
        while not all(text in self.output for text in texts):
            line = self.process.stdout.readline()
            assert line, f"ended early:\n{self.output}"
            self.output += line

    def pids(self) -> list[int]:
        return [int(text) for text in re.search(r"pids (\d+) (\d+)", self.output).groups()]

    def end(self) -> int:
        self.output += self.process.communicate(timeout=20)[0]
        return self.process.returncode


def is_free(port: int) -> bool:
    with socket.socket() as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        return listener.connect_ex(("127.0.0.1", port)) != 0


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_everything(tmp_path, number):
    run = Run(tmp_path)
    run.wait_for("READY", "pids")

    run.process.send_signal(number)

    assert run.end() == 0
    assert "Step taken" in run.output
    assert not [pid for pid in run.pids() if processes.alive(pid)]
    assert is_free(run.port)


def test_a_child_that_ends_ends_everything_and_its_last_words_are_shown(tmp_path):
    run = Run(tmp_path, FAILING)

    assert run.end() == 1

    assert "worker ended with status 3" in run.output
    assert run.output.rstrip().endswith("the last words")
    assert is_free(run.port)


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells a child that its parent died")
def test_children_of_a_killed_supervisor_end_and_the_next_run_starts(tmp_path):
    killed = Run(tmp_path)
    killed.wait_for("READY", "pids")
    killed.process.kill()

    again = Run(tmp_path, port=killed.port)
    again.wait_for("READY", "pids")
    again.process.terminate()

    assert again.end() == 0
    killed.end()
    assert processes.wait_until(lambda: not processes.alive(killed.pids()[0]), seconds=5)


def test_a_child_that_will_not_end_is_killed(tmp_path):
    from advocacy.embedded.children import Child, end_all

    child = Child("deaf", [sys.executable, "-c", DEAF], os.environ)
    assert processes.wait_until(lambda: bool(child.tail), seconds=5)
    began = time.monotonic()

    end_all([child], seconds=0.5)

    assert child.ended() == -signal.SIGKILL
    assert time.monotonic() - began < 3


def test_a_taken_port_is_told_before_anything_starts(tmp_path):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        run = Run(tmp_path, port=port)

        assert run.end() == 1

    assert f"PORT={port + 1} make run" in run.output
    assert "Step taken" not in run.output


def test_a_second_run_in_the_same_folder_is_refused(tmp_path):
    first = Run(tmp_path)
    first.wait_for("READY")

    second = Run(tmp_path)

    assert second.end() == 1
    assert "already running" in second.output
    first.process.terminate()
    assert first.end() == 0


def test_children_do_not_get_the_administrators_address(tmp_path):
    show = "import os, time; print('admin', os.environ.get('DATABASE_ADMIN_URL')); time.sleep(60)"
    run = Run(tmp_path, show)

    run.wait_for("READY", "admin")
    run.process.terminate()
    run.end()

    assert "admin None" in run.output


def test_production_is_refused(tmp_path):
    run = Run(tmp_path, ADVOCACY_ENV="prod")

    assert run.end() == 1
    assert "production" in run.output


def test_the_real_plan_names_every_queue():
    from advocacy.embedded import supervisor
    from advocacy.settings.schedule import TASK_ROUTES

    commands = dict(supervisor.plan(Path("/nowhere"), 8000).children)

    listed = commands["worker"][commands["worker"].index("-Q") + 1].split(",")
    assert {route["queue"] for route in TASK_ROUTES.values()} < set(listed)
    assert textwrap.shorten(" ".join(commands["web"]), 400).count("127.0.0.1:8000") == 1
