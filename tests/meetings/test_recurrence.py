"""Dates of rules, the rules that forms offer, their wording, their problems, and closed days."""

import random
import re
from collections.abc import Collection
from datetime import date, datetime, timedelta
from itertools import islice
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from dateutil.rrule import rrulestr
from hypothesis import given
from hypothesis import strategies as st

from meetings.recurrence import (
    BadRule,
    RuleParts,
    Shape,
    build_rule,
    dates,
    gap_days,
    in_zone,
    occurrences,
    problems_of,
    read_rule,
    say_rule,
    shift_for_closed,
)
from meetings.recurrence.rules import Rule
from tests.meetings.calendar_readers import ZONES, in_utc, random_series, read_with_javascript, read_with_python

NEW_YORK, PHOENIX, BERLIN = ZoneInfo("America/New_York"), ZoneInfo("America/Phoenix"), ZoneInfo("Europe/Berlin")
TUESDAY = datetime.fromisoformat("2026-12-08 09:00")  # a second Tuesday
LATER = date(2028, 12, 31)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text)


def days(rule: str, start: datetime, until: date = LATER) -> list[str]:
    return [f"{one:%Y-%m-%d}" for one in occurrences(rule, start, NEW_YORK, until)]


# ---------------------------------------------------------------- Dates
def test_the_local_time_stays_when_the_clocks_change():
    found = occurrences("FREQ=MONTHLY;BYDAY=2TU", TUESDAY, NEW_YORK, date(2027, 4, 30))
    assert [f"{one:%m-%d %H:%M %Z}" for one in found] == [
        "12-08 09:00 EST", "01-12 09:00 EST", "02-09 09:00 EST", "03-09 09:00 EST", "04-13 09:00 EDT",
    ]  # fmt: skip


def test_a_local_time_that_does_not_exist_is_an_hour_later():
    found = occurrences("FREQ=DAILY;COUNT=3", at("2027-03-13 02:30"), NEW_YORK, LATER)
    assert [f"{one:%d %H:%M %Z}" for one in found] == ["13 02:30 EST", "14 03:30 EDT", "15 02:30 EDT"]


def test_of_a_local_time_that_comes_twice_the_first_is_taken():
    found = occurrences("FREQ=DAILY;COUNT=3", at("2027-11-06 01:30"), NEW_YORK, LATER)
    assert [f"{one:%d %H:%M %Z}" for one in found] == ["06 01:30 EDT", "07 01:30 EDT", "08 01:30 EST"]


def test_a_start_that_does_not_match_is_no_occurrence():
    assert days("FREQ=MONTHLY;BYDAY=2TU;COUNT=2", at("2026-12-01 09:00")) == ["2026-12-08", "2027-01-12"]


def test_an_empty_rule_happens_once():
    assert days("", TUESDAY) == ["2026-12-08"]
    assert days("", TUESDAY, date(2026, 12, 7)) == []


@pytest.mark.parametrize(
    ("until", "last"),
    [("20270209", "2027-02-09"), ("20270208", "2027-01-12"), ("20270209T090000", "2027-02-09"),
     ("20270209T085959", "2027-01-12")],
)  # fmt: skip
def test_until_is_a_local_day_or_time_that_still_counts(until, last):
    assert days(f"FREQ=MONTHLY;BYDAY=2TU;UNTIL={until}", TUESDAY)[-1] == last


def test_the_limit_is_a_local_day_or_time_that_still_counts():
    rule = "FREQ=MONTHLY;BYDAY=2TU"
    limits = [date(2027, 1, 12), at("2027-01-12 09:00"), at("2027-01-12 08:59")]
    assert [len(occurrences(rule, TUESDAY, NEW_YORK, limit)) for limit in limits] == [2, 2, 1]


def test_every_other_week_counts_weeks_from_the_day_on_which_they_begin():
    """The examples of RFC 5545, 3.8.5.3, for WKST."""
    for week_start, expected in (
        ("MO", ["08-05", "08-10", "08-19", "08-24"]),
        ("SU", ["08-05", "08-17", "08-19", "08-31"]),
    ):
        rule = f"FREQ=WEEKLY;INTERVAL=2;COUNT=4;BYDAY=TU,SU;WKST={week_start}"
        assert [one[5:] for one in days(rule, at("1997-08-05 09:00"), date(1998, 1, 1))] == expected


