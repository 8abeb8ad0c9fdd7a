"""A limit on what one piece of our own work may take."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from threading import current_thread, main_thread

AGAIN_EVERY_SECONDS = 1.0


class TookTooLong(BaseException):
    """The time was up. No `Exception`: what is being stopped may catch those, and go on."""


@contextmanager
def time_limit(seconds: float) -> Iterator[None]:
    """Stop the block when the time is up, in Python code and in waits for the database.

    Works in a process's main thread, where a Celery worker's task runs; elsewhere there is no limit, since
    a signal reaches no other thread. What hangs in C beyond signals is ended by Celery's hard limit, and
    counts at the claim.

    Raises:
        TookTooLong: the time was up.
    """
    if current_thread() is not main_thread():
        yield
        return

    def stop(*_: object) -> None:
        raise TookTooLong

    before = signal.signal(signal.SIGALRM, stop)
    # It rings again: the first ring may be swallowed by what it interrupts.
    signal.setitimer(signal.ITIMER_REAL, seconds, AGAIN_EVERY_SECONDS)
    try:
        try:
            yield
        finally:
            signal.setitimer(signal.ITIMER_REAL, 0)
    finally:
        # Twice, since the last ring may come in the line before.
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
