"""Mail servers that behave, and some that do not."""

import asyncio
import socket
import ssl
import struct
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from email import message_from_bytes
from email.message import Message as Read
from ipaddress import IPv4Address
from pathlib import Path
from threading import Thread
from typing import Any

from aiosmtpd.controller import Controller
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from advocacy.embedded.postgres import free_port
from advocacy.kernel import clock
from advocacy.mail.transport import SmtpTransport


class Sink:
    """Takes mail, or answers one command with what it is told to; `answers` may change between mails."""

    def __init__(self, **answers: str) -> None:
        self.answers = answers
        self.mails: list[Read] = []
        self.recipients: list[str] = []
        self.connections = 0
        self.seconds_of_silence = 0.0

    async def handle_EHLO(
        self, server: Any, session: Any, envelope: Any, hostname: str, responses: list[str]
    ) -> list[str]:
        self.connections += 1
        session.host_name = hostname
        return responses

    async def handle_MAIL(
        self, server: Any, session: Any, envelope: Any, address: str, mail_options: list[str]
    ) -> str:
        if answer := self.answers.get("MAIL"):
            return answer
        envelope.mail_from = address
        return "250 OK"

    async def handle_RCPT(
        self, server: Any, session: Any, envelope: Any, address: str, rcpt_options: list[str]
    ) -> str:
        if answer := self.answers.get("RCPT"):
            return answer
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        await asyncio.sleep(self.seconds_of_silence)
        if answer := self.answers.get("DATA"):
            return answer
        self.mails.append(message_from_bytes(envelope.content))
        self.recipients += envelope.rcpt_tos
        return f"250 OK queued as Q{len(self.mails)}"


@contextmanager
def sink(seal: ssl.SSLContext | None = None, **answers: str) -> Iterator[tuple[Sink, SmtpTransport]]:
    """A mail server on this machine, and a transport to it."""
    handler = Sink(**answers)
    controller = Controller(handler, hostname="127.0.0.1", port=free_port(), ssl_context=seal)
    controller.start()
    transport = to_port(controller.port, use_ssl=seal is not None)
    try:
        yield handler, transport
    finally:
        transport.close()
        controller.stop()


def to_port(port: int, *, timeout: float = 5, limit: float = 10, **server: Any) -> SmtpTransport:
    place = {"host": "127.0.0.1", "port": port, "username": "", "password": ""}
    return SmtpTransport(place | {"use_ssl": False, "use_tls": False} | server, timeout=timeout, limit=limit)


def certificate(folder: Path) -> Path:
    """Make a certificate for this machine that nobody vouches for, and its key, in one file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "mail on this machine")])
    begins = clock.now() - timedelta(days=1)
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(begins)
        .not_valid_after(begins + timedelta(days=2))
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(IPv4Address("127.0.0.1"))]), critical=False
        )
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, SHA256())
    )
    plain = (Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    path = folder / "mail.pem"
    path.write_bytes(key.private_bytes(*plain) + made.public_bytes(Encoding.PEM))
    return path


@contextmanager
def silent() -> Iterator[int]:
    """A port that takes connections and never says a word."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


@contextmanager
def scripted(*lines: bytes) -> Iterator[int]:
    """A server that says these lines, one for each thing it hears, and then resets the connection."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        thread = Thread(target=_say, args=(server, lines))
        thread.start()
        yield server.getsockname()[1]
        thread.join(timeout=5)


def _say(server: socket.socket, lines: tuple[bytes, ...]) -> None:
    connection, _ = server.accept()
    with connection:
        for number, line in enumerate(lines):
            if number:
                connection.recv(65536)
            connection.sendall(line + b"\r\n")
        if lines:
            connection.recv(65536)
        # Linger for no time: the other side gets a reset, not an end.
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
