"""How an inbox looks."""

from typing import Any

import django_tables2 as tables
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

from onestop.lists import Table
from onestop.notices.kinds import UnknownKind, kind_of
from onestop.presentation import chip, shortday, when

ICONS = {"unread": "envelope-fill", "read": "envelope-open", "snoozed": "clock"}


def label_of(code: str) -> str:
    """Return what a kind is called, or its code if no app declares it any more."""
    try:
        return kind_of(code).label
    except UnknownKind:
        return code


class InboxTable(Table):
    """What a person was told."""

    row_header = "subject"
    caption = "Notices"
    picks = True

    subject = tables.Column(verbose_name="Notice")
    kind = tables.Column(verbose_name="What", orderable=False)
    written_at = tables.Column(verbose_name="When")
    state = tables.Column(accessor="read_at", verbose_name="Read", empty_values=())

    class Meta(Table.Meta):
        sequence = ("subject", "kind", "written_at", "state")

    def render_subject(self, record: Any) -> SafeString:
        url = reverse("notices:notice_detail", args=[record.pk])
        return format_html('<a href="{}">{}</a><span class="op-table__sub">{}</span>', url, record.subject, record.why)

    def render_kind(self, value: str) -> str:
        return label_of(value)

    def render_written_at(self, value: Any) -> str:
        return when(value)

    def render_state(self, record: Any) -> SafeString:
        if record.snoozed_until and record.snoozed_until > timezone.now():
            return chip("rest", f"Until {shortday(record.snoozed_until)}", ICONS["snoozed"])
        return chip("rest", "Read", ICONS["read"]) if record.read_at else chip("way", "Unread", ICONS["unread"])
