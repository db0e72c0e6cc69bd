"""Write iCalendar (RFC 5545): invitations, changes and cancellations of meetings (RFC 5546), and feeds (RFC 7986).

Texts are cleaned here, and escaped and folded by the library. Times are local with their zone, so that a series stays
at 9:00 when the clocks change; nothing lasts whole days.

The library's own ``add_missing_timezones`` is not used: it writes all changes of a zone as values of one RDATE, of
which ical.js (Thunderbird, Nextcloud) reads the first.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from itertools import groupby
from typing import Literal, NamedTuple
from urllib.parse import quote
from zoneinfo import ZoneInfo

import icalendar
from django.utils.encoding import iri_to_uri
from icalendar import Alarm, Calendar, Timezone, TimezoneDaylight, TimezoneStandard, vCalAddress, vRecur, vText

from meetings.recurrence import in_zone
from meetings.recurrence.rules import CODES, parse_rule
from onestop.notices.incoming import clean

PRODUCT = "-//One-Stop Partner Network//Meetings//EN"  # no translation: an identifier
REFRESH = timedelta(hours=4)
ZONE_YEARS = range(2007, 2038)  # the present rule of the US began in 2007
IN_ADDRESS = "@+!$'*/=~"  # what stays as it is in a mailto address, beside letters and digits
# Parameters cannot have quotation marks, Outlook does not know their replacement (RFC 6868), and many readers take what
# follows a backslash for escaped.
IN_NAME = str.maketrans({'"': "'", "\\": "/"})
Method = Literal["REQUEST", "CANCEL", "PUBLISH", "ADD", "REPLY", "REFRESH", "COUNTER", "DECLINECOUNTER"]
Status = Literal["CONFIRMED", "CANCELLED", "TENTATIVE"]


@dataclass(frozen=True)
class Person:
    """An organizer or attendee."""

    name: str
    email: str


@dataclass(frozen=True, kw_only=True)
class Event:
    """A meeting, a series, or one occurrence of a series.

    ``start`` is aware, with a ZoneInfo. ``rule`` is that of a series (see meetings.recurrence); it ends on the local
    day ``until`` (inclusive), after ``count`` times, or as the rule itself says. ``excluded`` and ``added`` are starts
    of occurrences, aware. ``recurrence_id`` is the start that an occurrence had at first: only one that was changed or
    canceled by itself has it, and then no rule. ``stamp`` is when this version was made.
    """

    uid: str
    start: datetime
    minutes: int
    summary: str
    stamp: datetime
    sequence: int = 0
    location: str = ""
    description: str = ""
    url: str = ""
    organizer: Person | None = None
    attendees: Sequence[Person] = ()
    rule: str = ""
    until: date | None = None
    count: int | None = None
    excluded: Sequence[datetime] = ()
    added: Sequence[datetime] = ()
    recurrence_id: datetime | None = None
    status: Status = "CONFIRMED"
    alarm_minutes: int | None = None
    categories: Sequence[str] = ()

    @property
    def zone(self) -> ZoneInfo:
        """The zone of the start.

        :raises ValueError: if it has none that iCalendar can name.
        """
        if not isinstance(self.start.tzinfo, ZoneInfo):
            raise ValueError("The start of an event needs a ZoneInfo.")
        return self.start.tzinfo


def calendar_of(method: Method, events: Iterable[Event], name: str = "") -> bytes:
    """Return a calendar with the zones of its events; with a name, as the feed that people subscribe to.

    Attendees are only in invitations and cancellations: RFC 5546 forbids them in what is published.

    :raises ValueError: if a start has no zone, or a rule is broken (BadRule).
    """
    events = list(events)
    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("method", method)
    if name:
        calendar.add("name", _line(name))
        calendar["x-wr-calname"] = vText(_line(name))
        calendar.add("refresh-interval", REFRESH, parameters={"VALUE": "DURATION"})
        calendar.add("x-published-ttl", icalendar.vDuration(REFRESH))
    for key in sorted({event.zone.key for event in events} - {"UTC"}):
        calendar.add_component(timezone_of(key))
    for event in events:
        calendar.add_component(_component(event, method))
    return bytes(calendar.to_ical())


# ---------------------------------------------------------------- Events
def _component(event: Event, method: Method) -> icalendar.Event:
    made = icalendar.Event()
    made.add("uid", _line(event.uid))
    made.add("sequence", event.sequence)
    made.add("dtstamp", event.stamp.astimezone(UTC))
    if event.recurrence_id:
        made.add("recurrence-id", event.recurrence_id.astimezone(event.zone))
    made.add("dtstart", event.start)
    # Added in UTC, since local times jump when the clocks change.
    made.add("dtend", (event.start.astimezone(UTC) + timedelta(minutes=event.minutes)).astimezone(event.zone))
    if event.rule and not event.recurrence_id:
        made.add("rrule", _recurrence(event))
    for name, starts in (("exdate", event.excluded), ("rdate", event.added)):
        for start in starts:
            made.add(name, start.astimezone(event.zone))
    made.add("summary", _line(event.summary))
    made.add("status", event.status)
    if event.location:
        made.add("location", _line(event.location))
    if event.description:
        made.add("description", "\n".join(clean(event.description).splitlines()))
    if event.url:
        made.add("url", iri_to_uri(event.url))
    if event.categories:
        made.add("categories", [_line(category) for category in event.categories])
    if event.organizer:
        made["organizer"] = _address(event.organizer)
    for person in event.attendees if method != "PUBLISH" else ():
        made.add("attendee", _attendee(person, asks=method == "REQUEST"))
    if event.alarm_minutes is not None and method != "CANCEL":
        made.add_component(_alarm(event))
    return made


def _recurrence(event: Event) -> vRecur:
    """Return a rule with its end as RFC 5545 wants it: UNTIL in UTC, since the start has a zone."""
    rule = parse_rule(event.rule)
    made = vRecur.from_ical(event.rule.strip().upper())
    until = datetime.combine(event.until, time.max) if event.until else rule.until
    count = event.count or rule.count
    for name in ("UNTIL", "COUNT"):
        made.pop(name, None)
    if until:
        made["UNTIL"] = [in_zone(until.replace(microsecond=0), event.zone).astimezone(UTC)]
    elif count:
        made["COUNT"] = [count]
    return made


def _attendee(person: Person, *, asks: bool) -> vCalAddress:
    made = _address(person)
    made.params.update({"CUTYPE": "INDIVIDUAL", "ROLE": "REQ-PARTICIPANT"})
    if asks:
        made.params.update({"PARTSTAT": "NEEDS-ACTION", "RSVP": "TRUE"})
    return made


def _address(person: Person) -> vCalAddress:
    made = vCalAddress(f"mailto:{quote(''.join(clean(person.email).split()), safe=IN_ADDRESS)}")
    if name := _line(person.name).translate(IN_NAME):
        made.params["CN"] = vText(name)
    return made


def _alarm(event: Event) -> Alarm:
    made = Alarm()
    made.add("action", "DISPLAY")
    made.add("description", _line(event.summary))
    made.add("trigger", -timedelta(minutes=event.alarm_minutes or 0))
    return made


def _line(text: str) -> str:
    """Return text on one line, without control characters."""
    return " ".join(clean(text).split())


# ---------------------------------------------------------------- Zones
class _Change(NamedTuple):
    """A change of the clocks: when, as the clock showed it before, and the offsets before and after."""

    wall: datetime
    before: timedelta
    after: timedelta
    name: str


@lru_cache(maxsize=64)
def timezone_of(key: str) -> Timezone:
    """Return a zone as iCalendar has it: by yearly rules, or by dates where its changes of 2007 to 2037 keep none."""
    zone = ZoneInfo(key)
    made = Timezone()
    made.add("tzid", key)
    changes = _changes(zone)
    if not changes:
        begin = datetime(ZONE_YEARS[0], 1, 1, tzinfo=zone)
        offset = begin.utcoffset() or timedelta()
        made.add_component(_observance([_Change(begin.replace(tzinfo=None), offset, offset, begin.tzname() or key)]))
    kinds = sorted(changes, key=lambda change: change[1:])
    for _kind, alike in groupby(kinds, key=lambda change: change[1:]):
        made.add_component(_observance(sorted(alike)))
    return made


def _changes(zone: ZoneInfo) -> list[_Change]:
    """Return the changes of a zone's clocks in these years, to the second."""
    first, last = (int(datetime(year, 1, 1, tzinfo=UTC).timestamp()) for year in (ZONE_YEARS[0], ZONE_YEARS[-1] + 1))
    found = []
    for day in range(first, last, 86_400):
        low, high = day, day + 86_400
        if _offset(zone, low) == _offset(zone, high):
            continue
        while high - low > 1:
            middle = (low + high) // 2
            low, high = (middle, high) if _offset(zone, middle) == _offset(zone, day) else (low, middle)
        before, after = _offset(zone, low), _offset(zone, high)
        at = datetime.fromtimestamp(high, UTC)
        found.append(
            _Change((at + before).replace(tzinfo=None), before, after, at.astimezone(zone).tzname() or zone.key)
        )
    return found


