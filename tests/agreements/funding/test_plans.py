"""Shares that follow from costs and counts: months, escalators, who takes part and for how long."""

from collections import defaultdict
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agreements.funding.plans import (
    BasePlan,
    BudgetPlan,
    Cost,
    PayerPlan,
    PoolPlan,
    Unshared,
    amount_in,
    escalate,
    months_of,
    periods_of,
    shares_of,
    time_in,
    weights_of,
)
from tests.agreements.funding.generator import FIRST, Size, make_plan

D = Decimal
SPACE, EQUAL = 1, 2


def plan_with(*payers: PayerPlan, **fields: Any) -> BudgetPlan:
    """A year of rent, 12,000 dollars by quarters, shared by space: 300 and 100 square feet."""
    keys = [payer.key for payer in payers]
    given: dict[str, Any] = {
        "first_on": FIRST,
        "periods": tuple(periods_of(FIRST, "quarter")),
        "payers": payers,
        "bases": {SPACE: BasePlan(SPACE), EQUAL: BasePlan(EQUAL, is_equal=True)},
        "pools": (PoolPlan(1, SPACE, None, (Cost(D(12000)),)),),
        "counts": {
            (SPACE, key, number): D(300 if key == 1 else 100) for key in keys for number in range(1, 5)
        },
    }  # fmt: skip
    return BudgetPlan(**given | fields)


def paid(plan: BudgetPlan, *periods: int) -> dict[int, Decimal]:
    found: dict[int, Decimal] = defaultdict(lambda: D(0))
    for row in shares_of(plan).rows:
        if not periods or row.period in periods:
            found[row.payer] += row.amount
    return dict(found)


ONE, TWO = PayerPlan(1), PayerPlan(2)


# ---------------------------------------------------------------- Periods
@pytest.mark.parametrize(("frequency", "number"), [("month", 12), ("quarter", 4), ("half", 2), ("year", 1)])
def test_periods_cover_the_year_without_a_gap(frequency, number):
    periods = periods_of(date(2027, 10, 1), frequency)
    assert (len(periods), periods[0].first_on, periods[-1].last_on) == (number, date(2027, 10, 1), date(2028, 9, 30))
    months = [month for period in periods for month in period.months]
    assert len(set(months)) == 12
    assert date(2028, 2, 1) in months


# ---------------------------------------------------------------- Costs
def test_an_increase_is_rounded_once():
    assert escalate(D("1000.10"), D(3), 0) == D("1000.10")
    assert escalate(D("100.50"), D(3), 1) == D("103.52")  # 103.515, half up
    assert escalate(D("1000.09"), D(3), 3) == D("1092.83")  # rounded every year, it would be 1092.82
    assert escalate(D(1000), D(-1), 2) == D("980.10")


def test_a_cost_of_a_year_is_spread_over_twelve_months_to_the_cent():
    months = months_of(Cost(D("100.01")), FIRST)
    assert months == [D("8.34"), D("8.34"), D("8.33"), *[D("8.34"), D("8.33"), D("8.33")] * 3]
    assert sum(months) == D("100.01")


def test_quarters_of_a_cost_of_a_year_are_even():
    months = months_of(Cost(D(100_000)), FIRST)
    assert [sum(months[at : at + 3]) for at in range(0, 12, 3)] == [D(25_000)] * 4


def test_a_monthly_cost_counts_each_month_it_is_in_force():
    rent = Cost(D(100), "month", date(2026, 9, 15), date(2027, 1, 1))
    assert [int(part) for part in months_of(rent, FIRST)] == [0, 0, 100, 100, 100, 100, 100, 0, 0, 0, 0, 0]


def test_a_yearly_cost_for_half_a_year_is_half_of_it():
    assert sum(months_of(Cost(D(1200), last_on=date(2026, 12, 31)), FIRST)) == D(600)


def test_a_change_from_a_day_on_ends_one_line_and_begins_another():
    lines = [
        Cost(D(1200), last_on=date(2026, 12, 31)),
        Cost(D(1200), first_on=date(2027, 1, 1), escalator=D(3), escalated=1),
    ]
    amounts = [amount_in(lines, FIRST, period) for period in periods_of(FIRST, "quarter")]
    assert amounts == [D(300), D(300), D(309), D(309)]


def test_what_is_paid_once_is_in_its_month_alone():
    months = months_of(Cost(D("999.99"), "once", date(2027, 2, 28)), FIRST)
    assert [at for at, part in enumerate(months) if part] == [7]


# ---------------------------------------------------------------- Who takes part
def test_shares_follow_the_counts():
    assert paid(plan_with(ONE, TWO)) == {1: D(9000), 2: D(3000)}


def test_a_count_that_changes_counts_from_its_period_on():
    plan = plan_with(ONE, TWO)
    changed = replace(plan, counts={**plan.counts, (SPACE, 2, 3): D(300), (SPACE, 2, 4): D(300)})
    assert paid(changed, 1, 2) == {1: D(4500), 2: D(1500)}
    assert paid(changed, 3, 4) == {1: D(3000), 2: D(3000)}


def test_a_partner_that_is_not_in_a_center_does_not_pay_there():
    pools = (PoolPlan(1, SPACE, 7, (Cost(D(12000)),)), PoolPlan(2, SPACE, None, (Cost(D(4000)),)))
    plan = plan_with(PayerPlan(1, frozenset({7})), PayerPlan(2, frozenset({8})), pools=pools)
    assert paid(plan) == {1: D(15000), 2: D(1000)}


