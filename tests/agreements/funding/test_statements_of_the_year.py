"""The year of one partner, its PDF, the list of budgets, the panel of a partner, and caps."""

from datetime import date
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import timezone

from agreements.funding.caps import cap_of, most
from agreements.funding.partner_years import partner_year
from agreements.funding.sheets import shares_of_budget
from agreements.models import AgreementPdf, CostShare
from agreements.papers import pdfs
from agreements.papers.statements import statement_html
from partners.coverage.programs import load_programs
from partners.models import Program
from tests import factories
from tests.agreements.funding.budget_year import at, words
from tests.agreements.funding.shared_costs import SharedCosts, adopt_shared_costs, make_shared_costs

NOW = timezone.now()


@pytest.fixture
def programs(db: None) -> None:
    """The programs of the law."""
    load_programs()


@pytest.fixture
def costs(area, partner, neighbor_partner) -> SharedCosts:
    return make_shared_costs(area, partner, neighbor_partner)


@pytest.fixture
def adopted(costs) -> SharedCosts:
    return adopt_shared_costs(costs)


# ---------------------------------------------------------------- The year of a partner
def test_the_year_of_a_partner_has_its_shares_and_what_it_gave(adopted):
    payer = adopted.payers[0]
    first = factories.mark_issued(adopted.period(1))
    given = {"status": "accepted", "decided_at": NOW}
    factories.make_contribution(payer, first, amount=Decimal("500.00"), **given)
    factories.make_contribution(payer, first, amount=Decimal("900.00"))
    desks = {"kind": "noncash", "pool": adopted.rent, "valuation": "market", "amount": Decimal("250.00")}
    factories.make_contribution(payer, first, **desks, **given)
    factories.make_statement(payer, first, owed=Decimal("1510.00"), cash=Decimal("500.00"), balance=Decimal("1010.00"))
    factories.make_funding_invoice(payer)
    factories.make_funding_invoice(payer, voided_at=NOW, void_reason="Wrong")
    year = partner_year(shares_of_budget(adopted.budget), payer)
    assert [(each.pool, each.total) for each in year.pools] == [
        (adopted.rent, Decimal("6000.00")), (adopted.technology, Decimal("33.36")),
    ]  # fmt: skip
    assert year.share == Decimal("6033.36") == sum(each.share for each in year.periods)
    assert (year.cash, year.in_kind, year.given, year.left) == (
        Decimal(500), Decimal(250), Decimal(750), Decimal("5283.36"),
    )  # fmt: skip
    assert year.invoiced == Decimal("750.00")
    assert year.periods[0].statement
    assert year.periods[0].statement.balance == Decimal("1010.00")


def test_the_page_of_a_statement(as_, costs, partner, programs):
    partner.programs.add(Program.objects.get(code="title-i-adult"))
    factories.make_funding_source(costs.payers[0], name="Title I administration")
    page = words(as_("manager").get(at("payer_statement", costs.budget.pk, costs.payers[0].pk)))
    assert "$6,033.36" in page
    assert "Title I administration:" in page
    assert "Floor plan" in page
    assert "3 percent of WIOA title I" in page
    assert at("share_explain", costs.budget.pk, costs.rent.pk, costs.payers[0].pk) + "?period=4" in page


def test_a_statement_is_made_as_a_pdf_on_one_page(as_, cast, costs):
    answer = as_("manager").post(at("payer_statement_pdf", costs.budget.pk, costs.payers[0].pk))
    made = AgreementPdf.objects.get()
    assert (made.kind, answer["Location"]) == ("statement", made.get_absolute_url())
    assert "Statement of a partner" in words(as_("manager").get(made.get_absolute_url()))
    assert as_("manager").post(at("payer_statement_pdf", costs.budget.pk, costs.payers[0].pk))["Location"] == (
        made.get_absolute_url()
    )
    pdf = pdfs.make(made, lambda share, words="": None)
    assert pdf.pages == 1
    year = partner_year(shares_of_budget(costs.budget), costs.payers[0])
    html = statement_html(costs.budget, year, None, at=NOW)
    assert "$6,033.36" in html
    assert "Nobody owes these shares" in html
    as_("staff").post(at("payer_statement_pdf", costs.budget.pk, costs.payers[1].pk))
    assert AgreementPdf.objects.count() == 2


