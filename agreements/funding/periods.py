"""Make the periods of a budget, and make them anew if a draft is to be reconciled more or less often."""

from collections.abc import Collection

from django.db.models import F, ProtectedError
from django.utils.translation import gettext as _

from agreements.funding.locking import CannotBudget
from agreements.funding.plans import periods_of
from agreements.models import BaseCount, CountRequest, FundingBudget, FundingPeriod

BESIDE = 100  # added to the numbers of old periods while both are there


def make_periods(budget: FundingBudget) -> list[FundingPeriod]:
    """Make the periods of a new budget."""
    return FundingPeriod.objects.bulk_create(
        FundingPeriod(
            agreement_id=budget.agreement_id, budget=budget, number=span.number, first_on=span.first_on,
            last_on=span.last_on,
        )
        for span in periods_of(budget.first_on, budget.frequency)
    )  # fmt: skip


def replace_periods(budget: FundingBudget) -> None:
    """Replace the periods of a locked draft by those of its frequency, and keep counts and requests.

    A count that began within one of the new periods holds from the period after it on.

    :raises CannotBudget: if money is recorded in a period.
    """
    budget.periods.update(number=F("number") + BESIDE)
    old = list(budget.periods.order_by("number"))
    new = make_periods(budget)
    _move_counts(budget, old, new)
    _move_requests(budget, new)
    try:
        budget.periods.filter(pk__in=[period.pk for period in old]).delete()
    except ProtectedError:
        words = _("Money is recorded in periods of this budget. Remove it before you change this.")
        raise CannotBudget(words, field="frequency") from None


def _move_counts(budget: FundingBudget, old: Collection[FundingPeriod], new: Collection[FundingPeriod]) -> None:
    taken: dict[tuple[int, int, str, int], BaseCount] = {}
    counts = BaseCount.objects.filter(base__budget=budget).select_related("period").order_by("period__number")
    for count in counts:
        coming = [period for period in new if period.first_on >= count.period.first_on]
        period = coming[0] if coming else None
        if period is None:
            count.delete()
            continue
        key = (count.base_id, count.payer_id, count.stage, period.pk)
        if key in taken:  # a later count of the same new period is the one in force when it begins
            taken[key].delete()
        count.period = period
        count.save(update_fields=["period"])
        taken[key] = count


def _move_requests(budget: FundingBudget, new: Collection[FundingPeriod]) -> None:
    open_ones = set()
    for asked in CountRequest.objects.filter(payer__budget=budget).select_related("period").order_by("pk"):
        period = [each for each in new if each.first_on <= asked.period.first_on][-1]
        key = (asked.payer_id, period.pk, asked.stage)
        if asked.is_pending and key in open_ones:
            asked.delete()
            continue
        if asked.is_pending:
            open_ones.add(key)
        asked.period = period
        asked.save(update_fields=["period"])
