"""The sheet of shares, and how a figure comes about."""

from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest
from django.urls import reverse

from agreements.funding.explanations import exact_text, explain
from agreements.funding.plans import counted, weights_of
from agreements.funding.sheets import change_of, shares_of_budget, sheet_of
from agreements.models import CostLine, CostShare, FundingBudget, NegotiatedShare
from partners.coverage.programs import load_programs
from partners.models import Program
from tests import factories
from tests.agreements.funding.budget_year import at, words
from tests.agreements.funding.shared_costs import SharedCosts, adopt_shared_costs, make_shared_costs


@pytest.fixture
def costs(area, partner, neighbor_partner) -> SharedCosts:
    return make_shared_costs(area, partner, neighbor_partner)


@pytest.fixture
def adopted(costs) -> SharedCosts:
    return adopt_shared_costs(costs)


# ---------------------------------------------------------------- The sheet
def test_rows_columns_and_the_cost_of_pools_agree(costs):
    sheet = sheet_of(shares_of_budget(costs.budget))
    assert [line.total for line in sheet.lines] == [Decimal("6033.36"), Decimal("3633.32"), Decimal("2433.32")]
    assert [column.total for column in sheet.columns] == [Decimal("12000.00"), Decimal("100.00")]
    assert sheet.total == sheet.by_rows == sheet.by_columns == sheet.cost == Decimal("12100.00")
    assert sheet.adds_up
    assert sheet.meets_cost


def test_a_sheet_of_a_period_and_of_a_center(costs):
    shares = shares_of_budget(costs.budget)
    quarter = sheet_of(shares, period=2)
    assert quarter.total == Decimal("3025.00")
    assert sum(sheet_of(shares, period=number).total for number in (1, 2, 3, 4)) == Decimal("12100.00")
    center = sheet_of(shares, center=costs.center.pk)
    assert [column.pool for column in center.columns] == [costs.rent]
    assert sheet_of(shares, center=0).total == Decimal("100.00")


def test_shares_of_an_adopted_budget_are_those_that_are_stored(adopted):
    CostLine.objects.filter(pk=adopted.lease.pk).update(amount="24000.00")
    sheet = sheet_of(shares_of_budget(adopted.budget))
    assert sheet.total == Decimal("12100.00")
    assert sheet.cost == Decimal("24100.00")
    assert not sheet.meets_cost


def test_a_removed_payer_stays_where_it_has_stored_shares(adopted):
    payer = adopted.payers[2]
    payer.archived_at = "2026-11-01T12:00Z"
    payer.save()
    assert sheet_of(shares_of_budget(adopted.budget)).total == Decimal("12100.00")
    CostShare.objects.filter(payer=payer).delete()
    assert [line.payer for line in sheet_of(shares_of_budget(adopted.budget)).lines] == adopted.payers[:2]


def test_costs_that_nobody_shares_are_named(costs, as_):
    base = factories.make_base(costs.budget, name="Customers", kind="customers")
    factories.make_cost_line(factories.make_pool(base, name="Resource room", position=3), amount="400.00")
    sheet = sheet_of(shares_of_budget(costs.budget))
    assert [(column.pool.name, column.unshared) for column in sheet.unshared] == [("Resource room", Decimal("400.00"))]
    page = words(as_("staff").get(costs.budget.get_absolute_url()))
    assert "$400.00 of Resource room is not shared" in page
    assert "The pools cost $12,500.00" in page


def test_shares_are_compared_with_last_year(costs, as_):
    before = factories.make_budget(costs.budget.agreement, first_on=date(2025, 7, 1))
    base = factories.make_base(before, name="Equal", kind="equal")
    factories.make_cost_line(factories.make_pool(base, name="RENT", center=costs.center), amount="8000.00")
    factories.make_payer(before, costs.payers[0].partnership, costs.center)
    factories.make_payer(before, costs.payers[1].partnership, costs.center)
    FundingBudget.objects.filter(pk=costs.budget.pk).update(before=before)
    costs.budget.refresh_from_db()
    sheet = sheet_of(shares_of_budget(costs.budget), last_year=shares_of_budget(before))
    changes = [line.change for line in sheet.lines]
    assert [change and change.before for change in changes] == [Decimal("4000.00"), Decimal("4000.00"), None]
    assert [change and change.percent for change in changes] == [Decimal("50.8"), Decimal("-9.2"), None]
    assert [change and change.is_flagged for change in changes] == [True, False, None]
    page = words(as_("staff").get(costs.budget.get_absolute_url()))
    assert "1 share changed by more than 10 percent since last year" in page
    assert "up 50.8 percent" in page
    assert "down 9.2 percent" in page
    page = words(as_("staff").get(at("share_explain", costs.budget.pk, costs.rent.pk, costs.payers[0].pk)))
    assert "Last year: $4,000.00," in page


