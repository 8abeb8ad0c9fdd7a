"""The one delivery loop. It knows leases, attempts and back-off, and nothing of what it sends."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import takewhile
from typing import Protocol, TypeVar

from advocacy.kernel import logs
from advocacy.mail.messages import Message
from advocacy.mail.transport import Transport, TransportError

log = logs.get(__name__)

# Longer than the transport's time limit, so that a slow server never makes a second sender.
LEASE = timedelta(seconds=90)
BATCH = 10
MAX_ATTEMPTS = 5
# Temporary refusals count no further than this: the waits stay as they are, and nothing is parked.
LONGEST_BACK_OFF = 3
# 30 s, 2 min, 8 min, 15 min: a mail server may be away for a quarter of an hour before anything is parked.
_FIRST_WAIT = timedelta(seconds=30)
_WAIT_GROWS = 4
_LONGEST_WAIT = timedelta(minutes=15)


class Claim(Protocol):
    """A row that is ours until its lease ends. `attempts` counts this try already."""

    attempts: int

    def message(self, now: datetime) -> Message | None:
        """Re-check, in a transaction of its own, and render; None if it is no longer wanted or ours."""

    def sent(self, answer: str, now: datetime) -> bool:
        """Mark it sent if the lease is still ours; say whether it was."""

    def again(self, answer: str, at: datetime, now: datetime, *, attempts: int) -> None:
        """Let it wait until `at`, with so many attempts on its account."""

    def park(self, answer: str, now: datetime) -> None:
        """Give it up to a person."""


class Source(Protocol):
    """A queue in PostgreSQL."""

    def claim(self, *, now: datetime, lease: timedelta, size: int) -> Sequence[Claim]:
        """Take due rows whose lease is free, count the attempt, commit."""


@dataclass
class Round:
    """What one call of `deliver` did, as counts."""

    sent: int = 0
    withdrawn: int = 0
    again: int = 0
    parked: int = 0

    @property
    def total(self) -> int:
        return self.sent + self.withdrawn + self.again + self.parked


def wait_after(attempts: int) -> timedelta:
    """Return how long to wait after the given number of attempts."""
    return min(_FIRST_WAIT * _WAIT_GROWS ** max(attempts - 1, 0), _LONGEST_WAIT)


class Tried(Protocol):
    """A row of a queue, as far as `claim_together` looks at it."""

    attempts: int


Row = TypeVar("Row", bound=Tried)


def claim_together(rows: Sequence[Row]) -> Sequence[Row]:
    """Return the rows to claim at once, of those that are due.

    A row that was tried before goes alone: one that kills its sender must not use up its neighbours' tries.
    """
    fresh = list(takewhile(lambda row: row.attempts == 0, rows))
    return fresh or rows[:1]


def deliver(
    source: Source,
    *,
    transport: Transport,
    now: Callable[[], datetime],
    lease: timedelta = LEASE,
    size: int = BATCH,
    over: Callable[[], bool] = lambda: False,
) -> Round:
    """Send one batch of what is due.

    `over` is asked before each mail; once it says yes, the rest is handed back.
    A crash at any moment costs one lease, never a mail; a crash between the server's yes and our
    note of it costs one repeat with the same Message-ID.
    """
    done = Round()
    for claim in source.claim(now=now(), lease=lease, size=size):
        if over():
            # Free for another sender at once, and not tried.
            claim.again("handed back: the sender stops", now(), now(), attempts=claim.attempts - 1)
            done.again += 1
            continue
        if claim.attempts > MAX_ATTEMPTS:
            # Each of the earlier attempts ended its sender: there was nobody left to park it.
            claim.park("the sender ended during each attempt", now())
            done.parked += 1
            continue
        try:
            message = claim.message(now())
            if message is None:
                done.withdrawn += 1
                continue
            answer = transport.send(message)
        except Exception as error:
            _failed(claim, error, done, now())
            continue
        # Zero when the lease has passed to someone else: the row is theirs to mark.
        done.sent += claim.sent(answer, now())
    return done


def _failed(claim: Claim, error: Exception, done: Round, now: datetime) -> None:
    permanent = isinstance(error, TransportError) and error.permanent
    answer = str(error) if isinstance(error, TransportError) else type(error).__name__
    if not isinstance(error, TransportError):
        # The renderer raised: the fault is ours, and its text may hold names.
        log.error("mail.not_rendered", outcome=answer, attempt=claim.attempts)
    ours = not isinstance(error, TransportError)
    if permanent or (ours and claim.attempts >= MAX_ATTEMPTS):
        claim.park(answer, now)
        done.parked += 1
    else:
        # A mail server may be down for a day: that alone never gives a reminder up.
        counted = claim.attempts if ours else min(claim.attempts, LONGEST_BACK_OFF)
        claim.again(answer, now + wait_after(claim.attempts), now, attempts=counted)
        done.again += 1
