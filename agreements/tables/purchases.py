"""The table of purchases of service."""

from decimal import Decimal
from typing import Any

import django_tables2 as tables
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from agreements.rules import purchase_terms_of
from agreements.terms.standings import standing_of
from onestop.ui.lists import Table
from onestop.ui.markup import format_html
from onestop.ui.presentation import chip, money
from onestop.ui.row_values import address_of

NUMBER = {"td": {"class": "is-num"}, "th": {"class": "is-num"}}


class PurchaseTable(Table):
    """Purchases of an area. Needs with_terms, with_sums, and the names of purchaser and provider."""

    row_header = "title"
    caption = gettext_lazy("Purchases of service")

    title = tables.Column(verbose_name=gettext_lazy("Purchase"), order_by="number")
    parties = tables.Column(accessor="pk", verbose_name=gettext_lazy("Parties"), orderable=False, empty_values=())
    standing = tables.Column(accessor="status", verbose_name=gettext_lazy("Standing"))
    authorized = tables.Column(verbose_name=gettext_lazy("Authorized"), attrs=NUMBER)
    delivered = tables.Column(verbose_name=gettext_lazy("Delivered"), attrs=NUMBER)
    left = tables.Column(verbose_name=gettext_lazy("Left"), attrs=NUMBER)
    waiting = tables.Column(verbose_name=gettext_lazy("To approve"), attrs=NUMBER)
    late = tables.Column(verbose_name=gettext_lazy("Late reports"), attrs=NUMBER)

    class Meta(Table.Meta):
        sequence = ("title", "parties", "standing", "authorized", "delivered", "left", "waiting", "late")

    def render_title(self, record: Any) -> SafeString:
        url = address_of("agreements:purchase_detail", record.pk)
        number = format_html('<span class="op-table__sub">{}</span>', record.number)
        return format_html('<a href="{}">{}</a>{}', url, record.title, number)

    def value_title(self, record: Any) -> str:
        return f"{record.number} {record.title}"

    def render_parties(self, record: Any) -> SafeString | str:
        terms = purchase_terms_of(record)
        if terms is None:
            return _("Terms not recorded")
        provider = _("from %(provider)s") % {"provider": terms.provider}
        return format_html('{}<span class="op-table__sub">{}</span>', terms.purchaser, provider)

    def value_parties(self, record: Any) -> str:
        terms = purchase_terms_of(record)
        if terms is None:
            return ""
        return _("%(purchaser)s from %(provider)s") % {"purchaser": terms.purchaser, "provider": terms.provider}

    def render_standing(self, record: Any) -> SafeString:
        return chip(standing_of(record, timezone.localdate()))

    def value_standing(self, record: Any) -> str:
        return standing_of(record, timezone.localdate()).word

    def render_authorized(self, value: Decimal) -> str:
        return money(value)

    def value_authorized(self, value: Decimal) -> Decimal:
        return value

    def render_delivered(self, value: Decimal) -> str:
        return money(value)

    def value_delivered(self, value: Decimal) -> Decimal:
        return value

    def render_left(self, value: Decimal) -> str:
        return money(value)

    def value_left(self, value: Decimal) -> Decimal:
        return value

    def render_late(self, value: int) -> SafeString | str:
        return chip("now", str(value)) if value else "0"

    def value_late(self, value: int) -> int:
        return value
