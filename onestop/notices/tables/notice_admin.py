"""How a list of all that was told looks."""

from collections.abc import Iterator
from typing import Any

import django_tables2 as tables
from django.db.models import QuerySet
from django.utils.html import format_html
from django.utils.safestring import SafeString

from onestop.notices.models import Notice
from onestop.notices.outbox import DJANGOS_OWN
from onestop.notices.redaction import subject_of
from onestop.notices.status_chips import chip_of
from onestop.notices.tables.inbox import label_of
from onestop.ui.lists import Export, Table
from onestop.ui.presentation import chip, clock, shortday, when

Status = Notice.Status
MOST_EXPORTED = 50_000


def state_chip(notice: Notice) -> SafeString:
    """Return what has become of a notice, as a chip."""
    return chip(*chip_of(notice))


def reason_of(notice: Notice) -> str:
    """Return in plain words why a notice is where it is; nothing where its state says it all."""
    if notice.status == Status.WITHDRAWN:
        return notice.withdrawn_why
    if notice.status in (Status.FAILED, Status.UNCERTAIN):
        return notice.last_error
    if notice.status in (Status.DIGEST_PENDING, Status.QUEUED):
        due = f"Due {when(notice.due_at, 'plain')}"
        return f"{due}. Last try: {notice.last_error}" if notice.last_error else due
    return ""


def name_of_kind(code: str) -> str:
    """Return what a kind is called on the admin."""
    return "E-mail about the account" if code == DJANGOS_OWN else label_of(code)


class NoticeTable(Table):
    """What was told in one area. Needs ``admin``, and recipient."""

    row_header = "subject"
    caption = "Notices"
    picks = True

    subject = tables.Column(verbose_name="Notice", orderable=False)
    state = tables.Column(accessor="status", verbose_name="State", orderable=False)
    written_at = tables.Column(verbose_name="Written")
    to = tables.Column(verbose_name="To")
    attempts = tables.Column(verbose_name="Tries", attrs={"td": {"class": "is-num"}})

    class Meta(Table.Meta):
        sequence = ("subject", "state", "written_at", "to", "attempts")

    def render_subject(self, record: Any) -> SafeString:
        url = self.given["admin"].address("detail", record.pk)
        return format_html(
            '<a href="{}">{}</a><span class="op-table__sub">{}</span>',
            url, subject_of(record), name_of_kind(record.kind),
        )  # fmt: skip

    def render_state(self, record: Any) -> SafeString:
        reason = reason_of(record)
        more = format_html('<span class="op-table__sub op-notices-admin__reason">{}</span>', reason) if reason else ""
        return format_html("{}{}", state_chip(record), more)

    def render_written_at(self, value: Any) -> SafeString:
        day = format_html('<span class="op-notices-admin__day">{}</span>', shortday(value))
        return format_html('{}<span class="op-table__sub">{}</span>', day, clock(value))

    def render_to(self, record: Any) -> SafeString:
        if record.recipient is None:
            return format_html('<span class="op-notices-admin__to">{}</span>', record.to)
        return format_html(
            '{}<span class="op-table__sub op-notices-admin__to">{}</span>', record.recipient.name, record.to
        )


class PortalTable(NoticeTable):
    """What was told anywhere: too much to be sorted but by time."""

    to = tables.Column(verbose_name="To", orderable=False)
    attempts = tables.Column(verbose_name="Tries", orderable=False, attrs={"td": {"class": "is-num"}})

    class Meta(NoticeTable.Meta):
        pass


# ---------------------------------------------------------------- As files
def _rows(notices: QuerySet) -> Iterator[list[Any]]:
    for number, notice in enumerate(notices[: MOST_EXPORTED + 1].iterator(chunk_size=2000)):
        if number == MOST_EXPORTED:
            yield [f"Here it ends: a file holds {MOST_EXPORTED:,} notices. Narrow the list down for the others."]
            return
        yield [
            subject_of(notice),
            name_of_kind(notice.kind),
            str(notice.get_status_display()),
            reason_of(notice),
            notice.recipient.name if notice.recipient else "",
            notice.to,
            notice.written_at,
            notice.sent_at,
            notice.attempts,
        ]


EXPORT = Export(("Notice", "What", "State", "Why", "Person", "Address", "Written", "Sent", "Tries"), _rows)
