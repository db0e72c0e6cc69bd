"""A small server that speaks clamd's protocol, for the tests of the virus scan."""

import socketserver
import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

VIRUS = b"X5O!-test-virus"  # what our server finds in files that contain it


class Clamd(socketserver.ThreadingTCPServer):
    """Finds ``VIRUS``; takes at most ``stream_max`` bytes, as with clamd's setting StreamMaxLength."""

    allow_reuse_address = True
    daemon_threads = True
    stream_max = 1_000_000
    answer: bytes | None = None  # instead of a verdict
    is_silent = False  # hangs up without an answer

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Connection)
        self.scanned: list[bytes] = []

    @property
    def url(self) -> str:
        """Return its address for CLAMAV_URL."""
        return f"tcp://127.0.0.1:{self.server_address[1]}"


class _Connection(socketserver.StreamRequestHandler):
    server: Any

    def handle(self) -> None:
        command = b""
        while not command.endswith(b"\0"):
            command += self.rfile.read(1)
        if self.server.is_silent:
            return
        if command == b"zPING\0":
            self.wfile.write(b"PONG\0")
        elif command == b"zINSTREAM\0":
            self.wfile.write(self.server.answer or self._verdict())

    def _verdict(self) -> bytes:
        contents = b""
        while length := struct.unpack("!L", self.rfile.read(4))[0]:
            contents += self.rfile.read(length)
            if len(contents) > self.server.stream_max:
                return b"INSTREAM size limit exceeded. ERROR\0"
        self.server.scanned.append(contents)
        return b"stream: Test-Virus FOUND\0" if VIRUS in contents else b"stream: OK\0"


@contextmanager
def running_clamd() -> Iterator[Clamd]:
    """Run the server in a thread."""
    with Clamd() as server:
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        try:
            yield server
        finally:
            server.shutdown()
