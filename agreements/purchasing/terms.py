"""Record who purchases from whom, and up to which ceiling; change a ceiling after the agreement was executed."""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db.models import Sum
from django.utils.translation import gettext as _

from agreements.models import Agreement, CeilingChange, Invoice, InvoiceLine, Party, PurchaseTerms, ServiceLine
from agreements.purchasing.agreement_locks import CannotPurchase, lock_line, lock_purchase, lock_terms, terms_of
from onestop.accounts.models import User
from onestop.editing.versions import apply_facts, demand_version
from onestop.history.tracking import recorded
from onestop.ui.presentation import money

FACTS = ("purchaser", "provider", "within_fiscal_year", "pays_within", "ceiling")


@recorded
def set_terms(
    agreement: Agreement, *, facts: Mapping[str, Any], version: str = "", by: User | None, at: datetime
) -> PurchaseTerms:
    """Record the terms of a purchase, or edit them.

    After the agreement was executed its ceiling stays: ``change_ceiling`` records a change with its reason.

    :raises ChangedMeanwhile: if ``version`` is given and somebody has saved since.
    :raises CannotPurchase: if the agreement was sent for signature in the portal, or the parties do not fit.
    """
    agreement = lock_terms(agreement)
    terms: PurchaseTerms | None = getattr(agreement, "purchase_terms", None)
    given = {name: facts[name] for name in FACTS if name in facts}
    if terms is None:
        terms = PurchaseTerms(agreement=agreement, **given)
    else:
        demand_version(terms, (), version)
        changed = apply_facts(terms, given)
        if "ceiling" in changed and agreement.executed_on is not None:
            words = _("The agreement is executed. Record a change of its ceiling with the reason.")
            raise CannotPurchase(words, field="ceiling")
        if {"purchaser", "provider"} & set(changed) and agreement.authorizations.exists():
            words = _("Authorizations were issued between these two parties. They can no longer change.")
            raise CannotPurchase(words, field="purchaser" if "purchaser" in changed else "provider")
    _check_parties(terms)
    terms.save()
    return terms


def _check_parties(terms: PurchaseTerms) -> None:
    known = set(Party.objects.current().filter(agreement=terms.agreement_id).values_list("pk", flat=True))
    for name in ("purchaser", "provider"):
        if getattr(terms, f"{name}_id") not in known:
            raise CannotPurchase(_("Choose a party of this agreement."), field=name)
    if terms.purchaser_id == terms.provider_id:
        raise CannotPurchase(_("The purchaser and the provider are two parties."), field="provider")


@recorded
def change_ceiling(
    agreement: Agreement,
    line: ServiceLine | None = None,
    *,
    after: Decimal | None,
    reason: str,
    amendment: Agreement | None = None,
    by: User | None,
    at: datetime,
) -> CeilingChange:
    """Change the ceiling of an executed purchase, or of one of its lines, and record why; no ceiling is ``None``.

    :raises CannotPurchase: if the agreement is not executed, nothing would change, there is no reason, the amendment
        is not one of this agreement, or more was approved already.
    """
    agreement = lock_purchase(agreement)
    if agreement.executed_on is None:
        raise CannotPurchase(_("This agreement is not executed yet. Edit its terms instead."))
    if not reason.strip():
        raise CannotPurchase(_("Enter the reason."), field="reason")
    if amendment is not None and amendment.amends_id != agreement.pk:
        raise CannotPurchase(_("Choose an amendment of this agreement."), field="amendment")
    held: PurchaseTerms | ServiceLine = lock_line(line) if line else terms_of(agreement)
    if held.agreement_id != agreement.pk:
        raise CannotPurchase(_("This service is not one of this agreement."))
    before = held.ceiling
    if before == after:
        raise CannotPurchase(_("This is the ceiling already."), field="after")
    approved = approved_of(agreement, line)
    if after is not None and after < approved:
        words = _("Invoices of %(approved)s are approved. The ceiling cannot be lower.") % {"approved": money(approved)}
        raise CannotPurchase(words, field="after")
    if line:
        ServiceLine.objects.filter(pk=held.pk).update(ceiling=after)
    else:
        PurchaseTerms.objects.filter(pk=held.pk).update(ceiling=after)
    return CeilingChange.objects.create(
        agreement=agreement, line=line, before=before, after=after, amendment=amendment, reason=reason.strip(),
        by=by, at=at,
    )  # fmt: skip


def approved_of(agreement: Agreement, line: ServiceLine | None = None) -> Decimal:
    """Return what was approved of an agreement, or of one line, in dollars; paid invoices and credit notes count."""
    rows = InvoiceLine.objects.filter(agreement=agreement, invoice__status__in=Invoice.APPROVED_OR_PAID)
    if line is not None:
        rows = rows.filter(line=line)
    return rows.aggregate(sum=Sum("amount"))["sum"] or Decimal(0)
