"""Record the bases by which pools are shared: space, staff, customers, equal shares (20 CFR 678.715, 2 CFR 200.405)."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from agreements.funding.locking import CannotBudget, lock_budget, share_anew
from agreements.funding.places import demand_place
from agreements.models import AllocationBase, FundingBudget
from onestop.accounts.models import User
from onestop.editing.versions import apply_facts, demand_version
from onestop.history.tracking import recorded

FACTS = ("name", "kind", "center", "common", "common_by", "note")
MOST_BASES = 100
Kind = AllocationBase.Kind


@recorded
def add_base(budget: FundingBudget, *, facts: Mapping[str, Any], by: User | None, at: datetime) -> AllocationBase:
    """Record a base of a budget.

    :raises CannotBudget: if its name is taken, or it does not fit its center or kind.
    """
    budget = lock_budget(budget)
    if budget.bases.current().count() >= MOST_BASES:
        raise CannotBudget(_("A budget can have %(number)s bases at most.") % {"number": MOST_BASES})
    base = AllocationBase(agreement=budget.agreement, budget=budget)
    apply_facts(base, {name: facts[name] for name in FACTS if name in facts})
    _check(base)
    base.save()
    return base


@recorded
def update_base(
    base: AllocationBase, *, facts: Mapping[str, Any], version: str = "", by: User | None, at: datetime
) -> AllocationBase:
    """Edit a base.

    :raises ChangedMeanwhile: if ``version`` is given and somebody has saved since.
    :raises CannotBudget: if its name is taken, it does not fit its center or kind, or a pool could not be shared then.
    """
    base = _lock(base)
    demand_version(base, (), version)
    names = apply_facts(base, {name: facts[name] for name in FACTS if name in facts})
    _check(base)
    if names:
        base.save()
        share_anew(base.budget)
    return base


@recorded
def remove_base(base: AllocationBase, *, by: User | None, at: datetime) -> None:
    """Remove a base that no pool is shared by; it can be restored.

    :raises CannotBudget: if a pool is shared by it.
    """
    base = _lock(base)
    if pool := base.pools.current().order_by("position", "pk").first():
        words = _("%(pool)s is shared by this base. Choose another base for it first.")
        raise CannotBudget(words % {"pool": pool})
    if not base.is_archived:
        base.archived_at = at
        base.save(update_fields=["archived_at"])


@recorded
def restore_base(base: AllocationBase, *, by: User | None, at: datetime) -> None:
    """Restore a removed base.

    :raises CannotBudget: if its name is taken by now.
    """
    base = _lock(base)
    if base.is_archived:
        base.archived_at = None
        _check(base)
        base.save(update_fields=["archived_at"])


def _lock(base: AllocationBase) -> AllocationBase:
    budget = lock_budget(base.budget)
    locked = AllocationBase.objects.select_related("center").get(pk=base.pk)
    locked.budget, locked.agreement = budget, budget.agreement
    return locked


def _check(base: AllocationBase) -> None:
    """Keep only what belongs to the kind, and check the rest."""
    demand_place(base.budget, base.center)
    if base.kind != Kind.SQUARE_FEET:
        base.common = None
    elif base.common and base.center is None:
        words = _("A common area belongs to one center. Choose the center, or leave the common area blank.")
        raise CannotBudget(words, field="common")
    others = base.budget.bases.current().filter(name__iexact=base.name).exclude(pk=base.pk)
    if others.exists():
        raise CannotBudget(_("Another base has this name. Choose a different one."), field="name")
    if base.pk and base.center_id is not None:
        elsewhere = base.pools.current().exclude(center=base.center_id).order_by("position", "pk").first()
        if elsewhere:
            words = _("%(pool)s is shared by this base, and is not in this center.")
            raise CannotBudget(words % {"pool": elsewhere}, field="center")
