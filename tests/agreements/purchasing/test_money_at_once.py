"""People who deliver, invoice, approve and pay at the same moment: nothing passes a ceiling, nothing counts twice."""

import threading
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.db.models import F, Sum

from agreements.models import (
    Agreement,
    Authorization,
    DueReport,
    Invoice,
    InvoiceLine,
    PurchaseTerms,
    Rate,
    ServiceDelivery,
    ServiceLine,
)
from agreements.purchasing import approving, deliveries, invoices, reports, telling
from agreements.purchasing.agreement_locks import CannotPurchase
from agreements.purchasing.authorizations import cancel_authorization
from agreements.purchasing.deliveries import CannotDeliver, Entry
from agreements.purchasing.invoices import CannotInvoice
from agreements.purchasing.rates import add_rate
from agreements.purchasing.reports import CannotReport
from onestop.accounts.models import User
from tests import factories
from tests.agreements.purchasing.money_world import AT, OCTOBER_6, Purchase, make_world
from tests.at_once import second_waits_for

pytestmark = pytest.mark.django_db(transaction=True)
ROUNDS = 200


@pytest.fixture
def purchase(area, partner, neighbor_partner, cast) -> Purchase:
    return make_world(neighbor_partner, partner, cast)


@pytest.fixture
def two(purchase) -> list[Invoice]:
    """Two submitted invoices of 600 dollars, for different authorizations of one line."""
    other = factories.make_authorization(purchase.line, number="A-2")
    sent = []
    for authorization in (purchase.authorization, other):
        purchase.deliver("12", of=authorization)
        sent.append(purchase.submit(f"INV-{authorization.number}"))
    return sent


def approved() -> Decimal:
    rows = InvoiceLine.objects.filter(invoice__status="approved")
    return rows.aggregate(sum=Sum("amount"))["sum"] or Decimal(0)


# ---------------------------------------------------------------- The agreement
def test_two_approvers_at_once_do_not_pass_the_ceiling_of_the_agreement(purchase, two):
    PurchaseTerms.objects.update(ceiling=Decimal(1000))
    purchase.deliver("12", of=factories.make_authorization(factories.make_service_line(purchase.agreement)))
    of_another_line = purchase.submit("INV-3")
    refused = second_waits_for(
        lambda: purchase.approve(two[0], purchase.approver), lambda: purchase.approve(of_another_line, purchase.second)
    )
    assert isinstance(refused, CannotInvoice)
    assert approved() == 600


def test_an_invoice_is_decided_once(purchase, two):
    refused = second_waits_for(
        lambda: purchase.approve(two[0], purchase.approver),
        lambda: approving.reject_invoice(two[0], reason="A holiday", by=purchase.second, at=AT),
    )
    assert isinstance(refused, CannotInvoice)
    assert Invoice.objects.get(pk=two[0].pk).status == "approved"


def test_an_invoice_is_not_taken_back_while_it_is_approved(purchase, two):
    refused = second_waits_for(
        lambda: purchase.approve(two[0]), lambda: invoices.take_back_invoice(two[0], by=None, at=AT)
    )
    assert isinstance(refused, CannotInvoice)
    assert Invoice.objects.get(pk=two[0].pk).status == "approved"


def test_an_invoice_is_not_approved_while_it_is_taken_back(purchase, two):
    refused = second_waits_for(
        lambda: invoices.take_back_invoice(two[0], by=None, at=AT), lambda: purchase.approve(two[0])
    )
    assert isinstance(refused, CannotInvoice)
    assert Invoice.objects.get(pk=two[0].pk).status == "draft"


def test_a_delivery_goes_on_one_of_two_invoices_that_are_made_at_once(purchase):
    purchase.deliver()
    refused = second_waits_for(lambda: purchase.draft("INV-1"), lambda: purchase.draft("INV-2"))
    assert isinstance(refused, CannotInvoice)
    assert InvoiceLine.objects.count() == 1


def test_a_draft_is_not_submitted_while_it_is_deleted(purchase):
    purchase.deliver()
    draft = purchase.draft()
    refused = second_waits_for(
        lambda: invoices.delete_draft(draft, by=None, at=AT), lambda: invoices.submit_invoice(draft, by=None, at=AT)
    )
    assert isinstance(refused, CannotInvoice)


def test_an_invoice_is_paid_once(purchase, two):
    purchase.approve(two[0])

    def pay(reference: str) -> Any:
        paid: dict[str, Any] = {"on": date(2026, 11, 2), "reference": reference, "by": None, "at": AT}
        return invoices.pay_invoices(purchase.agreement, [two[0].pk], **paid)

    refused = second_waits_for(lambda: pay("W-1"), lambda: pay("W-2"))
    assert isinstance(refused, CannotInvoice)
    assert Invoice.objects.get(pk=two[0].pk).payment_reference == "W-1"


