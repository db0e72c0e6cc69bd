"""Filters of the list of purchases."""

from typing import Any

import django_filters
from django.db.models import Q, QuerySet
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from agreements.models import Party, PurchaseTerms
from agreements.terms.standings import STANDINGS, condition_of
from onestop.ui.lists import Filters
from partners.models import LocalArea, Partnership

NEEDS = (
    ("waiting", _("Invoices waiting for approval")),
    ("late", _("Late reports")),
    ("used_up", _("Nothing left")),
    ("no_terms", _("Terms not recorded")),
)


class PurchaseFilters(Filters):
    """Filter the purchases of an area. Needs with_terms and with_sums."""

    q = django_filters.CharFilter(label=_("Number or title"), method="search")
    needs = django_filters.ChoiceFilter(
        label=_("Needs attention"), empty_label=_("Any"), choices=NEEDS, method="needing"
    )
    standing = django_filters.ChoiceFilter(
        label=_("Standing"), empty_label=_("Any standing"), choices=STANDINGS, method="stands"
    )
    partner = django_filters.ChoiceFilter(
        label=_("Purchaser or provider"), empty_label=_("Any partner"), method="of_partner"
    )

    def __init__(self, *args: Any, area: LocalArea, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        terms = PurchaseTerms.objects.filter(agreement__area=area)
        parties = Party.objects.filter(Q(purchases__in=terms) | Q(provisions__in=terms))
        partners = Partnership.objects.filter(pk__in=parties.values("partnership"))
        named = partners.order_by(Lower("organization__name"), "pk").values_list("pk", "organization__name")
        self.filters["partner"].extra["choices"] = list(named)

    def search(self, queryset: QuerySet, name: str, words: str) -> QuerySet:
        """Keep purchases whose number or title contains each of the words."""
        for word in words.split():
            queryset = queryset.filter(Q(number__icontains=word) | Q(title__icontains=word))
        return queryset

    def needing(self, queryset: QuerySet, name: str, what: str) -> QuerySet:
        """Keep purchases that need attention of one kind."""
        conditions = {
            "waiting": Q(waiting__gt=0),
            "late": Q(late__gt=0),
            "used_up": Q(left__lte=0, authorized__gt=0),
            "no_terms": Q(purchase_terms=None),
        }
        return queryset.filter(conditions[what])

    def stands(self, queryset: QuerySet, name: str, standing: str) -> QuerySet:
        """Keep purchases with a standing today."""
        return queryset.filter(condition_of(standing, timezone.localdate()))

    def of_partner(self, queryset: QuerySet, name: str, pk: Any) -> QuerySet:
        """Keep purchases in which a partner buys or provides."""
        return queryset.filter(
            Q(purchase_terms__purchaser__partnership=pk) | Q(purchase_terms__provider__partnership=pk)
        )
