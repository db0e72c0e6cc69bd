"""Rows of purchases of service."""

from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.timezone import now

from agreements.models import (
    Agreement,
    Authorization,
    CeilingException,
    DueReport,
    Invoice,
    InvoiceLine,
    MilestoneStep,
    MoneyApprover,
    PurchaseTerms,
    Rate,
    ReportDuty,
    ServiceDelivery,
    ServiceLine,
)
from onestop.accounts.models import User
from partners.models import LocalArea, Partnership
from tests.factories.agreements import make_agreement, make_party
from tests.factories.numbers import next_number

YEAR = {"effective_on": date(2026, 7, 1), "expires_on": date(2027, 6, 30), "executed_on": date(2026, 6, 20)}


def make_money_approver(place: LocalArea | Partnership, user: User, **fields: Any) -> MoneyApprover:
    """Return the right of a person to approve money of an area or a partner."""
    where = {"area": place} if isinstance(place, LocalArea) else {"partnership": place}
    return MoneyApprover.objects.create(user=user, **{"given_at": now(), **where, **fields})


def make_purchase(purchaser: Partnership, provider: Partnership, **fields: Any) -> Agreement:
    """Return an executed purchase of service of a program year, with its two parties and terms."""
    terms = {name: fields.pop(name) for name in ("ceiling", "within_fiscal_year", "pays_within") if name in fields}
    named = {"kind": "purchase", "number": f"POS-{next_number()}", "title": "Purchase of service", "origin": "existing"}
    agreement = make_agreement(purchaser.area, **{"status": "executed", **named, **YEAR, **fields})
    parties = [make_party(agreement, partner) for partner in (purchaser, provider)]
    PurchaseTerms.objects.create(agreement=agreement, purchaser=parties[0], provider=parties[1], **terms)
    return agreement


def make_service_line(agreement: Agreement, *, rate: str = "50.00", **fields: Any) -> ServiceLine:
    """Return a service paid by the hour, with one rate for the whole term; ``rate=""`` for none."""
    given = {"code": f"S{next_number()}", "name": "Job coaching", "unit": "hour"}
    line = ServiceLine.objects.create(agreement=agreement, **{**given, **fields})
    if rate and line.unit != "plan":
        make_rate(line, amount=Decimal(rate))
    return line


def make_rate(line: ServiceLine, **fields: Any) -> Rate:
    """Return a rate from the first day of the agreement on."""
    given = {"effective_on": date(2026, 7, 1), "amount": Decimal("50.00"), "at": now()}
    return Rate.objects.create(agreement=line.agreement, line=line, **{**given, **fields})


def make_milestone_plan(agreement: Agreement, *percents: int, **fields: Any) -> ServiceLine:
    """Return a service paid by milestones: 30, 30 and 40 percent, unless said otherwise."""
    line = make_service_line(agreement, unit="plan", **{"name": "Job placement", **fields})
    for number, percent in enumerate(percents or (30, 30, 40), start=1):
        MilestoneStep.objects.create(
            agreement=agreement, line=line, position=number, name=f"Milestone {number}", percent=percent
        )
    return line


def make_authorization(line: ServiceLine, **fields: Any) -> Authorization:
    """Return an authorization of 20 hours from September to December 2026."""
    number = next_number()
    given = {
        "number": f"A-{number}",
        "reference": f"K{number}",
        "amount": Decimal("1000.00"),
        "issued_on": date(2026, 8, 20),
    }
    units = {} if line.is_plan else {"units": Decimal(20)}
    days = {"first_on": date(2026, 9, 1), "last_on": date(2026, 12, 31), "issued_on": date(2026, 8, 20)}
    named = {"agreement": line.agreement, "line": line, "at": now()}
    return Authorization.objects.create(**{**named, **given, **units, **days, **fields})


def make_delivery(authorization: Authorization, **fields: Any) -> ServiceDelivery:
    """Return two hours at 50 dollars on one day of October 2026."""
    given = {
        "happened_on": date(2026, 10, 6),
        "units": Decimal(2),
        "rate": Decimal("50.00"),
        "amount": Decimal("100.00"),
    }
    named = {"agreement": authorization.agreement, "authorization": authorization, "at": now()}
    return ServiceDelivery.objects.create(**{**named, **given, **fields})


DECIDED = ("approved", "paid", "rejected")


def make_invoice(agreement: Agreement, *deliveries: ServiceDelivery, **fields: Any) -> Invoice:
    """Return an invoice of some deliveries; a draft, unless said otherwise."""
    status = fields.pop("status", "draft")
    total = sum((delivery.amount for delivery in deliveries), Decimal(0))
    given: dict[str, Any] = {"number": f"INV-{next_number()}", "made_at": now(), "total": total}
    given |= {name: fields.pop(name) for name in ("number", "kind", "note", "made_by", "made_at") if name in fields}
    invoice = Invoice.objects.create(agreement=agreement, **given)
    for delivery in deliveries:
        InvoiceLine.objects.create(
            agreement=agreement, invoice=invoice, delivery=delivery, authorization=delivery.authorization,
            line=delivery.authorization.line, amount=delivery.amount, is_live=status != "rejected",
        )  # fmt: skip
    state: dict[str, Any] = {"status": status}
    if status != "draft":
        state |= {"submitted_at": now(), "due_on": date(2026, 12, 15)}
    if status in DECIDED:
        state |= {"decided_at": now()}
    if status == "paid":
        state |= {"paid_on": date(2026, 11, 20)}
    if status == "rejected":
        state |= {"reason": "October 6 was a holiday."}
    Invoice.objects.filter(pk=invoice.pk).update(**state | fields)
    invoice.refresh_from_db()
    return invoice


def make_report_duty(agreement: Agreement, **fields: Any) -> ReportDuty:
    """Return a monthly report that is due 14 days after the month."""
    return ReportDuty.objects.create(agreement=agreement, **{"name": "Monthly report", **fields})


def make_due_report(authorization: Authorization, duty: ReportDuty, **fields: Any) -> DueReport:
    """Return the report of September 2026, which is not received."""
    days = {"covers_from": date(2026, 9, 1), "covers_to": date(2026, 9, 30), "due_on": date(2026, 10, 14)}
    named = {"agreement": authorization.agreement, "authorization": authorization, "duty": duty}
    return DueReport.objects.create(**{**named, **days, **fields})


def make_ceiling_exception(agreement: Agreement, **fields: Any) -> CeilingException:
    """Return a recorded exception of 200 dollars for the whole agreement."""
    given = {"amount": Decimal("200.00"), "reason": "The plan for employment needs four more hours.", "at": now()}
    return CeilingException.objects.create(agreement=agreement, **{**given, **fields})
