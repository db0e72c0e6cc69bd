"""Whether other readers find the same dates of 3,000 random series, and how long all meetings of the nation take.

`.venv/bin/python -m tests.benchmarks.recurrences`; prints counts and seconds, asserts nothing.
"""

import random
import re
import time
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from itertools import islice
from typing import Any

from dateutil.rrule import rrulestr
from django.conf import settings

settings.configure(USE_I18N=False)

from meetings.recurrence import in_zone, occurrences
from tests.benchmarks.meeting_rules import RULES
from tests.meetings.calendar_readers import ZONES, Series, random_series, read_with_javascript, read_with_python

SERIES = 3_000
AREAS, A_AREA = 590, 12
USUAL_HOURS, HOURS_OF_CHANGES = [0, 3, 5, 7, 9, 12, 15, 18, 21, 23], [1, 2]
LAST = date(2028, 6, 30)


class Watch:
    """Seconds of work, by name."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}

    def take(self, name: str, work: Iterable[Any]) -> list[Any]:
        """Return what an iterator makes, and remember how long it took."""
        begun = time.perf_counter()
        made = list(work)
        self.seconds[name] = time.perf_counter() - begun
        return made

    def __str__(self) -> str:
        return ", ".join(f"{name} {seconds:.1f} s" for name, seconds in self.seconds.items())


def compare(name: str, hours: Sequence[int], number: int) -> None:
    """Print how many dates of random series the three find, and in how many series others find others."""
    watch = Watch()
    some = list(islice(random_series(random.Random(1), hours), number))
    ours = watch.take("ours", (one.times for one in some))
    calendars = watch.take("writing", (one.ics for one in some))
    pairs = list(zip(some, calendars, strict=True))
    in_python = watch.take("recurring-ical-events", (read_with_python(ics, one.until) for one, ics in pairs))
    in_javascript = watch.take("ical.js", in_one_go(pairs))
    others = {"recurring-ical-events": in_python, "ical.js": in_javascript}
    print(f"\n{number:,} series {name}, {len(ZONES)} zones: {sum(map(len, ours)):,} dates ({watch})")
    for reader, found in others.items():
        different = [pair for pair in zip(some, ours, found, strict=True) if pair[1] != pair[2]]
        dates = sum(len(set(times) - set(read)) for _one, times, read in different)
        print(f"  {reader:22} other dates in {len(different):,} series ({dates:,} dates)")
        for one, _times, _read in different[:3]:
            print(f"    {one.rule} from {one.start:%Y-%m-%d %H:%M} in {one.zone}")


def in_one_go(pairs: Iterable[tuple[Series, bytes]]) -> Iterator[list[str]]:
    """Yield the dates that ical.js finds; Node runs once."""
    for found in read_with_javascript([(ics, one.limit) for one, ics in pairs]):
        yield found["starts"]


def nation() -> Iterator[Series]:
    """Yield twelve series of each of the nation's areas, in the zones of the US."""
    for area in range(AREAS):
        for number in range(A_AREA):
            rule, first = RULES[number % len(RULES)]
            start = datetime.fromisoformat(f"{first} {8 + area % 9:02d}:{(number % 4) * 15:02d}")
            yield Series(rule, start, ZONES[area % 6], LAST)


def expand(all_series: Iterable[Series]) -> Iterator[list[datetime]]:
    """Yield the dates of series, as pages and planners ask for them."""
    for one in all_series:
        yield occurrences(one.rule, one.start, one.zone, one.until)


def with_dateutil(all_series: Iterable[Series]) -> Iterator[list[datetime]]:
    """Yield the dates that dateutil finds on the wall clock, in their zones; UNTIL is a local day."""
    for one in all_series:
        rule = re.sub("UNTIL=([0-9]+)", r"UNTIL=\1T235959", one.rule)
        end = datetime.combine(one.until, datetime.max.time())
        yield [in_zone(wall, one.zone) for wall in rrulestr(rule, dtstart=one.start).between(one.start, end, inc=True)]


def main() -> None:
    """Print both."""
    compare("outside of 1:00 to 2:59", USUAL_HOURS, SERIES)
    compare("from 1:00 to 2:59", HOURS_OF_CHANGES, SERIES // 10)
    all_series, watch = list(nation()), Watch()
    ours = watch.take("occurrences", expand(all_series))
    dateutils = watch.take("dateutil", with_dateutil(all_series))
    calendars = watch.take("writing the calendars", (one.ics for one in all_series))
    pairs = zip(all_series, calendars, strict=True)
    theirs = watch.take("recurring-ical-events", (read_with_python(ics, one.until) for one, ics in pairs))
    different = sum(one != other for one, other in zip(ours, dateutils, strict=True))
    dates = f"{sum(map(len, ours)):,} dates; {sum(map(len, dateutils)):,} by dateutil, other ones in {different} series"
    dates += f"; {sum(map(len, theirs)):,} by recurring-ical-events"
    print(f"\n{AREAS} areas of {A_AREA} series, 18 months: {dates}\n  {watch}")


if __name__ == "__main__":
    main()
