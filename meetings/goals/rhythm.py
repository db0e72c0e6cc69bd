"""When the next report on a goal is due, and when the last one is too old to say how the goal stands."""

from calendar import monthrange
from datetime import date, timedelta

from meetings.models import Goal

MONTHS = {Goal.Rhythm.MONTH: 1, Goal.Rhythm.QUARTER: 3, Goal.Rhythm.HALF: 6, Goal.Rhythm.YEAR: 12}
TO_COUNT = timedelta(days=15)  # from the day that a report is about to the day when it is due


def months_of(rhythm: str) -> int:
    """Return how many months lie between two reports."""
    return MONTHS[Goal.Rhythm(rhythm)]


def months_later(day: date, months: int) -> date:
    """Return the same day some months later; the last day of a month stays the last day of one."""
    number = day.year * 12 + day.month - 1 + months
    year, month = number // 12, number % 12 + 1
    last, is_last = monthrange(year, month)[1], day.day == monthrange(day.year, day.month)[1]
    return date(year, month, last if is_last else min(day.day, last))


def last_period_end(today: date, rhythm: str) -> date:
    """Return the last day of the last period that is over: of a quarter on November 29, September 30."""
    months = months_of(rhythm)
    number = (today.year * 12 + today.month - 1) // months * months
    return date(number // 12, number % 12 + 1, 1) - timedelta(days=1)


def first_day_of(*, baseline_on: date | None, first_on: date, adopted_on: date | None) -> date:
    """Return the day from which reports are counted: that of the baseline, but not before the plan began.

    A plan begins on its first day, after the last day of the period before, or once it was adopted.
    """
    before = first_on - timedelta(days=1)
    return max(baseline_on or first_on, before, adopted_on or before)


def due_after(day: date, rhythm: str) -> date:
    """Return when the next report is due, after one as of a day: a rhythm later, and two weeks to count."""
    return months_later(day, months_of(rhythm)) + TO_COUNT


def report_due(*, told_on: date | None, begins: date, rhythm: str, due_on: date) -> date | None:
    """Return when the next report is due, after the last one or from the first day on; ``None`` after the last one."""
    if told_on is not None and told_on >= due_on:
        return None
    return min(due_after(told_on or begins, rhythm), due_on + TO_COUNT)


def stale_after(day: date, rhythm: str) -> date:
    """Return the day after which a report as of a day says nothing any longer: when the second one is missing, too."""
    return months_later(day, 2 * months_of(rhythm)) + TO_COUNT
