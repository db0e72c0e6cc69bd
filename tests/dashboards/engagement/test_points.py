"""The engagement score: by hand, and what holds for all acts (property tests)."""

from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from onestop.dashboards.engagement.points import Standing, as_of, score_of
from onestop.dashboards.engagement.trend import days_of, trend_of
from partners.network.acts import Act

TODAY = date(2026, 11, 1)
KINDS = ("attended", "actions", "services", "unknown")
WEIGHTS = {"attended": 5, "actions": 4, "services": 1}


def act(kind: str, due: date, done: date | None = None, key: int = 1, **more: str) -> Act:
    return Act(kind, key, 1, due, "What", "/there/", done, **more)


days = st.dates(TODAY - timedelta(days=800), TODAY + timedelta(days=40))
acts = st.builds(act, st.sampled_from(KINDS), days, st.none() | days, st.integers(1, 50))
some_acts = st.lists(acts, max_size=30)


def test_one_score_by_hand():
    done = act("attended", date(2026, 10, 5), date(2026, 10, 5))  # 5 of 5
    late = act("actions", date(2026, 9, 1), date(2026, 9, 20))  # 2 of 4
    missing = act("attended", date(2026, 8, 3))  # 0 of 5
    confirmed = act("services", date(2026, 7, 1), date(2026, 6, 30))  # 1 of 1
    excused = act("attended", date(2026, 7, 6), excused="Flood")
    of_last_year = act("attended", date(2025, 10, 6))
    not_due = act("actions", date(2026, 11, 1))
    score = score_of([done, late, missing, confirmed, excused, of_last_year, not_due], WEIGHTS, TODAY)
    # (5 + 2 + 0 + 1) / (5 + 4 + 5 + 1) = 8 / 15 = 53.33...
    assert (score.exact, score.value) == (Fraction(800, 15), 53)
    assert [point.standing for point in score.points] == ["done", "late", "missing", "done", "excused"]
    assert [(part.kind, part.owed, part.done, part.late, part.missing) for part in score.parts] == [
        ("attended", 2, 1, 0, 1), ("actions", 1, 0, 1, 0), ("services", 1, 1, 0, 0),
    ]  # fmt: skip


def test_nothing_owed_is_no_score():
    assert score_of([], WEIGHTS, TODAY).value is None
    assert score_of([act("unknown", date(2026, 10, 5))], WEIGHTS, TODAY).value is None
    assert score_of([act("attended", date(2026, 10, 5), excused="Flood")], WEIGHTS, TODAY).value is None


@given(some_acts)
def test_points_add_up(found):
    score = score_of(found, WEIGHTS, TODAY)
    if score.exact is None:
        assert not score.counting
        return
    earned = sum(score.earned_by(point) for point in score.points)
    lost = sum(score.lost_by(point) for point in score.points)
    assert (earned, earned + lost) == (score.exact, 100)
    assert sum(part.earned for part in score.parts) == earned
    assert sum(part.possible for part in score.parts) == 100
    assert score.value is not None
    assert 0 <= score.value <= 100


@given(some_acts, st.integers(0, 29), days)
def test_doing_something_never_lowers_the_score(found, at, done):
    before = score_of(found, WEIGHTS, TODAY)
    better = [
        replace(each, done_on=min(done, each.done_on or done)) if number == at else each
        for number, each in enumerate(found)
    ]
    after = score_of(better, WEIGHTS, TODAY)
    assert (after.exact is None) == (before.exact is None)
    assert (after.exact or 0) >= (before.exact or 0)


@given(some_acts, st.integers(0, 29))
def test_excusing_what_is_missing_never_lowers_the_score(found, at):
    before = score_of(found, WEIGHTS, TODAY)
    missing = {point.act for point in before.counting if point.standing == Standing.MISSING}
    eased = [each.excuse("Flood") if number == at and each in missing else each for number, each in enumerate(found)]
    after = score_of(eased, WEIGHTS, TODAY)
    assert after.exact is None or after.exact >= (before.exact or 0)


@given(some_acts)
def test_the_trend_ends_with_the_score_of_today(found):
    trend = trend_of(found, WEIGHTS, TODAY)
    assert trend.days[-1] == TODAY
    assert trend.values[-1] == score_of(found, WEIGHTS, TODAY).value


def test_what_was_done_later_was_not_done_then():
    owed = act("actions", date(2026, 7, 1), date(2026, 9, 1))
    assert days_of(TODAY)[-2] == date(2026, 8, 1)
    assert trend_of([owed], WEIGHTS, TODAY).values == [None, None, None, 0, 50]
    assert as_of([owed], date(2026, 9, 1)) == [owed]
