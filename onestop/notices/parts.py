"""The parts of a mail besides its text: a calendar entry (RFC 5545, RFC 6047), and attached files.

A message is written with its parts in one transaction. A mail with parts never goes into a digest.
"""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import PurePath

from onestop.notices.models import Notice, NoticePart

Kind = NoticePart.Kind
MOST_BYTES = 5_000_000  # of all parts of a mail; base64 makes a third more of it, and many servers take 10 MB
MOST_PARTS = 10
LONGEST_NAME = 80
METHODS = frozenset({"PUBLISH", "REQUEST", "REPLY", "ADD", "CANCEL", "REFRESH", "COUNTER", "DECLINECOUNTER"})
MEDIA_TYPE = re.compile(r"[a-z0-9][a-z0-9.+-]*/[a-z0-9][a-z0-9.+-]*")
UNFIT = re.compile(r'[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff"/\\]+')


class CannotCarry(ValueError):
    """A mail cannot carry this part."""


@dataclass(frozen=True)
class Part:
    """One part of a mail; made by ``calendar_part`` and ``attachment_part``."""

    kind: NoticePart.Kind
    filename: str
    media_type: str
    content: bytes
    method: str = ""


def calendar_part(content: bytes, *, method: str = "REQUEST", filename: str = "invite.ics") -> Part:
    """Return a calendar entry. Mail programs show it with buttons to answer; it is attached as a file too.

    :raises CannotCarry: if the method is none of iTIP (RFC 5546).
    """
    if method not in METHODS:
        raise CannotCarry(f"Unknown calendar method: {method}")  # no translation: for developers
    return Part(Kind.CALENDAR, _fit_name(filename), "text/calendar", content, method)


def attachment_part(content: bytes, *, filename: str, media_type: str) -> Part:
    """Return an attached file.

    :raises CannotCarry: if the media type is not a type and a subtype in small letters.
    """
    if not MEDIA_TYPE.fullmatch(media_type) or len(media_type) > 100:
        raise CannotCarry(f"Not a media type: {media_type!r}")  # no translation: for developers
    return Part(Kind.ATTACHMENT, _fit_name(filename), media_type, content)


def check_parts(parts: Sequence[Part]) -> None:
    """Refuse what a mail cannot carry.

    :raises CannotCarry: if there are too many parts, they are too large, or two are calendar entries.
    """
    if len(parts) > MOST_PARTS:
        raise CannotCarry(f"More than {MOST_PARTS} parts")  # no translation: for developers
    if sum(len(part.content) for part in parts) > MOST_BYTES:
        raise CannotCarry(f"The parts are larger than {MOST_BYTES} bytes")  # no translation: for developers
    if sum(part.kind == Kind.CALENDAR for part in parts) > 1:
        raise CannotCarry("More than one calendar entry")  # no translation: for developers


def _fit_name(filename: str) -> str:
    """Return a file name without what a header or a folder cannot have, shortened before its suffix."""
    name = " ".join(UNFIT.sub("_", filename).split()).strip(" .") or "file"
    suffix = PurePath(name).suffix[:10]
    return name if len(name) <= LONGEST_NAME else name[: LONGEST_NAME - len(suffix)] + suffix


def write_parts(notice: Notice, parts: Sequence[Part]) -> None:
    """Write the parts of a notice that was written in the same transaction."""
    NoticePart.objects.bulk_create(
        NoticePart(
            notice=notice,
            position=position,
            kind=part.kind,
            filename=part.filename,
            media_type=part.media_type,
            method=part.method,
            content=part.content,
        )
        for position, part in enumerate(parts)
    )


def fetch_parts(notices: Collection[Notice]) -> None:
    """Fetch the parts of notices for ``mime.build_message``; no query if none has any."""
    waiting = {notice.pk: notice for notice in notices if notice.has_parts}
    found: dict[int, list[NoticePart]] = {pk: [] for pk in waiting}
    if waiting:
        for part in NoticePart.objects.filter(notice__in=waiting).order_by("notice", "position"):
            found[part.notice_id].append(part)
    for pk, parts in found.items():
        waiting[pk].parts_to_send = parts
