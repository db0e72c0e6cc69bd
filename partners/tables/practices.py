"""The table of practices."""

from typing import Any

import django_tables2 as tables
from django.db.models import QuerySet
from django.db.models.functions import Lower
from django.utils.formats import date_format
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from onestop.ui.lists import Table
from onestop.ui.markup import format_html
from onestop.ui.presentation import chip
from onestop.ui.rich_text import plain
from onestop.ui.row_values import address_of
from partners.tables.services import in_short


class PracticeTable(Table):
    """Practices of an area. Needs with_adoptions, and partners and programs prefetched."""

    row_header = "title"
    caption = gettext_lazy("Practices")

    title = tables.Column(verbose_name=gettext_lazy("Practice"))
    result = tables.Column(verbose_name=gettext_lazy("Result"), orderable=False)
    partners = tables.Column(accessor="pk", verbose_name=gettext_lazy("Partners"), orderable=False)
    happened_on = tables.Column(verbose_name=gettext_lazy("Month"), attrs={"td": {"class": "op-nowrap"}})
    adopted = tables.Column(verbose_name=gettext_lazy("Adopted by"), attrs={"td": {"class": "is-num"}})

    class Meta(Table.Meta):
        sequence = ("title", "result", "partners", "happened_on", "adopted")

    def render_title(self, record: Any) -> SafeString:
        url = address_of("partners:practice_detail", record.pk)
        archived = format_html(" {}", chip("rest", _("Archived"), "archive")) if record.is_archived else ""
        topics = format_html('<span class="op-table__sub">{}</span>', ", ".join(record.topics)) if record.topics else ""
        return format_html('<a href="{}">{}</a>{}{}', url, record.title, archived, topics)

    def value_title(self, record: Any) -> str:
        return str(record.title)

    def render_result(self, value: str) -> str:
        return in_short(plain(value))

    def value_result(self, value: str) -> str:
        return plain(value)

    def render_partners(self, record: Any) -> str:
        names = (partner.organization.short_name or partner.organization.name for partner in record.partners.all())
        return ", ".join(names) or _("One-Stop staff")

    def render_happened_on(self, value: Any) -> str:
        return date_format(value, "M Y")

    def order_title(self, queryset: QuerySet, is_descending: bool) -> tuple[QuerySet, bool]:
        return queryset.order_by(Lower("title").desc() if is_descending else Lower("title").asc()), True
