"""What the centers cost this year: the budget, what periods came to, and what is left of it."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import Sum
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from agreements.funding.budget_totals import BudgetTotal, totals_of
from agreements.models import ActualCost, CostShare, FundingBudget, Stage
from onestop.dashboards.papers.section import Row, Section, Table
from onestop.ui.presentation import money, more_or_less
from partners.models import LocalArea

LABEL = gettext_lazy("Cost shares")
HELP = gettext_lazy("The budget of the year beside what was actually spent.")
ZERO = Decimal(0)


@dataclass(frozen=True)
class YearCost:
    """A budget with its totals: what was spent, and what was planned for the same periods."""

    budget: FundingBudget
    total: BudgetTotal
    planned: Decimal
    actual: Decimal

    @property
    def difference(self) -> Decimal:
        """How much more was spent than planned."""
        return self.actual - self.planned


def years_in(area: LocalArea, today: date) -> list[YearCost]:
    """Return the adopted budgets of an area whose year has begun, the two newest; six queries."""
    rows = FundingBudget.objects.filter(
        agreement__area=area, status=FundingBudget.Status.ADOPTED, first_on__lte=today
    ).exclude(agreement__status="draft")
    budgets = list(rows.select_related("agreement").order_by("-first_on", "agreement__number")[:2])
    totals = totals_of(budgets, today=today)
    ids = [budget.pk for budget in budgets]
    actual: dict[int, Decimal] = defaultdict(lambda: ZERO)
    spent = ActualCost.objects.filter(period__budget__in=ids).order_by()
    periods: set[int] = set()
    for budget, period, amount in spent.values_list("period__budget", "period").annotate(sum=Sum("amount")):
        actual[budget] += amount
        periods.add(period)
    shares = CostShare.objects.filter(period__in=periods, stage=Stage.PLAN).order_by()
    planned = dict(shares.values_list("budget").annotate(sum=Sum("amount")))
    return [YearCost(budget, totals[budget.pk], planned.get(budget.pk, ZERO), actual[budget.pk]) for budget in budgets]


def section(area: LocalArea, today: date) -> Section:
    """Return the section of an area on a day; a fixed number of queries."""
    years = years_in(area, today)
    return Section(
        str(_("Cost shares")),
        [_sentence(year) for year in years] or [_("No budget of infrastructure costs is adopted.")],
        [
            Table(
                _("Budget and actual cost, in dollars"),
                [
                    _("Program year"),
                    _("Agreement"),
                    _("Budget of the year"),
                    _("Planned for the periods with actual cost"),
                    _("Actual cost"),
                    _("Difference"),
                    _("Periods closed"),
                ],
                [
                    Row(
                        [
                            str(year.budget),
                            year.budget.agreement.number,
                            money(year.total.cost),
                            money(year.planned),
                            money(year.actual),
                            more_or_less(year.difference),
                            _("%(closed)d of %(all)d") % {"closed": year.total.closed, "all": year.total.periods},
                        ],
                        reverse("agreements:budget_detail", args=[year.budget.pk]),
                    )
                    for year in years
                ],
                frozenset({2, 3, 4, 5, 6}),
            )
        ],
        why=_("Each partner pays its fair share of the centers, and the shares follow what they really cost."),
        url=reverse("agreements:cost_shares", args=[area.slug]),
        source=_("All budgets"),
    )


def _sentence(year: YearCost) -> str:
    facts = {
        "year": year.budget,
        "budget": money(year.total.cost, "whole"),
        "planned": money(year.planned, "whole"),
        "actual": money(year.actual, "whole"),
    }
    if not year.actual:
        return _("%(year)s: %(budget)s are planned. No actual cost is recorded yet.") % facts
    return _("%(year)s: %(budget)s are planned. So far %(actual)s were spent where %(planned)s were planned.") % facts
