"""Lock a purchase before anything below it changes: the agreement, then a line, then an authorization.

Every verb of purchases takes its locks here, in this order. Each says by which refusal its own caller is refused.
"""

from collections.abc import Collection

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from agreements.models import Agreement, Authorization, PurchaseTerms, ServiceLine
from onestop.editing.refusals import Refused

OUTSIDE = Agreement.Origin.EXISTING
PARTIES = tuple(f"purchase_terms__{name}__partnership__organization" for name in ("purchaser", "provider"))


class CannotPurchase(Refused):
    """The terms of a purchase or an authorization cannot be changed like this; the message says why."""


def terms_are_open(agreement: Agreement) -> bool:
    """Return whether its terms may be edited: before it is sent for signature, or if it was signed outside."""
    return agreement.is_editable or (agreement.origin == OUTSIDE and agreement.status == Agreement.Status.EXECUTED)


def lock_purchase(agreement: Agreement, *, refusal: type[Refused] = CannotPurchase) -> Agreement:
    """Lock a purchase of service and return it, with its terms, their parties and its area, in the running transaction.

    :raises Refused: of the class ``refusal``, if it is no purchase of service, or was withdrawn.
    """
    # Lock: of two people who change what may be bought, deliver, invoice, decide or pay, the second sees what the first
    # did.
    Agreement.objects.select_for_update(no_key=True).get(pk=agreement.pk)
    rows = Agreement.objects.with_terms().select_related("area__state", *PARTIES)
    locked = rows.get(pk=agreement.pk)
    if locked.kind != Agreement.Kind.PURCHASE:
        raise refusal(_("Only a purchase of service has service lines and authorizations."))
    if locked.status == Agreement.Status.WITHDRAWN:
        raise refusal(_("This agreement was withdrawn. Restore it before you edit it."))
    return locked


def lock_terms(agreement: Agreement) -> Agreement:
    """Lock a purchase whose terms may be edited.

    :raises CannotPurchase: if it was sent for signature in the portal, or ended.
    """
    locked = lock_purchase(agreement)
    if not terms_are_open(locked):
        words = _(
            "This agreement was sent for signature, and its terms are part of it. "
            "Change a ceiling or a rate by an amendment."
        )
        raise CannotPurchase(words)
    return locked


def lock_line(line: ServiceLine) -> ServiceLine:
    """Return a service line, locked. Lock its agreement first."""
    return lock_lines([line.pk])[line.pk]


def lock_lines(ids: Collection[int]) -> dict[int, ServiceLine]:
    """Return service lines by their ids, locked. Lock their agreement first."""
    # Lock: whatever changes a line without its agreement comes before or after.
    rows = ServiceLine.objects.select_for_update(no_key=True).filter(pk__in=ids)
    return {line.pk: line for line in rows.order_by("pk")}


def lock_authorization(
    authorization: Authorization, *, refusal: type[Refused] = CannotPurchase
) -> Authorization:  # fmt: skip
    """Return an authorization, locked, with its agreement and line, which are locked before it.

    :raises Refused: of the class ``refusal``, if the agreement was withdrawn.
    """
    agreement = lock_purchase(authorization.agreement, refusal=refusal)
    _lines, found = lock_authorizations([authorization.pk])
    locked = found[authorization.pk]
    locked.agreement = agreement
    return locked


def lock_authorizations(ids: Collection[int]) -> tuple[dict[int, ServiceLine], dict[int, Authorization]]:
    """Return the service lines of some authorizations, and these, by their ids, locked. Lock their agreement first."""
    lines = lock_lines(set(Authorization.objects.filter(pk__in=ids).values_list("line", flat=True)))
    # Lock: whatever changes an authorization without its agreement comes before or after.
    rows = Authorization.objects.select_for_update(no_key=True).filter(pk__in=ids)
    found = {each.pk: each for each in rows.order_by("pk")}
    for each in found.values():
        each.line = lines[each.line_id]
    return lines, found


def demand_open(authorization: Authorization) -> None:
    """Check that service may still be delivered under an authorization.

    :raises CannotPurchase: if it was closed or canceled.
    """
    if not authorization.is_open:
        words = {"number": authorization.number, "state": authorization.get_status_display().lower()}
        raise CannotPurchase(_("Authorization %(number)s is %(state)s. It can no longer be changed.") % words)


def terms_of(agreement: Agreement) -> PurchaseTerms:
    """Return the terms of a purchase.

    :raises CannotPurchase: if none are recorded.
    """
    terms: PurchaseTerms | None = getattr(agreement, "purchase_terms", None)
    if terms is None:
        raise CannotPurchase(_("Record who purchases and who provides first."))
    return terms


def authorizations_of(line: ServiceLine) -> QuerySet[Authorization]:
    """Return the authorizations of a service line that were not canceled."""
    return Authorization.objects.filter(line=line).exclude(status=Authorization.Status.CANCELED)
