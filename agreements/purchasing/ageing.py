"""How long invoices have been waiting, in the buckets that accountants use. Pure: dollars and days."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

# The last day of each bucket; the fourth has none.
BUCKETS: tuple[tuple[int | None, str | Promise], ...] = (
    (30, _("0 to 30 days")),
    (60, _("31 to 60 days")),
    (90, _("61 to 90 days")),
    (None, _("Over 90 days")),
)


@dataclass(frozen=True)
class Bucket:
    """The invoices of one age: how many, and their sum; credit notes count as negative."""

    label: str | Promise
    number: int = 0
    amount: Decimal = Decimal("0.00")


def age_of(since: date, today: date) -> int:
    """Return the age in days; what has a later date than today is of age 0."""
    return max((today - since).days, 0)


def bucket_of(age: int) -> int:
    """Return the number of the bucket of an age in days."""
    return next(number for number, (last, _label) in enumerate(BUCKETS) if last is None or age <= last)


def ageing(waiting: Iterable[tuple[date, Decimal]], *, today: date) -> tuple[Bucket, ...]:
    """Return all four buckets for amounts that wait since a day."""
    numbers, amounts = [0] * len(BUCKETS), [Decimal("0.00")] * len(BUCKETS)
    for since, amount in waiting:
        place = bucket_of(age_of(since, today))
        numbers[place] += 1
        amounts[place] += amount
    return tuple(
        Bucket(label, number, amount) for (_last, label), number, amount in zip(BUCKETS, numbers, amounts, strict=True)
    )
