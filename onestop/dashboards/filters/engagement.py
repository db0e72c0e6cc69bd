"""The filters of the list of partners by engagement."""

import django_filters
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from onestop.ui.lists import Filters


class EngagementFilters(Filters):
    """The filters of the list; ``drifting`` is annotated by the view."""

    q = django_filters.CharFilter(label=_("Partner"), method="search")

    def search(self, queryset: QuerySet, name: str, words: str) -> QuerySet:
        """Return partners whose name contains these words."""
        return queryset.filter(Q(organization__name__icontains=words) | Q(organization__short_name__icontains=words))


class DriftingFilters(EngagementFilters):
    """The same for those who see which partners drift."""

    standing = django_filters.ChoiceFilter(
        label=_("Standing"),
        empty_label=_("Any standing"),
        choices=[("drifting", _("Drifting")), ("steady", _("Steady"))],
        method="by_standing",
    )

    def by_standing(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        """Return partners that drift, or those that do not."""
        return queryset.filter(is_drifting=value == "drifting")
