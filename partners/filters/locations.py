"""The filters of a list of locations."""

from typing import Any

import django_filters
from django.db.models import Q, QuerySet
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from onestop.ui.lists import Filters
from partners.filters.partnerships import ArchivedFilter
from partners.models import AccessibilityFeature, Organization


class LocationFilters(Filters):
    """The filters of a list of partner locations."""

    q = django_filters.CharFilter(label=_("Name, street or city"), method="search")
    organization = django_filters.ModelChoiceFilter(
        label=_("Partner"), empty_label=_("Any partner"), queryset=Organization.objects.none()
    )
    offers = django_filters.ChoiceFilter(
        label=_("Accessibility"), empty_label=_("Any"), choices=AccessibilityFeature.choices, method="offering"
    )
    archived = ArchivedFilter()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        owners = self.queryset.values("organization")
        partners = Organization.objects.filter(pk__in=owners).order_by(Lower("name"), "pk")
        self.filters["organization"].queryset = partners

    def search(self, queryset: QuerySet, name: str, words: str) -> QuerySet:
        """Return locations whose name, street or city contains the text."""
        words = words.strip()
        return queryset.filter(Q(name__icontains=words) | Q(street__icontains=words) | Q(city__icontains=words))

    def offering(self, queryset: QuerySet, name: str, feature: str) -> QuerySet:
        """Return locations with an accessibility feature."""
        return queryset.filter(accessibility__contains=[feature])