# ---------------------------------------------------------------- Service lines and authorizations
def test_a_ceiling_of_a_line_that_is_lowered_at_the_same_moment_counts(purchase, two):
    refused = second_waits_for(
        lambda: ServiceLine.objects.filter(pk=purchase.line.pk).update(ceiling=Decimal(500)),
        lambda: purchase.approve(two[0]),
    )
    assert isinstance(refused, CannotInvoice)
    assert "Service line JC" in str(refused)


def test_an_authorization_that_is_lowered_at_the_same_moment_counts(purchase, two):
    refused = second_waits_for(
        lambda: Authorization.objects.filter(pk=purchase.authorization.pk).update(amount=Decimal(500)),
        lambda: purchase.approve(two[0]),
    )
    assert isinstance(refused, CannotInvoice)
    assert "Authorization A-1" in str(refused)


def test_two_who_deliver_at_once_stay_within_the_authorization(purchase):
    refused = second_waits_for(lambda: purchase.deliver("12"), lambda: purchase.deliver("12", date(2026, 10, 7)))
    assert isinstance(refused, CannotDeliver)
    assert deliveries.left_of(purchase.authorization).units == 8


def test_nothing_is_delivered_while_the_authorization_is_closed(purchase):
    closed = {"status": "closed", "closed_on": OCTOBER_6, "close_reason": "Hired"}
    refused = second_waits_for(
        lambda: Authorization.objects.filter(pk=purchase.authorization.pk).update(**closed), purchase.deliver
    )
    assert isinstance(refused, CannotDeliver)


def test_a_milestone_is_reached_by_one_of_two(purchase):
    plan = factories.make_authorization(factories.make_milestone_plan(purchase.agreement), amount=Decimal(500))
    step = plan.line.steps.get(position=1)

    def reach() -> ServiceDelivery:
        return deliveries.reach_step(plan, step, on=OCTOBER_6, by=None, at=AT)

    assert isinstance(second_waits_for(reach, reach), CannotDeliver)


def test_what_is_withdrawn_at_the_same_moment_does_not_go_on_an_invoice(purchase):
    gone, kept = purchase.deliver("1"), purchase.deliver("2")
    draft = second_waits_for(
        lambda: deliveries.withdraw_delivery(gone, by=None, at=AT), lambda: purchase.draft("INV-1")
    )
    assert [line.delivery for line in draft.lines.all()] == [kept]


def test_what_goes_on_an_invoice_is_not_withdrawn_at_the_same_moment(purchase):
    delivery = purchase.deliver()
    refused = second_waits_for(
        lambda: purchase.draft("INV-1"), lambda: deliveries.withdraw_delivery(delivery, by=None, at=AT)
    )
    assert isinstance(refused, CannotDeliver)


def test_a_delivery_is_not_corrected_twice_at_once(purchase):
    delivery = purchase.deliver("2")
    purchase.approve(purchase.submit())

    def correct() -> ServiceDelivery:
        return deliveries.correct_delivery(delivery, units=Decimal(2), note="Not held", by=None, at=AT)

    assert isinstance(second_waits_for(correct, correct), CannotDeliver)


def test_a_report_is_decided_once(purchase):
    report = factories.make_due_report(purchase.authorization, factories.make_report_duty(purchase.agreement))
    reports.send_report(report, text="Six sessions.", by=purchase.provider, at=AT)
    refused = second_waits_for(
        lambda: reports.accept_report(report, by=purchase.approver, at=AT),
        lambda: reports.return_report(report, answer="Too short", by=purchase.second, at=AT),
    )
    assert isinstance(refused, CannotReport)
    assert DueReport.objects.get().status == "accepted"


def test_what_is_delivered_while_a_rate_is_recorded_is_paid_by_it(purchase):
    delivered = second_waits_for(lambda: record_rate(purchase), purchase.deliver)
    assert delivered.amount == 2 * 60


def test_no_rate_is_recorded_for_a_day_on_which_something_is_being_delivered(purchase):
    assert isinstance(second_waits_for(purchase.deliver, lambda: record_rate(purchase)), CannotPurchase)


def record_rate(purchase: Purchase) -> Rate:
    facts: dict[str, Any] = {"effective_on": OCTOBER_6, "amount": Decimal(60), "authority": "Rate letter 12"}
    return add_rate(purchase.line, **facts, by=None, at=AT)


