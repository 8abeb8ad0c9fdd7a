"""What stands beside the measures: a mail server, and a Celery worker, each a process of its own."""

import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

from tests.chaos.scratch import Database, Process

TASKS = 300


@contextmanager
def mail_server() -> Iterator[int]:
    """Run a small mail server and say its port."""
    sink = Process.start("-m", "benchmarks.processes")
    try:
        assert sink.popen.stdout is not None
        yield int(sink.popen.stdout.readline())
    finally:
        sink.kill()


def seconds_of_a_task(database: Database, tasks: int = TASKS) -> float:
    """Return what a task that does nothing takes, from the ring to its end."""
    from celery import current_app

    command = ["-m", "celery", "--quiet", "-A", "advocacy", "worker", "-P", "solo", "-l", "critical",
               "-Q", "bench", "--without-gossip", "--without-mingle"]  # fmt: skip
    worker = Process.start(*command, quiet=True, DATABASE_URL=database.user)
    try:
        _ring(current_app, 1)
        _drain(current_app, patience=60)
        began = time.perf_counter()
        _ring(current_app, tasks)
        _drain(current_app, patience=120)
        return (time.perf_counter() - began) / tasks
    finally:
        worker.stop(patience=20)


def _ring(app: object, count: int) -> None:
    for _ in range(count):
        # Celery's own task that cleans a result backend: there is none, so it does nothing.
        app.send_task("celery.backend_cleanup", queue="bench")  # type: ignore[attr-defined]


def _drain(app: object, *, patience: float) -> None:
    import redis

    broker = redis.Redis.from_url(os.environ["REDIS_URL"])
    ends_at = time.monotonic() + patience
    while broker.llen("bench") or broker.hlen("unacked"):
        if time.monotonic() > ends_at:
            raise RuntimeError("the worker does not get on")
        time.sleep(0.005)


def _serve() -> None:
    from tests.chaos.modes import Sink
    from tests.chaos.sink import end_with_parent

    end_with_parent()
    with Sink() as sink:
        print(sink.port, flush=True)
        while True:
            time.sleep(3600)


if __name__ == "__main__":
    sys.exit(_serve())
