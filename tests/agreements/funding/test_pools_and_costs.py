"""Cost pools, their costs, and the bases by which they are shared."""

from datetime import date
from decimal import Decimal

import pytest
from django.utils import timezone

from agreements.funding import bases, budgets, lines, pools
from agreements.funding.locking import CannotBudget
from agreements.models import ActualCost, AllocationBase, CostLine, CostPool, FundingPeriod, NegotiatedShare
from tests import factories
from tests.agreements.funding.budget_year import Year, at, make_year, words
from tests.at_once import second_waits_for

NOW = timezone.now()
COST = {"item": "utilities", "name": "Power", "amount": "1200.00", "each": "year"}


@pytest.fixture
def year(area, partner, neighbor_partner) -> Year:
    return make_year(area, partner, neighbor_partner)


def adopt(year: Year) -> None:
    budgets.adopt_budget(year.budget, by=None, at=NOW)
    year.budget.refresh_from_db()


# ---------------------------------------------------------------- Pools
def test_a_pool_is_recorded_edited_removed_and_restored(as_, year):
    typed = {"name": "Signs", "category": "infrastructure", "center": year.center.pk, "base": year.base.pk}
    answer = as_("staff").post(at("pool_add", year.budget.pk), typed)
    pool = CostPool.objects.get(name="Signs")
    assert (answer["Location"], pool.position) == (f"{at('budget_setup', year.budget.pk)}#pools", 2)
    page = as_("staff").get(at("pool_edit", pool.pk))
    edited = {**typed, "name": "Branding", "version": page.context["form"].version}
    as_("staff").post(at("pool_edit", pool.pk), edited)
    pool.refresh_from_db()
    assert pool.name == "Branding"
    answer = as_("staff").post(at("pool_edit", pool.pk), {**edited, "name": "Third"})
    assert "conflict_changes" in answer.context
    as_("staff").post(at("pool_remove", pool.pk))
    pool.refresh_from_db()
    assert pool.is_archived
    as_("staff").post(at("pool_restore", pool.pk))
    pool.refresh_from_db()
    assert not pool.is_archived


def test_a_pool_needs_a_base_first(as_, area):
    budget = factories.make_budget(factories.make_ifa(area))
    answer = as_("staff").get(at("pool_add", budget.pk))
    assert answer["Location"] == at("base_add", budget.pk)


@pytest.mark.parametrize(
    ("change", "field", "why"),
    [
        ({"name": "rent"}, "name", "has this name"),
        ({"center": None}, "base", "counts Center Street only"),
    ],
)
def test_what_does_not_fit_a_pool_is_told_beside_its_field(year, change, field, why):
    facts = {"name": "Signs", "category": "infrastructure", "center": year.center, "base": year.base, **change}
    with pytest.raises(CannotBudget, match=why) as refusal:
        pools.add_pool(year.budget, facts=facts, by=None, at=NOW)
    assert refusal.value.field == field


def test_a_pool_has_a_base_of_its_own_budget_and_a_center_of_the_area(year, other_area):
    other = factories.make_budget(year.budget.agreement, first_on=date(2028, 7, 1))
    facts = {"name": "Signs", "category": "infrastructure", "center": year.center, "base": year.base}
    with pytest.raises(CannotBudget, match="base of this budget"):
        pools.add_pool(other, facts=facts, by=None, at=NOW)
    far = factories.make_center(other_area, name="Far")
    with pytest.raises(CannotBudget, match="center of this area"):
        pools.add_pool(year.budget, facts={**facts, "center": far}, by=None, at=NOW)


def test_centers_of_further_areas_take_part(year, other_area):
    far = factories.make_center(other_area, name="Far")
    year.budget.agreement.further_areas.create(area=other_area)
    facts = {"name": "Staff at Far", "kind": "fte", "center": far}
    assert bases.add_base(year.budget, facts=facts, by=None, at=NOW).center == far


def test_a_pool_with_personnel_does_not_become_infrastructure(year):
    pool = factories.make_pool(year.base, name="Reception", category="shared")
    factories.make_cost_line(pool, item="personnel", name="Receptionist")
    with pytest.raises(CannotBudget, match=r"678\.700") as refusal:
        pools.update_pool(pool, facts={"category": "infrastructure"}, by=None, at=NOW)
    assert refusal.value.field == "category"


