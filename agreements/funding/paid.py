"""What each partner bears, was invoiced and has given by a budget: one line each, in a constant number of queries."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Sum

from agreements.funding.paying import shares_by_period
from agreements.funding.plans import ZERO
from agreements.funding.reading import payers_of
from agreements.models import Contribution, FundingBudget, FundingInvoice, Payer

Kind, Status = Contribution.Kind, Contribution.Status


@dataclass(frozen=True)
class PaidLine:
    """A partner's share of the year by the budget, what was invoiced of it, and what it has given toward it."""

    payer: Payer
    share: Decimal
    invoiced: Decimal
    cash: Decimal
    in_kind: Decimal
    waiting: Decimal

    @property
    def left(self) -> Decimal:
        """What is still to be given toward the share of the year; less than zero if more was given."""
        return self.share - self.cash - self.in_kind


@dataclass(frozen=True)
class PaidTotals:
    """The lines of all partners and their sums; ``general`` is what third parties gave to the center."""

    lines: Sequence[PaidLine]
    general: Decimal
    general_waiting: Decimal

    def sum_of(self, name: str) -> Decimal:
        """Return the sum of one column."""
        return sum((getattr(line, name) for line in self.lines), ZERO)

    @property
    def sums(self) -> dict[str, Decimal]:
        """The sums of all columns."""
        return {name: self.sum_of(name) for name in ("share", "invoiced", "cash", "in_kind", "waiting", "left")}


def paid_by(budget: FundingBudget) -> PaidTotals:
    """Return what the partners of a budget have given; four queries for an adopted one."""
    payers = payers_of(budget)
    shares: dict[int, Decimal] = defaultdict(lambda: ZERO)
    for (payer, _number), amount in shares_by_period(budget).items():
        shares[payer] += amount
    rows = Contribution.objects.current().filter(period__budget=budget).exclude(status=Status.REFUSED).order_by()
    given: dict[tuple[int | None, str], Decimal] = defaultdict(lambda: ZERO)
    for payer_id, kind, status, amount in rows.values_list("payer", "kind", "status").annotate(sum=Sum("amount")):
        column = "waiting" if status == Status.ENTERED else "cash" if kind == Kind.CASH else "in_kind"
        given[payer_id, column] += amount
    issued = FundingInvoice.objects.filter(budget=budget, voided_at=None).order_by()
    invoiced = dict(issued.values_list("payer").annotate(sum=Sum("amount")))
    lines = [
        PaidLine(
            payer, shares[payer.pk], invoiced.get(payer.pk, ZERO), given[payer.pk, "cash"], given[payer.pk, "in_kind"],
            given[payer.pk, "waiting"],
        )
        for payer in payers
    ]  # fmt: skip
    return PaidTotals(lines, given[None, "in_kind"], given[None, "waiting"])
