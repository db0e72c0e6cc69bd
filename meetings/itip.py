"""Read answers to invitations (iTIP, RFC 5546) as calendar programs mail them (iMIP, RFC 6047).

Anyone can send anything: a calendar is read line by line, only as far as it answers. The library reads single lines,
but no whole calendars, because it expands the rules of their time zones; no rule that came in is expanded here.
Neither ORGANIZER (Exchange leaves it out) nor the sender proves anything: callers compare UID and address with whom
they asked.
"""

import re
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from typing import Literal, NamedTuple
from urllib.parse import unquote
from zoneinfo import ZoneInfo, available_timezones

from django.utils.translation import gettext as _
from icalendar.parser import Contentline
from icalendar.timezone.windows_to_olson import WINDOWS_TO_OLSON

from meetings.recurrence import BadRule, in_zone, occurrences
from onestop.notices.incoming import Incoming, clean, read_mail

MOST_BYTES = 1_000_000  # of a calendar
MOST_LINES = 20_000
MOST_LINE = 10_000  # characters; of longer lines only the name is read
MOST_CALENDARS = 5  # of a mail
MOST_EVENTS = 100
MOST_ATTENDEES = 100
MOST_COMMENT = 2_000
DEEPEST = 4
ANSWERS: dict[str, Literal["yes", "no", "maybe"]] = {
    "ACCEPTED": "yes", "DECLINED": "no", "TENTATIVE": "maybe", "DELEGATED": "no",
}  # fmt: skip
READ = {
    "METHOD", "X-WR-TIMEZONE", "TZID", "TZOFFSETFROM", "TZOFFSETTO", "RRULE", "UID", "SEQUENCE", "DTSTART", "ATTENDEE",
    "RECURRENCE-ID", "COMMENT",
}  # fmt: skip
NAME = re.compile(r"[A-Za-z0-9-]{1,40}")
TIME = re.compile(r"([0-9]{4})([0-9]{2})([0-9]{2})(?:T([0-9]{2})([0-9]{2})([0-9]{2})(Z)?)?")
OFFSET = re.compile(r"([+-])([0-9]{2})([0-9]{2})([0-9]{2})?")
ADDRESS = re.compile(r"[^\s@<>,;:\"]{1,64}@[^\s@<>,;:\"]{1,189}")


class NotAReply(ValueError):
    """Something that is no answer to an invitation, or that cannot be read; the message says why."""


@dataclass(frozen=True)
class Reply:
    """An answer to an invitation: by whom (in lower case), to which event, and what.

    ``recurrence_id`` is the original start of the occurrence that it is about, in UTC; None for a whole series. Some
    programs name only the day: then ``recurrence_day`` is set, and the time of the other is a guess. ``sequence`` is
    the version that was answered. With COUNTER, ``proposed_start`` is when the person wants to meet, in UTC, if it was
    readable. Whoever sends somebody else answers "no", with the address of the ``delegate``.
    """

    uid: str
    recurrence_id: datetime | None
    sequence: int
    address: str
    name: str
    answer: Literal["yes", "no", "maybe"]
    comment: str
    method: Literal["REPLY", "COUNTER"]
    proposed_start: datetime | None
    delegate: str = ""
    recurrence_day: date | None = None


def read_reply(raw: bytes) -> Reply:
    """Return the answer of a mail or a calendar file; of several, the first.

    :raises NotAReply: if there is none.
    """
    return read_replies(raw)[0]


def read_replies(raw: bytes) -> list[Reply]:
    """Return the answers of a mail or a calendar file: one for each occurrence that it answers, at least one.

    :raises NotAReply: if there is none. What is broken beside a readable answer is left out.
    """
    mail, calendars = None, [("", raw)]
    if not raw[:100].lstrip(b"\xef\xbb\xbf \t\r\n").upper().startswith(b"BEGIN:VCALENDAR"):
        mail = read_mail(raw)
        calendars = [(one.method, one.content) for one in mail.calendar_answers[:MOST_CALENDARS]]
    found, problem = list[Reply](), NotAReply(_("There is no calendar entry."))
    for method, content in calendars:
        try:
            calendar = _parse(content)
            for event in calendar.inside("VEVENT")[:MOST_EVENTS]:
                try:
                    found.append(_reply(event, calendar, method, mail))
                except NotAReply as one:
                    problem = one
        except NotAReply as one:
            problem = one
    if not found:
        raise problem
    return list(dict.fromkeys(found))


