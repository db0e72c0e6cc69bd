"""How a score moved: computed anew for earlier days, by what was done by each of them and by the weights of today.

By the weights of each day, a partner would seem to fall, and drift, because somebody changed the weights. What was
shown on a day is kept in the snapshots and packets of the board.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from dateutil.relativedelta import relativedelta

from onestop.dashboards.engagement.points import Weights, first_day, score_of
from partners.network.acts import Act

STEP = 3  # months
STEPS = 4  # before today


@dataclass(frozen=True)
class Trend:
    """The score on some days, the oldest first, today last; ``None`` where nothing was owed yet."""

    days: Sequence[date]
    values: Sequence[int | None]

    @property
    def change(self) -> int | None:
        """The change in the last three months; ``None`` if there is no score to compare."""
        before, now = self.values[-2], self.values[-1]
        return None if before is None or now is None else now - before


def days_of(today: date) -> list[date]:
    """Return today, and the days every three months before, the oldest first."""
    return [today - relativedelta(months=STEP * back) for back in range(STEPS, -1, -1)]


def first_day_of_trend(today: date) -> date:
    """Return the first day on which acts of a trend were due."""
    return first_day(days_of(today)[0])


def trend_of(acts: Iterable[Act], weights: Weights, today: date) -> Trend:
    """Return the trend of one partner, by its acts since ``first_day_of_trend`` and the weights of today."""
    known, days = list(acts), days_of(today)
    return Trend(days, [score_of(known, weights, day).value for day in days])
