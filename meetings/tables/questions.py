"""The table of questions."""

from typing import Any

import django_tables2 as tables
from django.db.models import QuerySet
from django.db.models.functions import Coalesce, Lower
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy

from meetings.assistance.reading import chip_of
from meetings.models import Question
from onestop.ui.lists import Table
from onestop.ui.markup import format_html
from onestop.ui.presentation import chip, day
from onestop.ui.row_values import address_of


class QuestionTable(Table):
    """Questions of an area. Needs with_names."""

    row_header = "subject"
    caption = gettext_lazy("Questions")

    subject = tables.Column(verbose_name=gettext_lazy("Question"))
    asker = tables.Column(accessor="asker_name", verbose_name=gettext_lazy("Asked by"))
    asked_of = tables.Column(accessor="recipient_name", verbose_name=gettext_lazy("Asked of"))
    asked_at = tables.Column(verbose_name=gettext_lazy("Asked"))
    due_on = tables.Column(verbose_name=gettext_lazy("Answer date"))
    status = tables.Column(verbose_name=gettext_lazy("State"))

    class Meta(Table.Meta):
        sequence = ("subject", "asker", "asked_of", "asked_at", "due_on", "status")

    def render_subject(self, record: Any) -> SafeString:
        link = format_html('<a href="{}">{}</a>', address_of("meetings:question_detail", record.pk), record.subject)
        if not record.is_private:
            return link
        return format_html("{} {}", link, chip("rest", str(gettext_lazy("Only for us")), "lock"))

    def render_asked_at(self, value: Any) -> str:
        return day(value, "plain")

    def render_due_on(self, record: Any) -> str:
        is_waiting = record.status == Question.Status.WAITING
        return day(record.due_on, "late" if is_waiting else "plain")

    def render_status(self, record: Any) -> SafeString:
        return chip(*chip_of(record, timezone.localdate()))

    def order_subject(self, queryset: QuerySet, is_descending: bool) -> tuple[QuerySet, bool]:
        name = Lower("subject")
        return queryset.order_by(name.desc() if is_descending else name.asc()), True

    def order_asker(self, queryset: QuerySet, is_descending: bool) -> tuple[QuerySet, bool]:
        name = Lower("asker__organization__name")
        return queryset.order_by(name.desc(nulls_last=True) if is_descending else name.asc(nulls_first=True)), True

    def order_asked_of(self, queryset: QuerySet, is_descending: bool) -> tuple[QuerySet, bool]:
        name = Lower(Coalesce("to_partnership__organization__name", "to_group__name"))
        return queryset.order_by(name.desc(nulls_last=True) if is_descending else name.asc(nulls_first=True)), True
