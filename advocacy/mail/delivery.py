"""The one delivery loop. It knows leases, attempts and back-off, and nothing of what it sends."""

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import takewhile
from typing import Protocol, TypeVar

from celery.exceptions import SoftTimeLimitExceeded

from advocacy.kernel import logs
from advocacy.mail.messages import Message
from advocacy.mail.time_limit import TookTooLong, time_limit
from advocacy.mail.transport import Transport, TransportError

log = logs.get(__name__)

# Longer than a whole send may take (settings.MAIL_LIMIT_SECONDS) and half a minute: a slow server never
# makes a second sender.
LEASE = timedelta(seconds=90)
BATCH = 10
MAX_ATTEMPTS = 5
# Temporary refusals count no further than this: the waits stay as they are, and nothing is parked.
LONGEST_BACK_OFF = 3
# 30 s, 2 min, 8 min, 15 min, each shortened by chance to no less than half.
_FIRST_WAIT = timedelta(seconds=30)
_WAIT_GROWS = 4
_LONGEST_WAIT = timedelta(minutes=15)
# While the server itself is away: the sender stops after one try, so there is nobody to be spared.
_LONGEST_WAIT_FOR_SERVER = timedelta(minutes=2)
# A mail that cannot be written is a person's within a quarter of an hour: 30 s, 2 min, 4 min, 4 min.
LONGEST_WAIT_FOR_US = timedelta(minutes=4)
# Of the time that is left until the date, so that a day of outage is still a dozen tries.
_SHARE_OF_TIME_LEFT = 4
_NEVER_SOONER = timedelta(seconds=30)
# A mail is written in milliseconds; one that takes this long hangs, and must not hold its neighbours.
RENDER_SECONDS = 5.0
# A task that drains a queue ends by itself after this, long before Celery's soft limit, and before a worker
# that is told to stop is killed; beat rings again.
DRAIN_SECONDS = 20.0


class Chance(Protocol):
    """What `random.Random` offers; a test hands in its own."""

    def uniform(self, a: float, b: float, /) -> float: ...


_CHANCE: Chance = random.SystemRandom()


class Claim(Protocol):
    """A row that is ours until its lease ends. `attempts` counts this try already.

    `time_left` is the time until the date it speaks of; None if no date hangs on it.
    """

    attempts: int
    time_left: timedelta | None

    def message(self, now: datetime) -> Message | None:
        """Re-check, in a transaction of its own, and render; None if it is no longer wanted or ours."""

    def sent(self, answer: str, now: datetime) -> bool:
        """Mark it sent if the lease is still ours; say whether it was."""

    def again(self, answer: str, at: datetime, now: datetime, *, attempts: int) -> None:
        """Let it wait until `at`, with so many attempts on its account.

        An empty answer means that it was not tried: there is no attempt to be noted.
        """

    def park(self, answer: str, now: datetime) -> None:
        """Give it up to a person."""


class Source(Protocol):
    """A queue in PostgreSQL."""

    def claim(self, *, now: datetime, lease: timedelta, size: int) -> Sequence[Claim]:
        """Take due rows whose lease is free, count the attempt, commit."""


@dataclass
class Round:
    """What one call of `deliver` did, as counts.

    `stopped` says that the mail server takes nothing at present: whoever drains a queue ends with it.
    """

    sent: int = 0
    withdrawn: int = 0
    again: int = 0
    parked: int = 0
    stopped: bool = False

    @property
    def total(self) -> int:
        return self.sent + self.withdrawn + self.again + self.parked


def wait_after(
    attempts: int,
    *,
    time_left: timedelta | None = None,
    longest: timedelta = _LONGEST_WAIT,
    chance: Chance = _CHANCE,
) -> timedelta:
    """Return how long to wait after the given number of attempts.

    Never longer than a quarter of the time that is left until the date; a date that has passed hurries
    nobody any more.
    """
    longest = min(_FIRST_WAIT * _WAIT_GROWS ** max(attempts - 1, 0), longest)
    # Chance spreads those that failed together, so that they do not come back together.
    wait = longest * chance.uniform(0.5, 1.0)
    if time_left is None or time_left <= timedelta():
        return wait
    return min(wait, max(time_left / _SHARE_OF_TIME_LEFT, _NEVER_SOONER))


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
    chance: Chance = _CHANCE,
    render_seconds: float = RENDER_SECONDS,
    over: Callable[[], bool] = lambda: False,
) -> Round:
    """Send one batch of what is due.

    `over` is asked before each mail; once it says yes, the rest is handed back.
    A crash at any moment costs one lease, never a mail; a crash between the server's yes and our
    note of it costs one repeat with the same Message-ID. If the server itself is away, or refuses us, the
    rest of the batch is given back untried.
    """
    done = Round()
    claims = source.claim(now=now(), lease=lease, size=size)
    for place, claim in enumerate(claims):
        if over():
            _give_back(claims[place:], done, now())
            return done
        if claim.attempts > MAX_ATTEMPTS:
            # Each of the earlier attempts ended its sender: there was nobody left to park it.
            claim.park("the sender ended during each attempt", now())
            done.parked += 1
            continue
        try:
            with time_limit(render_seconds):
                message = claim.message(now())
            if message is None:
                done.withdrawn += 1
                continue
            answer = transport.send(message)
        except SoftTimeLimitExceeded:
            # The task's time was up, which is no fault of the mail in hand, and none of those behind it.
            _give_back(claims[place:], done, now())
            raise
        except (Exception, TookTooLong) as error:
            _failed(claim, error, done, now(), chance)
            if isinstance(error, TransportError) and error.of_all:
                _give_back(claims[place + 1 :], done, now())
                done.stopped = True
                return done
            continue
        # Zero when the lease has passed to someone else: the row is theirs to mark.
        done.sent += claim.sent(answer, now())
    return done


def _give_back(claims: Sequence[Claim], done: Round, now: datetime) -> None:
    """Let go of what was claimed and not tried: it stays as due as it was."""
    for claim in claims:
        claim.again("", now, now, attempts=claim.attempts - 1)
        done.again += 1


def _failed(claim: Claim, error: BaseException, done: Round, now: datetime, chance: Chance) -> None:
    refused = error if isinstance(error, TransportError) else None
    answer = str(refused) if refused else type(error).__name__
    if refused is None:
        # The renderer raised: the fault is ours, and its text may hold names.
        log.error("mail.not_rendered", outcome=answer, attempt=claim.attempts)
    elif refused.of_all:
        # The number alone: the words may hold an address.
        log.warning("mail.server_refuses", outcome=answer.partition(" ")[0], attempt=claim.attempts)
    if refused.permanent if refused else claim.attempts >= MAX_ATTEMPTS:
        claim.park(answer, now)
        done.parked += 1
        return
    # A mail server may be down for a day: that alone never gives a reminder up.
    counted = min(claim.attempts, LONGEST_BACK_OFF) if refused else claim.attempts
    longest = _LONGEST_WAIT if refused else LONGEST_WAIT_FOR_US
    if refused and refused.of_all:
        longest = _LONGEST_WAIT_FOR_SERVER
    wait = wait_after(claim.attempts, time_left=claim.time_left, longest=longest, chance=chance)
    claim.again(answer, now + wait, now, attempts=counted)
    done.again += 1
