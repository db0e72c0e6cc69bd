"""What if: changes to a plan that are tried before anybody decides. Pure: nothing is read or saved.

Each change has a text (``rise:7:3.5:2``), so that all of them are kept in the address of a page.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal, InvalidOperation

from agreements.funding.plans import ONCE, BudgetPlan, Cost, Share, escalate, shares_of
from onestop.ops.request_numbers import whole_number

ALL_POOLS = 0
MOST_CHANGES = 20
MOST_COUNT, MOST_PERCENT = Decimal(9_999_999_999), Decimal(1000)
LEAST_PERCENT = Decimal(-100)
DECIMALS = 3
DAY = timedelta(days=1)


@dataclass(frozen=True)
class Leave:
    """A payer leaves: it does not pay from a day on."""

    payer: int
    on: date

    def text(self) -> str:
        """Return it as text."""
        return f"leave:{self.payer}:{self.on.isoformat()}"


@dataclass(frozen=True)
class Recount:
    """A payer has another count, from a period on."""

    base: int
    payer: int
    value: Decimal
    first: int

    def text(self) -> str:
        """Return it as text."""
        return f"count:{self.base}:{self.payer}:{self.value:f}:{self.first}"


@dataclass(frozen=True)
class Rise:
    """The costs of a pool, or of all pools, rise by a percent from a period on; less than zero is a fall."""

    pool: int
    percent: Decimal
    first: int

    def text(self) -> str:
        """Return it as text."""
        return f"rise:{self.pool}:{self.percent:f}:{self.first}"


@dataclass(frozen=True)
class Rebase:
    """A pool is shared by another base, in all periods that are computed."""

    pool: int
    base: int

    def text(self) -> str:
        """Return it as text."""
        return f"base:{self.pool}:{self.base}"


Tried = Leave | Recount | Rise | Rebase


# ---------------------------------------------------------------- As text
def read_changes(texts: Iterable[str], plan: BudgetPlan, *, first_open: int) -> list[Tried]:
    """Return the changes among some texts that make sense for a plan, each subject once: the last one counts.

    A change counts from ``first_open`` on at the earliest: periods before are settled.
    """
    found: dict[tuple[object, ...], Tried] = {}
    for text in list(texts)[:MOST_CHANGES]:
        change = read_change(text)
        if change is not None and makes_sense(change, plan, first_open=first_open):
            found[_subject(change)] = change
    return list(found.values())


def read_change(text: str) -> Tried | None:
    """Return the change that a text stands for; ``None`` if it stands for none."""
    kind, *parts = text.split(":")
    read = READERS.get(kind)
    if read is None or len(parts) != read[0]:
        return None
    try:
        return read[1](*parts)
    except (ValueError, InvalidOperation):
        return None


def _number(text: str) -> int:
    number = whole_number(text)
    if number is None:
        raise ValueError
    return number


def _decimal(text: str, least: Decimal, most: Decimal) -> Decimal:
    number = Decimal(text) if len(text) <= 16 and text.isascii() else Decimal("NaN")
    exponent = number.as_tuple().exponent
    if not isinstance(exponent, int) or not -DECIMALS <= exponent <= 0 or not least <= number <= most:
        raise ValueError
    return number


READERS: dict[str, tuple[int, Callable[..., Tried]]] = {
    "leave": (2, lambda payer, on: Leave(_number(payer), date.fromisoformat(on))),
    "count": (
        4,
        lambda base, payer, value, first: Recount(
            _number(base), _number(payer), _decimal(value, Decimal(0), MOST_COUNT), _number(first)
        ),
    ),
    "rise": (
        3,
        lambda pool, percent, first: Rise(
            _number(pool), _decimal(percent, LEAST_PERCENT, MOST_PERCENT), _number(first)
        ),
    ),
    "base": (2, lambda pool, base: Rebase(_number(pool), _number(base))),
}


def _subject(change: Tried) -> tuple[object, ...]:
    match change:
        case Leave():
            return "leave", change.payer
        case Recount():
            return "count", change.base, change.payer, change.first
        case Rise():
            return "rise", change.pool, change.first
        case Rebase():
            return "base", change.pool


def makes_sense(change: Tried, plan: BudgetPlan, *, first_open: int) -> bool:
    """Return whether a change is about what a plan has, and counts in a period that is not settled."""
    payers = {each.key for each in plan.payers}
    pools = {each.key for each in plan.pools}
    numbers = {each.number for each in plan.periods if each.number >= first_open}
    match change:
        case Leave():
            starts = [each.first_on for each in plan.periods if each.number in numbers]
            last = plan.periods[-1].last_on if plan.periods else date.min
            begins = next((each.starts_on or date.min for each in plan.payers if each.key == change.payer), date.max)
            return begins < change.on and bool(starts) and min(starts) <= change.on <= last
        case Recount():
            base = plan.bases.get(change.base)
            return base is not None and not base.is_equal and change.payer in payers and change.first in numbers
        case Rise():
            return change.pool in pools | {ALL_POOLS} and change.first in numbers
        case Rebase():
            return change.pool in pools and change.base in plan.bases and bool(numbers)


# ---------------------------------------------------------------- Apply
def apply(plan: BudgetPlan, changes: Sequence[Tried]) -> BudgetPlan:
    """Return a plan with changes, one after the other."""
    for change in changes:
        plan = _applied(plan, change)
    return plan


def _applied(plan: BudgetPlan, change: Tried) -> BudgetPlan:
    match change:
        case Leave():
            payers = tuple(
                replace(each, ends_on=min(each.ends_on or date.max, change.on - DAY))
                if each.key == change.payer
                else each
                for each in plan.payers
            )
            return replace(plan, payers=payers)
        case Recount():
            until = next_count(plan, change)
            numbers = [each.number for each in plan.periods if change.first <= each.number < until]
            new = {(change.base, change.payer, number): change.value for number in numbers}
            return replace(plan, counts={**plan.counts, **new})
        case Rise():
            start = start_of(plan, change.first)
            pools = tuple(
                replace(pool, costs=tuple(part for cost in pool.costs for part in raised(plan, cost, change, start)))
                if change.pool in (ALL_POOLS, pool.key)
                else pool
                for pool in plan.pools
            )
            return replace(plan, pools=pools)
        case Rebase():
            return replace(
                plan,
                pools=tuple(
                    replace(each, base=change.base) if each.key == change.pool else each for each in plan.pools
                ),
            )


def next_count(plan: BudgetPlan, change: Recount) -> int:
    """Return the number of the next period from which another count was recorded, or that after the last one."""
    numbers = [each.number for each in plan.periods if each.number >= change.first]
    known = [plan.counts.get((change.base, change.payer, number)) for number in numbers]
    for place in range(1, len(numbers)):
        if known[place] != known[place - 1]:
            return numbers[place]
    return max(numbers, default=0) + 1


def start_of(plan: BudgetPlan, number: int) -> date:
    """Return the first day of a period."""
    return next(each.first_on for each in plan.periods if each.number == number)


def raised(plan: BudgetPlan, cost: Cost, change: Rise, start: date) -> tuple[Cost, ...]:
    """Return a cost as it is before a day, and raised from this day on: one part, or both.

    The raised amount is rounded once to the cent, and is what is agreed from then on: it is not escalated again.
    """
    amount = escalate(escalate(cost.amount, cost.escalator, cost.escalated), change.percent, 1)
    begins = cost.first_on or plan.first_on
    if begins >= start:
        return (replace(cost, amount=amount, escalated=0),)
    if cost.each == ONCE or (cost.last_on and cost.last_on < start):
        return (cost,)
    return replace(cost, last_on=start - DAY), replace(cost, amount=amount, escalated=0, first_on=start)


# ---------------------------------------------------------------- Compare
def tried_shares(plan: BudgetPlan, changes: Sequence[Tried], settled: Iterable[Share]) -> tuple[list[Share], bool]:
    """Return the shares of a plan with changes, and whether all costs can be shared then.

    ``settled`` are the shares of periods that stay as they are.
    """
    kept = list(settled)
    numbers = {each.period for each in kept}
    found = shares_of(apply(plan, changes))
    rows = kept + [each for each in found.rows if each.period not in numbers]
    return rows, not any(each.period not in numbers for each in found.unshared)
