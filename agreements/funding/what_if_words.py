"""Changes that are tried, in words for people."""

from collections.abc import Mapping
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from agreements.funding.sheets import BudgetShares
from agreements.funding.what_if import ALL_POOLS, Leave, Rebase, Recount, Rise, Tried
from agreements.models import AllocationBase


def bases_of(shares: BudgetShares) -> dict[int, AllocationBase]:
    """Return the bases of a budget by id; one query."""
    rows = AllocationBase.objects.current().filter(budget=shares.budget).select_related("center")
    return {each.pk: each for each in rows.order_by("name", "pk")}


def words_of(change: Tried, shares: BudgetShares, bases: Mapping[int, Any]) -> str:
    """Return a change in words: "Rent rises by 3 percent from Jan 2027"."""
    period = {each.number: date_format(each.first_on, "M Y") for each in shares.periods}
    match change:
        case Leave():
            return _("%(payer)s leaves on %(day)s") % {
                "payer": shares.payers[change.payer],
                "day": date_format(change.on, "M j, Y"),
            }
        case Recount():
            return _("%(payer)s counts %(value)s for %(base)s from %(period)s on") % {
                "payer": shares.payers[change.payer],
                "value": f"{change.value:,f}",
                "base": bases[change.base],
                "period": period[change.first],
            }
        case Rise():
            named = {
                "pool": _("All costs") if change.pool == ALL_POOLS else shares.pools[change.pool],
                "percent": f"{abs(change.percent).normalize():f}",
                "period": period[change.first],
            }
            if change.percent < 0:
                return _("%(pool)s: %(percent)s percent less from %(period)s on") % named
            return _("%(pool)s: %(percent)s percent more from %(period)s on") % named
        case Rebase():
            return _("%(pool)s is shared by %(base)s") % {
                "pool": shares.pools[change.pool],
                "base": bases[change.base],
            }