@pytest.mark.parametrize(
    ("rule", "start", "expected"),
    [
        ("FREQ=MONTHLY;BYMONTHDAY=-1;COUNT=3", "2027-12-31", ["2027-12-31", "2028-01-31", "2028-02-29"]),
        ("FREQ=MONTHLY;COUNT=3", "2027-01-31", ["2027-01-31", "2027-03-31", "2027-05-31"]),
        ("FREQ=YEARLY;COUNT=2", "2024-02-29", ["2024-02-29", "2028-02-29"]),
        ("FREQ=MONTHLY;BYDAY=FR;BYMONTHDAY=13;COUNT=2", "2026-11-13", ["2026-11-13", "2027-08-13"]),
        ("FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1;COUNT=2", "2027-01-29", ["2027-01-29", "2027-02-26"]),
        ("FREQ=YEARLY;BYDAY=20MO;COUNT=3", "2027-05-17", ["2027-05-17", "2028-05-15"]),
        ("freq=monthly;byday=tu;bysetpos=2;count=2", "2026-12-08", ["2026-12-08", "2027-01-12"]),
    ],
)
def test_other_rules(rule, start, expected):
    assert days(rule, at(f"{start} 09:00")) == expected


# ical.js takes the second of two times in autumn, and a time before the one that does not exist in spring. (It also
# misses BYMONTH=1;BYMONTHDAY=-1 in every other year, which is not among these series.)
OUTSIDE_CHANGES = [0, 3, 7, 9, 12, 17, 20, 23]


def test_other_readers_find_the_same_dates_of_random_series():
    some = list(islice(random_series(random.Random(12), OUTSIDE_CHANGES), 300))
    expected = [one.times for one in some]
    in_javascript = read_with_javascript([(one.ics, one.limit) for one in some])
    for one, times, read in zip(some, expected, in_javascript, strict=True):
        assert read_with_python(one.ics, one.until) == times, one
        assert read["starts"] == times, one
    assert sum(len(times) for times in expected) > 5000
    assert {one.zone for one in some} == set(ZONES)


def test_another_reader_finds_the_same_dates_when_the_clocks_change():
    some = list(islice(random_series(random.Random(3), [1, 2]), 100))
    assert [one for one in some if read_with_python(one.ics, one.until) != one.times] == []


def test_dateutil_finds_the_same_dates_on_the_wall_clock():
    for one in islice(random_series(random.Random(4), range(24)), 300):
        end = f"{one.until:%Y%m%d}T235959"
        rule = re.sub("UNTIL=([0-9]+)", r"UNTIL=\1T235959", one.rule)
        found = rrulestr(rule, dtstart=one.start).between(one.start, at(end), inc=True)
        assert [in_utc(in_zone(wall, one.zone)) for wall in found] == one.times, one


@pytest.mark.parametrize(
    "rule",
    ["FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30", "FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30", "FREQ=MONTHLY;BYDAY=2TU;BYSETPOS=3"],
)
def test_a_rule_without_dates_is_not_searched_for_ever(rule, monkeypatch):
    looked: list[date] = []
    inside = dates._days_of_period

    def look(rule: Rule, first: date) -> list[date]:
        looked.append(first)
        return inside(rule, first)

    monkeypatch.setattr(dates, "_days_of_period", look)
    assert occurrences(rule, TUESDAY, NEW_YORK, date.max) == []
    assert 0 < len(looked) <= 101 * 366


def test_dates_at_the_ends_of_the_calendar():
    for year in (1, 2, 9998, 9999):
        for on in (date(year, 1, 1), date(year, 12, 31)):
            start = datetime.combine(on, TUESDAY.time())
            for rule in ("FREQ=WEEKLY;WKST=SU", "FREQ=MONTHLY;BYMONTHDAY=31", ""):
                assert len(occurrences(rule, start, NEW_YORK, date.max)) < 6000
                problems_of(rule, start, NEW_YORK)
                gap_days(rule, start)


