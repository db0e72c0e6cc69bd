"""The table of budgets of an area."""

from decimal import Decimal
from typing import Any

import django_tables2 as tables
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from agreements.funding.budget_totals import BudgetTotal, totals_of
from agreements.models import FundingBudget
from onestop.ui.lists import Table
from onestop.ui.markup import format_html
from onestop.ui.presentation import chip, money, shortday
from onestop.ui.row_values import address_of

NOTHING = BudgetTotal(Decimal(0), 0, 0, 0)


def standing_of_budget(budget: FundingBudget) -> tuple[str, str, str]:
    """Return the kind, word and icon of a budget's chip: draft, this year's, a later one, or a past one."""
    today = timezone.localdate()
    if not budget.is_adopted:
        return "way", _("Draft"), "pencil"
    if budget.last_on < today:
        return "rest", _("Past year"), "archive"
    if budget.first_on > today:
        return "way", _("Adopted for later"), "calendar-event"
    return "good", _("This year"), "check-circle-fill"


class CostShareTable(Table):
    """Budgets with their agreements. Needs ``number_of_payers``; ``given``: totals, by id."""

    row_header = "year"
    caption = gettext_lazy("Budgets of infrastructure and shared costs")

    year = tables.Column(accessor="first_on", verbose_name=gettext_lazy("Program year"))
    agreement = tables.Column(accessor="agreement__number", verbose_name=gettext_lazy("Agreement"))
    status = tables.Column(verbose_name=gettext_lazy("Status"))
    payers = tables.Column(
        accessor="number_of_payers", verbose_name=gettext_lazy("Partners that pay"), attrs={"td": {"class": "is-num"}}
    )
    cost = tables.Column(
        accessor="pk", verbose_name=gettext_lazy("Cost of the year"), orderable=False, attrs={"td": {"class": "is-num"}}
    )
    closed = tables.Column(
        accessor="pk", verbose_name=gettext_lazy("Periods closed"), orderable=False, attrs={"td": {"class": "is-num"}}
    )

    class Meta(Table.Meta):
        sequence = ("year", "agreement", "status", "payers", "cost", "closed")

    def total_of(self, record: Any) -> BudgetTotal:
        """Return the totals of a budget: fetched for the page, or for a file with all rows."""
        if "totals" not in self.given:
            rows = list(self.data.data)
            self.given = {"totals": totals_of(rows, today=timezone.localdate())}
        totals: dict[int, BudgetTotal] = self.given["totals"]
        return totals.get(record.pk, NOTHING)

    def render_year(self, record: Any) -> SafeString:
        days = _("%(first)s to %(last)s") % {"first": shortday(record.first_on), "last": shortday(record.last_on)}
        sub = format_html('<span class="op-table__sub">{}</span>', days)
        return format_html('<a href="{}">{}</a>{}', address_of("agreements:budget_detail", record.pk), str(record), sub)

    def value_year(self, record: Any) -> int:
        return int(record.first_on.year)

    def render_agreement(self, record: Any) -> SafeString:
        url = address_of("agreements:agreement_detail", record.agreement_id)
        title = format_html('<span class="op-table__sub">{}</span>', record.agreement.title)
        return format_html('<a href="{}">{}</a>{}', url, record.agreement.number, title)

    def value_agreement(self, record: Any) -> str:
        return str(record.agreement.number)

    def render_status(self, record: Any) -> SafeString:
        return chip(*standing_of_budget(record))

    def value_status(self, record: Any) -> str:
        return standing_of_budget(record)[1]

    def render_cost(self, record: Any) -> str:
        return money(self.total_of(record).cost)

    def value_cost(self, record: Any) -> Decimal:
        return self.total_of(record).cost

    def render_closed(self, record: Any) -> str:
        total = self.total_of(record)
        return _("%(closed)s of %(all)s") % {"closed": total.closed, "all": total.periods}

    def value_closed(self, record: Any) -> int:
        return self.total_of(record).closed
