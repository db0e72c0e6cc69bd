"""The table of the notice admin, and its export."""

from collections.abc import Iterator
from typing import Any

import django_tables2 as tables
from django.db.models import QuerySet
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from onestop.notices.models import Notice
from onestop.notices.redaction import subject_of
from onestop.notices.status_chips import chip_of
from onestop.notices.tables.inbox import label_of
from onestop.ui.lists import Export, Table
from onestop.ui.markup import format_html
from onestop.ui.presentation import chip, clock, shortday, when

Status = Notice.Status
MOST_EXPORTED = 50_000


def state_chip(notice: Notice) -> SafeString:
    """Return the delivery status of a notice as a chip."""
    return chip(*chip_of(notice))


def reason_of(notice: Notice) -> str:
    """Return the reason for the status of a notice; nothing if the status needs none."""
    if notice.status == Status.WITHDRAWN:
        return notice.withdrawn_why
    if notice.status in (Status.FAILED, Status.UNCERTAIN):
        return notice.last_error
    if notice.status in (Status.DIGEST_PENDING, Status.QUEUED):
        values = {"date": when(notice.due_at, "plain"), "error": notice.last_error}
        text = _("Due %(date)s. Last attempt: %(error)s") if notice.last_error else _("Due %(date)s")
        return text % values
    return ""


def name_of_kind(code: str) -> str:
    """Return the label of a type in the admin."""
    return label_of(code)


class NoticeTable(Table):
    """The notices of one area. Needs ``admin``, and recipient."""

    row_header = "subject"
    caption = gettext_lazy("Notifications")
    picks = True

    subject = tables.Column(verbose_name=gettext_lazy("Notification"), orderable=False)
    state = tables.Column(accessor="status", verbose_name=gettext_lazy("Status"), orderable=False)
    written_at = tables.Column(verbose_name=gettext_lazy("Created"))
    to = tables.Column(verbose_name=gettext_lazy("To"))
    attempts = tables.Column(verbose_name=gettext_lazy("Attempts"), attrs={"td": {"class": "is-num"}})

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
    """The notices of the whole portal: too many to sort by anything but time."""

    to = tables.Column(verbose_name=gettext_lazy("To"), orderable=False)
    attempts = tables.Column(verbose_name=gettext_lazy("Attempts"), orderable=False, attrs={"td": {"class": "is-num"}})

    class Meta(NoticeTable.Meta):
        pass


# ---------------------------------------------------------------- Export
def _rows(notices: QuerySet) -> Iterator[list[Any]]:
    for number, notice in enumerate(notices[: MOST_EXPORTED + 1].iterator(chunk_size=2000)):
        if number == MOST_EXPORTED:
            text = _("The file ends here: it can hold %(number)s notifications. Filter the list to export the others.")
            yield [text % {"number": f"{MOST_EXPORTED:,}"}]
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


def notice_export() -> Export:
    """Return the export of the notice admin."""
    header = (
        _("Notification"),
        _("Type"),
        _("Status"),
        _("Reason"),
        _("Person"),
        _("Address"),
        _("Created"),
        _("Sent"),
        _("Attempts"),
    )
    return Export(header, _rows)
