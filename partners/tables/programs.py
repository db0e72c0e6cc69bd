"""How the list of programs looks."""

from typing import Any

import django_tables2 as tables
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from onestop.ui.lists import Table


class ProgramTable(Table):
    """Programs in the order of the law. Needs ``carried`` (partners that the person sees) and ``is_decided``."""

    row_header = "name"
    caption = "Programs"

    name = tables.Column(verbose_name="Program")
    is_required = tables.Column(verbose_name="By law")
    group = tables.Column(verbose_name="Law")
    legal_source = tables.Column(verbose_name="Legal source", order_by=("position",))
    carried = tables.Column(verbose_name="Partners", attrs={"td": {"class": "is-num"}})

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
        return "Required" if record.is_required else "Additional"

    def render_carried(self, record: Any) -> SafeString:
        if not record.carried:
            kind = "op-attn" if record.is_required and not record.is_decided else "op-muted"
            return format_html('<span class="{}">None</span>', kind)
        url = reverse("partners:program_detail", args=[record.code])
        return format_html(
            '<a href="{}">{}<span class="visually-hidden"> carry {}</span></a>', url, record.carried, record.name
        )

    def value_carried(self, record: Any) -> int:
        return int(record.carried)
