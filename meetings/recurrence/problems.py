"""What to tell whoever chooses a rule: that it has no dates, leaves months out, or meets when the clocks change."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from django.utils.dates import MONTHS
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from meetings.recurrence.dates import LAST_YEAR, days_of_month, periods, wall_times
from meetings.recurrence.rules import parse_rule
from onestop.ui.presentation import clock, day
from onestop.ui.sentences import join_words


@dataclass(frozen=True)
class Problem:
    """Something to tell whoever chooses a rule; ``days`` are those that it is about.

    Codes: "empty" (no dates at all), "start" (the start does not match), "skips" (months without a date; ``days`` are
    their first days), "clock_change" (a local time that the clocks skip or repeat).
    """

    code: Literal["empty", "start", "skips", "clock_change"]
    text: str
    days: tuple[date, ...] = ()


def problems_of(rule: str, start: datetime, zone: ZoneInfo, *, horizon_months: int = 18) -> list[Problem]:
    """Return what is wrong with a rule in some months, that of its start included; nothing for one without problems.

    :raises BadRule: if the rule is broken or not supported.
    """
    first = next(wall_times(rule, start), None)
    if first is None:
        return [Problem("empty", _("This schedule has no dates. Change the days, or the date when it ends."))]
    months = min(start.year * 12 + start.month - 1 + horizon_months, LAST_YEAR * 12)
    end = datetime.combine(date(months // 12, months % 12 + 1, 1), time()) - datetime.resolution
    return [
        *_wrong_start(start, first),
        *_skipped_months(rule, start, end),
        *_clock_changes(rule, start, zone, end),
    ]


def _wrong_start(start: datetime, first: datetime) -> Iterator[Problem]:
    if first != start:
        text = _("%(start)s is not a date of this schedule. The first one is %(first)s.")
        words = {"start": day(start, "plain"), "first": day(first, "plain")}
        yield Problem("start", text % words, (first.date(),))


def _skipped_months(text: str, start: datetime, end: datetime) -> Iterator[Problem]:
    rule = parse_rule(text).filled(start.date()) if text.strip() else None
    if rule is None or rule.frequency in ("DAILY", "WEEKLY") or rule.positions or rule.is_numbered_in_year:
        return
    walls = list(wall_times(text, start, end))
    if rule.count and len(walls) == rule.count:
        end = walls[-1]
    end = min(end, rule.until) if rule.until else end
    months = (
        date(first.year, month, 1)
        for first in periods(rule, start.date(), end.date())
        for month in (rule.months if rule.frequency == "YEARLY" else [first.month])
        if not rule.months or month in rule.months
    )
    coming = (first for first in months if start.date().replace(day=1) <= first <= end.date())
    left_out = tuple(first for first in coming if not days_of_month(rule, first.year, first.month))
    if left_out:
        names = join_words(f"{MONTHS[first.month]} {first.year}" for first in left_out)
        words = ngettext(
            "No meeting in %(months)s: this month has no such day.",
            "No meeting in %(months)s: these months have no such day.",
            len(left_out),
        )
        yield Problem("skips", words % {"months": names}, left_out)


def _clock_changes(rule: str, start: datetime, zone: ZoneInfo, end: datetime) -> Iterator[Problem]:
    walls = [wall for wall in wall_times(rule, start, end) if len(set(_offsets(wall, zone))) > 1]
    days = tuple(wall.date() for wall in walls)
    advice = _("Choose a start before 1:00 AM, or 3:00 AM or later.")
    if walls:
        before, after = _offsets(walls[0], zone)
        text = (
            _("On %(day)s, the clocks change: %(time)s does not exist. %(advice)s")
            if before < after
            else _("On %(day)s, the clocks change: %(time)s comes twice, and calendar programs differ. %(advice)s")
        )
        yield Problem(
            "clock_change", text % {"day": day(days[0], "plain"), "time": clock(start), "advice": advice}, days
        )
    elif time(1) <= start.time() < time(3) and _has_clock_changes(zone, start.year):
        text = _("When the clocks change, calendar programs differ about this time of day. %(advice)s")
        yield Problem("clock_change", text % {"advice": advice})


def _offsets(wall: datetime, zone: ZoneInfo) -> tuple[timedelta, timedelta]:
    """Return the offsets that a local time may have; two different ones if it does not exist, or comes twice."""
    first, second = (wall.replace(tzinfo=zone, fold=fold).utcoffset() or timedelta() for fold in (0, 1))
    return first, second


def _has_clock_changes(zone: ZoneInfo, year: int) -> bool:
    return len({datetime(year, month, 15, tzinfo=zone).utcoffset() for month in range(1, 13)}) > 1
