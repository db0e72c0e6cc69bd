"""Pages of deliveries, reports and invoices, as the provider and the purchaser use them."""

import csv
import io
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from agreements.models import CeilingException, DueReport, Invoice, PurchaseTerms, ServiceDelivery
from agreements.purchasing import deliveries, reports
from tests import factories
from tests.agreements.purchasing.money_world import AT, OCTOBER_6, Purchase, make_world

TODAY = timezone.localdate()


def at(name: str, *args: object) -> str:
    return reverse(f"agreements:{name}", args=args)


def words(answer: Any) -> str:
    return " ".join(answer.content.decode().split())


def rows_of(answer: Any) -> list[Any]:
    return [row.record for row in answer.context["table"].page.object_list]


@pytest.fixture
def purchase(area, partner, neighbor_partner, cast) -> Purchase:
    return make_world(neighbor_partner, partner, cast)


@pytest.fixture
def report(purchase) -> DueReport:
    return factories.make_due_report(purchase.authorization, factories.make_report_duty(purchase.agreement))


# ---------------------------------------------------------------- Deliveries
def test_the_provider_records_the_days_of_a_month_at_once(as_, purchase):
    client = as_("manager")
    page = client.get(at("delivery_list", purchase.agreement.pk))
    assert "No deliveries yet" in words(page)
    assert "A-1: JC Job coaching" in words(page)
    chosen = client.get(at("delivery_choose", purchase.agreement.pk), {"authorization": purchase.authorization.pk})
    assert chosen.url == at("delivery_add", purchase.authorization.pk)
    form = client.get(chosen.url, {"month": "2026-10"})
    assert len(form.context["form"].days) == 31
    assert "Units delivered in October 2026, by hour" in words(form)
    typed = {"month": "2026-10", "units_2026_10_06": "2", "units_2026_10_08": "1.5", "note": "At the center"}
    done = client.post(chosen.url, typed, follow=True)
    assert "2 deliveries are recorded." in words(done)
    found = ServiceDelivery.objects.order_by("happened_on")
    assert [(each.units, each.amount, each.note) for each in found] == [
        (Decimal(2), Decimal(100), "At the center"),
        (Decimal("1.5"), Decimal(75), "At the center"),
    ]
    assert "2 recorded" in words(client.get(chosen.url, {"month": "2026-10"}))


def test_a_refusal_is_shown_at_its_day(as_, purchase):
    typed = {"month": "2026-10", "units_2026_10_06": "8", "units_2026_10_08": "13"}
    answer = as_("manager").post(at("delivery_add", purchase.authorization.pk), typed)
    assert "20 units are left" in answer.context["form"].errors["units_2026_10_08"][0]
    empty = as_("manager").post(at("delivery_add", purchase.authorization.pk), {"month": "2026-10"})
    assert "Enter the units of at least one day." in words(empty)


def test_days_before_service_and_in_the_future_are_not_offered(as_, purchase):
    client = as_("manager")
    address = at("delivery_add", purchase.authorization.pk)
    first = client.get(address, {"month": "2026-09"}).context["form"].days.values()
    assert min(first) == date(2026, 9, 1)
    future = factories.make_authorization(
        purchase.line, first_on=TODAY + timedelta(days=3), last_on=TODAY + timedelta(days=9)
    )
    assert "Service has not begun yet" in words(client.get(at("delivery_add", future.pk)))
    assert client.get(address, {"month": "2031-01' OR 1"}).status_code == 200


def test_a_milestone_is_recorded_on_a_page_of_its_own(as_, purchase):
    plan = factories.make_authorization(factories.make_milestone_plan(purchase.agreement), amount=Decimal(500))
    client = as_("manager")
    address = client.get(at("delivery_add", plan.pk)).url
    assert address == at("step_reach", plan.pk)
    assert "Milestone 3: $200.00" in words(client.get(address))
    step = plan.line.steps.get(position=1)
    client.post(address, {"step": step.pk, "on": "2026-10-06"})
    assert ServiceDelivery.objects.get().amount == 150
    assert "Milestone 1: $150.00" not in words(client.get(address))
    assert client.get(at("step_reach", purchase.authorization.pk)).url == at("delivery_add", purchase.authorization.pk)


def test_a_delivery_is_withdrawn_after_asking(as_, purchase):
    delivery = purchase.deliver()
    client = as_("manager")
    address = at("delivery_withdraw", delivery.pk)
    assert "Withdraw the delivery of Oct 6, 2026 for A-1?" in words(client.get(address))
    assert "The delivery is withdrawn." in words(client.post(address, follow=True))
    other = purchase.deliver()
    purchase.draft()
    answer = client.post(at("delivery_withdraw", other.pk), follow=True)
    assert "It is on invoice INV-1" in words(answer)


