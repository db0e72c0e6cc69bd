"""The filters of a list of centers."""

from typing import Any

import django_filters
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from onestop.ui.lists import Filters
from partners.filters.partnerships import ArchivedFilter
from partners.models import AccessibilityFeature, Center
from partners.network.due_dates import LAWS, needing


class CenterFilters(Filters):
    """The filters of a list of centers."""

    q = django_filters.CharFilter(label=_("Name or address"), method="search")
    kind = django_filters.ChoiceFilter(label=_("Kind"), empty_label=_("Any kind"), choices=Center.Kind.choices)
    accessibility = django_filters.ChoiceFilter(
        label=_("Accessibility"), empty_label=_("Any"), choices=AccessibilityFeature.choices, method="offering"
    )
    due = django_filters.ChoiceFilter(
        label=_("Review due"),
        empty_label=_("Any"),
        choices=[(law.kind.value, law.name) for law in LAWS.values()],
        method="falling_due",
    )
    archived = ArchivedFilter()

    def search(self, queryset: QuerySet, name: str, words: str) -> QuerySet:
        """Return centers whose name or address contains each of the words."""
        for word in words.split():
            found = Q(name__icontains=word) | Q(street__icontains=word) | Q(city__icontains=word)
            queryset = queryset.filter(found | Q(postal_code__startswith=word))
        return queryset

    def offering(self, queryset: QuerySet, name: str, feature: str) -> QuerySet:
        """Return centers with an accessibility feature."""
        return queryset.filter(accessibility__contains=[feature])

    def falling_due(self, queryset: Any, name: str, kind: str) -> QuerySet:
        """Return centers whose certification or review is overdue, due soon, or not recorded."""
        return needing(queryset, kind, timezone.localdate())