def test_a_base_that_changes_in_an_adopted_budget_counts_at_once_but_not_for_what_was_sent(year):
    adopt(year)
    factories.mark_issued(year.budget.periods.get(number=1))
    equal = bases.add_base(year.budget, facts={"name": "Equal", "kind": "equal"}, by=None, at=NOW)
    with pytest.raises(CannotBudget, match="Close the periods"):  # its statements are by square feet
        pools.update_pool(year.pool, facts={"base": equal}, by=None, at=NOW)
    FundingPeriod.objects.filter(budget=year.budget, number=1).update(status="closed", closed_at=NOW)
    pools.update_pool(year.pool, facts={"base": equal}, by=None, at=NOW)
    first = year.payers[0].pk
    assert year.shares()[1, first] == Decimal("2250.00")
    assert year.shares()[2, first] == Decimal("1500.00")


def test_a_pool_is_not_removed_once_statements_were_sent(as_, year):
    adopt(year)
    factories.mark_issued(year.budget.periods.get(number=1))
    answer = as_("staff").post(at("pool_remove", year.pool.pk), follow=True)
    assert "Enter a last month for its costs instead." in words(answer)


# ---------------------------------------------------------------- Costs
def test_a_cost_is_recorded_edited_removed_and_restored(as_, year):
    as_("staff").post(at("cost_line_add", year.pool.pk), COST)
    line = CostLine.objects.get(name="Power")
    assert (line.escalator, line.escalated) == (Decimal(0), 0)
    page = as_("staff").get(at("cost_line_edit", line.pk))
    edited = {**COST, "amount": "1300.00", "version": page.context["form"].version}
    as_("staff").post(at("cost_line_edit", line.pk), edited)
    line.refresh_from_db()
    assert line.amount == Decimal("1300.00")
    as_("staff").post(at("cost_line_remove", line.pk))
    line.refresh_from_db()
    assert line.is_archived
    as_("staff").post(at("cost_line_restore", line.pk))
    line.refresh_from_db()
    assert not line.is_archived


def test_personnel_is_refused_in_infrastructure_and_told_where_it_belongs(as_, year):
    answer = as_("staff").post(at("cost_line_add", year.pool.pk), {**COST, "item": "personnel"})
    assert "Personnel is not an infrastructure cost (20 CFR 678.700)." in words(answer)
    assert "678.760" in answer.context["form"].errors["item"][0]
    career = factories.make_pool(year.base, name="Intake", category="career")
    assert as_("staff").post(at("cost_line_add", career.pk), {**COST, "item": "personnel"}).status_code == 302


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"first_on": "2026-06-30"}, "first_on"),
        ({"last_on": "2027-07-01"}, "last_on"),
        ({"first_on": "2027-02-01", "last_on": "2027-01-01"}, "last_on"),
        ({"each": "once"}, "first_on"),
        ({"amount": "-1"}, "amount"),
    ],
)
def test_what_does_not_fit_a_cost_is_told_beside_its_field(as_, year, change, field):
    answer = as_("staff").post(at("cost_line_add", year.pool.pk), {**COST, **change})
    assert answer.context["form"].errors.keys() == {field}


def test_a_cost_that_comes_once_has_no_increase(year):
    facts = {"item": "equipment", "name": "Scanner", "amount": Decimal(90), "each": "once", "escalator": Decimal(3)}
    line = lines.add_cost_line(year.pool, facts={**facts, "first_on": date(2026, 9, 9)}, by=None, at=NOW)
    assert (line.escalator, line.last_on) == (Decimal(0), None)


def test_a_rent_that_rises_during_the_year_is_ended_and_followed(as_, year):
    adopt(year)
    answer = as_("staff").post(at("cost_line_change", year.line.pk), {"on": "2027-01-01", "amount": "24000.00"})
    assert answer.status_code == 302
    year.line.refresh_from_db()
    following = CostLine.objects.get(replaces=year.line)
    assert (year.line.last_on, following.first_on) == (date(2026, 12, 31), date(2027, 1, 1))
    by_period = [sum(amount for (n, _), amount in year.shares().items() if n == number) for number in (1, 2, 3, 4)]
    assert by_period == [Decimal(3000), Decimal(3000), Decimal(6000), Decimal(6000)]
    page = words(as_("staff").get(at("budget_setup", year.budget.pk)))
    assert "until Dec 31, 2026" in page
    with pytest.raises(CannotBudget, match="Remove that one first"):
        lines.remove_cost_line(year.line, by=None, at=NOW)


@pytest.mark.parametrize(
    ("on", "why"),
    [("2027-01-02", "first day of a month"), ("2026-07-01", "after the first month"), ("2027-08-01", "before it ends")],
)
def test_a_change_begins_with_a_later_month(as_, year, on, why):
    answer = as_("staff").post(at("cost_line_change", year.line.pk), {"on": on, "amount": "1.00"})
    assert why in answer.context["form"].errors["on"][0]


