"""Which partners drift away, with the reasons in words. Pure: what counts as drifting is stated here.

A partner drifts if its score is below 50, if it fell by 15 points or more within three months, or if nothing of what
was due in the last 90 days was done. Fewer than three acts are no reason.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from onestop.dashboards.engagement.points import Point, Score, Standing
from onestop.dashboards.engagement.trend import Trend
from onestop.ui.presentation import shortday

LOW, FALL = 50, 15  # points
LATELY, SILENT = timedelta(days=90), 3  # acts
FEWEST = 3  # acts below which a score says little
MOST_REASONS = 3


@dataclass(frozen=True)
class Drift:
    """Why a partner drifts, in sentences, the weightiest first."""

    reasons: tuple[str, ...]


def drift_of(score: Score, trend: Trend, labels: Mapping[str, str], today: date) -> Drift | None:
    """Return why a partner drifts, or nothing if it does not."""
    value, lately = score.value, [point for point in score.counting if point.act.due_on >= today - LATELY]
    silent = len(lately) >= SILENT and all(point.standing == Standing.MISSING for point in lately)
    says_something = len(score.counting) >= FEWEST
    low = value is not None and value < LOW and says_something
    fell = says_something and trend.change is not None and trend.change <= -FALL
    if not (silent or low or fell):
        return None
    reasons = []
    if silent:
        reasons.append(
            ngettext(
                "Nothing of the %(number)d thing due in the last 90 days was done.",
                "Nothing of the %(number)d things due in the last 90 days was done.",
                len(lately),
            ) % {"number": len(lately)}
        )  # fmt: skip
    if fell:
        reasons.append(_("The score fell by %(points)d points in three months.") % {"points": -(trend.change or 0)})
    return Drift((*reasons, *missing_in_words(score, labels)[:MOST_REASONS]))


def missing_in_words(score: Score, labels: Mapping[str, str]) -> list[str]:
    """Return for each kind with something missing or late a sentence, the costliest first."""
    costly = sorted((part for part in score.parts if part.lost), key=lambda part: (-part.lost, part.kind))
    return [_say(labels.get(part.kind, part.kind), _of_kind(score.counting, part.kind)) for part in costly]


def _of_kind(points: Iterable[Point], kind: str) -> list[Point]:
    return [point for point in points if point.act.kind == kind]


def _say(label: str, points: list[Point]) -> str:
    """Return what is missing of one kind: "Meetings attended: 3 of 5 not done, the last one due Oct 12."."""
    missing = [point for point in points if point.standing == Standing.MISSING]
    late = sum(point.standing == Standing.LATE for point in points)
    if not missing:
        return _("%(kind)s: %(late)d of %(all)d late.") % {"kind": label, "late": late, "all": len(points)}
    return _("%(kind)s: %(missing)d of %(all)d not done, the last one due %(day)s.") % {
        "kind": label,
        "missing": len(missing),
        "all": len(points),
        "day": shortday(max(point.act.due_on for point in missing)),
    }
