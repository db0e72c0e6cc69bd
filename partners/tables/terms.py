"""The table of the glossary."""

from typing import Any

import django_tables2 as tables
from django.db.models import QuerySet
from django.db.models.functions import Lower
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from onestop.ui.lists import Table
from onestop.ui.markup import format_html
from onestop.ui.presentation import chip
from onestop.ui.row_values import address_of
from partners.models import Term
from partners.tables.services import in_short

STATE_ICONS = {"approved": "patch-check-fill", "changed": "patch-plus", "waiting": "hourglass-split", "back": "reply"}


def state_chip(term: Term) -> SafeString:
    """Return the status of a term as a chip."""
    if term.is_archived:
        return chip("rest", _("Archived"), "archive")
    if term.is_approved:
        return chip("good", _("Approved"), STATE_ICONS["approved"])
    if term.sent_back_because:
        return chip("soon", _("Sent back"), STATE_ICONS["back"])
    if term.is_in_force:
        return chip("way", _("Change pending"), STATE_ICONS["changed"])
    return chip("way", _("Pending approval"), STATE_ICONS["waiting"])


class TermTable(Table):
    """Terms of an area. Needs their usages prefetched."""

    row_header = "name"
    caption = gettext_lazy("Terms")

    name = tables.Column(verbose_name=gettext_lazy("Term"))
    definition = tables.Column(verbose_name=gettext_lazy("Definition"), orderable=False)
    others = tables.Column(accessor="pk", verbose_name=gettext_lazy("Also called"), orderable=False)
    status = tables.Column(verbose_name=gettext_lazy("Status"), order_by=("status", "approved_at"))

    class Meta(Table.Meta):
        sequence = ("name", "definition", "others", "status")

    def render_name(self, record: Any) -> SafeString:
        url = address_of("partners:term_detail", record.pk)
        sub = format_html('<span class="op-table__sub">{}</span>', record.abbreviation) if record.abbreviation else ""
        return format_html('<a href="{}">{}</a>{}', url, record.agreed_name or record.name, sub)

    def render_definition(self, record: Any) -> str:
        return in_short(record.agreed_definition or record.definition)

    def render_others(self, record: Any) -> str:
        words = {usage.wording.casefold(): usage.wording for usage in record.usages.all()}
        words.pop((record.agreed_name or record.name).casefold(), None)
        return in_short(", ".join(words.values())) or _("None")

    def render_status(self, record: Any) -> SafeString:
        return state_chip(record)

    def order_name(self, queryset: QuerySet, is_descending: bool) -> tuple[QuerySet, bool]:
        return queryset.order_by(Lower("name").desc() if is_descending else Lower("name").asc()), True
