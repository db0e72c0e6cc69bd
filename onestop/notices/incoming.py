"""Reading of mail that came in. Anyone can send anything: whatever it is, it is read as far as it can be.

Python's older way to read headers (``compat32``) is used on purpose: it returns what is there, however broken, where
the newer one raises exceptions of many kinds.
"""

import email
import hashlib
import re
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from email.header import decode_header, make_header
from email.message import Message
from email.parser import BytesHeaderParser
from email.utils import getaddresses, parseaddr
from functools import cached_property
from html import unescape

MOST_READ = 30_000_000  # bytes of a mail; the rest of a larger one is not read
MOST_PARTS = 200
MOST_TEXT = 100_000  # characters shown of a text
MOST_ADDRESSES = 50
IDS = re.compile(r"<[^<>\s]{3,248}>")
UNFIT = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\u200e\u200f\u202a-\u202e\u2066-\u2069]")
BULK = {"bulk", "junk", "list", "auto_reply", "auto-reply"}
# Possessive, so that no text takes longer than its length.
TAG = re.compile(r"<(?:(/?[a-zA-Z][a-zA-Z0-9]*+)|!)[^<>]*+>")
COMMENT = re.compile(r"<!--(?:(?!-->|<!--).)*+-->", re.DOTALL)
UNSEEN = {"script", "style", "head", "title"}
BLOCKS = {"p", "div", "br", "li", "tr", "h1", "h2", "h3", "blockquote"}
CALENDAR = ("text/calendar", "application/ics")


@dataclass(frozen=True)
class CalendarAnswer:
    """A calendar entry of a mail: its method (REPLY, if somebody answers an invitation), and its bytes."""

    method: str
    content: bytes


@dataclass(frozen=True)
class Incoming:
    """A mail that came in, parsed. ``envelope`` are the addresses that the mail server delivered it to, if known."""

    raw: bytes
    message: Message
    envelope: Sequence[str] = ()

    # ------------------------------------------------------------ Headers
    def header(self, name: str, longest: int = 500) -> str:
        """Return a header as one line of readable text; empty if there is none."""
        value = self.message.get(name)
        if value is None:
            return ""
        text = str(value)[: 4 * longest + 100]
        with suppress(Exception):  # an unknown charset, broken base64: then as it is
            text = str(make_header(decode_header(text)))
        return " ".join(clean(text).split())[:longest].strip()

    @cached_property
    def message_id(self) -> str:
        """The Message-ID; empty if there is none that is one."""
        found = IDS.search(self.header("Message-ID", 1000))
        return found[0] if found else ""

    @cached_property
    def sender(self) -> str:
        """The address that it says it is from, in lower case. Anybody can write any address there."""
        return next(iter(self._addresses("From")), "")

    @cached_property
    def sender_name(self) -> str:
        """The name beside that address."""
        return parseaddr(self.header("From"))[0][:200]

    @property
    def subject(self) -> str:
        """The subject."""
        return self.header("Subject")

    @cached_property
    def recipients(self) -> list[str]:
        """The addresses that it was delivered and written to, in lower case, those of the envelope first."""
        names = ("Delivered-To", "X-Original-To", "Envelope-To", "To", "Cc")
        found = [address.strip().lower() for address in self.envelope]
        return list(dict.fromkeys([*found, *(one for name in names for one in self._addresses(name))]))[:MOST_ADDRESSES]

    @cached_property
    def answers(self) -> list[str]:
        """The Message-IDs of the mails that it answers, the nearest one first."""
        nearest = IDS.findall(self.header("In-Reply-To", 2000))
        return list(dict.fromkeys([*nearest, *reversed(IDS.findall(self.header("References", 20_000)))]))[:50]

    @cached_property
    def is_automatic(self) -> bool:
        """Whether a machine wrote it: an absence notice, a report, a mailing list (RFC 3834)."""
        submitted = self.header("Auto-Submitted").lower()
        return (
            bool(submitted and submitted.partition(";")[0].strip() != "no")
            or self.header("Precedence").lower() in BULK
            or any(
                self.message.get(name) is not None for name in ("X-Auto-Response-Suppress", "X-Autoreply", "List-Id")
            )
            or self.header("Return-Path") == "<>"
            or self.message.get_content_type() == "multipart/report"
        )

    @cached_property
    def digest(self) -> str:
        """A hash of what stays the same on every way that the mail takes: it is taken once, however often it comes."""
        _head, _gap, body = self.raw.replace(b"\r\n", b"\n").partition(b"\n\n")
        known = [self.message_id, self.sender, self.header("Date"), self.subject]
        return hashlib.sha256("\n".join(known).encode(errors="replace") + b"\n" + body).hexdigest()

    def _addresses(self, name: str) -> list[str]:
        values = [clean(str(value))[:10_000] for value in self.message.get_all(name, [])][:20]
        found = [address.strip().lower() for _name, address in getaddresses(values)]
        return [address for address in found if "@" in address and len(address) <= 254 and " " not in address]

    # ------------------------------------------------------------ Parts
    @cached_property
    def text(self) -> str:
        """What the person wrote, as plain text; made of the HTML if there is no other."""
        by_kind: dict[str, str] = {}
        for part in self._parts():
            kind = part.get_content_type()
            if kind in ("text/plain", "text/html") and kind not in by_kind and not part.get_filename():
                by_kind[kind] = _text_of(part)
        plain = by_kind.get("text/plain", "").strip()
        if not plain and "text/html" in by_kind:
            plain = _text_of_html(by_kind["text/html"][:MOST_TEXT])
        return plain[:MOST_TEXT]

    @cached_property
    def attachments(self) -> list[str]:
        """The names of the attached files."""
        names = [clean(_filename_of(part))[:80] for part in self._parts()]
        return [name for name in names if name]

    @cached_property
    def calendar_answers(self) -> list[CalendarAnswer]:
        """The calendar entries, such as answers to invitations; the same one only once."""
        found: dict[bytes, CalendarAnswer] = {}
        for part in self._parts():
            content = _bytes_of(part) if part.get_content_type() in CALENDAR else b""
            if content and content not in found:
                found[content] = CalendarAnswer(str(part.get_param("method") or "").upper()[:20], content)
        return list(found.values())

    def _parts(self) -> Iterator[Message]:
        """Yield the parts that are no containers, up to a limit."""
        waiting, seen = [self.message], 0
        while waiting and seen < MOST_PARTS:
            part = waiting.pop(0)
            seen += 1
            inner = part.get_payload()
            if part.get_content_maintype() == "multipart" and isinstance(inner, list):
                waiting = [one for one in inner if isinstance(one, Message)] + waiting
            elif not isinstance(inner, list):
                yield part


