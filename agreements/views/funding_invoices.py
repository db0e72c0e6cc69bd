"""Invoices to partners by a budget: the list, the preview of new ones, one invoice, its payments."""

from datetime import timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from agreements.filters.funding_paying import FundingInvoiceFilters
from agreements.forms.funding_invoices import IssueForm, PaymentForm, VoidForm
from agreements.funding import billing
from agreements.funding.billing import BillingPeriod
from agreements.funding.open_invoices import overdue, standing_of, sum_issued, sum_left, with_paid
from agreements.funding.paying import shares_by_period
from agreements.funding.reading import payers_of
from agreements.funding.sources import current_sources, split_amount
from agreements.funding_context import (
    budget_breadcrumbs,
    budget_form,
    budget_tabs,
    get_budget,
    get_funding_invoice,
)
from agreements.models import FundingBudget, FundingInvoice
from agreements.tables.funding_paying import FundingInvoiceTable, status_chip
from onestop.accounts.requests import SignedIn
from onestop.editing.idempotency import idempotent
from onestop.editing.saving import save, say_done
from onestop.ops.request_numbers import whole_number
from onestop.ui.lists import list_page
from onestop.ui.presentation import money
from partners.rules import demand, may

KEEP = "agreements.keep_budget"


# ---------------------------------------------------------------- The list
def funding_invoice_list(request: HttpRequest, pk: int) -> HttpResponseBase:
    """List the invoices of a budget, with what was paid and what is open."""
    budget = get_budget(request, pk)
    today = timezone.localdate()
    rows = FundingInvoice.objects.filter(budget=budget)
    late = overdue(rows, today)
    url = request.path
    figures = [
        {
            "label": _("Invoiced"),
            "value": money(sum_issued(rows)),
            "url": f"{url}?standing=issued",
            "note": budget.get_billing_display(),
        },
        {"label": _("Open"), "value": money(sum_left(rows)), "url": f"{url}?standing=unpaid"},
        {"label": _("Overdue"), "value": money(sum_left(late)), "url": f"{url}?standing=overdue"},
    ]
    return list_page(
        request,
        key=f"funding_invoices:{budget.pk}",
        title=_("Invoices"),
        queryset=with_paid(rows.select_related("payer__partnership__organization")).order_by("-first_on", "number"),
        filters=FundingInvoiceFilters,
        table=FundingInvoiceTable,
        template="agreements/funding/funding_invoice_list.html",
        context={
            "crumbs": budget_breadcrumbs(budget),
            "here": _("Invoices"),
            "tabs": budget_tabs(request, budget),
            "budget": budget,
            "figures": figures,
            "may_issue": budget.is_adopted and may(request.user, KEEP, budget.agreement),
        },
        payers=payers_of(budget),
        today=today,
    )


# ---------------------------------------------------------------- Issue
@idempotent
def funding_invoices_issue(request: SignedIn, pk: int) -> HttpResponse:
    """Show what the invoices of a billing period would be, and issue them."""
    budget = get_budget(request, pk)
    demand(request, KEEP, budget.agreement)
    today = timezone.localdate()
    periods = billing.billing_periods(budget)
    chosen = _chosen(request, periods)
    initial = {
        "period": chosen.span.number,
        "expected": chosen.total,
        "due_on": max(today + timedelta(days=budget.pay_days), chosen.span.first_on),
    }
    form = IssueForm(request.POST or None, initial=initial)
    if form.is_bound and form.is_valid():
        facts = form.cleaned_data
        issued = save(
            form,
            lambda: billing.issue_invoices(
                budget, number=facts["period"], due_on=facts["due_on"], expected=facts["expected"], by=request.user,
                at=timezone.now(),
            ),
        )  # fmt: skip
        if issued:
            number = len(issued)
            words = ngettext("%(n)d invoice is issued.", "%(n)d invoices are issued.", number) % {"n": number}
            say_done(request, words)
            return redirect("agreements:funding_invoice_list", pk=budget.pk)
        form = _with_today(form, initial)
    context = _form(budget, _("Issue invoices"), form, submit=_("Issue invoices"))
    links = [(each, f"{request.path}?period={each.span.number}", each is chosen) for each in periods]
    return render(request, "agreements/funding/issue.html", context | {"chosen": chosen, "links": links})


def _with_today(form: IssueForm, initial: dict[str, Any]) -> IssueForm:
    """Return a form that was refused, with the sum that the page shows now."""
    data = form.data.copy()  # type: ignore[attr-defined]
    data["expected"] = str(initial["expected"])
    form.data = data
    return form


