"""Invoices of a purchase: the list, one invoice; make, submit, take back, delete, approve, reject, pay; exceptions."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from agreements.filters.purchases_money import InvoiceFilters
from agreements.forms.purchase_invoices import ExceptionForm, InvoiceForm, PaymentForm, RejectionForm
from agreements.models import Agreement, CeilingException, Invoice
from agreements.papers.invoices import ask_for_invoice, title_of
from agreements.purchase_context import get_invoice, get_purchase, purchase_breadcrumbs, purchase_form, purchase_tabs
from agreements.purchasing import approving, ceilings, invoices
from agreements.purchasing.looks import look_of_invoice
from agreements.purchasing.telling import approvers_of
from agreements.tables.purchases_money import InvoiceTable
from onestop.accounts.requests import SignedIn
from onestop.editing.idempotency import idempotent
from onestop.editing.refusals import Refused
from onestop.editing.saving import save, say_done, say_refused
from onestop.files.document_pages import show_what_waits
from onestop.files.documents import AlreadyWaiting
from onestop.ops.request_numbers import whole_number
from onestop.ui.lists import list_page
from onestop.ui.presentation import money
from partners.rules import demand, may

Status = Invoice.Status


# ---------------------------------------------------------------- Reading
def invoice_list(request: HttpRequest, pk: int) -> HttpResponseBase:
    """List the invoices and credit notes of a purchase, the latest first."""
    agreement = get_purchase(request, pk)
    may_pay = may(request.user, "agreements.pay_invoice", agreement)
    may_submit = may(request.user, "agreements.submit_invoice", agreement)
    exceptions = CeilingException.objects.filter(agreement=agreement)
    return list_page(
        request,
        key=f"invoices:{agreement.pk}",
        title=_("Invoices of %(number)s") % {"number": agreement.number},
        queryset=Invoice.objects.filter(agreement=agreement).order_by("-made_at", "-pk"),
        filters=InvoiceFilters,
        table=InvoiceTable,
        template="agreements/purchases/invoice_list.html",
        context={
            "agreement": agreement,
            "crumbs": purchase_breadcrumbs(agreement),
            "here": _("Invoices"),
            "tabs": purchase_tabs(request, agreement),
            "may_submit": may_submit,
            "may_except": may(request.user, "agreements.record_ceiling_exception", agreement),
            "to_invoice": invoices.uninvoiced(agreement).count(),
            "to_credit": invoices.uninvoiced(agreement, Invoice.Kind.CREDIT).count(),
            "to_pay": may_pay and agreement.invoices.filter(status=Status.APPROVED).exists(),
            "exceptions": exceptions.select_related("line", "authorization", "by").order_by("-at", "-pk"),
        },
    )


def invoice_detail(request: SignedIn, pk: int) -> HttpResponse:
    """Show an invoice, its lines, the room below each ceiling, and what can be done with it. It prints."""
    invoice = get_invoice(request, pk)
    agreement, status = invoice.agreement, invoice.status
    is_waiting = status == Status.SUBMITTED
    may_approve = is_waiting and may(request.user, "agreements.approve_invoice", agreement)
    rooms = ceilings.rooms_of(invoice, by=request.user if may_approve else None) if is_waiting else []
    today = timezone.localdate()
    obstacles = approving.obstacles_to(invoice, rooms, by=request.user if may_approve else None, today=today)
    may_send = may(request.user, "agreements.submit_invoice", agreement)
    lines = invoice.lines.select_related("delivery__step", "delivery__by", "authorization", "line")
    context = {
        **_context(agreement, title_of(invoice)),
        "invoice": invoice,
        "look": look_of_invoice(invoice),
        "lines": lines.order_by("authorization__number", "delivery__happened_on", "pk"),
        "rooms": rooms,
        "obstacles": obstacles if is_waiting else [],
        "is_waiting": is_waiting,
        "may_submit": status == Status.DRAFT and may_send,
        "may_take_back": is_waiting and may_send,
        "may_approve": may_approve,
        "may_pay": status == Status.APPROVED and may(request.user, "agreements.pay_invoice", agreement),
        "approvers": approvers_of(agreement) if is_waiting else [],
        "is_late": status == Status.APPROVED
        and not invoice.is_credit
        and invoice.due_on is not None
        and invoice.due_on < today,
    }
    return render(request, "agreements/purchases/invoice_detail.html", context)


@require_POST
@idempotent
def invoice_pdf(request: SignedIn, pk: int) -> HttpResponse:
    """Request a PDF of an invoice as it is now."""
    try:
        return redirect(ask_for_invoice(get_invoice(request, pk), by=request.user, at=timezone.now()))
    except AlreadyWaiting as problem:
        return show_what_waits(request, problem)


def _context(agreement: Agreement, title: str) -> dict[str, Any]:
    page = reverse("agreements:invoice_list", args=[agreement.pk])
    crumbs = [*purchase_breadcrumbs(agreement), (_("Invoices"), page)]
    return {"title": title, "crumbs": crumbs, "here": title, "agreement": agreement, "cancel_url": page}


# ---------------------------------------------------------------- The provider
@idempotent
def invoice_add(request: SignedIn, pk: int) -> HttpResponse:
    """Make a draft of an invoice or a credit note."""
    agreement = get_purchase(request, pk)
    demand(request, "agreements.submit_invoice", agreement)
    kind = Invoice.Kind.CREDIT if request.GET.get("kind") == Invoice.Kind.CREDIT else Invoice.Kind.INVOICE
    initial = {"kind": kind, "authorization": whole_number(request.GET.get("authorization"))}
    form = InvoiceForm(request.POST or None, initial=initial, agreement=agreement)
    if form.is_bound and form.is_valid():
        made = save(form, lambda: invoices.make_invoice(agreement, **form.facts, by=request.user, at=timezone.now()))
        if made:
            say_done(request, _("The draft is made. Check it, then submit it."))
            return redirect(made)
    intro = _("It takes what was delivered and is on no invoice yet. You see it before it is submitted.")
    title = _("Make an invoice")
    context = purchase_form(agreement, title, form, intro=intro, submit=_("Make draft")) | _context(agreement, title)
    return render(request, "layouts/form.html", context)


@require_POST
def invoice_submit(request: SignedIn, pk: int) -> HttpResponse:
    """Submit a draft to the purchaser."""
    invoice = get_invoice(request, pk)
    demand(request, "agreements.submit_invoice", invoice.agreement)
    try:
        invoices.submit_invoice(invoice, by=request.user, at=timezone.now())
    except Refused as problem:
        say_refused(request, problem)
    else:
        say_done(request, _("The invoice is submitted. Those who may approve it are told."))
    return redirect(invoice)


def invoice_take_back(request: SignedIn, pk: int) -> HttpResponse:
    """Make a submitted invoice a draft again, after asking."""
    invoice = get_invoice(request, pk)
    demand(request, "agreements.submit_invoice", invoice.agreement)
    if request.method == "POST":
        try:
            invoices.take_back_invoice(invoice, by=request.user, at=timezone.now())
        except Refused as problem:
            say_refused(request, problem)
        else:
            say_done(request, _("The invoice is a draft again. Nobody is asked to approve it."))
        return redirect(invoice)
    title = _("Take back invoice %(number)s?") % {"number": invoice.number}
    consequences = [
        _("It is a draft again, and nobody is asked to approve it."),
        _("Submit it again, or delete it and make another one. The days to pay it are counted anew."),
    ]
    return _confirm(request, invoice, title, consequences, act=_("Take back"), safe=True)


def _confirm(
    request: HttpRequest, invoice: Invoice, title: str, consequences: list[str], **more: str | bool
) -> HttpResponse:
    """Ask before something is done with an invoice."""
    context = _context(invoice.agreement, title) | {"cancel_url": invoice.get_absolute_url()}
    return render(request, "layouts/confirm.html", {**context, "consequences": consequences, **more})


def invoice_delete(request: SignedIn, pk: int) -> HttpResponse:
    """Delete a draft."""
    invoice = get_invoice(request, pk)
    demand(request, "agreements.submit_invoice", invoice.agreement)
    if request.method == "POST":
        try:
            invoices.delete_draft(invoice, by=request.user, at=timezone.now())
        except Refused as problem:
            say_refused(request, problem)
            return redirect(invoice)
        say_done(request, _("The draft is deleted."))
        return redirect("agreements:invoice_list", invoice.agreement_id)
    title = _("Delete the draft %(number)s?") % {"number": invoice.number}
    consequences = [_("Its deliveries stay, and can be put on another invoice.")]
    return _confirm(request, invoice, title, consequences, act=_("Delete draft"))


# ---------------------------------------------------------------- The purchaser
def invoice_approve(request: SignedIn, pk: int) -> HttpResponse:
    """Approve a submitted invoice, after asking: it cannot be undone."""
    invoice = get_invoice(request, pk)
    demand(request, "agreements.approve_invoice", invoice.agreement)
    if request.method == "POST":
        try:
            approving.approve_invoice(invoice, by=request.user, at=timezone.now())
        except Refused as problem:
            say_refused(request, problem)
        else:
            say_done(request, _("The invoice is approved."))
        return redirect(invoice)
    facts = {"number": invoice.number, "total": money(invoice.total)}
    title = _("Approve invoice %(number)s of %(total)s?") % facts
    if invoice.is_credit:
        title = _("Approve credit note %(number)s of %(total)s?") % facts
    consequences = [_("This cannot be undone: a mistake is corrected by a credit note. The provider is told.")]
    return _confirm(request, invoice, title, consequences, act=_("Approve"), safe=True)


def invoice_reject(request: SignedIn, pk: int) -> HttpResponse:
    """Reject a submitted invoice, with a reason."""
    invoice = get_invoice(request, pk)
    demand(request, "agreements.approve_invoice", invoice.agreement)
    form = RejectionForm(request.POST or None)
    if form.is_bound and form.is_valid():
        reason = form.cleaned_data["reason"]
        if save(form, lambda: approving.reject_invoice(invoice, reason=reason, by=request.user, at=timezone.now())):
            say_done(request, _("The invoice is rejected."))
            return redirect(invoice)
    title = _("Reject invoice %(number)s") % {"number": invoice.number}
    context = purchase_form(invoice.agreement, title, form, submit=_("Reject invoice")) | _context(
        invoice.agreement, title
    )
    return render(request, "layouts/form.html", context | {"cancel_url": invoice.get_absolute_url()})


def invoice_pay(request: SignedIn, pk: int) -> HttpResponse:
    """Record that an approved invoice was paid, alone or with others."""
    invoice = get_invoice(request, pk)
    return _pay(request, invoice.agreement, invoice)


def invoices_pay(request: SignedIn, pk: int) -> HttpResponse:
    """Record that several approved invoices were paid at once."""
    return _pay(request, get_purchase(request, pk), None)


def _pay(request: SignedIn, agreement: Agreement, invoice: Invoice | None) -> HttpResponse:
    demand(request, "agreements.pay_invoice", agreement)
    approved = agreement.invoices.filter(status=Status.APPROVED).order_by("due_on", "pk")
    approved = approved[: invoices.MOST_PAID]
    form = PaymentForm(
        request.POST or None,
        initial={"on": timezone.localdate()},
        invoices=approved,
        chosen=invoice.pk if invoice else None,
    )
    if form.is_bound and form.is_valid():
        given, now = form.cleaned_data, timezone.now()
        paid = save(
            form,
            lambda: invoices.pay_invoices(
                agreement, form.ids, on=given["on"], reference=given["reference"], by=request.user, at=now
            ),
        )
        if paid:
            words = ngettext("%(number)d invoice is paid.", "%(number)d invoices are paid.", len(paid))
            say_done(request, words % {"number": len(paid)})
            return redirect(invoice or reverse("agreements:invoice_list", args=[agreement.pk]))
    title = _("Record a payment")
    context = purchase_form(agreement, title, form, submit=_("Record payment")) | _context(agreement, title)
    return render(request, "layouts/form.html", context)


@idempotent
def ceiling_exception_add(request: SignedIn, pk: int) -> HttpResponse:
    """Record that more than a ceiling may be paid."""
    agreement = get_purchase(request, pk)
    demand(request, "agreements.record_ceiling_exception", agreement)
    form = ExceptionForm(request.POST or None, agreement=agreement)
    if not form.fields["of"].choices:  # type: ignore[attr-defined]
        messages.info(request, _("This purchase has no ceiling and no open authorization."))
        return redirect("agreements:invoice_list", pk)
    if form.is_bound and form.is_valid():
        done = save(
            form, lambda: ceilings.record_exception(agreement, **form.facts, by=request.user, at=timezone.now())
        )
        if done:
            say_done(request, _("The exception is recorded. Somebody else approves what it allows."))
            return redirect("agreements:invoice_list", pk)
    intro = _(
        "There is no absolute limit on what is paid for a service (34 CFR 361.50). "
        "An exception cannot be changed later, and does not count for invoices that you approve."
    )
    title = _("Record an exception from a ceiling")
    context = purchase_form(agreement, title, form, intro=intro, submit=_("Record exception"))
    return render(request, "layouts/form.html", context | _context(agreement, title))
