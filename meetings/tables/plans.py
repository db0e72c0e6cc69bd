"""The table of plans."""

from typing import Any

import django_tables2 as tables
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy

from meetings.plans.reading import PLAN_CHIPS
from onestop.ui.lists import Table
from onestop.ui.markup import format_html
from onestop.ui.presentation import chip, day
from onestop.ui.row_values import address_of


class PlanTable(Table):
    """Plans of an area or a state. Needs ``with_counts``."""

    row_header = "name"
    caption = gettext_lazy("Plans")

    name = tables.Column(verbose_name=gettext_lazy("Plan"))
    status = tables.Column(verbose_name=gettext_lazy("Status"))
    first_on = tables.Column(verbose_name=gettext_lazy("First day"))
    last_on = tables.Column(verbose_name=gettext_lazy("Last day"))
    number_of_goals = tables.Column(verbose_name=gettext_lazy("Goals"), attrs={"td": {"class": "is-num"}})
    number_open = tables.Column(verbose_name=gettext_lazy("Open proposals"), attrs={"td": {"class": "is-num"}})
    adopted_on = tables.Column(verbose_name=gettext_lazy("Adopted"))

    class Meta(Table.Meta):
        sequence = ("name", "status", "first_on", "last_on", "number_of_goals", "number_open", "adopted_on")

    def render_name(self, record: Any) -> SafeString:
        return format_html('<a href="{}">{}</a>', address_of("meetings:plan_detail", record.pk), record.name)

    def value_name(self, record: Any) -> str:
        return str(record.name)

    def render_status(self, record: Any) -> SafeString:
        kind, word, icon = PLAN_CHIPS[record.status]
        return chip(kind, str(word), icon)

    def value_status(self, record: Any) -> str:
        return str(record.get_status_display())

    def render_first_on(self, value: Any) -> str:
        return day(value, "plain")

    def render_last_on(self, value: Any) -> str:
        return day(value, "plain")

    def render_adopted_on(self, value: Any) -> str:
        return day(value, "plain")
