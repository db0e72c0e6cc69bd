"""Filters of contributions and of invoices to partners."""

from collections.abc import Sequence
from datetime import date
from typing import Any

import django_filters
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from agreements.funding.open_invoices import ISSUED, STANDINGS, UNPAID, in_standing
from agreements.models import Contribution, FundingPeriod, Payer
from onestop.ops.request_numbers import whole_number
from onestop.ui.lists import Filters

PARTNER = "payer__partnership__organization__name__icontains"


class ContributionFilters(Filters):
    """Filter contributions of a budget; ``payers`` and ``periods`` are those of the budget."""

    q = django_filters.CharFilter(label=_("Contribution or giver"), method="search")
    status = django_filters.ChoiceFilter(
        label=_("Status"), empty_label=_("Any status"), choices=Contribution.Status.choices
    )
    kind = django_filters.ChoiceFilter(label=_("Kind"), empty_label=_("Any kind"), choices=Contribution.Kind.choices)
    payer = django_filters.ChoiceFilter(label=_("Partner"), empty_label=_("Any partner"), method="of_payer")
    period = django_filters.ChoiceFilter(label=_("Period"), empty_label=_("Any period"), field_name="period_id")

    def __init__(self, *args: Any, payers: Sequence[Payer], periods: Sequence[FundingPeriod], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        general = ("none", _("The center in general"))
        self.filters["payer"].extra["choices"] = [*((str(each.pk), str(each)) for each in payers), general]
        self.filters["period"].extra["choices"] = [(str(each.pk), str(each)) for each in periods]

    def search(self, queryset: QuerySet, name: str, words: str) -> QuerySet:
        """Keep contributions that contain each of the words."""
        for word in words.split():
            queryset = queryset.filter(Q(text__icontains=word) | Q(giver__icontains=word) | Q(**{PARTNER: word}))
        return queryset

    def of_payer(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        """Keep contributions of one partner, or to the center in general."""
        return queryset.filter(payer=whole_number(value))


class FundingInvoiceFilters(Filters):
    """Filter invoices of a budget, read ``with_paid``; ``payers`` are those of the budget."""

    q = django_filters.CharFilter(label=_("Number or partner"), method="search")
    standing = django_filters.ChoiceFilter(
        label=_("State"), empty_label=_("Any state"), method="in_standing",
        choices=[
            *((each.code, each.word) for each in STANDINGS.values()), (UNPAID, _("Not fully paid")),
            (ISSUED, _("Not voided")),
        ],
    )  # fmt: skip
    payer = django_filters.ChoiceFilter(label=_("Partner"), empty_label=_("Any partner"), field_name="payer_id")

    def __init__(self, *args: Any, payers: Sequence[Payer], today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today
        self.filters["payer"].extra["choices"] = [(str(each.pk), str(each)) for each in payers]

    def search(self, queryset: QuerySet, name: str, words: str) -> QuerySet:
        """Keep invoices that contain each of the words."""
        for word in words.split():
            queryset = queryset.filter(Q(number__icontains=word) | Q(**{PARTNER: word}))
        return queryset

    def in_standing(self, queryset: QuerySet, name: str, code: str) -> QuerySet:
        """Keep invoices in this state."""
        rows: QuerySet = in_standing(queryset, code, self.today)
        return rows
