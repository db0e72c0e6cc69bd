"""The list of imports."""

import django_tables2 as tables
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from onestop.ui.lists import Table
from onestop.ui.presentation import chip, when
from partners.models import ImportRun

CHIPS = {
    ImportRun.Status.UPLOADED: ("soon", "list-check"),
    ImportRun.Status.PLANNING: ("way", ""),
    ImportRun.Status.PLANNED: ("soon", "hourglass-split"),
    ImportRun.Status.COMMITTING: ("way", ""),
    ImportRun.Status.DONE: ("good", ""),
    ImportRun.Status.FAILED: ("now", ""),
    ImportRun.Status.CANCELLED: ("rest", ""),
}
DONE = {"add": "added", "change": "changed", "same": "left alone", "skip": "left out", "unreadable": "not read"}
PLANNED = DONE | {"add": "to add", "change": "to change", "same": "to leave alone", "unreadable": "that cannot be read"}


def status_chip(run: ImportRun) -> SafeString:
    """Return where an import is."""
    kind, icon = CHIPS[ImportRun.Status(run.status)]
    return chip(kind, run.get_status_display(), icon)


def in_words(counts: dict[str, int], *, done: bool = True) -> str:
    """Return what became of the rows, or would, in a few words."""
    words = DONE if done else PLANNED
    return ", ".join(f"{counts[code]:,} {word}" for code, word in words.items() if counts.get(code))


class ImportTable(Table):
    """Each import: the file, where it is, who brought it, what became of its rows."""

    row_header = "name"
    caption = "Imports"

    name = tables.Column(verbose_name="File")
    status = tables.Column(verbose_name="State")
    kind = tables.Column(verbose_name="What it holds")
    at = tables.Column(verbose_name="Brought")
    by = tables.Column(verbose_name="By", order_by="by__name")
    counts = tables.Column(verbose_name="Rows", orderable=False)

    class Meta(Table.Meta):
        model = ImportRun
        fields = ("name", "status", "kind", "at", "by", "counts")
        order_by = "-at"

    def render_name(self, record: ImportRun) -> SafeString:
        """Lead to the import."""
        return format_html('<a href="{}">{}</a>', reverse("partners:import_detail", args=[record.pk]), record.name)

    def value_name(self, record: ImportRun) -> str:
        """Return the plain name."""
        return record.name

    def render_status(self, record: ImportRun) -> SafeString:
        """Say where it is."""
        return status_chip(record)

    def value_status(self, record: ImportRun) -> str:
        """Return the plain word."""
        return record.get_status_display()

    def render_at(self, record: ImportRun) -> str:
        """Say when it was brought."""
        return when(record.at)

    def render_counts(self, record: ImportRun) -> str:
        """Say what became of the rows."""
        return in_words(record.counts, done=record.status == ImportRun.Status.DONE) or "not read yet"
