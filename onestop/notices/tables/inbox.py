"""The table of the inbox."""

from typing import Any

import django_tables2 as tables
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from onestop.notices import inbox
from onestop.notices.delivery_status import delivery_status_of
from onestop.notices.inbox import State
from onestop.notices.notice_types import UnknownNoticeType, notice_type_of
from onestop.ui.lists import Table
from onestop.ui.markup import format_html
from onestop.ui.presentation import chip, clock, draw_icon, shortday
from onestop.ui.row_values import address_of

CHIPS = {
    State.UNREAD: ("way", "envelope-fill"),
    State.LATER: ("rest", "clock"),
    State.READ: ("rest", "envelope-open"),
    State.GONE: ("rest", "slash-circle"),
}


def label_of(code: str) -> str:
    """Return the label of a type, or its code if no app declares it anymore."""
    try:
        return str(notice_type_of(code).label)
    except UnknownNoticeType:
        return code


def _row_class(record: Any) -> str:
    return f"is-{inbox.state_of(record, at=timezone.now())}"


class InboxTable(Table):
    """The notifications of a user."""

    row_header = "subject"
    caption = gettext_lazy("Notifications")
    picks = True

    subject = tables.Column(verbose_name=gettext_lazy("Notification"))
    written_at = tables.Column(verbose_name=gettext_lazy("Date"), attrs={"td": {"class": "op-inbox__when"}})
    state = tables.Column(accessor="rank", verbose_name=gettext_lazy("Status"), order_by=("rank", "-written_at"))
    act = tables.Column(
        accessor="url",
        verbose_name=gettext_lazy("Action"),
        orderable=False,
        default="",
        attrs={"td": {"class": "op-inbox__act"}},
    )

    class Meta(Table.Meta):
        sequence = ("subject", "written_at", "state", "act")
        row_attrs = {"class": _row_class}

    def order_state(self, queryset: QuerySet, is_descending: bool) -> tuple[QuerySet, bool]:
        """Sort unread notices first, or last, and then the newest first."""
        return queryset.order_by("-rank" if is_descending else "rank", "-written_at", "-pk"), True

    def render_subject(self, record: Any) -> SafeString:
        url = address_of("notices:notice_detail", record.pk)
        gone = inbox.state_of(record, at=timezone.now()) == State.GONE
        if gone:
            below = _("No longer needed: %(reason)s") % {"reason": record.withdrawn_why}
        else:
            below = f"{label_of(record.kind)}. {record.why}"
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
        if state == State.LATER:
            return chip(kind, _("Until %(date)s") % {"date": shortday(record.snoozed_until)}, icon)
        return chip(kind, str(state.label), icon)

    def render_act(self, record: Any) -> SafeString | str:
        if record.status == record.Status.WITHDRAWN:
            return ""
        # Belongs to the form above the table, which has the CSRF token.
        return format_html(
            '<button class="btn btn-sm btn-secondary" type="submit" form="picked" formaction="{}">{}'
            '<span class="visually-hidden">: {}</span></button>',
            address_of("notices:notice_go", record.pk), _("Open the page"), record.subject,
        )  # fmt: skip