def test_a_change_is_not_made_where_statements_were_sent_nor_to_what_comes_once(year):
    adopt(year)
    factories.mark_issued(year.budget.periods.get(number=1))
    with pytest.raises(CannotBudget, match="open period"):
        lines.change_cost_line(year.line, on=date(2026, 9, 1), amount=Decimal(1), by=None, at=NOW)
    once = factories.make_cost_line(year.pool, each="once", first_on=date(2026, 9, 1))
    with pytest.raises(CannotBudget, match="comes once"):
        lines.change_cost_line(once, on=date(2027, 1, 1), amount=Decimal(1), by=None, at=NOW)
    with pytest.raises(CannotBudget, match="last day of this cost"):
        lines.remove_cost_line(once, by=None, at=NOW)
    CostLine.objects.filter(pk=once.pk).update(archived_at=NOW, each="year")
    with pytest.raises(CannotBudget, match="removed"):
        lines.change_cost_line(once, on=date(2027, 1, 1), amount=Decimal(1), by=None, at=NOW)
    CostPool.objects.filter(pk=year.pool.pk).update(archived_at=NOW)
    with pytest.raises(CannotBudget, match="This pool is removed"):
        lines.remove_cost_line(year.line, by=None, at=NOW)


def test_a_cost_that_nobody_could_share_is_refused_in_an_adopted_budget(as_, year):
    adopt(year)
    base = factories.make_base(year.budget, name="Customers", kind="customers", center=year.center)
    pool = factories.make_pool(base, name="Resource room")
    answer = as_("staff").post(at("cost_line_add", pool.pk), COST)
    assert "Resource room, Center Street cannot be shared" in words(answer)
    assert not pool.lines.exists()


def test_a_pool_with_actual_costs_is_not_removed(year):
    adopt(year)
    cost = factories.make_actual_cost(year.budget.periods.get(number=1), year.line, 9)
    with pytest.raises(CannotBudget, match="nobody would share them"):
        pools.remove_pool(year.pool, by=None, at=NOW)
    ActualCost.objects.filter(pk=cost.pk).update(amount=0)
    pools.remove_pool(year.pool, by=None, at=NOW)


@pytest.mark.django_db(transaction=True)
def test_of_two_who_edit_a_cost_the_second_stores_shares_of_both(year):
    adopt(year)
    second = factories.make_cost_line(year.pool, name="Power", amount=Decimal("1200.00"))
    second_waits_for(
        lambda: lines.update_cost_line(year.line, facts={"amount": Decimal("24000.00")}, by=None, at=NOW),
        lambda: lines.update_cost_line(second, facts={"amount": Decimal("2400.00")}, by=None, at=NOW),
    )
    assert sum(year.shares().values()) == Decimal("26400.00")


# ---------------------------------------------------------------- Bases
def test_a_base_is_recorded_edited_removed_and_restored(as_, year):
    typed = {"name": "Staff", "kind": "fte", "center": "", "common": "9"}
    as_("staff").post(at("base_add", year.budget.pk), typed)
    base = AllocationBase.objects.get(name="Staff")
    assert base.common is None  # only space has a common area
    page = as_("staff").get(at("base_edit", base.pk))
    as_("staff").post(at("base_edit", base.pk), {**typed, "name": "FTE", "version": page.context["form"].version})
    base.refresh_from_db()
    assert base.name == "FTE"
    as_("staff").post(at("base_remove", base.pk))
    base.refresh_from_db()
    assert base.is_archived
    as_("staff").post(at("base_restore", base.pk))
    base.refresh_from_db()
    assert not base.is_archived


def test_what_does_not_fit_a_base_is_told(as_, year):
    answer = as_("staff").post(at("base_add", year.budget.pk), {"name": "space", "kind": "fte"})
    assert answer.context["form"].errors.keys() == {"name"}
    answer = as_("staff").post(at("base_add", year.budget.pk), {"name": "All", "kind": "square_feet", "common": "9"})
    assert answer.context["form"].errors.keys() == {"common"}
    answer = as_("staff").post(at("base_remove", year.base.pk), follow=True)
    assert "Rent, Center Street is shared by this base." in words(answer)


def test_a_base_does_not_leave_the_center_of_its_pools(area, year):
    other = factories.make_center(area, name="Elsewhere")
    with pytest.raises(CannotBudget, match="not in this center") as refusal:
        bases.update_base(year.base, facts={"center": other}, by=None, at=NOW)
    assert refusal.value.field == "center"


def test_the_common_area_of_a_center_changes_shares_of_an_adopted_budget(year):
    adopt(year)
    facts = {"common": Decimal(400), "common_by": "equal"}
    bases.update_base(year.base, facts=facts, by=None, at=NOW)
    # 300 and 100 of their own, 200 each of the common area: 500 of 800.
    assert year.shares()[1, year.payers[0].pk] == Decimal("1875.00")
    assert not NegotiatedShare.objects.exists()
