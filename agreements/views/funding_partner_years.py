"""The year of one partner by a budget: a page for it, and a PDF."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from agreements.funding.caps import FROM_YEAR, caps_of
from agreements.funding.partner_years import PartnerYear, partner_year
from agreements.funding.sheets import BudgetShares, comparison, shares_of_budget
from agreements.funding_context import budget_breadcrumbs, get_budget, get_budget_before
from agreements.models import FundingBudget
from agreements.papers import statements
from onestop.accounts.requests import SignedIn
from onestop.editing.idempotency import idempotent
from onestop.files.document_pages import show_what_waits
from onestop.files.documents import AlreadyWaiting
from partners.models import Program


def payer_statement(request: HttpRequest, pk: int, payer_pk: int) -> HttpResponse:
    """Show what a partner bears and gives in the year of a budget."""
    budget = get_budget(request, pk)
    shares, year, change = _year(request, budget, payer_pk)
    programs = Program.objects.filter(partnership_links__partnership=year.payer.partnership_id).order_by("position")
    context = {
        "title": str(year.payer),
        "crumbs": budget_breadcrumbs(budget),
        "here": _("Statement of the year"),
        "budget": budget,
        "agreement": budget.agreement,
        "payer": year.payer,
        "year": year,
        "periods": shares.periods,
        "change": change,
        "caps": caps_of(programs),
        "caps_from": FROM_YEAR,
    }
    return render(request, "agreements/funding/payer_statement.html", context)


@require_POST
@idempotent
def payer_statement_pdf(request: SignedIn, pk: int, payer_pk: int) -> HttpResponse:
    """Request a PDF of the statement as it is now."""
    budget = get_budget(request, pk)
    _shares, year, change = _year(request, budget, payer_pk)
    try:
        made = statements.ask_for_statement(budget, year, change, by=request.user, at=timezone.now())
    except AlreadyWaiting as problem:
        return show_what_waits(request, problem)
    return redirect(made)


def _year(request: HttpRequest, budget: FundingBudget, payer_pk: int) -> tuple[BudgetShares, PartnerYear, Any]:
    """Return the shares of a budget, the year of a payer in it, and how it changed; 404 if it does not pay by it."""
    shares = shares_of_budget(budget)
    if payer_pk not in shares.payers:
        raise Http404("No such payer in this budget.")
    year = partner_year(shares, shares.payers[payer_pk])
    before = get_budget_before(request, budget)
    compare = comparison(shares, shares_of_budget(before) if before else None, period=None)
    return shares, year, compare(year.payer, year.share)
