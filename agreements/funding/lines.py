"""Record the costs of a pool. Personnel never goes into infrastructure costs (20 CFR 678.700)."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from agreements.funding.locking import CannotBudget, demand_nothing_sent, lock_budget, share_anew
from agreements.models import CostLine, CostPool, FundingPeriod
from onestop.accounts.models import User
from onestop.editing.versions import apply_facts, demand_version
from onestop.history.tracking import recorded

FACTS = ("item", "name", "amount", "each", "first_on", "last_on", "escalator", "escalated", "note")
MOST_LINES = 200  # of one pool


@recorded
def add_cost_line(pool: CostPool, *, facts: Mapping[str, Any], by: User | None, at: datetime) -> CostLine:
    """Record a cost of a pool.

    :raises CannotBudget: if it is personnel in a pool of infrastructure costs, its days are outside of the program
        year, or nobody has a count by which to share it.
    """
    pool = _lock_pool(pool)
    if pool.lines.current().count() >= MOST_LINES:
        raise CannotBudget(_("A pool can have %(number)s costs at most.") % {"number": MOST_LINES})
    line = CostLine(agreement=pool.agreement, pool=pool)
    apply_facts(line, {name: facts[name] for name in FACTS if name in facts})
    _check(line)
    line.save()
    share_anew(pool.budget)
    return line


@recorded
def update_cost_line(
    line: CostLine, *, facts: Mapping[str, Any], version: str = "", by: User | None, at: datetime
) -> CostLine:
    """Edit a cost; in an adopted budget it counts for periods that are still open.

    :raises ChangedMeanwhile: if ``version`` is given and somebody has saved since.
    :raises CannotBudget: as ``add_cost_line``.
    """
    line = _lock(line)
    demand_version(line, (), version)
    names = apply_facts(line, {name: facts[name] for name in FACTS if name in facts})
    _check(line)
    if names:
        line.save()
        share_anew(line.pool.budget)
    return line


@recorded
def change_cost_line(
    line: CostLine, *, on: date, amount: Decimal, note: str = "", by: User | None, at: datetime
) -> CostLine:
    """Change the amount of a cost from a month on: end it the day before, and return the cost that replaces it.

    :raises CannotBudget: if the cost comes once, or the day is not the first of a month within its time, or is in a
        period for which statements were sent.
    """
    line = _lock(line)
    budget = line.pool.budget
    _demand_current(line)
    if line.each == CostLine.Each.ONCE:
        raise CannotBudget(_("This cost comes once. Edit it instead."))
    first, last = line.first_on or budget.first_on, line.last_on or budget.last_on
    if on.day != 1:
        raise CannotBudget(_("Enter the first day of a month."), field="on")
    if not first.replace(day=1) < on <= last:
        raise CannotBudget(_("Enter a day after the first month of this cost, and before it ends."), field="on")
    sent = budget.periods.exclude(status=FundingPeriod.Status.OPEN)
    if sent.filter(last_on__gte=on).exists():
        raise CannotBudget(_("Statements were sent for this time. Choose a day of an open period."), field="on")
    following = CostLine(
        agreement=line.agreement, pool=line.pool, item=line.item, name=line.name, amount=amount, each=line.each,
        first_on=on, last_on=line.last_on, escalator=line.escalator, escalated=0, replaces=line, note=note,
    )  # fmt: skip
    line.last_on = on - timedelta(days=1)
    line.save(update_fields=["last_on"])
    following.save()
    share_anew(budget)
    return following


@recorded
def remove_cost_line(line: CostLine, *, by: User | None, at: datetime) -> None:
    """Remove a cost; it can be restored.

    :raises CannotBudget: if statements were sent by the budget, or another cost replaces it.
    """
    line = _lock(line)
    if line.is_archived:
        return
    demand_nothing_sent(line.pool.budget, _("Enter the last day of this cost instead."))
    if line.replaced_by.filter(archived_at=None).exists():
        raise CannotBudget(_("Another cost replaces this one later in the year. Remove that one first."))
    line.archived_at = at
    line.save(update_fields=["archived_at"])
    share_anew(line.pool.budget)


@recorded
def restore_cost_line(line: CostLine, *, by: User | None, at: datetime) -> None:
    """Restore a removed cost.

    :raises CannotBudget: if nobody has a count by which to share it.
    """
    line = _lock(line)
    if line.is_archived:
        line.archived_at = None
        _check(line)
        line.save(update_fields=["archived_at"])
        share_anew(line.pool.budget)


def demand_category(pool: CostPool, item: str, *, field: str = "item") -> None:
    """Refuse personnel in a pool of infrastructure costs, and say where it belongs.

    :raises CannotBudget: then.
    """
    if pool.category == CostPool.Category.INFRASTRUCTURE and item == CostLine.Item.PERSONNEL:
        words = _(
            "Personnel is not an infrastructure cost (20 CFR 678.700). Staff who give career services belong in a pool "
            "of career services; a receptionist or a person who does intake for all partners belongs in a pool of "
            "shared services (20 CFR 678.760)."
        )
        raise CannotBudget(words, field=field)


def _lock_pool(pool: CostPool) -> CostPool:
    budget = lock_budget(pool.budget)
    locked = CostPool.objects.select_related("center", "base").get(pk=pool.pk)
    if locked.is_archived:
        raise CannotBudget(_("This pool is removed. Restore it first."))
    locked.budget, locked.agreement = budget, budget.agreement
    return locked


def _lock(line: CostLine) -> CostLine:
    pool = _lock_pool(line.pool)
    locked = CostLine.objects.get(pk=line.pk)
    locked.pool, locked.agreement = pool, pool.agreement
    return locked


def _demand_current(line: CostLine) -> None:
    if line.is_archived:
        raise CannotBudget(_("This cost is removed. Restore it first."))


def _check(line: CostLine) -> None:
    budget = line.pool.budget
    demand_category(line.pool, line.item)
    if line.each == CostLine.Each.ONCE:
        if line.first_on is None:
            raise CannotBudget(_("Enter a day in the month of this cost."), field="first_on")
        line.last_on, line.escalator, line.escalated = None, Decimal(0), 0
    for name in ("first_on", "last_on"):
        day = getattr(line, name)
        if day is not None and not budget.first_on <= day <= budget.last_on:
            raise CannotBudget(_("This day is outside of the program year."), field=name)
    if line.first_on and line.last_on and line.last_on < line.first_on:
        raise CannotBudget(_("The last day is before the first day."), field="last_on")
