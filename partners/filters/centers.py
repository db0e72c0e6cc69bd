"""What a list of centers can be narrowed down by."""

from typing import Any

import django_filters
from django.db.models import Q, QuerySet
from django.utils import timezone

from onestop.ui.lists import Filters
from partners.filters.partnerships import ArchivedFilter
from partners.models import AccessibilityFeature, Center
from partners.network.due_dates import LAWS, needing


class CenterFilters(Filters):
    """The filters of a list of centers."""

    q = django_filters.CharFilter(label="Name or address", method="search")
    kind = django_filters.ChoiceFilter(label="Kind", empty_label="Any kind", choices=Center.Kind.choices)
    accessibility = django_filters.ChoiceFilter(
        label="Accessibility", empty_label="Any", choices=AccessibilityFeature.choices, method="offering"
    )
    due = django_filters.ChoiceFilter(
        label="Due",
        empty_label="Any",
        choices=[(law.kind.value, law.name) for law in LAWS.values()],
        method="falling_due",
    )
    archived = ArchivedFilter()

    def search(self, queryset: QuerySet, name: str, words: str) -> QuerySet:
        """Narrow down to where the words stand in name or address."""
        for word in words.split():
            found = Q(name__icontains=word) | Q(street__icontains=word) | Q(city__icontains=word)
            queryset = queryset.filter(found | Q(postal_code__startswith=word))
        return queryset

    def offering(self, queryset: QuerySet, name: str, feature: str) -> QuerySet:
        """Narrow down to buildings with a feature."""
        return queryset.filter(accessibility__contains=[feature])

    def falling_due(self, queryset: Any, name: str, kind: str) -> QuerySet:
        """Narrow down to centers whose certification or review is overdue, due soon, or not known."""
        return needing(queryset, kind, timezone.localdate())
