"""The table of board packets and guides."""

from datetime import date
from typing import Any

import django_tables2 as tables
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy, ngettext

from onestop.dashboards.models import DashboardPdf
from onestop.ui.lists import Table
from onestop.ui.markup import format_html
from onestop.ui.presentation import chip, shortday
from onestop.ui.row_values import address_of, label_of

LOOKS = {
    DashboardPdf.Status.WAITING: ("way", "hourglass-split"),
    DashboardPdf.Status.MAKING: ("way", ""),
    DashboardPdf.Status.READY: ("good", ""),
    DashboardPdf.Status.FAILED: ("now", ""),
    DashboardPdf.Status.DROPPED: ("rest", "slash-circle"),
}


class PacketTable(Table):
    """Packets and guides of an area. Needs ``sent`` and ``opened``, the numbers of members who have it and read it."""

    row_header = "title"
    caption = gettext_lazy("Board packets and guides")

    title = tables.Column(verbose_name=gettext_lazy("Title"))
    kind = tables.Column(verbose_name=gettext_lazy("Kind"))
    day = tables.Column(verbose_name=gettext_lazy("Figures of"), attrs={"td": {"class": "op-nowrap"}})
    meeting = tables.Column(accessor="meeting__starts_at", verbose_name=gettext_lazy("For the meeting"))
    status = tables.Column(verbose_name=gettext_lazy("Status"))
    sent = tables.Column(verbose_name=gettext_lazy("Sent to"))
    asked_by = tables.Column(accessor="asked_by__name", verbose_name=gettext_lazy("Requested by"))

    class Meta(Table.Meta):
        sequence = ("title", "kind", "day", "meeting", "status", "sent", "asked_by")

    def render_title(self, record: Any) -> SafeString:
        return format_html('<a href="{}">{}</a>', address_of("dashboards:pdf_detail", record.pk), record.title)

    def value_title(self, record: Any) -> str:
        return str(record.title)

    def render_kind(self, record: Any) -> str:
        return str(label_of(record, "kind"))

    def render_day(self, value: date) -> str:
        return str(shortday(value))

    def value_day(self, record: Any) -> date:
        day: date = record.day
        return day

    def render_meeting(self, record: Any) -> SafeString:
        words = f"{shortday(record.meeting.local_start)}, {record.meeting.title}"
        return format_html('<a href="{}">{}</a>', address_of("meetings:meeting_detail", record.meeting_id), words)

    def value_meeting(self, record: Any) -> str:
        return f"{shortday(record.meeting.local_start)}, {record.meeting.title}" if record.meeting else ""

    def render_status(self, record: Any) -> SafeString:
        kind, icon = LOOKS[record.status]
        return chip(kind, str(label_of(record, "status")), icon)

    def value_status(self, record: Any) -> str:
        return str(label_of(record, "status"))

    def render_sent(self, record: Any) -> str:
        if not record.sent:
            return "-"
        words = ngettext(
            "%(number)d member, opened by %(opened)d", "%(number)d members, opened by %(opened)d", record.sent
        )
        return words % {"number": record.sent, "opened": record.opened}

    def value_sent(self, record: Any) -> int:
        return int(record.sent)
