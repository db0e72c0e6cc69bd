"""Filters of the list of editions."""

import django_filters
from django.utils.translation import gettext_lazy as _

from onestop.ui.lists import Filters
from partners.models import ManualEdition


class ManualEditionFilters(Filters):
    """Filter by title and year of issue."""

    q = django_filters.CharFilter(field_name="title", lookup_expr="icontains", label=_("Search titles"))
    year = django_filters.NumberFilter(
        field_name="issued_on", lookup_expr="year", label=_("Year of issue"), min_value=1, max_value=9998
    )

    class Meta:
        model = ManualEdition
        fields = ("q", "year")
