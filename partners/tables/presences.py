"""The table of all hours in centers."""

from typing import Any

import django_tables2 as tables
from django.db.models import QuerySet
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from onestop.ui.lists import Table
from onestop.ui.markup import format_html
from onestop.ui.presentation import chip, draw_icon, shortday
from onestop.ui.row_values import address_of, label_of
from partners.models import Partnership

STATE_ICONS = {
    "archived": "archive",
    "unused": "pause-circle",
    "coming": "hourglass",
    "over": "flag",
    "now": "check-lg",
}
WAY_ICONS = {"linkage": "camera-video"}


def state_chip(presence: Any) -> SafeString:
    """Return whether hours are current, future or ended, as a chip."""
    today = timezone.localdate()
    if presence.is_archived:
        return chip("rest", gettext("Archived"), STATE_ICONS["archived"])
    partnership, center = presence.partnership, presence.center
    if partnership.is_archived or center.is_archived or partnership.status != Partnership.Status.ACTIVE:
        return chip("soon", gettext("Not active"), STATE_ICONS["unused"])
    if presence.begins_on and presence.begins_on > today:
        return chip("way", gettext("From %(day)s") % {"day": shortday(presence.begins_on)}, STATE_ICONS["coming"])
    if presence.ends_on and presence.ends_on < today:
        return chip("rest", gettext("Ended %(day)s") % {"day": shortday(presence.ends_on)}, STATE_ICONS["over"])
    until = gettext("Until %(day)s") % {"day": shortday(presence.ends_on)}
    return chip("good", until if presence.ends_on else gettext("Current"), STATE_ICONS["now"])


class PresenceTable(Table):
    """Hours of partners in the centers of an area. Needs the partner's organization, the center, and the area."""

    row_header = "hours"
    caption = _("Hours on site")

    hours = tables.Column(accessor="weekday", verbose_name=_("When"))
    partner = tables.Column(accessor="partnership__organization__name", verbose_name=_("Partner"))
    center = tables.Column(accessor="center__name", verbose_name=_("Center"))
    who = tables.Column(verbose_name=_("Staff and location"), orderable=False, empty_values=())
    phone = tables.Column(
        verbose_name=_("Phone"), orderable=False, empty_values=(), attrs={"td": {"class": "op-nowrap"}}
    )
    state = tables.Column(accessor="ends_on", verbose_name=_("Status"), empty_values=())

    class Meta(Table.Meta):
        sequence = ("hours", "partner", "center", "who", "phone", "state")

    def render_hours(self, record: Any) -> SafeString:
        url = address_of("partners:presence_detail", record.pk)
        return format_html(
            '<a href="{}">{}</a><span class="op-table__sub">{}</span>', url, record.day_in_words, record.times_in_words
        )

    def render_partner(self, record: Any) -> SafeString:
        url = address_of("partners:partnership_detail", record.partnership_id)
        return format_html('<a href="{}">{}</a>', url, record.partnership.organization.name)

    def render_center(self, record: Any) -> SafeString:
        url = address_of("partners:center_detail", record.center_id)
        return format_html('<a href="{}">{}</a>', url, record.center.name)

    def render_who(self, record: Any) -> SafeString | str:
        words = ", ".join(part for part in (record.who, record.desk) if part) or gettext("Not provided")
        if not record.is_remote:
            return words
        how = format_html("{} {}", draw_icon(WAY_ICONS["linkage"]), label_of(record, "way"))
        return format_html('{}<span class="op-table__sub">{}</span>', words, how)

    def render_phone(self, record: Any) -> SafeString | str:
        if record.phone or not record.partnership.contact_phone:
            return record.phone or gettext("Not provided")
        office = record.partnership.contact_phone
        return format_html('{}<span class="op-table__sub">{}</span>', office, gettext("partner office"))

    def render_state(self, record: Any) -> SafeString:
        return state_chip(record)

    def order_hours(self, queryset: QuerySet, is_descending: bool) -> tuple[QuerySet, bool]:
        sign = "-" if is_descending else ""
        return queryset.order_by(f"{sign}weekday", f"{sign}starts_at"), True

    def order_partner(self, queryset: QuerySet, is_descending: bool) -> tuple[QuerySet, bool]:
        name = Lower("partnership__organization__name")
        return queryset.order_by(name.desc() if is_descending else name.asc(), "weekday", "starts_at"), True

    def order_center(self, queryset: QuerySet, is_descending: bool) -> tuple[QuerySet, bool]:
        name = Lower("center__name")
        return queryset.order_by(name.desc() if is_descending else name.asc(), "weekday", "starts_at"), True
