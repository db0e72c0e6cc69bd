"""The calendars that we write, as icalendar with recurring-ical-events and ical.js read them."""

import random
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from icalendar import Calendar

from meetings.ical import PRODUCT, Event, Person, calendar_of, timezone_of
from meetings.recurrence import BadRule, in_zone
from tests.meetings.calendar_readers import STAMP, in_utc, read_with_javascript, read_with_python

NEW_YORK = ZoneInfo("America/New_York")
US_ZONES = [
    "America/New_York", "America/Chicago", "America/Denver", "America/Los_Angeles", "America/Anchorage",
    "America/Adak", "America/Detroit", "America/Boise", "America/Indiana/Indianapolis", "Pacific/Honolulu",
    "America/Phoenix", "America/Puerto_Rico", "Pacific/Guam",
]  # fmt: skip
OTHER_ZONES = [
    "Europe/Berlin", "Europe/Dublin", "America/Asuncion", "Africa/Casablanca", "Australia/Lord_Howe", "Asia/Kathmandu",
    "America/Santiago",
]  # fmt: skip
END = date(2028, 1, 31)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=NEW_YORK)


SERIES = Event(
    uid="series-12@portal.example",
    sequence=3,
    start=at("2026-12-08 09:00"),
    minutes=90,
    summary="WIB: one-stop committee",
    location="Center Street, room 2",
    description="Agenda:\n1. Minutes; 2. Budget, 3. \\ backslash",
    url="https://portal.example/meetings/12/",
    organizer=Person("Riverbend Workforce Board", "meet+12@portal.example"),
    attendees=[Person("Ann Example", "ann@partner.example"), Person("", "bo.o'neil@partner.example")],
    rule="FREQ=MONTHLY;BYDAY=2TU",
    count=12,
    excluded=[at("2027-02-09 09:00")],
    added=[at("2027-02-16 10:00"), at("2027-07-20 10:00")],
    stamp=STAMP,
)
ONCE = replace(SERIES, rule="", count=None, excluded=(), added=())
MOVED = replace(ONCE, start=at("2027-03-16 13:30"), recurrence_id=at("2027-03-09 09:00"))
GONE = replace(
    MOVED, sequence=4, status="CANCELLED", start=at("2027-04-13 09:00"), recurrence_id=at("2027-04-13 09:00")
)
EXPECTED = [
    "2026-12-08T14:00Z", "2027-01-12T14:00Z", "2027-02-16T15:00Z", "2027-03-16T17:30Z", "2027-05-11T13:00Z",
    "2027-06-08T13:00Z", "2027-07-13T13:00Z", "2027-07-20T14:00Z", "2027-08-10T13:00Z", "2027-09-14T13:00Z",
    "2027-10-12T13:00Z", "2027-11-09T14:00Z",
]  # fmt: skip


def in_javascript(ics: bytes, until: date = END) -> dict[str, Any]:
    [found] = read_with_javascript([(ics, f"{until}T23:59Z")])
    return found


def text_of(ics: bytes) -> str:
    return ics.decode().replace("\r\n ", "")


# ---------------------------------------------------------------- Invitations and cancellations
def test_an_invitation_to_a_series_with_changed_occurrences_is_read_alike():
    ics = calendar_of("REQUEST", [SERIES, MOVED, GONE])
    found = in_javascript(ics)
    assert read_with_python(ics, END) == EXPECTED
    assert found["starts"] == EXPECTED
    assert found["canceled"] == ["2027-04-13T13:00Z"]
    assert found["method"] == "REQUEST"
    assert [(one["uid"], one["sequence"], one["recurrence_id"], one["status"]) for one in found["events"]] == [
        ("series-12@portal.example", 3, None, "CONFIRMED"),
        ("series-12@portal.example", 3, "2027-03-09T14:00Z", "CONFIRMED"),
        ("series-12@portal.example", 4, "2027-04-13T13:00Z", "CANCELLED"),
    ]
    series = found["events"][0]
    assert series["summary"] == SERIES.summary
    assert series["description"] == SERIES.description
    assert (series["start"], series["end"]) == ("2026-12-08T14:00Z", "2026-12-08T15:30Z")
    assert series["organizer"] == {"address": "mailto:meet+12@portal.example", "name": "Riverbend Workforce Board"}
    assert series["attendees"] == [
        {"address": "mailto:ann@partner.example", "name": "Ann Example"},
        {"address": "mailto:bo.o'neil@partner.example", "name": None},
    ]


