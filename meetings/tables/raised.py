"""The tables of raised issues, of an area and of a state."""

from typing import Any

import django_tables2 as tables
from django.db.models import QuerySet
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy

from meetings.raised.reading import age_words, chip_of, waits_long
from onestop.ui.lists import Table
from onestop.ui.markup import format_html
from onestop.ui.presentation import chip
from onestop.ui.row_values import address_of


class RaisedTable(Table):
    """Raised issues of an area. Needs with_names."""

    row_header = "title"
    caption = gettext_lazy("Raised issues")

    title = tables.Column(verbose_name=gettext_lazy("Issue"))
    raiser = tables.Column(accessor="raiser_name", verbose_name=gettext_lazy("Raised by"))
    goal = tables.Column(accessor="goal__name", verbose_name=gettext_lazy("Goal"), orderable=False)
    raised_at = tables.Column(verbose_name=gettext_lazy("Age"))
    status = tables.Column(verbose_name=gettext_lazy("Status"))

    class Meta(Table.Meta):
        sequence = ("title", "raiser", "goal", "raised_at", "status")

    def render_title(self, record: Any) -> SafeString:
        return format_html('<a href="{}">{}</a>', address_of("meetings:raised_detail", record.pk), record.title)

    def render_raised_at(self, record: Any) -> SafeString | str:
        today = timezone.localdate()
        words = age_words(record, today)
        return format_html('<span class="op-late">{}</span>', words) if waits_long(record, today) else words

    def render_status(self, record: Any) -> SafeString:
        return chip(*chip_of(record))

    def order_title(self, queryset: QuerySet, is_descending: bool) -> tuple[QuerySet, bool]:
        name = Lower("title")
        return queryset.order_by(name.desc() if is_descending else name.asc()), True

    def order_raiser(self, queryset: QuerySet, is_descending: bool) -> tuple[QuerySet, bool]:
        name = Lower("partnership__organization__name")
        return queryset.order_by(name.desc(nulls_last=True) if is_descending else name.asc(nulls_first=True)), True

    def order_raised_at(self, queryset: QuerySet, is_descending: bool) -> tuple[QuerySet, bool]:
        return queryset.order_by("raised_at" if is_descending else "-raised_at"), True


class StateRaisedTable(RaisedTable):
    """Issues that areas sent to their state. Needs with_names."""

    caption = gettext_lazy("Issues sent to the state")
    area = tables.Column(accessor="area__name", verbose_name=gettext_lazy("Area"))

    class Meta(Table.Meta):
        sequence = ("title", "area", "raiser", "goal", "raised_at", "status")

    def order_area(self, queryset: QuerySet, is_descending: bool) -> tuple[QuerySet, bool]:
        name = Lower("area__name")
        return queryset.order_by(name.desc() if is_descending else name.asc()), True
