"""How a list of centers looks."""

from datetime import date
from typing import Any

import django_tables2 as tables
from dateutil.relativedelta import relativedelta
from django.db.models import F, QuerySet
from django.db.models.functions import Lower
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

from onestop.lists import Table
from onestop.presentation import chip, shortday
from partners.models import Center

CERTIFIED_YEARS = 3  # 20 CFR 678.800(d): at least once every three years
CERTIFICATE_ICONS = {
    "held": "patch-check",
    "due": "hourglass-split",
    "over": "exclamation-octagon",
    "none": "patch-question",
}
ARCHIVE_ICONS = {"archived": "archive"}
SOON_DAYS = 183


def certificate_chip(center: Center, today: date) -> SafeString:
    """Return how the certification of a center stands, as a chip."""
    if center.is_archived:
        return chip("rest", "Archived", ARCHIVE_ICONS["archived"])
    if center.certified_on is None:
        return chip("soon", "Not known", CERTIFICATE_ICONS["none"])
    due = certificate_due(center)
    assert due is not None
    if due < today:
        return chip("now", f"Was due {shortday(due)}", CERTIFICATE_ICONS["over"])
    if (due - today).days <= SOON_DAYS:
        return chip("soon", f"Due {shortday(due)}", CERTIFICATE_ICONS["due"])
    return chip("good", shortday(center.certified_on), CERTIFICATE_ICONS["held"])


def certificate_due(center: Center) -> date | None:
    """Return the day by which the board has to certify the center again."""
    if center.certified_on is None:
        return None
    return center.certified_on + relativedelta(years=CERTIFIED_YEARS)


class CenterTable(Table):
    """Centers of an area. Needs services_number."""

    row_header = "name"
    caption = "Centers"

    name = tables.Column(verbose_name="Center")
    address = tables.Column(accessor="city", verbose_name="Address", empty_values=())
    hours = tables.Column(verbose_name="Open", orderable=False)
    phone = tables.Column(orderable=False, attrs={"td": {"class": "op-nowrap"}})
    certified = tables.Column(accessor="certified_on", verbose_name="Certified", empty_values=())
    services = tables.Column(accessor="services_number", verbose_name="Services", attrs={"td": {"class": "is-num"}})

    class Meta(Table.Meta):
        sequence = ("name", "address", "hours", "phone", "certified", "services")

    def render_name(self, record: Any) -> SafeString:
        url, kind = reverse("partners:center_detail", args=[record.pk]), record.get_kind_display()
        return format_html('<a href="{}">{}</a><span class="op-table__sub">{}</span>', url, record.name, kind)

    def render_address(self, record: Any) -> str:
        return record.address or "Not said yet"

    def render_certified(self, record: Any) -> SafeString:
        return certificate_chip(record, timezone.localdate())

    def render_services(self, record: Any) -> SafeString:
        url = reverse("partners:service_list", args=[record.area.slug], query={"center": record.pk})
        return format_html(
            '<a href="{}">{}<span class="visually-hidden"> services there</span></a>', url, record.services_number
        )

    def value_certified(self, record: Any) -> date | None:
        return record.certified_on

    def value_services(self, record: Any) -> int:
        return int(record.services_number)

    def value_name(self, record: Any) -> str:
        return str(record.name)

    def order_name(self, queryset: QuerySet, is_descending: bool) -> tuple[QuerySet, bool]:
        return queryset.order_by(Lower("name").desc() if is_descending else Lower("name").asc()), True

    def order_certified(self, queryset: QuerySet, is_descending: bool) -> tuple[QuerySet, bool]:
        # Not known counts as longest ago.
        said = F("certified_on")
        return queryset.order_by(said.desc(nulls_last=True) if is_descending else said.asc(nulls_first=True)), True
