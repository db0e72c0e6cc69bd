"""The shares of a budget as rows: stored ones of an adopted budget, computed ones of a draft."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from agreements.funding.plans import Share, Unshared, shares_of
from agreements.funding.reading import payers_of, plan_of, pools_of
from agreements.models import CostPool, CostShare, FundingBudget, FundingPeriod, Payer, Stage


@dataclass(frozen=True)
class ShareRow:
    """What a partner bears of a pool in a period: ``of_amount`` x ``weight`` / ``of_weight``, rounded to add up."""

    period: FundingPeriod
    pool: CostPool
    payer: Payer
    amount: Decimal
    of_amount: Decimal
    weight: Decimal | None
    of_weight: Decimal | None


def shares_in(budget: FundingBudget) -> tuple[list[Share], list[Unshared]]:
    """Return the shares by which partners owe, and what nobody shares yet; one query if adopted, else eight."""
    if not budget.is_adopted:
        found = shares_of(plan_of(budget))
        return list(found.rows), list(found.unshared)
    rows = CostShare.objects.filter(budget=budget, stage=Stage.PLAN).select_related("period")
    return [
        Share(row.period.number, row.pool_id, row.payer_id, row.amount, row.of_amount, row.weight, row.of_weight)
        for row in rows
    ], []


def share_rows(budget: FundingBudget) -> Iterator[ShareRow]:
    """Yield the shares of a budget by period, pool and payer, in their order; a constant number of queries.

    Pools and partners that were removed from an adopted budget follow those that are there.
    """
    shares, _unshared = shares_in(budget)
    periods = {each.number: each for each in budget.periods.order_by("number")}
    pools = {each.pk: each for each in pools_of(budget)}
    payers = {each.pk: each for each in payers_of(budget)}
    archived_pools = CostPool.objects.filter(budget=budget).exclude(pk__in=pools).select_related("center", "base")
    archived_payers = Payer.objects.filter(budget=budget).exclude(pk__in=payers)
    pools |= {each.pk: each for each in archived_pools.order_by("pk")}
    payers |= {each.pk: each for each in archived_payers.select_related("partnership__organization").order_by("pk")}
    by_place = {(share.period, share.pool, share.payer): share for share in shares}
    for number, period in periods.items():
        for pool in pools.values():
            for payer in payers.values():
                if share := by_place.get((number, pool.pk, payer.pk)):
                    yield ShareRow(
                        period, pool, payer, share.amount, share.of_amount, share.weight, share.of_weight
                    )  # fmt: skip
