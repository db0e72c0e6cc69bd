"""How an inbox looks."""

from typing import Any

import django_tables2 as tables
from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

from onestop.notices import inbox
from onestop.notices.delivery_status import delivery_status_of
from onestop.notices.inbox import State
from onestop.notices.notice_types import UnknownNoticeType, notice_type_of
from onestop.ui.lists import Table
from onestop.ui.presentation import chip, clock, draw_icon, shortday

CHIPS = {
    State.UNREAD: ("way", "envelope-fill"),
    State.LATER: ("rest", "clock"),
    State.READ: ("rest", "envelope-open"),
    State.GONE: ("rest", "slash-circle"),
}


def label_of(code: str) -> str:
    """Return what a kind is called, or its code if no app declares it any more."""
    try:
        return notice_type_of(code).label
    except UnknownNoticeType:
        return code


def _row_class(record: Any) -> str:
    return f"is-{inbox.state_of(record, at=timezone.now())}"


class InboxTable(Table):
    """What a person was told."""

    row_header = "subject"
    caption = "Notices"
    picks = True

    subject = tables.Column(verbose_name="Notice")
    written_at = tables.Column(verbose_name="When", attrs={"td": {"class": "op-inbox__when"}})
    state = tables.Column(accessor="rank", verbose_name="Read", order_by=("rank", "-written_at"))
    act = tables.Column(
        accessor="url", verbose_name="Next", orderable=False, default="", attrs={"td": {"class": "op-inbox__act"}}
    )

    class Meta(Table.Meta):
        sequence = ("subject", "written_at", "state", "act")
        row_attrs = {"class": _row_class}

    def order_state(self, queryset: QuerySet, is_descending: bool) -> tuple[QuerySet, bool]:
        """Put what is unread first, or last; the newest first among them."""
        return queryset.order_by("-rank" if is_descending else "rank", "-written_at", "-pk"), True

    def render_subject(self, record: Any) -> SafeString:
        url = reverse("notices:notice_detail", args=[record.pk])
        gone = inbox.state_of(record, at=timezone.now()) == State.GONE
        below = f"No longer needed: {record.withdrawn_why}" if gone else f"{label_of(record.kind)}. {record.why}"
        return format_html('<a href="{}">{}</a><span class="op-table__sub">{}</span>', url, record.subject, below)

    def render_written_at(self, record: Any) -> SafeString:
        way = delivery_status_of(record, at=timezone.now())
        mark = format_html("{} ", draw_icon("exclamation-triangle-fill")) if way.is_lost else ""
        return format_html(
            '{}, {}<span class="op-table__sub{}">{}{}</span>',
            shortday(record.written_at), clock(record.written_at), " op-attn" if way.is_lost else "", mark, way.word,
        )  # fmt: skip

    def render_state(self, record: Any) -> SafeString:
        state = inbox.state_of(record, at=timezone.now())
        kind, icon = CHIPS[state]
        return chip(kind, f"Until {shortday(record.snoozed_until)}" if state == State.LATER else state.label, icon)

    def render_act(self, record: Any) -> SafeString | str:
        if record.status == record.Status.WITHDRAWN:
            return ""
        # Belongs to the form above the table, which holds what proves a press.
        return format_html(
            '<button class="btn btn-sm btn-secondary" type="submit" form="picked" formaction="{}">Go there'
            '<span class="visually-hidden">: {}</span></button>',
            reverse("notices:notice_go", args=[record.pk]), record.subject,
        )  # fmt: skip
