"""Working days of an area: Monday to Friday, without the holidays on which its centers are closed."""

from collections.abc import Collection
from datetime import date, timedelta

from partners.models import LocalArea
from partners.schedule.holidays import closing_holidays

DAY = timedelta(days=1)
USUAL = 10  # working days to the answer, if nobody says otherwise
FARTHEST = timedelta(days=365)  # an answer that far ahead is no help


def closed_in(area: LocalArea, first: date, last: date) -> frozenset[date]:
    """Return the holidays in a range of days on which the centers of an area are closed; one query."""
    return frozenset(row["day"] for row in closing_holidays(area.pk, first, last).rows())


def working_day_after(area: LocalArea, start: date, number: int = USUAL) -> date:
    """Return the day that is a number of working days after another; one query."""
    closed = closed_in(area, start, start + FARTHEST)
    day = start
    while number:
        day += DAY
        number -= _is_working_day(day, closed)
    return day


def working_days_between(first: date, last: date, closed: Collection[date]) -> int:
    """Return how many working days come after the first day, up to the last."""
    days = (first + DAY * number for number in range(1, (last - first).days + 1))
    return sum(_is_working_day(day, closed) for day in days)


def _is_working_day(day: date, closed: Collection[date]) -> bool:
    return day.weekday() < 5 and day not in closed
