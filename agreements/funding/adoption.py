"""Adopt changes that were tried: write them into a draft, or into the open periods of an adopted budget.

What was settled stays: a cost ends before the first open period and is followed by its successor, a count holds from an
open period on.
"""

import hashlib
from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from agreements.funding.locking import demand_nothing_unsettled, lock_budget, lock_periods
from agreements.funding.plans import ONCE, BudgetPlan, Share, escalate
from agreements.funding.shares import store_shares
from agreements.funding.sheets import BudgetShares, shares_of_budget
from agreements.funding.what_if import (
    ALL_POOLS,
    Leave,
    Rebase,
    Recount,
    Rise,
    Tried,
    apply,
    makes_sense,
    next_count,
    start_of,
    tried_shares,
)
from agreements.models import BaseCount, CostLine, CostPool, FundingBudget, FundingPeriod, Payer, Stage
from agreements.models.money import MOST_MONEY
from onestop.accounts.models import User
from onestop.editing.refusals import Refused
from onestop.history.tracking import recorded

DAY = timedelta(days=1)
LONGEST_METHOD = 5000  # characters of the method in words, which tells what was adopted and why
LONGEST_NOTE = 300


class CannotAdopt(Refused):
    """Changes cannot be adopted like this."""


def first_open_of(periods: Iterable[FundingPeriod]) -> int:
    """Return the number of the first of the periods after which none is settled; 0 if the last one is."""
    numbers = {each.number: each.is_open for each in periods}
    found = 0
    for number in sorted(numbers, reverse=True):
        if not numbers[number]:
            break
        found = number
    return found


def settled_in(shares: BudgetShares, first_open: int) -> list[Share]:
    """Return the shares of the periods before the first open one."""
    return [each for each in shares.rows if not first_open or each.period < first_open]


def seal_of(rows: Iterable[Share]) -> str:
    """Return a hash of shares, by which a page says what was looked at."""
    text = ";".join(
        f"{each.period},{each.pool},{each.payer},{each.amount:f}"
        for each in sorted(rows, key=lambda each: (each.period, each.pool, each.payer))
    )
    return hashlib.sha256(text.encode()).hexdigest()[:32]


@recorded
def adopt(
    budget: FundingBudget,
    *,
    changes: Sequence[Tried],
    words: Sequence[str],
    reason: str,
    seen: str = "",
    by: User | None,
    at: datetime,
) -> None:
    """Write changes into a budget, and compute its open periods again if it is adopted.

    :param words: the changes in words, for the method of the budget.
    :param seen: the seal of the shares with these changes that the person looked at.
    :raises CannotAdopt: if the agreement is withdrawn, there is nothing to adopt, no reason, no open period, a change
        is about what is not in the budget any more, the shares are not those that the person saw, or some cost could
        not be shared.
    """
    budget = lock_budget(budget, refusal=CannotAdopt)
    periods = lock_periods(budget)  # none is settled while shares are computed
    first_open = first_open_of(periods)
    if not changes:
        raise CannotAdopt(_("Add a change before you adopt it."))
    if not reason.strip():
        raise CannotAdopt(_("Enter the reason. It becomes part of the method in words."), field="reason")
    if not first_open:
        raise CannotAdopt(_("No period of this budget is open. Its shares can no longer change."))
    shares = shares_of_budget(budget)
    if any(not makes_sense(change, shares.plan, first_open=first_open) for change in changes):
        raise CannotAdopt(_("The budget has changed since. Check the changes again."))
    rows, is_whole = tried_shares(shares.plan, changes, settled_in(shares, first_open))
    if seen and seen != seal_of(rows):
        raise CannotAdopt(_("The budget has changed since. Check the shares again before you adopt them."))
    if budget.is_adopted and not is_whole:
        raise CannotAdopt(_("With these changes, a pool has costs that nobody shares. Enter counts for it first."))
    if any(isinstance(change, Rebase) for change in changes):
        demand_nothing_unsettled(budget, refusal=CannotAdopt)
    _write_method(budget, words, reason, budget.agreement.area.day_of(at))
    plan = shares.plan
    for change in changes:
        _write(budget, plan, change, reason, by=by, at=at)
        plan = apply(plan, [change])
    if budget.is_adopted:
        store_shares(budget)
    if seal_of(shares_of_budget(budget).rows) != seal_of(rows):
        raise CannotAdopt(_("These changes cannot be adopted together. Adopt them one by one."))


