"""The budgets of the sample network: closed, disputed and open quarters, on whatever day it is loaded."""

from collections import Counter
from datetime import date, datetime, time
from decimal import Decimal
from itertools import pairwise

import pytest
from django.db import transaction
from django.db.models import Sum

from agreements.funding.plans import shares_of
from agreements.funding.reading import plan_of
from agreements.models import (
    Adjustment,
    Contribution,
    CostShare,
    FundingBudget,
    FundingPeriod,
    Payer,
    StatementDispute,
)
from agreements.sample import budgets, quarters
from partners import sample as partners_sample
from partners.sample.area_story import begin_story, sample_area
from partners.sample.past import unrecorded

pytestmark = pytest.mark.django_db
DAYS = (date(2026, 11, 29), date(2026, 7, 3), date(2027, 1, 10), date(2028, 2, 29))


def test_the_sample_has_closed_disputed_and_open_quarters():
    partners_sample.load(today=DAYS[0])
    for today in DAYS:
        with transaction.atomic():
            _check(today)
            transaction.set_rollback(True)


def _check(today):
    area = sample_area()
    assert area
    story = begin_story(area, today=today)
    with unrecorded():
        agreement, years = budgets.load(story)
        quarters.load(story, years)
    now = datetime.combine(today, time.max, area.zone)
    periods = FundingPeriod.objects.filter(agreement=agreement).order_by("first_on")
    states = Counter(periods.values_list("status", flat=True))
    assert (states["closed"] >= 2, states["issued"], states["open"] >= 2) == (True, 1, True), today
    [dispute] = StatementDispute.objects.filter(agreement=agreement)
    assert dispute.statement.period.status == "issued"
    assert dispute.at < now
    _foot(agreement, now)
    decided = Payer.objects.filter(agreement=agreement, is_negotiated=True)
    assert decided.count() == 2
    assert not CostShare.objects.filter(payer__in=decided, amount__gt=0).exists()
    [correction] = Adjustment.objects.filter(agreement=agreement)
    assert (correction.corrects.status, correction.period.status) == ("closed", "open")
    assert correction.at < now
    _carry([period for period in periods if period.status == "closed"])
    waiting = Contribution.objects.filter(agreement=agreement, status="entered")
    assert waiting.exists()
    assert not waiting.exclude(period__status="open").exists()


def _foot(agreement, now):
    """Shares add up to costs, by budget and by what was paid."""
    for budget in FundingBudget.objects.filter(agreement=agreement):
        stored = CostShare.objects.filter(budget=budget, stage="plan").aggregate(sum=Sum("amount"))["sum"]
        assert stored == sum(share.amount for share in shares_of(plan_of(budget)).rows)
    for period in FundingPeriod.objects.filter(agreement=agreement).exclude(status="open"):
        costs = period.actual_costs.aggregate(sum=Sum("amount"))["sum"]
        given = period.contributions.filter(payer=None).aggregate(sum=Sum("amount"))["sum"] or Decimal(0)
        assert period.statements.aggregate(sum=Sum("owed"))["sum"] == costs - given
        assert period.closed_at is None or period.closed_at < now


def _carry(closed):
    """What is left of a closed quarter is carried to the next one."""
    for before, after in pairwise(closed):
        left = before.statements.filter(outcome="carried").values_list("payer__partnership", "balance")
        taken = after.statements.exclude(carried_in=0).values_list("payer__partnership", "carried_in")
        assert dict(taken) == dict(left)
