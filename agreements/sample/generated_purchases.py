"""Purchases of service of a generated network: in each area one, with authorizations, deliveries and invoices."""

from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import groupby
from typing import Any

from agreements.models import (
    Agreement,
    Authorization,
    Invoice,
    InvoiceLine,
    Party,
    PurchaseTerms,
    Rate,
    ServiceDelivery,
    ServiceLine,
)
from agreements.models.purchases import fiscal_year_of
from onestop.local.generated import Size
from partners.sample.generated import NOON, insert

MODELS: tuple[Any, ...] = (
    PurchaseTerms, ServiceLine, Rate, Authorization, ServiceDelivery, Invoice, InvoiceLine,
)  # fmt: skip
WHAT = (
    "terms of purchases", "service lines", "rates", "authorizations", "deliveries", "invoices", "lines of invoices",
)  # fmt: skip
DAY, WEEK = timedelta(days=1), timedelta(days=7)
SERVICES = (("SE-10", "Job coaching", "hour", 50), ("SE-20", "Work trial", "day", 90))
AUTHORIZATIONS, LASTS, UNITS = 8, timedelta(days=90), Decimal(3)
PAID_BEFORE, APPROVED_BEFORE = timedelta(days=60), timedelta(days=35)


def generate_for(size: Size, agreements: Sequence[Agreement], today: date) -> Iterator[tuple[str, int]]:
    """Write the purchases among saved agreements; yield how many rows of what were written."""
    purchases = [each for each in agreements if each.kind == Agreement.Kind.PURCHASE]
    rows = Party.objects.filter(agreement__in=purchases, partnership__isnull=False).order_by("agreement", "pk")
    sides = {pk: list(found) for pk, found in groupby(rows, lambda party: party.agreement_id)}
    known = [each for each in purchases if len(sides.get(each.pk, ())) > 1]
    terms = [
        PurchaseTerms(agreement=each, purchaser=sides[each.pk][0], provider=sides[each.pk][1], ceiling=Decimal(60_000))
        for each in known
    ]
    lines = [
        ServiceLine(agreement=each, position=number, code=code, name=name, unit=unit)
        for each in known
        for number, (code, name, unit, _rate) in enumerate(SERVICES, start=1)
    ]
    yield WHAT[0], len(insert(terms))
    yield WHAT[1], len(insert(lines))
    yield WHAT[2], len(insert([_rate(line) for line in lines]))
    lines_of = {pk: list(found) for pk, found in groupby(lines, lambda line: line.agreement_id)}
    authorizations = [one for each in known for one in _authorizations(size, each, lines_of[each.pk], today)]
    yield WHAT[3], len(insert(authorizations))
    deliveries = [one for each in authorizations for one in _deliveries(each, today)]
    yield WHAT[4], len(insert(deliveries))
    yield from _invoices(deliveries, today)


def _rate(line: ServiceLine) -> Rate:
    begins = line.agreement.effective_on or date.min
    amount = next(rate for code, _name, _unit, rate in SERVICES if code == line.code)
    return Rate(agreement=line.agreement, line=line, effective_on=begins, amount=Decimal(amount), at=_noon(begins))


def _authorizations(
    size: Size, agreement: Agreement, lines: Sequence[ServiceLine], today: date
) -> Iterator[Authorization]:
    """Yield authorizations of a few months, each within a fiscal year, spread over the term until today."""
    dice = size.dice("authorizations", agreement.area.slug)
    begins, month = agreement.effective_on or today, agreement.area.state.fiscal_year_month
    until = min(agreement.expires_on or today, today)
    for number in range(AUTHORIZATIONS):
        first = begins + timedelta(days=dice.randrange(max((until - begins).days, 1)))
        last = min(first + LASTS, fiscal_year_of(first, month)[1], agreement.expires_on or date.max)
        line, units = lines[number % len(lines)], Decimal(dice.randrange(20, 60))
        amount = next(units * rate for code, _name, _unit, rate in SERVICES if code == line.code)
        is_closed = last < today - timedelta(days=20)
        yield Authorization(
            agreement=agreement, line=line, number=f"A-{number + 1}", reference=f"K{dice.randrange(1000, 9999)}",
            units=units, amount=amount, first_on=first, last_on=last, issued_on=first, at=_noon(first),
            **({"status": "closed", "closed_on": last, "close_reason": "It has ended."} if is_closed else {}),
        )  # fmt: skip


def _deliveries(authorization: Authorization, today: date) -> Iterator[ServiceDelivery]:
    """Yield a delivery for each week, as far as the units reach."""
    rate = next(Decimal(rate) for code, _name, _unit, rate in SERVICES if code == authorization.line.code)
    day, left = authorization.first_on, authorization.units or Decimal(0)
    while day <= min(authorization.last_on, today - 2 * DAY) and left >= UNITS:
        yield ServiceDelivery(
            agreement=authorization.agreement, authorization=authorization, happened_on=day, units=UNITS, rate=rate,
            amount=UNITS * rate, at=_noon(day),
        )  # fmt: skip
        day, left = day + WEEK, left - UNITS


def _invoices(deliveries: Sequence[ServiceDelivery], today: date) -> Iterator[tuple[str, int]]:
    """Write an invoice for each agreement and past month: paid, approved or submitted by its age."""
    this_month = today.replace(day=1)

    def month_of(entry: ServiceDelivery) -> tuple[int, date]:
        return entry.agreement_id, entry.happened_on.replace(day=1)

    months = {
        key: list(found)
        for key, found in groupby(sorted(deliveries, key=month_of), month_of)
        if key[1] < this_month
    }  # fmt: skip
    made = {
        (pk, month): Invoice(
            agreement=found[0].agreement, number=f"I-{month:%y-%m}",
            total=sum((entry.amount for entry in found), Decimal(0)), made_at=_noon(_sent_on(month)),
        )
        for (pk, month), found in months.items()
    }  # fmt: skip
    yield WHAT[5], len(insert(list(made.values())))
    lines = [
        InvoiceLine(
            agreement=entry.agreement, invoice=made[key], delivery=entry, authorization=entry.authorization,
            line=entry.authorization.line, amount=entry.amount,
        )
        for key, found in months.items()
        for entry in found
    ]  # fmt: skip
    yield WHAT[6], len(insert(lines))
    for (_pk, month), invoice in made.items():
        _submit(invoice, _sent_on(month), today)
    fields = ("status", "submitted_at", "due_on", "decided_at", "paid_on", "payment_reference")
    Invoice.objects.bulk_update(made.values(), fields, batch_size=1000)


def _sent_on(month: date) -> date:
    """Return the day on which a month is invoiced: the first of the next one."""
    return (month + timedelta(days=32)).replace(day=1)


def _submit(invoice: Invoice, sent_on: date, today: date) -> None:
    invoice.status, invoice.submitted_at, invoice.due_on = "submitted", _noon(sent_on), sent_on + timedelta(days=30)
    if sent_on <= today - APPROVED_BEFORE:
        invoice.status, invoice.decided_at = "approved", _noon(sent_on + WEEK)
    if sent_on <= today - PAID_BEFORE:
        invoice.status, invoice.paid_on = "paid", sent_on + 4 * WEEK
        invoice.payment_reference = f"EFT-{invoice.paid_on:%y%m%d}"


def _noon(day: date) -> datetime:
    return datetime.combine(day, NOON, UTC)
