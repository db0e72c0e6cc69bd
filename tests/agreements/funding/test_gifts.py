"""What a partner gave in kind reduces its invoice, once it is accepted."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from agreements.funding import billing
from agreements.funding.contributions import accept_contribution, refuse_contribution
from agreements.funding.open_invoices import with_paid
from agreements.models import Contribution, FundingInvoice
from tests import factories


@pytest.fixture
def invoice(paying) -> FundingInvoice:
    return _issue(paying)[0]


def _issue(paying: Any) -> list[FundingInvoice]:
    due_on = timezone.localdate() + timedelta(days=15)
    return billing.issue_invoices(paying.budget, number=1, due_on=due_on, by=None, at=timezone.now())


def _desks(paying: Any, amount: Any = 400, **fields: Any) -> Contribution:
    """Two desks of the first partner, with evidence."""
    facts = {
        "kind": "noncash",
        "text": "Two desks",
        "pool": paying.rent,
        "valuation": "market",
        "amount": Decimal(amount),
    }
    file = factories.make_file(use="agreements.contribution")
    return factories.make_contribution(paying.first, paying.period(1), **facts, file=file, **fields)


def _left(invoice: FundingInvoice) -> Decimal:
    return with_paid(FundingInvoice.objects.filter(pk=invoice.pk)).get().left


def test_an_accepted_gift_reduces_the_invoice_until_it_is_taken_back(paying, invoice, cast):
    given = _desks(paying)
    assert _left(invoice) == invoice.amount
    accept_contribution(given, by=cast["staff"], at=timezone.now())
    given.refresh_from_db()
    assert (given.invoice, _left(invoice)) == (invoice, invoice.amount - 400)
    refuse_contribution(given, reason="They were sold.", by=cast["staff"], at=timezone.now())
    assert _left(invoice) == invoice.amount


def test_no_more_is_taken_off_than_is_open_nor_off_months_in_which_it_was_not_given(paying, invoice, cast):
    more = _desks(paying, invoice.amount + 1)
    late = _desks(paying, received_on=date(2026, 10, 5))
    third = factories.make_contribution(
        None, paying.period(1), kind="third_party", giver="Library", text="A room", pool=paying.rent,
        valuation="rental", file=factories.make_file(use="agreements.contribution"),
    )  # fmt: skip
    for given in (more, late, third):
        accept_contribution(given, by=cast["staff"], at=timezone.now())
        given.refresh_from_db()
        assert given.invoice is None
    assert _left(invoice) == invoice.amount


def test_gifts_accepted_before_the_invoice_reduce_it_and_the_one_that_follows_a_voided_one(paying, cast):
    given = _desks(paying)
    accept_contribution(given, by=cast["staff"], at=timezone.now())
    first = _issue(paying)[0]
    assert _left(first) == first.amount - 400
    billing.void_invoice(first, reason="Wrong day", by=None, at=timezone.now())
    second = _issue(paying)[0]
    given.refresh_from_db()
    assert (given.invoice, _left(second)) == (second, second.amount - 400)


def test_the_page_of_the_invoice_names_what_was_given(paying, invoice, cast, as_):
    accept_contribution(_desks(paying), by=cast["staff"], at=timezone.now())
    page = as_("manager").get(reverse("agreements:funding_invoice_detail", args=[invoice.pk])).content.decode()
    assert "Two desks" in page
    assert "Non-cash" in page
