"""What the page of one partner's engagement shows: its score, explained act by act, and its trend as a chart."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from onestop.dashboards.engagement.corrections import open_corrections_of
from onestop.dashboards.engagement.drifting import LOW, Drift, drift_of
from onestop.dashboards.engagement.excuses import excuses_in
from onestop.dashboards.engagement.formula import formulas_of, weights_by
from onestop.dashboards.engagement.overview import labels_of_kinds
from onestop.dashboards.engagement.points import Part, Point, Score, Standing, score_of
from onestop.dashboards.engagement.score import acts_of
from onestop.dashboards.engagement.trend import Trend, first_day_of_trend, trend_of
from onestop.dashboards.models import ActCorrection, ActExcuse, EngagementFormula
from onestop.ui.charts import TARGET, LineChart, Series
from onestop.ui.presentation import shortday
from partners.models import Partnership
from partners.network.acts import Act

MARKS: Mapping[Standing, tuple[str, str | Promise, str]] = {
    Standing.DONE: ("good", gettext_lazy("Done"), "check-lg"),
    Standing.LATE: ("soon", gettext_lazy("Done late"), "clock"),
    Standing.MISSING: ("now", gettext_lazy("Not done"), "x-lg"),
    Standing.EXCUSED: ("rest", gettext_lazy("Excused"), "envelope"),
    Standing.WEIGHTLESS: ("rest", gettext_lazy("Without weight"), "dash-lg"),
}


@dataclass(frozen=True)
class ActLine:
    """One act as the page shows it; ``cost`` is how many of 100 points it cost."""

    point: Point
    kind: str
    earned: float
    cost: float
    excuse: ActExcuse | None
    correction: ActCorrection | None

    @property
    def mark(self) -> tuple[str, str, str]:
        """The kind, word and icon of its chip."""
        kind, word, icon = MARKS[self.point.standing]
        return kind, str(word), icon

    @property
    def can_be_excused(self) -> bool:
        """Whether it cost something."""
        return self.point.standing in (Standing.LATE, Standing.MISSING)


@dataclass(frozen=True)
class PartLine:
    """All acts of one kind as the page shows them."""

    label: str
    part: Part

    @property
    def possible(self) -> float:
        """The points of 100 that they could give."""
        return float(self.part.possible)

    @property
    def earned(self) -> float:
        """The points of 100 that they gave."""
        return float(self.part.earned)


@dataclass(frozen=True)
class PartnerEngagement:
    """What the page shows. ``lines`` are the acts of the last twelve months, the newest first.

    ``formula`` is the version of the weights by which all of it is computed; ``None`` if nobody has changed them.
    """

    formula: EngagementFormula | None
    score: Score
    trend: Trend
    drift: Drift | None
    lines: list[ActLine]
    parts: list[PartLine]

    @property
    def chart(self) -> LineChart | None:
        """The trend as a chart; nothing if there are not two scores."""
        known = [
            (day, value) for day, value in zip(self.trend.days, self.trend.values, strict=True) if value is not None
        ]
        if len(known) < 2:
            return None
        return LineChart(
            title=_("Engagement score"),
            say=_("From %(first)d to %(last)d points.") % {"first": known[0][1], "last": known[-1][1]},
            labels=[shortday(day) for day, _value in known],
            series=[
                Series(_("Score"), [value for _day, value in known]),
                Series(_("Drifting below"), [LOW for _day in known], TARGET),
            ],
            of=_("Day"),
            begins_at_zero=True,
        )


def acts_of_partner(partnership: Partnership, today: date) -> list[Act]:
    """Return the acts of one partner that matter for its score or trend; a fixed number of queries."""
    acts = acts_of([partnership.area], first_day_of_trend(today), today - timedelta(days=1))
    return acts.get(partnership.pk, [])


def find_act(partnership: Partnership, name: str, today: date) -> Act | None:
    """Return an act of a partner by its name; nothing if it has none."""
    return next((act for act in acts_of_partner(partnership, today) if act.name == name), None)


def partner_engagement(partnership: Partnership, today: date) -> PartnerEngagement:
    """Return the engagement of one partner; a fixed number of queries."""
    formula = formulas_of(partnership.area_id).first()
    acts, weights, labels = acts_of_partner(partnership, today), weights_by(formula), labels_of_kinds()
    score, trend = score_of(acts, weights, today), trend_of(acts, weights, today)
    excuses = excuses_in([partnership.area]).get(partnership.pk, {})
    asked = open_corrections_of(partnership)
    lines = [
        ActLine(
            point, labels.get(point.act.kind, point.act.kind), float(score.earned_by(point)),
            float(score.lost_by(point)), excuses.get(point.act.name), asked.get(point.act.name),
        )
        for point in reversed(score.points)
    ]  # fmt: skip
    parts = [PartLine(labels.get(part.kind, part.kind), part) for part in score.parts]
    return PartnerEngagement(formula, score, trend, drift_of(score, trend, labels, today), lines, parts)
