"""What an invoice may take: the room below its authorizations, its service lines and its agreement.

34 CFR 361.50 sets ceilings by reasonable cost, and allows no absolute limit: a recorded exception raises one. The
exceptions that a person recorded do not count for what the same person approves.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db.models import Sum
from django.utils.translation import gettext as _

from agreements.models import Agreement, Authorization, CeilingException, Invoice, InvoiceLine, ServiceLine
from agreements.rules import purchase_terms_of
from onestop.accounts.models import User
from onestop.editing.refusals import Refused
from onestop.history.tracking import recorded
from onestop.ui.presentation import money


class CannotExcept(Refused):
    """An exception from a ceiling cannot be recorded like this; the message says why."""


@dataclass(frozen=True)
class Room:
    """One ceiling that an invoice counts against, in dollars: approved so far, and what the invoice asks."""

    thing: Agreement | Authorization | ServiceLine
    limit: Decimal
    excepted: Decimal
    approved: Decimal
    asked: Decimal

    @property
    def name(self) -> str:
        """What the ceiling is of, in words."""
        if isinstance(self.thing, Authorization):
            return _("Authorization %(number)s") % {"number": self.thing.number}
        if isinstance(self.thing, ServiceLine):
            return _("Service line %(line)s") % {"line": self.thing}
        return _("Agreement %(number)s") % {"number": self.thing.number}

    @property
    def left(self) -> Decimal:
        """What may still be approved."""
        return self.limit + self.excepted - self.approved

    @property
    def is_enough(self) -> bool:
        """Whether the invoice fits. What takes back money always does."""
        return self.asked <= 0 or self.asked <= self.left

    @property
    def missing(self) -> Decimal:
        """By how much the invoice passes the ceiling."""
        return Decimal(0) if self.is_enough else self.asked - self.left


def rooms_of(
    invoice: Invoice,
    *,
    by: User | None,
    lines: Mapping[int, ServiceLine] | None = None,
    authorizations: Mapping[int, Authorization] | None = None,
) -> list[Room]:
    """Return each ceiling that an invoice counts against, for a person who would approve it.

    Five queries at most; three if the lines and authorizations were locked and are given.
    """
    asked = _sums(invoice.lines.order_by())
    approved = _sums(
        InvoiceLine.objects.filter(agreement=invoice.agreement_id, invoice__status__in=Invoice.APPROVED_OR_PAID)
        .exclude(invoice=invoice.pk)
        .order_by()
    )
    excepted = _exceptions(invoice.agreement_id, by)
    wanted = {kind: {pk for of, pk in asked if of == kind} for kind in ("authorization", "line")}
    if authorizations is None:
        authorizations = Authorization.objects.in_bulk(wanted["authorization"])
    if lines is None:
        lines = ServiceLine.objects.in_bulk(wanted["line"])
    limits: list[tuple[Any, str, Decimal | None]] = [
        *((authorizations[pk], "authorization", authorizations[pk].amount) for pk in sorted(wanted["authorization"])),
        *((lines[pk], "line", lines[pk].ceiling) for pk in sorted(wanted["line"])),
    ]
    terms = purchase_terms_of(invoice.agreement)
    limits.append((invoice.agreement, "agreement", terms.ceiling if terms else None))
    return [
        Room(thing, limit, excepted[key], approved[key], asked[key])
        for thing, kind, limit in limits
        if limit is not None
        for key in [(kind, thing.pk)]
    ]


def _sums(rows: Any) -> dict[tuple[str, int], Decimal]:
    """Return the sums of lines of invoices by authorization, by service line and in all; one query."""
    found: dict[tuple[str, int], Decimal] = defaultdict(Decimal)
    for row in rows.values("agreement", "authorization", "line").annotate(sum=Sum("amount")):
        for kind in ("agreement", "authorization", "line"):
            found[kind, row[kind]] += row["sum"]
    return found


def _exceptions(agreement: int, by: User | None) -> dict[tuple[str, int], Decimal]:
    """Return the sums of exceptions that others than a person recorded, by what they are of; one query."""
    rows = CeilingException.objects.filter(agreement=agreement)
    found: dict[tuple[str, int], Decimal] = defaultdict(Decimal)
    for authorization, line, amount, person in rows.values_list("authorization", "line", "amount", "by"):
        if by is None or person != by.pk:
            kind = "authorization" if authorization else "line" if line else "agreement"
            found[kind, authorization or line or agreement] += amount
    return found


def problems_of(rooms: Iterable[Room]) -> list[str]:
    """Return each ceiling that is passed, in a sentence."""
    words = _("%(name)s: %(left)s is left, and the invoice takes %(asked)s of it. Record an exception, or reject it.")
    return [
        words % {"name": room.name, "left": money(max(room.left, Decimal(0))), "asked": money(room.asked)}
        for room in rooms
        if not room.is_enough
    ]


@recorded
def record_exception(
    agreement: Agreement,
    *,
    amount: Decimal,
    reason: str,
    line: ServiceLine | None = None,
    authorization: Authorization | None = None,
    by: User | None,
    at: datetime,
) -> CeilingException:
    """Record that so much more than a ceiling may be paid: of an authorization, a service line, or the agreement.

    :raises CannotExcept: if there is no such ceiling, or no reason or amount is given.
    """
    if line and authorization:
        raise CannotExcept(_("Choose one ceiling."), field="of")
    if amount <= 0:
        raise CannotExcept(_("Enter an amount above zero."), field="amount")
    if not reason.strip():
        raise CannotExcept(_("Say why more is needed."), field="reason")
    if any(each and each.agreement_id != agreement.pk for each in (line, authorization)):
        raise CannotExcept(_("Choose a ceiling of this agreement."), field="of")
    terms = purchase_terms_of(agreement)
    ceiling = line.ceiling if line else terms.ceiling if terms else None
    if authorization is None and ceiling is None:
        raise CannotExcept(_("There is no such ceiling, so nothing is needed."), field="of")
    return CeilingException.objects.create(
        agreement=agreement, line=line, authorization=authorization, amount=amount, reason=reason, by=by, at=at
    )
