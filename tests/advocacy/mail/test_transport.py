"""The one way out: what a mail server says decides whether a mail is sent, waits, or is given up."""

import ssl
import time
from threading import Event, Thread

import pytest

from advocacy.mail.messages import Message
from advocacy.mail.transport import (
    Failure,
    SmtpTransport,
    Switch,
    TransportError,
    ViewerTransport,
    configured,
)
from tests.advocacy.mail.sinks import certificate, scripted, silent, sink, to_port

HELLO = (b"220 ready", b"250 hello", b"250 sender ok", b"250 recipient ok", b"354 go on")


def message(**fields: object) -> Message:
    given = {
        "to": "bob@demo.example",
        "subject": "A date",
        "text": "Hello\n.\n.dot\n",
        "html": "<p>Hello</p>",
    }
    given |= {"message_id": "<one.two.three@localhost>"}
    return Message(**given | fields)  # type: ignore[arg-type]


def refusal(transport: SmtpTransport) -> TransportError:
    with pytest.raises(TransportError) as caught:
        transport.send(message())
    assert transport.connection is None
    return caught.value


def test_a_mail_that_is_taken_returns_the_servers_own_answer():
    with sink() as (server, transport):
        answer = transport.send(message())

    assert answer == "250 OK queued as Q1"
    [mail] = server.mails
    assert mail["Message-ID"] == "<one.two.three@localhost>"
    assert server.recipients == ["bob@demo.example"]
    assert mail.get_payload(0).get_payload() == "Hello\r\n.\r\n.dot\r\n"


def test_one_connection_serves_many_mails():
    with sink() as (server, transport):
        answers = [transport.send(message()) for _ in range(5)]

    assert answers[-1] == "250 OK queued as Q5"
    assert server.connections == 1


@pytest.mark.parametrize(
    ("command", "said", "failure"),
    [
        ("MAIL", "450 busy", Failure.OURS), ("RCPT", "450 busy", Failure.LATER),
        ("DATA", "450 busy", Failure.LATER), ("MAIL", "550 we do not know you", Failure.OURS),
        ("RCPT", "550 no such person", Failure.RECIPIENT), ("DATA", "554 not this text", Failure.MESSAGE),
        ("MAIL", "552 too large", Failure.MESSAGE), ("MAIL", "421 closing", Failure.AWAY),
        ("RCPT", "421 closing", Failure.LATER), ("DATA", "421 closing", Failure.LATER),
        ("MAIL", "530 sign in first", Failure.OURS), ("RCPT", "530 sign in first", Failure.OURS),
    ],
)  # fmt: skip
def test_a_no_blames_whom_it_was_said_about(command, said, failure):
    with sink(**{command: said}) as (server, transport):
        error = refusal(transport)

        assert (str(error), error.failure) == (said, failure)
        assert error.permanent == (failure in {Failure.RECIPIENT, Failure.MESSAGE})
        assert error.of_all == (failure in {Failure.OURS, Failure.AWAY})
        # The next mail goes over a fresh connection.
        server.answers.clear()
        assert transport.send(message()).startswith("250")


def test_a_server_that_is_away_is_a_temporary_no():
    with silent() as port:
        pass

    error = refusal(to_port(port))

    assert (str(error), error.permanent) == ("ConnectionRefusedError", False)


def test_a_server_that_says_nothing_holds_us_no_longer_than_the_time_limit():
    with silent() as port:
        began = time.monotonic()
        error = refusal(to_port(port, timeout=0.3))
        seconds = time.monotonic() - began

    assert not error.permanent
    assert 0.3 <= seconds < 2


def test_a_server_that_falls_silent_in_the_middle_holds_us_no_longer_either():
    with sink() as (server, transport):
        server.seconds_of_silence, transport.limit = 1.5, 0.3
        began = time.monotonic()
        error = refusal(transport)
        seconds = time.monotonic() - began

    assert not error.permanent
    assert 0.3 <= seconds < 1.5


@pytest.mark.parametrize("lines", [(), HELLO[:1], HELLO[:3], HELLO])
def test_a_connection_that_is_reset_is_a_temporary_no(lines):
    with scripted(*lines) as port:
        error = refusal(to_port(port))

    assert not error.permanent