@pytest.mark.parametrize(
    ("event", "recurrence_id"),
    [(GONE, "2027-04-13T13:00Z"), (replace(SERIES, sequence=5, status="CANCELLED"), None)],
    ids=["one", "all"],
)
def test_a_cancellation_is_read_alike(event, recurrence_id):
    ics = calendar_of("CANCEL", [event])
    calendar = Calendar.from_ical(ics)
    [component] = calendar.walk("VEVENT")
    found = in_javascript(ics)
    [read] = found["events"]
    assert found["method"] == calendar["METHOD"] == "CANCEL"
    assert read["sequence"] == component["SEQUENCE"] == event.sequence
    assert read["status"] == component["STATUS"] == "CANCELLED"
    original = component.get("RECURRENCE-ID")
    assert read["recurrence_id"] == (original and in_utc(original.dt)) == recurrence_id
    addresses = [one["address"] for one in read["attendees"]]
    assert addresses == ["mailto:ann@partner.example", "mailto:bo.o'neil@partner.example"]
    assert read_with_python(ics, END) == found["starts"] == []


def test_the_original_start_has_the_zone_of_the_series():
    moved = replace(MOVED, rule=SERIES.rule, recurrence_id=datetime(2027, 3, 9, 14, tzinfo=UTC))
    text = text_of(calendar_of("REQUEST", [moved]))
    assert "RECURRENCE-ID;TZID=America/New_York:20270309T090000" in text
    assert "RRULE:FREQ=MONTHLY" not in text


def test_who_is_invited_is_asked_to_answer_and_told_of_cancellations_only():
    assert text_of(calendar_of("REQUEST", [SERIES])).count("PARTSTAT=NEEDS-ACTION;ROLE=REQ-PARTICIPANT;RSVP=TRUE") == 2
    assert "RSVP" not in text_of(calendar_of("CANCEL", [SERIES]))


def test_an_alarm():
    event = replace(SERIES, alarm_minutes=60)
    assert "TRIGGER:-PT1H" in text_of(calendar_of("REQUEST", [event]))
    assert "VALARM" not in text_of(calendar_of("CANCEL", [event]))


# ---------------------------------------------------------------- Feeds
def test_a_feed_has_a_name_and_no_attendees():
    ics = calendar_of("PUBLISH", [replace(SERIES, categories=["Board, open", "Budget"])], name="Riverbend; meetings")
    found = in_javascript(ics)
    assert (found["method"], found["name"]) == ("PUBLISH", "Riverbend; meetings")
    assert found["events"][0]["attendees"] == []
    text = text_of(ics)
    assert "X-WR-CALNAME:Riverbend\\; meetings\r\n" in text
    assert "REFRESH-INTERVAL;VALUE=DURATION:PT4H\r\n" in text
    assert "CATEGORIES:Board\\, open,Budget\r\n" in text
    assert f"PRODID:{PRODUCT}\r\n" in text


def test_a_feed_without_meetings_is_a_calendar_too():
    calendar = Calendar.from_ical(calendar_of("PUBLISH", [], name="Nothing"))
    assert (calendar["METHOD"], calendar.walk("VEVENT")) == ("PUBLISH", [])


# ---------------------------------------------------------------- Ends of rules
@pytest.mark.parametrize(
    ("given_by", "text"),
    [
        ({"until": date(2027, 6, 8)}, "UNTIL=20270609T035959Z"),
        ({"rule": "FREQ=MONTHLY;BYDAY=2TU;UNTIL=20270608", "count": None}, "UNTIL=20270609T035959Z"),
        ({"rule": "FREQ=MONTHLY;BYDAY=2TU;UNTIL=20270608T090000", "count": None}, "UNTIL=20270608T130000Z"),
        ({"count": 7}, "COUNT=7"),
        ({"rule": "FREQ=MONTHLY;BYDAY=2TU;COUNT=7", "count": None}, "COUNT=7"),
    ],
)
def test_the_end_of_a_rule_is_written_in_utc_and_read_alike(given_by, text):
    event = replace(SERIES, excluded=(), added=(), **{"count": None, **given_by})
    ics = calendar_of("REQUEST", [event])
    [rule] = [line for line in text_of(ics).split("\r\n") if line.startswith("RRULE:FREQ=MONTHLY")]
    assert text in rule
    assert ("UNTIL" in rule) + ("COUNT" in rule) == 1
    assert read_with_python(ics, END) == in_javascript(ics)["starts"]
    assert read_with_python(ics, END)[-1] == "2027-06-08T13:00Z"


# ---------------------------------------------------------------- Zones
@pytest.mark.parametrize("key", US_ZONES)
def test_zones_of_the_us_are_written_as_rules(key):
    text = timezone_of(key).to_ical().decode()
    assert "RDATE" not in text
    assert len(text) < 400


def test_a_zone_that_keeps_no_rule_has_each_change_on_a_line_of_its_own():
    lines = timezone_of("Africa/Casablanca").to_ical().decode().split("\r\n")
    dates = [line for line in lines if line.startswith("RDATE")]
    assert len(dates) > 50
    assert not [line for line in dates if "," in line]


def test_a_zone_is_made_once():
    assert timezone_of("America/Chicago") is timezone_of("America/Chicago")


