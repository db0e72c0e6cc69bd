"""The table of points of engagement."""

from typing import Any

import django_tables2 as tables
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from onestop.dashboards.board.matching import KIND_ICONS, state_of
from onestop.dashboards.board.times import when_of
from onestop.dashboards.models.opportunities import Kind
from onestop.ui.lists import Table
from onestop.ui.markup import format_html
from onestop.ui.presentation import chip, day, draw_icon
from onestop.ui.row_values import address_of


class OpportunityTable(Table):
    """Points of engagement of an area. Needs with_counts; given ``names``: who took each on."""

    row_header = "title"
    caption = gettext_lazy("Points of engagement")

    title = tables.Column(verbose_name=gettext_lazy("What it is"))
    kind = tables.Column(verbose_name=gettext_lazy("Kind"))
    effort = tables.Column(verbose_name=gettext_lazy("How long it takes"), orderable=False)
    held_at = tables.Column(verbose_name=gettext_lazy("Day"), empty_values=())
    taken = tables.Column(verbose_name=gettext_lazy("Taken on by"))
    state = tables.Column(verbose_name=gettext_lazy("State"), orderable=False, empty_values=())

    class Meta(Table.Meta):
        sequence = ("title", "kind", "effort", "held_at", "taken", "state")

    def render_title(self, record: Any) -> SafeString:
        return format_html('<a href="{}">{}</a>', address_of("dashboards:opportunity_detail", record.pk), record.title)

    def render_kind(self, record: Any) -> SafeString:
        return format_html("{} {}", draw_icon(KIND_ICONS[Kind(record.kind)]), record.get_kind_display())

    def render_held_at(self, record: Any) -> str:
        if record.held_at:
            return when_of(record)
        return _("Until %(day)s") % {"day": day(record.until_on, "plain")} if record.until_on else _("Any day")

    def render_taken(self, record: Any) -> str:
        if names := self.given["names"].get(record.pk):
            return ", ".join(names)
        if sponsor := record.sponsor_on(timezone.localdate()):
            return str(sponsor.name)
        return _("%(taken)d of %(places)d") % {"taken": record.taken, "places": record.places}

    def render_state(self, record: Any) -> SafeString:
        return chip(*state_of(record, timezone.localdate()))
