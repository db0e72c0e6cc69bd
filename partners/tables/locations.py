"""The table of partner locations."""

from typing import Any

import django_tables2 as tables
from django.db.models import QuerySet
from django.db.models.functions import Lower
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from onestop.ui.lists import Table
from onestop.ui.markup import format_html
from onestop.ui.presentation import chip
from onestop.ui.row_values import address_of


class LocationTable(Table):
    """Locations of partners. Needs the organization."""

    row_header = "name"
    caption = _("Locations")

    name = tables.Column(verbose_name=_("Location"))
    organization = tables.Column(accessor="organization__name", verbose_name=_("Partner"))
    address = tables.Column(accessor="address", verbose_name=_("Address"), order_by=("city", "street"), empty_values=())
    hours = tables.Column(verbose_name=_("Hours"), default=_("Not provided"))
    phone = tables.Column(
        verbose_name=_("Phone"), orderable=False, default=_("Not provided"), attrs={"td": {"class": "op-nowrap"}}
    )

    def render_name(self, record: Any) -> SafeString:
        url = address_of("partners:location_detail", record.pk)
        archived = chip("rest", gettext("Archived"), "archive") if record.is_archived else ""
        return format_html('<a href="{}">{}</a> {}', url, record.name, archived)

    def render_address(self, record: Any) -> str:
        return str(record.address or gettext("Not provided"))

    def order_name(self, queryset: QuerySet, is_descending: bool) -> tuple[QuerySet, bool]:
        name = Lower("name")
        return queryset.order_by(name.desc() if is_descending else name.asc()), True

    def order_organization(self, queryset: QuerySet, is_descending: bool) -> tuple[QuerySet, bool]:
        name = Lower("organization__name")
        return queryset.order_by(name.desc() if is_descending else name.asc()), True
