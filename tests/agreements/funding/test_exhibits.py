"""The budget of a funding agreement on paper, in its text, and as an element that the law requires."""

import io
import re
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pikepdf
import pytest
from django.utils import timezone

from agreements.drafting.completeness import completeness_of
from agreements.drafting.surroundings import parties_of, surroundings_of
from agreements.funding.shares import store_shares
from agreements.models import Agreement, AgreementPdf, CostLine, CostShare, FundingBudget, Payer
from agreements.papers import exhibits, pdfs, texts
from onestop.files.pdf import Pdf
from onestop.ui.checklist import MET, MISSING, PART
from tests import factories
from tests.agreements.funding.generator import Size, make_plan, store_plan

NOW = timezone.now()
TODAY = date(2026, 11, 28)


def told_by(html: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


@pytest.fixture(autouse=True)
def private_files(settings: Any, tmp_path: Any) -> None:
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def ifa(area) -> Agreement:
    return factories.make_ifa(area, status="review", origin="drafted", number="IFA-27-01", executed_on=None)


@pytest.fixture
def budget(ifa, partner) -> FundingBudget:
    """Rent of 12,000 dollars: 300 square feet of the partner, 100 of the library, which leaves at the end of 2026."""
    budget = factories.make_budget(ifa, negotiator="Terry Impartial", note="As measured in 2025.")
    base = factories.make_base(budget, name="Space", common=Decimal(200))
    factories.make_cost_line(factories.make_pool(base, name="Rent"))
    first = factories.make_payer(budget, partner)
    library = factories.make_partnership(ifa.area, name="Millpond Library")
    second = factories.make_payer(budget, library, position=2, ends_on=date(2026, 12, 31))
    factories.make_count(base, first, 300)
    factories.make_count(base, second, 100)
    return budget


# ---------------------------------------------------------------- The exhibit
def test_the_exhibit_has_costs_method_counts_and_shares(budget):
    told = told_by(exhibits.exhibit_html(budget, today=TODAY))
    assert "Draft of November 28, 2026" in told
    assert "Terry Impartial" in told
    assert "As measured in 2025." in told
    assert "invoiced every quarter. Statements are sent within 45 days after a period and paid within 15 days." in told
    assert "Rent Infrastructure costs Space $12,000.00" in told
    assert "Millpond Library (until December 31, 2026) $1,500.00 $1,500.00" in told
    assert "All partners $12,000.00 $12,000.00" in told
    assert "Millpond Library $750.00 $750.00 $0.00 $0.00" in told
    assert "Millpond Library 12.500% $1,500.00" in told
    assert "A common area of 200 square feet is shared in proportion to own space." in told
    assert "Exhibit A: Budget and shares, Program year 2026" in told


def test_every_total_of_a_large_exhibit_foots(area):
    plan = make_plan(11, Size(frequency="month"))
    partners = [factories.make_partnership(area) for _ in plan.payers]
    centers = [factories.make_center(area) for _ in range(5)]
    shown = exhibits.exhibit_of(store_plan(plan, factories.make_ifa(area), partners, centers))
    assert shown.totals.total == shown.cost == sum(part.shared for part in shown.pools)
    assert sum(total for table in shown.by_period for total in table.totals) == shown.cost
    assert sum(row.total for row in shown.by_category) == shown.cost
    assert (len(shown.by_period), len(shown.pools), len(shown.negotiated)) == (3, 12, 1)


def test_an_adopted_budget_shows_what_is_stored(budget):
    store_shares(budget)
    FundingBudget.objects.update(status="adopted", adopted_on=TODAY)
    share = CostShare.objects.order_by("pk")[0]
    CostShare.objects.filter(pk=share.pk).update(amount=share.amount + 1)
    budget.refresh_from_db()
    assert exhibits.exhibit_of(budget).totals.total == Decimal(12001)


def test_a_count_that_changes_has_its_own_column_and_what_nobody_shares_is_named(budget):
    base = budget.bases.get()
    factories.make_count(base, Payer.objects.get(position=2), 150, period=budget.periods.get(number=2))
    told = told_by(exhibits.exhibit_html(budget, today=TODAY))
    assert "From July 1, 2026 From October 1, 2026" in told
    assert "Millpond Library 100 150" in told
    bare = factories.make_pool(factories.make_base(budget, name="Customers", kind="customers"), name="Desk")
    factories.make_cost_line(bare, amount=Decimal("400.00"))
    assert "$400.00 is not shared yet: nobody has a count." in told_by(exhibits.exhibit_html(budget, today=TODAY))


def test_a_negotiated_share_is_shown_with_its_decision(budget):
    nation = factories.make_partnership(budget.agreement.area, name="River Nation")
    decided = {"decision": "Pays nothing.", "decided_on": date(2026, 5, 4)}
    factories.make_payer(budget, nation, is_negotiated=True, position=3, **decided)
    told = told_by(exhibits.exhibit_html(budget, today=TODAY))
    assert "River Nation: its share is negotiated" in told
    assert "Decided May 4, 2026: Pays nothing." in told


def test_an_exhibit_costs_the_same_for_few_and_many(area, budget, queries_of):
    few = queries_of(lambda: exhibits.exhibit_of(budget))
    base = budget.bases.get()
    for number in range(3, 9):
        payer = factories.make_payer(budget, factories.make_partnership(area), position=number)
        factories.make_count(base, payer, number)
        factories.make_cost_line(factories.make_pool(base))
    assert queries_of(lambda: exhibits.exhibit_of(budget)) == few


# ---------------------------------------------------------------- In the text
def test_the_text_of_a_draft_has_its_budget_as_an_exhibit_and_is_frozen_with_it(ifa, budget):
    for html in (texts.agreement_html(ifa, today=TODAY), texts.frozen_html(ifa)):
        assert "Exhibit A: Budget and shares, Program year 2026" in told_by(html)
    frozen = texts.frozen_html(ifa)
    Payer.objects.filter(position=2).update(ends_on=None)
    assert texts.frozen_html(ifa) != frozen
    later = factories.make_budget(ifa, first_on=date(2027, 7, 1))
    assert "Exhibit B" not in told_by(texts.frozen_html(ifa))  # it has no pools yet
    base = factories.make_base(later)
    factories.make_pool(base)
    factories.make_payer(later, Payer.objects.all()[0].partnership)
    assert "Exhibit B: Budget and shares, Program year 2027" in told_by(texts.frozen_html(ifa))


def test_other_agreements_have_no_exhibit(area):
    assert "Exhibit" not in told_by(texts.agreement_html(factories.make_agreement(area), today=TODAY))


# ---------------------------------------------------------------- The PDF
def test_the_pdf_of_a_sent_agreement_shows_the_budget_that_was_frozen_with_it(cast, ifa, budget):
    draft = pdfs.ask_for_text(ifa, by=cast["staff"], at=NOW)
    assert "12,000.00" in draft.html
    factories.make_clause(ifa, title="Purpose", text="<p>We share costs.</p>")
    html = texts.frozen_html(ifa)
    sending = factories.make_sending(ifa, body=html)
    Agreement.objects.filter(pk=ifa.pk).update(status="executed", executed_on=TODAY)
    ifa.refresh_from_db()
    CostLine.objects.update(amount=Decimal(24000))
    made = pdfs.ask_for_text(ifa, by=cast["board"], at=NOW)
    assert html in made.html
    assert "24,000.00" not in made.html
    assert sending.document.title in made.html


def test_the_pdf_is_made_tagged_and_tidied_up_later(cast, budget):
    made = pdfs.ask_for_exhibit(budget, by=cast["staff"], at=NOW - timedelta(days=40))
    assert pdfs.MAKER.work_on(made.pk, at=NOW)
    made.refresh_from_db()
    assert (made.status, made.kind) == ("ready", "exhibit")
    with made.file.open() as file, pikepdf.open(io.BytesIO(file.read())) as pdf:
        assert pdf.Root.MarkInfo.Marked
        assert str(pdf.docinfo["/Title"]) == "Exhibit, IFA-27-01, Program year 2026"
    assert pdfs.clean_up(at=NOW) == 1


def test_the_same_budget_is_printed_once(cast, budget, monkeypatch):
    monkeypatch.setattr(pdfs, "make_pdf", lambda html, **_options: Pdf(html.encode(), 1))
    for who in ("staff", "manager"):
        pdfs.ask_for_exhibit(budget, by=cast[who], at=NOW)
    assert AgreementPdf.objects.count() == 1
    Payer.objects.filter(position=2).update(ends_on=None)
    pdfs.MAKER.work_on(AgreementPdf.objects.get().pk, at=NOW)
    pdfs.ask_for_exhibit(budget, by=cast["staff"], at=NOW)
    assert AgreementPdf.objects.count() == 2


# ---------------------------------------------------------------- What the law requires
def found_in(agreement: Agreement) -> tuple[str, str]:
    parties = parties_of(agreement)
    around = surroundings_of(agreement, parties, today=TODAY)
    clauses = list(agreement.clauses.current().in_order())
    found = completeness_of(agreement, clauses, agreement.element_records.all(), around)
    [budget] = [each for each in found.requirements if each.element.code == "ifa_budget"]
    return budget.state, budget.where


def test_a_budget_with_pools_and_payers_answers_for_itself(ifa, budget):
    assert found_in(ifa) == (MET, "Budget of program year 2026: 1 cost pool, 2 partners pay.")
    FundingBudget.objects.update(frequency="half")
    assert found_in(ifa) == (PART, "The budget is reconciled less often than quarterly.")


def test_the_draft_of_a_later_year_says_nothing_about_an_agreement_that_was_sent(ifa, budget):
    later = factories.make_budget(ifa, first_on=date(2027, 7, 1), frequency="year")
    factories.make_pool(factories.make_base(later, name="Space"))
    factories.make_payer(later, Payer.objects.earliest("pk").partnership)
    assert found_in(ifa)[0] == PART
    FundingBudget.objects.filter(pk=budget.pk).update(status="adopted", adopted_on=TODAY)
    Agreement.objects.filter(pk=ifa.pk).update(status="executed", executed_on=TODAY)
    ifa.refresh_from_db()
    assert found_in(ifa) == (MET, "Budget of program year 2026: 1 cost pool, 2 partners pay.")


def test_without_payers_a_clause_answers_or_it_is_missing(ifa):
    factories.make_pool(factories.make_base(factories.make_budget(ifa)))
    assert found_in(ifa)[0] == MISSING
    text = "The budget of each year is reconciled every quarter with actual costs by the method of exhibit A."
    factories.make_clause(ifa, elements=["ifa_budget"], text=text)
    assert found_in(ifa) == (MET, "")


def test_a_clause_that_says_more_than_the_budget_counts(ifa, budget):
    FundingBudget.objects.update(frequency="year")
    text = "The budget of each year is reconciled every quarter with actual costs by the method of exhibit A."
    factories.make_clause(ifa, elements=["ifa_budget"], text=text)
    assert found_in(ifa) == (MET, "")
