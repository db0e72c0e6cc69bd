"""The table of organizations."""

from typing import Any

import django_tables2 as tables
from django.db.models import QuerySet
from django.db.models.functions import Lower
from django.utils.safestring import SafeString
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from onestop.ui.lists import Table
from onestop.ui.markup import format_html
from onestop.ui.row_values import address_of


class OrganizationTable(Table):
    """Organizations of a state. Needs with_areas."""

    row_header = "name"
    caption = _("Organizations")

    name = tables.Column(verbose_name=_("Organization"))
    kind = tables.Column(verbose_name=_("Kind"), default=_("Not provided"))
    areas = tables.Column(accessor="number_of_areas", verbose_name=_("Partner in"), empty_values=())
    phone = tables.Column(
        verbose_name=_("Phone"), orderable=False, default=_("Not provided"), attrs={"td": {"class": "op-nowrap"}}
    )
    number = tables.Column(
        accessor="number_of_areas", verbose_name=_("Areas"), attrs={"td": {"class": "is-num"}}, empty_values=()
    )

    class Meta(Table.Meta):
        order_by = ("name",)
        sequence = ("name", "kind", "areas", "phone", "number")

    def render_name(self, record: Any) -> SafeString:
        url = address_of("partners:organization_detail", record.pk)
        sub = format_html('<span class="op-table__sub">{}</span>', record.short_name) if record.short_name else ""
        return format_html('<a href="{}">{}</a>{}', url, record.name, sub)

    def render_areas(self, record: Any) -> str:
        names = [partnership.area.name for partnership in record.current_partnerships]
        shown, more = ", ".join(names[:3]), len(names) - 3
        if more <= 0:
            return shown or gettext("No area")
        words = ngettext("%(areas)s and %(number)d more", "%(areas)s and %(number)d more", more)
        return words % {"areas": shown, "number": more}

    def order_name(self, queryset: QuerySet, is_descending: bool) -> tuple[QuerySet, bool]:
        name = Lower("name")
        return queryset.order_by(name.desc() if is_descending else name.asc()), True
