"""A clock, a mail server, people with a date each, and the product's own senders as processes."""

import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from advocacy.mail.messages import read_message_id
from tests.chaos.modes import Sink
from tests.chaos.running import Shifted, broken_invariants, clock_at
from tests.chaos.scratch import Process, wait_until
from tests.chaos.staging import query, stage
from tests.chaos.trial import Trial, broken

# Nobody's case of an earlier run plays again.
CLOSE_ALL = "UPDATE case_file SET closed_at = %s, closed_by_id = owner_id WHERE closed_at IS NULL"
DUE = (
    "SELECT coalesce(r.mail_id, r.id), r.organisation_id, r.state "
    "FROM reminder r JOIN case_file c ON c.id = r.case_id "
    "WHERE c.closed_at IS NULL AND r.send_at <= %s AND r.state IN ('planned', 'sent', 'parked')"
)


@dataclass
class Scene:
    """One run of an experiment with processes."""

    trial: Trial
    clock: Shifted
    sink: Sink
    folder: Path
    stack: ExitStack
    workers: list[Process] = field(default_factory=list)
    dates: int = 0
    # Whatever else a process shall find in its environment.
    environment: dict[str, str] = field(default_factory=dict)

    def stage(
        self, dates: int, *, days_left: int = 1, organisations: int = 1, plan: bool = True
    ) -> list[UUID]:
        """Make cases with a date each, and plan unless more are to come."""
        from reminders import rounds

        self.dates += dates
        with clock_at(self.clock.now()):
            made = stage(
                self.trial.database, dates=dates, days_left=days_left, organisations=organisations,
                now=self.clock.now(),
            )  # fmt: skip
            if plan:
                rounds.plan()
        return made

    def jump_to(self, moment: datetime, *, seconds_before: float) -> None:
        """Have the clock of what is started from now on read so many seconds before the moment."""
        self.clock = Shifted(moment - timedelta(seconds=seconds_before))

    def wait_for(self, moment: datetime) -> None:
        """Wait until the clock reads that."""
        wait_until(lambda: self.clock.now() >= moment, patience=600)

    def start(self, *flags: str) -> Process:
        """Start one sender of the product, with its times scaled by the flags (tests/chaos/worker.py)."""
        given = {
            "DATABASE_URL": self.trial.database.user,
            "EMAIL_URL": f"smtp://127.0.0.1:{self.sink.port}",
            "ADVOCACY_CLOCK_OFFSET": self.clock.offset,
        } | self.environment
        worker = Process.start("-m", "tests.chaos.worker", *flags, quiet=True, **given)
        self.stack.callback(worker.kill)
        self.workers.append(worker)
        return worker

    def left(self) -> int:
        """Return how many rows are due and have no end."""
        return sum(state == "planned" for _, _, state in query(self.trial.database, DUE, self.clock.now()))

    def wait(self, *, patience: float, every: float = 0.25) -> float | None:
        """Wait until nothing is due any more; return after how many seconds, or None."""
        return wait_until(lambda: not self.left(), patience=patience, every=every)

    def stop(self) -> list[float]:
        """Ask every sender to end; return how many seconds each took."""
        return [worker.stop() for worker in self.workers]

    def sent(self) -> dict[UUID, list[datetime]]:
        """Return when the server took each mail, by its id and the scene's clock."""
        found: dict[UUID, list[datetime]] = {}
        for name, at in self.sink.accepted:
            if place := read_message_id(name):
                found.setdefault(place[1], []).append(self.clock.seconds(at))
        return found

    def judge(self, *, repeats: int = 0) -> list[str]:
        """Say what was lost, sent more often than allowed, or broken. What was parked is not lost."""
        rows, sent = query(self.trial.database, DUE, self.clock.now()), self.sent()
        lost = sum(row not in sent and state != "parked" for row, _, state in rows)
        twice = sum(len(times) - 1 for times in sent.values())
        # What never came due proves nothing.
        missing = max(self.dates - len(rows), 0)
        found = broken(lost=lost, mails_twice=max(twice - repeats, 0), never_due=missing)
        return found + broken_invariants(self.trial.database, self.clock.now())

    def ask(self, question: str, *values: Any) -> list[tuple[Any, ...]]:
        return query(self.trial.database, question, *values)


@contextmanager
def scene(trial: Trial, moment: datetime, **of_sink: Any) -> Iterator[Scene]:
    """Set a scene whose clock reads `moment` now. Its cases are closed and its processes gone at the end."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="chaos-")))
        sink = stack.enter_context(Sink(**of_sink))
        made = Scene(trial, Shifted(moment), sink, folder, stack)
        yield made
        stack.close()
        query(trial.database, CLOSE_ALL, made.clock.now())
