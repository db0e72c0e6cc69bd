"""How a list of centers looks."""

from datetime import date
from typing import Any

import django_tables2 as tables
from django.db.models import F, QuerySet
from django.db.models.functions import Lower
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

from onestop.ui.lists import Table
from onestop.ui.presentation import chip, shortday
from partners.models import Center, CenterReview
from partners.network.due_dates import HELD, OVER, SOON, UNKNOWN, Clock, clock_of

CLOCK_KINDS = {HELD: "good", SOON: "soon", OVER: "now", UNKNOWN: "soon"}
CLOCK_ICONS = {
    HELD: "patch-check",
    SOON: "hourglass-split",
    OVER: "exclamation-octagon",
    UNKNOWN: "patch-question",
}
ARCHIVE_ICONS = {"archived": "archive"}


def clock_chip(center: Center, clock: Clock) -> SafeString:
    """Return how a clock of a center stands, as a chip; archived goes before all."""
    if center.is_archived:
        return chip("rest", "Archived", ARCHIVE_ICONS["archived"])
    words = {
        HELD: shortday(clock.last_on),
        SOON: f"Due {shortday(clock.due_on)}",
        OVER: f"Was due {shortday(clock.due_on)}",
        UNKNOWN: "Not known",
    }
    return chip(CLOCK_KINDS[clock.state], words[clock.state], CLOCK_ICONS[clock.state])


class CenterTable(Table):
    """Centers of an area. Needs services_number."""

    row_header = "name"
    caption = "Centers"

    name = tables.Column(verbose_name="Center")
    address = tables.Column(accessor="city", verbose_name="Address", empty_values=())
    hours = tables.Column(verbose_name="Open", orderable=False)
    phone = tables.Column(orderable=False, attrs={"td": {"class": "op-nowrap"}})
    certified = tables.Column(accessor="certified_on", verbose_name="Certified", empty_values=())
    reviewed = tables.Column(
        accessor="accessibility_reviewed_on", verbose_name="Accessibility reviewed", empty_values=()
    )
    services = tables.Column(accessor="services_number", verbose_name="Services", attrs={"td": {"class": "is-num"}})

    class Meta(Table.Meta):
        sequence = ("name", "address", "hours", "phone", "certified", "reviewed", "services")

    def render_name(self, record: Any) -> SafeString:
        url, kind = reverse("partners:center_detail", args=[record.pk]), record.get_kind_display()
        return format_html('<a href="{}">{}</a><span class="op-table__sub">{}</span>', url, record.name, kind)

    def render_address(self, record: Any) -> str:
        return record.address or "Not said yet"

    def render_certified(self, record: Any) -> SafeString:
        return _clock_chip(record, CenterReview.Kind.CERTIFICATION)

    def render_reviewed(self, record: Any) -> SafeString:
        return _clock_chip(record, CenterReview.Kind.ACCESSIBILITY)

    def render_services(self, record: Any) -> SafeString:
        url = reverse("partners:service_list", args=[record.area.slug], query={"center": record.pk})
        return format_html(
            '<a href="{}">{}<span class="visually-hidden"> services there</span></a>', url, record.services_number
        )

    def value_certified(self, record: Any) -> date | None:
        return record.certified_on

    def value_reviewed(self, record: Any) -> date | None:
        return record.accessibility_reviewed_on

    def value_services(self, record: Any) -> int:
        return int(record.services_number)

    def value_name(self, record: Any) -> str:
        return str(record.name)

    def order_name(self, queryset: QuerySet, is_descending: bool) -> tuple[QuerySet, bool]:
        return queryset.order_by(Lower("name").desc() if is_descending else Lower("name").asc()), True

    def order_certified(self, queryset: QuerySet, is_descending: bool) -> tuple[QuerySet, bool]:
        return _by_day(queryset, "certified_on", is_descending), True

    def order_reviewed(self, queryset: QuerySet, is_descending: bool) -> tuple[QuerySet, bool]:
        return _by_day(queryset, "accessibility_reviewed_on", is_descending), True


def _clock_chip(center: Center, kind: CenterReview.Kind) -> SafeString:
    return clock_chip(center, clock_of(center, kind, timezone.localdate()))


def _by_day(queryset: QuerySet, column: str, is_descending: bool) -> QuerySet:
    # Not known counts as longest ago.
    said = F(column)
    return queryset.order_by(said.desc(nulls_last=True) if is_descending else said.asc(nulls_first=True))