# ---------------------------------------------------------------- Lines
class _Property(NamedTuple):
    value: str
    parameters: dict[str, str]


@dataclass
class _Component:
    name: str
    properties: dict[str, list[_Property]] = field(default_factory=dict)
    parts: list["_Component"] = field(default_factory=list)

    def first(self, name: str) -> _Property | None:
        """Return the first property of a name."""
        return next(iter(self.properties.get(name, [])), None)

    def value(self, name: str) -> str:
        """Return the value of the first property of a name; empty if there is none."""
        found = self.first(name)
        return found.value.strip() if found else ""

    def inside(self, name: str) -> list["_Component"]:
        """Return the components of a name that are directly inside."""
        return [part for part in self.parts if part.name == name]


def _parse(content: bytes) -> _Component:
    """Return the first calendar of a file.

    :raises NotAReply: if there is none, or it is too large, nested too deep, or not complete.
    """
    if len(content) > MOST_BYTES:
        raise NotAReply(_("The calendar entry is too large."))
    open_components, calendar = list[_Component](), None
    for line in _lines(content):
        name, _colon, value = line.partition(":")
        name = name.strip().upper()
        if name == "BEGIN":
            made = _Component(value.strip().upper())
            if open_components:
                open_components[-1].parts.append(made)
            calendar = calendar or made
            open_components.append(made)
        elif name == "END":
            if not open_components or open_components.pop().name != value.strip().upper():
                raise NotAReply(_("The calendar entry is not complete."))
        elif open_components:
            _take(line, open_components[-1])
        if len(open_components) > DEEPEST:
            raise NotAReply(_("The calendar entry is nested too deep."))
        if calendar and not open_components:
            break
    if calendar is None or calendar.name != "VCALENDAR" or open_components:
        raise NotAReply(_("The calendar entry is not complete."))
    return calendar


def _lines(content: bytes) -> list[str]:
    """Return the lines of a file, unfolded: some programs fold within a character, so before it is decoded.

    :raises NotAReply: if there are too many.
    """
    whole = re.sub(rb"\n[ \t]", b"", content.replace(b"\r\n", b"\n").replace(b"\r", b"\n"))
    try:
        text = whole.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = whole.decode("latin-1")
    lines = text.split("\n")
    if len(lines) > MOST_LINES:
        raise NotAReply(_("The calendar entry is too large."))
    return lines


def _take(line: str, component: _Component) -> None:
    """Add a line to its component, if it is read at all."""
    found = NAME.match(line)
    name = found[0].upper() if found else ""
    if name not in READ or len(component.properties.get(name, [])) > MOST_ATTENDEES:
        return
    # What is broken is still there: without its RECURRENCE-ID, an answer would be one to the whole series.
    component.properties.setdefault(name, []).append(_read_line(line))


def _read_line(line: str) -> _Property:
    """Return the value and the parameters of a line; empty if it is broken."""
    if len(line) <= MOST_LINE:
        with suppress(Exception):  # whatever the library raises
            _name, parameters, value = Contentline(line).parts()  # type: ignore[no-untyped-call]
            texts = {
                str(key).upper(): ", ".join(map(str, some)) if isinstance(some, list) else str(some)
                for key, some in parameters.items()
            }
            return _Property(str(value), texts)
    return _Property("", {})


