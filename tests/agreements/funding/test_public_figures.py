"""Public figures that have inputs and outputs, computed by our code."""

from datetime import date
from decimal import Decimal

from agreements.cost_sharing import allocate
from agreements.funding.plans import BasePlan, BudgetPlan, Cost, PayerPlan, PoolPlan, escalate, periods_of, shares_of

D = Decimal


def test_kansas_pays_a_negotiated_total_in_three_parts():
    """Kansas Rehabilitation Services, policy manual section 6, part 2: 30, 30 and 40 percent of a total."""
    assert list(allocate(D(500), {"plan": 30, "placement": 30, "retention": 40}).values()) == [150, 150, 200]
    assert list(allocate(D("500.05"), {"a": 30, "b": 30, "c": 40}).values()) == [D("150.02"), D("150.01"), D("200.02")]


def test_santa_ana_raises_the_base_rent_by_three_percent_a_year():
    """City of Santa Ana, MOU 2023: base rent with an increase of 3 percent; computed once from the base, not yearly."""
    assert [escalate(D(1000), D(3), years) for years in range(4)] == [
        D("1000.00"), D("1030.00"), D("1060.90"), D("1092.73"),
    ]  # fmt: skip


def test_santa_ana_charges_direct_space_and_a_part_of_the_common_area():
    """Method of Santa Ana: direct occupancy, and the common area in proportion to it, charged every month."""
    first = date(2023, 7, 1)
    plan = BudgetPlan(
        first,
        tuple(periods_of(first, "month")),
        (PayerPlan(1), PayerPlan(2)),
        {1: BasePlan(1, common=D(1000))},
        (PoolPlan(1, 1, None, (Cost(D(5000), "month"),)),),
        {(1, payer, number): D(600 if payer == 1 else 400) for payer in (1, 2) for number in range(1, 13)},
    )
    rows = shares_of(plan).rows
    assert {(row.payer, row.weight, row.of_weight, row.amount) for row in rows} == {
        (1, D(1200), D(2000), D(3000)), (2, D(800), D(2000), D(2000)),
    }  # fmt: skip


def test_fresno_share_fell_by_nearly_three_quarters():
    """County of Fresno, 21-0497: the share of Social Services fell from 47,932 to 12,829 dollars."""
    before, after = D(47932), D(12829)
    assert ((after - before) / before * 100).quantize(D("0.1")) == D("-73.2")


def test_affiliate_centers_are_paid_by_those_who_take_part_there():
    """Wisconsin policy 2.6.2 and TEGL 17-16: a comprehensive center by all, an affiliate one by its partners alone."""
    first = date(2026, 7, 1)
    comprehensive, affiliate = 1, 2
    payers = (PayerPlan(1, frozenset({1, 2})), PayerPlan(2, frozenset({1, 2})), PayerPlan(3, frozenset({1})))
    pools = (PoolPlan(1, 1, comprehensive, (Cost(D(9000)),)), PoolPlan(2, 1, affiliate, (Cost(D(4000)),)))
    plan = BudgetPlan(first, tuple(periods_of(first, "year")), payers, {1: BasePlan(1, is_equal=True)}, pools)
    assert {(row.pool, row.payer): row.amount for row in shares_of(plan).rows} == {
        (1, 1): D(3000), (1, 2): D(3000), (1, 3): D(3000), (2, 1): D(2000), (2, 2): D(2000),
    }  # fmt: skip
