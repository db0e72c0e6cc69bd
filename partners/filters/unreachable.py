"""What the list of addresses at which nobody is reached can be narrowed down by."""

import django_filters
from django.db.models import Q, QuerySet

from onestop.ui.lists import Filters


class UnreachableFilters(Filters):
    """The filters of the list of addresses at which nobody is reached."""

    q = django_filters.CharFilter(label="Address, or what was said", method="search")

    def search(self, queryset: QuerySet, name: str, words: str) -> QuerySet:
        """Narrow down to rows in which each of the words stands."""
        for word in words.split()[:8]:
            queryset = queryset.filter(Q(address__icontains=word) | Q(said__icontains=word))
        return queryset
