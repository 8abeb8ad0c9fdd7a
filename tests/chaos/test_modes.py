"""The mail server that fails on purpose fails as it says."""

import smtplib

import pytest

from tests.chaos.modes import MIXED, MODES, Sink

MAIL = "Message-ID: <one@localhost>\r\nSubject: A date\r\n\r\nHello\r\n"


def send(sink: Sink, to: str = "bob@demo.example", timeout: float = 0.5) -> str:
    """Return the class of what the server did, or its yes."""
    try:
        with smtplib.SMTP("127.0.0.1", sink.port, timeout=timeout) as server:
            server.sendmail("us@localhost", [to], MAIL)
    except smtplib.SMTPRecipientsRefused as error:
        return str(error.recipients[to][0])
    except smtplib.SMTPResponseException as error:
        return str(error.smtp_code)
    except (smtplib.SMTPServerDisconnected, OSError):
        return "taken, then gone" if sink.accepted else "gone"
    return "taken"


@pytest.mark.parametrize(
    ("mode", "outcome", "taken"),
    [
        ("ok", "taken", 1), ("421", "421", 0), ("450", "450", 0), ("550", "550", 0),
        ("silent", "gone", 0), ("one byte a second", "gone", 0),
        ("250 then reset", "taken", 1), ("reset before 250", "gone", 0),
        ("slow data", "gone", 0),
    ],
)  # fmt: skip
def test_each_mode_does_what_it_is_called(mode, outcome, taken):
    with Sink(mode=mode) as sink:
        assert send(sink) in {outcome, "taken, then gone"}
        assert [name for name, _ in sink.accepted] == ["<one@localhost>"] * taken


def test_a_mode_may_change_and_one_address_may_be_refused_alone():
    with Sink(mode="450") as sink:
        assert send(sink) == "450"
        sink.mode, sink.refuses = "ok", {"dead@demo.example"}
        assert (send(sink, "dead@demo.example"), send(sink)) == ("550", "taken")
        assert (len(sink.accepted), sink.connections) == (1, 3)


def test_mixed_is_the_same_mix_for_the_same_seed_and_holds_more_than_one_mode():
    with Sink(mode=MIXED, seed=4) as one, Sink(mode=MIXED, seed=4) as two:
        draws = [[sink._draw() for _ in range(60)] for sink in (one, two)]

    assert draws[0] == draws[1]
    assert set(draws[0]) == set(MODES) - {MIXED}
