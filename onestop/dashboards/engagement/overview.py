"""The engagement of an area's partners: score, trend and drift of each, from one reading of their acts."""

from dataclasses import dataclass
from datetime import date, timedelta

from onestop.dashboards.engagement.drifting import Drift, drift_of
from onestop.dashboards.engagement.formula import weights_of
from onestop.dashboards.engagement.points import Score, score_of
from onestop.dashboards.engagement.score import acts_of
from onestop.dashboards.engagement.trend import Trend, first_day_of_trend, trend_of
from partners.models import LocalArea
from partners.network.acts import act_kinds
from partners.network.summary import active_partners


@dataclass(frozen=True)
class Engagement:
    """How one partner is engaged on a day; ``drift`` is nothing if it does not drift."""

    partnership: int
    score: Score
    trend: Trend
    drift: Drift | None


def labels_of_kinds() -> dict[str, str]:
    """Return the labels of the kinds of acts by their codes, in their order."""
    return {kind.code: str(kind.label) for kind in act_kinds()}


def engagement_in(area: LocalArea, today: date) -> dict[int, Engagement]:
    """Return the engagement of each active partner of an area, by id; a fixed number of queries."""
    acts = acts_of([area], first_day_of_trend(today), today - timedelta(days=1))
    weights, labels = weights_of(area), labels_of_kinds()
    found = {}
    for pk in active_partners(area).order_by("pk").values_list("pk", flat=True):
        own = acts.get(pk, [])
        score, trend = score_of(own, weights, today), trend_of(own, weights, today)
        found[pk] = Engagement(pk, score, trend, drift_of(score, trend, labels, today))
    return found