@pytest.mark.parametrize(
    ("server", "lines"),
    [
        ({}, (b"554 go away",)),
        ({"username": "us", "password": "wrong"},
         (b"220 ready", b"250-hello\r\n250 AUTH PLAIN", b"535 who are you", b"221 bye")),
    ],
)  # fmt: skip
def test_a_no_to_all_of_us_gives_up_no_single_mail(server, lines):
    with scripted(*lines) as port:
        error = refusal(to_port(port, **server))

    assert not error.permanent
    assert str(error)[:3] in {"554", "535"}


def test_a_server_that_cannot_show_who_it_is_gets_no_mail_where_we_ask_for_a_seal():
    with sink() as (server, transport):
        transport.server["use_tls"] = True
        error = refusal(transport)

    assert not error.permanent
    assert not server.mails


def test_a_sealed_server_gets_mail_only_if_somebody_vouches_for_it(tmp_path, monkeypatch):
    path = certificate(tmp_path)
    seal = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    seal.load_cert_chain(path)

    with sink(seal) as (server, transport):
        error = refusal(transport)
        assert (error.failure, server.mails) == (Failure.OURS, [])

        trusting = ssl.create_default_context(cafile=path)
        monkeypatch.setattr(ssl, "create_default_context", lambda: trusting)
        assert [transport.send(message())[:3] for _ in range(2)] == ["250"] * 2
        assert server.connections == 1


def test_what_a_server_says_is_one_plain_line():
    with scripted(b"220 ready", b"250 hello", b"550 no\x00such\tperson \xff\x1b[31m", b"250 reset") as port:
        error = refusal(to_port(port))

    assert str(error) == "550 no such person \ufffd [31m"


def test_the_viewer_keeps_a_mail_as_a_file_and_a_repeat_replaces_it(tmp_path):
    viewer = ViewerTransport(tmp_path / "mail")

    answers = [viewer.send(message(text=text)) for text in ("first", "second")]

    assert answers == ["kept in the viewer"] * 2
    [kept] = (tmp_path / "mail").iterdir()
    assert kept.name == "one.two.three.eml"
    assert b"second" in kept.read_bytes()


def test_a_reader_of_the_viewer_never_finds_half_a_mail(tmp_path):
    whole, stop, halves = message(text="word " * 200_000), Event(), []

    def read() -> None:
        while not stop.is_set():
            found = tmp_path.glob("*.eml")
            halves.extend(path for path in found if not path.read_bytes().rstrip().endswith(b"--"))

    readers = [Thread(target=read) for _ in range(2)]
    writers = [
        Thread(target=lambda: [ViewerTransport(tmp_path).send(whole) for _ in range(15)]) for _ in "12"
    ]
    for thread in readers + writers:
        thread.start()
    for thread in writers:
        thread.join()
    stop.set()
    for thread in readers:
        thread.join()

    assert halves == []
    assert [path.name for path in tmp_path.iterdir()] == ["one.two.three.eml"]


def test_a_mail_that_must_stay_here_stays_here():
    out, here = Keeps(), Keeps()
    switch = Switch(out, here)

    switch.send(message())
    switch.send(message(keep_here=True))
    switch.close()

    assert (len(out.mails), len(here.mails)) == (1, 1)
    assert here.mails[0].keep_here
    assert out.closed
    assert here.closed


def test_the_address_of_the_mail_server_decides_the_transport(settings, tmp_path):
    settings.MAIL_FOLDER = tmp_path

    settings.MAIL = {"kind": "viewer"}
    inside = configured().out
    settings.MAIL = {"kind": "smtp", "host": "mail.example", "port": 587, "username": "", "password": ""}
    outside = configured().out

    assert isinstance(inside, ViewerTransport)
    assert isinstance(outside, Switch)
    assert isinstance(outside.outside, SmtpTransport)
    assert (outside.outside.timeout, outside.outside.limit) == (10, 60)


class Keeps:
    def __init__(self) -> None:
        self.mails: list[Message] = []
        self.closed = False

    def send(self, kept: Message) -> str:
        self.mails.append(kept)
        return "250 OK"

    def close(self) -> None:
        self.closed = True


def test_the_folder_of_the_viewer_is_made_when_it_is_needed(tmp_path):
    folder = tmp_path / "a" / "b"

    ViewerTransport(folder).send(message())

    assert [path.name for path in folder.iterdir()] == ["one.two.three.eml"]
