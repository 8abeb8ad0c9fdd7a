"""The one way out: SMTP, or the viewer on this machine."""

import smtplib
import ssl
from pathlib import Path
from typing import Any, Protocol
from uuid import uuid4

from django.conf import settings

from advocacy.mail.messages import Message


class TransportError(Exception):
    """The message did not go. `permanent` means that trying again cannot help."""

    def __init__(self, words: str, *, permanent: bool) -> None:
        super().__init__(words)
        self.permanent = permanent


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


class _KeepsAnswer:
    """Keep what the server said when it took the message: its queue id finds the mail again."""

    answer = ""

    def data(self, msg: Any) -> tuple[int, bytes]:
        code, words = super().data(msg)  # type: ignore[misc]
        self.answer = f"{code} {_words(words)}"
        return code, words


class _Plain(_KeepsAnswer, smtplib.SMTP):
    pass


class _Sealed(_KeepsAnswer, smtplib.SMTP_SSL):
    pass


# Said before any message is named, so no message is to blame: a wrong password must not give them all up.
_NOT_THE_MESSAGE = (smtplib.SMTPAuthenticationError, smtplib.SMTPConnectError, smtplib.SMTPHeloError)


class SmtpTransport:
    """One connection, used again until it breaks."""

    def __init__(self, server: dict[str, Any], *, timeout: int) -> None:
        self.server = server
        self.timeout = timeout
        self.connection: _Plain | _Sealed | None = None

    def send(self, message: Message) -> str:
        try:
            connection = self._open()
            connection.sendmail(settings.MAIL_FROM, [message.to], message.as_bytes())
        except smtplib.SMTPResponseException as error:
            self.close()
            words = f"{error.smtp_code} {_words(error.smtp_error)}"
            permanent = _is_permanent(error.smtp_code) and not isinstance(error, _NOT_THE_MESSAGE)
            raise TransportError(words, permanent=permanent) from error
        except smtplib.SMTPRecipientsRefused as error:
            self.close()
            code, answer = error.recipients[message.to]
            raise TransportError(f"{code} {_words(answer)}", permanent=_is_permanent(code)) from error
        except (smtplib.SMTPException, OSError) as error:
            self.close()
            raise TransportError(type(error).__name__, permanent=False) from error
        return connection.answer

    def _open(self) -> _Plain | _Sealed:
        if self.connection is None:
            place = {"host": self.server["host"], "port": self.server["port"], "timeout": self.timeout}
            if self.server["use_ssl"]:
                self.connection = _Sealed(**place, context=ssl.create_default_context())
            else:
                self.connection = _Plain(**place)
            if self.server["use_tls"]:
                # Without a context of ours smtplib would accept anybody's certificate.
                self.connection.starttls(context=ssl.create_default_context())
            if self.server["username"]:
                self.connection.login(self.server["username"], self.server["password"])
        return self.connection

    def close(self) -> None:
        if self.connection is not None:
            self.connection.close()
            self.connection = None


def _is_permanent(code: int) -> bool:
    return 500 <= code < 600


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


def configured() -> Transport:
    """Return the transport that EMAIL_URL names."""
    inside = ViewerTransport(settings.MAIL_FOLDER)
    if settings.MAIL["kind"] == "viewer":
        return inside
    return Switch(SmtpTransport(settings.MAIL, timeout=settings.MAIL_TIMEOUT_SECONDS), inside)
