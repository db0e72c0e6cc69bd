"""Create the draft of a budget from last year's workbook."""

import re
from datetime import datetime

from django.utils.translation import gettext as _

from agreements.funding.budgets import new_budget
from agreements.funding.locking import CannotBudget
from agreements.funding.plans import PoolPlan
from agreements.funding.workbook_import import EQUAL_KEY, FREQUENCY, PERSONNEL, ImportDraft
from agreements.models import (
    Agreement,
    AllocationBase,
    BaseCount,
    CostLine,
    CostPool,
    FundingBudget,
    Payer,
    PayerCenter,
)
from onestop.accounts.models import User
from onestop.files.models import StoredFile
from onestop.files.storing import demand_usable
from onestop.history.tracking import recorded

ITEMS = (
    (re.compile(r"rent|lease|space", re.IGNORECASE), CostLine.Item.RENT),
    (re.compile(r"utilit|electric|water|gas\b|heat", re.IGNORECASE), CostLine.Item.UTILITIES),
    (re.compile(r"maint|janitor|clean|repair", re.IGNORECASE), CostLine.Item.MAINTENANCE),
    (re.compile(r"equip|copier|printer|assistive", re.IGNORECASE), CostLine.Item.EQUIPMENT),
    (re.compile(r"tech|internet|phone|comput|network", re.IGNORECASE), CostLine.Item.TECHNOLOGY),
    (re.compile(r"sign|brand|identif", re.IGNORECASE), CostLine.Item.IDENTIFIER),
)


@recorded
def create_from_workbook(
    agreement: Agreement, draft: ImportDraft, *, workbook: StoredFile | None = None, by: User | None, at: datetime
) -> FundingBudget:  # fmt: skip
    """Create the draft of a budget with its pools, costs, bases, partners and counts; it keeps the workbook.

    :raises CannotBudget: if something is questioned, or as ``new_budget``.
    :raises CannotUseFile: if the workbook is no longer stored, was refused, or is somebody else's.
    """
    if not draft.is_ready:
        raise CannotBudget(_("Answer the open questions first."))
    first_on = draft.plan.first_on
    earlier = agreement.budgets.filter(first_on=first_on.replace(year=first_on.year - 1)).first()
    budget = new_budget(agreement, first_on=first_on, facts={"frequency": FREQUENCY}, before=earlier)
    if workbook is not None:
        demand_usable(workbook, budget, "workbook", by=by)
        budget.workbook = workbook
        FundingBudget.objects.filter(pk=budget.pk).update(workbook=workbook)
    _Creating(budget, draft, by, at).write_rows()
    return budget


class _Creating:
    """Writes the rows of a new budget."""

    def __init__(self, budget: FundingBudget, draft: ImportDraft, by: User | None, at: datetime) -> None:
        self.budget, self.draft, self.by, self.at = budget, draft, by, at
        self.named = {"agreement": budget.agreement, "budget": budget}

    def write_rows(self) -> None:
        """Write partners, bases, pools, costs and counts."""
        plan = self.draft.plan
        payers = self._payers()
        bases = {key: self._base(key) for key in plan.bases}
        for position, pool in enumerate(plan.pools, start=1):
            self._pool(pool, bases[pool.base], position)
        first = self.budget.periods.get(number=1)
        note = (_("From %(file)s") % {"file": self.draft.file.name})[:300]
        BaseCount.objects.bulk_create(
            [
                BaseCount(
                    agreement=self.budget.agreement, base=bases[base], payer=payers[pk], period=first, value=value,
                    note=note, by=self.by, at=self.at,
                )
                for (base, pk, number), value in plan.counts.items()
                if number == 1
            ]
        )  # fmt: skip

    def _payers(self) -> dict[int, Payer]:
        plan = self.draft.plan
        rows = [
            Payer(**self.named, partnership_id=each.key, position=position)
            for position, each in enumerate(plan.payers, start=1)
        ]
        found = {payer.partnership_id: payer for payer in Payer.objects.bulk_create(rows)}
        PayerCenter.objects.bulk_create(
            [
                PayerCenter(agreement=self.budget.agreement, payer=found[each.key], center_id=center)
                for each in plan.payers
                for center in sorted(each.centers)
            ]
        )
        return found

    def _base(self, key: int) -> AllocationBase:
        if key == EQUAL_KEY:
            return AllocationBase.objects.create(**self.named, kind="equal", name=self._free(_("Equal shares")))
        column, choice = self.draft.file.columns[key], self.draft.matches.columns[key]
        if choice.is_base:
            return AllocationBase.objects.create(
                **self.named, kind=choice.role, name=column.title, center_id=choice.center
            )  # fmt: skip
        words = _("Shares of last year: %(pool)s") % {"pool": column.title}
        note = _("Counted in dollars of last year. Replace it by a measure of use or benefit.")
        return AllocationBase.objects.create(
            **self.named, kind="custom", name=self._free(words[:100]), center_id=choice.center, note=note
        )

    def _free(self, name: str) -> str:
        """Return a name that no column of the file has."""
        taken = {column.title.casefold() for column in self.draft.file.columns}
        return name if name.casefold() not in taken else f"{name[:96]} (2)"

    def _pool(self, plan: PoolPlan, base: AllocationBase, position: int) -> None:
        column, choice = self.draft.file.columns[plan.key], self.draft.matches.columns[plan.key]
        pool = CostPool.objects.create(
            **self.named, name=column.title, category=choice.role, base=base, center_id=plan.center, position=position
        )
        CostLine.objects.create(
            agreement=self.budget.agreement, pool=pool, item=item_of(column.title), name=column.title,
            amount=plan.costs[0].amount, escalator=plan.costs[0].escalator, escalated=plan.costs[0].escalated,
            note=_("Sum of the shares of last year"),
        )  # fmt: skip


def item_of(title: str) -> str:
    """Return the kind of cost that a title speaks of."""
    if PERSONNEL.search(title):
        return CostLine.Item.PERSONNEL
    return next((item for shape, item in ITEMS if shape.search(title)), CostLine.Item.OTHER)
