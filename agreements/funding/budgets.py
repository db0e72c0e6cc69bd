"""Begin the budget of a program year, edit, adopt and delete it (20 CFR 678.755(b))."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import ProtectedError
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from agreements.funding.copying import copy_budget
from agreements.funding.locking import (
    CannotBudget,
    lock_budget,
    lock_draft_budget,
    share_anew,
    unshared_words,
)
from agreements.funding.periods import make_periods, replace_periods
from agreements.funding.plans import shares_of
from agreements.funding.reading import payers_of, plan_of, pools_of
from agreements.models import (
    Agreement,
    AllocationBase,
    BaseCount,
    CostLine,
    CostPool,
    CountRequest,
    FundingBudget,
    NegotiatedShare,
    Payer,
    PayerCenter,
)
from onestop.accounts.models import User
from onestop.editing.versions import apply_facts, demand_version
from onestop.history.tracking import recorded

FACTS = (
    "frequency", "billing", "proration", "negotiator", "issue_days", "pay_days", "answer_days", "flag_percent", "note",
)  # fmt: skip
MOST_NAMED = 5
NEARLY_A_YEAR = timedelta(days=360)  # more than eleven months, less than twelve


def new_budget(
    agreement: Agreement, *, first_on: date, facts: Mapping[str, Any], before: FundingBudget | None = None
) -> FundingBudget:
    """Lock an agreement, and return the new and empty draft of a budget with its periods.

    :raises CannotBudget: if the agreement is no infrastructure funding agreement, is withdrawn, or has a budget for
        some of these months, or the year does not begin with a month.
    """
    # Lock: of two who begin the same year, the second is told.
    rows = Agreement.objects.select_for_update(no_key=True, of=("self",)).select_related("area__state")
    agreement = rows.get(pk=agreement.pk)
    if agreement.kind != Agreement.Kind.IFA:
        raise CannotBudget(_("Only an infrastructure funding agreement (IFA) has a budget."))
    if agreement.status == Agreement.Status.WITHDRAWN:
        raise CannotBudget(_("This agreement was withdrawn. Restore it first."))
    if first_on.day != 1:
        raise CannotBudget(_("A program year begins on the first day of a month."), field="first_on")
    if agreement.budgets.filter(first_on=first_on).exists():
        raise CannotBudget(_("This agreement already has a budget for this year."), field="first_on")
    if agreement.budgets.filter(first_on__gt=first_on - NEARLY_A_YEAR, first_on__lt=first_on + NEARLY_A_YEAR).exists():
        raise CannotBudget(_("This agreement already has a budget for some of these months."), field="first_on")
    budget = FundingBudget(agreement=agreement, first_on=first_on, before=before)
    apply_facts(budget, {name: facts[name] for name in FACTS if name in facts})
    budget.save()
    make_periods(budget)
    return budget


@recorded
def begin_budget(
    agreement: Agreement,
    *,
    first_on: date,
    facts: Mapping[str, Any],
    copy: FundingBudget | None = None,
    by: User | None,
    at: datetime,
) -> FundingBudget:
    """Begin the draft of a budget: empty, or with pools, costs, bases, partners and counts of an earlier year.

    :raises CannotBudget: as ``new_budget``, or if the budget to copy is not of an earlier year.
    """
    if copy is not None and copy.first_on >= first_on:
        raise CannotBudget(_("Choose a budget of an earlier year."), field="copy")
    budget = new_budget(agreement, first_on=first_on, facts=facts, before=copy)
    if copy is not None:
        copy_budget(copy, budget, by=by, at=at)
    return budget


@recorded
def update_budget(
    budget: FundingBudget, *, facts: Mapping[str, Any], version: str = "", by: User | None, at: datetime
) -> FundingBudget:
    """Edit the settings of a budget; the periods of a draft follow how often it is reconciled.

    :raises ChangedMeanwhile: if ``version`` is given and somebody has saved since.
    :raises CannotBudget: if it is adopted and would be reconciled more or less often, or partners were invoiced and
        would be more or less often: months between two rhythms would be on no invoice.
    """
    budget = lock_budget(budget)
    demand_version(budget, (), version)
    frequency = budget.frequency
    names = apply_facts(budget, {name: facts[name] for name in FACTS if name in facts})
    if budget.frequency != frequency and budget.is_adopted:
        words = _("This budget is adopted. How often it is reconciled can change in the budget of the next year.")
        raise CannotBudget(words, field="frequency")
    if "billing" in names and budget.invoices.filter(voided_at=None).exists():
        words = _("Partners were invoiced. How often they are can change in the budget of the next year.")
        raise CannotBudget(words, field="billing")
    if names:
        budget.save(update_fields=names)
    if budget.frequency != frequency:
        replace_periods(budget)
    if "proration" in names:
        share_anew(budget)
    return budget


# ---------------------------------------------------------------- Adopting
@dataclass(frozen=True)
class Readiness:
    """What keeps a draft from being adopted, and what should be looked at before, as sentences."""

    problems: list[str]
    warnings: list[str]


def readiness_of(budget: FundingBudget) -> Readiness:
    """Return whether a draft can be adopted; twelve queries, and two for each pool that is named."""
    plan = plan_of(budget)
    pools, payers = pools_of(budget), payers_of(budget)
    costs = {pool.key for pool in plan.pools if pool.costs}
    problems, warnings = [], []
    if not costs:
        problems.append(_("No costs are recorded."))
    if not payers:
        problems.append(_("No partner pays."))
    by_pool = {each.pool: each for each in reversed(shares_of(plan).unshared)} if payers else {}
    problems += [unshared_words(budget, each) for each in list(by_pool.values())[:MOST_NAMED]]
    if len(by_pool) > MOST_NAMED:
        problems.append(_("%(n)s more pools cannot be shared.") % {"n": len(by_pool) - MOST_NAMED})
    centers = {pool.center for pool in plan.pools}
    for payer, planned in zip(payers, plan.payers, strict=True):
        if not payer.is_negotiated and costs and None not in centers and not planned.centers & centers:
            problems.append(_("%(partner)s takes part in no center of this budget.") % {"partner": payer})
    warnings += [_("%(pool)s has no costs.") % {"pool": pool} for pool in pools if pool.pk not in costs]
    if not budget.negotiator:
        warnings.append(_("No impartial budget negotiator is named."))
    if budget.is_reconciled_rarely:
        warnings.append(rarely_words())
    if not budget.agreement.executed_on:
        warnings.append(_("The agreement is not executed yet."))
    if words := _outside_term(budget):
        problems.append(words)
    return Readiness(problems, warnings)


def _outside_term(budget: FundingBudget) -> str:
    """Return a sentence if the agreement is in force on no day of the program year: nobody would owe by it."""
    agreement = Agreement.objects.with_terms().get(pk=budget.agreement_id)
    said = {"number": agreement.number}
    if agreement.effective_on and agreement.effective_on > budget.last_on:
        said["day"] = date_format(agreement.effective_on, "M j, Y")
        return _("%(number)s begins on %(day)s, after this program year. Record the agreement of that year.") % said
    if agreement.ends_on and agreement.ends_on < budget.first_on:
        said["day"] = date_format(agreement.ends_on, "M j, Y")
        return _("%(number)s ends on %(day)s, before this program year. Renew or extend it first.") % said
    return ""


def rarely_words() -> str:
    """Return the warning about a budget that is reconciled less often than quarterly."""
    return _(
        "This budget is reconciled less often than every quarter. The law names monthly or quarterly as regular "
        "(20 CFR 678.720(c)(5))."
    )


@recorded
def adopt_budget(budget: FundingBudget, *, by: User | None, at: datetime) -> FundingBudget:
    """Adopt a draft, and store the share of each partner: from now on partners owe by it.

    :raises CannotBudget: if it is adopted already, or a pool cannot be shared.
    """
    budget = lock_draft_budget(budget)
    if problems := readiness_of(budget).problems:
        raise CannotBudget(problems[0])
    budget.status, budget.adopted_by = FundingBudget.Status.ADOPTED, by
    budget.adopted_on = budget.agreement.area.day_of(at)
    budget.save(update_fields=["status", "adopted_on", "adopted_by"])
    share_anew(budget)
    return budget


@recorded
def delete_budget(budget: FundingBudget, *, by: User | None, at: datetime) -> None:
    """Delete a draft with all that is in it. Its history stays.

    :raises CannotBudget: if it is adopted, a later budget was begun from it, or money is recorded below it.
    """
    budget = lock_draft_budget(budget)
    if budget.following.exists():
        raise CannotBudget(_("A later budget was begun from this one. Delete that one first."))
    of_payers = {"payer__budget": budget}
    try:
        BaseCount.objects.filter(base__budget=budget).delete()
        CountRequest.objects.filter(**of_payers).delete()
        NegotiatedShare.objects.filter(**of_payers).delete()
        PayerCenter.objects.filter(**of_payers).delete()
        Payer.objects.filter(budget=budget).delete()
        CostLine.objects.filter(pool__budget=budget).update(replaces=None)
        CostLine.objects.filter(pool__budget=budget).delete()
        CostPool.objects.filter(budget=budget).delete()
        AllocationBase.objects.filter(budget=budget).delete()
        budget.delete()
    except ProtectedError:
        words = _("Contributions, funding sources or costs are recorded below this budget. Remove them first.")
        raise CannotBudget(words) from None
