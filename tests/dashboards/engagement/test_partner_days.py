"""What partners do not owe: what was due before they joined, or while they were not active."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.utils import timezone

from onestop.dashboards.engagement.partner_days import PartnerDays
from onestop.dashboards.engagement.score import acts_of, scores_of
from partners.sample.past import Past, Step, unrecorded
from tests import factories

NOW = timezone.now().replace(hour=18)  # the same day in UTC and in the areas
TODAY = NOW.date()


def ago(days: int) -> date:
    return TODAY - timedelta(days=days)


def told(area: Any, *steps: tuple[int, dict[str, Any]], created: int = 400, **fields: Any) -> Any:
    """Return a partner that was added some days ago, with what it was before each of some days."""
    with unrecorded():
        partner = factories.make_partnership(area, **fields)
    past = Past()
    changes = [Step(NOW - timedelta(days=days), None, was) for days, was in steps]
    past.add(partner, at=NOW - timedelta(days=created), by=None, steps=changes)
    past.write()
    return partner


def due(area: Any, partner: Any) -> list[int]:
    """Return how many days ago the acts of a partner were due."""
    return [(TODAY - act.due_on).days for act in acts_of([area], ago(360), ago(1)).get(partner.pk, [])]


def miss(area: Any, partner: Any, *days: int) -> None:
    group = factories.make_group(area)
    for each in days:
        factories.make_action(group, partnership=partner, due_on=ago(each))


def test_a_newcomer_owes_nothing_from_before_it_joined(area):
    partner = factories.make_partnership(area, since=ago(60))
    miss(area, partner, 100, 61, 60, 20)
    assert due(area, partner) == [60, 20]


@pytest.mark.parametrize("was", [{"status": "paused"}, {"status": "ended"}, {"archived_at": NOW}])
def test_whoever_was_away_owes_nothing_of_that_time_also_later(area, was):
    partner = told(area, (50, was), (150, {"status": "active", "archived_at": None}))
    miss(area, partner, 200, 149, 100, 51, 20)
    assert due(area, partner) == [200, 20]
    assert scores_of(area, TODAY)[partner.pk] == 0


def test_a_prospective_partner_owes_nothing(area):
    partner = told(area, (50, {"status": "prospective"}), created=80)
    miss(area, partner, 100, 60, 20)
    assert due(area, partner) == [20]


def test_a_partner_without_a_day_owes_what_was_due_before_it_was_entered(area, partner):
    miss(area, partner, 300)
    assert due(area, partner) == [300]


def test_days_cost_the_same_for_one_area_and_three(area, queries_of):
    others = [factories.make_area() for _ in range(2)]
    for one in (area, *others):
        told(one, (50, {"status": "paused"}))
    assert queries_of(lambda: PartnerDays([area])) == queries_of(lambda: PartnerDays([area, *others])) == 2
