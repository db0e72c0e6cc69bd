"""The table of action items."""

from datetime import date
from typing import Any

import django_tables2 as tables
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy

from meetings.actions.reading import age_of, days_overdue, standing_of
from onestop.ui.lists import Table
from onestop.ui.markup import format_html
from onestop.ui.presentation import chip, shortday
from onestop.ui.row_values import address_of

NUMBER = {"td": {"class": "is-num"}}


class ActionTable(Table):
    """Action items of an area, with group and organization."""

    row_header = "text"
    caption = gettext_lazy("Action items")

    text = tables.Column(verbose_name=gettext_lazy("Action item"))
    standing = tables.Column(accessor="status", verbose_name=gettext_lazy("State"), order_by=("status", "due_on"))
    due_on = tables.Column(verbose_name=gettext_lazy("Due"), attrs={"td": {"class": "op-nowrap"}})
    name = tables.Column(empty_values=(), verbose_name=gettext_lazy("Person"))
    organization = tables.Column(accessor="partnership__organization__name", verbose_name=gettext_lazy("Organization"))
    group = tables.Column(accessor="group__name", verbose_name=gettext_lazy("Group"))
    overdue = tables.Column(
        accessor="due_on", verbose_name=gettext_lazy("Days overdue"), order_by="due_on", attrs=NUMBER
    )
    age = tables.Column(
        accessor="created_at", verbose_name=gettext_lazy("Days open"), order_by="-created_at", attrs=NUMBER
    )

    class Meta(Table.Meta):
        sequence = ("text", "standing", "due_on", "name", "organization", "group", "overdue", "age")

    def render_text(self, record: Any) -> SafeString:
        return format_html('<a href="{}">{}</a>', address_of("meetings:action_detail", record.pk), record.text)

    def value_text(self, record: Any) -> str:
        return str(record.text)

    def render_standing(self, record: Any) -> SafeString:
        return chip(standing_of(record, timezone.localdate()))

    def value_standing(self, record: Any) -> str:
        return standing_of(record, timezone.localdate()).word

    def render_due_on(self, value: date) -> str:
        return shortday(value)

    def value_due_on(self, record: Any) -> date:
        due_on: date = record.due_on
        return due_on

    def render_name(self, record: Any) -> str:
        return str(record.name or gettext_lazy("Its representatives"))

    def value_name(self, record: Any) -> str:
        return str(record.name)

    def render_group(self, record: Any) -> SafeString:
        return format_html('<a href="{}">{}</a>', address_of("meetings:group_detail", record.group_id), record.group)

    def value_group(self, record: Any) -> str:
        return str(record.group)

    def render_overdue(self, record: Any) -> str:
        return str(days_overdue(record, timezone.localdate()) or "-")

    def value_overdue(self, record: Any) -> int:
        return days_overdue(record, timezone.localdate())

    def render_age(self, record: Any) -> str:
        return str(age_of(record, timezone.localdate()))

    def value_age(self, record: Any) -> int:
        return age_of(record, timezone.localdate())
