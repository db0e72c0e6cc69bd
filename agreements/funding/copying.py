"""Begin a budget from that of an earlier year: escalators move on, and what came once or ended stays behind."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from agreements.funding.reading import counts_in_force, payers_of, pools_of
from agreements.models import (
    AllocationBase,
    BaseCount,
    CostLine,
    CostPool,
    FundingBudget,
    NegotiatedShare,
    Payer,
    PayerCenter,
    Stage,
)
from onestop.accounts.models import User

MOST_YEARS = 50


def copy_budget(source: FundingBudget, budget: FundingBudget, *, by: User | None, at: datetime) -> None:
    """Copy bases, pools, costs, partners and counts into a new and empty budget.

    A cost of only a part of the year is copied if it lasted to the end; a partner likewise, as long as it is in the
    area. Counts are those in force at the end of the earlier year, and hold from the first period on.
    """
    new = {"agreement": budget.agreement, "budget": budget}
    bases = {
        base.pk: _again(base, **new)
        for base in AllocationBase.objects.current().filter(budget=source).order_by("pk")
    }  # fmt: skip
    pools = {pool.pk: _again(pool, **new, base=bases[pool.base_id]) for pool in pools_of(source)}
    _copy_lines(source, budget, pools)
    payers = {
        payer.pk: _again(payer, **new, starts_on=None, ends_on=None)
        for payer in payers_of(source)
        if payer.ends_on is None and not payer.partnership.is_archived
    }
    below = {"agreement": budget.agreement}
    for center in PayerCenter.objects.filter(payer__in=payers).order_by("pk"):
        _again(center, **below, payer=payers[center.payer_id])
    for share in NegotiatedShare.objects.filter(payer__in=payers, pool__in=pools).order_by("pk"):
        _again(share, **below, payer=payers[share.payer_id], pool=pools[share.pool_id])
    _copy_counts(source, budget, bases, payers, by=by, at=at)


def _copy_lines(source: FundingBudget, budget: FundingBudget, pools: Mapping[int, CostPool]) -> None:
    years = budget.first_on.year - source.first_on.year
    for line in CostLine.objects.current().filter(pool__in=pools).order_by("pk"):
        if line.each != CostLine.Each.ONCE and line.last_on is None:
            escalated = min(line.escalated + years, MOST_YEARS) if line.escalator else 0
            pool = pools[line.pool_id]
            _again(
                line, agreement=budget.agreement, pool=pool, first_on=None, escalated=escalated, replaces=None
            )  # fmt: skip


def _copy_counts(
    source: FundingBudget,
    budget: FundingBudget,
    bases: Mapping[int, AllocationBase],
    payers: Mapping[int, Payer],
    *,
    by: User | None,
    at: datetime,
) -> None:
    numbers = list(source.periods.order_by("number").values_list("number", flat=True))
    rows = BaseCount.objects.filter(base__in=bases, payer__in=payers, stage=Stage.PLAN).select_related("period")
    first = budget.periods.get(number=1)
    note = _("From the budget of %(year)s") % {"year": source.first_on.year}
    BaseCount.objects.bulk_create(
        BaseCount(
            agreement=budget.agreement, base=bases[base], payer=payers[payer], period=first, value=value, note=note,
            by=by, at=at,
        )
        for (base, payer, number), value in counts_in_force(rows, numbers).items()
        if number == numbers[-1]
    )  # fmt: skip


def _again(row: Any, **changes: Any) -> Any:
    """Insert a copy of a row with some changes, and return it."""
    names = [field.attname for field in row._meta.concrete_fields if not field.primary_key]
    copy = type(row)(**{name: getattr(row, name) for name in names})
    for name, value in changes.items():
        setattr(copy, name, value)
    copy.save()
    return copy
