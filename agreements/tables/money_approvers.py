"""The table of people who may approve money."""

from typing import Any

import django_tables2 as tables
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from onestop.ui.lists import Table
from onestop.ui.markup import format_html
from onestop.ui.presentation import chip, shortday
from onestop.ui.row_values import address_of


class MoneyApproverTable(Table):
    """Rights to approve money, with their people and places, ``holds`` and, in ``given``, which may be withdrawn."""

    row_header = "user"
    caption = gettext_lazy("People who may approve money")

    user = tables.Column(accessor="user__name", verbose_name=gettext_lazy("Person"))
    place = tables.Column(
        accessor="partnership__organization__name", verbose_name=gettext_lazy("Money of"), empty_values=()
    )
    state = tables.Column(accessor="holds", verbose_name=gettext_lazy("State"), empty_values=(), order_by=("-holds",))
    given_by = tables.Column(accessor="given_by__name", verbose_name=gettext_lazy("Given by"))
    given_at = tables.Column(verbose_name=gettext_lazy("Given"), attrs={"td": {"class": "op-nowrap"}})
    act = tables.Column(
        empty_values=(), verbose_name=gettext_lazy("Actions"), orderable=False, exclude_from_export=True
    )

    class Meta(Table.Meta):
        sequence = ("user", "place", "state", "given_by", "given_at", "act")

    def render_place(self, record: Any) -> SafeString | str:
        if record.partnership is None:
            return str(record.area)
        url = address_of("partners:partnership_detail", record.partnership_id)
        return format_html('<a href="{}">{}</a>', url, record.partnership.organization.name)

    def value_place(self, record: Any) -> str:
        return str(record.area or record.partnership.organization.name)

    def render_state(self, record: Any) -> SafeString:
        if record.ended_at:
            day = _("Withdrawn %(day)s") % {"day": shortday(record.ended_at)}
            return chip("rest", day, "slash-circle")
        if record.holds:
            return chip("good", _("May approve"))
        return chip("soon", _("No longer has the seat"), "exclamation-triangle")

    def value_state(self, record: Any) -> str:
        if record.ended_at:
            return _("Withdrawn %(day)s") % {"day": shortday(record.ended_at)}
        return _("May approve") if record.holds else _("No longer has the seat")

    def render_given_at(self, value: Any) -> str:
        return shortday(value)

    def value_given_at(self, record: Any) -> Any:
        return record.given_at.date()

    def render_act(self, record: Any) -> SafeString | str:
        if record.ended_at or record.pk not in self.given.get("withdrawable", ()):
            return ""
        url = address_of("agreements:money_approver_withdraw", record.pk)
        whose = _("the right of %(person)s") % {"person": record.user.name}
        words = format_html('{} <span class="visually-hidden">{}</span>', _("Withdraw"), whose)
        return format_html('<a href="{}" data-op-dialog>{}</a>', url, words)