def test_a_change_from_nothing_is_flagged():
    assert change_of(Decimal(0), Decimal(1), flag_above=Decimal(10)).is_flagged
    assert not change_of(Decimal(0), Decimal(0), flag_above=Decimal(10)).is_flagged
    assert not change_of(Decimal(100), Decimal(110), flag_above=Decimal(10)).is_flagged
    assert change_of(Decimal(100), Decimal("89.99"), flag_above=Decimal(10)).is_flagged


# ---------------------------------------------------------------- Pages
def test_the_page_shows_every_figure_as_a_link_that_explains_it(as_, adopted):
    answer = as_("manager").get(adopted.budget.get_absolute_url())
    page = words(answer)
    for pool in (adopted.rent, adopted.technology):
        for payer in adopted.payers:
            assert at("share_explain", adopted.budget.pk, pool.pk, payer.pk) in page
    assert "Rows, columns and the cost of the pools agree: $12,100.00." in page
    assert "Adds up to the cent" in page
    assert "This is a draft" not in page
    page = words(as_("manager").get(adopted.budget.get_absolute_url(), {"period": "2", "center": "0"}))
    assert "Rows, columns and the cost of the pools agree: $25.00." in page
    assert at("share_explain", adopted.budget.pk, adopted.technology.pk, adopted.payers[0].pk) + "?period=2" in page
    for strange in ("abc", "9", "-1", "²", "9" * 30):
        answer = as_("manager").get(adopted.budget.get_absolute_url(), {"period": strange, "center": strange})
        assert answer.status_code == 200


def test_the_sheet_is_exported(as_, costs):
    answer = as_("staff").get(costs.budget.get_absolute_url(), {"export": "csv"})
    lines = b"".join(answer.streaming_content).decode("utf-8-sig").splitlines()
    assert lines[0].startswith("Partner,")
    assert lines[1].endswith(",6000.00,33.36,6033.36,")
    assert lines[-2:] == ["All partners,12000.00,100.00,12100.00,", "Cost of the pools,12000.00,100.00,12100.00,"]
    assert as_("staff").get(costs.budget.get_absolute_url(), {"export": "xlsx"}).status_code == 200


def test_caps_of_the_state_mechanism_are_information(as_, costs, partner):
    load_programs()
    partner.programs.add(Program.objects.get(code="vocational-rehabilitation"))
    page = words(as_("board").get(costs.budget.get_absolute_url()))
    assert "These caps do not limit what partners agree on." in page
    assert "1.5 percent of vocational rehabilitation funds" in page
    assert "Values since program year 2020" in page


def test_an_empty_budget_says_what_is_missing(as_, area):
    budget = factories.make_budget(factories.make_ifa(area))
    assert "No shares yet" in words(as_("staff").get(budget.get_absolute_url()))


def test_others_do_not_see_the_shares(as_, area):
    budget = factories.make_budget(factories.make_ifa(area))
    assert as_("neighbor").get(budget.get_absolute_url()).status_code == 404
    assert as_("manager").get(budget.get_absolute_url()).status_code == 404


def test_pages_cost_the_same_for_many_partners_and_pools(as_, area, costs, queries_of):
    client = as_("staff")
    addresses = [
        costs.budget.get_absolute_url(),
        at("share_explain", costs.budget.pk, costs.rent.pk, costs.payers[0].pk),
        at("pool_explain", costs.budget.pk, costs.rent.pk),
        at("payer_statement", costs.budget.pk, costs.payers[0].pk),
        at("cost_shares", area.slug),
        at("what_if", costs.budget.pk) + "?change=rise:0:3:1",
        reverse("partners:partnership_detail", args=[costs.payers[0].partnership_id]),
    ]
    for address in addresses:
        client.get(address)
    few = [queries_of(lambda address=address: client.get(address)) for address in addresses]
    for number in range(8):
        pool = factories.make_pool(costs.space, name=f"Pool {number}", position=3)
        factories.make_cost_line(pool, amount="1000.00")
        payer = factories.make_payer(costs.budget, factories.make_partnership(area), costs.center)
        factories.make_count(costs.space, payer, 50)
        another = factories.make_budget(factories.make_ifa(area), first_on=date(2020 + number, 7, 1))
        factories.make_payer(another, costs.payers[0].partnership)
        factories.make_cost_line(factories.make_pool(factories.make_base(another)))
    assert [queries_of(lambda address=address: client.get(address)) for address in addresses] == few


