"""The filters of the list of single-person dependencies."""

import django_filters
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from onestop.ui.lists import Filters
from partners.people.single_person_risk import Function


class SinglePersonFilters(Filters):
    """The filters of the list; the view puts the function into the query, because it makes the rows."""

    q = django_filters.CharFilter(label=_("Partner"), method="search")
    function = django_filters.ChoiceFilter(
        label=_("Function"), empty_label=_("Any function"), choices=Function.choices, method="as_asked"
    )

    def search(self, queryset: QuerySet, name: str, words: str) -> QuerySet:
        """Return partners whose name contains these words."""
        return queryset.filter(Q(organization__name__icontains=words) | Q(organization__short_name__icontains=words))

    def as_asked(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        """Return the rows unchanged: the view has queried only this function."""
        return queryset
