"""The table of programs."""

from typing import Any

import django_tables2 as tables
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from onestop.ui.lists import Table
from onestop.ui.markup import format_html


class ProgramTable(Table):
    """Programs in the order of the law. Needs ``carried`` (the number of visible partners) and ``is_decided``."""

    row_header = "name"
    caption = _("Programs")

    name = tables.Column(verbose_name=_("Program"))
    is_required = tables.Column(verbose_name=_("Kind"))
    group = tables.Column(verbose_name=_("Law"))
    legal_source = tables.Column(verbose_name=_("Legal source"), order_by=("position",))
    carried = tables.Column(verbose_name=_("Partners"), attrs={"td": {"class": "is-num"}})

    class Meta(Table.Meta):
        order_by = ("legal_source",)
        sequence = ("name", "is_required", "group", "legal_source", "carried")

    def render_name(self, record: Any) -> SafeString:
        url = reverse("partners:program_detail", args=[record.code])
        return format_html(
            '<a href="{}">{}</a><span class="op-table__sub">{}</span>', url, record.name, record.short_name
        )

    def value_name(self, record: Any) -> str:
        return record.name

    def render_is_required(self, record: Any) -> str:
        return gettext("Required") if record.is_required else gettext("Additional")

    def render_carried(self, record: Any) -> SafeString:
        if not record.carried:
            kind = "op-attn" if record.is_required and not record.is_decided else "op-muted"
            return format_html('<span class="{}">{}</span>', kind, gettext("None"))
        url = reverse("partners:program_detail", args=[record.code])
        unit = ngettext("partner of %(program)s", "partners of %(program)s", record.carried) % {"program": record.name}
        return format_html('<a href="{}">{}<span class="visually-hidden"> {}</span></a>', url, record.carried, unit)

    def value_carried(self, record: Any) -> int:
        return int(record.carried)
