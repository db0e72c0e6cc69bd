"""Filters of the list of imports."""

import django_filters
from django.utils.translation import gettext_lazy as _

from onestop.ui.lists import Filters
from partners.importing.kinds import kind_choices
from partners.models import ImportRun


class ImportFilters(Filters):
    """Filter by file name, kind and status."""

    q = django_filters.CharFilter(field_name="name", lookup_expr="icontains", label=_("Search files"))
    kind = django_filters.ChoiceFilter(choices=kind_choices, label=_("Contents"), empty_label=_("Any"))
    status = django_filters.ChoiceFilter(choices=ImportRun.Status.choices, label=_("Status"), empty_label=_("Any"))
