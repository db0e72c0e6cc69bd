"""What the list of what rests on one person can be narrowed down by."""

import django_filters
from django.db.models import Q, QuerySet

from onestop.ui.lists import Filters
from partners.people.single_person_risk import Function


class SinglePersonFilters(Filters):
    """The filters of the list; the function is part of the query itself, since it makes the rows."""

    q = django_filters.CharFilter(label="Partner", method="search")
    function = django_filters.ChoiceFilter(
        label="Function", empty_label="Any function", choices=Function.choices, method="as_asked"
    )

    def search(self, queryset: QuerySet, name: str, words: str) -> QuerySet:
        """Narrow down to partners with these words in their name."""
        return queryset.filter(Q(organization__name__icontains=words) | Q(organization__short_name__icontains=words))

    def as_asked(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        """Return the rows as they are: the view has made only those of this function."""
        return queryset
