"""What a list of places can be narrowed down by."""

from typing import Any

import django_filters
from django.db.models import Q, QuerySet
from django.db.models.functions import Lower

from onestop.ui.lists import Filters
from partners.filters.partnerships import ArchivedFilter
from partners.models import AccessibilityFeature, Organization


class LocationFilters(Filters):
    """The filters of a list of places."""

    q = django_filters.CharFilter(label="Name, street or town", method="search")
    organization = django_filters.ModelChoiceFilter(
        label="Partner", empty_label="Any partner", queryset=Organization.objects.none()
    )
    offers = django_filters.ChoiceFilter(
        label="Accessibility", empty_label="Any", choices=AccessibilityFeature.choices, method="offering"
    )
    archived = ArchivedFilter()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        owners = self.queryset.values("organization")
        partners = Organization.objects.filter(pk__in=owners).order_by(Lower("name"), "pk")
        self.filters["organization"].queryset = partners

    def search(self, queryset: QuerySet, name: str, words: str) -> QuerySet:
        """Narrow down to places in whose name or address the words stand."""
        words = words.strip()
        return queryset.filter(Q(name__icontains=words) | Q(street__icontains=words) | Q(city__icontains=words))

    def offering(self, queryset: QuerySet, name: str, feature: str) -> QuerySet:
        """Narrow down to places that offer a feature."""
        return queryset.filter(accessibility__contains=[feature])
