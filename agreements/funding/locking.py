"""Lock a budget or a period before anything below it changes; after a change of an adopted budget, share it anew.

Locks are taken in the order budget, period.
"""

from django.utils.translation import gettext as _

from agreements.funding.plans import Shares, Unshared
from agreements.funding.shares import store_shares
from agreements.models import Agreement, CostPool, FundingBudget, FundingPeriod
from onestop.editing.refusals import Refused


class CannotBudget(Refused):
    """A budget cannot be changed like this; the message says why, and what to do instead."""


def lock_budget(budget: FundingBudget) -> FundingBudget:
    """Lock a budget and return it as it is now, in the running transaction.

    :raises CannotBudget: if its agreement is withdrawn.
    """
    # Lock: of two changes the second sees the first, and nothing changes between adopting and storing shares.
    rows = FundingBudget.objects.select_for_update(no_key=True, of=("self",)).select_related("agreement__area__state")
    locked = rows.get(pk=budget.pk)
    if locked.agreement.status == Agreement.Status.WITHDRAWN:
        raise CannotBudget(_("This agreement was withdrawn. Restore it first."))
    return locked


def lock_draft_budget(budget: FundingBudget) -> FundingBudget:
    """Lock a budget that is not adopted yet.

    :raises CannotBudget: if it is adopted.
    """
    locked = lock_budget(budget)
    if locked.is_adopted:
        raise CannotBudget(_("This budget is adopted."))
    return locked


def lock_period(period: FundingPeriod) -> FundingPeriod:
    """Lock the budget of a period, then the period, and return it as it is now.

    :raises CannotBudget: if its agreement is withdrawn.
    """
    budget = lock_budget(period.budget)
    # Lock: whatever locks a period alone, such as closing it, comes before or after.
    locked = FundingPeriod.objects.select_for_update(no_key=True).get(pk=period.pk)
    locked.budget, locked.agreement = budget, budget.agreement
    return locked


def lock_open_period(period: FundingPeriod) -> FundingPeriod:
    """Lock a period for which no statements were sent yet.

    :raises CannotBudget: if they were sent.
    """
    locked = lock_period(period)
    if not locked.is_open:
        words = _("Statements for %(period)s were sent. Choose a later period, or record an adjustment.")
        raise CannotBudget(words % {"period": locked}, field="period")
    return locked


def demand_nothing_sent(budget: FundingBudget, instead: str) -> None:
    """Refuse to take something out of an adopted budget by which partners owe already.

    :param instead: what to do instead, as a sentence.
    :raises CannotBudget: if statements were sent for a period of the budget.
    """
    if budget.periods.exclude(status=FundingPeriod.Status.OPEN).exists():
        raise CannotBudget(_("Statements were sent by this budget.") + " " + instead)


def share_anew(budget: FundingBudget) -> Shares | None:
    """Compute the shares of a locked budget anew, if it is adopted; call it at the end of each verb that changes it.

    :raises CannotBudget: if a pool could no longer be shared in a period that is still open.
    """
    if not budget.is_adopted:
        return None
    found = store_shares(budget)
    open_ones = set(budget.periods.filter(status=FundingPeriod.Status.OPEN).values_list("number", flat=True))
    demand_shared(budget, [each for each in found.unshared if each.period in open_ones])
    return found


def demand_shared(budget: FundingBudget, unshared: list[Unshared]) -> None:
    """Refuse if pools with costs have nobody who pays them.

    :raises CannotBudget: then; the message names the first pool and period.
    """
    if unshared:
        raise CannotBudget(unshared_words(budget, unshared[0]))


def unshared_words(budget: FundingBudget, unshared: Unshared) -> str:
    """Return that a pool cannot be shared in a period, as a sentence."""
    words = _("%(pool)s cannot be shared in %(period)s: no partner that pays for it has a count above zero.")
    pool = CostPool.objects.select_related("center").get(pk=unshared.pool)
    return words % {"pool": pool, "period": budget.periods.get(number=unshared.period)}