# ---------------------------------------------------------------- Explanations
def test_a_share_is_explained_to_the_last_cent(as_, costs):
    shares = shares_of_budget(costs.budget)
    [step] = explain(shares, costs.rent, costs.payers[1], 1)
    assert [step.weight, step.of_weight, step.cost, step.amount] == [360, 1200, 3000, 900]
    assert step.counted
    assert [step.counted.own, step.counted.common] == [300, 60]
    assert step.is_even
    steps = [explain(shares, costs.technology, payer, 2)[0] for payer in costs.payers]
    assert [step.exact for step in steps] == ["8.3333…"] * 3
    assert [(step.amount, step.got_a_cent) for step in steps] == [
        (Decimal("8.34"), True), (Decimal("8.33"), False), (Decimal("8.33"), False),
    ]  # fmt: skip
    address = at("share_explain", costs.budget.pk, costs.technology.pk, costs.payers[0].pk)
    page = words(as_("manager").get(address, {"period": "2"}))
    assert "How $8.34 was calculated" in page
    assert "one cent was added" in page
    assert "1 / 3 = 33.3333… %" in page
    page = words(as_("manager").get(at("share_explain", costs.budget.pk, costs.rent.pk, costs.payers[1].pk)))
    assert "300 own and 60 of the common area" in page
    assert "300 from Jul to Sep 2026 on" in page
    assert "counted Jun 30, 2026" in page
    assert "The year is the sum of its periods." in page


def test_a_partner_that_joins_within_a_period_is_explained_by_its_months(costs):
    payer = costs.payers[2]
    payer.starts_on = date(2026, 9, 1)
    payer.save()
    shares = shares_of_budget(costs.budget)
    [step] = explain(shares, costs.technology, payer, 1)
    assert step.counted
    assert [step.counted.part, step.counted.whole, step.weight, step.of_weight] == [1, 3, 1, 7]
    assert step.is_part_time


def test_weights_are_counts_times_months(costs):
    costs.payers[2].starts_on = date(2026, 8, 15)
    costs.payers[2].save()
    plan = shares_of_budget(costs.budget).plan
    for pool in plan.pools:
        for period in plan.periods:
            parts, weights = counted(plan, pool, period), weights_of(plan, pool, period)
            assert weights.keys() == parts.keys()
            is_whole = all(each.part == each.whole for each in parts.values())
            assert all(weights[key] == each.count * (1 if is_whole else each.part) for key, each in parts.items())


def test_a_negotiated_share_is_explained_by_its_decision(as_, costs):
    payer = costs.payers[2]
    payer.is_negotiated, payer.decision, payer.decided_on = True, "The tribe pays for its desk.", date(2026, 5, 4)
    payer.save()
    NegotiatedShare.objects.create(
        agreement=costs.budget.agreement, payer=payer, pool=costs.rent, amount=Decimal("1200.00")
    )
    shares = shares_of_budget(costs.budget)
    [step] = explain(shares, costs.rent, payer, 1)
    assert not step.is_counted
    [other] = explain(shares, costs.rent, costs.payers[0], 1)
    assert (other.cost, other.negotiated, other.left) == (Decimal(3000), Decimal(300), Decimal(2700))
    page = words(as_("board").get(at("share_explain", costs.budget.pk, costs.rent.pk, payer.pk), {"period": "1"}))
    assert "The tribe pays for its desk." in page
    assert "by the recorded decision" in page
    page = words(as_("board").get(at("share_explain", costs.budget.pk, costs.technology.pk, payer.pk)))
    assert "This partner does not share the pool" in page


def test_a_count_that_changed_after_a_period_was_settled_is_not_taken_for_that_of_the_share(adopted):
    count = adopted.space.counts.get(payer=adopted.payers[0])
    count.value = Decimal(900)
    count.save()
    [step] = explain(shares_of_budget(adopted.budget), adopted.rent, adopted.payers[0], 1)
    assert step.weight == 600
    assert step.counted is None


def test_a_pool_is_explained_line_by_line(as_, costs):
    CostLine.objects.filter(pk=costs.lease.pk).update(escalator=Decimal(3), escalated=2)
    page = words(as_("manager").get(at("pool_explain", costs.budget.pk, costs.rent.pk), {"period": "3"}))
    assert "$12,730.80 a year" in page
    assert "($12,000.00 and 3 percent a year for 2 years)" in page
    assert "Who shares it, Jan to Mar 2027" in page
    assert "3,182.70" in page


@pytest.mark.parametrize("name", ["pool_explain", "share_explain", "payer_statement"])
def test_rows_of_another_budget_are_not_found(as_, area, costs, name):
    other = factories.make_budget(factories.make_ifa(area))
    parts = {
        "pool_explain": (costs.rent.pk,),
        "share_explain": (costs.rent.pk, costs.payers[0].pk),
        "payer_statement": (costs.payers[0].pk,),
    }[name]
    assert as_("staff").get(at(name, costs.budget.pk, *parts)).status_code == 200
    assert as_("staff").get(at(name, other.pk, *parts)).status_code == 404


def test_exact_amounts_are_cut_off_after_four_decimals():
    assert exact_text(Fraction(1, 3)) == "0.3333…"
    assert exact_text(Fraction("31520.3007")) == "31,520.3007"
    assert exact_text(Fraction("1234567.5")) == "1,234,567.5000"