@pytest.mark.parametrize(
    "rule",
    [
        "FREQ=HOURLY", "FREQ=SECONDLY;COUNT=3", "INTERVAL=2", "junk", "FREQ=DAILY;", ";", "RRULE:FREQ=DAILY",
        "FREQ=DAILY\nRDATE:20270101", "FREQ=DAILY;FREQ=DAILY", "FREQ=DAILY;INTERVAL=0", "FREQ=DAILY;INTERVAL=-1",
        "FREQ=DAILY;INTERVAL=1,2", "FREQ=DAILY;INTERVAL=1000", "FREQ=DAILY;COUNT=1001", "FREQ=DAILY;COUNT=0",
        "FREQ=DAILY;COUNT=٣", "FREQ=DAILY;COUNT=2;UNTIL=20270101", "FREQ=DAILY;UNTIL=20270231", "FREQ=DAILY;UNTIL=soon",
        "FREQ=DAILY;UNTIL=20270101T000000Z", "FREQ=DAILY;UNTIL=20270101T250000", "FREQ=WEEKLY;BYDAY=2TU",
        "FREQ=WEEKLY;BYDAY=XX", "FREQ=WEEKLY;BYDAY=", "FREQ=WEEKLY;BYMONTHDAY=3", "FREQ=MONTHLY;BYDAY=0TU",
        "FREQ=MONTHLY;BYDAY=6TU", "FREQ=MONTHLY;BYDAY=TU,1WE", "FREQ=MONTHLY;BYMONTHDAY=32", "FREQ=MONTHLY;BYSETPOS=1",
        "FREQ=YEARLY;BYWEEKNO=3", "FREQ=YEARLY;BYMONTHDAY=16",
        "FREQ=YEARLY;BYYEARDAY=3", "FREQ=DAILY;BYHOUR=9,10", "FREQ=DAILY;BYMONTH=13",
        "FREQ=YEARLY;BYDAY=54MO", "FREQ=DAILY;WKST=X", "FREQ=DAILY;BYMONTH=" + ",".join(["1"] * 300),
    ],
)  # fmt: skip
def test_a_rule_that_is_broken_or_not_supported_is_refused(rule):
    with pytest.raises(BadRule):
        occurrences(rule, TUESDAY, NEW_YORK, LATER)
    assert read_rule(rule) is None


@given(st.text(alphabet="FREQ=DAILYWKMONTHBU;,:0123456789-+TZ \n", max_size=60) | st.text(max_size=30))
def test_any_text_is_a_rule_or_refused(text):
    for made in (text, f"FREQ=MONTHLY;{text}"):
        try:
            found = occurrences(made, TUESDAY, NEW_YORK, date(2027, 12, 31))
        except BadRule:
            continue
        assert len(found) < 400
        problems_of(made, TUESDAY, NEW_YORK)
        assert say_rule(made, TUESDAY, 90)


# ---------------------------------------------------------------- The rules that forms offer
WEEKDAYS = st.lists(st.integers(0, 6), min_size=1, unique=True).map(lambda some: tuple(sorted(some)))
WEEKDAY = st.integers(0, 6).map(lambda weekday: (weekday,))
NTH, OF_MONTH, MONTH = st.sampled_from([1, 2, 3, 4, 5, -1]), st.sampled_from([*range(1, 32), -1]), st.integers(1, 12)
SHAPES: dict[Shape, dict[str, Any]] = {
    "weekly": {"weekdays": WEEKDAYS},
    "monthly_weekday": {"weekdays": WEEKDAY, "nth": NTH},
    "monthly_day": {"day": OF_MONTH},
    "yearly_weekday": {"weekdays": WEEKDAY, "nth": NTH, "month": MONTH},
    "yearly_day": {"day": OF_MONTH, "month": MONTH},
}
ENDS: list[dict[str, Any]] = [
    {},
    {"until": st.dates(date(2027, 1, 1), date(2040, 1, 1))},
    {"count": st.integers(1, 1000)},
]
PARTS = st.one_of(
    [
        st.builds(RuleParts, st.just(shape), interval=st.integers(1, 12), **its, **end)
        for shape, its in SHAPES.items()
        for end in ENDS
    ]
)


@given(PARTS)
def test_a_rule_of_a_form_is_read_as_it_was_built(parts):
    assert read_rule(build_rule(parts)) == parts


@given(PARTS, st.datetimes(at("2026-01-01"), at("2028-01-01")))
def test_every_rule_of_a_form_has_words(parts, start):
    assert not say_rule(build_rule(parts), start, 90).startswith("Custom")


def test_a_rule_of_a_form():
    parts = RuleParts("monthly_weekday", interval=2, weekdays=(1,), nth=2, until=date(2028, 6, 30))
    assert build_rule(parts) == "FREQ=MONTHLY;INTERVAL=2;BYDAY=2TU;UNTIL=20280630"


