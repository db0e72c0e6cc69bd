"""The list of editions of the manual."""

import django_tables2 as tables
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from onestop.ui.lists import Table
from onestop.ui.presentation import chip, day
from partners.manual.differences import in_words
from partners.manual.editions import changes_in
from partners.models import ManualEdition, ManualPrint

CHIPS = {
    ManualPrint.Status.WAITING: ("way", "hourglass-split"),
    ManualPrint.Status.MAKING: ("way", ""),
    ManualPrint.Status.FAILED: ("now", ""),
    ManualPrint.Status.DROPPED: ("rest", ""),
}
VARIANTS = {ManualPrint.Variant.NETWORK: "Network", ManualPrint.Variant.PUBLIC: "Public"}


class ManualEditionTable(Table):
    """Each edition: its number and title, when and by whom, what changed, its PDFs."""

    row_header = "number"
    caption = "Editions of the manual"

    number = tables.Column(verbose_name="Edition")
    issued_on = tables.Column(verbose_name="Issued")
    issued_by = tables.Column(verbose_name="By", order_by="issued_by__name")
    changes = tables.Column(verbose_name="What changed", orderable=False)
    prints = tables.Column(verbose_name="PDF", orderable=False, empty_values=(), accessor="pk")

    class Meta(Table.Meta):
        model = ManualEdition
        fields = ("number", "issued_on", "issued_by", "changes", "prints")
        order_by = "-number"

    def render_number(self, record: ManualEdition) -> SafeString:
        """Lead to the edition."""
        url = reverse("partners:manual_edition", args=[record.pk])
        return format_html('<a href="{}">{}</a><br><span class="op-small">{}</span>', url, record, record.title)

    def value_number(self, record: ManualEdition) -> int:
        """Return the plain number."""
        return record.number

    def render_issued_on(self, record: ManualEdition) -> str:
        """Say when it was issued."""
        return day(record.issued_on)

    def value_issued_on(self, record: ManualEdition) -> str:
        """Return the plain day."""
        return record.issued_on.isoformat()

    def render_changes(self, record: ManualEdition) -> str:
        """Say how much changed since the edition before."""
        nothing = "The first edition" if record.number == 1 else "Nothing but confirmations"
        return in_words(changes_in(record)).capitalize() or nothing

    def render_prints(self, record: ManualEdition) -> SafeString:
        """Lead to its PDFs, or say where they are."""
        made = sorted(record.prints.all(), key=lambda each: each.variant)
        return format_html_join(" ", "{}", ((_print(each),) for each in made))

    def value_prints(self, record: ManualEdition) -> str:
        """Return how its PDFs stand in words."""
        made = sorted(record.prints.all(), key=lambda each: each.variant)
        return ", ".join(f"{VARIANTS[ManualPrint.Variant(each.variant)]}: {each.get_status_display()}" for each in made)


def _print(made: ManualPrint) -> SafeString:
    name = VARIANTS[ManualPrint.Variant(made.variant)]
    if made.status == ManualPrint.Status.READY:
        url = reverse("partners:manual_print_file", args=[made.pk])
        return format_html('<a href="{}">{} (PDF)</a>', url, name)
    kind, icon = CHIPS[ManualPrint.Status(made.status)]
    return chip(kind, f"{name}: {made.get_status_display().lower()}", icon)