def test_a_delivery_on_an_approved_invoice_is_corrected(as_, purchase):
    delivery = purchase.deliver()
    purchase.approve(purchase.submit())
    client = as_("manager")
    page = words(client.get(at("delivery_list", purchase.agreement.pk)))
    assert 'aria-label="Correct the delivery of Oct 6, 2026"' in page
    wrong = client.post(at("delivery_correct", delivery.pk), {"units": "3", "note": "No"})
    assert "units" in wrong.context["form"].errors
    client.post(at("delivery_correct", delivery.pk), {"units": "1", "note": "One hour"})
    assert ServiceDelivery.objects.get(corrects=delivery).amount == -50
    invoices_page = words(client.get(at("invoice_list", purchase.agreement.pk)))
    assert "1 correction is on no credit note." in invoices_page


def test_the_list_filters_sorts_and_is_exported(as_, purchase):
    client = as_("neighbor")
    paid, free, gone = purchase.deliver("1"), purchase.deliver("2", date(2026, 10, 7)), purchase.deliver("3")
    deliveries.withdraw_delivery(gone, by=None, at=AT)
    deliveries.withdraw_delivery(free, by=None, at=AT)
    purchase.approve(purchase.submit())
    free = purchase.deliver("4", date(2026, 10, 8))
    address = at("delivery_list", purchase.agreement.pk)
    assert rows_of(client.get(address, {"state": "approved"})) == [paid]
    assert rows_of(client.get(address, {"state": "free"})) == [free]
    assert len(rows_of(client.get(address, {"state": "withdrawn"}))) == 2
    assert rows_of(client.get(address, {"first": "2026-10-08"})) == [free]
    assert len(rows_of(client.get(address, {"authorization": purchase.authorization.pk}))) == 4
    for column in ("happened_on", "authorization", "units", "rate", "amount", "state", "invoice", "by", "note"):
        assert len(rows_of(client.get(address, {"sort": f"-{column}"}))) == 4
    assert "Correct the delivery" not in words(client.get(address))  # the purchaser records nothing
    answer = client.get(address, {"export": "csv", "sort": "happened_on", "state": "approved"})
    content = b"".join(answer.streaming_content) if answer.streaming else answer.content
    header, first = csv.reader(io.StringIO(content.decode("utf-8-sig")))
    assert header == [
        "Day", "Authorization", "Units", "Rate", "Amount", "State", "Invoice", "Entered by", "Note",
    ]  # fmt: skip
    assert first[1:7] == ["A-1", "1.00", "50.00", "50.00", "Approved", "INV-1"]


