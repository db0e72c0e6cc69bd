"""A mail server that takes everything and keeps nothing, as fast as Python can; it may wait before each answer.

`python -m tests.benchmarks.smtp_sink PORT MILLISECONDS [FILE]`, in a process of its own. To the command `COUNT` it says
how many mails it took; the file has a line with the address and the Message-ID of each.
"""

import asyncio
import re
import sys
from pathlib import Path
from typing import IO

MESSAGE_ID = re.compile(rb"^Message-ID:\s*(\S+)", re.IGNORECASE | re.MULTILINE)


class Sink(asyncio.Protocol):
    """One connection."""

    taken = 0
    wait = 0.0
    log: IO[str] | None = None
    to = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Greet."""
        self.transport: asyncio.Transport = transport  # type: ignore[assignment]
        self.pending, self.in_data = b"", False
        self.answer(b"220 sink ESMTP")

    def data_received(self, data: bytes) -> None:
        """Read lines, or a mail until its lonely dot."""
        self.pending += data
        while True:
            if self.in_data:
                mail, dot, rest = self.pending.partition(b"\r\n.\r\n")
                if not dot:
                    return
                self.pending, self.in_data = rest, False
                Sink.taken += 1
                self.note(mail)
                self.answer(b"250 taken")
            else:
                line, end, rest = self.pending.partition(b"\r\n")
                if not end:
                    return
                self.pending = rest
                self.to = line if line[:4].upper() == b"RCPT" else self.to
                self.command(line[:4].upper())

    def note(self, mail: bytes) -> None:
        """Write down to whom a mail went."""
        if Sink.log:
            found = MESSAGE_ID.search(mail)
            to = self.to.partition(b"<")[2].partition(b">")[0]
            Sink.log.write(f"{to.decode()} {found[1].decode() if found else ''}\n")
            Sink.log.flush()

    def command(self, verb: bytes) -> None:
        """Answer a command."""
        if verb == b"DATA":
            self.in_data = True
            self.answer(b"354 go on")
        elif verb == b"COUN":
            self.answer(b"250 %d" % Sink.taken)
        elif verb == b"QUIT":
            self.answer(b"221 bye")
        else:
            self.answer(b"250 ok")

    def answer(self, words: bytes) -> None:
        """Say something, now or after the wait."""
        if self.wait:
            asyncio.get_running_loop().call_later(self.wait, self.transport.write, words + b"\r\n")
        else:
            self.transport.write(words + b"\r\n")


async def serve(port: int, milliseconds: float, file: str = "") -> None:
    """Listen until the process is ended."""
    Sink.wait = milliseconds / 1000
    Sink.log = Path(file).open("a", encoding="utf-8") if file else None  # noqa: SIM115 -- until the process ends
    server = await asyncio.get_running_loop().create_server(Sink, "127.0.0.1", port)
    print("ready", flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(serve(int(sys.argv[1]), float(sys.argv[2]), *sys.argv[3:]))
