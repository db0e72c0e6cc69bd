"""Filters of the list of agreements."""

from typing import Any

import django_filters
from django.db.models import Q, QuerySet
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from agreements.models import Agreement, Party
from agreements.terms.standings import STANDINGS, condition_of
from onestop.ui.lists import Filters
from partners.models import LocalArea, Partnership


class AgreementFilters(Filters):
    """Filter the agreements of an area. Needs with_terms."""

    q = django_filters.CharFilter(label=_("Number or title"), method="search")
    standing = django_filters.ChoiceFilter(
        label=_("Standing"), empty_label=_("Any standing"), choices=STANDINGS, method="stands"
    )
    kind = django_filters.ChoiceFilter(label=_("Kind"), empty_label=_("Any kind"), choices=Agreement.Kind.choices)
    partner = django_filters.ChoiceFilter(label=_("Party"), empty_label=_("Any party"), method="of_partner")

    def __init__(self, *args: Any, area: LocalArea, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        here = Party.objects.current().filter(agreement__area=area, partnership__isnull=False)
        partners = Partnership.objects.filter(pk__in=here.values("partnership")).order_by(
            Lower("organization__name"), "pk"
        )
        self.filters["partner"].extra["choices"] = list(partners.values_list("pk", "organization__name"))

    def search(self, queryset: QuerySet, name: str, words: str) -> QuerySet:
        """Keep agreements whose number or title contains each of the words."""
        for word in words.split():
            queryset = queryset.filter(Q(number__icontains=word) | Q(title__icontains=word))
        return queryset

    def stands(self, queryset: QuerySet, name: str, standing: str) -> QuerySet:
        """Keep agreements with a standing today."""
        return queryset.filter(condition_of(standing, timezone.localdate()))

    def of_partner(self, queryset: QuerySet, name: str, pk: Any) -> QuerySet:
        """Keep agreements with a party."""
        parties = Party.objects.current().filter(partnership=pk)
        return queryset.filter(pk__in=parties.values("agreement"))