def read_mail(raw: bytes, envelope: Sequence[str] = ()) -> Incoming:
    """Return a mail parsed; of one that nests too deep to be read, the headers."""
    raw = raw[:MOST_READ]
    try:
        message = email.message_from_bytes(raw)
    except Exception:
        message = BytesHeaderParser().parsebytes(raw[:1_000_000])
    return Incoming(raw, message, envelope)


def clean(text: str) -> str:
    """Return text without control characters, and without those that change the direction of what follows."""
    return UNFIT.sub("", text)


def _text_of(part: Message) -> str:
    content = _bytes_of(part)
    try:
        return clean(content.decode(part.get_content_charset() or "utf-8", "replace"))
    except (LookupError, ValueError):  # a charset that does not exist
        return clean(content.decode("utf-8", "replace"))


def _text_of_html(html: str) -> str:
    """Return the text of HTML, with a line for each block.

    Python's parser takes seconds for some texts that were made for that; this one reads each character once.
    """
    words, hidden = list[str](), 0
    for number, token in enumerate(TAG.split(COMMENT.sub("", html))):
        if number % 2 == 0:  # text; between two of them stands the name of a tag
            words += [] if hidden else [unescape(" ".join(f"x{token}x".split())[1:-1])]
            continue
        name = (token or "").lower()
        if name.strip("/") in UNSEEN:
            hidden = max(0, hidden + (-1 if name.startswith("/") else 1))
        elif name.strip("/") in BLOCKS:
            words.append("\n")
    lines = [" ".join(line.split()) for line in clean("".join(words)).split("\n")]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


def _bytes_of(part: Message) -> bytes:
    with suppress(Exception):  # broken base64, or a transfer encoding that does not exist
        content = part.get_payload(decode=True)
        return content if isinstance(content, bytes) else b""
    return b""


def _filename_of(part: Message) -> str:
    with suppress(Exception):
        return str(make_header(decode_header(part.get_filename() or "")))
    return ""
