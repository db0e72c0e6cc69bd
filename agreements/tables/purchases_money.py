"""Tables of deliveries, reports and invoices of a purchase."""

from datetime import date
from decimal import Decimal
from typing import Any

import django_tables2 as tables
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from agreements.models import Invoice
from agreements.purchasing.deliveries import in_units
from agreements.purchasing.looks import FREE, look_of_delivery, look_of_invoice, look_of_report
from onestop.ui.lists import Table
from onestop.ui.markup import format_html
from onestop.ui.presentation import chip, money, shortday
from onestop.ui.row_values import address_of, label_of

NUMBER = {"td": {"class": "is-num"}}
NO_WRAP = {"td": {"class": "op-nowrap"}}


class DeliveryTable(Table):
    """Deliveries with ``in_order``."""

    row_header = "happened_on"
    caption = gettext_lazy("Deliveries")

    happened_on = tables.Column(verbose_name=gettext_lazy("Day"), attrs=NO_WRAP)
    authorization = tables.Column(accessor="authorization__number", verbose_name=gettext_lazy("Authorization"))
    units = tables.Column(verbose_name=gettext_lazy("Units"), attrs=NUMBER)
    rate = tables.Column(verbose_name=gettext_lazy("Rate"), attrs=NUMBER)
    amount = tables.Column(verbose_name=gettext_lazy("Amount"), attrs=NUMBER)
    state = tables.Column(
        accessor="pk", verbose_name=gettext_lazy("State"), order_by=("withdrawn_at", "invoice_status")
    )
    invoice = tables.Column(
        accessor="invoice_number", verbose_name=gettext_lazy("Invoice"), attrs={"td": {"class": "op-nowrap"}}
    )
    by = tables.Column(verbose_name=gettext_lazy("Entered by"), order_by="by__name")
    note = tables.Column(verbose_name=gettext_lazy("Note"))
    acts = tables.Column(accessor="pk", verbose_name=gettext_lazy("Actions"), orderable=False, exclude_from_export=True)

    class Meta(Table.Meta):
        sequence = ("happened_on", "authorization", "units", "rate", "amount", "state", "invoice", "by", "note", "acts")

    def render_happened_on(self, value: date) -> str:
        return shortday(value)

    def value_happened_on(self, record: Any) -> Any:
        return record.happened_on

    def render_authorization(self, record: Any) -> SafeString:
        url = address_of("agreements:authorization_detail", record.authorization_id)
        what = record.step or record.authorization.line
        sub = format_html('<span class="op-table__sub">{}</span>', str(what))
        return format_html('<a href="{}">{}</a>{}', url, record.authorization.number, sub)

    def value_authorization(self, record: Any) -> str:
        return str(record.authorization.number)

    def render_units(self, value: Decimal) -> str:
        return in_units(value)

    def value_units(self, record: Any) -> Any:
        return record.units

    def render_rate(self, value: Decimal) -> str:
        return money(value)

    def value_rate(self, record: Any) -> Any:
        return record.rate

    def render_amount(self, value: Decimal) -> str:
        return money(value)

    def value_amount(self, record: Any) -> Any:
        return record.amount

    def render_state(self, record: Any) -> SafeString:
        return chip(look_of_delivery(record))

    def value_state(self, record: Any) -> str:
        return str(look_of_delivery(record).word)

    def render_invoice(self, record: Any) -> SafeString:
        return format_html(
            '<a href="{}">{}</a>', address_of("agreements:invoice_detail", record.invoice_pk), record.invoice_number
        )

    def value_invoice(self, record: Any) -> str:
        return record.invoice_number or ""

    def render_note(self, record: Any) -> str:
        return _("Correction: %(reason)s") % {"reason": record.note} if record.corrects_id else str(record.note)

    def value_note(self, record: Any) -> str:
        return str(record.note)

    def render_acts(self, record: Any) -> SafeString | str:
        day = shortday(record.happened_on)
        if look_of_delivery(record).code == FREE:
            said = _("Withdraw the delivery of %(day)s") % {"day": day}
            return _link("agreements:delivery_withdraw", record.pk, _("Withdraw"), said)
        is_approved = record.invoice_status in Invoice.APPROVED_OR_PAID
        if is_approved and not record.corrects_id and not record.withdrawn_at:
            said = _("Correct the delivery of %(day)s") % {"day": day}
            return _link("agreements:delivery_correct", record.pk, _("Correct"), said)
        return ""


def _link(view: str, pk: int, words: str, said: str) -> SafeString:
    return format_html('<a href="{}" aria-label="{}">{}</a>', address_of(view, pk), said, words)