def _write_method(budget: FundingBudget, words: Sequence[str], reason: str, today: date) -> None:
    entry = _("%(day)s: %(changes)s. Reason: %(reason)s") % {
        "day": date_format(today, "M j, Y"),
        "changes": "; ".join(words),
        "reason": reason.strip(),
    }
    note = f"{budget.note}\n{entry}".strip()
    if len(note) > LONGEST_METHOD:
        raise CannotAdopt(_("The method in words is full. Shorten it in the settings of the budget first."))
    budget.note = note
    budget.save(update_fields=["note"])


def _write(
    budget: FundingBudget, plan: BudgetPlan, change: Tried, reason: str, *, by: User | None, at: datetime
) -> None:
    match change:
        case Leave():
            payer = Payer.objects.get(pk=change.payer, budget=budget)
            payer.ends_on = min(payer.ends_on or date.max, change.on - DAY)
            payer.save(update_fields=["ends_on"])
        case Recount():
            _recount(budget, plan, change, reason, by=by, at=at)
        case Rise():
            lines = CostLine.objects.current().filter(pool__budget=budget, pool__archived_at=None)
            if change.pool != ALL_POOLS:
                lines = lines.filter(pool=change.pool)
            start = start_of(plan, change.first)
            for line in lines.order_by("pk"):
                _raise(budget, line, change, start, reason)
        case Rebase():
            pool = CostPool.objects.get(pk=change.pool, budget=budget)
            pool.base_id = change.base
            pool.save(update_fields=["base"])


def _recount(
    budget: FundingBudget, plan: BudgetPlan, change: Recount, reason: str, *, by: User | None, at: datetime
) -> None:
    """Write a count from a period on, and over those that repeated the count before it."""
    of = {"base_id": change.base, "payer_id": change.payer, "stage": Stage.PLAN}
    facts = {"value": change.value, "by": by, "at": at, "note": reason[:LONGEST_NOTE], "file": None, "counted_on": None}
    between = range(change.first + 1, next_count(plan, change))
    BaseCount.objects.filter(**of, period__budget=budget, period__number__in=between).update(**facts)
    period = FundingPeriod.objects.get(budget=budget, number=change.first)
    created = {"agreement_id": budget.agreement_id, **facts}
    BaseCount.objects.update_or_create(**of, period=period, defaults=facts, create_defaults=created)


def _raise(budget: FundingBudget, line: CostLine, change: Rise, start: date, reason: str) -> None:
    """Raise a line from a day on: itself if it begins by then, otherwise by a successor."""
    amount = escalate(escalate(line.amount, line.escalator, line.escalated), change.percent, 1)
    if amount > MOST_MONEY:
        raise CannotAdopt(_("%(cost)s would be more than an amount can be.") % {"cost": line})
    begins = line.first_on or budget.first_on
    if begins >= start:
        line.amount, line.escalated = amount, 0
        line.save(update_fields=["amount", "escalated"])
        return
    if line.each == ONCE or (line.last_on and line.last_on < start):
        return
    CostLine.objects.create(
        agreement_id=line.agreement_id, pool_id=line.pool_id, item=line.item, name=line.name, amount=amount,
        each=line.each, first_on=start, last_on=line.last_on, escalator=line.escalator, escalated=0, replaces=line,
        note=reason[:LONGEST_NOTE],
    )  # fmt: skip
    line.last_on = start - DAY
    line.save(update_fields=["last_on"])
