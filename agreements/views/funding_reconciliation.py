"""The reconciliation of a budget: its periods, one period, sending its statements, and closing it."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from agreements.forms.funding_reconciliation import ClosingForm
from agreements.funding.actuals import PoolOfPeriod, missing_in, pools_of_period
from agreements.funding.closing import Readiness, close_period, has_entered, readiness_of
from agreements.funding.plans import ZERO
from agreements.funding.progress import progress_of, state_of
from agreements.funding.reconciling import issue_by, issue_statements, preview_of
from agreements.funding.statements import Decision, Position, names_of
from agreements.funding_context import budget_tabs, get_budget, get_period, ifa_breadcrumbs
from agreements.models import Adjustment, AllocationBase, FundingBudget, FundingPeriod
from onestop.accounts.requests import SignedIn
from onestop.editing.refusals import Refused
from onestop.editing.saving import save, say_done, say_refused
from partners.rules import demand, may


def reconciliation(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the periods of a budget: how each stands, what is late, and its sums."""
    budget = get_budget(request, pk)
    progress = progress_of(budget, timezone.localdate())
    context = {
        "title": _("Reconciliation"),
        "crumbs": breadcrumbs(budget)[:-1],
        "here": _("Reconciliation"),
        "tabs": budget_tabs(request, budget),
        "budget": budget,
        "progress": progress,
        "late": [each for each in progress if each.is_late],
        "planned": sum((each.planned for each in progress), ZERO),
        "actual": sum((each.actual for each in progress), ZERO),
        "may_keep": may(request.user, "agreements.keep_budget", budget.agreement),
    }
    return render(request, "agreements/funding/reconciliation.html", context)


