"""Notices about authorizations and invoices of a purchase: to those who may approve, and to the provider."""

from collections.abc import Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from agreements.models import (
    Agreement,
    Authorization,
    DueReport,
    Invoice,
    Party,
    PurchaseTerms,
    ReportDuty,
    ServiceLine,
)
from agreements.purchasing import telling
from onestop.accounts.models import User
from onestop.notices.notice_types import NoticeType, Reason, declare
from partners.models import LocalArea
from partners.notices.notice_types import holds_a_seat


def purchase_example(**more: Any) -> Mapping[str, Any]:
    """Return the context of a mail about an invented purchase, never saved."""
    area = LocalArea(name=_("Riverbend"), slug="riverbend", board_name=_("Riverbend Workforce Board"))
    agreement = Agreement(pk=1, area=area, number="POS-26-01", title=_("Job coaching and placement"), kind="purchase")
    buyer, seller = (
        Party(agreement=agreement, kind=Party.Kind.OTHER, name=name)
        for name in (_("Vocational Rehabilitation"), _("Millrace Job Coaches"))
    )
    terms = PurchaseTerms(agreement=agreement, purchaser=buyer, provider=seller)
    ann = User(name="Ann Example", email="ann@millrace.example")  # no translation: an invented name
    facts = {"agreement": agreement, "terms": terms, "recipient": ann, "action_url": settings.PUBLIC_URL}
    return {**facts, "why": _("You provide services under %(number)s.") % {"number": agreement.number}, **more}


def report_example() -> DueReport:
    """Return an invented report, never saved."""
    agreement = purchase_example()["agreement"]
    line = ServiceLine(agreement=agreement, code="JC", name=_("Job coaching"))
    authorization = Authorization(agreement=agreement, line=line, number="A-2041", reference="K17")
    return DueReport(
        pk=1,
        agreement=agreement,
        authorization=authorization,
        duty=ReportDuty(agreement=agreement, name=_("Monthly report")),
        covers_from=date(2026, 9, 1),
        covers_to=date(2026, 9, 30),
        due_on=date(2026, 10, 14),
        status=DueReport.Status.RETURNED,
        answer=_("The hours of the last week are missing."),
    )


def _authorization() -> Mapping[str, Any]:
    report = report_example()
    authorization = report.authorization
    authorization.pk, authorization.units, authorization.amount = 1, Decimal(20), Decimal("1000.00")
    authorization.first_on, authorization.last_on = date(2026, 9, 1), date(2026, 12, 31)
    return purchase_example(**telling.facts_of_authorization(authorization, telling.ISSUED))


def _invoice(status: str) -> Mapping[str, Any]:
    facts = purchase_example()
    invoice = Invoice(
        pk=1,
        agreement=facts["agreement"],
        number="INV-118",
        status=status,
        total=Decimal("1250.00"),
        due_on=date(2026, 12, 15),
        submitted_at=datetime(2026, 11, 15, 17, tzinfo=UTC),
        reason=_("October 12 was a holiday.") if status == Invoice.Status.REJECTED else "",
    )
    return {**facts, **telling.facts_of_decision(invoice)}


declare(
    NoticeType(
        telling.AUTHORIZATION,
        gettext_lazy("Authorizations of service"),
        gettext_lazy("The purchaser issued, changed, closed, reopened or canceled an authorization."),
        Reason.TRANSACTIONAL,
        template="authorization",
        goes_to=gettext_lazy("The managers of the partner that provides the service."),
        is_for=holds_a_seat,
        example=_authorization,
    ),
    NoticeType(
        telling.SUBMITTED,
        gettext_lazy("Invoices to approve"),
        gettext_lazy("A provider submitted an invoice under a purchase of service."),
        Reason.TRANSACTIONAL,
        template="invoice_submitted",
        goes_to=gettext_lazy("Those who may approve money for the area, or for the partner that buys."),
        is_for=holds_a_seat,
        example=lambda: _invoice(Invoice.Status.SUBMITTED),
    ),
    NoticeType(
        telling.DECIDED,
        gettext_lazy("Invoices approved, rejected or paid"),
        gettext_lazy("The purchaser decided on an invoice, or paid it."),
        Reason.TRANSACTIONAL,
        template="invoice_decided",
        goes_to=gettext_lazy("The managers of the partner that provides the service."),
        is_for=holds_a_seat,
        example=lambda: _invoice(Invoice.Status.REJECTED),
    ),
    NoticeType(
        telling.REPORT_RETURNED,
        gettext_lazy("Reports returned"),
        gettext_lazy("The purchaser returned a report, which is owed again."),
        Reason.TRANSACTIONAL,
        template="report_returned",
        goes_to=gettext_lazy("The managers of the partner that provides the service."),
        is_for=holds_a_seat,
        example=lambda: purchase_example(report=report_example()),
    ),
)
