"""The workbook, the CSV and the exhibit of a budget as pages give them."""

import csv
import io
from datetime import date
from decimal import Decimal
from typing import Any

import openpyxl
import pytest

from agreements.funding.shares import store_shares
from agreements.funding.shares_table import share_rows
from agreements.models import AgreementPdf, CostPool, CostShare, FundingBudget, Payer
from tests import factories
from tests.agreements.funding.budget_year import at
from tests.agreements.funding.generator import Size, make_plan, store_plan
from tests.agreements.funding.workbooks import expected


@pytest.fixture
def budget(area, partner) -> FundingBudget:
    plan = make_plan(4, Size(payers=5, pools=3, centers=2))
    ifa = factories.make_ifa(area, number="IFA-27-01")
    partners = [partner, *(factories.make_partnership(area) for _ in plan.payers[1:])]
    factories.make_party(ifa, partner)
    return store_plan(plan, ifa, partners, [factories.make_center(area) for _ in range(2)])


def adopt(budget: FundingBudget) -> None:
    store_shares(budget)
    FundingBudget.objects.filter(pk=budget.pk).update(status="adopted", adopted_on=date(2026, 6, 25))
    budget.refresh_from_db()


def downloaded(answer: Any) -> bytes:
    return b"".join(answer.streaming_content)


# ---------------------------------------------------------------- Rows
def test_stored_and_computed_shares_are_the_same_rows(budget):
    computed = list(share_rows(budget))
    adopt(budget)
    assert list(share_rows(budget)) == computed
    assert sum(row.amount for row in computed) == sum(expected(make_plan(4, Size(5, 3, 2))).values())


def test_shares_of_what_was_removed_from_an_adopted_budget_are_still_there(budget):
    adopt(budget)
    total = sum(row.amount for row in share_rows(budget))
    Payer.objects.filter(position=2).update(archived_at="2026-10-01T12:00Z")
    CostPool.objects.filter(position=1).update(archived_at="2026-10-01T12:00Z")
    assert sum(row.amount for row in share_rows(budget)) == total


def test_rows_cost_the_same_for_few_and_many(area, budget, queries_of):
    few = queries_of(lambda: list(share_rows(budget)))
    base = budget.bases.first()
    assert base
    for position in range(6, 12):
        payer = factories.make_payer(budget, factories.make_partnership(area), position=position)
        factories.make_count(base, payer, position)
        factories.make_cost_line(factories.make_pool(base))
    assert queries_of(lambda: list(share_rows(budget))) == few


# ---------------------------------------------------------------- Downloads
def test_a_partner_downloads_the_workbook(as_, budget):
    answer = as_("manager").get(at("budget_workbook", budget.pk))
    assert 'filename="riverbend-ifa-27-01-2026-cost-shares.xlsx"' in answer["Content-Disposition"]
    book = openpyxl.load_workbook(io.BytesIO(downloaded(answer)))
    assert book.sheetnames[:4] == ["Summary", "Inputs", "Partners", "Counts"]
    assert [name[:8] for name in book.sheetnames[4:]] == ["1 Pool 1", "2 Pool 2", "3 Pool 3"]


def test_the_workbook_of_an_adopted_budget_names_what_is_on_record(as_, budget):
    adopt(budget)
    share = CostShare.objects.order_by("-amount")[0]
    CostShare.objects.filter(pk=share.pk).update(amount=share.amount + 1)
    content = downloaded(as_("staff").get(at("budget_workbook", budget.pk)))
    sheet: Any = openpyxl.load_workbook(io.BytesIO(content), data_only=True)["Summary"]
    labels = [cell.value for cell in sheet[3]]
    assert labels[-2:] == ["On record", "Difference"]
    differences = [sheet.cell(row, len(labels)).value for row in range(4, 9)]
    assert sorted(differences) == [-1, 0, 0, 0, 0]


def test_the_csv_has_every_share_with_its_fraction(as_, budget):
    answer = as_("board").get(at("budget_csv", budget.pk))
    rows = list(csv.DictReader(io.StringIO(downloaded(answer).decode("utf-8-sig"))))
    assert sum(Decimal(row["Share"]) for row in rows) == sum(row.amount for row in share_rows(budget))
    for row in rows:
        if row["Weight"] and Decimal(row["Of weight"]):
            exact = Decimal(row["Of amount"]) * Decimal(row["Weight"]) / Decimal(row["Of weight"])
            assert abs(exact - Decimal(row["Share"])) < Decimal("0.01")
    assert {row["Period"] for row in rows} == {str(period) for period in budget.periods.all()}


def test_a_workbook_costs_the_same_queries_for_few_and_many(as_, area, budget, queries_of):
    client = as_("staff")
    client.get(at("budget_csv", budget.pk))  # the first page of a session costs more
    few = queries_of(lambda: client.get(at("budget_workbook", budget.pk)))
    base = budget.bases.first()
    assert base
    for position in range(6, 12):
        payer = factories.make_payer(budget, factories.make_partnership(area), position=position)
        factories.make_count(base, payer, position)
        factories.make_cost_line(factories.make_pool(base))
    assert queries_of(lambda: client.get(at("budget_workbook", budget.pk))) == few


def test_strangers_get_nothing(as_, budget):
    for name in ("budget_workbook", "budget_csv"):
        assert as_("neighbor").get(at(name, budget.pk)).status_code == 404
    assert as_("neighbor").post(at("exhibit_ask", budget.pk)).status_code == 404


def test_whoever_sees_the_budget_asks_for_the_exhibit_once(as_, budget):
    answer = as_("manager").post(at("exhibit_ask", budget.pk))
    made = AgreementPdf.objects.get()
    assert (made.kind, answer["Location"]) == ("exhibit", at("pdf_detail", made.pk))
    assert as_("manager").get(answer["Location"]).status_code == 200
    assert as_("manager").post(at("exhibit_ask", budget.pk))["Location"] == answer["Location"]
    Payer.objects.filter(position=2).update(ends_on=date(2026, 12, 31))
    assert "You already requested this PDF" in as_("manager").post(at("exhibit_ask", budget.pk), follow=True).content.decode()  # fmt: skip # noqa: E501