def _offset(zone: ZoneInfo, second: int) -> timedelta:
    return datetime.fromtimestamp(second, zone).utcoffset() or timedelta()


def _observance(changes: Sequence[_Change]) -> TimezoneStandard | TimezoneDaylight:
    """Return changes of one kind; as a rule if they keep one, else each date on a line of its own."""
    first = changes[0]
    made = TimezoneDaylight() if first.after > first.before else TimezoneStandard()
    made.add("dtstart", first.wall)
    made.add("tzoffsetfrom", first.before)
    made.add("tzoffsetto", first.after)
    made.add("tzname", first.name)
    if rule := _yearly(changes):
        made.add("rrule", rule)
    else:
        for change in changes[1:]:
            made.add("rdate", change.wall)
    return made


def _yearly(changes: Sequence[_Change]) -> vRecur | None:
    """Return the rule of changes that come each year on the same weekday of a month, at the same time."""
    walls = [change.wall for change in changes]
    if [wall.year for wall in walls] != list(ZONE_YEARS):
        return None
    if len({(wall.month, wall.weekday(), wall.time()) for wall in walls}) > 1:
        return None
    first = walls[0]
    from_begin = {(wall.day - 1) // 7 + 1 for wall in walls}
    is_last = all((wall + timedelta(days=7)).month != wall.month for wall in walls)
    if not is_last and len(from_begin) > 1:
        return None
    number = -1 if is_last else (first.day - 1) // 7 + 1
    return vRecur({"FREQ": ["YEARLY"], "BYMONTH": [first.month], "BYDAY": [f"{number}{CODES[first.weekday()]}"]})
