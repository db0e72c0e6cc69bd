"""Filters of the list of board packets."""

import django_filters
from django.utils.translation import gettext_lazy as _

from onestop.dashboards.models import DashboardPdf
from onestop.ui.lists import Filters

KINDS = [(kind.value, kind.label) for kind in (DashboardPdf.Kind.PACKET, DashboardPdf.Kind.GUIDE)]


class PacketFilters(Filters):
    """Filter packets by title and kind."""

    q = django_filters.CharFilter(label=_("Title"), field_name="title", lookup_expr="icontains")
    kind = django_filters.ChoiceFilter(label=_("Kind"), empty_label=_("Any kind"), choices=KINDS)
