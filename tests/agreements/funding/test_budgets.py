"""Beginning, editing, adopting and deleting the budget of a program year."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.utils import timezone

from agreements.funding import billing, budgets, lines
from agreements.funding.locking import CannotBudget, lock_budget, lock_open_period, lock_period
from agreements.models import (
    Agreement,
    AllocationBase,
    BaseCount,
    CostLine,
    CostPool,
    CostShare,
    FundingBudget,
    FundingPeriod,
    Payer,
)
from onestop.editing.versions import ChangedMeanwhile, version_of
from tests import factories
from tests.agreements.funding.budget_year import SETTINGS, Year, at, make_year, words
from tests.at_once import second_waits_for

NOW = timezone.now()
NEXT = date(2027, 7, 1)


@pytest.fixture
def year(area, partner, neighbor_partner) -> Year:
    return make_year(area, partner, neighbor_partner)


def begin(agreement: Agreement, first_on: date, **more: Any) -> FundingBudget:
    return budgets.begin_budget(agreement, first_on=first_on, facts=SETTINGS, by=None, at=NOW, **more)


# ---------------------------------------------------------------- Beginning
def test_staff_begin_an_empty_budget_with_its_periods(as_, area):
    ifa = factories.make_ifa(area)
    page = words(as_("staff").get(at("budget_list", ifa.pk)))
    assert "No budget yet" in page
    answer = as_("staff").post(at("budget_add", ifa.pk), {"first_on": "2026-07-01", **SETTINGS, "frequency": "month"})
    budget = FundingBudget.objects.get()
    assert answer["Location"] == at("budget_setup", budget.pk)
    spans = list(budget.periods.order_by("number").values_list("number", "first_on", "last_on"))
    assert len(spans) == 12
    assert spans[7] == (8, date(2027, 2, 1), date(2027, 2, 28))
    assert "A cost pool holds costs" in words(as_("staff").get(answer["Location"]))


@pytest.mark.parametrize(
    ("first_on", "why"),
    [("2026-07-02", "first day of a month"), ("2026-07-01", "already has a budget for this year")],
)
def test_what_keeps_a_budget_from_being_begun_is_told_beside_its_field(as_, year, first_on, why):
    answer = as_("staff").post(at("budget_add", year.budget.agreement_id), {"first_on": first_on, **SETTINGS})
    assert why in words(answer)
    assert answer.context["form"].errors.keys() == {"first_on"}


def test_only_a_funding_agreement_that_is_not_withdrawn_has_a_budget(as_, area):
    mou = factories.make_agreement(area)
    assert as_("staff").get(at("budget_list", mou.pk)).status_code == 404
    with pytest.raises(CannotBudget, match="Only an infrastructure funding agreement"):
        begin(mou, NEXT)
    ifa = factories.make_ifa(area, status="withdrawn", executed_on=None)
    with pytest.raises(CannotBudget, match="withdrawn"):
        begin(ifa, NEXT)


def test_a_budget_begun_from_last_year_moves_increases_on_and_leaves_out_what_ended(year, other_area):
    pool, agreement = year.pool, year.budget.agreement
    CostLine.objects.filter(pk=year.line.pk).update(escalator=Decimal(3), escalated=1)
    factories.make_cost_line(pool, name="Move", each="once", first_on=date(2026, 9, 1))
    factories.make_cost_line(pool, name="Old lease", last_on=date(2026, 12, 31))
    factories.make_cost_line(pool, name="New lease", first_on=date(2027, 1, 1))
    gone = factories.make_partnership(agreement.area, name="Gone")
    factories.make_payer(year.budget, gone, year.center, ends_on=date(2026, 12, 31))
    factories.make_count(year.base, year.payers[0], 350, period=year.budget.periods.get(number=3))
    copy = begin(agreement, NEXT, copy=year.budget)
    assert copy.before == year.budget
    copied = CostLine.objects.filter(pool__budget=copy).order_by("pk")
    assert list(copied.values_list("name", "escalated", "first_on")) == [("Rent", 2, None), ("New lease", 0, None)]
    assert [payer.partnership for payer in Payer.objects.filter(budget=copy).order_by("position")] == [
        payer.partnership for payer in year.payers
    ]
    assert all([each.center for each in payer.centers.all()] == [year.center] for payer in copy.payers.all())
    counts = BaseCount.objects.filter(base__budget=copy).order_by("payer__position")
    assert list(counts.values_list("value", "period__number")) == [(Decimal(350), 1), (Decimal(100), 1)]
    assert AllocationBase.objects.filter(budget=copy).get().center == year.center
    assert CostPool.objects.filter(budget=copy).get().base.budget == copy


def test_negotiated_shares_are_copied_with_their_decision(year, area):
    tribe = factories.make_partnership(area, name="River Nation")
    payer = factories.make_payer(year.budget, tribe, is_negotiated=True, decision="Zero", decided_on=date(2026, 5, 1))
    payer.negotiated.create(agreement=payer.agreement, pool=year.pool, amount=Decimal("600.00"))
    copy = begin(year.budget.agreement, NEXT, copy=year.budget)
    copied = copy.payers.get(partnership=tribe)
    assert (copied.decision, [each.amount for each in copied.negotiated.all()]) == ("Zero", [Decimal("600.00")])
    assert copied.negotiated.get().pool.budget == copy


def test_a_later_budget_is_not_copied_into_an_earlier_year(year):
    with pytest.raises(CannotBudget, match="earlier year"):
        begin(year.budget.agreement, date(2025, 7, 1), copy=year.budget)


@pytest.mark.parametrize("first_on", [date(2026, 8, 1), date(2027, 6, 1), date(2025, 8, 1)])
def test_no_month_is_in_two_budgets(year, first_on):
    with pytest.raises(CannotBudget, match="some of these months"):
        begin(year.budget.agreement, first_on)
    assert begin(year.budget.agreement, NEXT).first_on == NEXT
    assert begin(year.budget.agreement, date(2025, 7, 1))


@pytest.mark.django_db(transaction=True)
def test_of_two_who_begin_the_same_year_the_second_is_told(area):
    ifa = factories.make_ifa(area)
    refusal = second_waits_for(lambda: begin(ifa, NEXT), lambda: begin(ifa, NEXT))
    assert isinstance(refusal, CannotBudget)
    assert FundingBudget.objects.count() == 1


# ---------------------------------------------------------------- Settings
def test_settings_are_edited_and_two_who_edit_keep_both_changes(as_, year):
    address = at("budget_edit", year.budget.pk)
    page = as_("staff").get(address)
    seen = page.context["form"].version
    as_("staff").post(address, {**SETTINGS, "version": seen, "negotiator": "Ann Example"})
    year.budget.refresh_from_db()
    assert year.budget.negotiator == "Ann Example"
    answer = as_("staff").post(address, {**SETTINGS, "version": seen, "pay_days": 30})
    assert answer.status_code == 200
    with pytest.raises(ChangedMeanwhile):
        budgets.update_budget(year.budget, facts=SETTINGS, version=seen, by=None, at=NOW)


def test_the_periods_of_a_draft_follow_how_often_it_is_reconciled(year, as_):
    budget, payer = year.budget, year.payers[0]
    factories.make_count(year.base, payer, 350, period=budget.periods.get(number=3))
    asked = factories.make_count_request(payer, period=budget.periods.get(number=2))
    budgets.update_budget(budget, facts={**SETTINGS, "frequency": "half"}, by=None, at=NOW)
    assert list(budget.periods.order_by("number").values_list("number", "last_on")) == [
        (1, date(2026, 12, 31)), (2, date(2027, 6, 30)),
    ]  # fmt: skip
    counts = BaseCount.objects.filter(payer=payer).order_by("period__number")
    assert list(counts.values_list("period__number", "value")) == [(1, Decimal(300)), (2, Decimal(350))]
    asked.refresh_from_db()
    assert asked.period.number == 1
    page = words(as_("staff").get(at("budget_setup", budget.pk)))
    assert "reconciled less often than every quarter" in page


def test_a_count_that_begins_within_a_new_period_holds_from_the_next_one_on(area, partner):
    year = make_year(area, partner, frequency="month")
    factories.make_count(year.base, year.payers[0], 320, period=year.budget.periods.get(number=2))
    factories.make_count(year.base, year.payers[0], 340, period=year.budget.periods.get(number=4))
    factories.make_count(year.base, year.payers[0], 360, period=year.budget.periods.get(number=12))
    budgets.update_budget(year.budget, facts=SETTINGS, by=None, at=NOW)
    counts = BaseCount.objects.order_by("period__number").values_list("period__number", "value")
    assert list(counts) == [(1, Decimal(300)), (2, Decimal(340))]


def test_an_adopted_budget_keeps_its_periods_and_its_form_does_not_ask(year, as_):
    budgets.adopt_budget(year.budget, by=None, at=NOW)
    with pytest.raises(CannotBudget, match="adopted"):
        budgets.update_budget(year.budget, facts={"frequency": "month"}, by=None, at=NOW)
    assert "frequency" not in as_("staff").get(at("budget_edit", year.budget.pk)).context["form"].fields


def test_money_in_a_period_keeps_the_periods(year):
    factories.make_contribution(year.payers[0], year.budget.periods.get(number=1))
    with pytest.raises(CannotBudget, match="Money is recorded"):
        budgets.update_budget(year.budget, facts={"frequency": "month"}, by=None, at=NOW)
    assert year.budget.periods.count() == 4


# ---------------------------------------------------------------- Adopting
def test_adopting_stores_shares_that_foot(as_, cast, year):
    page = words(as_("staff").get(at("budget_adopt", year.budget.pk)))
    assert "cannot be adopted yet" not in page
    as_("staff").post(at("budget_adopt", year.budget.pk))
    year.budget.refresh_from_db()
    assert (year.budget.status, year.budget.adopted_by) == ("adopted", cast["staff"])
    first, second = year.payers
    assert year.shares()[1, first.pk] == Decimal("2250.00")
    assert year.shares()[1, second.pk] == Decimal("750.00")
    assert sum(year.shares().values()) == Decimal("12000.00")
    answer = as_("staff").post(at("budget_adopt", year.budget.pk), follow=True)
    assert "This budget is adopted." in words(answer)


def test_what_is_missing_is_said_before_adopting(as_, area, partner, year):
    empty = factories.make_budget(year.budget.agreement, first_on=NEXT)
    found = budgets.readiness_of(empty)
    assert found.problems[:2] == ["No costs are recorded.", "No partner pays."]
    assert "No impartial budget negotiator is named." in found.warnings
    BaseCount.objects.all().delete()
    page = words(as_("staff").get(at("budget_adopt", year.budget.pk)))
    assert "Rent, Center Street cannot be shared in Jul to Sep 2026" in page
    answer = as_("staff").post(at("budget_adopt", year.budget.pk))
    assert "cannot be shared" in words(answer)
    assert not CostShare.objects.exists()
    year.budget.refresh_from_db()
    assert year.budget.status == "draft"


def test_many_pools_that_cannot_be_shared_are_counted(year):
    BaseCount.objects.all().delete()
    for number in range(6):
        pool = factories.make_pool(year.base, name=f"Pool {number}", position=number + 2)
        factories.make_cost_line(pool)
    factories.make_pool(year.base, name="Empty", position=9)
    found = budgets.readiness_of(year.budget)
    assert len(found.problems) == 6
    assert found.problems[-1] == "2 more pools cannot be shared."
    assert found.warnings == ["Empty, Center Street has no costs."]


def test_a_partner_without_any_center_of_the_budget_is_named(area, year):
    factories.make_payer(year.budget, factories.make_partnership(area, name="Elsewhere"))
    assert budgets.readiness_of(year.budget).problems == ["Elsewhere takes part in no center of this budget."]


def test_rare_reconciliation_and_an_agreement_that_is_not_executed_are_warnings(area, partner):
    year = make_year(area, partner, frequency="year")
    Agreement.objects.filter(pk=year.budget.agreement_id).update(status="review", executed_on=None)
    year.budget.agreement.refresh_from_db()
    found = budgets.readiness_of(year.budget)
    assert not found.problems
    rarely, unsigned = found.warnings
    assert "less often than every quarter" in rarely
    assert unsigned == "The agreement is not executed yet."


@pytest.mark.parametrize(
    ("days", "said"),
    [
        ({"effective_on": date(2027, 7, 1), "expires_on": None}, "begins on Jul 1, 2027, after this program year"),
        (
            {"effective_on": date(2024, 7, 1), "expires_on": date(2026, 6, 30)},
            "ends on Jun 30, 2026, before this program",
        ),
    ],
)
def test_a_year_outside_the_term_of_the_agreement_is_not_adopted(as_, year, days, said):
    Agreement.objects.filter(pk=year.budget.agreement_id).update(**days)
    page = words(as_("staff").post(at("budget_adopt", year.budget.pk)))
    assert said in page
    assert FundingBudget.objects.get(pk=year.budget.pk).status == "draft"


def test_proration_of_an_adopted_budget_counts_at_once(year):
    budgets.adopt_budget(year.budget, by=None, at=NOW)
    Payer.objects.filter(pk=year.payers[1].pk).update(starts_on=date(2026, 9, 16))
    budgets.update_budget(year.budget, facts={"proration": "days"}, by=None, at=NOW)
    # 300 square feet for 92 days, 100 for 15 days: 27,600 and 1,500 parts of 3,000 dollars.
    assert year.shares()[1, year.payers[1].pk] == Decimal("154.64")


def test_partners_that_were_invoiced_are_not_invoiced_in_another_rhythm(year):
    budgets.update_budget(year.budget, facts={"billing": "month"}, by=None, at=NOW)
    budgets.adopt_budget(year.budget, by=None, at=NOW)
    issued = billing.issue_invoices(year.budget, number=1, due_on=NOW.date(), by=None, at=NOW)
    with pytest.raises(CannotBudget, match="Partners were invoiced"):  # August and September would be on no invoice
        budgets.update_budget(year.budget, facts={"billing": "quarter"}, by=None, at=NOW)
    for each in issued:
        billing.void_invoice(each, reason="Quarters were agreed", by=None, at=NOW)
    budgets.update_budget(year.budget, facts={"billing": "quarter"}, by=None, at=NOW)
    assert billing.billing_periods(FundingBudget.objects.get())[0].total == Decimal("3000.00")


def test_an_actual_count_takes_no_count_of_the_budget_away_when_periods_change(year):
    first = year.budget.periods.get(number=1)
    factories.make_count(year.base, year.payers[0], 250, period=first, stage="actual")
    budgets.update_budget(year.budget, facts={"frequency": "half"}, by=None, at=NOW)
    counts = BaseCount.objects.filter(payer=year.payers[0]).order_by("value")
    assert list(counts.values_list("value", "stage")) == [(Decimal(250), "actual"), (Decimal(300), "plan")]


@pytest.mark.django_db(transaction=True)
def test_a_cost_that_changes_while_the_budget_is_adopted_is_in_its_shares(year):
    second_waits_for(
        lambda: budgets.adopt_budget(year.budget, by=None, at=NOW),
        lambda: lines.update_cost_line(year.line, facts={"amount": Decimal("24000.00")}, by=None, at=NOW),
    )
    assert sum(year.shares().values()) == Decimal("24000.00")


@pytest.mark.django_db(transaction=True)
def test_a_period_is_locked_for_whoever_closes_it(year):
    period = year.budget.periods.get(number=1)
    refusal = second_waits_for(
        lambda: FundingPeriod.objects.filter(pk=period.pk).update(
            status="issued", issued_on=NEXT, pay_by=NEXT, answer_by=NEXT
        ),
        lambda: _locked(period),
    )
    assert isinstance(refusal, CannotBudget)
    assert "Statements for Jul to Sep 2026 were sent." in str(refusal)


def _locked(period: FundingPeriod) -> None:
    from django.db import transaction

    with transaction.atomic():
        lock_open_period(period)


def test_locks_return_what_is_there_now(year):
    period = year.budget.periods.get(number=2)
    assert lock_period(period).budget == year.budget
    Agreement.objects.filter(pk=year.budget.agreement_id).update(status="withdrawn", executed_on=None)
    with pytest.raises(CannotBudget, match="withdrawn"):
        lock_budget(year.budget)


# ---------------------------------------------------------------- Deleting
def test_a_draft_is_deleted_with_all_that_is_in_it(as_, year):
    lines.change_cost_line(year.line, on=date(2027, 1, 1), amount=Decimal(9), by=None, at=NOW)
    factories.make_count_request(year.payers[0])
    assert "cannot be undone" in words(as_("staff").get(at("budget_delete", year.budget.pk)))
    answer = as_("staff").post(at("budget_delete", year.budget.pk))
    assert answer["Location"] == at("budget_list", year.budget.agreement_id)
    assert not FundingBudget.objects.exists()
    assert not CostLine.objects.exists()


def test_a_budget_that_is_adopted_copied_or_has_money_is_not_deleted(as_, year):
    copy = begin(year.budget.agreement, NEXT, copy=year.budget)
    with pytest.raises(CannotBudget, match="A later budget"):
        budgets.delete_budget(year.budget, by=None, at=NOW)
    budgets.delete_budget(copy, by=None, at=NOW)
    contribution = factories.make_contribution(year.payers[0], year.budget.periods.get(number=1))
    answer = as_("staff").post(at("budget_delete", year.budget.pk), follow=True)
    assert "Remove them first." in words(answer)
    contribution.delete()
    budgets.adopt_budget(year.budget, by=None, at=NOW)
    with pytest.raises(CannotBudget, match="adopted"):
        budgets.delete_budget(year.budget, by=None, at=NOW)


# ---------------------------------------------------------------- Pages
def test_the_page_of_a_budget_shows_costs_that_foot_and_who_pays(as_, year, partner):
    factories.make_cost_line(year.pool, name="Alarm", amount=Decimal("50.00"), each="month")
    page = words(as_("manager").get(at("budget_setup", year.budget.pk)))
    for told in (
        "$12,600.00",
        "Alarm",
        "Millrace Adult Learning",
        "Center Street",
        "Terry Impartial",
        "shared by Space",
    ):
        assert told in page
    assert at("pool_add", year.budget.pk) not in page
    assert at("pool_add", year.budget.pk) in words(as_("staff").get(at("budget_setup", year.budget.pk)))


def test_the_agreement_leads_to_its_budgets(as_, year):
    page = words(as_("manager").get(year.budget.agreement.get_absolute_url()))
    assert at("budget_list", year.budget.agreement_id) in page
    assert "Draft" in words(as_("manager").get(at("budget_list", year.budget.agreement_id)))


def test_the_page_costs_the_same_for_one_row_and_for_ten(as_, area, year, queries_of):
    client, address = as_("staff"), at("budget_setup", year.budget.pk)
    client.get(address)
    before = queries_of(lambda: client.get(address))
    for number in range(9):
        base = factories.make_base(year.budget)
        pool = factories.make_pool(base, center=year.center)
        factories.make_cost_line(pool)
        partner = factories.make_partnership(area, name=f"Partner {number}")
        factories.make_payer(year.budget, partner, year.center)
    assert queries_of(lambda: client.get(address)) == before


def test_versions_are_those_of_the_budget(year):
    seen = version_of(year.budget)
    lines.update_cost_line(year.line, facts={"name": "Lease"}, by=None, at=NOW)
    assert version_of(year.budget) == seen
