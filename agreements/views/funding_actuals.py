"""What a period really cost, what was really counted, and corrections of closed periods."""

from decimal import Decimal
from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from agreements.forms.funding_actuals import (
    LINES_AT_ONCE,
    AdjustmentForm,
    BillForm,
    CostsForm,
    CountsForm,
    costs_of,
    counts_of,
)
from agreements.funding import actuals
from agreements.funding.adjustments import add_adjustment, later_periods
from agreements.funding.reading import counts_in_force, payers_of
from agreements.funding_context import get_period, ifa_breadcrumbs
from agreements.models import ActualCost, AllocationBase, BaseCount, FundingPeriod, Stage
from onestop.accounts.requests import SignedIn
from onestop.editing.idempotency import idempotent
from onestop.editing.saving import save, save_edit, say_done
from onestop.editing.versions import version_of
from onestop.files.receiving import receive_files, status_of
from onestop.ops.request_limits import takes_files
from partners.network.current_area import show_area
from partners.rules import demand


def _get(request: HttpRequest, pk: int) -> FundingPeriod:
    """Return a period whose figures the user may enter; otherwise 404 or 403."""
    period = get_period(request, pk)
    period.budget.agreement = period.agreement
    demand(request, "agreements.keep_budget", period.agreement)
    return period


def _context(period: FundingPeriod, title: str, form: Any, **more: Any) -> dict[str, Any]:
    page = reverse("agreements:reconciliation", args=[period.budget_id])
    year = (_("Reconciliation of %(year)s") % {"year": period.budget}, page)
    return {
        "title": title,
        "crumbs": [*ifa_breadcrumbs(period.agreement), year, (str(period), period.get_absolute_url())],
        "here": title,
        "period": period,
        "budget": period.budget,
        "form": form,
        "cancel_url": period.get_absolute_url(),
        **more,
    }


# ---------------------------------------------------------------- Costs
def actuals_edit(request: SignedIn, pk: int) -> HttpResponse:
    """Enter the actual cost of each line of a period, up to seventy lines on a page."""
    period = _get(request, pk)
    pools = actuals.pools_of_period(period)
    pages = Paginator([(pool, line) for pool in pools for line in pool.lines], LINES_AT_ONCE)
    page = pages.get_page(request.GET.get("page"))
    shown = {line.line.pk for _pool, line in page.object_list}
    here = [
        actuals.PoolOfPeriod(pool.pool, lines)
        for pool in pools
        if (lines := [each for each in pool.lines if each.line.pk in shown])
    ]
    form = CostsForm(
        request.POST or None,
        initial=costs_of(here),
        version=version_of(period, actuals.COST_LINKS),
        pools=here,
    )
    done, context = save_edit(
        form,
        lambda: actuals.enter_costs(period, costs=form.costs, version=form.version, by=request.user, at=timezone.now()),
        period,
        lambda: costs_of(actuals.pools_of_period(period)),
        actuals.COST_LINKS,
    )
    if done:
        say_done(request, _("Saved."))
        return redirect(f"{request.path}?page={page.next_page_number()}" if page.has_next() else period)
    context |= _context(period, _("Enter actual cost"), form, page=page, may_be_late=period.first_on)
    return render(request, "agreements/funding/actuals_form.html", context)


@takes_files
def actual_bill(request: SignedIn, pk: int) -> HttpResponse:
    """Attach the bill to an actual cost, or remove it."""
    rows = ActualCost.objects.visible_to(request.user).select_related(
        "agreement__area__state", "period__budget", "line__pool__center", "file"
    )
    cost = get_object_or_404(rows, pk=pk)
    show_area(request, cost.agreement.area)
    cost.period.agreement = cost.period.budget.agreement = cost.agreement
    demand(request, "agreements.keep_budget", cost.agreement)
    form = BillForm(request.POST or None, request.FILES or None, initial={"file": cost.file})
    receive_files(request, form, at=timezone.now())
    if form.is_bound and form.is_valid():
        file = form.cleaned_data["file"]
        if save(form, lambda: actuals.attach_bill(cost, file=file, by=request.user, at=timezone.now())):
            say_done(request, _("Saved."))
            return redirect(cost.period)
    title = _("Bill for %(line)s") % {"line": cost.line}
    return render(request, "layouts/form.html", _context(cost.period, title, form), status=status_of(form))


# ---------------------------------------------------------------- Counts
def actual_counts_edit(request: SignedIn, pk: int, base: int) -> HttpResponse:
    """Enter what was really counted for each partner and one base in a period."""
    period = _get(request, pk)
    bases = AllocationBase.objects.current().filter(budget=period.budget_id).select_related("center")
    counted_by = get_object_or_404(bases, pk=base)
    if counted_by.is_equal:
        raise Http404("Nothing is counted for this base.")
    rows = BaseCount.objects.filter(base=counted_by).select_related("period")
    planned = counts_in_force(rows.filter(stage=Stage.PLAN), range(1, period.number + 1))
    counted = _counted(period, counted_by)
    form = CountsForm(
        request.POST or None,
        initial=counts_of(counted),
        version=version_of(period, actuals.COUNT_LINKS),
        base=counted_by,
        payers=payers_of(period.budget),
        planned={payer: value for (_base, payer, number), value in planned.items() if number == period.number},
        counted=counted,
    )
    done, context = save_edit(
        form,
        lambda: actuals.enter_counts(
            period, counted_by, values=form.values, version=form.version, by=request.user, at=timezone.now()
        ),
        period,
        lambda: counts_of(_counted(period, counted_by)),
        actuals.COUNT_LINKS,
    )
    if done:
        say_done(request, _("Saved."))
        return redirect(f"{period.get_absolute_url()}#counts")
    title = _("Enter actual counts: %(base)s") % {"base": counted_by}
    context |= _context(period, title, form, base=counted_by)
    return render(request, "agreements/funding/actual_counts_form.html", context)


def _counted(period: FundingPeriod, base: AllocationBase) -> dict[int, Decimal]:
    rows = BaseCount.objects.filter(period=period, base=base, stage=Stage.ACTUAL)
    return dict(rows.values_list("payer", "value"))


# ---------------------------------------------------------------- Corrections
@idempotent
def adjustment_add(request: SignedIn, pk: int) -> HttpResponse:
    """Correct a closed period by an entry that counts in a later one."""
    period = _get(request, pk)
    periods = later_periods(period)
    form = AdjustmentForm(request.POST or None, initial={"period": periods.first()}, periods=periods)
    if form.is_bound and form.is_valid():
        added = save(form, lambda: add_adjustment(period, **form.facts, by=request.user, at=timezone.now()))
        if added:
            say_done(request, _("The correction is recorded."))
            return redirect(f"{period.get_absolute_url()}#corrections")
    intro = _(
        "A closed period never changes. A correction is an entry of its own, which counts in a later period whose "
        "statements were not sent yet."
    )
    title = _("Correct %(period)s") % {"period": period}
    context = _context(period, title, form, submit=_("Record correction"), intro=intro)
    return render(request, "layouts/form.html", context)
