"""Partners that leave at the end of a year: nothing takes up a balance that is carried for them."""

from collections.abc import Iterable

from agreements.models import FundingBudget, FundingPeriod, Payer


def leaving_after(period: FundingPeriod, payers: Iterable[Payer]) -> frozenset[int]:
    """Return the ids of the payers of a budget whose balance no later statement takes up; three queries at most.

    Within a year, balances are carried for all its payers. After its last period, they are taken up by the budget that
    follows; while there is none, a partner leaves if it has stopped to pay before the end of the year.
    """
    budget = period.budget
    if budget.periods.filter(number__gt=period.number).exists():
        return frozenset()
    following = list(FundingBudget.objects.filter(before=budget).values_list("pk", flat=True))
    if not following:
        return frozenset(each.pk for each in payers if each.is_archived or _stopped(each, budget))
    staying = set(Payer.objects.current().filter(budget__in=following).values_list("partnership", flat=True))
    return frozenset(each.pk for each in payers if each.partnership_id not in staying)


def _stopped(payer: Payer, budget: FundingBudget) -> bool:
    return payer.ends_on is not None and payer.ends_on < budget.last_on
