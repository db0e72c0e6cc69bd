"""Tell people about invoices to partners, and about contributions that wait for approval or were decided on."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from agreements.models import Contribution, FundingInvoice, MoneyApprover
from onestop.accounts.models import User
from onestop.notices.messages import Message
from onestop.notices.notify import notify_many
from onestop.ui.sentences import retold as _
from partners.models import Partnership, Representative
from partners.notices.audiences import people_of_partners

ISSUED, VOIDED = "agreements.funding_invoice_issued", "agreements.funding_invoice_voided"
WAITS, DECIDED = "agreements.contribution_waits", "agreements.contribution_decided"


# ---------------------------------------------------------------- Who pays for a partner
def payers_people(partnerships: Collection[Partnership]) -> dict[int, Sequence[User | str]]:
    """Return who gets invoices of each partner, by its id: its managers, or else its representatives; two queries.

    A partner without an account gets them at the address of its main representative.
    """
    found: dict[int, Sequence[User | str]] = dict(people_of_partners(partnerships))
    without = [pk for pk, people in found.items() if not people]
    rows = Representative.objects.current().filter(partnership__in=without).exclude(email="")
    for row in rows.order_by("-kind", "pk"):  # the main one before alternates
        found[row.partnership_id] = found[row.partnership_id] or [row.email]
    return found


def context_of(kind: str, invoice: FundingInvoice, person: User | str) -> dict[str, Any]:
    """Return what a mail about an invoice says; ``news`` is what happened."""
    return {
        "news": kind.rpartition("_")[2],
        "has_account": isinstance(person, User),
        "invoice": invoice,
        "agreement": invoice.agreement,
        "area": invoice.agreement.area,
        "partner": invoice.payer.partnership.organization.name,
        "name": person.name if isinstance(person, User) else "",
    }


def invoice_message(kind: str, key: str, invoice: FundingInvoice, person: User | str, **more: Any) -> Message:
    """Return a message about an invoice to somebody of the partner that pays."""
    agreement = invoice.agreement
    names = {"partner": invoice.payer.partnership.organization.name, "agreement": agreement.number}
    return Message(
        kind=kind,
        key=key,
        to=person,
        about=[invoice, agreement, invoice.payer.partnership],
        scope=agreement.area,
        why=_("%(partner)s pays by %(agreement)s.") % names,
        path=invoice.get_absolute_url() if isinstance(person, User) else "",
        zone=agreement.area.zone,
        context=context_of(kind, invoice, person) | more,
    )


def tell_issued(invoices: Collection[FundingInvoice], *, by: User | None, at: datetime) -> None:
    """Mail invoices to the partners that pay; the invoices come with agreement, area and partnership."""
    _tell_payers(ISSUED, invoices, by, at)


def tell_voided(invoice: FundingInvoice, *, by: User | None, at: datetime) -> None:
    """Mail that an invoice needs not be paid any more."""
    _tell_payers(VOIDED, [invoice], by, at)


def _tell_payers(kind: str, invoices: Collection[FundingInvoice], by: User | None, at: datetime) -> None:
    people = payers_people([each.payer.partnership for each in invoices])
    notify_many(
        [
            invoice_message(kind, f"{kind}:{each.pk}:{_who(person)}", each, person)
            for each in invoices
            for person in people[each.payer.partnership_id]
            if person != by
        ],
        at=at,
    )


# ---------------------------------------------------------------- Contributions
def tell_waiting(given: Contribution, *, by: User | None, at: datetime) -> None:
    """Tell those who may approve money of the area that a contribution waits; never who entered it."""
    area = given.agreement.area
    holders = MoneyApprover.objects.holding().filter(area=area).select_related("user").order_by("pk")
    why = _("You may approve money of %(area)s.") % {"area": area.name}
    notify_many(
        [
            _contribution_message(WAITS, f"{WAITS}:{given.pk}:{each.user_id}", given, each.user, why)
            for each in holders
            if by is None or each.user_id != by.pk
        ],
        at=at,
    )


def tell_decided(given: Contribution, *, at: datetime) -> None:
    """Tell who entered a contribution what was decided; nobody who decided it themselves."""
    person = given.by
    if person is None or not person.is_active or person.pk == given.decided_by_id:
        return
    key = f"{DECIDED}:{given.pk}:{given.status}:{at:%Y-%m-%dT%H:%M:%S}"
    notify_many([_contribution_message(DECIDED, key, given, person, _("You entered this contribution."))], at=at)


def _contribution_message(kind: str, key: str, given: Contribution, person: User, why: str) -> Message:
    agreement = given.agreement
    return Message(
        kind=kind,
        key=key,
        to=person,
        about=[given, agreement, *([given.payer.partnership] if given.payer else [])],
        scope=agreement.area,
        why=why,
        path=given.get_absolute_url(),
        zone=agreement.area.zone,
        context={
            "news": kind.rpartition("_")[2], "contribution": given, "agreement": agreement, "area": agreement.area,
            "name": person.name, "giver": str(given.giver or given.payer),
        },
    )  # fmt: skip


def _who(person: User | str) -> str:
    return person if isinstance(person, str) else str(person.pk)