@pytest.mark.parametrize(
    "parts",
    [
        RuleParts("weekly"), RuleParts("weekly", weekdays=(7,)), RuleParts("monthly_weekday", weekdays=(1,)),
        RuleParts("monthly_weekday", weekdays=(1,), nth=-2), RuleParts("monthly_day", day=0),
        RuleParts("monthly_day", day=-2), RuleParts("yearly_day", day=3), RuleParts("monthly_day", interval=0, day=3),
        RuleParts("monthly_day", day=3, count=0), RuleParts("monthly_day", day=3, count=2, until=LATER),
    ],
)  # fmt: skip
def test_parts_that_are_no_rule_are_refused(parts):
    with pytest.raises(BadRule):
        build_rule(parts)


def test_rules_of_other_programs_are_read_where_a_form_offers_them():
    assert read_rule("FREQ=MONTHLY;BYDAY=TU;BYSETPOS=2") == RuleParts("monthly_weekday", weekdays=(1,), nth=2)
    assert read_rule("FREQ=WEEKLY;WKST=SU;BYDAY=MO") == RuleParts("weekly", weekdays=(0,))
    assert read_rule("FREQ=WEEKLY") is None
    assert read_rule("FREQ=WEEKLY", TUESDAY.date()) == RuleParts("weekly", weekdays=(1,))
    assert read_rule("FREQ=YEARLY", TUESDAY.date()) == RuleParts("yearly_day", day=8, month=12)


@pytest.mark.parametrize(
    "rule",
    [
        "", "FREQ=DAILY", "FREQ=WEEKLY;INTERVAL=2;WKST=SU;BYDAY=MO,SU", "FREQ=MONTHLY;BYDAY=1TU,3TU",
        "FREQ=MONTHLY;BYDAY=TU", "FREQ=MONTHLY;BYMONTHDAY=-2", "FREQ=MONTHLY;BYMONTHDAY=13;BYDAY=FR",
        "FREQ=MONTHLY;BYMONTH=1;BYDAY=2TU", "FREQ=YEARLY;BYMONTH=1,7;BYDAY=2TU", "FREQ=YEARLY;BYDAY=20MO",
        "FREQ=WEEKLY;BYDAY=MO;UNTIL=20270101T080000", "FREQ=MONTHLY;BYDAY=MO,TU;BYSETPOS=1",
        "FREQ=WEEKLY;BYDAY=MO;BYMONTH=1",
    ],
)  # fmt: skip
def test_other_rules_are_none_of_a_form(rule):
    assert read_rule(rule) is None


# ---------------------------------------------------------------- Wording
@pytest.mark.parametrize(
    ("rule", "text"),
    [
        ("FREQ=MONTHLY;INTERVAL=2;BYDAY=2TU", "Second Tuesday of every other month, 9:00 to 10:30 AM"),
        ("FREQ=WEEKLY;BYDAY=MO,TH;COUNT=10", "Every Monday and Thursday, 9:00 to 10:30 AM, 10 times"),
        ("FREQ=WEEKLY;BYDAY=MO;COUNT=1", "Every Monday, 9:00 to 10:30 AM, 1 time"),
        ("FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR", "Every weekday, 9:00 to 10:30 AM"),
        ("FREQ=WEEKLY;INTERVAL=2;BYDAY=MO", "Every other Monday, 9:00 to 10:30 AM"),
        ("FREQ=WEEKLY;INTERVAL=2;BYDAY=TH,MO", "Every other week on Monday and Thursday, 9:00 to 10:30 AM"),
        ("FREQ=WEEKLY;INTERVAL=3", "Every third week on Tuesday, 9:00 to 10:30 AM"),
        ("FREQ=MONTHLY;INTERVAL=3;BYMONTHDAY=15", "Day 15 of every third month, 9:00 to 10:30 AM"),
        ("FREQ=MONTHLY;INTERVAL=18;BYMONTHDAY=-1", "Last day of every 18th month, 9:00 to 10:30 AM"),
        ("FREQ=MONTHLY;BYMONTHDAY=1,15", "Days 1 and 15 of every month, 9:00 to 10:30 AM"),
        ("FREQ=MONTHLY;BYDAY=3TU,1TU", "First and third Tuesday of every month, 9:00 to 10:30 AM"),
        ("FREQ=MONTHLY;BYDAY=1TU,-1FR", "First Tuesday and last Friday of every month, 9:00 to 10:30 AM"),
        (
            "FREQ=MONTHLY;BYMONTH=1,7;BYDAY=TU;BYSETPOS=2",
            "Second Tuesday of January and July each year, 9:00 to 10:30 AM",
        ),
        (
            "FREQ=YEARLY;BYMONTH=3;BYDAY=-1FR;UNTIL=20280630",
            "Last Friday of March each year, 9:00 to 10:30 AM, until Jun 30, 2028",
        ),
        ("FREQ=YEARLY;INTERVAL=2;BYMONTH=3;BYDAY=-1FR", "Last Friday of March every other year, 9:00 to 10:30 AM"),
        ("FREQ=YEARLY", "December 8 each year, 9:00 to 10:30 AM"),
        ("FREQ=DAILY;INTERVAL=2", "Every other day, 9:00 to 10:30 AM"),
        ("FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1", "Custom schedule, 9:00 to 10:30 AM"),
        ("", "Tue, Dec 8, 2026, 9:00 to 10:30 AM"),
    ],
)
def test_a_rule_in_words(rule, text):
    assert say_rule(rule, TUESDAY, 90) == text


