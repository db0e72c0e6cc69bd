"""Where a goal will stand if nothing changes: a straight line from the last report on, at the speed of the last ones.

The speed is the slope of the line that fits the last eight reports best (least squares); the baseline counts as the
first of them while there are fewer. Nothing is damped, and no season is taken out: whoever reads the chart can redo it.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction

MOST = 8  # reports that the speed is taken from
CENT = Decimal("0.01")
NOTHING = Fraction(0)


@dataclass(frozen=True, order=True)
class Point:
    """A value as of a day."""

    on: date
    value: Decimal


@dataclass(frozen=True)
class Limits:
    """The least and the most that an indicator can be, if it has such limits."""

    least: Decimal | None = None
    most: Decimal | None = None

    def within(self, value: Decimal) -> Decimal:
        """Return the value, or the limit that it passes."""
        if self.least is not None and value < self.least:
            return self.least
        if self.most is not None and value > self.most:
            return self.most
        return value


def points_of(reports: Iterable[Point], baseline: Point | None = None) -> list[Point]:
    """Return the points that the speed is taken from, one a day and the earliest first.

    Of several reports as of one day the last one counts.
    """
    by_day = {baseline.on: baseline} if baseline else {}
    for point in reports:
        by_day[point.on] = point
    return [by_day[day] for day in sorted(by_day)][-MOST:]


def speed_of(points: Sequence[Point]) -> Fraction | None:
    """Return by how much the value changes a day; ``None`` with fewer than two days."""
    if len(points) < 2:
        return None
    number = len(points)
    days = [Fraction((point.on - points[0].on).days) for point in points]
    values = [Fraction(point.value) for point in points]
    day, value = sum(days, NOTHING) / number, sum(values, NOTHING) / number
    along = sum(((x - day) * (y - value) for x, y in zip(days, values, strict=True)), NOTHING)
    return along / sum(((x - day) * (x - day) for x in days), NOTHING)


def value_at(points: Sequence[Point], day: date, limits: Limits = Limits()) -> Decimal | None:
    """Return the value that is forecast for a day, to the cent; ``None`` with fewer than two days.

    A day before the last report has no forecast either: what was reported stands.
    """
    speed = speed_of(points)
    if speed is None or day < points[-1].on:
        return None
    exact = Fraction(points[-1].value) + speed * (day - points[-1].on).days
    return limits.within((Decimal(exact.numerator) / Decimal(exact.denominator)).quantize(CENT))
