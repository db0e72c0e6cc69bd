"""The table of budgets of one funding agreement."""

from typing import Any

import django_tables2 as tables
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from agreements.tables.cost_shares import CostShareTable
from onestop.ui.lists import Table
from onestop.ui.markup import format_html
from onestop.ui.presentation import chip


class BudgetTable(CostShareTable):
    """Budgets of an agreement. Needs ``number_of_payers``, ``number_of_pools``; ``given``: totals, by id."""

    caption = gettext_lazy("Budgets of this agreement")

    reconciled = tables.Column(accessor="frequency", verbose_name=gettext_lazy("Reconciled"), orderable=False)
    pools = tables.Column(
        accessor="number_of_pools", verbose_name=gettext_lazy("Cost pools"), attrs={"td": {"class": "is-num"}}
    )

    class Meta(Table.Meta):
        exclude = ("agreement",)
        sequence = ("year", "status", "reconciled", "pools", "payers", "cost", "closed")

    def render_reconciled(self, record: Any) -> SafeString:
        word = record.get_frequency_display()
        rarely = chip("soon", _("Less often than quarterly"), "exclamation-triangle")
        return format_html("{} {}", word, rarely) if record.is_reconciled_rarely else format_html("{}", word)

    def value_reconciled(self, record: Any) -> str:
        return str(record.get_frequency_display())