# ---------------------------------------------------------------- Reports
def test_a_report_is_sent_with_a_file_returned_and_accepted(as_, purchase, report, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    client = as_("manager")
    listed = words(client.get(at("report_list", purchase.agreement.pk)))
    assert "1 report is late." in listed
    address = at("report_send", report.pk)
    assert "Write the report" in words(client.post(address, {"text": " "}))
    picture = factories.upload(factories.make_picture(), "report.png")
    done = client.post(address, {"text": "Six sessions.", "file-upload": picture}, follow=True)
    assert "The report is sent." in words(done)
    assert "report.png" in words(done)
    client = as_("neighbor")
    page = words(client.get(at("report_detail", report.pk)))
    assert "Six sessions." in page
    assert at("report_accept", report.pk) in page
    client.post(at("report_return", report.pk), {"answer": "The last week is missing."})
    page = words(as_("manager").get(at("report_detail", report.pk)))
    assert "Returned: The last week is missing." in page
    as_("manager").post(address, {"text": "All weeks."})
    done = as_("neighbor").post(at("report_accept", report.pk), {"answer": "Thank you"}, follow=True)
    assert "The report is accepted." in words(done)


def test_whoever_sent_a_report_does_not_decide_on_it(as_, purchase, report, cast):
    reports.send_report(report, text="Six sessions.", by=cast["staff"], at=AT)
    page = words(as_("staff").get(at("report_detail", report.pk)))
    assert "Somebody else accepts or returns it." in page
    assert at("report_accept", report.pk) not in page
    assert "Somebody else decides" in words(as_("staff").post(at("report_accept", report.pk), {"answer": "Fine"}))


def test_a_report_is_excused(as_, purchase, report):
    done = as_("neighbor").post(at("report_excuse", report.pk), {"answer": "The customer moved."}, follow=True)
    assert "not needed" in words(done)
    assert "Not needed" in words(as_("manager").get(at("report_list", purchase.agreement.pk)))


def test_reports_filter_by_state_and_sort(as_, purchase, report):
    coming = factories.make_due_report(
        purchase.authorization, report.duty, covers_from=TODAY, due_on=TODAY + timedelta(days=30)
    )
    client = as_("board")
    address = at("report_list", purchase.agreement.pk)
    assert rows_of(client.get(address)) == [report, coming]
    assert rows_of(client.get(address, {"state": "late"})) == [report]
    assert len(rows_of(client.get(address, {"state": "expected"}))) == 2
    for column in ("duty", "authorization", "covers", "due_on", "state", "received_on"):
        assert len(rows_of(client.get(address, {"sort": column}))) == 2


# ---------------------------------------------------------------- Invoices
def test_an_invoice_from_delivery_to_payment(as_, purchase):
    purchase.deliver()
    agreement = purchase.agreement
    client = as_("manager")
    assert "1 delivery is on no invoice." in words(client.get(at("invoice_list", agreement.pk)))
    page = client.post(at("invoice_add", agreement.pk), {"kind": "invoice", "number": "INV-7"}, follow=True)
    invoice = Invoice.objects.get()
    assert "Draft" in words(page)
    assert at("invoice_submit", invoice.pk) in words(page)
    page = words(client.post(at("invoice_submit", invoice.pk), follow=True))
    assert "Those who may approve it are told." in page
    assert at("invoice_approve", invoice.pk) not in page
    client = as_("neighbor")
    page = words(client.get(invoice.get_absolute_url()))
    assert "Authorization A-1" in page
    assert "$1,000.00" in page
    assert "The invoice is approved." in words(client.post(at("invoice_approve", invoice.pk), follow=True))
    form = client.get(at("invoice_pay", invoice.pk))
    assert form.context["form"].initial["invoices"] == [str(invoice.pk)]
    paid = {"invoices": [invoice.pk], "on": TODAY.isoformat(), "reference": "W-17"}
    page = words(client.post(at("invoice_pay", invoice.pk), paid, follow=True))
    assert "1 invoice is paid." in page
    assert "(W-17)" in page


def test_the_page_says_why_an_invoice_cannot_be_approved(as_, purchase):
    PurchaseTerms.objects.update(ceiling=Decimal(60))
    purchase.deliver()
    invoice = purchase.submit()
    page = words(as_("neighbor").get(invoice.get_absolute_url()))
    assert "You cannot approve this invoice:" in page
    assert "Agreement POS-1: $60.00 is left" in page
    assert "Passes it" in page
    assert at("invoice_approve", invoice.pk) not in page
    assert "$60.00 is left" in words(as_("neighbor").post(at("invoice_approve", invoice.pk), follow=True))
    given = {"of": "agreement", "amount": "40", "reason": "One more hour"}
    page = words(as_("staff").post(at("ceiling_exception_add", purchase.agreement.pk), given, follow=True))
    assert "The exception is recorded." in page
    assert "One more hour" in page
    assert CeilingException.objects.get().amount == 40
    assert "The invoice is approved." in words(as_("neighbor").post(at("invoice_approve", invoice.pk), follow=True))


def test_whoever_may_not_approve_money_is_refused(as_, purchase, cast):
    purchase.deliver()
    invoice = purchase.submit()
    for who in ("manager", "board", "state"):
        assert as_(who).post(at("invoice_approve", invoice.pk)).status_code == 403
    assert as_("outsider").post(at("invoice_approve", invoice.pk)).status_code == 404


def test_the_page_says_if_nobody_may_approve(as_, purchase):
    purchase.deliver()
    invoice = purchase.submit()
    purchase.agreement.area.money_approvers.update(ended_at=AT)
    purchase.agreement.purchase_terms.purchaser.partnership.money_approvers.update(ended_at=AT)
    assert "Nobody has the right to approve it." in words(as_("manager").get(invoice.get_absolute_url()))


def test_an_invoice_is_rejected_with_a_reason(as_, purchase):
    purchase.deliver()
    invoice = purchase.submit()
    client = as_("neighbor")
    assert "reason" in client.post(at("invoice_reject", invoice.pk), {"reason": ""}).context["form"].errors
    page = words(client.post(at("invoice_reject", invoice.pk), {"reason": "A holiday"}, follow=True))
    assert "Rejected: A holiday" in page


def test_a_draft_is_deleted_after_asking(as_, purchase):
    purchase.deliver()
    draft = purchase.draft()
    client = as_("manager")
    assert "Delete the draft INV-1?" in words(client.get(at("invoice_delete", draft.pk)))
    client.post(at("invoice_delete", draft.pk))
    assert not Invoice.objects.exists()


def test_a_submitted_invoice_is_taken_back_after_asking(as_, purchase):
    purchase.deliver()
    sent = purchase.submit()
    client, address = as_("manager"), at("invoice_take_back", sent.pk)
    assert f'href="{address}"' in words(client.get(sent.get_absolute_url()))
    assert "Take back invoice INV-1?" in words(client.get(address))
    assert "The invoice is a draft again." in words(client.post(address, follow=True))
    assert "This invoice was not submitted yet." in words(client.post(address, follow=True))
    page = words(client.post(at("invoice_submit", sent.pk), follow=True))
    assert "Waiting for approval" in page
    assert as_("neighbor").post(address).status_code == 403


def test_the_page_asks_before_an_invoice_is_approved(as_, purchase):
    purchase.deliver()
    sent = purchase.submit()
    client, address = as_("neighbor"), at("invoice_approve", sent.pk)
    assert f'href="{address}"' in words(client.get(sent.get_absolute_url()))
    page = words(client.get(address))
    assert "Approve invoice INV-1 of $100.00?" in page
    assert "This cannot be undone" in page
    assert Invoice.objects.get().status == "submitted"
    assert "The invoice is approved." in words(client.post(address, follow=True))


def test_a_credit_note_is_never_to_be_paid_by_a_day(as_, purchase):
    delivery = purchase.deliver()
    purchase.approve(purchase.submit())
    deliveries.correct_delivery(delivery, units=Decimal(1), note="One hour", by=purchase.provider, at=AT)
    credit = purchase.submit("CN-1", kind="credit")
    client = as_("neighbor")
    assert "To be paid by" not in words(client.get(credit.get_absolute_url()))
    assert "Approve credit note CN-1 of" in words(client.get(at("invoice_approve", credit.pk)))
    purchase.approve(credit)
    assert "CN-1: -$50.00, a credit note" in words(client.get(at("invoices_pay", purchase.agreement.pk)))


def test_several_invoices_are_paid_at_once(as_, purchase):
    for number in ("INV-1", "INV-2"):
        purchase.deliver()
        purchase.approve(purchase.submit(number))
    client = as_("neighbor")
    address = at("invoices_pay", purchase.agreement.pk)
    assert "INV-2: $100.00, to be paid by" in words(client.get(address))
    ids = list(Invoice.objects.values_list("pk", flat=True))
    future = {"invoices": ids, "on": (TODAY + timedelta(days=2)).isoformat()}
    assert "on" in client.post(address, future).context["form"].errors
    page = words(client.post(address, {"invoices": ids, "on": TODAY.isoformat()}, follow=True))
    assert "2 invoices are paid." in page


def test_the_form_of_an_invoice_checks_its_days(as_, purchase):
    purchase.deliver()
    typed = {"kind": "invoice", "number": "INV-1", "first": "2026-10-07", "last": "2026-10-01"}
    answer = as_("manager").post(at("invoice_add", purchase.agreement.pk), typed)
    assert "last" in answer.context["form"].errors


def test_invoices_filter_and_sort(as_, purchase):
    purchase.deliver()
    one = purchase.submit("INV-1")
    purchase.deliver()
    other = purchase.draft("INV-2")
    client = as_("state")
    address = at("invoice_list", purchase.agreement.pk)
    assert rows_of(client.get(address)) == [other, one]
    assert rows_of(client.get(address, {"status": "submitted"})) == [one]
    assert rows_of(client.get(address, {"q": "inv-2"})) == [other]
    for column in ("number", "status", "total", "submitted_at", "due_on", "paid_on", "payment_reference"):
        assert len(rows_of(client.get(address, {"sort": column}))) == 2
    assert b"INV-1" in client.get(address, {"export": "csv"}).getvalue()


def test_pages_cost_the_same_for_one_row_and_for_ten(as_, purchase, report, queries_of):
    def add(number: int) -> None:
        other = factories.make_authorization(purchase.line, number=f"B-{number}")
        purchase.deliver("1", of=other)
        factories.make_due_report(other, report.duty)

    add(0)
    purchase.submit("INV-0")
    add(1)
    client = as_("manager")
    names = ("delivery_list", "report_list", "invoice_list", "invoice_add")
    addresses = [at(name, purchase.agreement.pk) for name in names]
    addresses += [at("delivery_add", purchase.authorization.pk), Invoice.objects.get().get_absolute_url()]
    for address in addresses:
        client.get(address)
    few = [queries_of(lambda address=address: client.get(address)) for address in addresses]
    for number in range(2, 10):
        add(number)
        purchase.submit(f"INV-{number}")
    add(10)
    for _ in range(8):
        factories.make_ceiling_exception(purchase.agreement, line=purchase.line, by=purchase.second)
        purchase.deliver("1", OCTOBER_6)
    assert [queries_of(lambda address=address: client.get(address)) for address in addresses] == few
