"""A mail server in this process that fails in every way mail servers fail (reliability R7).

    with Sink(mode="450") as sink:
        ...send to 127.0.0.1:sink.port...
        sink.mode = "ok"

`accepted` holds (Message-ID, time.time()) of each mail the server answered with 250, written before the 250.
"""

import asyncio
import random
import re
import socket
import struct
import time
from asyncio import AbstractEventLoop, StreamReader, StreamWriter
from threading import Event, Thread
from types import TracebackType
from typing import Final, Self

OK, CLOSING, BUSY, REFUSED = "ok", "421", "450", "550"
SILENT, DRIP = "silent", "one byte a second"
RESET_AFTER, RESET_BEFORE = "250 then reset", "reset before 250"
SLOW, MIXED = "slow data", "mixed"
PLAIN_MODES: Final = (OK, CLOSING, BUSY, REFUSED, SILENT, DRIP, RESET_AFTER, RESET_BEFORE, SLOW)
MODES: Final = (*PLAIN_MODES, MIXED)

_MESSAGE_ID = re.compile(rb"^message-id:\s*(<[^>\r\n]+>)", re.IGNORECASE | re.MULTILINE)
_ANSWERS = {b"EHLO": "250 sink", b"HELO": "250 sink", b"RSET": "250 OK", b"NOOP": "250 OK"}
_MAIL = {CLOSING: "421 4.3.2 closing"}
_RCPT = {BUSY: "450 4.2.0 busy, later", REFUSED: "550 5.1.1 no such person"}


class Sink:
    """One mail server on a free loopback port. `mode` and `refuses` may be changed at any moment.

    A mode holds from the next connection or mail on; in `mixed` each connection and each mail draws one.
    Addresses in `refuses` get 550 in every mode that gets so far. `byte_seconds` and `data_seconds` scale
    the slow modes.
    """

    def __init__(
        self, mode: str = OK, *, byte_seconds: float = 1.0, data_seconds: float = 20.0, seed: int = 0
    ) -> None:
        if mode not in MODES:
            raise ValueError(mode)
        self.mode = mode
        self.byte_seconds, self.data_seconds = byte_seconds, data_seconds
        self.refuses: set[str] = set()
        self.accepted: list[tuple[str, float]] = []
        self.connections = 0
        self.port = 0
        self._chance = random.Random(seed)
        self._loop: AbstractEventLoop | None = None
        self._stop: asyncio.Event | None = None
        self._ready = Event()
        self._thread = Thread(target=self._run, daemon=True)

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: object, trace: TracebackType | None) -> None:
        self.stop()

    def start(self) -> None:
        self._thread.start()
        if not self._ready.wait(10):
            raise RuntimeError("the sink did not start")

    def stop(self) -> None:
        if self._loop is not None and self._stop is not None:
            self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join(10)

    def _run(self) -> None:
        # Its end cancels every talk that is still open, and waits for them.
        asyncio.run(self._main())

    async def _main(self) -> None:
        self._loop, self._stop = asyncio.get_running_loop(), asyncio.Event()
        server = await asyncio.start_server(self._serve, "127.0.0.1", 0, limit=1 << 22)
        self.port = server.sockets[0].getsockname()[1]
        self._ready.set()
        await self._stop.wait()
        server.close()

    def _draw(self) -> str:
        return self._chance.choice(PLAIN_MODES) if self.mode == MIXED else self.mode

    async def _serve(self, reader: StreamReader, writer: StreamWriter) -> None:
        self.connections += 1
        try:
            await _Talk(self, reader, writer, self._draw()).run()
        except (ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError):
            # The sender has gone, or we are told to stop.
            pass
        finally:
            writer.close()


class _Talk:
    """One connection."""

    def __init__(self, sink: Sink, reader: StreamReader, writer: StreamWriter, mode: str) -> None:
        self.sink, self.reader, self.writer, self.mode = sink, reader, writer, mode

    async def run(self) -> None:
        await self.say("220 sink")
        while line := await self.reader.readline():
            verb = line[:4].strip().upper()
            if verb == b"MAIL":
                self.mode = self.sink._draw()
                await self.say(_MAIL.get(self.mode, "250 OK"))
            elif verb == b"RCPT":
                await self.say(self.answer_to(line))
            elif verb == b"DATA":
                if not await self.take():
                    return
            elif verb == b"QUIT":
                await self.say("221 bye")
                return
            else:
                await self.say(_ANSWERS.get(verb, "500 what?"))

    def answer_to(self, line: bytes) -> str:
        address = line.partition(b"<")[2].partition(b">")[0].decode().lower()
        return _RCPT[REFUSED] if address in self.sink.refuses else _RCPT.get(self.mode, "250 OK")

    async def take(self) -> bool:
        """Read one mail; False if the connection is gone with it."""
        await self.say("354 go on")
        mail = await self.reader.readuntil(b"\r\n.\r\n")
        if self.mode == RESET_BEFORE:
            return self.reset()
        if self.mode == SLOW:
            await asyncio.sleep(self.sink.data_seconds)
        found = _MESSAGE_ID.search(mail)
        self.sink.accepted.append((found.group(1).decode() if found else "", time.time()))
        await self.say(f"250 OK queued as {len(self.sink.accepted)}")
        return self.reset() if self.mode == RESET_AFTER else True

    async def say(self, words: str) -> None:
        if self.mode == SILENT:
            await asyncio.sleep(3600)
        line = f"{words}\r\n".encode()
        for piece in [line[at : at + 1] for at in range(len(line))] if self.mode == DRIP else [line]:
            self.writer.write(piece)
            await self.writer.drain()
            if self.mode == DRIP:
                await asyncio.sleep(self.sink.byte_seconds)

    def reset(self) -> bool:
        """Linger for no time: the other side gets a reset, not an end."""
        held: socket.socket = self.writer.get_extra_info("socket")
        held.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.writer.transport.abort()
        return False
