"""Values of goals and the reasons of their status, in words."""

from decimal import ROUND_HALF_UP, Decimal

from django.utils.translation import ngettext

from meetings.goals.health import Measured, Verdict, Why
from meetings.models import Goal
from onestop.ui.presentation import money, plain_number, shortday
from onestop.ui.sentences import retold as _


def plain_value(value: Decimal | None, unit: str) -> str:
    """Return a value as a table or a chart shows it: "43%", "$7,500", "43"."""
    if value is None:
        return ""
    if unit == Goal.Unit.DOLLARS:
        return money(value, "whole" if value == value.to_integral_value() else "")
    number = plain_number(value)
    return f"{number}%" if unit == Goal.Unit.PERCENT else number


def forecast_words(value: Decimal | None, unit: str) -> str:
    """Return a forecast with its unit, as exact as it can be: people and dollars without a fraction."""
    return value_words(rounded(value, unit), unit) if value is not None else ""


def rounded(value: Decimal, unit: str) -> Decimal:
    """Return a forecast without a precision that it does not have."""
    is_whole = unit in (Goal.Unit.PEOPLE, Goal.Unit.DOLLARS)
    return value.quantize(Decimal(1) if is_whole else Decimal("0.1"), ROUND_HALF_UP)


def value_words(value: Decimal | None, unit: str) -> str:
    """Return a value with its unit: "43 people", "12 days", "43%"."""
    words = plain_value(value, unit)
    if value is None:
        return ""
    if unit == Goal.Unit.PEOPLE:
        return ngettext("%(n)s person", "%(n)s people", 1 if value == 1 else 2) % {"n": words}
    if unit == Goal.Unit.DAYS:
        return ngettext("%(n)s day", "%(n)s days", 1 if value == 1 else 2) % {"n": words}
    return words


def distance_words(goal: Goal, value: Decimal) -> str:
    """Return how far a value is from the target: "27 short of the target of 70"."""
    assert goal.target is not None
    target = plain_value(goal.target, goal.unit)
    if goal.is_met_by(value):
        return _("the target of %(target)s is met") % {"target": target}
    gap = {"gap": plain_value(abs(goal.target - value), goal.unit), "target": target}
    words = _("%(gap)s short of the target of %(target)s")
    return (words if goal.direction == Goal.Direction.UP else _("%(gap)s above the target of %(target)s")) % gap


def why_words(goal: Goal, known: Measured, verdict: Verdict) -> str:
    """Return in a sentence which rule decided the status of a goal, with its numbers."""
    last, forecast = known.last, known.forecast
    facts = {
        "day": shortday(goal.due_on),
        "target": plain_value(goal.target, goal.unit),
        "last": value_words(last.value, goal.unit) if last else "",
        "as_of": shortday(last.on) if last else "",
        "forecast": forecast_words(forecast, goal.unit),
        "distance": distance_words(goal, last.value) if last and goal.target is not None else "",
    }
    return _REASONS[verdict.why]() % facts


_REASONS = {
    Why.NO_CURVE: lambda: _("It has no baseline or no target yet, so it cannot be judged."),
    Why.NO_REPORT: lambda: _("Nothing was reported yet."),
    Why.STALE: lambda: _("The last report is as of %(as_of)s. Two reports are missing since."),
    Why.MET: lambda: _("The last report, %(last)s, meets the target of %(target)s."),
    Why.MISSED: lambda: _("It was due on %(day)s: %(last)s, %(distance)s."),
    Why.FORECAST_MEETS: lambda: _("If nothing changes, it reaches %(forecast)s by %(day)s. The target is %(target)s."),
    Why.ON_PATH: lambda: _("The last report, %(last)s, keeps to the straight path to %(target)s by %(day)s."),
    Why.SLIPPING: lambda: _("The last report, %(last)s, keeps to the path to %(target)s, but it moves away from it."),
    Why.HALF_WAY: lambda: _(
        "If nothing changes, it gets to %(forecast)s by %(day)s: more than half of the way to %(target)s."
    ),
    Why.SHORT: lambda: _("If nothing changes, it stays far from the target of %(target)s: %(last)s as of %(as_of)s."),
}
