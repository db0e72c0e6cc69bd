"""The filters of the list of programs."""

from typing import Any

import django_filters
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from onestop.ui.lists import Filters


class ProgramFilters(Filters):
    """The filters of the list of programs."""

    q = django_filters.CharFilter(label=_("Name, law or legal source"), method="search")
    required = django_filters.ChoiceFilter(
        label=_("Kind"),
        empty_label=_("All programs"),
        choices=[("yes", _("Required")), ("no", _("Additional"))],
        method="by_law",
    )
    carried = django_filters.ChoiceFilter(
        label=_("Partners"),
        empty_label=_("Any number"),
        choices=[("yes", _("With a partner")), ("no", _("Without a partner"))],
        method="by_partners",
    )

    def search(self, queryset: QuerySet, name: str, words: str) -> QuerySet:
        """Return programs by name, law, legal source or alias."""
        words = words.strip()
        return queryset.filter(
            Q(name__icontains=words)
            | Q(short_name__icontains=words)
            | Q(group__icontains=words)
            | Q(legal_source__icontains=words)
            | Q(aliases__contains=[words.lower()])
        )

    def by_law(self, queryset: QuerySet, name: str, answer: str) -> QuerySet:
        """Return the required programs, or the additional ones."""
        return queryset.filter(is_required=answer == "yes")

    def by_partners(self, queryset: Any, name: str, answer: str) -> Any:
        """Return programs with a partner in the areas the person may see, or without."""
        return queryset.filter(carried__gt=0) if answer == "yes" else queryset.filter(carried=0)
