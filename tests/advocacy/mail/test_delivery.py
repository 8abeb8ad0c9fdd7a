"""The delivery loop over a source that is only a list: it knows nothing of what it sends."""

import signal
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from random import Random

import pytest
from celery.exceptions import SoftTimeLimitExceeded
from hypothesis import given
from hypothesis import strategies as st

from advocacy.mail.delivery import (
    BATCH,
    LEASE,
    MAX_ATTEMPTS,
    RENDER_SECONDS,
    Round,
    claim_together,
    deliver,
    wait_after,
)
from advocacy.mail.messages import Message
from advocacy.mail.transport import Failure, TransportError

NOW = datetime(2026, 9, 15, 17, 0, tzinfo=UTC)
SECRET = "Mateo Reyes has asthma"


@dataclass
class Row:
    """One claim; `fault` is what happens when it is rendered, `wanted` what the re-check finds."""

    name: str
    attempts: int = 1
    wanted: bool = True
    still_ours: bool = True
    fault: Exception | None = None
    time_left: timedelta | None = None
    hangs: bool = False
    log: list[tuple[object, ...]] = field(default_factory=list)

    def message(self, now: datetime) -> Message | None:
        if self.fault is not None:
            raise self.fault
        while self.hangs:
            hang()
        return Message(self.name, "A date", "", "", f"<{self.name}@localhost>") if self.wanted else None

    def sent(self, answer: str, now: datetime) -> bool:
        self.log.append(("sent", answer))
        return self.still_ours

    def again(self, answer: str, at: datetime, now: datetime, *, attempts: int) -> None:
        self.log.append(("again", answer, at - now))
        self.attempts = attempts

    def park(self, answer: str, now: datetime) -> None:
        self.log.append(("parked", answer))


def hang() -> None:
    """Wait, and swallow whatever an ordinary program would swallow."""
    try:
        time.sleep(5)
    except Exception:
        return


class Longest:
    """No chance at all: each wait as long as it may be."""

    def uniform(self, a: float, b: float, /) -> float:
        return b


@dataclass
class Rows:
    rows: list[Row]
    asked: tuple[datetime, timedelta, int] | None = None

    def claim(self, *, now: datetime, lease: timedelta, size: int) -> Sequence[Row]:
        self.asked = (now, lease, size)
        return self.rows[:size]


class Server:
    """A transport that takes mail, except to those in `refusals`."""

    def __init__(self, **refusals: Exception) -> None:
        self.refusals, self.to = refusals, list[str]()

    def send(self, message: Message) -> str:
        if message.to in self.refusals:
            raise self.refusals[message.to]
        self.to.append(message.to)
        return "250 OK"

    def close(self) -> None:
        """Nothing is held open."""


def run(*rows: Row, server: Server | None = None, **options: float) -> tuple[Round, Server]:
    server = server or Server()
    done = deliver(Rows(list(rows)), transport=server, now=lambda: NOW, chance=Longest(), **options)  # type: ignore[arg-type]
    return done, server


def test_every_claimed_row_is_sent_once_and_noted_with_the_answer():
    rows = [Row("ann"), Row("ben"), Row("cat")]

    done, server = run(*rows)

    assert done == Round(sent=3)
    assert server.to == ["ann", "ben", "cat"]
    assert [row.log for row in rows] == [[("sent", "250 OK")]] * 3


def test_a_batch_is_claimed_for_longer_than_a_send_may_take(settings):
    source = Rows([])

    done = deliver(source, transport=Server(), now=lambda: NOW)

    assert (done.total, source.asked) == (0, (NOW, LEASE, BATCH))
    whole_send = timedelta(seconds=settings.MAIL_LIMIT_SECONDS)
    assert settings.MAIL_TIMEOUT_SECONDS <= 10
    assert whole_send <= timedelta(seconds=60)
    assert whole_send + timedelta(seconds=RENDER_SECONDS) < LEASE