@pytest.mark.parametrize(
    ("proration", "starts_on", "expected"),
    [
        ("months", date(2026, 8, 31), (2, 3)),  # a month counts if any day of it does
        ("days", date(2026, 8, 31), (31, 92)),
        ("months", date(2026, 10, 1), (0, 3)),
        ("days", date(2026, 7, 1), (92, 92)),
    ],
)
def test_the_time_of_who_joins(proration, starts_on, expected):
    [first, *_rest] = periods_of(FIRST, "quarter")
    assert time_in(PayerPlan(1, starts_on=starts_on), first, proration) == expected


def test_who_joins_pays_by_months_or_days_and_nothing_before():
    joins = PayerPlan(2, starts_on=date(2026, 11, 15))
    by_months = plan_with(ONE, joins)
    assert paid(by_months, 1) == {1: D(3000)}
    # October to December: 300 x 3 months beside 100 x 2 months
    assert paid(by_months, 2) == {1: D("2454.55"), 2: D("545.45")}
    by_days = replace(by_months, proration="days")
    # 300 x 92 days beside 100 x 47 days
    assert paid(by_days, 2) == {1: D("2563.47"), 2: D("436.53")}
    assert paid(by_days, 3) == {1: D(2250), 2: D(750)}


def test_who_leaves_pays_until_then():
    leaves = PayerPlan(2, ends_on=date(2026, 9, 30))
    assert paid(plan_with(ONE, leaves)) == {1: D(11250), 2: D(750)}


def test_equal_shares_ask_for_no_count():
    pools = (PoolPlan(1, EQUAL, None, (Cost(D("100.01"), "once", FIRST),)),)
    plan = plan_with(ONE, TWO, PayerPlan(3), pools=pools)
    assert paid(plan, 1) == {1: D("33.34"), 2: D("33.34"), 3: D("33.33")}


def test_common_area_is_shared_by_own_space_or_equally():
    plan = plan_with(ONE, TWO)
    by_own = replace(plan, bases={SPACE: BasePlan(SPACE, common=D(200))})
    assert weights_of(by_own, by_own.pools[0], by_own.periods[0]) == {1: D(450), 2: D(150)}
    equally = replace(plan, bases={SPACE: BasePlan(SPACE, common=D(200), common_by="equal")})
    assert weights_of(equally, equally.pools[0], equally.periods[0]) == {1: D(400), 2: D(200)}


def test_a_pool_that_nobody_has_a_count_for_is_named():
    plan = replace(plan_with(ONE, TWO), counts={})
    assert shares_of(plan).unshared == [Unshared(number, 1, D(3000)) for number in range(1, 5)]
    assert not shares_of(plan).rows


# ---------------------------------------------------------------- Negotiated shares
def test_a_negotiated_share_comes_off_before_the_others_share():
    nation = PayerPlan(3, is_negotiated=True)
    plan = plan_with(ONE, TWO, nation, negotiated={(1, 3): D(1200)})
    assert paid(plan) == {1: D(8100), 2: D(2700), 3: D(1200)}
    assert {(row.weight, row.of_amount) for row in shares_of(plan).rows if row.payer == 3} == {(None, D(3000))}


def test_a_negotiated_share_may_be_nothing_and_is_never_more_than_the_cost():
    nation = PayerPlan(3, is_negotiated=True)
    assert paid(plan_with(ONE, TWO, nation)) == {1: D(9000), 2: D(3000)}
    assert paid(plan_with(ONE, TWO, nation, negotiated={(1, 3): D(99999)}))[3] == D(12000)


# ---------------------------------------------------------------- A whole year foots
def check_totals(plan: BudgetPlan) -> int:
    """Assert that every total foots, from months over pools and periods to payers; return the number of shares."""
    found = shares_of(plan)
    by_cell: dict[tuple[int, int], Decimal] = defaultdict(lambda: D(0))
    by_payer: dict[int, Decimal] = defaultdict(lambda: D(0))
    for row in found.rows:
        by_cell[row.pool, row.period] += row.amount
        by_payer[row.payer] += row.amount
        assert row.amount >= 0
        if row.weight is not None and row.of_weight:
            assert abs(row.amount - row.of_amount * row.weight / row.of_weight) < D("0.01")
    unshared = {(each.pool, each.period): each.amount for each in found.unshared}
    for pool in plan.pools:
        amounts = [amount_in(pool.costs, plan.first_on, period) for period in plan.periods]
        for period, amount in zip(plan.periods, amounts, strict=True):
            assert by_cell[pool.key, period.number] + unshared.get((pool.key, period.number), D(0)) == amount
        assert sum(amounts) == sum(part for cost in pool.costs for part in months_of(cost, plan.first_on))
    year = sum(amount_in(pool.costs, plan.first_on, period) for pool in plan.pools for period in plan.periods)
    assert sum(by_payer.values()) + sum(unshared.values()) == year
    return len(found.rows)


@pytest.mark.parametrize("frequency", ["month", "quarter", "half", "year"])
def test_every_total_of_a_large_year_foots(frequency):
    plan = make_plan(11, Size(frequency=frequency))
    assert (len(plan.payers), len(plan.pools)) == (30, 12)
    assert {center for payer in plan.payers for center in payer.centers} == {1, 2, 3, 4, 5}
    assert check_totals(plan) > 12 * len(plan.periods)
    assert not shares_of(plan).unshared


@given(st.integers(0, 10**9))
def test_every_total_of_any_year_foots(seed):
    check_totals(make_plan(seed, Size(payers=7, pools=4, centers=2)))


def test_a_year_is_the_sum_of_its_periods_and_not_rounded_anew():
    pools = (PoolPlan(1, EQUAL, None, (Cost(D("400.04")),)),)
    plan = plan_with(ONE, TWO, PayerPlan(3), pools=pools)
    assert paid(plan, 1) == {1: D("33.34"), 2: D("33.34"), 3: D("33.33")}  # 100.01 in the first quarter
    assert sum(paid(plan).values()) == D("400.04")
