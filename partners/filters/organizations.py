"""The filters of a list of organizations."""

from typing import Any

import django_filters
from django.db.models import Q, QuerySet
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from onestop.ui.lists import Filters
from partners.filters.partnerships import ArchivedFilter
from partners.models import LocalArea, Organization


class OrganizationFilters(Filters):
    """The filters of a list of organizations."""

    q = django_filters.CharFilter(label=_("Name"), method="search")
    kind = django_filters.ChoiceFilter(label=_("Kind"), empty_label=_("Any kind"), choices=Organization.Kind.choices)
    area = django_filters.ModelChoiceFilter(
        label=_("Partner in"), empty_label=_("Any area"), queryset=LocalArea.objects.none(), method="partner_in"
    )
    archived = ArchivedFilter()

    def __init__(self, *args: Any, areas: QuerySet[LocalArea], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.filters["area"].queryset = areas.order_by(Lower("name"), "pk")

    def search(self, queryset: QuerySet, name: str, words: str) -> QuerySet:
        """Return organizations whose name or short name contains the text."""
        words = words.strip()
        return queryset.filter(Q(name__icontains=words) | Q(short_name__icontains=words))

    def partner_in(self, queryset: QuerySet, name: str, area: LocalArea) -> QuerySet:
        """Return the partners of an area."""
        return queryset.filter(partnerships__area=area, partnerships__archived_at=None)