# ---------------------------------------------------------------- Answers
def _reply(event: _Component, calendar: _Component, method: str, mail: Incoming | None) -> Reply:
    """Return the answer of an event.

    :raises NotAReply: if it is none.
    """
    method = (calendar.value("METHOD") or method).upper()
    if method not in ("REPLY", "COUNTER"):
        raise NotAReply(_("The calendar entry is not an answer."))
    uid = _clean(event.value("UID"), 255)
    if not uid:
        raise NotAReply(_("The answer does not say which event it is about."))
    attendee = _attendee(event, mail)
    address, status = _address(attendee), attendee.parameters.get("PARTSTAT", "").strip().upper()
    answer = ANSWERS.get(status) or ("maybe" if method == "COUNTER" else None)
    if answer is None:
        raise NotAReply(_("The answer is neither yes, no nor maybe."))
    recurrence_id, recurrence_day = _occurrence(event, calendar)
    proposed = event.first("DTSTART") if method == "COUNTER" else None
    return Reply(
        uid=uid,
        recurrence_id=recurrence_id,
        sequence=_sequence(event),
        address=address,
        name=_name(attendee, address, mail),
        answer=answer,
        comment=_comment(event, attendee),
        method="COUNTER" if method == "COUNTER" else "REPLY",
        proposed_start=_instant_or_none(proposed, calendar),
        delegate=_bare_address(attendee.parameters.get("DELEGATED-TO", "")) if status == "DELEGATED" else "",
        recurrence_day=recurrence_day,
    )


def _attendee(event: _Component, mail: Incoming | None) -> _Property:
    """Return who answers: the only attendee, or, of several, the one who sent the mail."""
    people = {_address(one): one for one in reversed(event.properties.get("ATTENDEE", []))}
    people.pop("", None)
    if len(people) == 1:
        return next(iter(people.values()))
    if mail and mail.sender in people:
        return people[mail.sender]
    raise NotAReply(_("The answer does not say whose it is."))


def _address(attendee: _Property) -> str:
    """Return the address of an attendee; some programs write another name of theirs, and the address beside it."""
    return _bare_address(attendee.value) or _bare_address(attendee.parameters.get("EMAIL", ""))


def _bare_address(text: str) -> str:
    """Return the first address of a text, in lower case, without "mailto:"; empty if there is none."""
    text = text.strip().strip('"').partition(",")[0].strip()
    if text[:7].lower() == "mailto:":
        text = text[7:]
    text = clean(unquote(text.partition("?")[0])).strip().lower()
    return text if ADDRESS.fullmatch(text) else ""


def _name(attendee: _Property, address: str, mail: Incoming | None) -> str:
    name = _clean(attendee.parameters.get("CN", ""), 200)
    if name.lower() not in ("", address):
        return name
    return mail.sender_name if mail and mail.sender == address else ""


def _comment(event: _Component, attendee: _Property) -> str:
    texts = [one.value for one in event.properties.get("COMMENT", [])]
    texts = texts or [attendee.parameters.get("X-RESPONSE-COMMENT", "")]  # Exchange and Google
    return clean("\n".join(texts)[: 2 * MOST_COMMENT]).strip()[:MOST_COMMENT]


def _sequence(event: _Component) -> int:
    text = event.value("SEQUENCE")
    return int(text) if re.fullmatch("[0-9]{1,9}", text) else 0


def _clean(text: str, longest: int) -> str:
    return " ".join(clean(text[: 4 * longest]).split())[:longest]


# ---------------------------------------------------------------- Times
def _occurrence(event: _Component, calendar: _Component) -> tuple[datetime | None, date | None]:
    """Return the original start of the occurrence that an event is about, in UTC, and the day if only that is named.

    :raises NotAReply: if it cannot be read: an answer to one occurrence must not pass for one to all.
    """
    if "RECURRENCE-ID" not in event.properties:
        return None, None
    original, start = event.properties["RECURRENCE-ID"][0], event.first("DTSTART")
    wall, is_day, _is_utc = _wall(original)
    if not is_day:
        return _instant(original, calendar), None
    # The time of the start, on that day.
    guess = start and _instant_or_none(start._replace(value=f"{wall:%Y%m%d}{start.value.strip()[8:]}"), calendar)
    return guess or wall.replace(tzinfo=UTC), wall.date()


def _wall(given: _Property) -> tuple[datetime, bool, bool]:
    """Return a time as it is written, whether it is only a day, and whether it is in UTC.

    :raises NotAReply: if it is none.
    """
    found = TIME.fullmatch(given.value.strip())
    if not found:
        raise NotAReply(_("The answer has a time that cannot be read."))
    year, month, day, hour, minute, second = (int(part or 0) for part in found.groups()[:6])
    try:
        # A program may write a leap second.
        wall = datetime.combine(date(year, month, day), time(hour, minute, min(second, 59)))
    except ValueError:
        raise NotAReply(_("The answer has a time that cannot be read.")) from None
    return wall, found[4] is None, found[7] is not None


