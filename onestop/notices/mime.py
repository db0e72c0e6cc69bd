"""Mail as bytes (RFC 5322, RFC 2045): text and HTML in quoted-printable.

Python's email package takes ten times as long for the same, which is half of the total cost of a notice; a test parses
the result with that package.
"""

import binascii
from email.header import Header
from email.utils import format_datetime
from functools import lru_cache

from django.core.mail.message import sanitize_address

from onestop.notices.models import Notice

LINE = 78  # longest line of a header
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
    if not notice.html:
        return head + _part("plain", notice.text)
    # Quoted-printable never contains "=_", so no part can contain the boundary.
    boundary = f"=_{notice.message_id.strip('<>').partition('@')[0]}"
    start = f"--{boundary}\r\n".encode()
    return b"".join(
        (
            head,
            f'Content-Type: multipart/alternative; boundary="{boundary}"\r\n\r\n'.encode(),
            start,
            _part("plain", notice.text),
            start,
            _part("html", notice.html),
            f"--{boundary}--\r\n".encode(),
        )
    )


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
