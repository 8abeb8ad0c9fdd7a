"""A process that is started again: killed, hung, stopped, refused, or left alone."""

import os
import signal
import subprocess
import sys
import time

import pytest

from advocacy.kernel.keeper import REFUSED

OUTER = """
import os, sys, time
from advocacy.kernel.keeper import Keeper, Shift

def inner():
    shift = Shift(step_seconds={step})
    shift.begin()
    with open({path!r}, "a") as file:
        print(os.getpid(), file=file, flush=True)
    {act}

Keeper(inner).run()
"""
UNTIL_STOPPED = "while not shift.over(): time.sleep(0.02)"


@pytest.fixture
def outer(tmp_path):
    """Start an outer process; return it, and a reader of the numbers of its inner ones."""
    started = []

    def start(act: str, *, step: float = 30.0):
        path = tmp_path / "inner"
        path.touch()
        code = OUTER.format(path=str(path), act=act, step=step)
        process = subprocess.Popen([sys.executable, "-c", code], stderr=subprocess.DEVNULL)
        started.append(process)
        return process, lambda: [int(line) for line in path.read_text().split()]

    yield start
    for process in started:
        process.kill()
        process.wait()


def until(true, seconds: float = 20.0) -> None:
    ends_at = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < ends_at, "it never came"
        time.sleep(0.02)


def test_an_inner_process_that_is_killed_is_started_again(outer):
    process, inner = outer(UNTIL_STOPPED)
    until(lambda: len(inner()) == 1)

    os.kill(inner()[0], signal.SIGKILL)

    until(lambda: len(inner()) == 2)
    assert process.poll() is None


def test_an_inner_process_that_hangs_is_ended_and_started_again(outer):
    process, inner = outer("time.sleep(600)", step=0.3)

    until(lambda: len(inner()) >= 2)

    assert process.poll() is None


def test_a_signal_ends_both(outer):
    process, inner = outer(UNTIL_STOPPED)
    until(lambda: len(inner()) == 1)

    process.terminate()

    assert process.wait(timeout=10) == 0
    with pytest.raises(ProcessLookupError):
        os.kill(inner()[0], 0)


def test_an_inner_process_that_may_not_serve_ends_the_outer_one_too(outer):
    process, _ = outer('raise SystemExit("the locks are not in place")')

    assert process.wait(timeout=20) == REFUSED


def test_the_inner_process_ends_when_the_outer_one_is_killed(outer):
    process, inner = outer(UNTIL_STOPPED)
    until(lambda: len(inner()) == 1)

    process.kill()
    process.wait()

    until(lambda: not _lives(inner()[0]))


def _lives(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True
