"""An invoice of a purchase on paper, or a credit note: who charges whom, for what, and what became of it."""

from datetime import datetime

from django.db import transaction
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from agreements.models import AgreementPdf, Invoice
from agreements.papers.pdfs import ask_for
from onestop.accounts.models import User


@transaction.atomic
def ask_for_invoice(invoice: Invoice, *, by: User, at: datetime) -> AgreementPdf:
    """Request a PDF of an invoice as it is now, unless the same is ready or in progress.

    :raises AlreadyWaiting: if the person is waiting for another PDF.
    """
    html, about = invoice_html(invoice, at=at), title_of(invoice)
    return ask_for(invoice.agreement, AgreementPdf.Kind.INVOICE, html, about=about, by=by, at=at)


def title_of(invoice: Invoice) -> str:
    """Return "Invoice INV-118"."""
    words = _("Credit note %(number)s") if invoice.is_credit else _("Invoice %(number)s")
    return words % {"number": invoice.number}


def invoice_html(invoice: Invoice, *, at: datetime) -> str:
    """Return an invoice as a whole page of HTML; one query. It comes with its agreement, terms and people."""
    lines = invoice.lines.select_related("delivery__step", "authorization", "line")
    agreement = invoice.agreement
    context = {
        "agreement": agreement,
        "invoice": invoice,
        "title": title_of(invoice),
        "lines": lines.order_by("authorization__number", "delivery__happened_on", "pk"),
        "today": at.astimezone(agreement.area.zone).date(),
    }
    return render_to_string("agreements/paper/invoice_paper.html", context)
