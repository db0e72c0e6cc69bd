"""The dashboards of the sample: an engaged and a sleepy member, and two years of figures."""

import random
from datetime import date
from typing import Any

import pytest

from onestop.dashboards.board.matching import members_with_offers
from onestop.dashboards.board.snapshots import history_of
from onestop.dashboards.models import AreaSnapshot, Offer, Opportunity
from onestop.dashboards.sample.two_years import days_of, figures_of
from onestop.local.generated import Size, generate
from partners.models import LocalArea

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 24)


@pytest.mark.long
@pytest.mark.parametrize("sample_day", [TODAY], indirect=True)
def test_the_sample_has_an_engaged_and_a_sleepy_member(sample_of_day):
    area = LocalArea.objects.get(slug="riverbend")
    rows = {row.term.name: row for row in members_with_offers(area, TODAY)}
    assert rows["Priya Raman"].done >= 2
    assert (rows["Rutger Amsel"].done, len(rows["Rutger Amsel"].taken)) == (0, 0)
    assert rows["Rutger Amsel"].waiting >= 2
    done = Offer.objects.filter(status="done")
    assert done.exclude(meeting=None).exists()
    assert not done.filter(changed="").exists()
    event = Offer.pgh_event_model  # type: ignore[attr-defined]
    assert event.objects.filter(pgh_label="update").count() >= done.count()
    history = history_of(area, TODAY)
    assert len(history) >= 24
    assert history[0].numbers["attendance"] < history[-1].numbers["attendance"]


@pytest.mark.parametrize("today", [date(2028, 2, 29), date(2026, 12, 31), date(2027, 1, 1)])
def test_snapshots_are_of_different_days_before_today(today):
    days = list(days_of(today))
    assert len(days) == len(set(days)) >= 24
    assert all(day < today for day in days)


def test_shares_stay_shares():
    now: dict[str, Any] = {
        "required": 19,
        "covered": 19,
        "services": 3,
        "services_fresh": 3,
        "in_force": 0,
        "agreements": 0,
    }
    now |= {"attendance": 100, "engagement": None, "paid_percent": 4, "scores": {"1": 2, "2": None}}
    figures = figures_of(now, 0.0, random.Random(1))
    assert 0 <= figures["attendance"] <= 100
    assert figures["paid_percent"] == 0
    assert figures["engagement"] is None
    assert figures["covered"] <= 19
    assert figures["scores"]["2"] is None


def test_a_generated_network_has_dashboards():
    made = generate(Size(areas=2, partners=6, services=10), today=TODAY)
    assert made["points of engagement"] == Opportunity.objects.count() == 8
    assert made["snapshots"] == AreaSnapshot.objects.count() == 24
