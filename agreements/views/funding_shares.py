"""Who pays what by a budget: the sheet of shares, and how a share or the cost of a pool comes about."""

from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _

from agreements.forms.funding_shares import SheetForm
from agreements.funding.caps import FROM_YEAR, caps_of
from agreements.funding.explanations import costs_of, counts_behind, explain, explain_pool
from agreements.funding.partner_years import given_in
from agreements.funding.sheets import BudgetShares, Sheet, comparison, shares_of_budget, sheet_of
from agreements.funding_context import budget_breadcrumbs, budget_tabs, get_budget, get_budget_before, ifa_breadcrumbs
from agreements.models import CostPool, FundingBudget, FundingPeriod, Payer
from onestop.ops.request_numbers import whole_number
from onestop.ui import spreadsheets
from onestop.ui.lists import address_with
from onestop.ui.presentation import money
from partners.models import Program


# ---------------------------------------------------------------- The sheet
def budget_detail(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Show the shares of a budget by partner and pool, or return them as a file."""
    budget = get_budget(request, pk)
    shares = shares_of_budget(budget)
    form = SheetForm(request.GET, shares=shares)
    period, center = form.chosen("period"), form.chosen("center")
    sheet = sheet_of(shares, period=period, center=center, last_year=_last_year(request, budget))
    shown = next((each for each in shares.periods if each.number == period), None)
    if request.GET.get("export") in spreadsheets.FORMATS:
        return _as_file(request.GET["export"], budget, sheet, shown)
    programs = Program.objects.filter(partnership_links__partnership__payers__budget=budget).distinct()
    context = {
        "title": _("Who pays what, program year %(year)s") % {"year": budget.first_on.year},
        "crumbs": ifa_breadcrumbs(budget.agreement),
        "here": str(budget),
        "tabs": budget_tabs(request, budget),
        "budget": budget,
        "agreement": budget.agreement,
        "form": form,
        "is_filtered": bool(period or center is not None),
        "period": shown,
        "query": f"?{urlencode({'period': period})}" if period else "",
        "sheet": sheet,
        "has_last_year": any(line.change for line in sheet.lines),
        "flagged": [line for line in sheet.lines if line.change and line.change.is_flagged],
        "figures": _figures(shares, timezone.localdate()),
        "caps": caps_of(programs.order_by("position")),
        "caps_from": FROM_YEAR,
        "exports": [(kind, address_with(request, export=kind)) for kind in spreadsheets.FORMATS],
    }
    return render(request, "agreements/funding/budget_detail.html", context)


def _last_year(request: HttpRequest, budget: FundingBudget) -> BudgetShares | None:
    """Return the shares of last year, if the person may see that budget."""
    before = get_budget_before(request, budget)
    return shares_of_budget(before) if before else None


def _figures(shares: BudgetShares, today: Any) -> list[dict[str, Any]]:
    """Return the key figures of the year: its budget, what is owed by now, and what was given."""
    budget = shares.budget
    whole = sheet_of(shares)
    ended = [each.number for each in shares.periods if each.last_on < today]
    owed = sum((shares.total(number) for number in ended), Decimal(0))
    invoiced, cash, in_kind = given_in(budget)
    is_even = whole.adds_up and whole.meets_cost
    return [
        {
            "label": _("Budget of the year"),
            "value": money(whole.cost, "whole"),
            "url": "#shares",
            "trend": _("Adds up to the cent") if is_even else _("Not fully shared"),
            "trend_kind": "good" if is_even else "now",
            "trend_icon": "check2-all" if is_even else "exclamation-octagon-fill",
            "note": _("Rows, columns and total agree.") if is_even else _("Some costs are not shared yet."),
        },
        {
            "label": _("Shares of past periods"),
            "value": money(owed, "whole"),
            "url": "#shares",
            "trend": _("%(ended)s of %(all)s periods have ended") % {"ended": len(ended), "all": len(shares.periods)},
        },
        {
            "label": _("Paid in cash"),
            "value": money(cash, "whole"),
            "url": _address("contribution_list", budget),
            "trend": _("%(amount)s invoiced") % {"amount": money(invoiced)},
        },
        {
            "label": _("Given in kind"),
            "value": money(in_kind, "whole"),
            "url": _address("contribution_list", budget),
            "trend": _("Accepted contributions only"),
        },
    ]


def _address(name: str, budget: FundingBudget) -> str:
    try:
        return reverse(f"agreements:{name}", args=[budget.pk])
    except NoReverseMatch:
        return ""


def _as_file(kind: str, budget: FundingBudget, sheet: Sheet, period: FundingPeriod | None) -> HttpResponseBase:
    name = f"{budget.agreement.number} shares {budget.first_on.year} {period or ''}"
    return spreadsheets.response(
        kind,
        name=f"{slugify(name)}-{timezone.localdate():%Y-%m-%d}",
        header=[_("Partner"), *(str(column.pool) for column in sheet.columns), _("All pools"), _("Last year")],
        rows=_rows(sheet),
        sheet=_("Shares"),
    )


def _rows(sheet: Sheet) -> Iterator[Sequence[Any]]:
    for line in sheet.lines:
        amounts = [amount for _pool, amount in line.cells]
        yield [str(line.payer), *amounts, line.total, line.change.before if line.change else None]
    yield [_("All partners"), *(column.total for column in sheet.columns), sheet.total, None]
    yield [_("Cost of the pools"), *(column.cost for column in sheet.columns), sheet.cost, None]


# ---------------------------------------------------------------- Explained figures
def share_explain(request: HttpRequest, pk: int, pool_pk: int, payer_pk: int) -> HttpResponse:
    """Show how the share of a partner in a pool comes about, in the year or in a period."""
    budget = get_budget(request, pk)
    shares = shares_of_budget(budget)
    pool, payer = _pool(shares, pool_pk), _payer(shares, payer_pk)
    period = _period(request, shares)
    steps = explain(shares, pool, payer, period.number if period else None)
    total = sum((each.amount for each in steps), Decimal(0))
    compare = comparison(shares, _last_year(request, budget), period=period.number if period else None, pools={pool.pk})
    context = {
        "title": _("How %(amount)s was calculated") % {"amount": money(total)},
        "crumbs": budget_breadcrumbs(budget),
        "here": _("Explained share"),
        "budget": budget,
        "pool": pool,
        "payer": payer,
        "period": period,
        "steps": steps,
        "total": total,
        "change": compare(payer, total),
        "counts": [] if pool.base.is_equal else counts_behind(pool.base, payer),
        "back": budget.get_absolute_url() + (f"?{urlencode({'period': period.number})}" if period else ""),
    }
    return render(request, "agreements/funding/share_explain.html", context)


def pool_explain(request: HttpRequest, pk: int, pool_pk: int) -> HttpResponse:
    """Show what a pool costs, line by line and period by period, and who shares it by which count."""
    budget = get_budget(request, pk)
    shares = shares_of_budget(budget)
    pool = _pool(shares, pool_pk)
    period = _period(request, shares) or next(iter(shares.periods), None)
    costs = costs_of(shares, pool)
    steps = explain_pool(shares, pool, period.number) if period else []
    context = {
        "title": str(pool),
        "crumbs": budget_breadcrumbs(budget),
        "here": str(pool),
        "budget": budget,
        "pool": pool,
        "periods": [
            (each, shares.cost_of(pool.pk, each.number), address_with(request, period=each.number))
            for each in shares.periods
        ],
        "costs": costs,
        "cost": shares.cost_of(pool.pk),
        "period": period,
        "steps": steps,
        "has_common": any(each.counted and each.counted.common for each in steps),
        "has_time": any(each.is_part_time for each in steps),
        "weight": next((each.of_weight for each in steps if each.is_counted), None),
        "shared": sum((each.amount for each in steps), Decimal(0)),
    }
    return render(request, "agreements/funding/pool_explain.html", context)


def _pool(shares: BudgetShares, pk: int) -> CostPool:
    if pk not in shares.pools:
        raise Http404("No such pool in this budget.")
    return shares.pools[pk]


def _payer(shares: BudgetShares, pk: int) -> Payer:
    if pk not in shares.payers:
        raise Http404("No such payer in this budget.")
    return shares.payers[pk]


def _period(request: HttpRequest, shares: BudgetShares) -> FundingPeriod | None:
    """Return the period that the address names, if any."""
    number = whole_number(request.GET.get("period"))
    return next((each for each in shares.periods if each.number == number), None)
