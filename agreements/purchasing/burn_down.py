"""How the money of a purchase is used up, month by month, and when it will be gone. Pure: dollars and days.

The forecast is simple, and its page says how it is made: the amount of the last three full months, divided by their
days, is spent on each further day. A month is full if it is over and lies within the term.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from math import ceil

from agreements.cost_sharing import to_the_cent

FORECAST_MONTHS = 3
DAY = timedelta(days=1)


@dataclass(frozen=True)
class Month:
    """One month of the term: what was delivered in it, and what is left at its end.

    ``left`` is ``None`` in months to come; there ``expected`` is what will be left by the forecast, if there is one and
    until nothing is left.
    """

    first: date
    delivered: Decimal
    left: Decimal | None
    expected: Decimal | None = None


@dataclass(frozen=True)
class BurnDown:
    """The months of a term; the dollars a month that the forecast assumes; when these have used up everything.

    ``based_on`` is how many full months the forecast rests on. Without one there is no forecast; ``exhausted_on`` is
    ``None``, too, if nothing was delivered in these months.
    """

    months: tuple[Month, ...]
    left: Decimal
    monthly: Decimal | None
    based_on: int
    exhausted_on: date | None
    last: date

    @property
    def is_enough(self) -> bool:
        """Whether the money lasts until the last day of the term, as far as the forecast knows."""
        return self.exhausted_on is None or self.exhausted_on > self.last


def burn_down(total: Decimal, delivered: Mapping[date, Decimal], *, first: date, last: date, today: date) -> BurnDown:
    """Return how a total is used up from the first to the last day of a term.

    :param delivered: dollars by day or by month (any day of it); corrections are negative.
    :raises ValueError: if the term ends before it begins.
    """
    if last < first:
        raise ValueError(f"The term ends on {last}, before it begins on {first}.")
    by_month: dict[date, Decimal] = {}
    for day, amount in delivered.items():
        month = day.replace(day=1)
        by_month[month] = by_month.get(month, Decimal(0)) + amount
    left = total - sum(by_month.values(), Decimal(0))
    based_on = _full_months(first, last, today)
    per_day = _per_day(based_on, by_month)
    used, is_gone, months = Decimal(0), False, []
    expected: Decimal | None = None
    for month in months_between(min([first.replace(day=1), *by_month]), last):
        used += by_month.get(month, Decimal(0))
        has_begun = month <= today
        is_gone, expected = is_gone or expected == 0, None
        if per_day and not is_gone and next_month(month) > today:
            days = (min(next_month(month) - DAY, last) - today).days
            expected = max(_cents(Fraction(left) - per_day * max(days, 0)), Decimal(0))
        months.append(Month(month, by_month.get(month, Decimal(0)), total - used if has_begun else None, expected))
    return BurnDown(
        months=tuple(months),
        left=left,
        monthly=_mean(based_on, by_month),
        based_on=len(based_on),
        exhausted_on=_exhausted_on(left, per_day, today),
        last=last,
    )


def _full_months(first: date, last: date, today: date) -> list[date]:
    """Return the last months, up to three, that are over and lie within the term."""
    end = min(today, last + DAY)
    full = [month for month in months_between(first, end) if month >= first and next_month(month) <= end]
    return full[-FORECAST_MONTHS:]


def _mean(months: list[date], by_month: Mapping[date, Decimal]) -> Decimal | None:
    if not months:
        return None
    return _cents(Fraction(sum((by_month.get(month, Decimal(0)) for month in months), Decimal(0))) / len(months))


def _per_day(months: list[date], by_month: Mapping[date, Decimal]) -> Fraction:
    if not months:
        return Fraction(0)
    spent = Fraction(sum((by_month.get(month, Decimal(0)) for month in months), Decimal(0)))
    return max(spent, Fraction(0)) / (next_month(months[-1]) - months[0]).days


def _exhausted_on(left: Decimal, per_day: Fraction, today: date) -> date | None:
    """Return the first day on which nothing is left; ``None`` if this never happens, or in more than a century."""
    if left <= 0:
        return today
    if not per_day:
        return None
    days = ceil(Fraction(left) / per_day)
    return today + timedelta(days=days) if days < 36_525 else None


def months_between(first: date, last: date) -> Iterator[date]:
    """Yield the first day of each month from that of one day to that of another."""
    month = first.replace(day=1)
    while month <= last:
        yield month
        month = next_month(month)


def next_month(month: date) -> date:
    """Return the first day of the month after that of a day."""
    return (month.replace(day=1) + timedelta(days=32)).replace(day=1)


def _cents(value: Fraction) -> Decimal:
    return to_the_cent(Decimal(value.numerator) / Decimal(value.denominator))
