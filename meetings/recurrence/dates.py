"""The dates of a rule.

Periods are walked here and not by dateutil, which searches a rule without dates until the year 9999. The tests compare
the dates with those of dateutil, recurring-ical-events and ical.js.
"""

from calendar import isleap, monthrange
from collections.abc import Collection, Iterator
from datetime import UTC, date, datetime, time, timedelta
from itertools import islice, pairwise
from zoneinfo import ZoneInfo

from meetings.recurrence.rules import Rule, Weekday, parse_rule

SEARCHED_YEARS = 100  # after the start; later dates are not looked for
CYCLE_YEARS = 50  # in which every gap comes that comes regularly
MOST_GAPS = 500
# No week begins or ends where there are no dates.
FIRST_YEAR, LAST_YEAR = 2, 9998
DAY = timedelta(days=1)


def occurrences(rule: str, start: datetime, zone: ZoneInfo, until: datetime | date) -> list[datetime]:
    """Return the times of a rule in a zone, in order, up to a local day or a naive local time (inclusive).

    The start is the first of them only if it matches the rule (RFC 5545 says that it should); if not, it is none at
    all, and COUNT does not count it. A local time that the clocks skip is the instant that the clock would have shown
    without the change (2:30 is 3:30); of one that comes twice, the first. Nothing is searched for more than 100 years.

    :raises BadRule: if the rule is broken or not supported.
    """
    last = until if isinstance(until, datetime) else datetime.combine(until, time.max)
    return [in_zone(wall, zone) for wall in wall_times(rule, start, last)]


def in_zone(wall: datetime, zone: ZoneInfo) -> datetime:
    """Return a naive local time in its zone; one that does not exist or comes twice as ``occurrences`` says."""
    return wall.replace(tzinfo=zone, fold=0).astimezone(UTC).astimezone(zone)


def wall_times(text: str, start: datetime, last: datetime | None = None) -> Iterator[datetime]:
    """Yield the local times of a rule until a local time, or for as long as anything is searched.

    :raises BadRule: if the rule is broken or not supported.
    """
    if not FIRST_YEAR <= start.year <= LAST_YEAR:
        return
    end = datetime.combine(date(min(start.year + SEARCHED_YEARS, LAST_YEAR), 12, 31), time.max)
    end = min(end, last) if last else end
    if not text.strip():
        yield from [start] if start <= end else []
        return
    rule = parse_rule(text)
    end = min(end, rule.until) if rule.until else end
    days = (on for on in _days(rule.filled(start.date()), start.date(), end.date()) if on >= start.date())
    for on in islice(days, rule.count):
        wall = datetime.combine(on, start.time())
        if wall > end:
            return
        yield wall


def _days(rule: Rule, start: date, last: date) -> Iterator[date]:
    """Yield the days of each period from that of the start to that of the last day; some may be before the start."""
    for first in periods(rule, start, last):
        days = _days_of_period(rule, first)
        if rule.positions:
            chosen = {place - 1 if place > 0 else len(days) + place for place in rule.positions}
            days = [on for place, on in enumerate(days) if place in chosen]
        yield from days


def periods(rule: Rule, start: date, last: date) -> Iterator[date]:
    """Yield the first day of each period that a rule looks at by its interval: a day, a week, a month or a year."""
    if rule.frequency in ("MONTHLY", "YEARLY"):
        months = 12 if rule.frequency == "YEARLY" else 1
        begin = start.year * 12 + (start.month - 1 if months == 1 else 0)
        for month in range(begin, last.year * 12 + last.month, rule.interval * months):
            yield date(month // 12, month % 12 + 1, 1)
        return
    days = 7 if rule.frequency == "WEEKLY" else 1
    begin = start.toordinal() - ((start.weekday() - rule.week_start) % 7 if days == 7 else 0)
    for number in range(begin, last.toordinal() + 1, rule.interval * days):
        yield date.fromordinal(number)


def _days_of_period(rule: Rule, first: date) -> list[date]:
    if rule.frequency == "MONTHLY":
        return days_of_month(rule, first.year, first.month)
    if rule.frequency == "YEARLY":
        return _days_of_year(rule, first.year)
    if rule.frequency == "WEEKLY":
        days = sorted(first + DAY * ((weekday - rule.week_start) % 7) for _number, weekday in rule.weekdays)
        return [on for on in days if not rule.months or on.month in rule.months]
    fits = not rule.weekdays or (0, first.weekday()) in rule.weekdays
    if fits and rule.month_days:
        fits = bool({first.day, first.day - 1 - monthrange(first.year, first.month)[1]}.intersection(rule.month_days))
    return [first] if fits and (not rule.months or first.month in rule.months) else []


def days_of_month(rule: Rule, year: int, month: int) -> list[date]:
    """Return the days of a month that a rule names, whatever its interval. Needs ``filled``."""
    if rule.months and month not in rule.months:
        return []
    first, length = monthrange(year, month)  # the weekday of day 1
    if rule.month_days:
        places = {one if one > 0 else length + 1 + one for one in rule.month_days}
    else:
        places = {1 + (weekday - first) % 7 + 7 * week for _number, weekday in rule.weekdays for week in range(5)}
    numbers = () if rule.is_numbered_in_year else rule.weekdays
    fitting = (one for one in sorted(places) if 1 <= one <= length)
    return [date(year, month, one) for one in fitting if _fits(numbers, (first + one - 1) % 7, one, length)]


def _days_of_year(rule: Rule, year: int) -> list[date]:
    days = [on for month in rule.months or range(1, 13) for on in days_of_month(rule, year, month)]
    if not rule.is_numbered_in_year:
        return days
    length = 366 if isleap(year) else 365
    return [on for on in days if _fits(rule.weekdays, on.weekday(), on.timetuple().tm_yday, length)]


def _fits(wanted: Collection[Weekday], weekday: int, place: int, length: int) -> bool:
    """Return whether a weekday is wanted, as the one that it is in a period of some days, counted from both ends."""
    if not wanted:
        return True
    places = (0, (place - 1) // 7 + 1, -((length - place) // 7 + 1))
    return any(day_of_week == weekday and number in places for number, day_of_week in wanted)


def gap_days(rule: str, start: datetime) -> int | None:
    """Return the longest time between two dates of a rule, in days, wherever it ends; None if it has only one date.

    :raises BadRule: if the rule is broken or not supported.
    """
    if len(list(islice(wall_times(rule, start), 2))) < 2:
        return None
    endless = ";".join(part for part in rule.split(";") if not part.strip().upper().startswith(("COUNT", "UNTIL")))
    last = datetime.combine(date(min(start.year + CYCLE_YEARS, LAST_YEAR), 12, 31), time.max)
    times = islice(wall_times(endless, start, last), MOST_GAPS)
    return max(((after.date() - before.date()).days for before, after in pairwise(times)), default=None)
