"""The forecast is a straight line, and the status follows its stated rules: examples, and properties of all."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from meetings.goals.forecast import CENT, MOST, Limits, Point, points_of, speed_of, value_at
from meetings.goals.health import Health, Measured, Why, verdict_of
from meetings.goals.rhythm import due_after, first_day_of, last_period_end, months_later, stale_after

BEGAN, DUE = date(2025, 6, 30), date(2028, 6, 30)
TODAY = date(2026, 11, 29)
days = st.dates(date(2024, 1, 1), date(2030, 12, 31))
values = st.decimals(0, 100_000, places=2)
points = st.builds(Point, days, values)
numbers = st.integers(0, 999)


def measured(*reports: tuple[date, int | str], **more: Any) -> Measured:
    """Return a goal from 40 in June 2025 to 70 in June 2028, reported every quarter."""
    given: dict[str, Any] = {"baseline": Point(BEGAN, Decimal(40)), "target": Decimal(70), "due_on": DUE}
    made = tuple(Point(on, Decimal(value)) for on, value in reports)
    return Measured(**{"rhythm": "quarter", "reports": made, **given, **more})


def why(known: Measured, today: date = TODAY) -> tuple[Health, Why]:
    verdict = verdict_of(known, today)
    return verdict.health, verdict.why


# ---------------------------------------------------------------- The forecast
@given(st.lists(days, min_size=2, max_size=MOST, unique=True), st.integers(-50, 50), numbers, numbers)
def test_reports_on_a_line_are_forecast_on_it(on, slope, start, later):
    known = points_of(Point(each, Decimal(start + slope * (each - min(on)).days)) for each in on)
    day = max(on) + timedelta(days=later)
    assert value_at(known, day) == (start + slope * (day - min(on)).days)


@given(st.lists(points, min_size=2), days, values)
def test_who_adds_to_every_report_adds_to_the_forecast(reports, day, more):
    before = value_at(points_of(reports), day)
    after = value_at(points_of(Point(each.on, each.value + more) for each in reports), day)
    assert (before is None) == (after is None)
    if before is not None and after is not None:
        assert abs(after - before - more) <= CENT


@given(st.lists(points), days, values, values)
def test_a_forecast_keeps_its_limits(reports, day, one, other):
    limits = Limits(min(one, other), max(one, other))
    found = value_at(points_of(reports), day, limits)
    assert found is None or min(one, other) <= found <= max(one, other)


@given(st.lists(points, min_size=1))
def test_points_are_the_last_ones_one_a_day_in_order(reports):
    found = points_of(reports)
    assert [each.on for each in found] == sorted({each.on for each in reports})[-MOST:]
    assert found[-1].value == [each.value for each in reports if each.on == found[-1].on][-1]


def test_one_report_has_a_forecast_only_with_a_baseline():
    report = Point(date(2026, 6, 30), Decimal(50))
    assert value_at(points_of([report]), DUE) is None
    assert value_at(points_of([report], Point(BEGAN, Decimal(40))), date(2027, 6, 30)) == 60
    assert speed_of([]) is None


def test_the_speed_is_that_of_the_best_line_and_begins_at_the_last_report():
    known = points_of([Point(date(2026, 1, day), Decimal(value)) for day, value in ((1, 0), (2, 3), (3, 0), (4, 3))])
    assert speed_of(known) == pytest.approx(0.6)
    assert value_at(known, date(2026, 1, 9)) == 6


# ---------------------------------------------------------------- The rules
def test_each_rule_decides():
    quarter = [months_later(BEGAN, 3 * number) for number in range(8)]
    assert why(measured(target=None)) == (Health.UNKNOWN, Why.NO_CURVE)
    assert why(measured()) == (Health.UNKNOWN, Why.NO_REPORT)
    assert why(measured((quarter[1], 44))) == (Health.UNKNOWN, Why.STALE)
    assert why(measured((quarter[3], 50), (quarter[5], 60))) == (Health.ON_TRACK, Why.FORECAST_MEETS)
    assert why(measured((quarter[4], 50), (quarter[5], 51))) == (Health.ON_TRACK, Why.ON_PATH)
    slipping = [(months_later(BEGAN, month), 72 - month) for month in range(8, 16)]
    assert why(measured(*slipping, rhythm="month")) == (Health.AT_RISK, Why.SLIPPING)
    assert why(measured((quarter[5], 47))) == (Health.AT_RISK, Why.HALF_WAY)
    assert why(measured((quarter[4], 46), (quarter[5], 43))) == (Health.OFF_TRACK, Why.SHORT)
    assert why(measured((DUE, 69)), DUE) == (Health.OFF_TRACK, Why.MISSED)
    assert why(measured((DUE, 70)), DUE) == (Health.ON_TRACK, Why.MET)


def test_less_can_be_better():
    known = {"baseline": Point(BEGAN, Decimal(30)), "target": Decimal(10), "is_up": False}
    assert why(measured((date(2026, 9, 30), 15), **known))[0] == Health.ON_TRACK
    assert why(measured((date(2026, 9, 30), 31), **known))[0] == Health.OFF_TRACK


def test_a_report_that_was_met_does_not_become_stale_once_it_is_due():
    assert why(measured((date(2028, 3, 31), 75)), date(2029, 1, 1)) == (Health.ON_TRACK, Why.MET)


@given(st.lists(points, max_size=10), values, values, days, st.sampled_from(["month", "quarter", "half", "year"]))
def test_every_goal_gets_one_status_and_up_mirrors_down(reports, baseline, target, today, rhythm):
    assume(baseline != target)
    up = Measured(Point(BEGAN, baseline), target, DUE, rhythm, is_up=target > baseline, reports=tuple(reports))
    down = Measured(
        Point(BEGAN, -baseline), -target, DUE, rhythm, is_up=target < baseline,
        reports=tuple(Point(each.on, -each.value) for each in reports),
    )  # fmt: skip
    assert verdict_of(up, today) == verdict_of(down, today)


@given(st.lists(points, min_size=1, max_size=10), st.decimals(0, 1000, places=2), days)
def test_a_better_last_report_never_makes_the_status_worse(reports, more, today):
    order = [Health.OFF_TRACK, Health.AT_RISK, Health.ON_TRACK]
    last = max(range(len(reports)), key=lambda at: (reports[at].on, at))
    better = [*reports]
    better[last] = Point(reports[last].on, reports[last].value + more)
    found = [
        verdict_of(Measured(Point(BEGAN, Decimal(0)), Decimal(50_000), DUE, "year", reports=tuple(each)), today).health
        for each in (reports, better)
    ]
    if Health.UNKNOWN not in found:
        assert order.index(found[1]) >= order.index(found[0])
    else:
        assert found[1] in (found[0], Health.ON_TRACK)


# ---------------------------------------------------------------- The rhythm
@given(days, st.integers(1, 24))
def test_the_end_of_a_month_stays_one(day, months):
    later = months_later(day, months)
    assert later > day
    if (day + timedelta(days=1)).day == 1:
        assert (later + timedelta(days=1)).day == 1


@given(days, st.sampled_from(["month", "quarter", "half", "year"]))
def test_a_report_is_due_before_the_last_one_is_stale(day, rhythm):
    assert day < due_after(day, rhythm) < stale_after(day, rhythm)


def test_no_report_is_due_on_a_period_before_the_plan_began():
    baseline, first = date(2026, 6, 30), date(2028, 7, 1)
    begins = first_day_of(baseline_on=baseline, first_on=first, adopted_on=date(2026, 11, 20))
    assert due_after(begins, "quarter") == date(2028, 10, 15)
    late = first_day_of(baseline_on=baseline, first_on=date(2026, 7, 1), adopted_on=date(2026, 9, 9))
    assert late == date(2026, 9, 9)


def test_a_report_is_about_the_last_period_that_is_over():
    ends = [last_period_end(date(2026, 11, 29), rhythm) for rhythm in ("month", "quarter", "half", "year")]
    assert ends == [date(2026, 10, 31), date(2026, 9, 30), date(2026, 6, 30), date(2025, 12, 31)]


def test_a_quarter_is_reported_two_weeks_later():
    assert due_after(date(2026, 9, 30), "quarter") == date(2027, 1, 15)
