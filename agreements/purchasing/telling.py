"""Tell people about invoices and reports: those who may approve, and the provider."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from django.db.models import Q

from agreements.models import Agreement, Authorization, DueReport, Invoice, MoneyApprover
from agreements.rules import purchase_terms_of
from onestop.accounts.models import User
from onestop.notices import outbox
from onestop.notices.messages import Message
from onestop.notices.models import Notice
from onestop.notices.notify import notify_many
from onestop.ui.presentation import day, shortday
from onestop.ui.sentences import retold as _
from partners.models import Role
from partners.notices.audiences import people_of_partners, seated_in, together

SUBMITTED, DECIDED = "agreements.invoice_submitted", "agreements.invoice_decided"
REPORT_RETURNED, AUTHORIZATION = "agreements.report_returned", "agreements.authorization"
ISSUED, AMENDED, CLOSED, REOPENED, CANCELED = "issued", "amended", "closed", "reopened", "canceled"


# ---------------------------------------------------------------- Who
def approvers_of(agreement: Agreement) -> list[User]:
    """Return who may approve invoices of a purchase: for the area, or for the partner that buys; one query."""
    terms = purchase_terms_of(agreement)
    place = Q(area=agreement.area_id)
    if terms and terms.purchaser.partnership_id:
        place |= Q(partnership=terms.purchaser.partnership_id)
    rights = MoneyApprover.objects.holding().filter(place).select_related("user").order_by("given_at", "pk")
    return together([right.user for right in rights])


def providers_of(agreement: Agreement) -> list[User]:
    """Return the managers of the partner that provides, or else its representatives; one query.

    Staff act for a provider that is not a partner.
    """
    terms = purchase_terms_of(agreement)
    partnership = terms.provider.partnership if terms else None
    if partnership is None:
        return seated_in(Role.STAFF, [agreement.area_id]).get(agreement.area_id, [])
    return people_of_partners([partnership])[partnership.pk]


# ---------------------------------------------------------------- What happened
def tell_authorization(authorization: Authorization, what: str, *, reason: str = "", at: datetime) -> None:
    """Tell the provider that it may deliver a service, or that something of this has changed.

    :param what: ``ISSUED``, ``AMENDED``, ``CLOSED``, ``REOPENED`` or ``CANCELED``.
    """
    people = providers_of(authorization.agreement)
    why = _why_provider(authorization.agreement)
    key = f"{AUTHORIZATION}:{authorization.pk}:{what}:{at:%Y-%m-%dT%H:%M:%S}"
    _tell(AUTHORIZATION, key, people, why, authorization, facts_of_authorization(authorization, what, reason), at)


def facts_of_authorization(authorization: Authorization, what: str, reason: str = "") -> dict[str, Any]:
    """Return what a mail says of an authorization."""
    terms = purchase_terms_of(authorization.agreement)
    return {
        "authorization": authorization,
        "what": what,
        "reason": reason,
        "number": authorization.number,
        "service": str(authorization.line),
        "purchaser": terms.purchaser if terms else authorization.agreement,
        "first": shortday(authorization.first_on),
        "last": shortday(authorization.last_on),
    }


def tell_submitted(invoice: Invoice, *, at: datetime) -> None:
    """Tell those who may approve an invoice, except who sent it, that it waits for them."""
    own = (invoice.made_by_id, invoice.submitted_by_id)
    people = [user for user in approvers_of(invoice.agreement) if user.pk not in own]
    why = _("You may approve money for this agreement.")
    # It can be taken back and submitted again, and is news each time.
    key = f"{SUBMITTED}:{invoice.pk}:{at:%Y-%m-%dT%H:%M:%S}"
    _tell(SUBMITTED, key, people, why, invoice, {"invoice": invoice}, at)


def ask_nobody(invoices: Sequence[Invoice], *, why: str) -> None:
    """Withdraw what asks people to approve invoices, as far as it is not sent."""
    outbox.withdraw(Notice.objects.filter(kind=SUBMITTED).about(*invoices), why=why)


def tell_decided(invoices: Sequence[Invoice], *, at: datetime) -> None:
    """Tell the provider that invoices of one purchase were approved, rejected or paid; others are not asked any more.

    They come with their agreement and its terms.
    """
    ask_nobody(invoices, why=_("The invoice was decided."))
    people = providers_of(invoices[0].agreement)
    for invoice in invoices:
        why = _why_provider(invoice.agreement)
        key = f"{DECIDED}:{invoice.pk}:{invoice.status}"
        _tell(DECIDED, key, people, why, invoice, facts_of_decision(invoice), at)


def facts_of_decision(invoice: Invoice) -> dict[str, Any]:
    """Return what a mail says of a decision."""
    terms = purchase_terms_of(invoice.agreement)
    days = {"paid_on": day(invoice.paid_on, "plain"), "pay_by": day(invoice.due_on, "plain")}
    return {"invoice": invoice, "purchaser": terms.purchaser if terms else invoice.agreement, **days}


def tell_report_returned(report: DueReport, *, at: datetime) -> None:
    """Tell the provider that a report is owed again, and why."""
    people = providers_of(report.agreement)
    why = _why_provider(report.agreement)
    key = f"{REPORT_RETURNED}:{report.pk}:{at:%Y-%m-%dT%H:%M:%S}"
    _tell(REPORT_RETURNED, key, people, why, report, {"report": report}, at)


def _why_provider(agreement: Agreement) -> str:
    return _("You provide services under %(number)s.") % {"number": agreement.number}


def _tell(
    kind: str, key: str, people: Iterable[User], why: str, thing: Any, facts: dict[str, Any], at: datetime
) -> None:
    agreement = thing.agreement
    messages = [
        Message(
            kind=kind,
            key=f"{key}:{user.pk}",
            to=user,
            about=[thing, agreement],
            scope=agreement.area,
            context={**facts, "agreement": agreement, "terms": purchase_terms_of(agreement), "recipient": user},
            why=why,
            path=thing.get_absolute_url(),
            zone=agreement.area.zone,
        )
        for user in people
    ]
    notify_many(messages, at=at)
