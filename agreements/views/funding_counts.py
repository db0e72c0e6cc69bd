"""Counts behind the shares: what is counted, by base and by partner."""

from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from agreements.forms.funding_counts import MOST_FIELDS, CountsForm, values_for
from agreements.funding.count_pages import counts_page
from agreements.funding.counts import Cell, last_evidence, set_counts, sheet_of, values_in
from agreements.funding_context import (
    budget_breadcrumbs,
    budget_form,
    budget_tabs,
    counts_query,
    counts_url,
    get_base,
    get_budget,
    get_payer,
)
from agreements.models import FundingBudget, FundingPeriod, Stage
from onestop.accounts.requests import SignedIn
from onestop.editing.saving import save, say_done
from onestop.files.receiving import receive_files, status_of
from onestop.ops.request_limits import takes_files
from onestop.ops.request_numbers import whole_number
from partners.rules import demand, may

KEEP, ENTER = "agreements.keep_budget", "agreements.enter_counts"


def counts(request: HttpRequest, pk: int) -> HttpResponse:
    """Show what is counted in a period (``?period=``), what is missing, and what partners were asked for."""
    budget = get_budget(request, pk)
    periods = list(budget.periods.order_by("number"))
    period, stage = _period_of(request, budget, periods), _stage_of(request)
    context = {
        "title": str(budget),
        "crumbs": budget_breadcrumbs(budget)[:-1],
        "here": str(budget),
        "budget": budget,
        "agreement": budget.agreement,
        "tabs": budget_tabs(request, budget),
        "periods": [
            {"label": str(each), "url": counts_url(budget, each, stage), "current": each == period} for each in periods
        ],
        "period": period,
        "stage": stage,
        "stages": [
            {"label": label, "url": counts_url(budget, period, value), "current": value == stage}
            for value, label in Stage.choices
        ]
        if budget.is_adopted
        else [],
        "page": counts_page(budget, period, stage),
        "query": counts_query(period, stage),
        "may_keep": may(request.user, KEEP, budget.agreement),
        "takes_counts": takes_counts(period, stage),
        "today": timezone.localdate(),
    }
    return render(request, "agreements/funding/counts.html", context)


def takes_counts(period: FundingPeriod, stage: str) -> bool:
    """Return whether counts of a period can still be entered."""
    return period.is_open if stage == Stage.PLAN else not period.is_closed


def _period_of(request: HttpRequest, budget: FundingBudget, periods: Sequence[FundingPeriod]) -> FundingPeriod:
    """Return the period that was asked for; or the first of a draft, that of today or the first open one."""
    asked = whole_number(request.GET.get("period"))
    for period in periods:
        if period.number == asked:
            return period
    if not periods:
        raise Http404
    if not budget.is_adopted:
        return periods[0]
    today = timezone.localdate()
    open_ones = [period for period in periods if period.is_open] or periods[-1:]
    return next((period for period in open_ones if period.first_on <= today <= period.last_on), open_ones[0])


def _stage_of(request: HttpRequest) -> str:
    return Stage.ACTUAL if request.GET.get("stage") == Stage.ACTUAL else Stage.PLAN


# ---------------------------------------------------------------- Entering
@takes_files
def counts_of_base(request: SignedIn, pk: int) -> HttpResponse:
    """Enter the counts of all partners by one base, for a period (``?period=``, ``?stage=``)."""
    base = get_base(request, pk)
    budget = base.budget
    demand(request, KEEP, base.agreement)
    cells = [((base.pk, payer.pk), str(payer)) for payer in sheet_of(budget).payers_for(base)]
    return _enter(request, budget, cells, title=_("Counts by %(base)s") % {"base": base})


@takes_files
def counts_of_payer(request: SignedIn, pk: int) -> HttpResponse:
    """Enter the counts of one partner by all bases; by its manager only in a draft, later on request."""
    payer = get_payer(request, pk)
    budget = payer.budget
    demand(request, ENTER, payer)
    if budget.is_adopted:
        demand(request, KEEP, payer.agreement)
    cells = [((base.pk, payer.pk), str(base)) for base in sheet_of(budget).bases_for(payer)]
    return _enter(request, budget, cells, title=_("Counts of %(partner)s") % {"partner": payer})


def _enter(request: SignedIn, budget: FundingBudget, cells: Sequence[tuple[Cell, str]], *, title: str) -> HttpResponse:
    """Show the counts of a page of cells in a period; once sent, record those that differ."""
    periods = list(budget.periods.order_by("number"))
    period, stage = _period_of(request, budget, periods), _stage_of(request)
    period.budget, period.agreement = budget, budget.agreement
    back = counts_url(budget, period, stage)
    if not takes_counts(period, stage):
        messages.error(request, _("Counts for %(period)s can no longer be entered.") % {"period": period})
        return redirect(back)
    page = Paginator(cells, MOST_FIELDS).get_page(whole_number(request.GET.get("page")) or 1)
    shown = list(page.object_list)
    last = last_evidence(period, stage, [cell for cell, _label in shown])
    initial: dict[str, Any] = dict(values_for(values_in(period, stage), shown))
    if last:
        initial |= {"counted_on": last.counted_on, "file": last.file, "note": last.note}
    form = CountsForm(request.POST or None, request.FILES or None, initial=initial, cells=shown)
    receive_files(request, form, at=timezone.now())
    if form.is_bound and form.is_valid():
        number = _save(request, form, period, stage)
        if number is not None:
            words = ngettext("%(n)s count is recorded.", "%(n)s counts are recorded.", number)
            say_done(request, words % {"n": number})
            return redirect(
                f"{request.path}?{counts_query(period, stage, page.next_page_number())}" if page.has_next() else back
            )
    context = budget_form(
        budget, title, form, cancel_url=back, period=period, stage=stage, page=page, has_cells=bool(cells)
    )
    return render(request, "agreements/funding/counts_form.html", context, status=status_of(form))


def _save(request: SignedIn, form: CountsForm, period: FundingPeriod, stage: str) -> int | None:
    """Record what was changed, and return the number of counts; ``None`` if it was refused."""
    found: list[int] = []

    def verb() -> bool:
        found.append(
            set_counts(
                period,
                values=form.changed,
                seen=form.seen,
                stage=stage,
                **form.evidence,
                by=request.user,
                at=timezone.now(),
            )
        )
        return True

    return found[0] if save(form, verb) else None
