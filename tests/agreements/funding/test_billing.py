"""Invoices to partners: amounts from stored shares, issued all at once, voided, paid; notices and to-do items."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import InternalError, transaction
from django.utils import timezone

from agreements.funding import billing
from agreements.funding.locking import CannotPay
from agreements.funding.open_invoices import sum_left, with_paid
from agreements.models import Contribution, CostLine, FundingBudget, FundingInvoice, FundingPeriod
from agreements.notices.funding_paying import overdue_subjects
from agreements.todo import funding_paying as todo
from onestop.notices.models import Notice
from onestop.ui.small_queries import read_together
from partners.models import Representative
from tests import factories
from tests.agreements.funding.budget_year import at
from tests.at_once import second_waits_for

DUE = timezone.localdate() + timedelta(days=15)


def amounts(budget: FundingBudget, number: int) -> list[Decimal]:
    return [bill.amount for bill in billing.billing_periods(budget)[number - 1].bills]


def issue(paying: Any, number: int = 1, **more: Any) -> list[FundingInvoice]:
    return billing.issue_invoices(
        paying.budget, number=number, **{"due_on": DUE, "by": None, "at": timezone.now(), **more}
    )


def pay(invoice: FundingInvoice, amount: Any, **more: Any) -> list[Contribution]:
    facts = {"received_on": date(2026, 8, 3), "text": "Check 1001", "by": None, "at": timezone.now()}
    return billing.record_payment(invoice, amount=Decimal(amount), **{**facts, **more})


def rebill(paying: Any, **changes: Any) -> None:
    FundingBudget.objects.filter(pk=paying.budget.pk).update(**changes)
    paying.budget.refresh_from_db()


# ---------------------------------------------------------------- Amounts
@pytest.mark.parametrize(
    ("billed", "number", "first"), [("month", 12, "666.67"), ("half", 2, "4000"), ("year", 1, "8000")]
)
def test_invoices_follow_the_billing_and_add_up_to_the_share_of_the_year(paying, billed, number, first):
    rebill(paying, billing=billed)
    periods = billing.billing_periods(paying.budget)
    assert len(periods) == number
    assert periods[0].bills[0].amount == Decimal(first)
    assert sum(period.bills[0].amount for period in periods) == 8000
    assert sum(period.total for period in periods) == 12_000


def test_the_first_invoice_is_pro_rata_by_months(paying):
    paying.share(starts_on=date(2026, 11, 15))
    bills = [period.bills[1] for period in billing.billing_periods(paying.budget)]
    # In the second quarter it pays for two of three months: weight 100 x 2 beside 200 x 3.
    assert [bill.amount for bill in bills] == [0, 750, 1000, 1000]
    assert (bills[1].first_on, bills[1].last_on) == (date(2026, 11, 15), date(2026, 12, 31))
    rebill(paying, billing="month")
    months = [period.bills[1].amount for period in billing.billing_periods(paying.budget)]
    assert months[3:6] == [0, 375, 375]


def test_by_days_a_month_that_was_begun_late_counts_by_its_days(paying):
    rebill(paying, billing="month", proration="days")
    paying.share(starts_on=date(2026, 11, 16))
    months = [period.bills[1].amount for period in billing.billing_periods(paying.budget)]
    share = sum(months[3:6], Decimal(0))
    assert months[3] == 0
    assert abs(months[4] - share / 3) <= Decimal("0.01")  # 15 of 30 days beside a whole month
    assert sum(amounts(paying.budget, 5)) + sum(amounts(paying.budget, 6)) > 0


# ---------------------------------------------------------------- Issue
def test_all_are_issued_at_once_and_only_once(paying, cast, now):
    invoices = issue(paying)
    assert [(each.number, each.amount) for each in invoices] == [
        ("IFA-26-01/2026-001", Decimal(2000)), ("IFA-26-01/2026-002", Decimal(1000)),
    ]  # fmt: skip
    with pytest.raises(CannotPay, match="already"):
        issue(paying)


def test_a_payer_that_comes_later_gets_the_rest(paying):
    paying.share(starts_on=date(2026, 10, 1))
    assert len(issue(paying)) == 1
    paying.share(starts_on=None)
    [late] = issue(paying)
    assert late.payer == paying.second


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"due_on": date(2020, 1, 1)}, "from today on"),
        ({"number": 9}, "billing period"),
        ({"expected": Decimal(1)}, "shares have changed"),
    ],
)
def test_what_was_not_seen_is_not_issued(paying, changes, words):
    with pytest.raises(CannotPay, match=words):
        issue(paying, **changes)


def test_nothing_is_issued_by_a_draft(paying):
    draft = factories.make_budget(paying.ifa, first_on=date(2027, 7, 1))
    with pytest.raises(CannotPay, match="draft"):
        billing.issue_invoices(draft, number=1, due_on=DUE, by=None, at=timezone.now())


def test_the_staff_see_the_amounts_and_issue_them(as_, paying, cast):
    page = as_("staff").get(at("funding_invoices_issue", paying.budget.pk))
    assert "2 invoices of $3,000.00 in all can be issued." in " ".join(page.content.decode().split())
    facts = {"period": "1", "expected": "3000.00", "due_on": DUE.isoformat()}
    answer = as_("staff").post(at("funding_invoices_issue", paying.budget.pk), facts, follow=True)
    assert "2 invoices are issued." in answer.content.decode()
    assert FundingInvoice.objects.count() == 2


def test_the_page_says_what_changed_meanwhile(as_, paying):
    facts = {"period": "1", "expected": "2999.00", "due_on": DUE.isoformat()}
    page = as_("staff").post(at("funding_invoices_issue", paying.budget.pk), facts).content.decode()
    assert "The shares have changed" in page
    assert 'name="expected" value="3000.00"' in page


@pytest.mark.django_db(transaction=True)
def test_of_two_who_issue_at_once_the_second_finds_nothing(paying):
    outcome = second_waits_for(lambda: issue(paying), lambda: issue(paying))
    assert isinstance(outcome, CannotPay)
    assert FundingInvoice.objects.count() == 2


# ---------------------------------------------------------------- Void, pay
def test_a_voided_invoice_is_issued_anew(paying):
    first, _second = issue(paying)
    billing.void_invoice(first, reason="Wrong counts", by=None, at=timezone.now())
    [again] = issue(paying)
    assert (again.payer, again.number) == (paying.first, "IFA-26-01/2026-003")
    with pytest.raises(CannotPay, match="already voided"):
        billing.void_invoice(first, reason="Again", by=None, at=timezone.now())


def test_the_amount_of_an_invoice_is_protected(paying):
    first, _second = issue(paying)
    with pytest.raises(InternalError, match="amount_of_an_invoice"), transaction.atomic():
        FundingInvoice.objects.filter(pk=first.pk).update(amount=1)


def test_payments_count_up_to_what_is_open(paying):
    first, _second = issue(paying)
    pay(first, 500)
    read = with_paid(FundingInvoice.objects.filter(pk=first.pk)).get()
    assert (read.paid, read.left) == (500, 1500)
    assert sum_left(FundingInvoice.objects.all()) == 2500
    for amount in ("1500.01", "0", "-1"):
        with pytest.raises(CannotPay, match="up to"):
            pay(first, amount)
    with pytest.raises(CannotPay, match="Payments are recorded"):
        billing.void_invoice(first, reason="Wrong", by=None, at=timezone.now())
    with pytest.raises(CannotPay, match="future"):
        pay(first, 5, received_on=timezone.localdate() + timedelta(days=2))
    with pytest.raises(CannotPay, match="reference"):
        pay(first, 5, text=" ")


def test_a_payment_counts_in_the_periods_that_the_invoice_covers(paying):
    rebill(paying, billing="half")
    first, _second = issue(paying)
    given = pay(first, "100.01")
    assert [(each.period.number, each.amount) for each in given] == [(1, Decimal("50.01")), (2, Decimal("50.00"))]
    assert {each.status for each in given} == {"accepted"}
    factories.mark_issued(paying.period(1))
    FundingPeriod.objects.filter(budget=paying.budget, number=1).update(status="closed", closed_at=timezone.now())
    assert [each.period.number for each in pay(first, 100)] == [2]


def test_a_late_payment_counts_in_the_next_open_period(paying):
    first, _second = issue(paying)
    factories.mark_issued(paying.period(1))
    FundingPeriod.objects.filter(budget=paying.budget, number=1).update(status="closed", closed_at=timezone.now())
    assert [each.period.number for each in pay(first, 100)] == [2]


@pytest.mark.django_db(transaction=True)
def test_two_payments_at_once_never_pay_more_than_is_open(paying):
    first, _second = issue(paying)
    outcome = second_waits_for(lambda: pay(first, 1500), lambda: pay(first, 1500))
    assert isinstance(outcome, CannotPay)
    assert with_paid(FundingInvoice.objects.filter(pk=first.pk)).get().paid == 1500


@pytest.mark.django_db(transaction=True)
def test_a_period_is_not_closed_while_a_payment_is_recorded(paying):
    first, _second = issue(paying)
    factories.mark_issued(paying.period(1))
    one = FundingPeriod.objects.filter(budget=paying.budget, number=1)
    second_waits_for(lambda: pay(first, 100), lambda: one.update(status="closed", closed_at=timezone.now()))
    assert paying.period(1).is_closed


def test_a_payment_is_recorded_and_shown(as_, paying):
    first, _second = issue(paying)
    facts = {"amount": "500", "received_on": "2026-08-03", "text": "Check 12"}
    as_("staff").post(at("payment_add", first.pk), facts)
    page = as_("manager").get(at("funding_invoice_detail", first.pk)).content.decode()
    assert "Check 12" in page
    assert "$1,500.00" in page
    assert "Partly paid" in page


def test_an_invoice_says_that_the_budget_has_changed_since(as_, paying):
    first, _second = issue(paying)
    assert "has changed since" not in as_("staff").get(at("funding_invoice_detail", first.pk)).content.decode()
    CostLine.objects.filter(pool=paying.rent).update(amount=24_000)
    paying.share()
    assert "has changed since" in as_("staff").get(at("funding_invoice_detail", first.pk)).content.decode()


# ---------------------------------------------------------------- The list
def test_the_list_filters_by_state(as_, paying):
    first, second = issue(paying)
    pay(first, 2000)
    late = factories.make_funding_invoice(paying.second, due_on=date(2026, 1, 5), first_on=date(2026, 12, 1),
                                          last_on=date(2026, 12, 31))  # fmt: skip
    states = {"paid": [first], "open": [second], "overdue": [late], "voided": [], "part": [], "unpaid": [late, second]}
    for state, found in states.items():
        answer = as_("staff").get(at("funding_invoice_list", paying.budget.pk), {"standing": state})
        assert [row.record for row in answer.context["table"].page.object_list] == found, state


def test_the_list_costs_the_same_for_one_invoice_and_ten(as_, paying, queries_of):
    client = as_("staff")
    url = at("funding_invoice_list", paying.budget.pk)
    factories.make_funding_invoice(paying.first, first_on=date(2026, 7, 1))
    client.get(url)
    one = queries_of(lambda: client.get(url))
    for number in range(2, 12):
        factories.make_funding_invoice(paying.first, first_on=date(2026, 7, number))
    assert queries_of(lambda: client.get(url)) == one


# ---------------------------------------------------------------- Notices, to-do items
def test_the_managers_of_the_partner_get_the_invoice(paying, cast):
    first, _second = issue(paying)
    sent = Notice.objects.filter(kind="agreements.funding_invoice_issued")
    assert {notice.recipient for notice in sent} == {cast["manager"], cast["neighbor"]}
    billing.void_invoice(first, reason="Wrong counts", by=cast["staff"], at=timezone.now())
    [notice] = Notice.objects.filter(kind="agreements.funding_invoice_voided")
    assert "Wrong counts" in notice.text


def test_a_partner_without_an_account_gets_it_at_the_address_of_its_representative(paying, area):
    other = factories.make_partnership(area, name="Tribal TANF")
    Representative.objects.create(partnership=other, name="Kai Reed", email="kai@tribe.example")
    payer = factories.make_payer(paying.budget, other)
    factories.make_count(paying.rent.base, payer, 100)
    paying.share()
    issue(paying)
    [notice] = Notice.objects.filter(kind="agreements.funding_invoice_issued", recipient=None)
    assert notice.to == "kai@tribe.example"
    assert "View the invoice" not in notice.text


def test_an_overdue_invoice_is_reminded_of_until_it_is_paid(paying, cast):
    late = factories.make_funding_invoice(paying.first, due_on=timezone.localdate() - timedelta(days=1))
    factories.make_funding_invoice(paying.second, due_on=timezone.localdate())
    [subject] = overdue_subjects(timezone.now())
    assert subject.facts["invoice"] == late
    assert subject.people == {"payer": [cast["manager"]], "staff": [cast["staff"]]}
    pay(late, 750)
    assert list(overdue_subjects(timezone.now())) == []


def test_what_is_to_be_paid_and_issued_is_on_the_to_do_lists(paying, partner, area):
    today = date(2026, 8, 1)

    def items(parts: list[Any]) -> list[str]:
        return [item.what for found in read_together(parts) for item in found]

    assert items(todo.of_staff(area, today)) == ["Invoices by IFA-26-01 are not issued for these months"]
    invoice = factories.make_funding_invoice(paying.first, due_on=date(2026, 7, 31))
    assert items(todo.of_staff(area, today)) == ["1 invoice by IFA-26-01 is overdue"]
    assert items(todo.to_pay(frozenset({partner.pk}), area, today)) == [f"Pay $750.00 of invoice {invoice.number}"]
    pay(invoice, 750)
    assert items(todo.to_pay(frozenset({partner.pk}), area, today)) == []
