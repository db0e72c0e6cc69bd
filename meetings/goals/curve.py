"""The chart that shows whether partners turn the curve: reports, forecast, target and baseline by period."""

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from meetings.goals.forecast import Point, speed_of, value_at
from meetings.goals.health import Measured
from meetings.goals.rhythm import months_of
from meetings.goals.words import distance_words, forecast_words, plain_value, rounded, value_words
from meetings.models import Goal
from onestop.ui.charts import BASELINE, FORECAST, MAIN, TARGET, LineChart, Series
from onestop.ui.presentation import shortday

MONTHS_SHORT = "%b"
MOST_PERIODS = 120


def chart_of(goal: Goal, known: Measured, today: date) -> LineChart | None:
    """Return the chart of a goal; ``None`` as long as there is nothing to draw."""
    last = known.last
    if known.target is None or (known.baseline is None and last is None):
        return None
    periods = _Periods(known)
    count = len(periods.labels)
    reported: list[float | None] = [None] * count
    for point in ([known.baseline] if known.baseline else []) + sorted(known.reports, key=lambda each: each.on):
        if 0 <= (at := periods.index_of(point.on)) < count:
            reported[at] = float(point.value)
    series = [Series(_("Reported"), reported, MAIN)]
    forecast = _forecast(known, last, periods, goal.unit) if last is not None else []
    if any(value is not None for value in forecast):
        series.append(Series(_("Forecast, if nothing changes"), forecast, FORECAST))
    series.append(Series(_("Target"), [float(known.target)] * count, TARGET))
    if known.baseline is not None:
        series.append(Series(_("Baseline"), [float(known.baseline.value)] * count, BASELINE))
    return LineChart(
        title=_("%(measure)s, by period") % {"measure": goal.measure},
        say=sentence_of(goal, known, today),
        labels=periods.labels,
        series=series,
        in_words=lambda value: plain_value(Decimal(str(round(value, 2))), goal.unit),
        of=_("Period"),
        today=periods.place_of(today) if today <= known.due_on else None,
    )


def _forecast(known: Measured, last: Point, periods: "_Periods", unit: str) -> list[float | None]:
    """Return the forecast of each period after the last report, which it begins with."""
    forecast: list[float | None] = [None] * len(periods.labels)
    begins, ends = periods.index_of(last.on), periods.index_of(known.due_on)
    if known.forecast is None or begins >= ends:
        return forecast
    forecast[begins] = float(last.value)
    for at in range(begins + 1, ends + 1):
        value = value_at(known.points, min(periods.last_day(at), known.due_on), known.limits)
        forecast[at] = float(rounded(value, unit)) if value is not None else None
    return forecast


class _Periods:
    """The periods of the chart, each as long as the rhythm of reports: months, quarters, half years or years."""

    def __init__(self, known: Measured) -> None:
        self.months = months_of(known.rhythm)
        days = [point.on for point in known.reports] + ([known.baseline.on] if known.baseline else [])
        self.first = self._number(min(days))
        last = min(max(self._number(max([*days, known.due_on])), self.first), self.first + MOST_PERIODS)
        self.labels = [self._label(number) for number in range(self.first, last + 1)]

    def index_of(self, day: date) -> int:
        """Return which period a day is in, the first one being 0."""
        return self._number(day) - self.first

    def last_day(self, index: int) -> date:
        """Return the last day of a period."""
        return self._first_day(self.first + index + 1) - timedelta(days=1)

    def place_of(self, day: date) -> float:
        """Return where a day lies between the ends of periods."""
        number = self._number(day)
        begins, ends = self._first_day(number), self._first_day(number + 1)
        return number - self.first - 1 + ((day - begins).days + 1) / (ends - begins).days

    def _number(self, day: date) -> int:
        return (day.year * 12 + day.month - 1) // self.months

    def _first_day(self, number: int) -> date:
        month = number * self.months
        return date(month // 12, month % 12 + 1, 1)

    def _label(self, number: int) -> str:
        first = self._first_day(number)
        if self.months == 12:
            return str(first.year)
        if self.months == 1:
            return f"{first:{MONTHS_SHORT} %y}"
        part = (first.month - 1) // self.months + 1
        return f"{'Q' if self.months == 3 else 'H'}{part} {first:%y}"


# ---------------------------------------------------------------- In words
def sentence_of(goal: Goal, known: Measured, today: date) -> str:
    """Return what the chart shows: where the goal stands, and where it ends if nothing changes."""
    return " ".join(_sentences(goal, known, today))


def _sentences(goal: Goal, known: Measured, today: date) -> Iterator[str]:
    last, forecast = known.last, known.forecast
    if last is None:
        yield _("Nothing was reported yet.")
        return
    facts = {"value": value_words(last.value, goal.unit), "distance": distance_words(goal, last.value)}
    yield _("%(value)s: %(distance)s.") % facts
    if forecast is not None and today <= known.due_on and last.on < known.due_on:
        words = {"value": forecast_words(forecast, goal.unit), "day": shortday(known.due_on)}
        yield _("If nothing changes, it is %(value)s on %(day)s.") % words


METHOD = gettext_lazy(
    "The forecast is a straight line. It begins at the last report and goes on at the speed of the last reports: the"
    " slope of the line that fits up to eight of them best (least squares), with the baseline as the first while there"
    " are fewer. Nothing is smoothed, and no season is taken out."
)


def method_of(goal: Goal, known: Measured) -> list[str]:
    """Return how the forecast of a goal is made, with its own numbers."""
    said = [str(METHOD)]
    speed = speed_of(known.points)
    if not known.reports or speed is None:
        return [*said, _("There are not enough reports for a forecast: it takes two different days.")]
    exact = speed * 365 * months_of(goal.rhythm) / 12
    pace = (Decimal(exact.numerator) / Decimal(exact.denominator)).quantize(Decimal("0.01"))
    facts = {
        "number": len(known.points), "pace": f"{'+' if pace > 0 else ''}{plain_value(pace, goal.unit)}",
        "rhythm": goal.get_rhythm_display().lower(), "first": shortday(known.points[0].on),
        "last": shortday(known.points[-1].on),
    }  # fmt: skip
    said.append(_("Here: %(number)d points from %(first)s to %(last)s; %(pace)s %(rhythm)s.") % facts)
    return said