def test_old_statements_are_deleted_and_reports_are_not(costs, cast):
    old = {"agreement": costs.budget.agreement, "asked_at": NOW - 2 * pdfs.KEPT, "asked_by": None, "html": "x"}
    for kind in AgreementPdf.Kind.values:
        AgreementPdf.objects.create(kind=kind, digest=kind, status="failed", **old)
    pdfs.clean_up(at=NOW)
    assert list(AgreementPdf.objects.values_list("kind", flat=True)) == ["impasse"]


# ---------------------------------------------------------------- The budgets of an area
def test_the_list_has_budgets_of_all_years(as_, area, costs):
    past = factories.make_budget(
        costs.budget.agreement, first_on=date(2020, 7, 1), status="adopted", adopted_on="2020-06-01"
    )
    page = words(as_("staff").get(at("cost_shares", area.slug)))
    assert "Program year 2026" in page
    assert "$12,100.00" in page
    assert "Past year" in page
    page = words(as_("staff").get(at("cost_shares", area.slug), {"status": "adopted", "year": "2020"}))
    assert past.get_absolute_url() in page
    assert costs.budget.get_absolute_url() not in page
    assert costs.budget.get_absolute_url() in words(as_("staff").get(at("cost_shares", area.slug), {"q": "IFA-26"}))
    answer = as_("staff").get(at("cost_shares", area.slug), {"export": "csv"})
    lines = b"".join(answer.streaming_content).decode("utf-8-sig").splitlines()
    assert lines[1] == "2026,IFA-26-01,Draft,3,12100.00,0"


def test_a_list_without_budgets_leads_to_the_first_step(as_, area):
    page = words(as_("staff").get(at("cost_shares", area.slug)))
    assert "No budget yet" in page
    assert at("agreement_list", area.slug) in page
    ifa = factories.make_ifa(area)
    assert ifa.get_absolute_url() in words(as_("staff").get(at("cost_shares", area.slug)))
    assert as_("nobody").get(at("cost_shares", area.slug)).status_code == 404


def test_a_partner_that_is_no_party_does_not_see_a_budget_in_the_list(as_, area):
    budget = factories.make_budget(factories.make_ifa(area))
    assert budget.get_absolute_url() not in words(as_("manager").get(at("cost_shares", area.slug)))


def test_the_page_of_a_partner_names_its_shares(as_, adopted):
    payer = adopted.payers[0]
    address = reverse("partners:partnership_detail", args=[payer.partnership_id])
    page = words(as_("manager").get(address))
    assert at("payer_statement", adopted.budget.pk, payer.pk) in page
    assert "$6,033.36" in page
    CostShare.objects.all().delete()
    assert "not adopted yet" in words(
        as_("manager").get(reverse("partners:partnership_detail", args=[payer.partnership_id]))
    )


# ---------------------------------------------------------------- Caps
@pytest.mark.usefixtures("programs")
@pytest.mark.parametrize(
    ("code", "percent"),
    [
        ("title-i-adult", "3"), ("title-i-dislocated-worker", "3"), ("title-i-youth", "3"), ("wagner-peyser", "3"),
        ("vocational-rehabilitation", "1.5"), ("tanf", "1.5"), ("csbg", "1.5"), ("aefla", "1.5"), ("perkins", "1.5"),
    ],
)  # fmt: skip
def test_the_cap_of_a_program(code, percent):
    cap = cap_of(Program.objects.get(code=code))
    assert cap
    assert cap.percent == Decimal(percent)


@pytest.mark.usefixtures("programs")
def test_native_american_programs_and_additional_partners_have_no_cap():
    assert cap_of(Program.objects.get(code="native-american")) is None
    assert cap_of(Program.objects.get(code="snap-et")) is None


def test_a_cap_is_lowered_by_the_part_of_areas_that_agreed():
    assert most(Decimal(1_000_000), Decimal("1.5")) == Decimal("15000.00")
    assert most(Decimal(1_000_000), Decimal("1.5"), agreed=Decimal("0.25")) == Decimal("11250.00")
    for funds, percent, agreed in ((-1, 1, 0), (1, -1, 0), (1, 1, 2)):
        with pytest.raises(ValueError, match="not negative"):
            most(Decimal(funds), Decimal(percent), agreed=Decimal(agreed))
