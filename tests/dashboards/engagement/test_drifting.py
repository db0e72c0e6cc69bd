"""Which partners drift, and what is said about it."""

from datetime import date, timedelta

import pytest

from onestop.dashboards.engagement.drifting import drift_of
from onestop.dashboards.engagement.points import score_of
from onestop.dashboards.engagement.trend import trend_of
from partners.network.acts import Act

TODAY = date(2026, 11, 29)
WEIGHTS = {"actions": 4}


def reasons(done: list[int], missed: list[int]) -> tuple[str, ...]:
    """Return why a partner drifts that did and missed acts so many days ago."""
    acts = [_act(days, is_done=True) for days in done] + [_act(days, is_done=False) for days in missed]
    drift = drift_of(score_of(acts, WEIGHTS, TODAY), trend_of(acts, WEIGHTS, TODAY), {"actions": "Action items"}, TODAY)
    return drift.reasons if drift else ()


def _act(days: int, *, is_done: bool) -> Act:
    due = TODAY - timedelta(days=days)
    return Act("actions", days, 1, due, "What", "/there/", due if is_done else None)


def test_a_low_score_says_what_is_missing():
    [found] = reasons([100], [150, 120])
    assert found.startswith("Action items: 2 of 3 not done, the last one due Aug 1")
    assert reasons([100, 110], [150, 120]) == ()


def test_a_fall_of_fifteen_points_in_three_months():
    found = reasons([100, 130, 160, 200], [10])
    assert found[0] == "The score fell by 20 points in three months."


def test_silence_of_ninety_days():
    assert "Nothing of the 3 things due" in reasons(list(range(100, 200, 5)), [10, 20, 30])[0]
    assert reasons(list(range(100, 200, 5)), [10, 20]) == ()


@pytest.mark.parametrize(("done", "missed"), [([], [10]), ([100], [10]), ([], [10, 20])])
def test_fewer_than_three_acts_are_no_reason(done, missed):
    assert reasons(done, missed) == ()
