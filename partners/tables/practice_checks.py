"""The table of quality checks: practices that partners adopted."""

from typing import Any

import django_tables2 as tables
from django.db.models import F, QuerySet
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from onestop.ui.lists import Table
from onestop.ui.markup import format_html
from onestop.ui.presentation import chip, day
from onestop.ui.row_values import address_of
from partners.models import AdoptionCheck
from partners.practices.checked import result_chip


class CheckTable(Table):
    """Adopted practices of an area. Needs with_last_check, the practice, and the organization of the partner."""

    row_header = "practice"
    caption = gettext_lazy("Quality checks")

    practice = tables.Column(accessor="practice__title", verbose_name=gettext_lazy("Practice"))
    partner = tables.Column(accessor="partnership__organization__name", verbose_name=gettext_lazy("Adopted by"))
    adopted_on = tables.Column(verbose_name=gettext_lazy("Since"))
    due = tables.Column(verbose_name=gettext_lazy("Next check"), empty_values=())
    last_result = tables.Column(verbose_name=gettext_lazy("Last check"), empty_values=(), orderable=False)
    last_helps = tables.Column(verbose_name=gettext_lazy("Helps"), empty_values=(), orderable=False)

    class Meta(Table.Meta):
        sequence = ("practice", "partner", "adopted_on", "due", "last_result", "last_helps")

    def render_practice(self, record: Any) -> SafeString:
        url = address_of("partners:practice_detail", record.practice_id)
        return format_html('<a href="{}">{}</a>', url, record.practice.title)

    def value_practice(self, record: Any) -> str:
        return str(record.practice.title)

    def render_adopted_on(self, value: Any) -> str:
        return day(value, "plain")

    def value_adopted_on(self, value: Any) -> Any:
        return value

    def render_due(self, record: Any) -> SafeString | str:
        if record.due is None:
            return _("Not planned")
        late = record.due <= timezone.localdate()
        return format_html("{} {}", day(record.due), chip("now", _("Due"), "clock")) if late else day(record.due)

    def value_due(self, record: Any) -> Any:
        return record.due

    def render_last_result(self, record: Any) -> SafeString | str:
        if not record.last_result:
            return _("Not checked yet")
        on = format_html('<span class="op-table__sub">{}</span>', day(record.last_on, "plain"))
        return format_html("{}{}", chip(*result_chip(record.last_result)), on)

    def value_last_result(self, record: Any) -> str:
        return str(AdoptionCheck.Result(record.last_result).label) if record.last_result else ""

    def render_last_helps(self, record: Any) -> str:
        return str(AdoptionCheck.Helps(record.last_helps).label) if record.last_helps else ""

    def order_due(self, queryset: QuerySet, is_descending: bool) -> tuple[QuerySet, bool]:
        due = F("due")
        return queryset.order_by(due.desc(nulls_last=True) if is_descending else due.asc(nulls_last=True)), True

    def order_practice(self, queryset: QuerySet, is_descending: bool) -> tuple[QuerySet, bool]:
        title = Lower("practice__title")
        return queryset.order_by(title.desc() if is_descending else title.asc()), True

    def order_partner(self, queryset: QuerySet, is_descending: bool) -> tuple[QuerySet, bool]:
        name = Lower("partnership__organization__name")
        return queryset.order_by(name.desc() if is_descending else name.asc()), True
