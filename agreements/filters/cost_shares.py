"""Filters of the list of budgets."""

import django_filters
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from agreements.models import FundingBudget
from onestop.ops.request_numbers import whole_number
from onestop.ui.lists import Filters


class BudgetFilters(Filters):
    """Filter budgets by status and program year."""

    status = django_filters.ChoiceFilter(
        label=_("Status"), empty_label=_("Any status"), choices=FundingBudget.Status.choices
    )
    year = django_filters.ChoiceFilter(label=_("Program year"), empty_label=_("Any year"), method="of_year")

    def __init__(self, *args: object, years: list[int], **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.filters["year"].extra["choices"] = [(str(year), str(year)) for year in years]

    def of_year(self, queryset: QuerySet, name: str, year: str) -> QuerySet:
        """Keep budgets that begin in a year."""
        return queryset.filter(first_on__year=whole_number(year, most=9999) or 0)


class CostShareFilters(BudgetFilters):
    """Filter the budgets of several agreements, also by agreement."""

    q = django_filters.CharFilter(label=_("Agreement"), method="search")

    def search(self, queryset: QuerySet, name: str, words: str) -> QuerySet:
        """Keep budgets whose agreement contains the text in its title or number."""
        return queryset.filter(agreement__title__icontains=words) | queryset.filter(agreement__number__icontains=words)
