"""The map and the engagement of the sample network: figures that somebody could believe."""

from datetime import date

import pytest

from onestop.dashboards.engagement.overview import engagement_in
from onestop.dashboards.forms.network import period_of
from onestop.dashboards.network.page import leaving_of, read_page
from partners.models import LocalArea

pytestmark = pytest.mark.django_db


@pytest.mark.long
@pytest.mark.parametrize("sample_day", [date(2026, 11, 24), date(2027, 3, 31)], indirect=True)
def test_the_sample_has_a_bridge_and_partners_that_drift(sample_of_day: date):
    today = sample_of_day
    area = LocalArea.objects.get(slug="riverbend")
    period = period_of("", today)
    page = read_page(area, (period.first, period.last), period.before)
    assert 20 <= page.measures.density <= 40
    assert not page.network.alone
    [bridge] = page.measures.holding
    assert page.nodes[bridge].name == "Two Rivers Community Action"
    leaving = leaving_of(page, bridge)
    assert leaving
    assert list(leaving.cut_off) == ["St. Brigid's Table", "Veterans Desk"]
    found = engagement_in(area, today)
    drifting = {page.nodes[pk].name: each.drift.reasons for pk, each in found.items() if each.drift}
    assert "Harvest Road Farmworker Services" in drifting
    scores = [each.score.value or 0 for each in found.values()]
    assert min(scores) < 80 <= 95 < max(scores)
