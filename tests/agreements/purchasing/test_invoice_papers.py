"""An invoice as a PDF: made in the background, tagged, with all that the page shows, under a name of its own."""

import io
import re
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pikepdf
import pytest
from django.urls import reverse

from agreements.models import AgreementPdf, Invoice
from agreements.papers import pdfs
from agreements.papers.invoices import invoice_html
from agreements.purchasing import approving, deliveries, invoices
from tests.agreements.purchasing.money_world import AT, OCTOBER_6, Purchase, make_world

LATER = datetime(2026, 11, 29, 17, tzinfo=UTC)


@pytest.fixture(autouse=True)
def private_files(settings: Any, tmp_path: Any) -> None:
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def purchase(area, partner, neighbor_partner, cast) -> Purchase:
    return make_world(neighbor_partner, partner, cast)


def told_by(invoice: Invoice) -> str:
    html = invoice_html(Invoice.objects.get(pk=invoice.pk), at=LATER)
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


def test_it_is_tagged_and_downloaded_under_its_number(as_, purchase):
    purchase.deliver()
    invoice = purchase.approve(purchase.submit())
    client = as_("manager")
    answer = client.post(reverse("agreements:invoice_pdf", args=[invoice.pk]))
    made = AgreementPdf.objects.get()
    assert (made.kind, str(made), answer["Location"]) == ("invoice", "Invoice INV-1", made.get_absolute_url())
    assert pdfs.MAKER.work_on(made.pk, at=LATER)
    assert "Invoice INV-1, POS-1" in client.get(made.get_absolute_url()).content.decode()
    file = client.get(reverse("agreements:pdf_file", args=[made.pk]))
    assert re.search(r'filename="[\w-]+-pos-1-invoice-inv-1-[\d-]+\.pdf"', file["Content-Disposition"])
    with pikepdf.open(io.BytesIO(b"".join(file.streaming_content))) as pdf:
        assert pdf.Root.MarkInfo.Marked
        assert str(pdf.docinfo["/Title"]) == "Invoice INV-1, POS-1"
        assert len(pdf.pages) == 1


def test_it_says_what_is_charged_and_what_became_of_it(purchase):
    purchase.deliver("3")
    draft = purchase.draft()
    assert "Draft of November 29, 2026. It was not submitted" in told_by(draft)
    sent = invoices.submit_invoice(draft, by=purchase.provider, at=AT)
    told = told_by(sent)
    assert "Draft of" not in told
    assert "Waiting for approval" in told
    assert "Oct 6, 2026" in told
    assert "3 $50.00 $150.00" in told
    approving.reject_invoice(sent, reason="A holiday", by=purchase.approver, at=AT)
    assert "Rejected, and nothing is owed by it: A holiday" in told_by(sent)


def test_a_credit_note_is_called_so(purchase):
    delivery = purchase.deliver("2", OCTOBER_6)
    purchase.approve(purchase.submit())
    deliveries.correct_delivery(delivery, units=Decimal(1), note="One hour", by=purchase.provider, at=AT)
    told = told_by(purchase.draft("CN-1", kind="credit"))
    assert "Credit note CN-1" in told
    assert "What is taken back" in told


def test_another_state_is_another_paper(as_, purchase):
    purchase.deliver()
    draft = purchase.draft()
    client, address = as_("staff"), reverse("agreements:invoice_pdf", args=[draft.pk])
    first = client.post(address)["Location"]
    assert client.post(address)["Location"] == first
    AgreementPdf.objects.update(status="failed")
    invoices.submit_invoice(draft, by=purchase.provider, at=AT)
    assert client.post(address)["Location"] != first
