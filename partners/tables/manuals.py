"""The list of editions of the manual."""

import django_tables2 as tables
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from onestop.ui.lists import Table
from onestop.ui.markup import format_html, format_html_join
from onestop.ui.presentation import chip, day
from onestop.ui.row_values import address_of, label_of
from partners.manual.differences import in_words
from partners.manual.editions import changes_in
from partners.models import ManualEdition, ManualPrint

CHIPS = {
    ManualPrint.Status.WAITING: ("way", "hourglass-split"),
    ManualPrint.Status.MAKING: ("way", ""),
    ManualPrint.Status.FAILED: ("now", ""),
    ManualPrint.Status.DROPPED: ("rest", ""),
}
VARIANTS = {ManualPrint.Variant.NETWORK: gettext_lazy("Network"), ManualPrint.Variant.PUBLIC: gettext_lazy("Public")}


class ManualEditionTable(Table):
    """Editions with their titles, dates, authors, changes and PDFs."""

    row_header = "number"
    caption = gettext_lazy("Editions of the manual")

    number = tables.Column(verbose_name=gettext_lazy("Edition"))
    issued_on = tables.Column(verbose_name=gettext_lazy("Issued"))
    issued_by = tables.Column(verbose_name=gettext_lazy("By"), order_by="issued_by__name")
    changes = tables.Column(verbose_name=gettext_lazy("Changes"), orderable=False)
    prints = tables.Column(verbose_name=gettext_lazy("PDF"), orderable=False, empty_values=(), accessor="pk")

    class Meta(Table.Meta):
        model = ManualEdition
        fields = ("number", "issued_on", "issued_by", "changes", "prints")
        order_by = "-number"

    def render_number(self, record: ManualEdition) -> SafeString:
        """Link to the edition."""
        url = address_of("partners:manual_edition", record.pk)
        return format_html('<a href="{}">{}</a><br><span class="op-small">{}</span>', url, record, record.title)

    def value_number(self, record: ManualEdition) -> int:
        """Return the number for exports."""
        return record.number

    def render_issued_on(self, record: ManualEdition) -> str:
        """Show the day of issue."""
        return day(record.issued_on)

    def value_issued_on(self, record: ManualEdition) -> str:
        """Return the day for exports."""
        return record.issued_on.isoformat()

    def render_changes(self, record: ManualEdition) -> str:
        """Show a summary of the changes since the edition before."""
        nothing = _("First edition") if record.number == 1 else _("Only dates of confirmation")
        return in_words(changes_in(record)).capitalize() or nothing

    def render_prints(self, record: ManualEdition) -> SafeString:
        """Link to its PDFs, or show their statuses."""
        made = sorted(record.prints.all(), key=lambda each: each.variant)
        return format_html_join(" ", "{}", ((_print(each),) for each in made))

    def value_prints(self, record: ManualEdition) -> str:
        """Return the statuses of its PDFs for exports."""
        made = sorted(record.prints.all(), key=lambda each: each.variant)
        return ", ".join(f"{VARIANTS[ManualPrint.Variant(each.variant)]}: {each.get_status_display()}" for each in made)


def _print(made: ManualPrint) -> SafeString:
    name = VARIANTS[ManualPrint.Variant(made.variant)]
    if made.status == ManualPrint.Status.READY:
        url = address_of("partners:manual_print_file", made.pk)
        return format_html('<a href="{}">{}</a>', url, _("%(version)s (PDF)") % {"version": name})
    kind, icon = CHIPS[ManualPrint.Status(made.status)]
    return chip(kind, f"{name}: {label_of(made, 'status').lower()}", icon)