def delivery_table(may_record: bool) -> type[DeliveryTable]:
    """Return the table of deliveries; only for somebody who may record them, with what can be done with each."""

    class Deliveries(DeliveryTable):
        class Meta(DeliveryTable.Meta):
            exclude = () if may_record else ("acts",)

    return Deliveries


class ReportTable(Table):
    """Reports with duty and authorization."""

    row_header = "duty"
    caption = gettext_lazy("Reports")

    duty = tables.Column(accessor="duty__name", verbose_name=gettext_lazy("Report"))
    authorization = tables.Column(accessor="authorization__number", verbose_name=gettext_lazy("Authorization"))
    covers = tables.Column(accessor="covers_from", verbose_name=gettext_lazy("Covers"), attrs=NO_WRAP)
    due_on = tables.Column(verbose_name=gettext_lazy("Due"), attrs=NO_WRAP)
    state = tables.Column(accessor="status", verbose_name=gettext_lazy("State"), order_by=("status", "due_on"))
    received_on = tables.Column(verbose_name=gettext_lazy("Received"), attrs=NO_WRAP)

    class Meta(Table.Meta):
        sequence = ("duty", "authorization", "covers", "due_on", "state", "received_on")

    def render_duty(self, record: Any) -> SafeString:
        return format_html('<a href="{}">{}</a>', address_of("agreements:report_detail", record.pk), record.duty.name)

    def value_duty(self, record: Any) -> str:
        return str(record.duty.name)

    def render_authorization(self, record: Any) -> SafeString:
        url = address_of("agreements:authorization_detail", record.authorization_id)
        return format_html('<a href="{}">{}</a>', url, record.authorization.number)

    def value_authorization(self, record: Any) -> str:
        return str(record.authorization.number)

    def render_covers(self, record: Any) -> str:
        days = {"first": shortday(record.covers_from), "last": shortday(record.covers_to)}
        return _("%(first)s to %(last)s") % days

    def value_covers(self, record: Any) -> str:
        return self.render_covers(record)

    def render_due_on(self, value: date) -> str:
        return shortday(value)

    def value_due_on(self, record: Any) -> Any:
        return record.due_on

    def render_received_on(self, value: date) -> str:
        return shortday(value)

    def value_received_on(self, record: Any) -> Any:
        return record.received_on or ""

    def render_state(self, record: Any) -> SafeString:
        return chip(look_of_report(record, timezone.localdate()))

    def value_state(self, record: Any) -> str:
        return str(look_of_report(record, timezone.localdate()).word)


class InvoiceTable(Table):
    """Invoices and credit notes."""

    row_header = "number"
    caption = gettext_lazy("Invoices")

    number = tables.Column(verbose_name=gettext_lazy("Invoice"))
    status = tables.Column(verbose_name=gettext_lazy("Status"))
    total = tables.Column(verbose_name=gettext_lazy("Total"), attrs=NUMBER)
    submitted_at = tables.Column(verbose_name=gettext_lazy("Submitted"), attrs=NO_WRAP)
    due_on = tables.Column(verbose_name=gettext_lazy("To be paid by"), attrs=NO_WRAP)
    paid_on = tables.Column(verbose_name=gettext_lazy("Paid"), attrs=NO_WRAP)
    payment_reference = tables.Column(verbose_name=gettext_lazy("Payment reference"))

    class Meta(Table.Meta):
        sequence = ("number", "status", "total", "submitted_at", "due_on", "paid_on", "payment_reference")

    def render_number(self, record: Any) -> SafeString:
        url = address_of("agreements:invoice_detail", record.pk)
        kind = format_html('<span class="op-table__sub">{}</span>', label_of(record, "kind"))
        return format_html('<a href="{}">{}</a>{}', url, record.number, kind)

    def value_number(self, record: Any) -> str:
        return str(record.number)

    def render_status(self, record: Any) -> SafeString:
        return chip(look_of_invoice(record))

    def value_status(self, record: Any) -> str:
        return str(look_of_invoice(record).word)

    def render_total(self, value: Decimal) -> str:
        return money(value)

    def value_total(self, record: Any) -> Any:
        return record.total

    def render_submitted_at(self, value: Any) -> str:
        return shortday(value)

    def value_submitted_at(self, record: Any) -> Any:
        return timezone.localtime(record.submitted_at).date() if record.submitted_at else ""

    def render_due_on(self, value: date) -> str:
        return shortday(value)

    def value_due_on(self, record: Any) -> Any:
        return record.due_on or ""

    def render_paid_on(self, value: date) -> str:
        return shortday(value)

    def value_paid_on(self, record: Any) -> Any:
        return record.paid_on or ""
