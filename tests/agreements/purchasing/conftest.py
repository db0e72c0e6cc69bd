"""Fixtures of purchases."""

import pytest

from agreements.models import ServiceLine
from tests import factories
from tests.agreements.purchasing.purchase_world import Purchase, make_purchase


@pytest.fixture
def purchase(area, partner, cast) -> Purchase:
    return make_purchase(area, partner, cast["staff"])


@pytest.fixture
def line(purchase) -> ServiceLine:
    """Job coaching at 50 dollars an hour."""
    return factories.make_service_line(purchase.agreement, code="JC", ceiling=20_000)


@pytest.fixture
def plan(purchase) -> ServiceLine:
    """Job placement in three milestones of 30, 30 and 40 percent."""
    return factories.make_milestone_plan(purchase.agreement)
