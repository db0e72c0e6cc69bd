"""The statement of a partner for a period: agree with it, dispute it, decide a dispute."""

from datetime import date
from decimal import Decimal
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from agreements.forms.funding_reconciliation import DecisionForm, DisputeForm
from agreements.funding import answers
from agreements.funding.plans import ZERO
from agreements.funding.reconciling import preview_of
from agreements.funding.statements import DISPUTED, PAID, STANDS, UNANSWERED, WAITING, position_of
from agreements.funding_context import get_dispute, get_statement, ifa_breadcrumbs
from agreements.models import (
    Adjustment,
    Contribution,
    CostShare,
    FundingPeriod,
    PartnerStatement,
    Stage,
    StatementDispute,
)
from onestop.accounts.requests import SignedIn
from onestop.editing.idempotency import idempotent
from onestop.editing.refusals import Refused
from onestop.editing.saving import save, say_done, say_refused
from onestop.files.receiving import receive_files, status_of
from onestop.ops.request_limits import takes_files
from partners.rules import demand, may


def statement_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the statement of a partner: its shares, what it gave, the balance, the dispute, earlier revisions."""
    statement = _known(get_statement(request, pk))
    period, today = statement.period, timezone.localdate()
    position = position_of(statement, today)
    disputes = statement.disputes.select_related("by", "decided_by", "file")
    is_open = statement.is_current and period.status == FundingPeriod.Status.ISSUED
    may_answer = is_open and may(request.user, "agreements.answer_statement", statement.payer)
    standing = position.standing
    contributions = Contribution.objects.current().filter(period=period, payer=statement.payer)
    adjustments = Adjustment.objects.filter(period=period, payer=statement.payer).select_related("corrects")
    revisions = PartnerStatement.objects.filter(period=period, payer=statement.payer).exclude(pk=pk)
    is_stale = is_open and statement.payer_id in preview_of(period, today).stale
    context = {
        "title": _("Statement of %(partner)s") % {"partner": statement.payer},
        "crumbs": _breadcrumbs(statement),
        "here": str(statement),
        "statement": statement,
        "period": period,
        "budget": period.budget,
        "agreement": statement.agreement,
        "position": position,
        "is_stale": is_stale,
        "may_keep": may(request.user, "agreements.keep_budget", statement.agreement),
        "shares": _shares(statement) if statement.is_current else [],
        "contributions": contributions.select_related("pool").order_by("received_on", "pk"),
        "adjustments": adjustments.order_by("at", "pk"),
        "disputes": disputes.order_by("at", "pk"),
        "revisions": revisions.order_by("-revision"),
        "may_agree": may_answer
        and standing in (WAITING, STANDS, PAID)
        and statement.answer == PartnerStatement.Answer.NONE,
        "may_dispute": may_answer and standing in (WAITING, PAID) and _in_time(statement, today),
        "may_decide": standing in (DISPUTED, UNANSWERED)
        and may(request.user, "agreements.keep_budget", statement.agreement),
    }
    return render(request, "agreements/funding/statement_detail.html", context)


def _in_time(statement: PartnerStatement, today: date) -> bool:
    last = statement.period.answer_by
    return statement.answer == PartnerStatement.Answer.NONE and last is not None and today <= last


def _shares(statement: PartnerStatement) -> list[tuple[CostShare, Decimal]]:
    """Return the shares by actual cost with those of the budget, by pool; two queries."""
    rows = CostShare.objects.filter(period=statement.period_id, payer=statement.payer_id)
    planned = dict(rows.filter(stage=Stage.PLAN).values_list("pool", "amount"))
    actual = rows.filter(stage=Stage.ACTUAL).select_related("pool__center", "pool__base")
    ordered = actual.order_by("pool__position", "pool")
    return [(share, planned.get(share.pool_id, ZERO)) for share in ordered]


def _known(statement: PartnerStatement) -> PartnerStatement:
    """Let what belongs to a statement know its agreement, which is fetched already."""
    agreement = statement.agreement
    statement.period.agreement = statement.period.budget.agreement = statement.payer.agreement = agreement
    return statement


def _breadcrumbs(statement: PartnerStatement) -> list[tuple[str, str]]:
    period = statement.period
    page = reverse("agreements:reconciliation", args=[period.budget_id])
    year = (_("Reconciliation of %(year)s") % {"year": period.budget}, page)
    return [*ifa_breadcrumbs(statement.agreement), year, (str(period), period.get_absolute_url())]


# ---------------------------------------------------------------- Answers
@require_POST
def statement_agree(request: SignedIn, pk: int) -> HttpResponse:
    """Agree with a statement."""
    statement = _known(get_statement(request, pk))
    demand(request, "agreements.answer_statement", statement.payer)
    try:
        answers.agree_with_statement(statement, by=request.user, at=timezone.now())
    except Refused as problem:
        say_refused(request, problem)
    else:
        say_done(request, _("Recorded: %(partner)s agrees.") % {"partner": statement.payer})
    return redirect(statement)


@takes_files
@idempotent
def statement_dispute(request: SignedIn, pk: int) -> HttpResponse:
    """Dispute a statement in writing."""
    statement = _known(get_statement(request, pk))
    demand(request, "agreements.answer_statement", statement.payer)
    form = DisputeForm(request.POST or None, request.FILES or None)
    receive_files(request, form, at=timezone.now())
    if form.is_bound and form.is_valid():
        made = save(
            form, lambda: answers.dispute_statement(statement, **form.facts, by=request.user, at=timezone.now())
        )
        if made:
            say_done(request, _("The dispute is recorded, and the staff were told."))
            return redirect(statement)
    context = _form_context(statement, _("Dispute a statement"), form, submit=_("Send dispute"))
    words = _("The staff answer in writing within %(days)d days. If you are right, you get a revised statement.")
    context["intro"] = words % {"days": statement.period.budget.answer_days}
    return render(request, "layouts/form.html", context, status=status_of(form))


def dispute_decide(request: SignedIn, pk: int) -> HttpResponse:
    """Decide a dispute."""
    dispute: StatementDispute = get_dispute(request, pk)
    statement = dispute.statement
    statement.agreement = dispute.agreement
    _known(statement)
    demand(request, "agreements.keep_budget", dispute.agreement)
    form = DecisionForm(request.POST or None)
    if form.is_bound and form.is_valid():
        facts = {name: form.cleaned_data[name] for name in ("decision", "answer")}
        if save(form, lambda: answers.decide_dispute(dispute, **facts, by=request.user, at=timezone.now())):
            if facts["decision"] == StatementDispute.Decision.UPHELD:
                say_done(request, _("Recorded. Correct the costs or counts, then send the revised statements."))
                return redirect(statement.period)
            say_done(request, _("The decision is recorded, and the partner was told."))
            return redirect(statement)
    context = _form_context(statement, _("Decide a dispute"), form, submit=_("Record decision"), dispute=dispute)
    return render(request, "agreements/funding/dispute_decide.html", context)


def _form_context(statement: PartnerStatement, title: str, form: Any, **more: Any) -> dict[str, Any]:
    return {
        "title": title,
        "crumbs": [*_breadcrumbs(statement), (str(statement), statement.get_absolute_url())],
        "here": title,
        "statement": statement,
        "form": form,
        "cancel_url": statement.get_absolute_url(),
        **more,
    }
