"""Lock a period before anything of its reconciliation changes."""

from datetime import date, datetime

from django.utils.translation import gettext as _

from agreements.models import FundingBudget, FundingPeriod
from onestop.editing.refusals import Refused


class CannotReconcile(Refused):
    """A step of a reconciliation is not possible now, or not like this; the message says why."""


def lock_period(period: FundingPeriod) -> FundingPeriod:
    """Lock the budget and then the period, and return it with both, in the running transaction.

    :raises CannotReconcile: if the budget is a draft, or the period is closed.
    """
    # Lock: of two people who issue, answer, enter or close, the second sees what the first did. Budgets come first.
    rows = FundingBudget.objects.select_for_update(no_key=True, of=("self",))
    budget = rows.select_related("agreement__area__state").get(pk=period.budget_id)
    locked = FundingPeriod.objects.select_for_update(no_key=True).get(pk=period.pk)
    locked.budget, locked.agreement = budget, budget.agreement
    if not budget.is_adopted:
        raise CannotReconcile(_("This budget is a draft. Periods are reconciled once it is adopted."))
    if locked.is_closed:
        raise CannotReconcile(_("This period is closed. Record a correction in a later period instead."))
    return locked


def day_of(at: datetime, period: FundingPeriod) -> date:
    """Return the day in the area at a time."""
    return at.astimezone(period.agreement.area.zone).date()