def test_times_of_every_zone_are_read_alike_all_year():
    """By ical.js, which knows no zones but those in the calendar."""
    dice = random.Random(5)
    calendars, expected = [], []
    for key in [*US_ZONES, *OTHER_ZONES]:
        zone = ZoneInfo(key)
        for _ in range(12):
            wall = datetime(2024, 1, 1) + timedelta(days=dice.randint(0, 4000), hours=dice.randint(4, 23))  # noqa: DTZ001
            start = in_zone(wall, zone)
            calendars.append((calendar_of("REQUEST", [replace(ONCE, start=start)]), "9"))
            expected.append([in_utc(start)])
    assert [one["starts"] for one in read_with_javascript(calendars)] == expected


def test_utc_needs_no_zone():
    text = text_of(calendar_of("PUBLISH", [replace(SERIES, start=datetime(2026, 12, 8, 14, tzinfo=ZoneInfo("UTC")))]))
    assert "DTSTART:20261208T140000Z" in text
    assert "VTIMEZONE" not in text


@pytest.mark.parametrize("start", [datetime(2026, 12, 8, 14, tzinfo=UTC), datetime.fromisoformat("2026-12-08 14:00")])
def test_a_start_without_a_named_zone_is_refused(start):
    with pytest.raises(ValueError, match="ZoneInfo"):
        calendar_of("REQUEST", [replace(SERIES, start=start)])


def test_a_broken_rule_is_refused():
    with pytest.raises(BadRule):
        calendar_of("REQUEST", [replace(SERIES, rule="FREQ=MONTHLY\r\nATTENDEE:mailto:x@y.example")])


def test_the_end_is_as_many_minutes_later_also_when_the_clocks_change():
    night = replace(ONCE, start=at("2027-03-14 00:30"), minutes=120)
    assert in_javascript(calendar_of("REQUEST", [night]))["events"][0]["end"] == "2027-03-14T07:30Z"


# ---------------------------------------------------------------- What people type
HOSTILE = [
    "Ann\r\nATTENDEE:mailto:evil@x.example", "Ann\nBEGIN:VEVENT", "Ann\rEND:VCALENDAR",
    "a\u2028X:1\u2029\x85\x0b\x0c\x1c", "\x00\x07", 'The "Board"; a:b, c', "^n ^' ^^", "\\n \\; \\",
    "🙂" * 60, "日本" * 40, "e\u0301", "\u202eevil",
    ";PARTSTAT=ACCEPTED:mailto:x@y", '"', "'", ",", "", " ", "x" * 500,
]  # fmt: skip


def lines_of(ics: bytes) -> list[str]:
    return [line.partition(":")[0].partition(";")[0] for line in text_of(ics).split("\r\n")]


def check_hostile(text: str) -> None:
    """Write a text into everything, and look at what is read: the same lines, and no more of them."""
    event = replace(
        ONCE, uid=f"{text}@x", summary=text, location=f"r {text}", description=f"d {text}", url=f"https://x/{text}",
        organizer=Person(text, f"o{text}@x"), attendees=[Person(text, f"a{text}@x")], categories=[f"c{text}"],
    )  # fmt: skip
    ics = calendar_of("REQUEST", [event], name=f"n {text}")
    assert all(len(line) <= 75 for line in ics.split(b"\r\n"))
    assert b"\n" not in ics.replace(b"\r\n", b"")
    assert b"\r" not in ics.replace(b"\r\n", b"")
    assert not {"\x00", "\x07", "\x0b", "\x0c", "\x85", "\u2028", "\u2029", "\u202e"}.intersection(ics.decode())
    expected = lines_of(calendar_of("REQUEST", [replace(event, summary="x", attendees=[Person("x", "x@x")])], name="n"))
    assert sorted(lines_of(ics)) == sorted(expected)
    calendar = Calendar.from_ical(ics)
    [component] = calendar.walk("VEVENT")
    wanted = " ".join(str(component["SUMMARY"]).split())
    assert component["ATTENDEE"].params.get("CN", "") == wanted.replace('"', "'").replace("\\", "/")
    assert component["ATTENDEE"].params["PARTSTAT"] == "NEEDS-ACTION"
    assert not component.errors


@pytest.mark.parametrize("text", HOSTILE)
def test_nothing_that_people_type_makes_a_line_of_its_own(text):
    check_hostile(text)


@given(st.text(max_size=80))
def test_nothing_that_anybody_types_makes_a_line_of_its_own(text):
    check_hostile(text)


def test_what_people_type_is_read_by_javascript_as_it_was():
    texts = [text for text in HOSTILE if text.isprintable() and text.strip() and not {'"', "\u202e"}.intersection(text)]
    events = [replace(SERIES, summary=text, attendees=[Person(text, "a@x.example")]) for text in texts]
    calendars = [calendar_of("REQUEST", [event]) for event in events]
    found = read_with_javascript([(ics, "2026-12-31T00:00Z") for ics in calendars])
    assert [one["events"][0]["summary"] for one in found] == texts
    people = [[{"address": "mailto:a@x.example", "name": text.replace("\\", "/")}] for text in texts]
    assert [one["events"][0]["attendees"] for one in found] == people
