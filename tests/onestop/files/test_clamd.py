"""clamd's protocol."""

import io
import socketserver
import threading

import pytest

from onestop.files import clamd
from onestop.files.clamd import ScannerDoesNotAnswer, TooLargeForScanner, Verdict
from tests.clamd_server import VIRUS


def test_a_file_is_sent_whole_and_in_order(scanner):
    contents = bytes(range(256)) * 2000
    assert clamd.scan(scanner.url, io.BytesIO(contents)) == Verdict()
    assert scanner.scanned == [contents]


def test_a_virus_is_named(scanner):
    assert clamd.scan(scanner.url, io.BytesIO(b"0" * 200_000 + VIRUS)) == Verdict("Test-Virus")


def test_a_file_over_the_scanners_limit_is_told_from_a_silent_scanner(scanner):
    scanner.stream_max = 300_000
    with pytest.raises(TooLargeForScanner):
        clamd.scan(scanner.url, io.BytesIO(b"0" * 3_000_000))


@pytest.mark.parametrize(
    "answer", [b"\0", b"Can't allocate memory ERROR\0", b"UNKNOWN COMMAND\0", b"stream: O", b"OK\0"]
)
def test_any_other_answer_is_no_verdict(scanner, answer):
    scanner.answer = answer
    with pytest.raises(ScannerDoesNotAnswer):
        clamd.scan(scanner.url, io.BytesIO(b"text"))


def test_a_scanner_that_hangs_up_is_no_verdict(scanner):
    scanner.is_silent = True
    with pytest.raises(ScannerDoesNotAnswer):
        clamd.scan(scanner.url, io.BytesIO(b"text"))
    with pytest.raises(ScannerDoesNotAnswer):
        clamd.ping(scanner.url)


@pytest.mark.parametrize("url", ["tcp://127.0.0.1:1", "unix:///nowhere/clamd.ctl"])
def test_a_scanner_that_does_not_run_is_no_verdict(url):
    with pytest.raises(ScannerDoesNotAnswer, match="cannot be reached"):
        clamd.scan(url, io.BytesIO(b"text"))


def test_a_scanner_that_takes_too_long_is_no_verdict(monkeypatch):
    monkeypatch.setattr(clamd, "ANSWER_SECONDS", 0.2)
    ended = threading.Event()

    class Slow(socketserver.BaseRequestHandler):
        def handle(self):
            ended.wait(10)

    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Slow) as server:
        threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        with pytest.raises(ScannerDoesNotAnswer, match="failed"):
            clamd.scan(f"tcp://127.0.0.1:{server.server_address[1]}", io.BytesIO(b"text"))
        ended.set()
        server.shutdown()


def test_a_socket_of_unix_works_too(tmp_path):
    class Pong(socketserver.StreamRequestHandler):
        def handle(self):
            assert self.rfile.read(6) == b"zPING\0"
            self.wfile.write(b"PONG\0")

    path = str(tmp_path / "clamd.ctl")
    with socketserver.UnixStreamServer(path, Pong) as server:
        threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        clamd.ping(f"unix://{path}")
        server.shutdown()