def test_what_is_no_longer_wanted_is_not_sent():
    row = Row("ann", wanted=False)

    done, server = run(row, Row("ben"))

    assert done == Round(sent=1, withdrawn=1)
    assert server.to == ["ben"]
    assert row.log == []


def test_a_row_that_passed_to_another_sender_is_not_counted_as_ours():
    done, server = run(Row("ann", still_ours=False))

    assert done == Round(sent=0)
    assert server.to == ["ann"]


def test_a_temporary_no_waits_and_a_permanent_one_parks():
    rows = [Row("ann", attempts=2), Row("ben"), Row("cat")]
    refusals = {"ann": TransportError("421 later", permanent=False),
                "ben": TransportError("550 no", permanent=True)}  # fmt: skip

    done, _ = run(*rows, server=Server(**refusals))

    assert done == Round(sent=1, again=1, parked=1)
    assert [row.log for row in rows] == [
        [("again", "421 later", timedelta(minutes=2))], [("parked", "550 no")], [("sent", "250 OK")],
    ]  # fmt: skip


@pytest.mark.parametrize(("attempts", "outcome"), [(1, "again"), (4, "again"), (5, "parked")])
def test_the_fifth_attempt_that_fails_by_our_own_fault_parks(attempts, outcome):
    row = Row("ann", attempts=attempts, fault=ValueError(SECRET))

    run(row)

    assert row.log[0][0] == outcome


@pytest.mark.parametrize("attempts", [1, 4, 5])
def test_a_temporary_no_of_the_server_never_parks(attempts):
    row = Row("ann", attempts=attempts)

    run(row, server=Server(ann=TransportError("421 later", permanent=False)))

    assert row.log[0][0] == "again"


def test_a_renderer_that_raises_costs_its_own_row_only_and_its_words_go_nowhere(caplog):
    poison = Row("ann", fault=ValueError(SECRET))

    done, _ = run(poison, Row("ben"))

    assert done == Round(sent=1, again=1)
    assert poison.log == [("again", "ValueError", timedelta(seconds=30))]
    assert "mail.not_rendered" in caplog.text
    assert SECRET not in caplog.text


def test_a_transport_that_breaks_in_a_new_way_costs_one_attempt():
    row = Row("ann")

    done, _ = run(row, Row("ben"), server=Server(ann=RuntimeError(SECRET)))

    assert done == Round(sent=1, again=1)
    assert row.log[0][:2] == ("again", "RuntimeError")


def test_a_row_whose_every_attempt_ended_its_sender_is_parked_without_a_sixth():
    row = Row("ann", attempts=MAX_ATTEMPTS + 1, fault=AssertionError("rendered once more"))

    done, _ = run(row, Row("ben"))

    assert done == Round(sent=1, parked=1)
    assert row.log == [("parked", "the sender ended during each attempt")]


@pytest.mark.parametrize("failure", [Failure.AWAY, Failure.OURS])
def test_a_server_that_takes_nothing_ends_the_batch_and_the_rest_is_given_back_untried(failure):
    rows = [Row("ann"), Row("ben", attempts=7), Row("cat"), Row("dan", attempts=2)]

    done, server = run(*rows, server=Server(ann=TransportError("535 who?", failure=failure)))

    assert done == Round(again=4, stopped=True)
    assert server.to == []
    assert [row.log for row in rows] == [
        [("again", "535 who?", timedelta(seconds=30))], *[[("again", "", timedelta())]] * 3,
    ]  # fmt: skip
    assert [row.attempts for row in rows] == [1, 6, 0, 1]


@pytest.mark.parametrize("failure", [Failure.LATER, Failure.RECIPIENT, Failure.MESSAGE])
def test_a_no_to_one_message_does_not_touch_its_neighbours(failure):
    rows = [Row("ann"), Row("ben")]

    done, server = run(*rows, server=Server(ann=TransportError("5xx", failure=failure)))

    assert (server.to, done.stopped) == (["ben"], False)


