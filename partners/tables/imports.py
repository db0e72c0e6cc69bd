"""The list of imports."""

import django_tables2 as tables
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from onestop.ui.lists import Table
from onestop.ui.markup import format_html
from onestop.ui.presentation import chip, when
from onestop.ui.row_values import address_of, label_of
from partners.importing.kinds import kind_of
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


def status_chip(run: ImportRun) -> SafeString:
    """Return the status of an import as a chip."""
    kind, icon = CHIPS[ImportRun.Status(run.status)]
    return chip(kind, label_of(run, "status"), icon)


def in_words(counts: dict[str, int], *, done: bool = True) -> str:
    """Return the results of an import as text: "3 rows added, 1 row skipped"."""
    words = _done_in_words if done else _planned_in_words
    codes = ("add", "change", "same", "left_out", "skip", "unreadable")
    counts = counts | {"skip": counts.get("skip", 0) - counts.get("left_out", 0)}
    return ", ".join(words(code, counts[code]) % {"number": f"{counts[code]:,}"} for code in codes if counts.get(code))


def _done_in_words(code: str, number: int) -> str:
    return {
        "add": ngettext("%(number)s row added", "%(number)s rows added", number),
        "change": ngettext("%(number)s row changed", "%(number)s rows changed", number),
        "same": ngettext("%(number)s row unchanged", "%(number)s rows unchanged", number),
        "left_out": ngettext("%(number)s row left out", "%(number)s rows left out", number),
        "skip": ngettext("%(number)s row skipped", "%(number)s rows skipped", number),
        "unreadable": ngettext("%(number)s row not imported", "%(number)s rows not imported", number),
    }[code]


def _planned_in_words(code: str, number: int) -> str:
    return {
        "add": ngettext("%(number)s row to add", "%(number)s rows to add", number),
        "change": ngettext("%(number)s row to change", "%(number)s rows to change", number),
        "same": ngettext("%(number)s row unchanged", "%(number)s rows unchanged", number),
        "left_out": ngettext("%(number)s row left out", "%(number)s rows left out", number),
        "skip": ngettext("%(number)s row to skip", "%(number)s rows to skip", number),
        "unreadable": ngettext("%(number)s row cannot be read", "%(number)s rows cannot be read", number),
    }[code]


class ImportTable(Table):
    """Imports with their files, statuses, people and results."""

    row_header = "name"
    caption = gettext_lazy("Imports")

    name = tables.Column(verbose_name=gettext_lazy("File"))
    status = tables.Column(verbose_name=gettext_lazy("Status"))
    kind = tables.Column(verbose_name=gettext_lazy("Contents"))
    at = tables.Column(verbose_name=gettext_lazy("Uploaded"))
    by = tables.Column(verbose_name=gettext_lazy("By"), order_by="by__name")
    counts = tables.Column(verbose_name=gettext_lazy("Rows"), orderable=False)

    class Meta(Table.Meta):
        model = ImportRun
        fields = ("name", "status", "kind", "at", "by", "counts")
        order_by = "-at"

    def render_name(self, record: ImportRun) -> SafeString:
        """Link to the import."""
        return format_html('<a href="{}">{}</a>', address_of("partners:import_detail", record.pk), record.name)

    def value_name(self, record: ImportRun) -> str:
        """Return the name for exports."""
        return record.name

    def render_status(self, record: ImportRun) -> SafeString:
        """Show the status as a chip."""
        return status_chip(record)

    def value_status(self, record: ImportRun) -> str:
        """Return the status for exports."""
        return label_of(record, "status")

    def render_kind(self, record: ImportRun) -> str:
        """Name the contents."""
        return str(kind_of(record.kind).label)

    def render_at(self, record: ImportRun) -> str:
        """Show the time of the upload."""
        return when(record.at)

    def render_counts(self, record: ImportRun) -> str:
        """Show the results of the rows."""
        return in_words(record.counts, done=record.status == ImportRun.Status.DONE) or _("Not read yet")
