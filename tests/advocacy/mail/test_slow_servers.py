"""Servers that are slow, silent or gone: nobody is held longer than the limit, and nothing is sent twice."""

import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from advocacy.mail.messages import Message
from advocacy.mail.transport import Failure, SmtpTransport, TransportError
from tests.advocacy.mail.sinks import scripted, to_port
from tests.chaos.modes import Sink

HELLO = (b"220 ready", b"250 hello", b"250 sender ok", b"250 recipient ok", b"354 go on")


def message(number: int = 1) -> Message:
    return Message("bob@demo.example", "A date", "Hello", "", f"<{number}@localhost>")


@contextmanager
def talking(
    mode: str, *, timeout: float = 0.4, limit: float = 0.8, **pace: float
) -> Iterator[tuple[Sink, SmtpTransport]]:
    with Sink(mode=mode, **pace) as sink:
        transport = to_port(sink.port, timeout=timeout, limit=limit)
        try:
            yield sink, transport
        finally:
            transport.close()


def failure(transport: SmtpTransport) -> tuple[Failure, float]:
    """Return whose fault it was, and the seconds it took to know."""
    began = time.monotonic()
    with pytest.raises(TransportError) as caught:
        transport.send(message())
    assert transport.connection is None
    return caught.value.failure, time.monotonic() - began


def test_a_server_that_says_one_byte_at_a_time_holds_us_no_longer_than_the_limit():
    """Each byte comes in time; all of them together do not."""
    with talking("one byte a second", timeout=0.4, limit=0.8, byte_seconds=0.2) as (sink, transport):
        whose, seconds = failure(transport)

    assert whose is Failure.AWAY
    assert 0.7 < seconds < 1.6
    assert sink.accepted == []


def test_a_server_that_says_nothing_is_given_up_after_the_time_of_one_answer():
    with talking("silent", timeout=0.3, limit=5) as (_, transport):
        whose, seconds = failure(transport)

    assert whose is Failure.AWAY
    assert 0.25 < seconds < 1.5


def test_a_server_that_falls_silent_on_a_connection_at_rest_is_given_up_within_the_limit():
    with talking("ok", timeout=0.3, limit=1) as (sink, transport):
        transport.send(message())
        sink.mode = "silent"
        whose, seconds = failure(transport)

    assert whose is Failure.AWAY
    assert seconds < 1.6


def test_a_server_that_thinks_long_about_a_message_is_waited_for_and_not_sent_it_twice():
    with talking("slow data", timeout=0.2, limit=5, data_seconds=0.6) as (sink, transport):
        assert transport.send(message()).startswith("250")
        assert transport.connection.sock.gettimeout() == 0.2
        assert len(sink.accepted) == 1


def test_a_yes_before_a_reset_is_a_yes_and_costs_the_next_message_nothing():
    with talking("250 then reset") as (sink, transport):
        answers = [transport.send(message(number))[:3] for number in range(3)]

    assert answers == ["250"] * 3
    assert [name for name, _ in sink.accepted] == [f"<{number}@localhost>" for number in range(3)]


def test_a_reset_before_the_yes_is_the_message_alone_and_is_not_tried_again_at_once():
    with talking("reset before 250") as (sink, transport):
        whose, _ = failure(transport)

        assert (whose, sink.accepted, sink.connections) == (Failure.LATER, [], 1)


def test_a_reset_before_the_yes_on_a_connection_at_rest_is_not_tried_again_at_once_either():
    """The server may have taken it: what comes again so soon would come twice."""
    with talking("ok") as (sink, transport):
        transport.send(message())
        sink.mode = "reset before 250"
        whose, _ = failure(transport)

        assert (whose, len(sink.accepted), sink.connections) == (Failure.LATER, 1, 1)


def test_silence_after_the_text_on_a_connection_at_rest_is_not_tried_again_at_once():
    with talking("ok", timeout=0.3, limit=0.9, data_seconds=3) as (sink, transport):
        transport.send(message())
        sink.mode = "slow data"
        whose, _ = failure(transport)

        assert (whose, sink.connections) == (Failure.AWAY, 1)


def test_a_connection_that_was_let_go_at_rest_costs_no_attempt():
    """As Postfix does after five minutes: 421, and the end."""
    with scripted(*HELLO, b"250 taken", b"421 timeout exceeded") as first, Sink() as second:
        transport = to_port(first)
        transport.send(message(1))
        transport.server["port"] = second.port

        assert transport.send(message(2)).startswith("250")
        transport.close()
        assert [name for name, _ in second.accepted] == ["<2@localhost>"]


@pytest.mark.parametrize(("lines", "whose"), [
    ((), Failure.AWAY), (HELLO[:1], Failure.AWAY), (HELLO[:2], Failure.AWAY),
    (HELLO[:3], Failure.LATER), (HELLO[:4], Failure.LATER), (HELLO, Failure.LATER),
])  # fmt: skip
def test_a_reset_is_blamed_on_a_message_only_once_its_recipient_was_named(lines, whose):
    with scripted(*lines) as port:
        assert failure(to_port(port))[0] is whose


def test_all_addresses_of_a_server_together_have_the_time_of_one(monkeypatch):
    # Addresses for documentation: nobody answers there.
    dead = [(2, 1, 6, "", ("192.0.2.1", 25))] * 5
    monkeypatch.setattr("advocacy.mail.transport.socket.getaddrinfo", lambda *_, **__: dead)

    whose, seconds = failure(to_port(25, timeout=0.3))

    assert whose is Failure.AWAY
    assert seconds < 1
