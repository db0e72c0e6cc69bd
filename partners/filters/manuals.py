"""How editions of the manual are narrowed down."""

import django_filters

from onestop.ui.lists import Filters
from partners.models import ManualEdition


class ManualEditionFilters(Filters):
    """By words of the title, and by the year of issue."""

    q = django_filters.CharFilter(field_name="title", lookup_expr="icontains", label="Search titles")
    year = django_filters.NumberFilter(field_name="issued_on", lookup_expr="year", label="Issued in the year")

    class Meta:
        model = ManualEdition
        fields = ("q", "year")
