"""Record cost pools: costs of one category that are shared by one base (20 CFR 678.700, 678.760)."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db.models import Max
from django.utils.translation import gettext as _

from agreements.funding.lines import demand_category
from agreements.funding.locking import (
    CannotBudget,
    demand_nothing_sent,
    demand_nothing_unsettled,
    lock_budget,
    share_anew,
)
from agreements.funding.places import demand_place
from agreements.models import ActualCost, CostPool, FundingBudget
from onestop.accounts.models import User
from onestop.editing.versions import apply_facts, demand_version
from onestop.history.tracking import recorded

FACTS = ("name", "category", "center", "base")
MOST_POOLS = 200


@recorded
def add_pool(budget: FundingBudget, *, facts: Mapping[str, Any], by: User | None, at: datetime) -> CostPool:
    """Record a cost pool, after those that are there.

    :raises CannotBudget: if its name is taken in its center, or its base counts another center.
    """
    budget = lock_budget(budget)
    if budget.pools.current().count() >= MOST_POOLS:
        raise CannotBudget(_("A budget can have %(number)s cost pools at most.") % {"number": MOST_POOLS})
    last = budget.pools.aggregate(last=Max("position"))["last"] or 0
    given = {name: facts[name] for name in FACTS if name in facts}
    pool = CostPool(agreement=budget.agreement, budget=budget, position=last + 1, **given)
    _check(pool)
    pool.save()
    return pool


@recorded
def update_pool(
    pool: CostPool, *, facts: Mapping[str, Any], version: str = "", by: User | None, at: datetime
) -> CostPool:
    """Edit a cost pool; a change of its base counts for periods that are still open.

    :raises ChangedMeanwhile: if ``version`` is given and somebody has saved since.
    :raises CannotBudget: if its name is taken in its center, its base counts another center, it has personnel and would
        be one of infrastructure costs, it could not be shared then, or its base would change while statements of a
        period are sent that is not closed yet.
    """
    pool = _lock(pool)
    demand_version(pool, (), version)
    names = apply_facts(pool, {name: facts[name] for name in FACTS if name in facts})
    _check(pool)
    if "category" in names:
        for item in set(pool.lines.current().values_list("item", flat=True)):
            demand_category(pool, item, field="category")
    if "base" in names:
        demand_nothing_unsettled(pool.budget)
    if names:
        pool.save()
        share_anew(pool.budget)
    return pool


@recorded
def remove_pool(pool: CostPool, *, by: User | None, at: datetime) -> None:
    """Remove a cost pool with its costs; it can be restored.

    :raises CannotBudget: if statements were sent by the budget, or actual costs of the pool are entered.
    """
    pool = _lock(pool)
    if not pool.is_archived:
        demand_nothing_sent(pool.budget, _("Enter a last month for its costs instead."))
        if ActualCost.objects.filter(line__pool=pool).exclude(amount=0).exists():
            raise CannotBudget(_("Actual costs of this pool are entered, and nobody would share them."))
        pool.archived_at = at
        pool.save(update_fields=["archived_at"])
        share_anew(pool.budget)


@recorded
def restore_pool(pool: CostPool, *, by: User | None, at: datetime) -> None:
    """Restore a removed cost pool with its costs.

    :raises CannotBudget: if its name is taken by now, its base is removed, or it could not be shared.
    """
    pool = _lock(pool)
    if pool.is_archived:
        pool.archived_at = None
        _check(pool)
        pool.save(update_fields=["archived_at"])
        share_anew(pool.budget)


def _lock(pool: CostPool) -> CostPool:
    budget = lock_budget(pool.budget)
    locked = CostPool.objects.select_related("center", "base").get(pk=pool.pk)
    locked.budget, locked.agreement = budget, budget.agreement
    return locked


def _check(pool: CostPool) -> None:
    demand_place(pool.budget, pool.center)
    base = pool.base
    if base.budget_id != pool.budget_id or base.is_archived:
        raise CannotBudget(_("Choose a base of this budget."), field="base")
    if base.center_id is not None and base.center_id != pool.center_id:
        words = _("This base counts %(center)s only. Choose a base of the same center as the pool.")
        raise CannotBudget(words % {"center": base.center}, field="base")
    others = pool.budget.pools.current().filter(name__iexact=pool.name, center=pool.center_id).exclude(pk=pool.pk)
    if others.exists():
        raise CannotBudget(_("Another pool of this center has this name. Choose a different one."), field="name")
