"""Whether a goal is on track, by stated rules. It reads neither the database nor the clock.

The way leads from the baseline to the target; the path along it is a straight line to the due day.

- No status: it has no baseline or target, nothing was reported, or the last report is older than two rhythms.
- On track: the target is met or forecast to be met in time, or the last value is at most a tenth of the way behind the
  path and does not move away from the target.
- At risk: the forecast covers at least half of the way, or the last value keeps to the path and moves away.
- Off track: everything else, and a target that was not met by its day.
"""

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import Enum
from fractions import Fraction

from meetings.goals.forecast import Limits, Point, points_of, speed_of, value_at
from meetings.goals.rhythm import stale_after
from meetings.models import Goal

NEAR = Fraction(1, 10)  # of the way: so far behind the path is still on track
HALF = Fraction(1, 2)
Health = Goal.Health


class Why(Enum):
    """The rule that decided."""

    NO_CURVE = "no_curve"
    NO_REPORT = "no_report"
    STALE = "stale"
    MET = "met"
    MISSED = "missed"
    FORECAST_MEETS = "forecast_meets"
    ON_PATH = "on_path"
    SLIPPING = "slipping"
    HALF_WAY = "half_way"
    SHORT = "short"


@dataclass(frozen=True)
class Measured:
    """What the rules know of a goal."""

    baseline: Point | None
    target: Decimal | None
    due_on: date
    rhythm: str
    is_up: bool = True
    reports: tuple[Point, ...] = ()
    limits: Limits = field(default_factory=Limits)
    told_on: date | None = None  # as of which day the last report is, also one without a value

    @property
    def points(self) -> list[Point]:
        """The points that the forecast is made from."""
        return points_of(self.reports, self.baseline)

    @property
    def last(self) -> Point | None:
        """The last report: of those as of one day, the one sent last."""
        return points_of(self.reports)[-1] if self.reports else None

    @property
    def forecast(self) -> Decimal | None:
        """The value forecast for the due day."""
        return value_at(self.points, self.due_on, self.limits) if self.reports else None

    def is_met_by(self, value: Decimal) -> bool:
        """Return whether a value is at the target, or better."""
        assert self.target is not None
        return value >= self.target if self.is_up else value <= self.target


@dataclass(frozen=True)
class Verdict:
    """The status by the rules, and which one decided."""

    health: Health
    why: Why


def verdict_of(known: Measured, today: date) -> Verdict:
    """Return how a goal stands on a day."""
    last, baseline, target = known.last, known.baseline, known.target
    if baseline is None or target is None or baseline.value == target:
        return Verdict(Health.UNKNOWN, Why.NO_CURVE)
    if last is None:
        return Verdict(Health.UNKNOWN, Why.NO_REPORT)
    if known.is_met_by(last.value) and (last.on >= known.due_on or today >= known.due_on):
        return Verdict(Health.ON_TRACK, Why.MET)
    if last.on >= known.due_on:
        return Verdict(Health.OFF_TRACK, Why.MISSED)
    if today > stale_after(last.on, known.rhythm):
        return Verdict(Health.UNKNOWN, Why.STALE)
    return _under_way(known, last, baseline, target)


def _under_way(known: Measured, last: Point, baseline: Point, target: Decimal) -> Verdict:
    forecast = known.forecast
    if forecast is not None and known.is_met_by(forecast):
        return Verdict(Health.ON_TRACK, Why.FORECAST_MEETS)
    if known.is_met_by(last.value) and forecast is None:
        return Verdict(Health.ON_TRACK, Why.MET)
    keeps_path = _share(last.value, baseline, target) >= _path(last.on, baseline, known.due_on) - NEAR
    if keeps_path:
        moves_away = _moves_away(known)
        return Verdict(Health.AT_RISK, Why.SLIPPING) if moves_away else Verdict(Health.ON_TRACK, Why.ON_PATH)
    if forecast is not None and _share(forecast, baseline, target) >= HALF:
        return Verdict(Health.AT_RISK, Why.HALF_WAY)
    return Verdict(Health.OFF_TRACK, Why.SHORT)


def _share(value: Decimal, baseline: Point, target: Decimal) -> Fraction:
    """Return how much of the way a value has covered: 0 at the baseline, 1 at the target."""
    return Fraction(value - baseline.value) / Fraction(target - baseline.value)


def _path(day: date, baseline: Point, due_on: date) -> Fraction:
    """Return how much of the way should be covered on a day."""
    whole = (due_on - baseline.on).days
    return Fraction(1) if whole <= 0 else min(max(Fraction((day - baseline.on).days, whole), Fraction(0)), Fraction(1))


def _moves_away(known: Measured) -> bool:
    speed = speed_of(known.points)
    return speed is not None and (speed < 0 if known.is_up else speed > 0)
