"""The one way out: SMTP, or the viewer on this machine."""

import smtplib
from pathlib import Path
from typing import Any, Protocol

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
        aside = self.folder / f".{name}"
        aside.write_bytes(message.as_bytes())
        aside.rename(self.folder / name)
        return "kept in the viewer"

    def close(self) -> None:
        """Nothing is held open."""


class SmtpTransport:
    """One connection, used again until it breaks."""

    def __init__(self, server: dict[str, Any], *, timeout: int) -> None:
        self.server = server
        self.timeout = timeout
        self.connection: smtplib.SMTP | None = None

    def send(self, message: Message) -> str:
        try:
            connection = self._open()
            refused = connection.sendmail(settings.MAIL_FROM, [message.to], message.as_bytes())
        except smtplib.SMTPResponseException as error:
            self.close()
            words = f"{error.smtp_code} {_words(error.smtp_error)}"
            raise TransportError(words, permanent=_is_permanent(error.smtp_code)) from error
        except smtplib.SMTPRecipientsRefused as error:
            self.close()
            code, answer = error.recipients[message.to]
            raise TransportError(f"{code} {_words(answer)}", permanent=_is_permanent(code)) from error
        except (smtplib.SMTPException, OSError) as error:
            self.close()
            raise TransportError(type(error).__name__, permanent=False) from error
        return "250 accepted" if not refused else str(refused)

    def _open(self) -> smtplib.SMTP:
        if self.connection is None:
            kind = smtplib.SMTP_SSL if self.server["use_ssl"] else smtplib.SMTP
            self.connection = kind(self.server["host"], self.server["port"], timeout=self.timeout)
            if self.server["use_tls"]:
                self.connection.starttls()
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
    return (answer.decode("utf-8", "replace") if isinstance(answer, bytes) else answer)[:200]


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