@pytest.mark.parametrize("failure", [Failure.AWAY, Failure.OURS])
def test_a_server_that_was_away_for_a_day_parks_nothing_and_is_tried_every_two_minutes(failure):
    row = Row("ann", attempts=5)

    run(row, server=Server(ann=TransportError("535 who?", failure=failure)))

    assert row.log == [("again", "535 who?", timedelta(minutes=2))]
    assert row.attempts < MAX_ATTEMPTS


def test_a_task_whose_time_is_up_blames_no_mail():
    rows = [Row("ann"), Row("ben", attempts=5), Row("cat")]
    source = Rows(rows)

    with pytest.raises(SoftTimeLimitExceeded):
        deliver(source, transport=Server(ben=SoftTimeLimitExceeded()), now=lambda: NOW)

    assert [row.log for row in rows] == [[("sent", "250 OK")], *[[("again", "", timedelta())]] * 2]
    assert [row.attempts for row in rows] == [1, 4, 0]


@pytest.mark.parametrize(("attempts", "outcome"), [(1, "again"), (MAX_ATTEMPTS, "parked")])
def test_a_renderer_that_hangs_costs_its_own_row_only(attempts, outcome):
    poison, began = Row("ann", attempts=attempts, hangs=True), time.monotonic()

    done, server = run(poison, Row("ben"), render_seconds=0.05)

    assert time.monotonic() - began < 2
    assert (server.to, done.sent) == (["ben"], 1)
    assert poison.log[0][:2] == (outcome, "TookTooLong")


def test_the_limit_on_rendering_leaves_nothing_behind():
    before = signal.getsignal(signal.SIGALRM)

    run(Row("ann", hangs=True), render_seconds=0.05)

    assert signal.getsignal(signal.SIGALRM) is before
    assert signal.getitimer(signal.ITIMER_REAL) == (0.0, 0.0)


ATTEMPTS = st.integers(0, 2 * MAX_ATTEMPTS)


@given(ATTEMPTS, st.integers())
def test_waiting_is_never_longer_than_a_quarter_of_an_hour_and_never_less_than_half_of_its_turn(tries, seed):
    wait = wait_after(tries, chance=Random(seed))

    longest = wait_after(tries, chance=Longest())
    assert longest / 2 <= wait <= longest <= timedelta(minutes=15)


@given(ATTEMPTS, st.integers(), st.timedeltas(timedelta(seconds=1), timedelta(days=40)))
def test_waiting_is_never_longer_than_a_quarter_of_the_time_that_is_left(tries, seed, left):
    wait = wait_after(tries, time_left=left, chance=Random(seed))

    assert wait <= max(left / 4, timedelta(seconds=30))
    assert wait >= timedelta(seconds=15)


def test_a_date_that_has_passed_is_tried_no_faster_than_one_without_a_date():
    assert wait_after(4, time_left=timedelta(hours=-3), chance=Longest()) == timedelta(minutes=15)


def test_the_time_that_is_left_reaches_the_wait():
    row = Row("ann", attempts=4, time_left=timedelta(minutes=20))

    run(row, server=Server(ann=TransportError("450 later")))

    assert row.log == [("again", "450 later", timedelta(minutes=5))]


def test_those_that_failed_together_do_not_come_back_together():
    assert len({wait_after(3) for _ in range(20)}) > 10


def test_our_own_fault_is_a_persons_within_a_quarter_of_an_hour():
    row = Row("ann", fault=ValueError("a name"))

    while "parked" not in {each[0] for each in row.log}:
        run(row)
        row.attempts += 1

    waits = [each[2] for each in row.log if each[0] == "again"]
    assert len(waits) == MAX_ATTEMPTS - 1
    assert sum(waits, timedelta()) < timedelta(minutes=12)


@given(st.lists(st.integers(0, 3), max_size=20))
def test_a_row_that_was_tried_before_is_claimed_alone(tried):
    rows = [Row(str(number), attempts=attempts) for number, attempts in enumerate(tried)]

    together = claim_together(rows)

    assert list(together) == rows[: len(together)]
    assert len(together) >= min(1, len(rows))
    assert len(together) == 1 or all(row.attempts == 0 for row in together)
