"""The processes under the supervisor, each with its name before every line it writes."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections import deque
from collections.abc import Mapping, Sequence
from contextlib import suppress

TAIL_LINES = 30
STOPPING_SECONDS = 10


def tied_to_us(command: Sequence[str]) -> list[str]:
    """Return the command as one that ends when this process does."""
    return [sys.executable, "-m", "advocacy.embedded.child", str(os.getpid()), *command]


class Child:
    """One process in a group of its own, so that Ctrl-C in the terminal reaches the supervisor alone."""

    def __init__(self, name: str, command: Sequence[str], environment: Mapping[str, str]) -> None:
        self.name = name
        self.tail: deque[str] = deque(maxlen=TAIL_LINES)
        self._process = subprocess.Popen(
            tied_to_us(command),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            env={**environment, "PYTHONUNBUFFERED": "1"},
            start_new_session=True,
        )
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            if text := line.rstrip():
                self.tail.append(text)
                print(f"{self.name:<7}| {text}", flush=True)

    def ended(self) -> int | None:
        """Return the exit status, or None while it runs."""
        return self._process.poll()

    def said(self) -> str:
        """Return the last lines of one that has ended."""
        self._reader.join(timeout=2)
        return "\n".join(self.tail)

    def ask_to_end(self) -> None:
        """Send SIGTERM."""
        if self.ended() is None:
            self._process.terminate()

    def end(self) -> None:
        """Kill what is left of the group, and collect it."""
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()
        self._reader.join(timeout=2)
        if self._process.stdout is not None and not self._reader.is_alive():
            self._process.stdout.close()


def end_all(children: Sequence[Child], *, seconds: float = STOPPING_SECONDS) -> None:
    """Ask all to end, the last started first; kill those that have not ended when the time is over."""
    for child in reversed(children):
        child.ask_to_end()
    give_up = time.monotonic() + seconds
    while any(child.ended() is None for child in children) and time.monotonic() < give_up:
        time.sleep(0.05)
    for child in reversed(children):
        child.end()
