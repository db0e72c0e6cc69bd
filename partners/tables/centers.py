"""The table of centers."""

from datetime import date
from typing import Any

import django_tables2 as tables
from django.db.models import F, QuerySet
from django.db.models.functions import Lower
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from onestop.ui.lists import Table
from onestop.ui.markup import format_html
from onestop.ui.presentation import chip, shortday
from onestop.ui.row_values import address_of, label_of
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
    """Return the status of a required review of a center as a chip; archived takes precedence."""
    if center.is_archived:
        return chip("rest", gettext("Archived"), ARCHIVE_ICONS["archived"])
    words = {
        HELD: shortday(clock.last_on),
        SOON: gettext("Due %(day)s") % {"day": shortday(clock.due_on)},
        OVER: gettext("Overdue since %(day)s") % {"day": shortday(clock.due_on)},
        UNKNOWN: gettext("Not recorded"),
    }
    return chip(CLOCK_KINDS[clock.state], words[clock.state], CLOCK_ICONS[clock.state])


class CenterTable(Table):
    """Centers of an area. Needs services_number."""

    row_header = "name"
    caption = _("Centers")

    name = tables.Column(verbose_name=_("Center"))
    address = tables.Column(accessor="city", verbose_name=_("Address"), empty_values=())
    hours = tables.Column(verbose_name=_("Hours"), orderable=False, default=_("Not provided"))
    phone = tables.Column(
        verbose_name=_("Phone"), orderable=False, default=_("Not provided"), attrs={"td": {"class": "op-nowrap"}}
    )
    certified = tables.Column(accessor="certified_on", verbose_name=_("Certified"), empty_values=())
    reviewed = tables.Column(
        accessor="accessibility_reviewed_on", verbose_name=_("Accessibility reviewed"), empty_values=()
    )
    services = tables.Column(accessor="services_number", verbose_name=_("Services"), attrs={"td": {"class": "is-num"}})

    class Meta(Table.Meta):
        sequence = ("name", "address", "hours", "phone", "certified", "reviewed", "services")

    def render_name(self, record: Any) -> SafeString:
        url, kind = address_of("partners:center_detail", record.pk), label_of(record, "kind")
        return format_html('<a href="{}">{}</a><span class="op-table__sub">{}</span>', url, record.name, kind)

    def render_address(self, record: Any) -> str:
        return record.address or gettext("Not provided")

    def render_certified(self, record: Any) -> SafeString:
        return _clock_chip(record, CenterReview.Kind.CERTIFICATION)

    def render_reviewed(self, record: Any) -> SafeString:
        return _clock_chip(record, CenterReview.Kind.ACCESSIBILITY)

    def render_services(self, record: Any) -> SafeString:
        url = reverse("partners:service_list", args=[record.area.slug], query={"center": record.pk})
        number = record.services_number
        words = ngettext("%(number)d service", "%(number)d services", number) % {"number": number}
        return format_html(
            '<a href="{}"><span aria-hidden="true">{}</span><span class="visually-hidden">{}</span></a>',
            url,
            number,
            words,
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
    # Not recorded counts as longest ago.
    day = F(column)
    return queryset.order_by(day.desc(nulls_last=True) if is_descending else day.asc(nulls_first=True))
