"""Mail as bytes (RFC 5322, RFC 2045): text and HTML in quoted-printable, calendar entries and files in base64.

Python's email package takes ten times as long for the same, which is half of the total cost of a notice; a test parses
the result with that package.
"""

import base64
import binascii
from collections.abc import Iterator, Sequence
from email.header import Header
from email.utils import encode_rfc2231, format_datetime
from functools import lru_cache

from django.core.mail.message import sanitize_address

from onestop.notices.models import Notice, NoticePart

LINE = 78  # longest line of a header
ALTERNATIVE, MIXED = "alternative", "mixed"  # no translation: MIME
PART = 'Content-Type: text/{}; charset="utf-8"\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n'


class CannotCompose(ValueError):
    """A header contains a line break: the rest would be read as another header."""


def build_message(notice: Notice) -> bytes:
    """Return the mail as bytes; the same bytes at every attempt.

    :raises CannotCompose: if a header would contain a line break.
    """
    headers = {
        "Subject": notice.subject,
        "From": wire_address(notice.sender),
        "To": wire_address(notice.to),
        "Date": format_datetime(notice.written_at),
        "Message-ID": notice.message_id,
        "MIME-Version": "1.0",
        "Auto-Submitted": "auto-generated",
        **notice.headers,
    }
    head = "".join(_header(name, value) for name, value in headers.items()).encode()
    # Neither quoted-printable nor base64 contains "=_", so no part can contain the boundary.
    mark = notice.message_id.strip("<>").partition("@")[0]
    bodies = [_multipart(ALTERNATIVE, f"=_{mark}", list(_bodies(notice))), *_files(notice)]
    return head + _multipart(MIXED, f"=_m{mark}", bodies)


def _bodies(notice: Notice) -> Iterator[bytes]:
    """Yield the ways to show the mail, the best one last: calendar programs look for theirs there."""
    yield _part("plain", notice.text)
    if notice.html:
        yield _part("html", notice.html)
    for part in notice.parts_to_send:
        if part.kind == NoticePart.Kind.CALENDAR:
            yield _encoded(f'text/calendar; method={part.method}; charset="utf-8"', part)


def _files(notice: Notice) -> Iterator[bytes]:
    """Yield the attached files, among them the calendar entry for programs that know no invitations."""
    for part in notice.parts_to_send:
        media_type = "application/ics" if part.kind == NoticePart.Kind.CALENDAR else part.media_type
        disposition = f"Content-Disposition: attachment; {_named('filename', part.filename)}\r\n"
        yield _encoded(f"{media_type}; {_named('name', part.filename)}", part, disposition)


def _multipart(kind: str, boundary: str, parts: Sequence[bytes]) -> bytes:
    """Return several parts as one; a single part stays as it is."""
    if len(parts) == 1:
        return parts[0]
    start = f"--{boundary}\r\n".encode()
    head = f'Content-Type: multipart/{kind}; boundary="{boundary}"\r\n\r\n'.encode()
    return head + b"".join(start + part for part in parts) + f"--{boundary}--\r\n".encode()


def _encoded(content_type: str, part: NoticePart, disposition: str = "") -> bytes:
    head = f"Content-Type: {content_type}\r\n{disposition}Content-Transfer-Encoding: base64\r\n\r\n"
    return head.encode() + base64.encodebytes(bytes(part.content)).replace(b"\n", b"\r\n")


def _named(parameter: str, filename: str) -> str:
    """Return a file name as a parameter of a header (RFC 2231)."""
    if "\n" in filename or "\r" in filename:
        raise CannotCompose(f"File name with a line break: {filename!r}")  # no translation: for developers
    if filename.isascii():
        return f'\r\n {parameter}="{filename}"'
    return f"\r\n {parameter}*={encode_rfc2231(filename, 'utf-8')}"


@lru_cache(maxsize=1000)
def wire_address(address: str) -> str:
    """Return an address, or a name and an address, in ASCII for mail servers."""
    return sanitize_address(address, "utf-8")


def _header(name: str, value: str) -> str:
    if "\n" in value or "\r" in value:
        raise CannotCompose(f"Header with a line break: {name}")  # no translation: for developers
    if not value.isascii() or (len(name) + len(value) > LINE and " " in value):
        value = Header(value, None if value.isascii() else "utf-8", header_name=name).encode(linesep="\r\n")
    return f"{name}: {value}\r\n"


def _part(kind: str, text: str) -> bytes:
    # b2a_qp breaks lines with the first line ending that it finds, so there must be one.
    lines = f"{text.rstrip()}\n".replace("\r\n", "\n").replace("\r", "\n").replace("\n", "\r\n").encode()
    return PART.format(kind).encode() + binascii.b2a_qp(lines)
