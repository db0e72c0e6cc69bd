"""Notices about paying by a funding agreement: invoices to partners, reminders of them, and contributions."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from agreements.funding import paying_notices
from agreements.funding.open_invoices import overdue
from agreements.funding.paying_notices import DECIDED, ISSUED, VOIDED, WAITS
from agreements.models import Agreement, Contribution, FundingBudget, FundingInvoice, FundingPeriod, Payer
from onestop.accounts.models import User
from onestop.notices import notice_types, reminders
from onestop.notices.messages import Message
from onestop.notices.notice_types import NoticeType, Reason
from onestop.notices.reminders import Next, Reminder, ReminderSubject, Step
from onestop.ui.presentation import day
from partners.models import LocalArea, Organization, Partnership, Role
from partners.notices.audiences import is_staff, seated_in
from partners.notices.notice_types import holds_a_seat
from partners.seats import seats_of

OVERDUE = "agreements.funding_invoice_overdue"
PAYER, STAFF = "payer", "staff"
MORNING = time(8)
FARTHEST = timedelta(days=1)  # no area is farther ahead of UTC
STAYS_OPEN = timedelta(days=120)  # after the due day; then the to-do list alone says it
WHO_PAYS = gettext_lazy("The managers of the partner that pays, or else its representative.")


def is_of_a_partner(user: Any) -> bool:
    """Whether a person belongs to any partner."""
    return bool(seats_of(user).partnership_ids)


def is_of_a_partner_or_staff(user: Any) -> bool:
    """Whether a person belongs to any partner, or is staff of an area."""
    return is_of_a_partner(user) or is_staff(user)


# ---------------------------------------------------------------- Examples
def _agreement() -> Agreement:
    area = LocalArea(name=_("Riverbend"), slug="riverbend", board_name=_("Riverbend Workforce Board"))
    return Agreement(pk=1, area=area, number="IFA-26-01", title=_("Infrastructure funding agreement"))


def _payer(agreement: Agreement) -> Payer:
    partner = Partnership(area=agreement.area, organization=Organization(name=_("Millrace Adult Learning")))
    return Payer(agreement=agreement, partnership=partner)


def example_of_invoice(code: str) -> dict[str, Any]:
    """Return the context of an invented invoice, never saved."""
    agreement = _agreement()
    ann = User(name="Ann Example", email="ann@partner.example")  # no translation: an invented name
    invoice = FundingInvoice(
        pk=1, agreement=agreement, budget=FundingBudget(agreement=agreement, first_on=date(2026, 7, 1)),
        payer=_payer(agreement), number="IFA-26-01/2026-007", amount=Decimal("4512.37"), first_on=date(2026, 10, 1),
        last_on=date(2026, 12, 31), issued_on=date(2026, 10, 1), due_on=date(2026, 10, 16),
        void_reason=_("The square feet were corrected."),
    )  # fmt: skip
    more = {"left": invoice.amount, "days": 14, "next": "", "is_staff": False}
    context = paying_notices.context_of(code, invoice, ann) | more
    return context | {"recipient": ann, "action_url": settings.PUBLIC_URL, "why": ""}


def example_of_contribution(code: str) -> dict[str, Any]:
    """Return the context of an invented contribution, never saved."""
    agreement = _agreement()
    dana = User(name="Dana Sample", email="dana@board.example")  # no translation: an invented name
    contribution = Contribution(
        pk=1, agreement=agreement, payer=_payer(agreement), kind=Contribution.Kind.NONCASH, amount=Decimal("1850.00"),
        period=FundingPeriod(first_on=date(2026, 7, 1), last_on=date(2026, 9, 30)), text=_("Two workstations"),
        received_on=date(2026, 9, 30), status=Contribution.Status.REFUSED,
        reason=_("The invoice shows another price. Add the right one."), at=datetime(2026, 9, 30, 15, tzinfo=UTC),
    )  # fmt: skip
    return {
        "news": code.rpartition("_")[2],
        "contribution": contribution,
        "agreement": agreement,
        "area": agreement.area,
        "name": dana.name,
        "giver": str(contribution.payer),
        "recipient": dana,
        "action_url": settings.PUBLIC_URL,
        "why": "",
    }


# ---------------------------------------------------------------- Types
def _declare_invoice(code: str, label: str | Promise, about: str | Promise, reason: Reason, goes_to: Any) -> None:
    notice_types.declare(
        NoticeType(
            code, label, about, reason, template="funding_invoice", goes_to=goes_to,
            is_for=is_of_a_partner_or_staff, example=lambda: example_of_invoice(code),
        )
    )  # fmt: skip


_declare_invoice(
    ISSUED,
    gettext_lazy("Invoices for shared costs"),
    gettext_lazy("Your organization is invoiced for its share of the costs of the One-Stop center."),
    Reason.TRANSACTIONAL,
    WHO_PAYS,
)
_declare_invoice(
    VOIDED,
    gettext_lazy("Voided invoices for shared costs"),
    gettext_lazy("An invoice for shared costs was voided and is not to be paid."),
    Reason.TRANSACTIONAL,
    WHO_PAYS,
)
_declare_invoice(
    OVERDUE,
    gettext_lazy("Overdue invoices for shared costs"),
    gettext_lazy("An invoice for shared costs was not paid by its due day."),
    Reason.NUDGE,
    gettext_lazy("Those who pay for the partner; after four weeks also the One-Stop staff of the area."),
)
notice_types.declare(
    NoticeType(
        WAITS,
        gettext_lazy("Contributions to approve"),
        gettext_lazy("A contribution toward shared costs waits for your approval."),
        Reason.TRANSACTIONAL,
        template="contribution",
        goes_to=gettext_lazy("Those who may approve money of the area, never who entered it."),
        is_for=is_staff,
        example=lambda: example_of_contribution(WAITS),
    ),
    NoticeType(
        DECIDED,
        gettext_lazy("Decisions on contributions"),
        gettext_lazy("A contribution that you entered was accepted or declined."),
        Reason.TRANSACTIONAL,
        template="contribution",
        goes_to=gettext_lazy("The person who entered it."),
        is_for=holds_a_seat,
        example=lambda: example_of_contribution(DECIDED),
    ),
)


# ---------------------------------------------------------------- Reminders of overdue invoices
def overdue_subjects(at: datetime) -> Iterator[ReminderSubject]:
    """Yield each invoice that is overdue, with those who pay for the partner and the staff; five queries."""
    today = at.date()
    living = FundingInvoice.objects.filter(agreement__area__archived_at=None, due_on__gte=today - STAYS_OPEN)
    found: Any = overdue(living, today + FARTHEST).select_related(
        "agreement__area__state", "budget", "payer__partnership__organization", "payer__partnership__area"
    )
    invoices = [each for each in found.order_by("due_on", "pk") if _is_late(each, at)]
    people = paying_notices.payers_people([each.payer.partnership for each in invoices])
    staff = seated_in(Role.STAFF, {each.agreement.area_id for each in invoices})
    for invoice in invoices:
        area = invoice.agreement.area
        yield ReminderSubject(
            key=str(invoice.pk),
            since=datetime.combine(invoice.due_on + timedelta(days=1), MORNING, area.zone),
            about=[invoice, invoice.agreement, invoice.payer.partnership],
            people={PAYER: people[invoice.payer.partnership_id], STAFF: staff.get(area.pk, [])},
            scope=area,
            facts={"invoice": invoice, "at": at},
        )


def _is_late(invoice: FundingInvoice, at: datetime) -> bool:
    return invoice.due_on < at.astimezone(invoice.agreement.area.zone).date()


def _build(subject: ReminderSubject, step: Step, person: User | str, following: Next | None) -> Message:
    invoice = subject.facts["invoice"]
    area = invoice.agreement.area
    message = paying_notices.invoice_message(
        OVERDUE,
        "",
        invoice,
        person,
        left=invoice.left,
        days=(subject.facts["at"].astimezone(area.zone).date() - invoice.due_on).days,
        next=_what_follows(area, following),
        is_staff=step.whom == STAFF,
    )
    if step.whom == STAFF:
        return Message(**{**vars(message), "why": _("You are One-Stop staff of %(area)s.") % {"area": area.name}})
    return message


def _what_follows(area: LocalArea, following: Next | None) -> str:
    if following is None:
        return ""
    on = {"date": day(following.at.astimezone(area.zone).date(), "plain")}
    if following.whom == STAFF:
        return _("If no payment is recorded by %(date)s, we will tell the One-Stop staff.") % on
    return _("If no payment is recorded by %(date)s, we will remind you again.") % on


REMINDER = Reminder(
    OVERDUE,
    gettext_lazy("Overdue invoices for shared costs"),
    gettext_lazy("Reminds those who pay for a partner of an overdue invoice twice, then tells the staff of the area."),
    circles={
        PAYER: gettext_lazy("those who pay for the partner"),
        STAFF: gettext_lazy("the One-Stop staff of the area"),
    },
    steps=[Step(0, PAYER), Step(14, PAYER), Step(28, STAFF)],
    open_matters=overdue_subjects,
    build=_build,
)
reminders.register(REMINDER)
