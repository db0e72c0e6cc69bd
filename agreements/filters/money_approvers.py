"""Filters of the list of people who may approve money."""

import django_filters
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from onestop.ui.lists import Filters

STATES = [("holds", _("May approve")), ("lost", _("No longer has the seat")), ("ended", _("Withdrawn"))]


class MoneyApproverFilters(Filters):
    """Filter rights by person or organization, and by state. The rows have ``holds``."""

    q = django_filters.CharFilter(label=_("Person or organization"), method="search")
    state = django_filters.ChoiceFilter(label=_("State"), empty_label=_("Any state"), choices=STATES, method="by_state")

    def search(self, queryset: QuerySet, name: str, words: str) -> QuerySet:
        """Keep rights that contain each of the words."""
        for word in words.split():
            organization = Q(partnership__organization__name__icontains=word)
            queryset = queryset.filter(Q(user__name__icontains=word) | organization)
        return queryset

    def by_state(self, queryset: QuerySet, name: str, state: str) -> QuerySet:
        """Keep rights in one state."""
        if state == "ended":
            return queryset.exclude(ended_at=None)
        return queryset.filter(ended_at=None, holds=state == "holds")
