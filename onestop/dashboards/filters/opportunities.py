"""Filters of the list of points of engagement."""

from typing import Any

import django_filters
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from onestop.dashboards.board.matching import STATES, in_state
from onestop.dashboards.models.opportunities import Kind
from onestop.ui.lists import Filters


class OpportunityFilters(Filters):
    """Filter points of engagement by words, state, kind and member. Needs with_counts."""

    q = django_filters.CharFilter(label=_("Search"), method="search")
    state = django_filters.ChoiceFilter(label=_("State"), empty_label=_("Any state"), choices=STATES, method="by_state")
    kind = django_filters.ChoiceFilter(label=_("Kind"), empty_label=_("Any kind"), choices=Kind.choices)
    member = django_filters.ChoiceFilter(label=_("Member"), empty_label=_("Any member"), method="of_member")

    def __init__(self, *args: Any, members: list[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.filters["member"].extra["choices"] = members

    def search(self, queryset: QuerySet, name: str, words: str) -> QuerySet:
        """Keep those with each of the words in what they are."""
        for word in words.split():
            queryset = queryset.filter(Q(title__icontains=word) | Q(text__icontains=word))
        return queryset

    def by_state(self, queryset: QuerySet, name: str, state: str) -> QuerySet:
        """Keep those in a state today."""
        found: QuerySet = in_state(queryset, state, timezone.localdate())
        return found

    def of_member(self, queryset: QuerySet, name: str, pk: Any) -> QuerySet:
        """Keep what a member of the board was offered or took on."""
        return queryset.filter(pk__in=self.queryset.model.objects.filter(offers__term=pk).values("pk"))
