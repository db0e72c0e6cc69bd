"""Correct a closed period: by a new entry that counts in a later period, which is still open."""

from datetime import datetime
from decimal import Decimal

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from agreements.funding.locking import CannotReconcile, lock_reconciled_period
from agreements.models import Adjustment, FundingBudget, FundingPeriod, Payer
from onestop.accounts.models import User
from onestop.history.tracking import recorded
from partners.models import Partnership


def later_periods(corrected: FundingPeriod) -> QuerySet[FundingPeriod]:
    """Return the open periods in which a correction of a closed period can count: of its year and of those after."""
    same = Q(budget=corrected.budget_id) | Q(budget__before=corrected.budget_id) | Q(agreement=corrected.agreement_id)
    rows = FundingPeriod.objects.filter(
        same, status=FundingPeriod.Status.OPEN, budget__status=FundingBudget.Status.ADOPTED
    )
    return rows.filter(first_on__gt=corrected.first_on).select_related("budget").order_by("first_on", "pk")


@recorded
def add_adjustment(
    corrected: FundingPeriod,
    *,
    period: FundingPeriod,
    partnership: Partnership,
    amount: Decimal,
    reason: str,
    by: User | None,
    at: datetime,
) -> Adjustment:
    """Record that a partner owes more or less for a closed period, in a later period.

    :raises CannotReconcile: if the corrected period is not closed, the other one is not open or not later, the partner
        does not pay there, or the amount or the reason is missing.
    """
    period = lock_reconciled_period(period)
    corrected = FundingPeriod.objects.select_related("budget").get(pk=corrected.pk)
    if not corrected.is_closed:
        raise CannotReconcile(_("This period is not closed. Change its costs or counts instead."))
    if not later_periods(corrected).filter(pk=period.pk).exists():
        raise CannotReconcile(_("Choose a later period whose statements were not sent yet."), field="period")
    payer = Payer.objects.filter(budget=period.budget_id, partnership=partnership).first()
    if payer is None:
        raise CannotReconcile(_("This partner does not pay in that period."), field="partnership")
    if not amount:
        raise CannotReconcile(_("Enter an amount other than zero."), field="amount")
    if not reason.strip():
        raise CannotReconcile(_("Enter the reason."), field="reason")
    return Adjustment.objects.create(
        agreement=period.agreement, corrects=corrected, period=period, payer=payer, amount=amount, reason=reason, by=by,
        at=at,
    )  # fmt: skip
