"""A mail server that takes everything and keeps nothing, as fast as Python can; it may wait before each answer.

`python -m tests.benchmarks.smtp_sink PORT MILLISECONDS`, in a process of its own. To the command `COUNT` it says how
many mails it took.
"""

import asyncio
import sys


class Sink(asyncio.Protocol):
    """One connection."""

    taken = 0
    wait = 0.0

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
                _mail, dot, rest = self.pending.partition(b"\r\n.\r\n")
                if not dot:
                    return
                self.pending, self.in_data = rest, False
                Sink.taken += 1
                self.answer(b"250 taken")
            else:
                line, end, rest = self.pending.partition(b"\r\n")
                if not end:
                    return
                self.pending = rest
                self.command(line[:4].upper())

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


async def serve(port: int, milliseconds: float) -> None:
    """Listen until the process is ended."""
    Sink.wait = milliseconds / 1000
    server = await asyncio.get_running_loop().create_server(Sink, "127.0.0.1", port)
    print("ready", flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(serve(int(sys.argv[1]), float(sys.argv[2])))
