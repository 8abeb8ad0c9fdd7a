"""Locks on files. They die with their process, so that a killed one leaves nothing to clean."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


class FileLock:
    """One open file and at most one lock on it. Two of them exclude each other even in one process."""

    def __init__(self, path: Path) -> None:
        self._descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)

    def share(self) -> None:
        """Wait until nobody holds it alone, then hold it together with others."""
        fcntl.flock(self._descriptor, fcntl.LOCK_SH)

    def try_alone(self) -> bool:
        """Hold it alone if nobody else holds it. A share that was held is given up either way."""
        try:
            fcntl.flock(self._descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True

    def wait_alone(self) -> None:
        """Wait until nobody else holds it, then hold it alone."""
        fcntl.flock(self._descriptor, fcntl.LOCK_EX)

    def read(self) -> str:
        """Return what the last holder noted."""
        return os.pread(self._descriptor, 200, 0).decode()

    def note(self, text: str) -> None:
        """Leave a note for the next one; an empty note after a clean end."""
        os.ftruncate(self._descriptor, 0)
        os.pwrite(self._descriptor, text.encode(), 0)

    def close(self) -> None:
        """Give up the lock and the file."""
        if self._descriptor >= 0:
            os.close(self._descriptor)
            self._descriptor = -1


@contextmanager
def alone(path: Path) -> Iterator[None]:
    """Hold the lock at the path alone for the length of the block, waiting for it."""
    lock = FileLock(path)
    try:
        lock.wait_alone()
        yield
    finally:
        lock.close()