def test_a_report_that_is_sent_while_its_authorization_is_canceled_stays(purchase):
    report = factories.make_due_report(purchase.authorization, factories.make_report_duty(purchase.agreement))
    second_waits_for(
        lambda: reports.send_report(report, text="Six sessions.", by=purchase.provider, at=AT),
        lambda: cancel_authorization(purchase.authorization, reason="Moved away", by=None, at=AT),
    )
    assert DueReport.objects.get().text == "Six sessions."


# ---------------------------------------------------------------- Many rounds
@pytest.mark.long
def test_in_200_rounds_of_two_approvers_nothing_passes_a_ceiling(purchase, monkeypatch):
    """In each round two people approve 600 dollars each below a ceiling of 1000: a line's, or an authorization's."""
    monkeypatch.setattr(telling, "tell_decided", lambda *_args, **_facts: None)  # mails take most time
    rounds = _rounds(purchase.agreement)
    start = threading.Barrier(2, timeout=60)
    outcomes: dict[int, list[Any]] = {0: [], 1: []}

    def approve_all(which: int, by: User) -> Callable[[], None]:
        def act() -> None:
            try:
                for pair in rounds:
                    start.wait()
                    try:
                        outcomes[which].append(purchase.approve(pair[which], by).status)
                    except CannotInvoice as problem:
                        outcomes[which].append(problem)
            finally:
                connection.close()

        return act

    threads = [
        threading.Thread(target=approve_all(which, by)) for which, by in enumerate((purchase.approver, purchase.second))
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    results = [{str(type(one)), str(type(other))} for one, other in zip(*outcomes.values(), strict=True)]
    assert len(results) == ROUNDS
    assert all(len(each) == 2 for each in results)  # one approved, one refused
    assert approved() == 600 * ROUNDS
    assert not _passed("authorization", F("authorization__amount"))
    assert not _passed("line", F("line__ceiling"))


def _passed(name: str, ceiling: Any) -> bool:
    rows = InvoiceLine.objects.filter(invoice__status="approved").values(name, ceiling=ceiling)
    return rows.annotate(sum=Sum("amount")).filter(sum__gt=F("ceiling")).exists()


def _rounds(agreement: Agreement) -> list[tuple[Invoice, Invoice]]:
    """Return pairs of submitted invoices of 600 dollars, each pair below a ceiling of 1000 that holds only one."""
    lines = ServiceLine.objects.bulk_create(
        ServiceLine(
            agreement=agreement, code=f"R{number}", name="Job coaching", unit="hour",
            ceiling=Decimal(1000) if number % 2 else None,
        )
        for number in range(ROUNDS)
    )  # fmt: skip
    days = {"first_on": date(2026, 9, 1), "last_on": date(2026, 12, 31), "issued_on": date(2026, 8, 20), "at": AT}
    authorizations = Authorization.objects.bulk_create(
        Authorization(
            agreement=agreement, line=line, number=f"R-{line.code}", reference=line.code,
            amount=Decimal(2000 if line.ceiling else 1000), **days,
        )
        for line in lines
    )  # fmt: skip
    delivered = ServiceDelivery.objects.bulk_create(
        ServiceDelivery(
            agreement=agreement, authorization=each, happened_on=OCTOBER_6, units=12, rate=50, amount=600, at=AT
        )
        for each in authorizations
        for _which in "ab"
    )
    made = Invoice.objects.bulk_create(
        Invoice(agreement=agreement, number=f"R-{number}", total=600, made_at=AT) for number in range(2 * ROUNDS)
    )
    InvoiceLine.objects.bulk_create(
        InvoiceLine(
            agreement=agreement, invoice=invoice, delivery=each, authorization=each.authorization,
            line=each.authorization.line, amount=600,
        )
        for invoice, each in zip(made, delivered, strict=True)
    )  # fmt: skip
    Invoice.objects.update(status="submitted", submitted_at=AT, due_on=date(2026, 12, 2))
    return list(zip(made[::2], made[1::2], strict=True))


def test_a_form_of_days_that_waited_is_refused_as_a_whole(purchase):
    entries = [Entry(OCTOBER_6, Decimal(8)), Entry(date(2026, 10, 7), Decimal(8))]
    refused = second_waits_for(
        lambda: purchase.deliver("12"),
        lambda: deliveries.record_deliveries(purchase.authorization, entries, by=None, at=AT),
    )
    assert isinstance(refused, CannotDeliver)
    assert ServiceDelivery.objects.count() == 1
