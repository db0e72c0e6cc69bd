"""The tables of contributions and of invoices to partners."""

from datetime import date
from decimal import Decimal
from typing import Any

import django_tables2 as tables
from django.db.models import QuerySet
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from agreements.funding.open_invoices import standing_of
from agreements.models import Contribution
from agreements.models.budgets import months_in_words
from onestop.ui.lists import Table
from onestop.ui.markup import format_html
from onestop.ui.presentation import chip, money, shortday
from onestop.ui.row_values import address_of, label_of

NUMBER = {"td": {"class": "is-num"}, "th": {"class": "is-num"}}
NOWRAP = {"td": {"class": "op-nowrap"}}
PARTNER = "payer__partnership__organization__name"
# Each status of a contribution as a chip: kind and icon.
STATUS_CHIPS = {
    Contribution.Status.ENTERED: ("soon", "hourglass-split"),
    Contribution.Status.ACCEPTED: ("good", "check-circle-fill"),
    Contribution.Status.REFUSED: ("rest", "x-lg"),
}


def status_chip(given: Contribution) -> SafeString:
    """Return the status of a contribution as a chip."""
    kind, icon = STATUS_CHIPS[Contribution.Status(given.status)]
    return chip(kind, label_of(given, "status"), icon)


class ContributionTable(Table):
    """Contributions to a budget, with their partner, period and pool."""

    row_header = "text"
    caption = gettext_lazy("Contributions")

    text = tables.Column(verbose_name=gettext_lazy("What was given"))
    payer = tables.Column(accessor="payer_id", verbose_name=gettext_lazy("Partner"), empty_values=())
    period = tables.Column(accessor="period__number", verbose_name=gettext_lazy("Period"), attrs=NOWRAP)
    pool = tables.Column(accessor="pool__name", verbose_name=gettext_lazy("Toward"), empty_values=())
    received_on = tables.Column(verbose_name=gettext_lazy("Date"), attrs=NOWRAP)
    amount = tables.Column(verbose_name=gettext_lazy("Value"), attrs=NUMBER)
    status = tables.Column(verbose_name=gettext_lazy("Status"))

    class Meta(Table.Meta):
        sequence = ("text", "payer", "period", "pool", "received_on", "amount", "status")

    def render_text(self, record: Any) -> SafeString:
        kind = format_html('<span class="op-table__sub">{}</span>', label_of(record, "kind"))
        url = address_of("agreements:contribution_detail", record.pk)
        return format_html('<a href="{}">{}</a>{}', url, record.text, kind)

    def value_text(self, record: Any) -> str:
        return str(record.text)

    def render_payer(self, record: Any) -> SafeString | str:
        partner = str(record.payer) if record.payer_id else _("The center in general")
        if not record.giver:
            return partner
        return format_html('{}<span class="op-table__sub">{}</span>', partner, _("From %s") % record.giver)

    def value_payer(self, record: Any) -> str:
        return str(record.payer) if record.payer_id else str(record.giver)

    def render_period(self, record: Any) -> str:
        return str(record.period)

    def render_pool(self, record: Any) -> str:
        return str(record.pool) if record.pool_id else _("All costs")

    def render_received_on(self, value: date) -> str:
        return shortday(value)

    def value_received_on(self, value: date) -> date:
        return value

    def render_amount(self, value: Decimal) -> str:
        return money(value)

    def value_amount(self, value: Decimal) -> Decimal:
        return value

    def render_status(self, record: Any) -> SafeString:
        return status_chip(record)

    def value_status(self, record: Any) -> str:
        return str(label_of(record, "status"))

    def order_payer(self, queryset: QuerySet, is_descending: bool) -> tuple[QuerySet, bool]:
        name = Lower(PARTNER)
        return queryset.order_by(name.desc() if is_descending else name.asc(), "pk"), True


class FundingInvoiceTable(Table):
    """Invoices to partners, read ``with_paid``."""

    row_header = "number"
    caption = gettext_lazy("Invoices")

    number = tables.Column(verbose_name=gettext_lazy("Invoice"))
    payer = tables.Column(accessor="payer_id", verbose_name=gettext_lazy("Partner"))
    months = tables.Column(accessor="first_on", verbose_name=gettext_lazy("Months"), attrs=NOWRAP)
    due_on = tables.Column(verbose_name=gettext_lazy("To be paid by"), attrs=NOWRAP)
    amount = tables.Column(verbose_name=gettext_lazy("Amount"), attrs=NUMBER)
    paid = tables.Column(verbose_name=gettext_lazy("Paid"), attrs=NUMBER)
    left = tables.Column(verbose_name=gettext_lazy("Open"), attrs=NUMBER)
    state = tables.Column(accessor="pk", verbose_name=gettext_lazy("State"), orderable=False)

    class Meta(Table.Meta):
        sequence = ("number", "payer", "months", "due_on", "amount", "paid", "left", "state")

    def render_number(self, record: Any) -> SafeString:
        url = address_of("agreements:funding_invoice_detail", record.pk)
        return format_html('<a href="{}">{}</a>', url, record.number)

    def value_number(self, record: Any) -> str:
        return str(record.number)

    def render_payer(self, record: Any) -> str:
        return str(record.payer)

    def render_months(self, record: Any) -> str:
        return months_in_words(record.first_on, record.last_on)

    def render_due_on(self, value: date) -> str:
        return shortday(value)

    def value_due_on(self, value: date) -> date:
        return value

    def render_amount(self, value: Decimal) -> str:
        return money(value)

    def value_amount(self, value: Decimal) -> Decimal:
        return value

    def render_paid(self, value: Decimal) -> str:
        return money(value)

    def value_paid(self, value: Decimal) -> Decimal:
        return value

    def render_left(self, record: Any) -> str:
        return "-" if record.voided_at else money(record.left)

    def value_left(self, record: Any) -> Decimal:
        return Decimal(0) if record.voided_at else Decimal(record.left)

    def render_state(self, record: Any) -> SafeString:
        return chip(standing_of(record, timezone.localdate()))

    def value_state(self, record: Any) -> str:
        return str(standing_of(record, timezone.localdate()).word)

    def order_payer(self, queryset: QuerySet, is_descending: bool) -> tuple[QuerySet, bool]:
        name = Lower(PARTNER)
        return queryset.order_by(name.desc() if is_descending else name.asc(), "first_on", "pk"), True
