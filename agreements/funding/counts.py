"""Enter what was counted: by base or by partner, from a period on, with evidence (2 CFR 200.405)."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.utils.translation import gettext as _

from agreements.funding.locking import CannotBudget, lock_open_period, lock_period, share_anew
from agreements.funding.reading import counts_in_force, payers_of
from agreements.models import AllocationBase, BaseCount, FundingBudget, FundingPeriod, Payer, PayerCenter, Stage
from onestop.accounts.models import User
from onestop.files.models import StoredFile
from onestop.files.storing import demand_usable
from onestop.history.tracking import recorded

Cell = tuple[int, int]  # the ids of a base and of a payer
HUNDREDTH = Decimal("0.01")


@dataclass(frozen=True)
class Sheet:
    """What is counted by a budget: its bases that need counts, its payers, and which payer each base counts."""

    bases: list[AllocationBase]
    payers: list[Payer]
    cells: frozenset[Cell]

    def payers_for(self, base: AllocationBase) -> list[Payer]:
        """Return the payers that a base counts."""
        return [payer for payer in self.payers if (base.pk, payer.pk) in self.cells]

    def bases_for(self, payer: Payer) -> list[AllocationBase]:
        """Return the bases by which a payer is counted."""
        return [base for base in self.bases if (base.pk, payer.pk) in self.cells]


def sheet_of(budget: FundingBudget) -> Sheet:
    """Return what is counted by a budget; three queries.

    A base of one center counts those who pay there. Equal shares need no count, nor does a negotiated share.
    """
    rows = AllocationBase.objects.current().filter(budget=budget).exclude(kind=AllocationBase.Kind.EQUAL)
    bases = list(rows.select_related("center").order_by("name", "pk"))
    payers = [payer for payer in payers_of(budget) if not payer.is_negotiated]
    centers: dict[int, set[int]] = defaultdict(set)
    for payer_id, center in PayerCenter.objects.filter(payer__budget=budget).values_list("payer", "center"):
        centers[payer_id].add(center)
    cells = frozenset(
        (base.pk, payer.pk)
        for base in bases
        for payer in payers
        if base.center_id is None or base.center_id in centers[payer.pk]
    )
    return Sheet(bases, payers, cells)


def values_in(period: FundingPeriod, stage: str) -> dict[Cell, Decimal]:
    """Return the counts in force in a period; three queries at most.

    An actual count that was not entered is that of the budget.
    """
    found = _planned(period.budget_id, period.number)
    if stage == Stage.ACTUAL:
        actual = BaseCount.objects.filter(period=period, stage=Stage.ACTUAL)
        found |= {(base, payer): value for base, payer, value in actual.values_list("base", "payer", "value")}
    return found


def _planned(budget: int, number: int) -> dict[Cell, Decimal]:
    rows = BaseCount.objects.filter(
        base__budget=budget, stage=Stage.PLAN, period__number__lte=number
    ).select_related("period")  # fmt: skip
    known = counts_in_force(rows, range(1, number + 1))
    return {(base, payer): value for (base, payer, at), value in known.items() if at == number}


@recorded
def set_counts(
    period: FundingPeriod,
    *,
    values: Mapping[Cell, Decimal | None],
    seen: Mapping[Cell, Decimal | None] | None = None,
    stage: str = Stage.PLAN,
    counted_on: date | None = None,
    file: StoredFile | None = None,
    note: str = "",
    by: User | None,
    at: datetime,
) -> int:
    """Record the counts that differ from those in force in a period; return how many were recorded.

    A count of the budget holds from the period on, until the next one. An actual count holds for its period; a blank
    one is that of the budget.

    :param seen: what the person saw in force, if it must still be so.
    :raises CannotBudget: if the period is closed, or statements were sent and these are counts of the budget; a partner
        is not counted by a base; a count is negative; a count that holds from an earlier period is left blank; or a
        pool could not be shared then.
    :raises CannotUseFile: if the file cannot be evidence of these counts.
    """
    if stage == Stage.ACTUAL:
        period = lock_period(period)
        if period.is_closed:
            raise CannotBudget(_("This period is closed. Its counts never change."), field="period")
    else:
        period = lock_open_period(period)
    budget = period.budget
    sheet = sheet_of(budget)
    if not values.keys() <= sheet.cells:
        raise CannotBudget(_("A partner is not counted by this base any more. Reload the page."))
    in_force = values_in(period, stage)
    own = {
        (count.base_id, count.payer_id): count for count in BaseCount.objects.filter(period=period, stage=stage)
    }  # fmt: skip
    changed = {cell: value for cell, value in values.items() if value != in_force.get(cell)}
    for cell in changed.keys() & (seen or {}).keys():
        if (now := in_force.get(cell)) != (seen or {})[cell]:
            words = _("Someone else entered %(value)s meanwhile. Check which number is right, and save again.")
            raise CannotBudget(words % {"value": "-" if now is None else now}, field=field_of(cell))
    kept_file = _usable(file, own.values(), by)
    for cell, value in changed.items():
        count = own.get(cell)
        if value is None:
            _clear(count, cell, stage)
            continue
        if value < 0:
            raise CannotBudget(_("A count is never negative."), field=field_of(cell))
        if count is None:
            count = BaseCount(agreement=budget.agreement, base_id=cell[0], payer_id=cell[1], period=period, stage=stage)
        count.value, count.counted_on, count.note = value.quantize(HUNDREDTH), counted_on, note
        count.file, count.by, count.at = kept_file, by, at
        count.save()
    if stage == Stage.PLAN and changed:
        share_anew(budget)
    return len(changed)


def field_of(cell: Cell) -> str:
    """Return the name of the form field of a count."""
    return f"count_{cell[0]}_{cell[1]}"


def _clear(count: BaseCount | None, cell: Cell, stage: str) -> None:
    if count is not None:
        count.delete()
    elif stage == Stage.PLAN:
        words = _("This count holds from an earlier period. Enter 0 if there is nothing to count any more.")
        raise CannotBudget(words, field=field_of(cell))


def _usable(file: StoredFile | None, own: Collection[BaseCount], by: User | None) -> StoredFile | None:
    """Return a file that may be evidence: a new one, or that of other counts of the same period."""
    if file is not None and all(count.file_id != file.pk for count in own):
        demand_usable(file, BaseCount(), "file", by=by)
    return file


def missing_in(sheet: Sheet, values: Mapping[Cell, Decimal]) -> dict[int, int]:
    """Return how many counts each base lacks, by its id; those that lack none are left out."""
    missing: dict[int, int] = defaultdict(int)
    for base, payer in sheet.cells:
        if (base, payer) not in values:
            missing[base] += 1
    return dict(missing)


def last_evidence(period: FundingPeriod, stage: str, cells: Iterable[Cell]) -> BaseCount | None:
    """Return the count of a period that was entered last, of those of some bases and payers."""
    wanted = set(cells)
    rows = BaseCount.objects.filter(
        period=period, stage=stage, base__in={base for base, _payer in wanted},
        payer__in={payer for _base, payer in wanted},
    )  # fmt: skip
    return rows.select_related("file", "by").order_by("-at", "-pk").first()