def period_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a period: budget against actual cost by pool, statements, disputes, and what must be done next."""
    period = get_funding_period(request, pk)
    budget, today = period.budget, timezone.localdate()
    pools = pools_of_period(period)
    readiness = readiness_of(period, today)
    disputes = [each.dispute for each in readiness.positions if each.dispute]
    open_ones = [each.answer_by for each in disputes if each.decision == Decision.OPEN]
    state, due_on = state_of(period, open_ones, today)
    may_keep = may(request.user, "agreements.keep_budget", period.agreement)
    may_close = may(request.user, "agreements.close_period", period.agreement)
    corrections = Adjustment.objects.filter(period=period).select_related(
        "payer__partnership__organization", "corrects", "by"
    )
    corrected = Adjustment.objects.filter(corrects=period).select_related(
        "payer__partnership__organization", "period", "by"
    )
    bases = AllocationBase.objects.current().filter(budget=budget).exclude(kind=AllocationBase.Kind.EQUAL)
    context = {
        "title": str(period),
        "crumbs": breadcrumbs(budget),
        "here": str(period),
        "budget": budget,
        "period": period,
        "agreement": period.agreement,
        "state": state,
        "due_on": due_on,
        "issue_by": issue_by(period),
        "pools": pools,
        "totals": _totals(pools),
        "missing": missing_in(pools),
        "has_begun": period.first_on <= today,
        "is_over": period.last_on < today,
        "positions": readiness.positions,
        "sums": _sums(readiness.positions),
        "blockers": readiness.blockers,
        "stale": readiness.stale,
        "leaving": _leaving(readiness),
        "disputes": disputes,
        "corrections": corrections.order_by("at", "pk"),
        "corrected": corrected.order_by("at", "pk"),
        "bases": bases.order_by("pk"),
        "may_keep": may_keep,
        "may_close": may_close,
        "has_entered": may_close and has_entered(request.user.pk, period),
    }
    return render(request, "agreements/funding/period_detail.html", context)


def get_funding_period(request: HttpRequest, pk: int) -> FundingPeriod:
    """Return a period that the user may see, whose budget knows its agreement; otherwise 404."""
    period = get_period(request, pk)
    period.budget.agreement = period.agreement
    return period


def breadcrumbs(budget: FundingBudget) -> list[tuple[str, str]]:
    """Return the breadcrumbs of a page below the reconciliation of a budget."""
    page = reverse("agreements:reconciliation", args=[budget.pk])
    return [*ifa_breadcrumbs(budget.agreement), (_("Reconciliation of %(year)s") % {"year": budget}, page)]


def _leaving(readiness: Readiness) -> str:
    """Return the names of the partners whose balance no later statement takes up."""
    return names_of(each for each in readiness.positions if each.statement.payer_id in readiness.leaving)


def _totals(pools: list[PoolOfPeriod]) -> dict[str, Any]:
    planned, actual = (sum((getattr(each, name) for each in pools), ZERO) for name in ("planned", "actual"))
    return {"planned": planned, "actual": actual, "difference": actual - planned}


def _sums(positions: list[Position]) -> dict[str, Any]:
    """Return the sums of the columns of the table of statements, and which columns are not all zero."""
    names = ("planned", "owed", "carried_in", "adjusted")
    sums = {name: sum((getattr(each.statement, name) for each in positions), ZERO) for name in names}
    given = {name: sum((getattr(each, name) for each in positions), ZERO) for name in ("cash", "in_kind", "left")}
    shown = {f"has_{name}": any(getattr(each.statement, name) for each in positions) for name in names[2:]}
    return sums | given | shown


# ---------------------------------------------------------------- Sending statements
def period_issue(request: SignedIn, pk: int) -> HttpResponse:
    """Show what each partner would be told, and send the statements."""
    period = get_funding_period(request, pk)
    demand(request, "agreements.keep_budget", period.agreement)
    if request.method == "POST":
        try:
            sent = issue_statements(period, by=request.user, at=timezone.now())
        except Refused as problem:
            say_refused(request, problem)
        else:
            words = ngettext("%(number)d statement was sent.", "%(number)d statements were sent.", len(sent))
            say_done(request, words % {"number": len(sent)})
        return redirect(period)
    preview = preview_of(period, timezone.localdate())
    rows = [(payer, now, known) for payer, now, known in preview.rows if payer.pk in preview.renewed]
    context = {
        "title": _("Send statements") if period.is_open else _("Send revised statements"),
        "crumbs": [*breadcrumbs(period.budget), (str(period), period.get_absolute_url())],
        "here": _("Send statements"),
        "period": period,
        "budget": period.budget,
        "preview": preview,
        "rows": rows,
        "kept": len(preview.rows) - len(rows),
        "cancel_url": period.get_absolute_url(),
    }
    return render(request, "agreements/funding/period_issue.html", context)


# ---------------------------------------------------------------- Closing
def period_close(request: SignedIn, pk: int) -> HttpResponse:
    """Show what becomes of each balance, and close the period."""
    period = get_funding_period(request, pk)
    demand(request, "agreements.close_period", period.agreement)
    readiness = readiness_of(period, timezone.localdate())
    form = ClosingForm(
        request.POST or None,
        initial={"seen": readiness.seen},
        positions=readiness.positions,
        leaving=readiness.leaving,
    )
    if form.is_bound and form.is_valid():
        closed = save(
            form,
            lambda: close_period(
                period,
                refunded=form.refunded,
                paid=form.paid,
                seen=form.cleaned_data["seen"],
                by=request.user,
                at=timezone.now(),
            ),
        )
        if closed:
            say_done(request, _("The period is closed."))
            return redirect(period)
    context = {
        "title": _("Close %(period)s") % {"period": period},
        "crumbs": [*breadcrumbs(period.budget), (str(period), period.get_absolute_url())],
        "here": _("Close"),
        "period": period,
        "budget": period.budget,
        "form": form,
        "positions": readiness.positions,
        "sums": _sums(readiness.positions),
        "blockers": readiness.blockers,
        "stale": readiness.stale,
        "leaving": _leaving(readiness),
        "has_entered": has_entered(request.user.pk, period),
        "cancel_url": period.get_absolute_url(),
    }
    return render(request, "agreements/funding/period_close.html", context)
