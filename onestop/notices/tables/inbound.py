"""The table of incoming mail, and its export."""

from collections.abc import Iterator
from typing import Any

import django_tables2 as tables
from django.db.models import QuerySet
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from onestop.notices.models import InboundMail
from onestop.notices.redaction import subject_of
from onestop.ui.lists import Export, Table
from onestop.ui.markup import format_html
from onestop.ui.presentation import chip, clock, shortday

State = InboundMail.State
LOOKS = {
    State.OPEN: ("soon", "envelope-fill"),
    State.FAILED: ("now", "exclamation-octagon"),
    State.DONE: ("good", "check-lg"),
    State.TAKEN: ("good", "check-lg"),
}


def state_chip(mail: InboundMail) -> SafeString:
    """Return what became of a mail as a chip."""
    if mail.is_automatic and mail.state == State.OPEN:
        return chip("rest", _("Automatic reply"), "arrow-repeat")
    kind, icon = LOOKS[State(mail.state)]
    return chip(kind, str(mail.get_state_display()), icon)


def sender_of(mail: InboundMail) -> str:
    """Return the name of the sender, or the address."""
    return mail.sender_name or mail.sender or _("Unknown sender")


class InboundTable(Table):
    """The incoming mail of a scope. Needs ``admin``, and notice."""

    row_header = "subject"
    caption = gettext_lazy("Incoming email")
    picks = True

    subject = tables.Column(verbose_name=gettext_lazy("Email"), orderable=False, empty_values=())
    state = tables.Column(verbose_name=gettext_lazy("Status"), orderable=False)
    sender = tables.Column(verbose_name=gettext_lazy("From"), orderable=False, empty_values=())
    received_at = tables.Column(verbose_name=gettext_lazy("Received"))

    class Meta(Table.Meta):
        sequence = ("subject", "state", "sender", "received_at")

    def render_subject(self, record: Any) -> SafeString:
        url = self.given["admin"].address("reply_detail", record.pk)
        below = _("Answers “%(subject)s”") % {"subject": subject_of(record.notice)} if record.notice else ""
        return format_html(
            '<a href="{}">{}</a><span class="op-table__sub">{}</span>', url, record.subject or _("No subject"), below
        )

    def render_state(self, record: Any) -> SafeString:
        return state_chip(record)

    def render_sender(self, record: Any) -> SafeString:
        address = record.sender if record.sender_name else ""
        return format_html('{}<span class="op-table__sub op-notices-admin__to">{}</span>', sender_of(record), address)

    def render_received_at(self, value: Any) -> SafeString:
        day = format_html('<span class="op-notices-admin__day">{}</span>', shortday(value))
        return format_html('{} <span class="op-table__sub">{}</span>', day, clock(value))


# ---------------------------------------------------------------- Export
def _rows(mails: QuerySet) -> Iterator[list[Any]]:
    for mail in mails.iterator(chunk_size=2000):
        yield [
            mail.subject,
            str(mail.get_state_display()),
            mail.sender_name,
            mail.sender,
            subject_of(mail.notice) if mail.notice else "",
            mail.received_at,
        ]


def inbound_export() -> Export:
    """Return the export of incoming mail."""
    return Export((_("Email"), _("Status"), _("Name"), _("Address"), _("Answers"), _("Received")), _rows)
