"""The delivery loop over a source that is only a list: it knows nothing of what it sends."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from advocacy.mail.delivery import (
    BATCH,
    LEASE,
    MAX_ATTEMPTS,
    Round,
    claim_together,
    deliver,
    wait_after,
)
from advocacy.mail.messages import Message
from advocacy.mail.transport import TransportError

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
    log: list[tuple[object, ...]] = field(default_factory=list)

    def message(self, now: datetime) -> Message | None:
        if self.fault is not None:
            raise self.fault
        return Message(self.name, "A date", "", "", f"<{self.name}@localhost>") if self.wanted else None

    def sent(self, answer: str, now: datetime) -> bool:
        self.log.append(("sent", answer))
        return self.still_ours

    def again(self, answer: str, at: datetime, now: datetime, *, attempts: int) -> None:
        self.log.append(("again", answer, at - now))

    def park(self, answer: str, now: datetime) -> None:
        self.log.append(("parked", answer))


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


def run(*rows: Row, server: Server | None = None) -> tuple[Round, Server]:
    server = server or Server()
    return deliver(Rows(list(rows)), transport=server, now=lambda: NOW), server


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
    assert timedelta(seconds=settings.MAIL_TIMEOUT_SECONDS) < LEASE


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


@given(st.integers(0, MAX_ATTEMPTS))
def test_waiting_grows_and_is_never_longer_than_a_quarter_of_an_hour(attempts):
    assert timedelta(seconds=30) <= wait_after(attempts) <= wait_after(attempts + 1) <= timedelta(minutes=15)


def test_a_mail_server_may_be_away_for_a_quarter_of_an_hour():
    waits = [wait_after(attempts) for attempts in range(1, MAX_ATTEMPTS)]

    assert sum(waits, timedelta()) > timedelta(minutes=15)


@given(st.lists(st.integers(0, 3), max_size=20))
def test_a_row_that_was_tried_before_is_claimed_alone(tried):
    rows = [Row(str(number), attempts=attempts) for number, attempts in enumerate(tried)]

    together = claim_together(rows)

    assert list(together) == rows[: len(together)]
    assert len(together) >= min(1, len(rows))
    assert len(together) == 1 or all(row.attempts == 0 for row in together)
