"""Ask partners for their counts, and answer."""

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from agreements.forms.funding_counts import CountRequestForm, CountsForm, values_for
from agreements.funding.count_requests import (
    answer_request,
    ask_for_counts,
    remind_of_request,
    withdraw_request,
)
from agreements.funding.counts import sheet_of, values_in
from agreements.funding_context import budget_breadcrumbs, budget_form, counts_url, get_budget, get_count_request
from agreements.models import BaseCount, CountRequest, FundingBudget, FundingPeriod, Stage
from onestop.accounts.requests import SignedIn
from onestop.editing.idempotency import idempotent
from onestop.editing.refusals import Refused
from onestop.editing.saving import save, say_done, say_refused
from onestop.files.receiving import receive_files, status_of
from onestop.ops.request_limits import takes_files
from partners.rules import demand, may

KEEP, ENTER = "agreements.keep_budget", "agreements.enter_counts"


@idempotent
def count_request_add(request: SignedIn, pk: int) -> HttpResponse:
    """Ask partners for the counts of a period (``?period=``); with ``?stage=actual``, for updated ones."""
    budget = get_budget(request, pk)
    demand(request, KEEP, budget.agreement)
    stage = Stage.ACTUAL if request.GET.get("stage") == Stage.ACTUAL else Stage.PLAN
    sheet = sheet_of(budget)
    counted = {payer for _base, payer in sheet.cells}
    payers = [payer for payer in sheet.payers if payer.pk in counted]
    periods = list(_periods(budget, stage))
    initial = {"period": request.GET.get("period") or "", "payers": [str(payer.pk) for payer in payers]}
    form = CountRequestForm(request.POST or None, initial=initial, payers=payers, periods=periods)
    if form.is_bound and form.is_valid():
        asked = save(
            form,
            lambda: ask_for_counts(
                form.period,
                payers=form.payers,
                due_on=form.cleaned_data["due_on"],
                stage=stage,
                message=form.cleaned_data["message"],
                by=request.user,
                at=timezone.now(),
            ),
        )
        if asked:
            words = ngettext("%(n)s partner is asked.", "%(n)s partners are asked.", len(asked))
            say_done(request, words % {"n": len(asked)})
            return redirect(f"{counts_url(budget, form.period, stage)}#requests")
    intro = _("Their managers get an email with a link. They are reminded before the day, and once after it.")
    if not payers:
        intro = _("No partner is counted by a base. Record bases and partners first.")
    context = budget_form(
        budget, _("Ask partners for counts"), form, submit=_("Ask partners"), intro=intro,
        cancel_url=reverse("agreements:counts", args=[pk]),
    )  # fmt: skip
    return render(request, "layouts/form.html", context)


def _periods(budget: FundingBudget, stage: str) -> list[FundingPeriod]:
    periods = budget.periods.order_by("number")
    if stage == Stage.PLAN:
        return [each for each in periods if each.is_open]
    return [each for each in periods if not each.is_closed]


@takes_files
def count_request_detail(request: SignedIn, pk: int) -> HttpResponse:
    """Show what a partner was asked for; its manager, or the staff for it, enter the counts."""
    asked = get_count_request(request, pk)
    payer, period, budget = asked.payer, asked.period, asked.payer.budget
    payer.agreement = period.agreement = asked.agreement
    period.budget = budget
    if not asked.is_pending:
        if request.method == "POST":
            withdrawn, sent = _("This request was withdrawn."), _("These counts were already sent.")
            messages.error(request, withdrawn if asked.withdrawn_at else sent)
            return redirect(asked)
        return _answered(request, asked)
    may_enter = may(request.user, ENTER, payer)
    if request.method == "POST":
        demand(request, ENTER, payer)
    cells = [((base.pk, payer.pk), str(base)) for base in sheet_of(budget).bases_for(payer)]
    form = None
    if may_enter:
        initial = values_for(values_in(period, asked.stage), cells)
        form = CountsForm(
            request.POST or None, request.FILES or None, initial=initial, cells=cells, is_required=True
        )  # fmt: skip
        receive_files(request, form, at=timezone.now())
        if form.is_bound and form.is_valid() and _save(request, form, asked):
            say_done(request, _("The counts are sent."))
            return redirect(asked)
    context = budget_form(
        budget, _("Counts of %(partner)s") % {"partner": payer}, form,
        cancel_url=counts_url(budget, period, asked.stage), asked=asked,
        payer=payer, period=period, today=timezone.localdate(), is_actual=asked.stage == Stage.ACTUAL,
        may_keep=may(request.user, KEEP, asked.agreement),
    )  # fmt: skip
    status = status_of(form) if form else 200
    return render(request, "agreements/funding/count_request.html", context, status=status)


def _save(request: SignedIn, form: CountsForm, asked: CountRequest) -> bool:
    values = {base: value for (base, _payer), value in form.values.items()}
    return bool(
        save(
            form,
            lambda: answer_request(asked, values=values, **form.evidence, by=request.user, at=timezone.now()),
        )
    )


def _answered(request: HttpRequest, asked: CountRequest) -> HttpResponse:
    """Show the counts that were sent."""
    payer, period = asked.payer, asked.period
    rows = BaseCount.objects.filter(payer=payer, period=period, stage=asked.stage)
    in_force = values_in(period, asked.stage)
    context = {
        "title": _("Counts of %(partner)s") % {"partner": payer},
        "crumbs": budget_breadcrumbs(payer.budget),
        "asked": asked,
        "payer": payer,
        "period": period,
        "counts": [
            (base, in_force.get((base.pk, payer.pk))) for base in sheet_of(payer.budget).bases_for(payer)
        ],
        "evidence": rows.exclude(file=None).select_related("file").order_by("-at").first(),
        "counts_url": counts_url(payer.budget, period, asked.stage),
        "today": timezone.localdate(),
    }  # fmt: skip
    return render(request, "agreements/funding/count_request_answered.html", context)


# ---------------------------------------------------------------- Reminding and withdrawing
@require_POST
def count_request_remind(request: SignedIn, pk: int) -> HttpResponse:
    """Remind the managers of a partner of a request."""
    return _act(request, pk, remind_of_request, _("%(partner)s is reminded."))


@require_POST
def count_request_withdraw(request: SignedIn, pk: int) -> HttpResponse:
    """Withdraw a request."""
    return _act(request, pk, withdraw_request, _("The request to %(partner)s is withdrawn, and its managers are told."))


def _act(request: SignedIn, pk: int, verb: Callable[..., CountRequest], done: str) -> HttpResponse:
    """Do something with a request, and go back to the requests of its period."""
    asked = get_count_request(request, pk)
    budget = asked.payer.budget
    demand(request, KEEP, asked.agreement)
    asked.period.budget = budget
    try:
        verb(asked, by=request.user, at=timezone.now())
    except Refused as problem:
        say_refused(request, problem)
    else:
        say_done(request, done % {"partner": asked.payer})
    return redirect(f"{counts_url(budget, asked.period, asked.stage)}#requests")
