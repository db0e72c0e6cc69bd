"""How much the portal asks of a person: emails, and what other apps register, in a week and a month.

"Without overloading staff or partner schedules": whoever plans sees it before adding more. Each app registers one
measure (:func:`register_load`), which counts for many people at once.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

from django.utils.functional import Promise

WEEK, MONTH = timedelta(days=7), timedelta(days=30)


class Amount(NamedTuple):
    """What was asked of a person in the last 7 and the last 30 days, in the unit of its measure."""

    week: float = 0
    month: float = 0


@dataclass(frozen=True)
class LoadMeasure:
    """One measure: what it counts, and how much of it each of these people had by a time; one query."""

    code: str
    label: str | Promise
    count: Callable[[Collection[int], datetime], Mapping[int, Amount]]
    say: Callable[[float], str]  # "12 emails"


@dataclass(frozen=True)
class Load:
    """One measure of one person."""

    measure: LoadMeasure
    amount: Amount

    @property
    def week(self) -> str:
        """The last 7 days, in words."""
        return self.measure.say(self.amount.week)

    @property
    def month(self) -> str:
        """The last 30 days, in words."""
        return self.measure.say(self.amount.month)


_measures: dict[str, LoadMeasure] = {}


def register_load(measure: LoadMeasure) -> None:
    """Add a measure; called when the project starts."""
    _measures[measure.code] = measure


def loads_of(user_ids: Collection[int], at: datetime) -> dict[int, list[Load]]:
    """Return the loads of each of these people: one query for each measure, however many people."""
    loads: dict[int, list[Load]] = {pk: [] for pk in user_ids}
    for measure in _measures.values():
        amounts = measure.count(user_ids, at) if user_ids else {}
        for pk, of_person in loads.items():
            of_person.append(Load(measure, amounts.get(pk, Amount())))
    return loads
