"""How a list of partners looks."""

from typing import Any

import django_tables2 as tables
from django.db.models import F, QuerySet
from django.db.models.functions import Lower
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from onestop.ui.lists import Table
from onestop.ui.presentation import chip, draw_icon
from partners.models import Partnership

STATUS_KINDS = {"prospective": "way", "active": "good", "paused": "soon", "ended": "rest"}
STATUS_ICONS = {
    "prospective": "hourglass",
    "active": "check-circle-fill",
    "paused": "pause-circle-fill",
    "ended": "flag",
    "archived": "archive",
}
RISK_ICONS = {"nobody": "person-x", "alone": "person-exclamation"}


def status_chip(partnership: Partnership) -> SafeString:
    """Return the status of a partnership as a chip; archived goes before all."""
    if partnership.is_archived:
        return chip("rest", "Archived", STATUS_ICONS["archived"])
    status = partnership.status
    return chip(STATUS_KINDS[status], partnership.get_status_display(), STATUS_ICONS[status])


def alone(partnership: Any) -> str:
    """Say in words what one person alone does for a partner; nothing if there is a second one. Needs with_people."""
    counts = {
        "speaks": partnership.speakers,
        "signs": partnership.signatories,
        "edits": partnership.editors,
        "receives notices": partnership.readers,
    }
    # Who does each of these need not be the same person.
    return ", ".join(verb for verb, number in counts.items() if number == 1)


class PartnershipTable(Table):
    """Partners of an area. Needs with_programs, with_people and with_services."""

    row_header = "partner"
    caption = "Partners"
    picks = True

    partner = tables.Column(accessor="organization__name", verbose_name="Partner")
    status = tables.Column()
    commitment = tables.Column(default="Not said")
    speaks = tables.Column(accessor="main_name", verbose_name="Speaks for them", empty_values=())
    services = tables.Column(
        accessor="services_total", verbose_name="Services fresh", empty_values=(), attrs={"td": {"class": "is-num"}}
    )

    class Meta(Table.Meta):
        order_by = ("partner",)
        sequence = ("partner", "status", "commitment", "speaks", "services")

    def render_partner(self, record: Any) -> SafeString:
        carried = ", ".join(link.program.short_name for link in record.carried) or "Joined by choice"
        url = reverse("partners:partnership_detail", args=[record.pk])
        name = record.organization.name
        return format_html('<a href="{}">{}</a><span class="op-table__sub">{}</span>', url, name, carried)

    def render_status(self, record: Any) -> SafeString:
        return status_chip(record)

    def render_speaks(self, record: Any) -> SafeString | str:
        if not record.main_name:
            words = "No main representative" if record.speakers else "Nobody yet"
            return format_html('<span class="op-attn">{} {}</span>', draw_icon(RISK_ICONS["nobody"]), words)
        if not (verbs := alone(record)):
            return str(record.main_name)
        return format_html(
            '{}<span class="op-table__sub op-attn">{} One person only: {}</span>',
            record.main_name,
            draw_icon(RISK_ICONS["alone"]),
            verbs,
        )

    def render_services(self, record: Any) -> SafeString | str:
        if not record.services_total:
            return "None"
        words = f"{record.services_fresh} of {record.services_total}"
        if record.services_fresh < record.services_total:
            return format_html('<span class="op-attn">{}</span>', words)
        return words

    def order_partner(self, queryset: QuerySet, is_descending: bool) -> tuple[QuerySet, bool]:
        name = Lower("organization__name")
        return queryset.order_by(name.desc() if is_descending else name.asc()), True

    def order_speaks(self, queryset: QuerySet, is_descending: bool) -> tuple[QuerySet, bool]:
        name = Lower("main_name")
        return queryset.order_by(name.desc() if is_descending else name.asc()), True

    def order_services(self, queryset: QuerySet, is_descending: bool) -> tuple[QuerySet, bool]:
        # Most stale services first, when ascending: what needs work.
        stale = F("services_fresh") - F("services_total")
        return queryset.order_by(stale.desc() if is_descending else stale.asc()), True
