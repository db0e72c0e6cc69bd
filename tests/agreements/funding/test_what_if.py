"""Changes that are tried side by side with today, and their adoption."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.utils import timezone

from agreements.funding import adoption
from agreements.funding.adoption import CannotAdopt, first_open_of, seal_of, settled_in
from agreements.funding.plans import BasePlan, BudgetPlan, Cost, PayerPlan, PoolPlan, periods_of, shares_of
from agreements.funding.sheets import shares_of_budget
from agreements.funding.what_if import (
    Leave,
    Rebase,
    Recount,
    Rise,
    apply,
    read_change,
    read_changes,
    tried_shares,
)
from agreements.models import Agreement, CostShare, FundingBudget, FundingPeriod
from tests import factories
from tests.agreements.funding.budget_year import at, words
from tests.agreements.funding.shared_costs import SharedCosts, adopt_shared_costs, make_shared_costs
from tests.at_once import second_waits_for

NOW = timezone.now()
ISSUED = {"status": "issued", "issued_on": "2026-10-20", "pay_by": "2026-11-04", "answer_by": "2026-11-04"}


@pytest.fixture
def costs(area, partner, neighbor_partner) -> SharedCosts:
    return make_shared_costs(area, partner, neighbor_partner)


@pytest.fixture
def adopted(costs) -> SharedCosts:
    return adopt_shared_costs(costs)


def settle(costs: SharedCosts, number: int, status: str = "closed") -> None:
    more = {"closed_at": NOW} if status == "closed" else {}
    FundingPeriod.objects.filter(pk=costs.period(number).pk).update(**ISSUED | {"status": status} | more)


def total_of(rows: Any, payer: int) -> Decimal:
    return sum((each.amount for each in rows if each.payer == payer), Decimal(0))


# ---------------------------------------------------------------- Pure
PERIODS = tuple(periods_of(date(2026, 7, 1), "quarter"))
PLAN = BudgetPlan(
    first_on=date(2026, 7, 1),
    periods=PERIODS,
    payers=(PayerPlan(1, frozenset({9})), PayerPlan(2, frozenset({9}))),
    bases={5: BasePlan(5), 6: BasePlan(6, is_equal=True)},
    pools=(PoolPlan(7, 5, 9, (Cost(Decimal(12000)),)), PoolPlan(8, 6, None, (Cost(Decimal(100), "month"),))),
    counts={(5, payer, span.number): Decimal(100) for payer in (1, 2) for span in PERIODS},
)


def test_a_partner_that_leaves_pays_no_more_and_the_others_bear_its_share():
    rows = shares_of(apply(PLAN, [Leave(2, date(2027, 1, 1))])).rows
    assert total_of(rows, 2) == Decimal(3300)
    assert total_of(rows, 1) == Decimal(9900)


def test_a_count_changes_until_the_next_one_that_differs():
    counts = {**PLAN.counts, (5, 1, 4): Decimal(50)}
    plan = BudgetPlan(**{**vars(PLAN), "counts": counts})
    changed = apply(plan, [Recount(5, 1, Decimal(300), 2)])
    assert [changed.counts[5, 1, number] for number in (1, 2, 3, 4)] == [100, 300, 300, 50]


def test_a_cost_rises_from_a_period_on_and_is_rounded_once():
    changed = apply(PLAN, [Rise(7, Decimal(3), 3)])
    assert [cost.amount for cost in changed.pools[0].costs] == [Decimal(12000), Decimal("12360.00")]
    by_period = [sum(s.amount for s in shares_of(changed).rows if (s.pool, s.period) == (7, n)) for n in (1, 2, 3, 4)]
    assert by_period == [Decimal(3000), Decimal(3000), Decimal(3090), Decimal(3090)]
    assert changed.pools[1] == PLAN.pools[1]
    all_rise = apply(PLAN, [Rise(0, Decimal(-50), 1)])
    assert sum(each.amount for each in shares_of(all_rise).rows) == Decimal(6600)


def test_a_cost_that_has_ended_or_came_once_does_not_rise():
    ended = Cost(Decimal(1200), "year", last_on=date(2026, 12, 31))
    once = Cost(Decimal(500), "once", first_on=date(2026, 8, 1))
    later = Cost(Decimal(500), "once", first_on=date(2027, 2, 1))
    plan = BudgetPlan(**{**vars(PLAN), "pools": (PoolPlan(7, 5, 9, (ended, once, later)),)})
    changed = apply(plan, [Rise(7, Decimal(10), 3)]).pools[0].costs
    assert changed == (ended, once, Cost(Decimal("550.00"), "once", first_on=date(2027, 2, 1)))


def test_an_escalated_cost_rises_from_what_it_is_by_now():
    cost = Cost(Decimal(1000), escalator=Decimal(10), escalated=1)
    plan = BudgetPlan(**{**vars(PLAN), "pools": (PoolPlan(7, 5, 9, (cost,)),)})
    [raised] = apply(plan, [Rise(7, Decimal(10), 1)]).pools[0].costs
    assert (raised.amount, raised.escalated, raised.escalator) == (Decimal("1210.00"), 0, Decimal(10))


def test_a_pool_gets_another_base():
    counts = {**PLAN.counts, **{(5, 1, span.number): Decimal(300) for span in PERIODS}}
    plan = BudgetPlan(**{**vars(PLAN), "counts": counts})
    assert total_of(shares_of(plan).rows, 1) == Decimal(9600)
    assert total_of(shares_of(apply(plan, [Rebase(7, 6)])).rows, 1) == Decimal(6600)


@pytest.mark.parametrize(
    "change",
    [Leave(2, date(2027, 1, 1)), Recount(5, 1, Decimal("30.25"), 2), Rise(0, Decimal("-2.5"), 1), Rebase(7, 6)],
)
def test_a_change_is_read_from_its_text(change):
    assert read_change(change.text()) == change
    assert read_changes([change.text()], PLAN, first_open=1) == [change]


@pytest.mark.parametrize(
    "text",
    [
        "", "leave", "leave:2", "leave:x:2027-01-01", "leave:2:2027-13-01", "leave:99:2027-01-01",
        "leave:2:2026-07-00", "leave:2:2030-01-01", "leave:2:2026-06-30", "count:5:1:-1:1", "count:5:1:NaN:1",
        "count:5:1:1e9:1", "count:5:1:99999999999:1", "count:6:1:5:1", "count:5:1:5:9", "count:5:1:5:1:1",
        "rise:7:1001:1", "rise:7:-101:1", "rise:7:0.0001:1", "rise:7:Infinity:1", "rise:77:1:1", "rise:7:1:0",
        "base:7:99", "base:99:6", "base:²:6", "drop:7",
    ],
)  # fmt: skip
def test_a_text_that_stands_for_no_change_is_left_out(text):
    assert read_changes([text], PLAN, first_open=1) == []


def test_a_settled_period_takes_no_change():
    texts = ["leave:2:2026-09-01", "count:5:1:5:1", "rise:7:3:2"]
    assert read_changes(texts, PLAN, first_open=3) == []
    assert len(read_changes(texts, PLAN, first_open=1)) == 3


def test_the_last_change_of_a_subject_counts_and_there_is_a_limit():
    assert read_changes(["rise:7:3:1", "rise:7:5:1"], PLAN, first_open=1) == [Rise(7, Decimal(5), 1)]
    assert len(read_changes(["rise:7:3:1"] * 99 + ["base:7:6"], PLAN, first_open=1)) == 1


# ---------------------------------------------------------------- The page
def test_changes_are_kept_in_the_address_and_nothing_is_saved(as_, costs):
    address = at("what_if", costs.budget.pk)
    typed = {"add": "rise", "pool": "0", "percent": "3", "first": "1"}
    answer = as_("manager").get(address, typed)
    assert answer["Location"] == f"{address}?change=rise%3A0%3A3%3A1"
    leave = {"add": "leave", "payer": costs.payers[2].pk, "on": "2027-01-01", "change": "rise:0:3:1"}
    answer = as_("manager").get(address, leave)
    assert answer["Location"].endswith(f"change=rise%3A0%3A3%3A1&change=leave%3A{costs.payers[2].pk}%3A2027-01-01")
    page = words(as_("manager").get(answer["Location"]))
    assert "All costs: 3 percent more from Jul 2026 on" in page
    assert "Lantern Adult Learning leaves on Jan 1, 2027" in page
    assert "12,463.00" in page
    assert "+363.00" in page
    assert "Adopt these changes" not in page
    assert "Adopt these changes" in words(as_("staff").get(answer["Location"]))
    assert sum(each.amount for each in shares_of_budget(costs.budget).rows) == Decimal("12100.00")


def test_a_form_that_does_not_fit_says_why(as_, costs):
    address = at("what_if", costs.budget.pk)
    page = words(as_("staff").get(address, {"add": "leave", "payer": costs.payers[0].pk, "on": "2029-01-01"}))
    assert "Choose a day in a period that is still open" in page
    page = words(as_("staff").get(address, {"add": "count", "payer": "", "base": "", "value": "", "first": "1"}))
    assert "Choose a partner." in page
    assert "Enter the new count." in page
    for kind in ("count", "base", "nothing"):
        assert as_("staff").get(address, {"add": kind}).status_code == 200


def test_other_changes_are_added_by_their_forms(as_, costs):
    address = at("what_if", costs.budget.pk)
    count = {"add": "count", "payer": costs.payers[0].pk, "base": costs.space.pk, "value": "600.5", "first": "2"}
    assert (
        f"count%3A{costs.space.pk}%3A{costs.payers[0].pk}%3A600.5%3A2" in as_("staff").get(address, count)["Location"]
    )
    base = {"add": "base", "pool": costs.rent.pk, "base": costs.equal.pk}
    answer = as_("staff").get(address, base)
    page = words(as_("staff").get(answer["Location"]))
    assert f"{costs.rent} is shared by Equal shares" in page


def test_costs_that_nobody_would_share_are_named(as_, costs):
    empty = factories.make_base(costs.budget, name="Customers", kind="customers")
    page = words(as_("staff").get(at("what_if", costs.budget.pk), {"change": f"base:{costs.rent.pk}:{empty.pk}"}))
    assert "a pool has costs that no partner shares" in page


def test_a_budget_without_an_open_period_takes_no_change(as_, adopted):
    for number in (1, 2, 3, 4):
        settle(adopted, number)
    page = words(as_("staff").get(at("what_if", adopted.budget.pk), {"change": "rise:0:3:1"}))
    assert "All periods of this budget are settled." in page
    assert "Add this change" not in page


# ---------------------------------------------------------------- Adoption
def adopt(
    costs: SharedCosts, *changes: Any, by: Any = None, reason: str = "The lease was renewed.", **more: Any
) -> None:
    adoption.adopt(costs.budget, changes=changes, words=["Rent rises"], reason=reason, by=by, at=NOW, **more)


def tried(costs: SharedCosts, *changes: Any) -> str:
    shares = shares_of_budget(costs.budget)
    settled = settled_in(shares, first_open_of(shares.periods))
    return seal_of(tried_shares(shares.plan, changes, settled)[0])


def test_changes_are_adopted_into_a_draft_as_they_were_shown(costs):
    first, second, third = (payer.pk for payer in costs.payers)
    changes = [
        Rise(0, Decimal("3.5"), 2),
        Rise(costs.rent.pk, Decimal(-1), 1),
        Recount(costs.space.pk, first, Decimal(450), 2),
        Leave(third, date(2027, 2, 1)),
        Rebase(costs.technology.pk, costs.space.pk),
        Recount(costs.space.pk, second, Decimal("310.5"), 1),
    ]
    seal = tried(costs, *changes)
    adopt(costs, *changes, seen=seal)
    assert seal_of(shares_of_budget(costs.budget).rows) == seal
    costs.budget.refresh_from_db()
    assert "Rent rises. Reason: The lease was renewed." in costs.budget.note
    successor = costs.rent.lines.get(replaces=costs.lease)
    assert (successor.first_on, successor.note) == (date(2026, 10, 1), "The lease was renewed.")
    assert CostShare.objects.count() == 0


def test_changes_are_adopted_into_the_open_periods_of_an_adopted_budget(adopted):
    settle(adopted, 1)
    before = list(CostShare.objects.filter(period__number=1).order_by("pk").values_list("pk", "amount"))
    changes = [Rise(adopted.rent.pk, Decimal(3), 2), Leave(adopted.payers[2].pk, date(2026, 10, 1))]
    seal = tried(adopted, *changes)
    adopt(adopted, *changes, seen=seal)
    assert list(CostShare.objects.filter(period__number=1).order_by("pk").values_list("pk", "amount")) == before
    assert seal_of(shares_of_budget(adopted.budget).rows) == seal
    by_period = [
        sum(CostShare.objects.filter(pool=adopted.rent, period__number=n).values_list("amount", flat=True))
        for n in (1, 2, 3, 4)
    ]
    assert by_period == [Decimal(3000), Decimal(3090), Decimal(3090), Decimal(3090)]


def test_a_count_is_written_over_those_that_repeat_it(costs):
    first = costs.payers[0]
    factories.make_count(costs.space, first, 500, period=costs.period(3))
    factories.make_count(costs.space, first, 700, period=costs.period(4))
    change = Recount(costs.space.pk, first.pk, Decimal(600), 2)
    seal = tried(costs, change)
    adopt(costs, change, seen=seal)
    counts = costs.space.counts.filter(payer=first).order_by("period__number").values_list("value", flat=True)
    assert list(counts) == [500, 600, 600, 700]


def test_what_cannot_be_adopted_is_refused(costs):
    rise = Rise(costs.rent.pk, Decimal(3), 1)
    with pytest.raises(CannotAdopt, match="Add a change"):
        adopt(costs)
    with pytest.raises(CannotAdopt, match="Enter the reason"):
        adopt(costs, rise, reason="  ")
    with pytest.raises(CannotAdopt, match="Check the changes again"):
        adopt(costs, Rise(999_999, Decimal(3), 1))
    seal = tried(costs, rise)
    factories.make_cost_line(costs.rent, amount="1.00")
    with pytest.raises(CannotAdopt, match="Check the shares again"):
        adopt(costs, rise, seen=seal)
    costs.budget.note = "x" * 4990
    costs.budget.save()
    with pytest.raises(CannotAdopt, match="method in words is full"):
        adopt(costs, rise)
    costs.lease.amount = "999999999999.00"
    costs.lease.save()
    costs.budget.note = ""
    costs.budget.save()
    with pytest.raises(CannotAdopt, match="more than an amount can be"):
        adopt(costs, rise)
    assert not costs.rent.lines.filter(replaces__isnull=False).exists()


def test_an_adopted_budget_stays_fully_shared(adopted):
    empty = factories.make_base(adopted.budget, name="Customers", kind="customers")
    with pytest.raises(CannotAdopt, match="costs that nobody shares"):
        adopt(adopted, Rebase(adopted.rent.pk, empty.pk))


def test_a_base_is_not_changed_while_statements_are_out(adopted):
    settle(adopted, 1, "issued")
    with pytest.raises(CannotAdopt, match="Close the periods"):
        adopt(adopted, Rebase(adopted.technology.pk, adopted.space.pk))
    FundingPeriod.objects.filter(pk=adopted.period(1).pk).update(status="closed", closed_at=NOW)
    adopt(adopted, Rebase(adopted.technology.pk, adopted.space.pk))


def test_a_budget_without_an_open_period_is_not_changed(adopted):
    for number in (1, 2, 3, 4):
        settle(adopted, number)
    with pytest.raises(CannotAdopt, match="No period of this budget is open"):
        adopt(adopted, Rise(0, Decimal(3), 1))


def test_the_staff_adopt_on_a_page_with_a_reason(as_, cast, adopted):
    address = at("what_if_adopt", adopted.budget.pk)
    change = f"rise:{adopted.rent.pk}:3:1"
    assert as_("manager").get(address, {"change": change}).status_code == 403
    page = as_("staff").get(address, {"change": change})
    assert "computed again" in words(page)
    typed = {"change": change, "seen": page.context["seen"], "reason": ""}
    assert "Enter the reason." in words(as_("staff").post(address, typed))
    answer = as_("staff").post(address, {**typed, "reason": "The lease was renewed."}, follow=True)
    assert "The changes are adopted." in words(answer)
    assert sum(CostShare.objects.values_list("amount", flat=True)) == Decimal("12460.00")
    adopted.budget.refresh_from_db()
    assert "Rent, Center Street: 3 percent more from Jul 2026 on. Reason: The lease was renewed." in adopted.budget.note
    stale = words(as_("staff").post(address, {**typed, "reason": "Again"}))
    assert "The budget has changed since." in stale
    assert "Add a change before you adopt it." in words(as_("staff").post(address, {"reason": "Nothing"}))


def test_nothing_is_adopted_below_a_withdrawn_agreement(costs):
    Agreement.objects.filter(pk=costs.budget.agreement_id).update(status="withdrawn", executed_on=None)
    with pytest.raises(CannotAdopt, match="withdrawn"):
        adopt(costs, Rise(costs.rent.pk, Decimal(10), 1))


@pytest.mark.django_db(transaction=True)
def test_two_who_adopt_at_once_do_it_one_after_the_other(adopted):
    change = Rise(adopted.rent.pk, Decimal(10), 1)
    seal = tried(adopted, change)
    outcome = second_waits_for(lambda: adopt(adopted, change, seen=seal), lambda: adopt(adopted, change, seen=seal))
    assert isinstance(outcome, CannotAdopt)
    assert sum(CostShare.objects.values_list("amount", flat=True)) == Decimal("13300.00")


@pytest.mark.django_db(transaction=True)
def test_a_period_that_is_being_settled_is_not_changed(adopted):
    change = Rise(adopted.rent.pk, Decimal(10), 1)
    outcome = second_waits_for(lambda: settle(adopted, 1), lambda: adopt(adopted, change))
    assert isinstance(outcome, CannotAdopt)
    assert sum(CostShare.objects.values_list("amount", flat=True)) == Decimal("12100.00")


@pytest.mark.django_db(transaction=True)
def test_a_budget_that_is_being_edited_is_not_changed(costs):
    change = Rise(costs.rent.pk, Decimal(10), 1)
    seal = tried(costs, change)

    def edit() -> None:
        FundingBudget.objects.select_for_update(no_key=True).get(pk=costs.budget.pk)
        factories.make_cost_line(costs.rent, name="Parking", amount="600.00")

    outcome = second_waits_for(edit, lambda: adopt(costs, change, seen=seal))
    assert isinstance(outcome, CannotAdopt)
    assert "The budget has changed since." in str(outcome)  # seen before anything is written
    assert costs.rent.lines.count() == 2
