"""What the dashboard draws: the small curve of a goal, costs by pool, and figures over two years."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from meetings.models import Goal
from onestop.dashboards.board.figures import Before
from onestop.dashboards.board.reading import PeriodCosts, PoolCost
from onestop.ui.charts import LineChart, Series, SmallMultiples, as_number
from onestop.ui.charts_in_rows import BarRows
from onestop.ui.markup import format_html
from onestop.ui.presentation import money, shortday
from onestop.ui.sentences import join_words
from partners.models import BoardTerm

WIDTH, HEIGHT, EDGE = 110, 26, 4
Unit = Goal.Unit


def in_unit(value: Decimal | None, unit: str) -> str:
    """Return a value of a goal in words: "59%", "$31,200", "230"."""
    if value is None:
        return ""
    if unit == Unit.DOLLARS:
        return money(value, "whole" if value == value.to_integral_value() else "")
    number = as_number(float(value))
    if unit == Unit.PERCENT:
        return f"{number}%"
    return (
        ngettext("%(number)s day", "%(number)s days", int(value)) % {"number": number} if unit == Unit.DAYS else number
    )


@dataclass(frozen=True)
class GoalRow:
    """A goal on the dashboard: its small curve, its last value, its target, and who could sponsor it."""

    goal: Goal
    url: str
    wanted_url: str = ""  # where a member of the board takes it on
    sponsor: BoardTerm | None = None  # who serves on the board now

    @property
    def take_url(self) -> str:
        """Where a member takes it on: what was added for it, or the page of the goal."""
        return self.wanted_url or self.url

    @property
    def reports(self) -> Sequence[Any]:
        """The last reports with a value, the oldest first."""
        return list(vars(self.goal)["reports"])

    @property
    def now(self) -> str:
        """The last value in words; before the first report, nothing."""
        return in_unit(self.reports[-1].value, self.goal.unit) if self.reports else ""

    @property
    def target(self) -> str:
        """The target in words."""
        return in_unit(self.goal.target, self.goal.unit)

    @property
    def words(self) -> str:
        """What the curve shows, for whoever does not see it."""
        if len(self.reports) < 2:
            return ""
        first, last = self.reports[0], self.reports[-1]
        return _("From %(first)s on %(begin)s to %(last)s on %(end)s") % {
            "first": in_unit(first.value, self.goal.unit),
            "begin": shortday(first.as_of),
            "last": self.now,
            "end": shortday(last.as_of),
        }

    @property
    def curve(self) -> SafeString | str:
        """The reported values as a small line; nothing to draw of fewer than two."""
        return sparkline([float(each.value) for each in self.reports]) if len(self.reports) > 1 else ""


def sparkline(values: Sequence[float]) -> SafeString:
    """Return values as a small line that ends in a dot."""
    least, most = min(values), max(values)
    step = (WIDTH - 2 * EDGE) / (len(values) - 1)

    def y(value: float) -> float:
        return HEIGHT / 2 if most == least else HEIGHT - EDGE - (value - least) / (most - least) * (HEIGHT - 2 * EDGE)

    points = [(EDGE + step * number, y(value)) for number, value in enumerate(values)]
    return format_html(
        '<svg class="op-curve" viewBox="0 0 {} {}" width="{}" height="{}" aria-hidden="true" focusable="false">'
        '<polyline points="{}" fill="none" stroke="currentColor" stroke-width="1.75" stroke-linejoin="round"/>'
        '<circle cx="{}" cy="{}" r="3" fill="currentColor"/></svg>',
        WIDTH, HEIGHT, WIDTH, HEIGHT, " ".join(f"{x:.1f},{at:.1f}" for x, at in points),
        f"{points[-1][0]:.1f}", f"{points[-1][1]:.1f}",
    )  # fmt: skip


def cost_chart(costs: PeriodCosts) -> BarRows:
    """Return the budget and the actual cost of each pool."""
    return BarRows(
        title=_("Budget and actual cost by pool"),
        say=say_costs(costs),
        labels=[pool.name for pool in costs.pools],
        series=[
            Series(_("Actual"), [float(pool.actual) for pool in costs.pools]),
            Series(_("Budget"), [float(pool.budget) for pool in costs.pools]),
        ],
        in_words=lambda value: money(Decimal(str(value)), "whole"),
        of=_("Pool"),
        notes=tuple(_note(pool) for pool in costs.pools),
    )


def _note(pool: PoolCost) -> str:
    sign = "+" if pool.difference > 0 else ""
    words = f"{sign}{money(pool.difference, 'whole')}"
    return f"{words} ▲" if pool.is_over else words


def say_costs(costs: PeriodCosts) -> str:
    """Return in a sentence where the actual cost went over the budget."""
    over = [pool for pool in costs.pools if pool.is_over]
    sums = {"actual": money(costs.actual, "whole"), "budget": money(costs.budget, "whole")}
    if not over:
        words = _("The centers cost %(actual)s of %(budget)s. No pool went more than 5%% over its budget.")
        return words % sums
    names = join_words(f"{pool.name} ({money(pool.difference, 'whole')})" for pool in over)
    words = _("The centers cost %(actual)s of %(budget)s. More than 5%% over (▲): %(pools)s.")
    return words % (sums | {"pools": names})


TRENDS = (
    ("engagement", gettext_lazy("Engagement of the middle partner"), False),
    ("attendance", gettext_lazy("Seats filled at meetings"), True),
    ("paid_percent", gettext_lazy("Cost shares paid"), True),
)


def trend_charts(history: Sequence[Before]) -> SmallMultiples | None:
    """Return what can be shown over time from snapshots, the oldest first: what has a value on two days or more."""
    charts = []
    for code, title, is_share in TRENDS:
        known = [before for before in history if before.numbers.get(code) is not None]
        if len(known) < 2:
            continue
        values = [float(before.numbers[code]) for before in known]
        in_words = _percent if is_share else as_number
        say = _("From %(first)s to %(last)s.") % {"first": in_words(values[0]), "last": in_words(values[-1])}
        labels = [f"{before.day:%m/%y}" for before in known]
        charts.append(LineChart(title, say, labels, [Series(title, values)], in_words, _("End of the month")))
    if not charts:
        return None
    return SmallMultiples(_("Over two years"), _("From what was kept on the last day of each month."), charts)


def _percent(value: float) -> str:
    return f"{as_number(value)}%"