@pytest.mark.parametrize(
    ("start", "minutes", "text"),
    [("11:00", 60, "11:00 AM to 12:00 PM"), ("11:30", 45, "11:30 AM to 12:15 PM"), ("12:00", 90, "12:00 to 1:30 PM"),
     ("23:30", 60, "11:30 PM to 12:30 AM"), ("09:00", 0, "9:00 AM"), ("09:00", 1440, "9:00 AM to 9:00 AM")],
)  # fmt: skip
def test_the_hours_of_a_rule(start, minutes, text):
    assert say_rule("", at(f"2026-12-08 {start}"), minutes) == f"Tue, Dec 8, 2026, {text}"


# ---------------------------------------------------------------- Problems
def problems(rule: str, start: str, zone: ZoneInfo = NEW_YORK) -> dict[str, tuple[str, tuple[date, ...]]]:
    return {one.code: (one.text, one.days) for one in problems_of(rule, at(start), zone)}


@pytest.mark.parametrize(
    ("rule", "start"),
    [("FREQ=MONTHLY;BYDAY=2TU", "2026-12-08 09:00"), ("FREQ=MONTHLY;BYMONTHDAY=28", "2026-12-28 09:00"),
     ("", "2026-12-08 09:00"),
     ("FREQ=MONTHLY;INTERVAL=2;BYMONTHDAY=31;COUNT=2", "2027-05-31 09:00"), ("FREQ=DAILY", "2027-03-14 03:00"),
     ("FREQ=YEARLY;BYDAY=20MO", "2027-05-17 09:00")],
)  # fmt: skip
def test_a_usual_rule_has_no_problems(rule, start):
    assert problems(rule, start) == {}


def test_months_without_such_a_day_are_named():
    text, left_out = problems("FREQ=MONTHLY;BYDAY=5FR;COUNT=3", "2027-01-29 09:00")["skips"]
    assert text == ("No meeting in February 2027, March 2027, May 2027 and June 2027: these months have no such day.")
    assert left_out == (date(2027, 2, 1), date(2027, 3, 1), date(2027, 5, 1), date(2027, 6, 1))


def test_skipped_months_end_with_the_rule_or_after_18_months():
    months = problems("FREQ=MONTHLY;BYMONTHDAY=31", "2027-01-31 09:00")["skips"][1]
    assert (len(months), months[-1]) == (8, date(2028, 6, 1))
    assert problems("FREQ=MONTHLY;UNTIL=20270405", "2027-01-31 09:00")["skips"][1] == (
        date(2027, 2, 1),
        date(2027, 4, 1),
    )
    both = problems("FREQ=YEARLY;BYMONTH=2,12;BYMONTHDAY=30", "2027-12-30 09:00")["skips"][1]
    assert both == (date(2028, 2, 1), date(2029, 2, 1))
    assert problems("FREQ=YEARLY", "2028-02-29 09:00")["skips"][1] == (date(2029, 2, 1),)