def _chosen(request: HttpRequest, periods: list[BillingPeriod]) -> BillingPeriod:
    """Return the billing period that the request names, or the first that has something to issue."""
    asked = whole_number(request.POST.get("period") or request.GET.get("period"))
    named = [each for each in periods if each.span.number == asked]
    return (named or [each for each in periods if each.new] or periods)[0]


# ---------------------------------------------------------------- One invoice
def funding_invoice_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """Show an invoice as it is printed, its payments and what is open."""
    invoice = get_funding_invoice(request, pk)
    read = with_paid(FundingInvoice.objects.filter(pk=invoice.pk)).get()
    payments = invoice.payments.filter(archived_at=None).select_related("period").order_by("received_on", "pk")
    keeps = may(request.user, KEEP, invoice.agreement)
    context = {
        "title": _("Invoice %(number)s") % {"number": invoice.number},
        "crumbs": [*budget_breadcrumbs(invoice.budget), _list_crumb(invoice.budget)],
        "here": invoice.number,
        "budget": invoice.budget,
        "invoice": invoice,
        "agreement": invoice.agreement,
        "area": invoice.agreement.area,
        "standing": standing_of(read, timezone.localdate()),
        "paid": read.paid,
        "left": read.left,
        "payments": [(payment, status_chip(payment)) for payment in payments],
        "sources": split_amount(invoice.amount, list(current_sources(invoice.payer))),
        "difference": _difference(invoice),
        "may_void": keeps and not invoice.voided_at and not read.paid,
        "may_pay": keeps and not invoice.voided_at and read.left > 0,
    }
    return render(request, "agreements/funding/funding_invoice_detail.html", context)


def _difference(invoice: FundingInvoice) -> Any:
    """Return what the invoice would be more, or less, by today's shares."""
    if invoice.voided_at:
        return None
    shares = shares_by_period(invoice.budget, [invoice.payer_id])
    return billing.amount_today(invoice, shares) - invoice.amount


def funding_invoice_void(request: SignedIn, pk: int) -> HttpResponse:
    """Void an invoice with a reason."""
    invoice = get_funding_invoice(request, pk)
    demand(request, KEEP, invoice.agreement)
    form = VoidForm(request.POST or None)
    if form.is_bound and form.is_valid():
        reason = form.cleaned_data["reason"]
        if save(form, lambda: billing.void_invoice(invoice, reason=reason, by=request.user, at=timezone.now())):
            say_done(request, _("The invoice is voided. Its months can be invoiced again."))
            return redirect(invoice)
    title = _("Void invoice %(number)s") % {"number": invoice.number}
    return render(request, "layouts/form.html", _invoice_form(invoice, title, form, submit=_("Void invoice")))


@idempotent
def payment_add(request: SignedIn, pk: int) -> HttpResponse:
    """Record a payment of an invoice."""
    invoice = get_funding_invoice(request, pk)
    demand(request, KEEP, invoice.agreement)
    left = with_paid(FundingInvoice.objects.filter(pk=invoice.pk)).get().left
    form = PaymentForm(request.POST or None, initial={"amount": left, "received_on": timezone.localdate()})
    if form.is_bound and form.is_valid():
        facts = form.cleaned_data
        if save(form, lambda: billing.record_payment(invoice, **facts, by=request.user, at=timezone.now())):
            say_done(request, _("The payment is recorded."))
            return redirect(invoice)
    title = _("Record a payment of %(number)s") % {"number": invoice.number}
    intro = _("%(partner)s still owes %(amount)s of this invoice.")
    words = {"partner": invoice.payer, "amount": money(left)}
    context = _invoice_form(invoice, title, form, submit=_("Record payment"), intro=intro % words)
    return render(request, "layouts/form.html", context)


# ---------------------------------------------------------------- What pages share
def _list_crumb(budget: FundingBudget) -> tuple[str, str]:
    return _("Invoices"), reverse("agreements:funding_invoice_list", args=[budget.pk])


def _form(budget: FundingBudget, title: str, form: Any, **more: Any) -> dict[str, Any]:
    crumb = _list_crumb(budget)
    context = budget_form(budget, title, form, **({"cancel_url": crumb[1]} | more))
    return context | {"crumbs": [*budget_breadcrumbs(budget), crumb]}


def _invoice_form(invoice: FundingInvoice, title: str, form: Any, **more: Any) -> dict[str, Any]:
    context = _form(invoice.budget, title, form, cancel_url=invoice.get_absolute_url(), **more)
    return context | {"crumbs": [*context["crumbs"], (invoice.number, invoice.get_absolute_url())]}