def _instant(given: _Property, calendar: _Component) -> datetime:
    """Return a time in UTC.

    :raises NotAReply: if it cannot be read, or its zone is unknown.
    """
    wall, _is_day, is_utc = _wall(given)
    if is_utc:
        return wall.replace(tzinfo=UTC)
    zones = calendar.inside("VTIMEZONE")
    name = given.parameters.get("TZID", "") or calendar.value("X-WR-TIMEZONE")
    if not name and len(zones) == 1:
        name = zones[0].value("TZID")
    key = _zone_key(name.strip().strip('"')[:200])
    with suppress(OverflowError, ValueError):
        if key:
            return in_zone(wall, ZoneInfo(key)).astimezone(UTC)
        for zone in zones:
            if name and zone.value("TZID") == name.strip():
                return (wall - _offset(zone, wall)).replace(tzinfo=UTC)
    raise NotAReply(_("The answer has a time in an unknown time zone."))


def _instant_or_none(given: _Property | None, calendar: _Component) -> datetime | None:
    with suppress(NotAReply):
        if given and not _wall(given)[1]:
            return _instant(given, calendar)
    return None


@cache
def _known_zones() -> dict[str, str]:
    return {key.lower(): key for key in available_timezones()} | {
        name.lower(): key for name, key in WINDOWS_TO_OLSON.items()
    }


def _zone_key(name: str) -> str:
    """Return the key of a zone: of its own name, that of Windows, or one after the name of a library."""
    known, parts = _known_zones(), name.lower().strip("/").split("/")
    for number in range(min(len(parts), 8)):
        if found := known.get("/".join(parts[number:])):
            return found
    return ""


def _offset(zone: _Component, wall: datetime) -> timedelta:
    """Return the offset of a zone of somebody's own at a local time.

    Its last change before counts; of yearly changes, only those of this year and the one before are looked at.

    :raises ValueError: if it has none that can be read.
    """
    changes = sorted(_changes(zone, wall))
    before = [change for change in changes if change[0] <= wall]
    if before:
        return before[-1][2]
    if changes:
        return changes[0][1]
    raise ValueError("A zone without offsets.")


def _changes(zone: _Component, wall: datetime) -> Iterator[tuple[datetime, timedelta, timedelta]]:
    """Yield changes as the clock showed them before, with the offsets before and after."""
    for part in [one for one in zone.parts if one.name in ("STANDARD", "DAYLIGHT")][:50]:
        start = part.first("DTSTART")
        offsets = [_read_offset(part.value(name)) for name in ("TZOFFSETFROM", "TZOFFSETTO")]
        if start is None or None in offsets:
            continue
        before, after = (one or timedelta() for one in offsets)
        first = _wall(start)[0]
        yield first, before, after
        for at in _yearly(part.value("RRULE"), first, wall):
            yield at, before, after


def _yearly(rule: str, first: datetime, wall: datetime) -> Sequence[datetime]:
    """Return the dates of a yearly rule in the year of a local time and the one before; none of any other rule."""
    parts = dict(part.split("=", 1) for part in rule.upper().split(";") if "=" in part)
    end = parts.pop("UNTIL", "9999")[:4]
    if parts.get("FREQ") != "YEARLY" or not end.isascii() or not end.isdigit() or wall.year < 3:
        return []
    own = ";".join(f"{name}={parts[name]}" for name in ("FREQ", "BYMONTH", "BYDAY", "BYMONTHDAY") if name in parts)
    begin = datetime.combine(date(max(first.year, wall.year - 1), 1, 1), first.time())
    try:
        found = occurrences(own, begin, ZoneInfo("UTC"), date(min(wall.year, int(end)), 12, 31))
    except BadRule:
        return []
    return [at.replace(tzinfo=None) for at in found]


def _read_offset(text: str) -> timedelta | None:
    found = OFFSET.fullmatch(text)
    if not found:
        return None
    hours, minutes, seconds = (int(part or 0) for part in found.groups()[1:])
    length = timedelta(hours=hours, minutes=minutes, seconds=seconds)
    return -length if found[1] == "-" else length
