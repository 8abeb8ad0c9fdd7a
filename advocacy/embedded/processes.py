"""Questions about processes that may be somebody else's children."""

import os
import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

# Popen objects of servers that outlive their starter; dropping one would warn about a running child.
_kept: list[subprocess.Popen[bytes]] = []


def keep(process: subprocess.Popen[bytes]) -> None:
    """Remember a server that this process started and may leave running."""
    _kept[:] = [one for one in _kept if one.poll() is None]
    _kept.append(process)


def alive(pid: int) -> bool:
    """Tell whether the process runs. One that is dead but not yet collected does not."""
    for process in _kept:
        if process.pid == pid:
            return process.poll() is None
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass
    return not _stat(pid).startswith("Z")


def _stat(pid: int) -> str:
    try:
        # The name stands in brackets and may hold spaces; the state follows the last bracket.
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].strip()
    except OSError:
        return _ps(pid, "stat=")


def command_line(pid: int) -> str:
    """Return the process's command line, empty if it is gone or hidden."""
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
    except OSError:
        return _ps(pid, "args=")


def _ps(pid: int, field: str) -> str:
    try:
        return subprocess.run(
            ["ps", "-ww", "-o", field, "-p", str(pid)], capture_output=True, text=True, check=False
        ).stdout.strip()
    except FileNotFoundError:
        return ""


def send(pid: int, number: signal.Signals) -> None:
    """Send a signal; a process that is gone is no error."""
    try:
        os.kill(pid, number)
    except ProcessLookupError:
        return


def wait_until(done: Callable[[], bool], *, seconds: float, step: float = 0.02) -> bool:
    """Ask again and again until it holds. Return False when the time is over."""
    end = time.monotonic() + seconds
    while not done():
        if time.monotonic() > end:
            return False
        time.sleep(step)
    return True


def wait_gone(pid: int, *, seconds: float) -> bool:
    """Wait for the end of a process. Return False if it still runs when the time is over."""
    return wait_until(lambda: not alive(pid), seconds=seconds)
