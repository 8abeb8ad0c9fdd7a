"""The one way out: SMTP, or the viewer on this machine."""

import smtplib
import socket
import ssl
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from enum import Enum
from pathlib import Path
from threading import Timer
from typing import Any, Protocol
from uuid import uuid4

from django.conf import settings

from advocacy.mail.messages import Message
from advocacy.mail.queries import is_suppressed


class Failure(Enum):
    """Whose fault it is that a message did not go, by the server's answer and where it was given."""

    LATER = "4xx, or a reset in the middle of it: this one may go later"
    RECIPIENT = "5xx to the address: trying again cannot help"
    MESSAGE = "5xx to the message itself: trying again cannot help"
    OURS = "our sign-in or our sending is refused: no message is to blame"
    AWAY = "no answer, or a reset or 421 before any recipient was named: no message is to blame"


class TransportError(Exception):
    """The message did not go. `permanent` means that trying again cannot help."""

    def __init__(self, words: str, *, permanent: bool = False, failure: Failure | None = None) -> None:
        super().__init__(words)
        self.failure = failure or (Failure.RECIPIENT if permanent else Failure.LATER)

    @property
    def permanent(self) -> bool:
        return self.failure in (Failure.RECIPIENT, Failure.MESSAGE)

    @property
    def of_all(self) -> bool:
        """True if the next message would fare no better: the trouble is with the server, or with us."""
        return self.failure in (Failure.OURS, Failure.AWAY)


class Transport(Protocol):
    def send(self, message: Message) -> str:
        """Hand the message over and return the server's answer.

        Raises: TransportError.
        """

    def close(self) -> None:
        """Let go of the connection."""


class ViewerTransport:
    """Keep each mail as a file: nothing leaves this machine."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def send(self, message: Message) -> str:
        self.folder.mkdir(parents=True, exist_ok=True)
        name = f"{message.message_id.strip('<>').partition('@')[0]}.eml"
        # Written aside and moved: a reader never finds half a mail, and a repeat replaces its first copy.
        aside = self.folder / f".{uuid4().hex}.part"
        aside.write_bytes(message.as_bytes())
        aside.rename(self.folder / name)
        return "kept in the viewer"

    def close(self) -> None:
        """Nothing is held open."""


class _Connection(smtplib.SMTP):
    """A connection that keeps to the time its transport has left, and what the server said to a message."""

    answer = ""
    # True from the moment on from which an answer, or none, may be about this one message.
    named = False
    transport: "SmtpTransport"

    def _get_socket(self, host: str, port: int, timeout: float) -> socket.socket:
        """Connect to the first address that answers; all of them together have the time of one."""
        ends_at = time.monotonic() + min(timeout, self.transport.left())
        error: OSError = TimeoutError("no address answered")
        for family, kind, protocol, _, address in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM):
            made = socket.socket(family, kind, protocol)
            try:
                made.settimeout(max(ends_at - time.monotonic(), SHORTEST_WAIT))
                made.connect(address)
            except OSError as refused:
                made.close()
                error = refused
                continue
            made.settimeout(timeout)
            return made
        raise error

    def rcpt(self, recip: str, options: Any = ()) -> tuple[int, bytes]:
        self.named = True
        return super().rcpt(recip, options)

    def data(self, msg: Any) -> tuple[int, bytes]:
        if self.sock is not None:
            # A server may think long about a whole message, and giving up too early sends it twice.
            self.sock.settimeout(max(self.transport.left(), SHORTEST_WAIT))
        code, words = super().data(msg)
        self.answer = f"{code} {_words(words)}"
        return code, words


class _Sealed(smtplib.SMTP_SSL, _Connection):
    pass


# Said about us, wherever it is said: sign in first, this way of signing in is not good enough.
_SIGN_IN_CODES = frozenset({530, 534, 535, 538})
_READY, _CLOSING, _TOO_LARGE = 220, 421, 552
SHORTEST_WAIT = 0.01


class SmtpTransport:
    """One connection, used again until it breaks.

    `timeout` (seconds) bounds the connecting and each answer, `limit` the whole send: a server that says
    one byte a second holds nobody longer.
    """

    def __init__(self, server: dict[str, Any], *, timeout: float, limit: float = 60) -> None:
        self.server = server
        self.timeout = timeout
        self.limit = limit
        self.connection: _Connection | None = None
        self._ends_at = 0.0

    def left(self) -> float:
        """Return the seconds that are left of this send."""
        return self._ends_at - time.monotonic()

    def send(self, message: Message) -> str:
        with self._limited():
            rested = self.connection
            if rested is not None:
                try:
                    return self._hand_over(message)
                except TransportError as error:
                    # A server that let go of a connection at rest has said nothing about this message.
                    if error.failure is not Failure.AWAY or rested.named:
                        raise
            return self._hand_over(message)

    @contextmanager
    def _limited(self) -> Iterator[None]:
        """Cut the connection off when the time is up, whatever is being read or written then."""
        self._ends_at = time.monotonic() + self.limit
        timer = Timer(self.limit, self._cut_off)
        timer.daemon = True
        timer.start()
        try:
            yield
        finally:
            timer.cancel()

    def _cut_off(self) -> None:
        held = self.connection.sock if self.connection is not None else None
        if held is not None:
            with suppress(OSError):
                # Wakes who reads; closing would not. Past the seal: that one belongs to who reads.
                socket.socket.shutdown(held, socket.SHUT_RDWR)

    def _hand_over(self, message: Message) -> str:
        try:
            connection = self.connection or self._open()
            connection.named = False
            connection.sendmail(settings.MAIL_FROM, [message.to], message.as_bytes())
        except (smtplib.SMTPException, OSError) as error:
            held, soon = self.connection, self.limit - self.left() < self.timeout
            self.close()
            # Cut off soon after this recipient or text was named: perhaps because of it. Others go on.
            broken = Failure.LATER if held and held.named and soon else Failure.AWAY
            raise _judged(error, message.to, broken) from error
        except BaseException:
            # Nobody knows where the talk stands.
            self.close()
            raise
        if connection.sock is not None:
            connection.sock.settimeout(self.timeout)
        return connection.answer

    def _open(self) -> _Connection:
        # Named, or it would be asked for in the DNS, which knows no time limit.
        place: dict[str, Any] = {"timeout": self.timeout, "local_hostname": settings.MAIL_DOMAIN}
        if self.server["use_ssl"]:
            made: _Connection = _Sealed(**place, context=ssl.create_default_context())
        else:
            made = _Connection(**place)
        # Known before its first byte, so that the time limit reaches what is only being opened.
        made.transport, self.connection = self, made
        # The name that its certificate must show; smtplib takes it only from a constructor that connects.
        made._host = self.server["host"]  # type: ignore[attr-defined]
        code, words = made.connect(self.server["host"], self.server["port"])
        if code != _READY:
            raise smtplib.SMTPConnectError(code, words)
        if self.server["use_tls"]:
            # Without a context of ours smtplib would accept anybody's certificate.
            made.starttls(context=ssl.create_default_context())
        if self.server["username"]:
            made.login(self.server["username"], self.server["password"])
        return made

    def close(self) -> None:
        if self.connection is not None:
            self.connection.close()
            self.connection = None


def _judged(error: Exception, to: str, broken: Failure) -> TransportError:
    """Return what went wrong, in the server's words, and whose fault it is."""
    answer: bytes | str
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        code, answer = error.recipients[to]
        return _refused(code, answer, temporary=Failure.LATER, permanent=Failure.RECIPIENT)
    if isinstance(error, smtplib.SMTPDataError):
        code, answer = error.smtp_code, error.smtp_error
        return _refused(code, answer, temporary=Failure.LATER, permanent=Failure.MESSAGE)
    if isinstance(error, smtplib.SMTPResponseException):
        # No recipient is named yet: nothing but our sending is left to blame, or the size we announced.
        code, answer = error.smtp_code, error.smtp_error
        temporary = Failure.AWAY if code == _CLOSING else Failure.OURS
        permanent = Failure.MESSAGE if code == _TOO_LARGE else Failure.OURS
        return _refused(code, answer, temporary=temporary, permanent=permanent)
    if isinstance(error, smtplib.SMTPNotSupportedError | ssl.SSLCertVerificationError):
        return TransportError(type(error).__name__, failure=Failure.OURS)
    return TransportError(type(error).__name__, failure=broken)


