"""Get budgets of funding agreements and what belongs to them, as far as the user may see them; enter their area."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from agreements.models import (
    Agreement,
    AllocationBase,
    BraidedPlan,
    Contribution,
    CostLine,
    CostPool,
    CountRequest,
    FundingBudget,
    FundingInvoice,
    FundingPeriod,
    PartnerStatement,
    Payer,
    StatementDispute,
)
from onestop.accounts.requests import SignedIn
from onestop.editing.refusals import Refused
from onestop.editing.saving import say_done
from partners.network.current_area import show_area
from partners.rules import demand

# The pages of a budget, as tabs: the name of each URL, which takes the id of the budget, and its label.
TABS: tuple[tuple[str, str | Promise], ...] = (
    # shares
    ("budget_detail", gettext_lazy("Shares")),
    ("what_if", gettext_lazy("What if")),
    # budget: pools, lines, payers
    ("budget_setup", gettext_lazy("Budget")),
    # counts
    ("counts", gettext_lazy("Counts")),
    # contributions
    ("contribution_list", gettext_lazy("Contributions")),
    # invoices
    ("funding_invoice_list", gettext_lazy("Invoices")),
    # reconciliation
    ("reconciliation", gettext_lazy("Reconciliation")),
)
AREA = "agreement__area__state"
PARTNER = "partnership__organization"


def get_ifa(request: HttpRequest, pk: int) -> Agreement:
    """Return an infrastructure funding agreement that the user may see, and enter its area; otherwise 404."""
    rows = Agreement.objects.visible_to(request.user).filter(kind=Agreement.Kind.IFA).with_terms()
    agreement = get_object_or_404(rows.select_related("area__state"), pk=pk)
    show_area(request, agreement.area)
    return agreement


def get_budget(request: HttpRequest, pk: int) -> FundingBudget:
    """Return a budget that the user may see, and enter its area; otherwise 404."""
    return _get(
        request,
        FundingBudget.objects.visible_to(request.user).select_related("before", "adopted_by", "workbook__by"),
        pk,
    )


def get_budget_before(request: HttpRequest, budget: FundingBudget) -> FundingBudget | None:
    """Return the budget of last year, if there is one that the user may see."""
    if budget.before_id is None:
        return None
    return FundingBudget.objects.visible_to(request.user).filter(pk=budget.before_id).first()


def get_period(request: HttpRequest, pk: int) -> FundingPeriod:
    """Return a period that the user may see, and enter its area; otherwise 404."""
    return _get(request, FundingPeriod.objects.visible_to(request.user).select_related("budget"), pk)


def get_pool(request: HttpRequest, pk: int) -> CostPool:
    """Return a cost pool that the user may see, and enter its area; otherwise 404."""
    return _get(request, CostPool.objects.visible_to(request.user).select_related("budget", "center", "base"), pk)


def get_cost_line(request: HttpRequest, pk: int) -> CostLine:
    """Return a cost line that the user may see, and enter its area; otherwise 404."""
    return _get(request, CostLine.objects.visible_to(request.user).select_related("pool__budget"), pk)


def get_base(request: HttpRequest, pk: int) -> AllocationBase:
    """Return a base that the user may see, and enter its area; otherwise 404."""
    return _get(request, AllocationBase.objects.visible_to(request.user).select_related("budget", "center"), pk)


def get_payer(request: HttpRequest, pk: int) -> Payer:
    """Return a payer that the user may see, and enter its area; otherwise 404."""
    return _get(request, Payer.objects.visible_to(request.user).select_related("budget", PARTNER), pk)


def get_count_request(request: HttpRequest, pk: int) -> CountRequest:
    """Return a request for counts that the user may see, and enter its area; otherwise 404."""
    rows = CountRequest.objects.visible_to(request.user)
    return _get(request, rows.select_related("payer__budget", f"payer__{PARTNER}", "period"), pk)


def get_contribution(request: HttpRequest, pk: int) -> Contribution:
    """Return a contribution that the user may see, and enter its area; otherwise 404."""
    rows = Contribution.objects.visible_to(request.user)
    names = ("period__budget", f"payer__{PARTNER}", "pool", "invoice", "file", "by", "decided_by")
    return _get(request, rows.select_related(*names), pk)


def get_funding_invoice(request: HttpRequest, pk: int) -> FundingInvoice:
    """Return an invoice to a partner that the user may see, and enter its area; otherwise 404."""
    rows = FundingInvoice.objects.visible_to(request.user)
    return _get(request, rows.select_related("budget", f"payer__{PARTNER}", "issued_by"), pk)


def get_statement(request: HttpRequest, pk: int) -> PartnerStatement:
    """Return a statement that the user may see, and enter its area; otherwise 404."""
    rows = PartnerStatement.objects.visible_to(request.user)
    return _get(request, rows.select_related("period__budget", f"payer__{PARTNER}", "answered_by"), pk)


def get_dispute(request: HttpRequest, pk: int) -> StatementDispute:
    """Return a dispute that the user may see, and enter its area; otherwise 404."""
    rows = StatementDispute.objects.visible_to(request.user)
    names = ("statement__period__budget", f"statement__payer__{PARTNER}", "by", "decided_by", "file")
    return _get(request, rows.select_related(*names), pk)


def get_braid(request: HttpRequest, pk: int) -> BraidedPlan:
    """Return a braided plan that the user may see, and enter its area; otherwise 404."""
    return _get(request, BraidedPlan.objects.visible_to(request.user).select_related("service"), pk)


def _get(request: HttpRequest, rows: QuerySet[Any, Any], pk: int) -> Any:
    thing = get_object_or_404(rows.select_related(AREA), pk=pk)
    show_area(request, thing.agreement.area)
    return thing


def ifa_breadcrumbs(agreement: Agreement) -> list[tuple[str, str]]:
    """Return the breadcrumbs of a page below a funding agreement."""
    return [
        (_("Agreements"), reverse("agreements:agreement_list", args=[agreement.area.slug])),
        (agreement.number, agreement.get_absolute_url()),
    ]


def budget_breadcrumbs(budget: FundingBudget) -> list[tuple[str, str]]:
    """Return the breadcrumbs of a page below a budget."""
    return [*ifa_breadcrumbs(budget.agreement), (str(budget), budget.get_absolute_url())]


def budget_form(budget: FundingBudget, title: str, form: Any, **more: Any) -> dict[str, Any]:
    """Return the context of a page with one form about a budget."""
    return {
        "title": title,
        "crumbs": budget_breadcrumbs(budget),
        "here": more.pop("here", title),
        "budget": budget,
        "form": form,
        "cancel_url": more.pop("cancel_url", budget.get_absolute_url()),
        **more,
    }


def budget_tabs(request: HttpRequest, budget: FundingBudget) -> list[dict[str, Any]]:
    """Return the pages of a budget as tabs."""
    pages = [(reverse(f"agreements:{name}", args=[budget.pk]), label) for name, label in TABS]
    return [{"url": url, "label": label, "current": request.path == url} for url, label in pages]


def setup_form(budget: FundingBudget, title: str, form: Any, part: str, **more: Any) -> dict[str, Any]:
    """Return the context of a page with one form about a part of a budget; ``part`` is its place on the page."""
    return budget_form(budget, title, form, cancel_url=setup_url(budget, part), **more)


def setup_url(budget: FundingBudget, part: str) -> str:
    """Return the address of a part of the page that shows what is in a budget: "pools", "bases" or "payers"."""
    return f"{reverse('agreements:budget_setup', args=[budget.pk])}#{part}"


def move_part(
    request: SignedIn, budget: FundingBudget, act: Callable[[], None], done: str, place: str, undo: str = ""
) -> HttpResponse:
    """Remove or restore a part of a budget, and go back to its place; whoever keeps the budget may."""
    demand(request, "agreements.keep_budget", budget.agreement)
    try:
        act()
    except Refused as problem:
        messages.error(request, str(problem))
    else:
        say_done(request, done, undo=undo)
    return redirect(setup_url(budget, place))


def counts_url(budget: FundingBudget, period: FundingPeriod, stage: str) -> str:
    """Return the address of the counts of a period."""
    return f"{reverse('agreements:counts', args=[budget.pk])}?{counts_query(period, stage)}"


def counts_query(period: FundingPeriod, stage: str, page: int = 1) -> str:
    """Return the query of pages of counts: the period, whether planned or actual, and the page of many."""
    return f"period={period.number}&stage={stage}" + (f"&page={page}" if page > 1 else "")
