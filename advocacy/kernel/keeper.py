"""A process that is started again: the outer one holds nothing, so nothing can hurt it; the inner one works.

The outer one starts the inner one again when that is gone; that goes by itself when one step takes too long.
"""

import os
import signal
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from types import FrameType

from advocacy.kernel import logs

log = logs.get(__name__)

AGAIN_SECONDS = 1.0
BLINK_SECONDS = 0.2
# Exit statuses of the inner process: a step took too long; it must not serve at all.
HUNG, REFUSED = 70, 78


@dataclass
class Shift:
    """Whether to go on, and until when the present step may last."""

    step_seconds: float
    # A handler only sets it, and whoever waits looks: a lock in a handler could be one that is held already.
    ended: bool = False
    step_ends_at: float = 0.0
    outer: int = field(default_factory=os.getppid)

    def over(self) -> bool:
        """Tell whether somebody asked us to stop. Who asks has ended a step and begins another."""
        self.step_ends_at = time.monotonic() + self.step_seconds
        return self.ended

    def watch(self) -> None:
        """End this process when a step takes too long, or when nobody is left to start it again."""
        while os.getppid() == self.outer:
            if time.monotonic() > self.step_ends_at:
                log.error("process.hung", seconds=self.step_seconds)
                break
            time.sleep(BLINK_SECONDS)
        os._exit(HUNG)

    def rest(self, seconds: float) -> None:
        """Wait, but not when somebody asks us to stop."""
        ends_at = time.monotonic() + seconds
        while time.monotonic() < ends_at and not self.over():
            time.sleep(BLINK_SECONDS)

    def begin(self) -> None:
        self.over()
        # SIGINT as well: Ctrl-C in a terminal reaches the whole group.
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._end)
        threading.Thread(target=self.watch, daemon=True).start()

    def _end(self, _number: int, _frame: FrameType | None) -> None:
        self.ended = True


class Keeper:
    """The outer process."""

    def __init__(self, inner: Callable[[], None]) -> None:
        self._inner = inner
        self._child = 0
        self._stopping = False

    def run(self) -> None:
        """Keep one inner process alive until SIGTERM or SIGINT; it ends its mail in hand and nothing else."""
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._stop)
        while not self._stopping:
            self._start()
            _, waited = os.waitpid(self._child, 0)
            status = os.waitstatus_to_exitcode(waited)
            if status == REFUSED:
                raise SystemExit(REFUSED)
            if not self._stopping:
                log.error("process.ended", status=status)
                time.sleep(AGAIN_SECONDS)

    def _start(self) -> None:
        # Held back over the fork: one that came in between would stop a process that nobody knows yet.
        signal.pthread_sigmask(signal.SIG_BLOCK, (signal.SIGTERM, signal.SIGINT))
        self._child = os.fork()
        if self._child == 0:
            status = 1
            try:
                for number in (signal.SIGTERM, signal.SIGINT):
                    signal.signal(number, signal.SIG_DFL)
                signal.pthread_sigmask(signal.SIG_UNBLOCK, (signal.SIGTERM, signal.SIGINT))
                self._inner()
                status = 0
            except SystemExit as refusal:
                sys.stderr.write(f"{refusal}\n")
                status = REFUSED
            except Exception:
                log.exception("process.failed")
            finally:
                os._exit(status)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, (signal.SIGTERM, signal.SIGINT))

    def _stop(self, _number: int, _frame: FrameType | None) -> None:
        self._stopping = True
        if self._child:
            os.kill(self._child, signal.SIGTERM)
