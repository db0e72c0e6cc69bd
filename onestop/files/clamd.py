"""Ask a ClamAV daemon whether a file has a virus (clamd's INSTREAM command, over TCP or a Unix socket)."""

import socket
import struct
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import IO
from urllib.parse import urlsplit

CHUNK = 128 * 1024
CONNECT_SECONDS = 5
ANSWER_SECONDS = 150  # clamd's own limit for one file (MaxScanTime) is 120 seconds
LONGEST_ANSWER = 4096


class ScannerDoesNotAnswer(Exception):
    """There is no verdict: the daemon does not answer, or answers with an error."""


class TooLargeForScanner(Exception):
    """The file is larger than the daemon accepts (its setting StreamMaxLength)."""


@dataclass(frozen=True)
class Verdict:
    """What the daemon found: the name of a virus, or nothing."""

    virus: str = ""


def scan(url: str, file: IO[bytes]) -> Verdict:
    """Return the verdict on a file.

    :raises TooLargeForScanner: if the daemon does not take files of its size.
    :raises ScannerDoesNotAnswer: if there is no verdict.
    """
    with _connection(url) as link:
        try:
            link.sendall(b"zINSTREAM\0")
            while chunk := file.read(CHUNK):
                link.sendall(struct.pack("!L", len(chunk)) + chunk)
            link.sendall(struct.pack("!L", 0))
        except (BrokenPipeError, ConnectionResetError):
            pass  # it has had enough, and its answer says why
        return _verdict(_answer(link))


def ping(url: str) -> None:
    """Check that the daemon answers.

    :raises ScannerDoesNotAnswer: if it does not.
    """
    with _connection(url) as link:
        link.settimeout(CONNECT_SECONDS)
        link.sendall(b"zPING\0")
        if (answer := _answer(link)) != "PONG":
            raise ScannerDoesNotAnswer(f"clamd answered {answer!r}.")  # no translation: for operators


def _verdict(answer: str) -> Verdict:
    if answer == "stream: OK":
        return Verdict()
    if answer.startswith("stream: ") and answer.endswith(" FOUND"):
        return Verdict(answer.removeprefix("stream: ").removesuffix(" FOUND") or "?")
    if "size limit exceeded" in answer:
        raise TooLargeForScanner(answer)
    raise ScannerDoesNotAnswer(f"clamd answered {answer!r}.")  # no translation: for operators


def _answer(link: socket.socket) -> str:
    answer = b""
    while not answer.endswith(b"\0") and len(answer) < LONGEST_ANSWER:
        if not (part := link.recv(LONGEST_ANSWER)):
            break
        answer += part
    return answer.partition(b"\0")[0].decode(errors="replace").strip()


@contextmanager
def _connection(url: str) -> Iterator[socket.socket]:
    place = urlsplit(url)
    try:
        if place.scheme == "unix":
            link = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
            link.settimeout(CONNECT_SECONDS)
            link.connect(place.path)
        else:
            link = socket.create_connection((place.hostname or "", place.port or 3310), CONNECT_SECONDS)
    except OSError as problem:
        raise ScannerDoesNotAnswer(f"clamd cannot be reached: {problem}") from problem  # no translation: for operators
    with link:
        link.settimeout(ANSWER_SECONDS)
        try:
            yield link
        except OSError as problem:
            failed = f"The connection to clamd failed: {problem}"  # no translation: for operators
            raise ScannerDoesNotAnswer(failed) from problem
