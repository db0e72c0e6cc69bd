"""Lock a budget or a period before anything below it changes; after a change of an adopted budget, share it anew.

Every verb of infrastructure funding takes its locks here, in the order budget, period. Each says by which refusal its
own caller is refused, so that a view shows it where it belongs.
"""

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from agreements.funding.plans import Shares, Unshared
from agreements.funding.shares import store_shares
from agreements.models import Agreement, CostPool, FundingBudget, FundingPeriod
from onestop.editing.refusals import Refused


class CannotBudget(Refused):
    """A budget cannot be changed like this; the message says why, and what to do instead."""


class CannotPay(Refused):
    """A contribution, an invoice or a funding source cannot be recorded like this; the message says why."""


class CannotReconcile(Refused):
    """A step of a reconciliation is not possible now, or not like this; the message says why."""


# ---------------------------------------------------------------- Budgets
def lock_budget(budget: FundingBudget | int, *, refusal: type[Refused] = CannotBudget) -> FundingBudget:
    """Lock a budget, given by itself or by its id, and return it as it is now, in the running transaction.

    :raises Refused: of the class ``refusal``, if its agreement is withdrawn.
    """
    pk = budget if isinstance(budget, int) else budget.pk
    # Lock: of two changes the second sees the first, and nothing changes between reading and storing shares.
    rows = FundingBudget.objects.select_for_update(no_key=True, of=("self",)).select_related("agreement__area__state")
    locked = rows.get(pk=pk)
    if locked.agreement.status == Agreement.Status.WITHDRAWN:
        raise refusal(_("This agreement was withdrawn. Restore it first."))
    return locked


def lock_draft_budget(budget: FundingBudget) -> FundingBudget:
    """Lock a budget that is not adopted yet.

    :raises CannotBudget: if it is adopted.
    """
    locked = lock_budget(budget)
    if locked.is_adopted:
        raise CannotBudget(_("This budget is adopted."))
    return locked


def lock_paid_budget(budget: FundingBudget | int) -> FundingBudget:
    """Lock a budget by which partners pay.

    :raises CannotPay: if it is a draft: nobody owes by it.
    """
    locked = lock_budget(budget, refusal=CannotPay)
    if not locked.is_adopted:
        raise CannotPay(_("This budget is a draft. Adopt it first."))
    return locked


# ---------------------------------------------------------------- Periods
def lock_periods(budget: FundingBudget) -> list[FundingPeriod]:
    """Lock all periods of a locked budget, and return them in their order."""
    return list(_locked_rows(budget).order_by("number"))


def lock_period(period: FundingPeriod, *, refusal: type[Refused] = CannotBudget) -> FundingPeriod:
    """Lock the budget of a period, then the period, and return it with its budget and agreement as they are now.

    :raises Refused: of the class ``refusal``, if the agreement is withdrawn.
    """
    budget = lock_budget(period.budget_id, refusal=refusal)
    locked = _locked_rows(budget).get(pk=period.pk)
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


def lock_paid_period(budget: FundingBudget, period: FundingPeriod | int) -> FundingPeriod:
    """Lock a period of a locked budget in which payments may be recorded.

    :raises CannotPay: if it is of another budget, or closed.
    """
    pk = period if isinstance(period, int) else period.pk
    locked = _locked_rows(budget).filter(pk=pk).first()
    if locked is None:
        raise CannotPay(_("Choose a period of this budget."), field="period")
    if locked.is_closed:
        raise CannotPay(_("This period is closed. Choose a period that is open."), field="period")
    return locked


def lock_reconciled_period(period: FundingPeriod) -> FundingPeriod:
    """Lock a period that is being reconciled, with its budget.

    :raises CannotReconcile: if the budget is a draft, or the period is closed.
    """
    locked = lock_period(period, refusal=CannotReconcile)
    if not locked.budget.is_adopted:
        raise CannotReconcile(_("This budget is a draft. Periods are reconciled once it is adopted."))
    if locked.is_closed:
        raise CannotReconcile(_("This period is closed. Record a correction in a later period instead."))
    return locked


def _locked_rows(budget: FundingBudget) -> QuerySet[FundingPeriod]:
    # Lock: whatever changes a period without its budget comes before or after.
    return FundingPeriod.objects.select_for_update(no_key=True).filter(budget=budget)


# ---------------------------------------------------------------- What was sent, and shares
def demand_nothing_sent(budget: FundingBudget, instead: str) -> None:
    """Refuse to take something out of an adopted budget by which partners owe already.

    :param instead: what to do instead, as a sentence.
    :raises CannotBudget: if statements were sent for a period of the budget.
    """
    if budget.periods.exclude(status=FundingPeriod.Status.OPEN).exists():
        raise CannotBudget(_("Statements were sent by this budget.") + " " + instead)


def demand_nothing_unsettled(budget: FundingBudget, *, refusal: type[Refused] = CannotBudget) -> None:
    """Refuse another base of a pool while statements are out that were shared by the base before.

    :raises Refused: of the class ``refusal``, if statements were sent for a period that is not closed yet.
    """
    if budget.periods.filter(status=FundingPeriod.Status.ISSUED).exists():
        raise refusal(_("Close the periods whose statements were sent before a pool gets another base."))


def share_anew(budget: FundingBudget) -> Shares | None:
    """Compute the shares of a locked budget anew, if it is adopted; call it at the end of each verb that changes it.

    :raises CannotBudget: if a pool could no longer be shared in a period that is still open.
    """
    if not budget.is_adopted:
        return None
    found = store_shares(budget)
    open_ones = set(budget.periods.filter(status=FundingPeriod.Status.OPEN).values_list("number", flat=True))
    if unshared := [each for each in found.unshared if each.period in open_ones]:
        raise CannotBudget(unshared_words(budget, unshared[0]))
    return found


def unshared_words(budget: FundingBudget, unshared: Unshared) -> str:
    """Return that a pool cannot be shared in a period, as a sentence."""
    words = _("%(pool)s cannot be shared in %(period)s: no partner that pays for it has a count above zero.")
    pool = CostPool.objects.select_related("center").get(pk=unshared.pool)
    return words % {"pool": pool, "period": budget.periods.get(number=unshared.period)}
