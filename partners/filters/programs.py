"""What the list of programs can be narrowed down by."""

from typing import Any

import django_filters
from django.db.models import Q, QuerySet

from onestop.ui.lists import Filters


class ProgramFilters(Filters):
    """The filters of the list of programs."""

    q = django_filters.CharFilter(label="Name, or how people type it", method="search")
    required = django_filters.ChoiceFilter(
        label="By law", empty_label="All", choices=[("yes", "Required"), ("no", "Additional")], method="by_law"
    )
    carried = django_filters.ChoiceFilter(
        label="Partners",
        empty_label="Any",
        choices=[("yes", "Has a partner"), ("no", "Has none")],
        method="by_partners",
    )

    def search(self, queryset: QuerySet, name: str, words: str) -> QuerySet:
        """Narrow down to programs that people call so."""
        words = words.strip()
        return queryset.filter(
            Q(name__icontains=words)
            | Q(short_name__icontains=words)
            | Q(group__icontains=words)
            | Q(legal_source__icontains=words)
            | Q(aliases__contains=[words.lower()])
        )

    def by_law(self, queryset: QuerySet, name: str, answer: str) -> QuerySet:
        """Narrow down to the required programs, or to the additional ones."""
        return queryset.filter(is_required=answer == "yes")

    def by_partners(self, queryset: Any, name: str, answer: str) -> Any:
        """Narrow down to programs that somebody carries in the areas that the person sees, or nobody."""
        return queryset.filter(carried__gt=0) if answer == "yes" else queryset.filter(carried=0)