def test_a_start_when_the_clocks_change_is_told():
    text, when = problems("FREQ=WEEKLY", "2027-02-28 02:30")["clock_change"]
    assert text == (
        "On Sun, Mar 14, 2027, the clocks change: 2:30 AM does not exist. "
        "Choose a start before 1:00 AM, or 3:00 AM or later."
    )
    assert when == (date(2027, 3, 14), date(2028, 3, 12))
    assert "1:30 AM comes twice" in problems("FREQ=WEEKLY", "2027-02-28 01:30")["clock_change"][0]
    assert problems("FREQ=WEEKLY", "2027-03-01 01:30")["clock_change"][1] == ()  # on Mondays
    assert problems("FREQ=WEEKLY", "2027-02-28 02:30", PHOENIX) == {}
    assert problems("FREQ=WEEKLY", "2027-02-28 02:30", BERLIN)["clock_change"][1][0] == date(2027, 3, 28)


def test_a_rule_without_dates_is_told():
    assert list(problems("FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30", "2027-01-01 09:00")) == ["empty"]
    assert list(problems("FREQ=WEEKLY;UNTIL=20261201", "2027-01-01 09:00")) == ["empty"]


def test_a_start_that_does_not_match_is_told_with_the_first_date_that_does():
    text, first = problems("FREQ=MONTHLY;BYDAY=2TU", "2026-12-01 09:00")["start"]
    assert text == "Tue, Dec 1, 2026 is not a date of this schedule. The first one is Tue, Dec 8, 2026."
    assert first == (date(2026, 12, 8),)


@pytest.mark.parametrize(
    ("rule", "gap"),
    [("FREQ=MONTHLY;BYDAY=2TU", 35), ("FREQ=WEEKLY;INTERVAL=2", 14), ("FREQ=WEEKLY;BYDAY=TU,TH", 5),
     ("FREQ=MONTHLY;BYDAY=2TU;COUNT=2", 35), ("FREQ=MONTHLY;BYDAY=2TU;COUNT=1", None), ("", None),
     ("FREQ=MONTHLY;BYDAY=2TU;UNTIL=20261231", None), ("FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29", 1461), ("FREQ=DAILY", 1)],
)  # fmt: skip
def test_the_longest_gap_of_a_rule(rule, gap):
    assert gap_days(rule, TUESDAY) == gap


# ---------------------------------------------------------------- Closed days
HOLIDAY = date(2027, 1, 18)  # a Monday


def shifted(
    rule: str, start: str, manner: Any, closed: Collection[date] = (HOLIDAY,), **more: bool
) -> list[str | None]:
    found = occurrences(rule, at(start), NEW_YORK, LATER)
    after = shift_for_closed(found, closed, manner, **more)
    assert [one.original for one in after] == found
    return [f"{one.moved:%m-%d %H:%M %Z}" if one.moved else None for one in after]


def test_an_occurrence_on_a_closed_day_is_kept_skipped_or_moved():
    mondays = ("FREQ=WEEKLY;COUNT=2", "2027-01-11 09:00")
    assert shifted(*mondays, "keep") == ["01-11 09:00 EST", "01-18 09:00 EST"]
    assert shifted(*mondays, "skip") == ["01-11 09:00 EST", None]
    assert shifted(*mondays, "next") == ["01-11 09:00 EST", "01-19 09:00 EST"]


def test_an_occurrence_moves_over_the_weekend_and_keeps_its_local_time():
    assert shifted("", "2027-03-13 09:00", "next") == ["03-15 09:00 EDT"]
    assert shifted("", "2027-03-13 09:00", "next", weekend_closed=False) == ["03-13 09:00 EST"]
    assert shifted("", "2027-03-12 09:00", "next", [date(2027, 3, 12), date(2027, 3, 15)]) == ["03-16 09:00 EDT"]


def test_an_occurrence_is_not_moved_to_the_time_of_another():
    assert shifted("FREQ=DAILY;COUNT=2", "2027-01-18 09:00", "next") == [None, "01-19 09:00 EST"]
    assert shifted("FREQ=DAILY;COUNT=2", "2027-01-16 09:00", "next") == ["01-19 09:00 EST", None]


def test_an_occurrence_without_an_open_day_within_a_year_is_skipped():
    ever = [HOLIDAY + timedelta(days=number) for number in range(400)]
    assert shifted("", "2027-01-18 09:00", "next", ever) == [None]
