"""The table of authorizations of a purchase."""

from decimal import Decimal
from typing import Any

import django_tables2 as tables
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy

from agreements.purchasing.authorization_reading import standing_of
from onestop.ui.lists import Table
from onestop.ui.markup import format_html
from onestop.ui.presentation import chip, money, shortday
from onestop.ui.row_values import address_of

NUMBER = {"th": {"class": "is-num"}, "td": {"class": "is-num"}}


class AuthorizationTable(Table):
    """Authorizations with their line, ``with_delivered`` and ``with_state``."""

    row_header = "number"
    caption = gettext_lazy("Authorizations")

    number = tables.Column(verbose_name=gettext_lazy("Authorization"))
    service = tables.Column(accessor="line__code", verbose_name=gettext_lazy("Service"))
    state = tables.Column(verbose_name=gettext_lazy("State"))
    first_on = tables.Column(verbose_name=gettext_lazy("First day"), attrs={"td": {"class": "op-nowrap"}})
    last_on = tables.Column(verbose_name=gettext_lazy("Last day"), attrs={"td": {"class": "op-nowrap"}})
    units = tables.Column(verbose_name=gettext_lazy("Units"), attrs=NUMBER)
    amount = tables.Column(verbose_name=gettext_lazy("Authorized"), attrs=NUMBER)
    delivered_amount = tables.Column(verbose_name=gettext_lazy("Delivered"), attrs=NUMBER)
    left_amount = tables.Column(verbose_name=gettext_lazy("Left"), attrs=NUMBER)

    class Meta(Table.Meta):
        sequence = (
            "number", "service", "state", "first_on", "last_on", "units", "amount", "delivered_amount", "left_amount",
        )  # fmt: skip

    def render_number(self, record: Any) -> SafeString:
        url = address_of("agreements:authorization_detail", record.pk)
        reference = format_html('<span class="op-table__sub">{}</span>', record.reference)
        return format_html('<a href="{}">{}</a>{}', url, record.number, reference)

    def value_number(self, record: Any) -> str:
        return str(record.number)

    def render_service(self, record: Any) -> str:
        return str(record.line)

    def render_state(self, record: Any) -> SafeString:
        return chip(standing_of(record.state))

    def value_state(self, record: Any) -> str:
        return str(standing_of(record.state).word)

    def render_first_on(self, value: Any) -> str:
        return shortday(value)

    def value_first_on(self, record: Any) -> Any:
        return record.first_on

    def render_last_on(self, value: Any) -> str:
        return shortday(value)

    def value_last_on(self, record: Any) -> Any:
        return record.last_on

    def render_units(self, value: Any) -> str:
        return f"{value.normalize():f}"

    def value_units(self, record: Any) -> Any:
        return record.units

    def render_amount(self, value: Any) -> str:
        return money(value)

    def value_amount(self, record: Any) -> Any:
        return record.amount

    def render_delivered_amount(self, value: Any) -> str:
        return money(value)

    def value_delivered_amount(self, record: Any) -> Any:
        return record.delivered_amount

    def render_left_amount(self, record: Any) -> str:
        return money(self.value_left_amount(record))

    def value_left_amount(self, record: Any) -> Any:
        return record.left_amount if record.is_open else Decimal("0.00")
