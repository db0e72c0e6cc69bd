"""The table of the network map."""

from typing import Any

import django_tables2 as tables
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from onestop.ui.lists import Table
from onestop.ui.markup import format_html
from onestop.ui.presentation import chip
from onestop.ui.row_values import address_of
from onestop.ui.sentences import join_words


class NetworkTable(Table):
    """The partners of an area (``network.rows.PartnerRow``); ``given["query"]`` is what its links carry on."""

    row_header = "name"
    caption = _("Partners and their ties")

    name = tables.Column(verbose_name=_("Partner"))
    ties = tables.Column(
        verbose_name=_("Ties"),
        attrs={"td": {"class": "is-num"}},
        initial_sort_descending=True,
    )
    strongest = tables.Column(verbose_name=_("Strongest with"))
    things = tables.Column(verbose_name=_("Through"), initial_sort_descending=True)
    joins = tables.Column(verbose_name=_("Joins others"), initial_sort_descending=True)
    cut = tables.Column(verbose_name=_("If it leaves"), initial_sort_descending=True)

    def render_name(self, record: Any) -> SafeString:
        return format_html('<a href="{}">{}</a>', address_of("partners:partnership_detail", record.pk), record.name)

    def render_ties(self, record: Any) -> SafeString:
        words = ngettext("%(number)d tie of %(name)s", "%(number)d ties of %(name)s", record.ties) % {
            "number": record.ties, "name": record.name,
        }  # fmt: skip
        url = address_of("dashboards:partner_ties", record.pk) + self.given.get("query", "")
        return format_html('<a href="{}" aria-label="{}">{}</a>', url, words, record.ties)

    def render_things(self, record: Any) -> str:
        return record.through or self.default

    def render_joins(self, record: Any) -> str:
        return str(record.joins_words)

    def render_cut(self, record: Any) -> SafeString:
        if not record.cut:
            return format_html('<span class="op-muted">{}</span>', _("others stay joined"))
        words = ngettext("%(number)d is cut off", "%(number)d are cut off", record.cut) % {"number": record.cut}
        return format_html('{}<span class="op-table__sub">{}</span>', chip("soon", words), join_words(record.cut_off))