def _refused(code: int, answer: bytes | str, *, temporary: Failure, permanent: Failure) -> TransportError:
    if code in _SIGN_IN_CODES:
        temporary = permanent = Failure.OURS
    failure = permanent if 500 <= code < 600 else temporary
    return TransportError(f"{code} {_words(answer)}", failure=failure)


def _words(answer: bytes | str) -> str:
    text = answer.decode("utf-8", "replace") if isinstance(answer, bytes) else answer
    # PostgreSQL refuses a NUL, and a log line must stay one line.
    return "".join(each if each.isprintable() else " " for each in text)[:200]


class Switch:
    """Send by the configured transport; what a demo writes stays in the viewer."""

    def __init__(self, outside: Transport, inside: Transport) -> None:
        self.outside, self.inside = outside, inside

    def send(self, message: Message) -> str:
        return (self.inside if message.keep_here else self.outside).send(message)

    def close(self) -> None:
        self.outside.close()
        self.inside.close()


class OnlyToTheLiving:
    """Send nothing more to an address from which a mail came back for good."""

    def __init__(self, out: Transport) -> None:
        self.out = out

    def send(self, message: Message) -> str:
        if not message.waited_for and is_suppressed(message.to):
            raise TransportError("this address came back", failure=Failure.RECIPIENT)
        return self.out.send(message)

    def close(self) -> None:
        self.out.close()


def configured() -> Transport:
    """Return the transport that EMAIL_URL names."""
    inside = ViewerTransport(settings.MAIL_FOLDER)
    if settings.MAIL["kind"] == "viewer":
        return OnlyToTheLiving(inside)
    limits = {"timeout": settings.MAIL_TIMEOUT_SECONDS, "limit": settings.MAIL_LIMIT_SECONDS}
    return OnlyToTheLiving(Switch(SmtpTransport(settings.MAIL, **limits), inside))
