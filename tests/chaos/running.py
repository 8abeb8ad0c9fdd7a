"""The product's own rounds within this process, at a chosen time, with mails kept in a list."""

from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta
from threading import Barrier, Thread
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import psycopg

from advocacy.mail.messages import Message, read_message_id
from tests.chaos.scratch import Database

CALIFORNIA = "America/Los_Angeles"
# A Tuesday in September, far from any holiday and any change of the clocks.
TUESDAY = datetime(2026, 9, 15).date()


def morning(days: int = 0, *, at: time = time(8), zone: str = CALIFORNIA) -> datetime:
    """Return the instant at which a clock on the wall there shows `at`, so many days after the Tuesday."""
    return datetime.combine(TUESDAY + timedelta(days=days), at, ZoneInfo(zone)).astimezone(UTC)


@contextmanager
def clock_at(moment: datetime) -> Iterator[None]:
    """Have the one clock read `moment`, and go on from there."""
    from django.conf import settings

    before = settings.CLOCK_OFFSET
    settings.CLOCK_OFFSET = offset_to(moment)
    try:
        yield
    finally:
        settings.CLOCK_OFFSET = before


class Shifted:
    """A clock that read `moment` when it was made: for processes, which take `offset`, and their judges."""

    def __init__(self, moment: datetime) -> None:
        self.offset = offset_to(moment)
        self._shift = timedelta(seconds=int(self.offset.removesuffix("s")))

    def now(self) -> datetime:
        return self.of(_machine())

    def of(self, real: datetime) -> datetime:
        """Return what this clock read at a moment of the machine's own."""
        return real + self._shift

    def seconds(self, at: float) -> datetime:
        """Return what this clock read at a moment of `time.time()`."""
        return self.of(datetime.fromtimestamp(at, UTC))


def _machine() -> datetime:
    return datetime.now(UTC)  # noqa: TID251 (the machine's own clock, which the product's is shifted from)


def offset_to(moment: datetime) -> str:
    """Return what ADVOCACY_CLOCK_OFFSET must be for the clock to read `moment` now."""
    return f"{round((moment - _machine()).total_seconds()):+d}s"


@dataclass
class Taken:
    """One mail that a server took."""

    message: Message
    at: datetime

    @property
    def mail(self) -> UUID:
        """Its id: of the one row that goes alone in it, or that several rows have in common."""
        place = read_message_id(self.message.message_id)
        assert place is not None, "not signed by us"
        return place[1]


@dataclass
class Box:
    """A transport that keeps what it is given, with the time. `before` runs before each mail is taken."""

    now: Callable[[], datetime]
    taken: list[Taken] = field(default_factory=list)
    before: Callable[[Message], Any] | None = None

    def send(self, message: Message) -> str:
        if self.before is not None:
            self.before(message)
        self.taken.append(Taken(message, self.now()))
        return f"250 OK queued as {len(self.taken)}"

    def close(self) -> None:
        """Nothing is held open."""


def plan_at(moment: datetime) -> None:
    """Plan every organisation at that time."""
    from reminders import rounds

    with clock_at(moment):
        rounds.plan()


def send_at(moment: datetime, out: Any) -> None:
    """Send whatever is due at that time, until nothing is."""
    from reminders import rounds

    failed: set[UUID] = set()
    with clock_at(moment):
        while rounds.send(out=out, failed=failed):
            pass
    assert not failed, "a queue failed; what it said stands above"


def broken_invariants(database: Database, at: datetime, *, on_their_way: Collection[UUID] = ()) -> list[str]:
    """Hold I1, I2 and I3 of the reliability goals against the rows, by SQL and not by the code under test.

    `on_their_way` are rows whose change came after the sender's last look and before the server's answer.

    I1: every open date has its reminders. I2: nothing was sent of a replaced version after its end.
    I3: whatever has been due for a minute has its end.
    """
    questions = {
        "open dates without a reminder (I1)": (
            "SELECT count(*) FROM deadline d JOIN case_file c ON c.id = d.case_id "
            "WHERE d.state = 'open' AND c.closed_at IS NULL AND NOT EXISTS "
            "(SELECT FROM reminder r WHERE r.deadline_id = d.id AND r.state <> 'withdrawn')"
        ),
        "sent of a replaced date after its end (I2)": (
            "SELECT count(*) FROM reminder r JOIN deadline d ON d.id = r.deadline_id "
            "WHERE r.state = 'sent' AND d.superseded_at IS NOT NULL AND r.sent_at > d.superseded_at "
            "AND r.id <> ALL (%(late)s::uuid[])"
        ),
        "due for a minute and without an end (I3)": (
            "SELECT count(*) FROM reminder "
            "WHERE state = 'planned' AND send_at <= %(at)s - interval '1 minute'"
        ),
    }
    found = []
    with psycopg.connect(database.admin) as server:
        for words, question in questions.items():
            row = server.execute(question, {"at": at, "late": list(on_their_way)}).fetchone()
            found += [f"{row[0]} {words}"] if row and row[0] else []
    return found


def at_once(acts: list[Callable[[], Any]]) -> None:
    """Do all of them in threads that begin together; raise what any of them raised."""
    from django.db import connections

    barrier, errors = Barrier(len(acts)), []

    def one(act: Callable[[], Any]) -> None:
        try:
            barrier.wait()
            act()
        except Exception as error:
            errors.append(error)
        finally:
            connections.close_all()

    threads = [Thread(target=one, args=[act]) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if errors:
        raise errors[0]
