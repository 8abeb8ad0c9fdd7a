"""How often a page waits for the database: counted on the wire, where nothing can be left out."""

import socket
import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.db import connection

# After a simple query, and after the Sync that ends one statement or a pipeline of several, a client waits.
WAITS = (b"Q", b"S")


class Wire:
    """Stands between Django and PostgreSQL, passes everything on and counts the client's waits."""

    def __init__(self, host: str, port: int) -> None:
        self.trips = 0
        self._upstream = (host, port)
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        threading.Thread(target=self._serve, daemon=True).start()

    def close(self) -> None:
        self._listener.close()

    def _serve(self) -> None:
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            server = self._connect()
            threading.Thread(target=self._pass_on, args=(client, server), daemon=True).start()
            threading.Thread(target=_pump, args=(server, client), daemon=True).start()

    def _connect(self) -> socket.socket:
        host, port = self._upstream
        if not host.startswith("/"):
            return socket.create_connection((host, port))
        server = socket.socket(socket.AF_UNIX)
        server.connect(str(Path(host) / f".s.PGSQL.{port}"))
        return server

    def _pass_on(self, client: socket.socket, server: socket.socket) -> None:
        """Read message by message: the first has no type, each later one a letter and its length."""
        with client, server, client.makefile("rb") as said:
            typed = False
            while head := said.read(5 if typed else 4):
                length = struct.unpack("!I", head[-4:])[0]
                body = said.read(length - 4)
                self.trips += typed and head[:1] in WAITS
                typed = True
                server.sendall(head + body)


def _pump(source: socket.socket, target: socket.socket) -> None:
    try:
        while data := source.recv(65536):
            target.sendall(data)
    except OSError:
        pass


@contextmanager
def counted() -> Iterator[Wire]:
    """Lead Django's connection over a counted wire, for tests that commit."""
    settings: dict[str, Any] = connection.settings_dict
    before = {name: settings[name] for name in ("HOST", "PORT", "OPTIONS")}
    wire = Wire(str(settings["HOST"]), int(settings["PORT"]))
    connection.close()
    settings.update(
        HOST="127.0.0.1", PORT=str(wire.port), OPTIONS={"sslmode": "disable", "gssencmode": "disable"}
    )
    try:
        yield wire
    finally:
        connection.close()
        settings.update(before)
        wire.close()
