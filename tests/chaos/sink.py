"""A mail server as a process: it writes down each mail it takes, and only then says yes.

    python -m tests.chaos.sink LOG [--seconds-a-mail 0.01]

Prints its port. LOG gets one JSON line a mail: Message-ID and time, flushed to the disk before the 250.
It ends when its standard input does.
"""

import argparse
import asyncio
import json
import os
import re
import sys
import time
from asyncio import StreamReader, StreamWriter
from threading import Thread
from typing import TextIO

MESSAGE_ID = re.compile(rb"^message-id:\s*(<[^>\r\n]+>)", re.IGNORECASE | re.MULTILINE)
ANSWERS = {b"EHLO": b"250 sink", b"HELO": b"250 sink", b"MAIL": b"250 OK", b"RCPT": b"250 OK",
           b"RSET": b"250 OK", b"NOOP": b"250 OK"}  # fmt: skip


class Sink:
    def __init__(self, log: TextIO, seconds_a_mail: float) -> None:
        self.log = log
        self.seconds_a_mail = seconds_a_mail
        self.taken = 0

    async def serve(self, reader: StreamReader, writer: StreamWriter) -> None:
        try:
            await self._talk(reader, writer)
        except (ConnectionError, asyncio.IncompleteReadError):
            # A sender was killed in the middle of a mail: nothing was taken.
            pass
        finally:
            writer.close()

    async def _talk(self, reader: StreamReader, writer: StreamWriter) -> None:
        writer.write(b"220 sink\r\n")
        while line := await reader.readline():
            verb = line[:4].strip().upper()
            if verb == b"DATA":
                writer.write(b"354 go on\r\n")
                mail = await reader.readuntil(b"\r\n.\r\n")
                await asyncio.sleep(self.seconds_a_mail)
                self._take(mail)
                writer.write(b"250 OK queued as %d\r\n" % self.taken)
            elif verb == b"QUIT":
                writer.write(b"221 bye\r\n")
                return
            else:
                writer.write(ANSWERS.get(verb, b"500 what?") + b"\r\n")
            await writer.drain()

    def _take(self, mail: bytes) -> None:
        found = MESSAGE_ID.search(mail)
        self.taken += 1
        print(json.dumps({"message_id": found.group(1).decode() if found else "", "at": time.time()}),
              file=self.log, flush=True)  # fmt: skip
        os.fsync(self.log.fileno())


async def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("log")
    parser.add_argument("--seconds-a-mail", type=float, default=0.01)
    arguments = parser.parse_args()
    with open(arguments.log, "a") as log:  # noqa: PTH123 (opened to append)
        sink = Sink(log, arguments.seconds_a_mail)
        server = await asyncio.start_server(sink.serve, "127.0.0.1", 0, limit=1 << 20)
        print(server.sockets[0].getsockname()[1], flush=True)
        await server.serve_forever()


def end_with_parent() -> None:
    """End this process when whoever started it is gone."""

    def wait() -> None:
        sys.stdin.buffer.read()
        os._exit(0)

    Thread(target=wait, daemon=True).start()


if __name__ == "__main__":
    end_with_parent()
    asyncio.run(main())
