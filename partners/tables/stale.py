"""The table of partners with services to confirm."""

from typing import Any

import django_tables2 as tables
from django.db.models import F, QuerySet
from django.db.models.functions import Lower
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from onestop.ui.lists import Table
from onestop.ui.markup import format_html
from onestop.ui.presentation import draw_icon, shortday, since
from onestop.ui.row_values import address_of


class StaleTable(Table):
    """Partners with services to confirm. Needs with_services, with_confirmations and the slug of the area."""

    row_header = "partner"
    caption = _("Partners with services to confirm")
    picks = True

    partner = tables.Column(accessor="organization__name", verbose_name=_("Partner"))
    stale = tables.Column(accessor="services_total", verbose_name=_("Not confirmed"), attrs={"td": {"class": "is-num"}})
    oldest = tables.Column(accessor="oldest_on", verbose_name=_("Longest ago"), empty_values=())
    reminded = tables.Column(accessor="pk", verbose_name=_("Reminders"), orderable=False)

    class Meta(Table.Meta):
        sequence = ("partner", "stale", "oldest", "reminded")

    def render_partner(self, record: Any) -> SafeString:
        url = address_of("partners:partnership_detail", record.pk)
        link = format_html('<a href="{}">{}</a>', url, record.organization.name)
        if record.pk not in self.given.get("managed", ()):
            return link
        confirm = address_of("partners:partnership_confirm", record.pk)
        return format_html(
            '{}<span class="op-table__sub"><a href="{}">{}</a></span>', link, confirm, gettext("Review and confirm")
        )

    def render_stale(self, record: Any) -> SafeString:
        services = reverse("partners:service_list", args=[self.given["area"]])
        words = gettext("%(stale)d of %(total)d") % {
            "stale": record.services_total - record.services_fresh,
            "total": record.services_total,
        }
        label = gettext("%(words)s services of %(partner)s") % {"words": words, "partner": record.organization.name}
        return format_html(
            '<a href="{}?partner={}&amp;freshness=unconfirmed" aria-label="{}">{}</a>',
            services, record.pk, label, words,
        )  # fmt: skip

    def render_oldest(self, record: Any) -> SafeString | str:
        if record.oldest_on is None:
            return format_html('<span class="op-attn">{}</span>', gettext("Never confirmed"))
        return format_html(
            '{}<span class="op-table__sub">{}</span>', shortday(record.oldest_on), since(record.oldest_on)
        )

    def render_reminded(self, record: Any) -> SafeString | str:
        words = self.given.get("reminded", {}).get(record.pk)
        return format_html("{} {}", draw_icon("bell"), words) if words else gettext("None yet")

    def order_partner(self, queryset: QuerySet, is_descending: bool) -> tuple[QuerySet, bool]:
        name = Lower("organization__name")
        return queryset.order_by(name.desc() if is_descending else name.asc()), True

    def order_stale(self, queryset: QuerySet, is_descending: bool) -> tuple[QuerySet, bool]:
        stale = F("services_total") - F("services_fresh")
        return queryset.order_by(stale.desc() if is_descending else stale.asc()), True

    def order_oldest(self, queryset: QuerySet, is_descending: bool) -> tuple[QuerySet, bool]:
        # Never confirmed counts as longest ago.
        day = F("oldest_on")
        return queryset.order_by(day.desc(nulls_last=True) if is_descending else day.asc(nulls_first=True)), True


class StaleTableToRead(StaleTable):
    """The same for readers who may not ask partners."""

    picks = False


def stale_header() -> tuple[str, ...]:
    """Return the column titles of the export."""
    return (
        gettext("Partner"),
        gettext("Services"),
        gettext("Not confirmed"),
        gettext("Never confirmed"),
        gettext("Longest ago"),
    )


def row_of(record: Any) -> tuple[Any, ...]:
    """Return the cells of a partner for the export."""
    stale = record.services_total - record.services_fresh
    return (record.organization.name, record.services_total, stale, record.services_never, record.oldest_on)
