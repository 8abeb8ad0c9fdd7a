"""One Valkey (or Redis) server: the doorbell of the workers. It keeps nothing on disk."""

import json
import signal
import socket
import subprocess
from dataclasses import dataclass

from advocacy.embedded import keys as keyring
from advocacy.embedded import processes
from advocacy.embedded.binaries import find_valkey
from advocacy.embedded.errors import EmbeddedError
from advocacy.embedded.folders import Folders
from advocacy.embedded.keys import Keys
from advocacy.embedded.postgres import free_port

STARTING_SECONDS = 10
ATTEMPTS = 3


@dataclass(frozen=True)
class Running:
    """A server that was started for this installation."""

    pid: int
    port: int


class Broker:
    """The broker of one installation. Start and stop it under the installation's locks."""

    def __init__(self, folders: Folders, keys: Keys) -> None:
        self._folders = folders
        self._password = keys.broker_password
        self._note = folders.run / "valkey.json"

    def ensure(self) -> bool:
        """Start the server if it does not run. Return True if it was started."""
        if self.running() is not None:
            return False
        program = str(find_valkey())
        for _ in range(ATTEMPTS):
            port = free_port()
            process = self._popen(program, port)
            keyring.write_private(self._note, json.dumps({"pid": process.pid, "port": port}))
            if self._wait_ready(process, port):
                return True
        raise EmbeddedError(f"Valkey did not start. {self._folders.log / 'valkey.log'} says why.")

    def running(self) -> Running | None:
        """Return the running server. One that takes our password is ours."""
        try:
            found = Running(**json.loads(self._note.read_text()))
        except (OSError, ValueError, TypeError):
            return None
        return found if self._answers(found.port) else None

    def url(self) -> str:
        """Return the address of the running server."""
        found = self.running()
        if found is None:
            raise EmbeddedError("Valkey is not running.")
        return f"redis://:{self._password}@127.0.0.1:{found.port}/0"

    def stop(self) -> None:
        """Stop the server."""
        found = self.running()
        if found is not None:
            for number in (signal.SIGTERM, signal.SIGKILL):
                processes.send(found.pid, number)
                if processes.wait_gone(found.pid, seconds=5):
                    break
        self._note.unlink(missing_ok=True)

    def _popen(self, program: str, port: int) -> subprocess.Popen[bytes]:
        settings = {
            "bind": "127.0.0.1",
            "port": str(port),
            "requirepass": self._password,
            "save": '""',
            "appendonly": "no",
            # A full doorbell refuses a ring; it never forgets one that it took.
            "maxmemory": "256mb",
            "maxmemory-policy": "noeviction",
            "loglevel": "warning",
        }
        with (self._folders.log / "valkey.log").open("ab") as output:
            # By the standard input, so that the password stands in no list of processes.
            process = subprocess.Popen(
                [program, "-"],
                stdin=subprocess.PIPE,
                stdout=output,
                stderr=subprocess.STDOUT,
                cwd=self._folders.run,
                start_new_session=True,
            )
        assert process.stdin is not None
        with process.stdin as stdin:
            stdin.write("".join(f"{name} {value}\n" for name, value in settings.items()).encode())
        processes.keep(process)
        return process

    def _wait_ready(self, process: subprocess.Popen[bytes], port: int) -> bool:
        processes.wait_until(
            lambda: process.poll() is not None or self._answers(port), seconds=STARTING_SECONDS
        )
        if process.poll() is None and self._answers(port):
            return True
        process.kill()
        process.wait()
        return False

    def _answers(self, port: int) -> bool:
        try:
            with socket.create_connection(("127.0.0.1", port), timeout=2) as connection:
                connection.sendall(f"AUTH {self._password}\r\nPING\r\n".encode())
                answer = b""
                while answer.count(b"\r\n") < 2 and (part := connection.recv(200)):
                    answer += part
        except OSError:
            return False
        return answer.startswith(b"+OK\r\n+PONG")
