"""The filters of the list of bounced addresses."""

import django_filters
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from onestop.ui.lists import Filters


class UnreachableFilters(Filters):
    """The filters of bounced addresses."""

    q = django_filters.CharFilter(label=_("Address or server response"), method="search")

    def search(self, queryset: QuerySet, name: str, words: str) -> QuerySet:
        """Return rows that contain each word."""
        for word in words.split()[:8]:
            queryset = queryset.filter(Q(address__icontains=word) | Q(said__icontains=word))
        return queryset
