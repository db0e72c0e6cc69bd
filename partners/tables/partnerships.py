"""The table of partners."""

from typing import Any

import django_tables2 as tables
from django.db.models import F, QuerySet
from django.db.models.functions import Lower
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from onestop.ui.lists import Table
from onestop.ui.markup import format_html
from onestop.ui.presentation import chip, draw_icon
from onestop.ui.row_values import address_of, label_of
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
    """Return the status of a partnership as a chip; archived takes precedence."""
    if partnership.is_archived:
        return chip("rest", gettext("Archived"), STATUS_ICONS["archived"])
    status = partnership.status
    return chip(STATUS_KINDS[status], label_of(partnership, "status"), STATUS_ICONS[status])


def alone(partnership: Any) -> str:
    """Return the functions that only one person has for a partner, in words. Needs with_people."""
    counts = (
        (gettext("represents"), partnership.speakers),
        (gettext("signs"), partnership.signatories),
        (gettext("edits"), partnership.editors),
        (gettext("receives notifications"), partnership.readers),
    )
    # It may be a different person for each function.
    return ", ".join(verb for verb, number in counts if number == 1)


class PartnershipTable(Table):
    """Partners of an area. Needs with_programs, with_people and with_services."""

    row_header = "partner"
    caption = _("Partners")
    picks = True

    partner = tables.Column(accessor="organization__name", verbose_name=_("Partner"))
    status = tables.Column(verbose_name=_("Status"))
    commitment = tables.Column(verbose_name=_("Commitment"), default=_("Not provided"))
    speaks = tables.Column(accessor="main_name", verbose_name=_("Main representative"), empty_values=())
    services = tables.Column(
        accessor="services_total",
        verbose_name=_("Services confirmed"),
        empty_values=(),
        attrs={"td": {"class": "is-num"}},
    )

    class Meta(Table.Meta):
        order_by = ("partner",)
        sequence = ("partner", "status", "commitment", "speaks", "services")

    def render_partner(self, record: Any) -> SafeString:
        carried = ", ".join(link.program.short_name for link in record.carried) or gettext("Additional partner")
        url = address_of("partners:partnership_detail", record.pk)
        name = record.organization.name
        return format_html('<a href="{}">{}</a><span class="op-table__sub">{}</span>', url, name, carried)

    def render_status(self, record: Any) -> SafeString:
        return status_chip(record)

    def render_speaks(self, record: Any) -> SafeString | str:
        if not record.main_name:
            words = gettext("No main representative") if record.speakers else gettext("No representative")
            return format_html('<span class="op-attn">{} {}</span>', draw_icon(RISK_ICONS["nobody"]), words)
        if not (functions := alone(record)):
            return str(record.main_name)
        return format_html(
            '{}<span class="op-table__sub op-attn">{} {}</span>',
            record.main_name,
            draw_icon(RISK_ICONS["alone"]),
            gettext("One person only: %(functions)s") % {"functions": functions},
        )

    def render_services(self, record: Any) -> SafeString | str:
        if not record.services_total:
            return gettext("None")
        counts = {"confirmed": record.services_fresh, "total": record.services_total}
        words = gettext("%(confirmed)d of %(total)d") % counts
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
        # Ascending order starts with the most unconfirmed services.
        stale = F("services_fresh") - F("services_total")
        return queryset.order_by(stale.desc() if is_descending else stale.asc()), True
