"""How imports are narrowed down."""

import django_filters

from onestop.ui.lists import Filters
from partners.models import ImportRun


class ImportFilters(Filters):
    """By name of the file, kind and state."""

    q = django_filters.CharFilter(field_name="name", lookup_expr="icontains", label="Search files")
    kind = django_filters.ChoiceFilter(choices=ImportRun.Kind.choices, label="What it holds", empty_label="Any")
    status = django_filters.ChoiceFilter(choices=ImportRun.Status.choices, label="State", empty_label="Any")
