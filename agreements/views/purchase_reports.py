"""Reports that a provider owes: the list, one report; send, accept, return, excuse."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from agreements.filters.purchases_money import ReportFilters
from agreements.forms.purchase_reports import AnswerForm, ReportForm
from agreements.models import DueReport
from agreements.purchase_context import get_purchase, get_report, purchase_breadcrumbs, purchase_form, purchase_tabs
from agreements.purchasing import reports
from agreements.purchasing.looks import look_of_report
from agreements.tables.purchases_money import ReportTable
from onestop.accounts.requests import SignedIn
from onestop.editing.idempotency import idempotent
from onestop.editing.saving import save, say_done
from onestop.files.receiving import receive_files, status_of
from onestop.ops.request_limits import takes_files
from onestop.ui.lists import list_page
from onestop.ui.presentation import shortday
from partners.rules import demand, may

Status = DueReport.Status


def report_list(request: HttpRequest, pk: int) -> HttpResponseBase:
    """List the reports of a purchase, late ones first."""
    agreement = get_purchase(request, pk)
    today = timezone.localdate()
    rows = DueReport.objects.filter(agreement=agreement).select_related("duty", "authorization")
    late = DueReport.objects.filter(agreement=agreement, status__in=DueReport.OWED, due_on__lt=today)
    return list_page(
        request,
        key=f"reports:{agreement.pk}",
        title=_("Reports of %(number)s") % {"number": agreement.number},
        queryset=reports.late_ones_first(rows, today),
        filters=ReportFilters,
        table=ReportTable,
        template="agreements/purchases/report_list.html",
        context={
            "agreement": agreement,
            "crumbs": purchase_breadcrumbs(agreement),
            "here": _("Reports"),
            "tabs": purchase_tabs(request, agreement),
            "late": late.count(),
        },
        agreement=agreement,
    )


def report_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a report, and what can be done with it."""
    report = get_report(request, pk)
    agreement = report.agreement
    may_send = may(request.user, "agreements.send_report", agreement)
    may_decide = may(request.user, "agreements.decide_report", agreement)
    is_own = report.sent_by_id is not None and report.sent_by_id == request.user.pk
    is_received = report.status == Status.RECEIVED
    context = {
        **_context(report, str(report.duty)),
        "report": report,
        "look": look_of_report(report, timezone.localdate()),
        "may_send": report.is_owed and may_send,
        "may_decide": is_received and may_decide and not is_own,
        "waits_for_others": is_received and may_decide and is_own,
        "may_excuse": report.is_owed and may_decide,
    }
    return render(request, "agreements/purchases/report_detail.html", context)


def _context(report: DueReport, title: str) -> dict[str, Any]:
    agreement = report.agreement
    crumbs = [*purchase_breadcrumbs(agreement), (_("Reports"), reverse("agreements:report_list", args=[agreement.pk]))]
    return {"title": title, "crumbs": crumbs, "here": title, "agreement": agreement}


@takes_files
@idempotent
def report_send(request: SignedIn, pk: int) -> HttpResponse:
    """Send a report as a text, a file, or both."""
    report = get_report(request, pk)
    demand(request, "agreements.send_report", report.agreement)
    initial = {"text": report.text, "file": report.file} if report.status == Status.RETURNED else {}
    form = ReportForm(request.POST or None, request.FILES or None, initial=initial)
    receive_files(request, form, at=timezone.now())
    if form.is_bound and form.is_valid():
        done = save(form, lambda: reports.send_report(report, **form.facts, by=request.user, at=timezone.now()))
        if done:
            say_done(request, _("The report is sent."))
            return redirect(report)
    days = {"first": shortday(report.covers_from), "last": shortday(report.covers_to)}
    intro = _("It covers %(first)s to %(last)s for authorization %(number)s.")
    intro %= {**days, "number": report.authorization.number}
    title = _("Send: %(report)s") % {"report": report.duty}
    return _form(request, report, title, form, intro=intro, submit=_("Send report"))


@idempotent
def report_accept(request: SignedIn, pk: int) -> HttpResponse:
    """Accept a received report."""
    form = AnswerForm(request.POST or None, label=_("Comment"), required=False)
    words = {"title": _("Accept the report"), "submit": _("Accept report")}
    return _answer(request, pk, form, reports.accept_report, _("The report is accepted."), words)


@idempotent
def report_return(request: SignedIn, pk: int) -> HttpResponse:
    """Return a received report to the provider."""
    form = AnswerForm(request.POST or None, label=_("What is missing"))
    intro = _("The provider is told, and owes the report again.")
    words = {"title": _("Return the report"), "submit": _("Return report"), "intro": intro}
    return _answer(request, pk, form, reports.return_report, _("The report is returned."), words)


@idempotent
def report_excuse(request: SignedIn, pk: int) -> HttpResponse:
    """Record that a report is not needed."""
    form = AnswerForm(request.POST or None, label=_("Why it is not needed"))
    words = {"title": _("Record that the report is not needed"), "submit": _("Record")}
    return _answer(request, pk, form, reports.excuse_report, _("It is recorded that the report is not needed."), words)


def _answer(
    request: SignedIn, pk: int, form: AnswerForm, verb: Callable[..., DueReport], done: str, words: dict[str, str]
) -> HttpResponse:
    report = get_report(request, pk)
    demand(request, "agreements.decide_report", report.agreement)
    if form.is_bound and form.is_valid():
        answer = form.cleaned_data["answer"]
        if save(form, lambda: verb(report, answer=answer, by=request.user, at=timezone.now())):
            say_done(request, done)
            return redirect(report)
    return _form(request, report, words.pop("title"), form, **words)


def _form(request: HttpRequest, report: DueReport, title: str, form: Any, **more: Any) -> HttpResponse:
    crumbs = [*_context(report, title)["crumbs"], (str(report.duty), report.get_absolute_url())]
    context = purchase_form(report.agreement, title, form, **more)
    context |= {"crumbs": crumbs, "cancel_url": report.get_absolute_url()}
    return render(request, "layouts/form.html", context, status=status_of(form))
