"""Invoices: made from what was delivered, approved below each ceiling by somebody else, paid, credited."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import InternalError, transaction

from agreements.models import Authorization, CeilingException, Invoice, InvoiceLine, MoneyApprover, PurchaseTerms
from agreements.purchasing import approving, ceilings, deliveries, invoices
from agreements.purchasing.ceilings import CannotExcept
from agreements.purchasing.invoices import CannotInvoice, Chosen
from onestop.notices.models import Notice
from tests import factories
from tests.agreements.purchasing.money_world import AT, OCTOBER_6, Purchase, make_world

PAID_ON = date(2026, 11, 2)


@pytest.fixture
def purchase(area, partner, neighbor_partner, cast) -> Purchase:
    return make_world(neighbor_partner, partner, cast)


def reject(purchase: Purchase, invoice: Invoice, reason: str = "October 6 was a holiday.") -> Invoice:
    return approving.reject_invoice(invoice, reason=reason, by=purchase.approver, at=AT)


def pay(purchase: Purchase, *paid: Invoice, on: date = PAID_ON, reference: str = "W-1") -> list[Invoice]:
    ids = [invoice.pk for invoice in paid]
    return invoices.pay_invoices(purchase.agreement, ids, on=on, reference=reference, by=purchase.approver, at=AT)


# ---------------------------------------------------------------- Making
def test_an_invoice_takes_what_is_on_none_yet(purchase):
    first = purchase.deliver("2")
    withdrawn = purchase.deliver("1")
    deliveries.withdraw_delivery(withdrawn, by=None, at=AT)
    invoice = purchase.draft()
    assert (invoice.total, invoice.status, invoice.made_by) == (100, "draft", purchase.provider)
    assert [line.delivery for line in invoice.lines.all()] == [first]
    purchase.deliver("3")
    assert purchase.draft("INV-2").total == 150
    with pytest.raises(CannotInvoice, match="nothing to invoice"):
        purchase.draft("INV-3")


def test_an_invoice_can_be_of_one_authorization_or_of_some_days(purchase):
    other = factories.make_authorization(purchase.line, number="A-2")
    purchase.deliver("1", date(2026, 9, 30))
    purchase.deliver("2", date(2026, 10, 1))
    purchase.deliver("4", of=other)
    september = Chosen(first=date(2026, 9, 1), last=date(2026, 9, 30))
    assert purchase.draft("INV-1", chosen=september).total == 50
    assert purchase.draft("INV-2", chosen=Chosen(authorization=other)).total == 200
    assert purchase.draft("INV-3").total == 100


def test_a_number_is_used_once_unless_it_was_rejected(purchase):
    purchase.deliver()
    purchase.draft("INV-1")
    purchase.deliver()
    for number in ("inv-1", " "):
        with pytest.raises(CannotInvoice) as problem:
            purchase.draft(number)
        assert problem.value.field == "number"
    reject(purchase, invoices.submit_invoice(Invoice.objects.get(), by=purchase.provider, at=AT))
    assert purchase.draft("INV-1").total == 200


def test_an_authorization_of_another_agreement_is_refused(purchase, partner, neighbor_partner):
    other = factories.make_authorization(
        factories.make_service_line(factories.make_purchase(neighbor_partner, partner))
    )
    with pytest.raises(CannotInvoice, match="of this agreement"):
        purchase.draft(chosen=Chosen(authorization=other))


def test_invoices_need_terms_and_an_executed_agreement(purchase):
    purchase.deliver()
    PurchaseTerms.objects.all().delete()
    with pytest.raises(CannotInvoice, match="terms recorded"):
        purchase.draft()


def test_a_draft_is_deleted_and_its_deliveries_are_free_again(purchase):
    purchase.deliver()
    invoice = purchase.draft()
    invoices.delete_draft(invoice, by=purchase.provider, at=AT)
    with pytest.raises(CannotInvoice, match="was deleted"):
        invoices.submit_invoice(invoice, by=purchase.provider, at=AT)
    sent = purchase.submit()
    with pytest.raises(CannotInvoice, match="Only a draft"):
        invoices.delete_draft(sent, by=purchase.provider, at=AT)


def test_a_submitted_invoice_is_due_by_the_terms(purchase):
    purchase.deliver()
    invoice = purchase.submit()
    assert (invoice.status, invoice.due_on) == ("submitted", date(2026, 12, 2))
    with pytest.raises(CannotInvoice, match="already submitted"):
        invoices.submit_invoice(invoice, by=purchase.provider, at=AT)


# ---------------------------------------------------------------- Deciding
def test_an_approved_invoice_tells_who_decided(purchase):
    purchase.deliver()
    invoice = purchase.approve(purchase.submit())
    assert (invoice.status, invoice.decided_by, invoice.decided_at) == ("approved", purchase.approver, AT)
    with pytest.raises(CannotInvoice, match="already decided"):
        purchase.approve(invoice, purchase.second)


def test_a_draft_is_neither_approved_nor_rejected(purchase):
    purchase.deliver()
    invoice = purchase.draft()
    with pytest.raises(CannotInvoice, match="not submitted yet"):
        purchase.approve(invoice)
    with pytest.raises(CannotInvoice, match="not submitted yet"):
        reject(purchase, invoice)


def test_nobody_approves_what_they_made_submitted_or_delivered(purchase, cast):
    purchase.deliver()
    made = invoices.make_invoice(purchase.agreement, number="INV-1", by=purchase.approver, at=AT)
    sent = invoices.submit_invoice(made, by=purchase.second, at=AT)
    for person in (purchase.approver, purchase.second, purchase.provider):
        with pytest.raises(CannotInvoice, match="You entered this invoice"):
            purchase.approve(sent, person)
    assert purchase.approve(sent, cast["state"]).status == "approved"


def test_a_rejected_invoice_frees_its_deliveries(purchase):
    purchase.deliver()
    invoice = reject(purchase, purchase.submit())
    assert (invoice.status, invoice.reason) == ("rejected", "October 6 was a holiday.")
    assert not InvoiceLine.objects.filter(is_live=True).exists()
    assert purchase.submit("INV-2").total == 100


def test_a_rejection_has_a_reason(purchase):
    purchase.deliver()
    with pytest.raises(CannotInvoice, match="Say why") as problem:
        reject(purchase, purchase.submit(), " ")
    assert problem.value.field == "reason"


def test_an_invoice_waits_for_a_late_report_that_holds_payment(purchase):
    duty = factories.make_report_duty(purchase.agreement, holds_payment=True)
    report = factories.make_due_report(purchase.authorization, duty)
    purchase.deliver()
    invoice = purchase.submit()
    with pytest.raises(CannotInvoice, match="Monthly report for authorization A-1 was due Oct 14, 2026"):
        purchase.approve(invoice)
    report.status, report.received_on = "received", date(2026, 11, 1)
    report.save()
    assert purchase.approve(invoice).status == "approved"


def test_a_report_that_holds_nothing_or_is_not_late_holds_no_invoice(purchase):
    holding = factories.make_report_duty(purchase.agreement, holds_payment=True)
    factories.make_due_report(purchase.authorization, factories.make_report_duty(purchase.agreement))
    factories.make_due_report(purchase.authorization, holding, due_on=date(2026, 11, 2))
    purchase.deliver()
    assert purchase.approve(purchase.submit()).status == "approved"


def test_the_database_protects_an_approved_invoice_and_its_lines(purchase):
    purchase.deliver()
    invoice = purchase.approve(purchase.submit())
    for change in ({"total": 1}, {"status": "submitted", "decided_at": None}, {"number": "X"}):
        with pytest.raises(InternalError, match="Cannot update"), transaction.atomic():
            Invoice.objects.filter(pk=invoice.pk).update(**change)
    with pytest.raises(InternalError, match="is protected"), transaction.atomic():
        invoice.lines.update(amount=1)
    with pytest.raises(InternalError), transaction.atomic():
        invoice.delete()


# ---------------------------------------------------------------- Ceilings
def overfull(purchase: Purchase) -> Invoice:
    """Return an invoice of 600 dollars after one of 600 was approved."""
    other = factories.make_authorization(purchase.line, number="A-2")
    purchase.deliver("12")
    purchase.approve(purchase.submit("INV-1"))
    purchase.deliver("12", of=other)
    return purchase.submit("INV-2")


def test_the_sum_of_approved_lines_stays_below_the_ceiling_of_the_agreement(purchase):
    PurchaseTerms.objects.update(ceiling=Decimal(1000))
    invoice = overfull(purchase)
    with pytest.raises(CannotInvoice, match=r"Agreement POS-1: \$400\.00 is left, and the invoice takes \$600\.00"):
        purchase.approve(invoice)


def test_the_sum_of_approved_lines_stays_below_the_ceiling_of_the_service_line(purchase):
    purchase.line.ceiling = Decimal(1000)
    purchase.line.save()
    with pytest.raises(CannotInvoice, match=r"Service line JC Job coaching: \$400\.00 is left"):
        purchase.approve(overfull(purchase))


def test_the_sum_of_approved_lines_stays_below_the_authorization(purchase):
    purchase.deliver("12")
    purchase.approve(purchase.submit("INV-1"))
    purchase.deliver("8")
    invoice = purchase.submit("INV-2")
    Authorization.objects.update(amount=Decimal(900))  # amended below what is delivered: the verb refuses that
    with pytest.raises(CannotInvoice, match=r"Authorization A-1: \$300\.00 is left"):
        purchase.approve(invoice)


def test_exactly_the_ceiling_can_be_approved(purchase):
    PurchaseTerms.objects.update(ceiling=Decimal(1200))
    purchase.line.ceiling = Decimal(1200)
    purchase.line.save()
    assert purchase.approve(overfull(purchase)).status == "approved"


def test_a_recorded_exception_of_somebody_else_raises_a_ceiling(purchase):
    PurchaseTerms.objects.update(ceiling=Decimal(1000))
    purchase.line.ceiling = Decimal(1000)
    purchase.line.save()
    purchase.agreement.purchase_terms.refresh_from_db()
    invoice = overfull(purchase)
    facts: dict[str, Any] = {"amount": Decimal(200), "reason": "Four more hours", "at": AT}
    ceilings.record_exception(purchase.agreement, by=purchase.approver, **facts)
    ceilings.record_exception(purchase.agreement, line=purchase.line, by=purchase.second, **facts)
    for person, words in ((purchase.approver, "Agreement POS-1"), (purchase.second, "Service line JC")):
        with pytest.raises(CannotInvoice, match=words):
            purchase.approve(invoice, person)
    ceilings.record_exception(purchase.agreement, by=purchase.second, **facts)
    assert purchase.approve(invoice).status == "approved"


def test_an_exception_is_of_a_ceiling_that_there_is_with_amount_and_reason(purchase, partner, neighbor_partner):
    other = factories.make_service_line(factories.make_purchase(neighbor_partner, partner), ceiling=5)
    given: dict[str, Any] = {"amount": Decimal(10), "reason": "More", "by": purchase.approver, "at": AT}
    for more in (
        {},
        {"line": purchase.line},
        {"line": other},
        {"line": purchase.line, "authorization": purchase.authorization},
        {"authorization": purchase.authorization, "amount": Decimal(0)},
        {"authorization": purchase.authorization, "reason": " "},
    ):
        with pytest.raises(CannotExcept):
            ceilings.record_exception(purchase.agreement, **given | more)
    assert not CeilingException.objects.exists()
    assert ceilings.record_exception(purchase.agreement, authorization=purchase.authorization, **given)


def test_the_room_costs_the_same_for_one_line_and_for_ten(purchase, queries_of):
    purchase.deliver()
    one = purchase.submit("INV-1")
    for number in range(10):
        line = factories.make_service_line(purchase.agreement, ceiling=900)
        purchase.deliver(of=factories.make_authorization(line, number=f"B-{number}"))
    ten = purchase.submit("INV-2")
    for invoice in (one, ten):
        invoice.agreement = purchase.agreement
    few = queries_of(lambda: ceilings.rooms_of(one, by=purchase.approver))
    assert queries_of(lambda: ceilings.rooms_of(ten, by=purchase.approver)) == few
    few = queries_of(lambda: purchase.approve(one))
    assert queries_of(lambda: purchase.approve(ten)) <= few


# ---------------------------------------------------------------- Paying and crediting
def test_several_invoices_are_paid_by_one_payment(purchase):
    both = []
    for number in ("INV-1", "INV-2"):
        purchase.deliver()
        both.append(purchase.approve(purchase.submit(number)))
    paid = pay(purchase, *both)
    assert {(each.status, each.paid_on, each.payment_reference) for each in paid} == {
        ("paid", date(2026, 11, 2), "W-1")
    }
    with pytest.raises(CannotInvoice, match="Only approved"):
        pay(purchase, *both)


def test_a_payment_is_of_approved_invoices_on_a_day_since_then(purchase):
    purchase.deliver()
    invoice = purchase.submit()
    with pytest.raises(CannotInvoice, match="Only approved"):
        pay(purchase, invoice)
    purchase.approve(invoice)
    for on, words in ((date(2026, 11, 3), "future"), (date(2026, 11, 1), "approved after this day")):
        with pytest.raises(CannotInvoice, match=words):
            pay(purchase, invoice, on=on)
    with pytest.raises(CannotInvoice, match="Choose between"):
        pay(purchase)


def test_a_credit_note_takes_back_what_was_corrected(purchase):
    PurchaseTerms.objects.update(ceiling=Decimal(100))
    delivery = purchase.deliver("2")
    pay(purchase, purchase.approve(purchase.submit()))
    with pytest.raises(CannotInvoice, match="nothing to credit"):
        purchase.draft("CN-1", kind="credit")
    deliveries.correct_delivery(delivery, units=Decimal(1), note="One hour", by=purchase.provider, at=AT)
    with pytest.raises(CannotInvoice, match="nothing to invoice"):
        purchase.draft("INV-2")
    credit = purchase.approve(purchase.submit("CN-1", kind="credit"))
    assert (credit.kind, credit.total, credit.status) == ("credit", -50, "approved")
    purchase.deliver("1", OCTOBER_6)
    assert purchase.approve(purchase.submit("INV-2")).total == 50  # it freed the ceiling


# ---------------------------------------------------------------- Who is told
def told(kind: str) -> set[str]:
    return {notice.to for notice in Notice.objects.filter(kind=f"agreements.{kind}", status="queued")}


def test_those_who_may_approve_are_told_and_the_provider_of_the_decision(purchase, cast):
    purchase.deliver()
    invoice = purchase.submit()
    assert told("invoice_submitted") == {purchase.approver.email, purchase.second.email}
    purchase.approve(invoice)
    assert told("invoice_submitted") == set()
    assert told("invoice_decided") == {purchase.provider.email}
    notice = Notice.objects.get(kind="agreements.invoice_decided")
    assert notice.subject == "Invoice INV-1 was approved"
    assert "Crosswalk Legal Aid approved invoice INV-1 of $100.00" in notice.text
    pay(purchase, invoice)
    assert Notice.objects.filter(kind="agreements.invoice_decided").count() == 2


def test_whoever_sends_an_invoice_and_whoever_lost_the_right_is_not_asked_to_approve(purchase):
    purchase.deliver()
    MoneyApprover.objects.filter(user=purchase.approver).update(ended_at=AT)
    draft = purchase.draft()
    invoices.submit_invoice(draft, by=purchase.second, at=AT)
    assert told("invoice_submitted") == set()


def test_a_rejection_tells_the_reason(purchase):
    purchase.deliver()
    reject(purchase, purchase.submit())
    notice = Notice.objects.get(kind="agreements.invoice_decided")
    assert "Reason: October 6 was a holiday." in notice.text
    assert "\n\n\n" not in notice.text


# ---------------------------------------------------------------- Take back
def test_a_submitted_invoice_is_taken_back_and_nobody_is_asked_any_more(purchase):
    purchase.deliver()
    sent = purchase.submit()
    back = invoices.take_back_invoice(sent, by=purchase.provider, at=AT)
    assert (back.status, back.submitted_by, back.submitted_at, back.due_on) == ("draft", None, None, None)
    assert told("invoice_submitted") == set()
    later = AT + timedelta(minutes=1)
    invoices.submit_invoice(back, by=purchase.provider, at=later)
    assert told("invoice_submitted") == {purchase.approver.email, purchase.second.email}
    invoices.delete_draft(invoices.take_back_invoice(sent, by=None, at=later), by=None, at=later)
    assert purchase.draft("INV-2").total == 100


def test_what_was_decided_or_never_submitted_is_not_taken_back(purchase):
    purchase.deliver()
    draft = purchase.draft()
    with pytest.raises(CannotInvoice, match="not submitted yet"):
        invoices.take_back_invoice(draft, by=None, at=AT)
    sent = invoices.submit_invoice(draft, by=purchase.provider, at=AT)
    with pytest.raises(CannotInvoice, match="Take back a submitted invoice first"):
        invoices.delete_draft(sent, by=None, at=AT)
    purchase.approve(sent)
    with pytest.raises(CannotInvoice, match="already decided"):
        invoices.take_back_invoice(sent, by=None, at=AT)
    purchase.deliver(on=OCTOBER_6)
    other = purchase.submit("INV-2")
    reject(purchase, other)
    with pytest.raises(CannotInvoice, match="already decided"):
        invoices.take_back_invoice(other, by=None, at=AT)
