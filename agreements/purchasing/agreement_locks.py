"""Lock a purchase before its terms or authorizations change: the agreement, then a line, then an authorization."""

from datetime import date, datetime

from django.db.models import QuerySet
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from agreements.models import Agreement, Authorization, PurchaseTerms, ServiceLine
from onestop.editing.refusals import Refused

OUTSIDE = Agreement.Origin.EXISTING


class CannotPurchase(Refused):
    """The terms of a purchase or an authorization cannot be changed like this; the message says why."""


def terms_are_open(agreement: Agreement) -> bool:
    """Return whether its terms may be edited: before it is sent for signature, or if it was signed outside."""
    return agreement.is_editable or (agreement.origin == OUTSIDE and agreement.status == Agreement.Status.EXECUTED)


def lock_purchase(agreement: Agreement) -> Agreement:
    """Lock a purchase of service and return it, with its terms and area, in the running transaction.

    :raises CannotPurchase: if it is no purchase of service, or was withdrawn.
    """
    # Lock: of two people who change what may be bought, the second sees what the first did.
    Agreement.objects.select_for_update(no_key=True).get(pk=agreement.pk)
    locked = Agreement.objects.with_terms().select_related("area__state", "purchase_terms").get(pk=agreement.pk)
    if locked.kind != Agreement.Kind.PURCHASE:
        raise CannotPurchase(_("Only a purchase of service has service lines and authorizations."))
    if locked.status == Agreement.Status.WITHDRAWN:
        raise CannotPurchase(_("This agreement was withdrawn. Restore it before you edit it."))
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
    # Lock: no authorization is issued for it while it changes.
    return ServiceLine.objects.select_for_update(no_key=True).get(pk=line.pk)


def lock_authorization(authorization: Authorization) -> Authorization:
    """Return an authorization, locked, with its agreement and line, which are locked before it.

    :raises CannotPurchase: if the agreement was withdrawn.
    """
    agreement = lock_purchase(authorization.agreement)
    line = lock_line(authorization.line)
    # Lock: nothing is delivered under it in the moment in which it is amended or closed.
    locked = Authorization.objects.select_for_update(no_key=True).get(pk=authorization.pk)
    locked.agreement, locked.line = agreement, line
    return locked


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


def today_of(agreement: Agreement, at: datetime) -> date:
    """Return the day of a moment where the agreement is."""
    return localdate(at, agreement.area.zone)


def authorizations_of(line: ServiceLine) -> QuerySet[Authorization]:
    """Return the authorizations of a service line that were not canceled."""
    return Authorization.objects.filter(line=line).exclude(status=Authorization.Status.CANCELED)
