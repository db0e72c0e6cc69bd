"""The table of services."""

from typing import Any

import django_tables2 as tables
from django.db.models import F, QuerySet
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from onestop.ui.lists import Table
from onestop.ui.markup import format_html
from onestop.ui.presentation import chip, draw_icon
from onestop.ui.row_values import address_of, label_of
from partners.upkeep.freshness import freshness_of

SHOWN = 110  # characters of a longer text; the service's page shows all of it
SEEN_ICONS = {"public": "globe", "partners": "people", "archived": "archive"}


def in_short(text: str) -> str:
    """Return a text shortened to fit into a cell."""
    words = " ".join(text.split())
    return words if len(words) <= SHOWN else f"{words[: SHOWN - 1]}…"


def paused_chip(service: Any) -> SafeString | str:
    """Return that a service is closed for a while, and until when or why; nothing while it is open."""
    if not service.is_paused:
        return ""
    closed = chip("soon", gettext("Temporarily closed"), "pause-circle")
    return format_html('<span class="op-table__sub">{} {}</span>', closed, service.paused_note)


def spanish_chip(service: Any) -> SafeString | str:
    """Return that the Spanish text of a service is behind the English, or nothing. Needs spanish_is_behind."""
    if not service.spanish_is_behind:
        return ""
    url = address_of("partners:service_spanish", service.pk)
    behind = chip("soon", gettext("Spanish behind the English"), "translate", url)
    return format_html('<span class="op-table__sub">{}</span>', behind)


class ServiceTable(Table):
    """Services of an area. Needs partnership__organization, with_program_names and spanish_is_behind."""

    row_header = "name"
    caption = _("Services")
    loads = (
        "name", "kind", "is_public", "audience", "how_to_get_in", "verified_on", "archived_at", "partnership_id",
        "is_paused", "paused_note",
        "partnership__organization__name", "partnership__organization__short_name",
    )  # fmt: skip
    picks = True

    name = tables.Column(verbose_name=_("Service"))
    partner = tables.Column(accessor="partnership__organization__name", verbose_name=_("Partner"))
    audience = tables.Column(verbose_name=_("Who it is for"), orderable=False)
    how_to_get_in = tables.Column(verbose_name=_("How to get in"), orderable=False)
    programs = tables.Column(accessor="pk", verbose_name=_("Programs"), orderable=False)
    confirmed = tables.Column(accessor="verified_on", verbose_name=_("Last confirmed"), empty_values=())

    class Meta(Table.Meta):
        sequence = ("name", "partner", "audience", "how_to_get_in", "programs", "confirmed")

    def render_name(self, record: Any) -> SafeString:
        kind = label_of(record, "kind")
        icon = draw_icon(SEEN_ICONS["partners"])
        audience = "" if record.is_public else format_html(" {} {}", icon, gettext("Partners only"))
        url = address_of("partners:service_detail", record.pk)
        return format_html(
            '<a href="{}">{}</a><span class="op-table__sub">{}{}</span>{}{}',
            url, record.name, kind, audience, paused_chip(record), spanish_chip(record),
        )  # fmt: skip

    def render_partner(self, record: Any) -> SafeString:
        url = address_of("partners:partnership_detail", record.partnership_id)
        organization = record.partnership.organization
        return format_html('<a href="{}">{}</a>', url, organization.short_name or organization.name)

    def render_audience(self, value: str) -> str:
        return in_short(value)

    def render_how_to_get_in(self, value: str) -> str:
        return in_short(value)

    def render_programs(self, record: Any) -> str:
        return ", ".join(record.program_names) or gettext("None")

    def render_confirmed(self, record: Any) -> SafeString:
        if record.is_archived:
            return chip("rest", gettext("Archived"), SEEN_ICONS["archived"])
        fresh = chip(freshness_of(record, timezone.localdate()))
        reminded = self.given.get("reminded", {}).get(record.partnership_id)
        if not reminded or not record.is_stale(timezone.localdate()):
            return fresh
        return format_html('{}<span class="op-table__sub">{} {}</span>', fresh, draw_icon("bell"), reminded)

    def order_name(self, queryset: QuerySet, is_descending: bool) -> tuple[QuerySet, bool]:
        return queryset.order_by(Lower("name").desc() if is_descending else Lower("name").asc()), True

    def order_partner(self, queryset: QuerySet, is_descending: bool) -> tuple[QuerySet, bool]:
        partner, name = Lower("partnership__organization__name"), Lower("name")
        return queryset.order_by(partner.desc() if is_descending else partner.asc(), name), True

    def order_confirmed(self, queryset: QuerySet, is_descending: bool) -> tuple[QuerySet, bool]:
        # Never confirmed counts as longest ago.
        day = F("verified_on")
        return queryset.order_by(day.desc(nulls_last=True) if is_descending else day.asc(nulls_first=True)), True


class ServiceTableToRead(ServiceTable):
    """The same for readers who may not confirm or archive."""

    picks = False
