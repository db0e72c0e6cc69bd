"""The table of groups."""

from typing import Any

import django_tables2 as tables
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy

from onestop.ui.lists import Table
from onestop.ui.markup import format_html
from onestop.ui.presentation import chip, when
from onestop.ui.row_values import address_of, label_of


class GroupTable(Table):
    """Groups of an area. Needs with_counts, and for each ``given["rhythms"]`` and ``given["shares"]``, by id."""

    row_header = "name"
    caption = gettext_lazy("Groups")

    name = tables.Column(verbose_name=gettext_lazy("Group"))
    kind = tables.Column(verbose_name=gettext_lazy("Kind"))
    cadence = tables.Column(verbose_name=gettext_lazy("Promised"))
    gap = tables.Column(empty_values=(), orderable=False, verbose_name=gettext_lazy("Last gap"))
    following = tables.Column(empty_values=(), orderable=False, verbose_name=gettext_lazy("Next meeting"))
    rhythm = tables.Column(empty_values=(), orderable=False, verbose_name=gettext_lazy("Rhythm"))
    turnout = tables.Column(
        empty_values=(), orderable=False, verbose_name=gettext_lazy("Turnout"), attrs={"td": {"class": "is-num"}}
    )
    people = tables.Column(
        accessor="number_of_members", verbose_name=gettext_lazy("Members"), attrs={"td": {"class": "is-num"}}
    )

    class Meta(Table.Meta):
        sequence = ("name", "kind", "cadence", "gap", "following", "rhythm", "turnout", "people")

    def _rhythm(self, record: Any) -> Any:
        return self.given.get("rhythms", {}).get(record.pk)

    def render_name(self, record: Any) -> SafeString:
        return format_html('<a href="{}">{}</a>', address_of("meetings:group_detail", record.pk), record.name)

    def value_name(self, record: Any) -> str:
        return str(record.name)

    def render_kind(self, record: Any) -> str:
        return label_of(record, "kind")

    def render_cadence(self, record: Any) -> str:
        return label_of(record, "cadence")

    def render_gap(self, record: Any) -> str:
        rhythm = self._rhythm(record)
        return rhythm.gap_words if rhythm else ""

    def render_following(self, record: Any) -> str:
        rhythm = self._rhythm(record)
        return when(rhythm.next_at, "plain") if rhythm and rhythm.next_at else str(gettext_lazy("none planned"))

    def render_rhythm(self, record: Any) -> str:
        rhythm = self._rhythm(record)
        return chip(*rhythm.chip) if rhythm else ""

    def render_turnout(self, record: Any) -> SafeString | str:
        """Return the share of seats filled in the last year, as a link to who came."""
        share = self.given.get("shares", {}).get(record.pk)
        if share is None:
            return ""
        return format_html('<a href="{}">{} %</a>', address_of("meetings:group_attendance", record.pk), share)

    def value_turnout(self, record: Any) -> Any:
        return self.given.get("shares", {}).get(record.pk)

    def value_rhythm(self, record: Any) -> str:
        rhythm = self._rhythm(record)
        return str(rhythm.chip[1]) if rhythm else ""
