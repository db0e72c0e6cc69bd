"""The table of agreements."""

from datetime import date, timedelta
from typing import Any

import django_tables2 as tables
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from agreements.models import Agreement
from onestop.ui.lists import Table
from onestop.ui.markup import format_html
from onestop.ui.presentation import chip, day, shortday
from onestop.ui.row_values import address_of, label_of

SOON = timedelta(days=270)


class AgreementTable(Table):
    """Agreements of an area. Needs number_of_parties and with_succession."""

    row_header = "title"
    caption = gettext_lazy("Agreements")

    title = tables.Column(verbose_name=gettext_lazy("Agreement"), order_by="number")
    standing = tables.Column(accessor="status", verbose_name=gettext_lazy("Standing"))
    kind = tables.Column(verbose_name=gettext_lazy("Kind"))
    effective_on = tables.Column(verbose_name=gettext_lazy("Effective"), attrs={"td": {"class": "op-nowrap"}})
    expires_on = tables.Column(verbose_name=gettext_lazy("Expires"))
    parties = tables.Column(
        accessor="number_of_parties", verbose_name=gettext_lazy("Parties"), attrs={"td": {"class": "is-num"}}
    )

    class Meta(Table.Meta):
        sequence = ("title", "standing", "kind", "effective_on", "expires_on", "parties")

    def render_title(self, record: Any) -> SafeString:
        url = address_of("agreements:agreement_detail", record.pk)
        number = format_html('<span class="op-table__sub">{}</span>', record.number)
        return format_html('<a href="{}">{}</a>{}', url, record.title, number)

    def value_title(self, record: Any) -> str:
        return str(record)

    def render_standing(self, record: Any) -> SafeString:
        return standing_chip(record, timezone.localdate())

    def value_standing(self, record: Any) -> str:
        return standing_of(record, timezone.localdate())[1]

    def render_kind(self, record: Any) -> str:
        return label_of(record, "kind")

    def render_effective_on(self, value: date) -> str:
        return shortday(value)

    def render_expires_on(self, record: Any) -> str:
        manner = "soon" if record.status == Agreement.Status.EXECUTED else ""
        return day(record.expires_on, manner)

    def value_effective_on(self, value: Any) -> Any:
        return value

    def value_expires_on(self, record: Any) -> Any:
        return record.expires_on


def standing_of(agreement: Any, today: date) -> tuple[str, str, str]:
    """Return how an agreement stands on a day, as kind, word and icon of a chip. Needs with_succession."""
    if agreement.status != Agreement.Status.EXECUTED:
        kinds = {"draft": ("rest", "pencil"), "review": ("way", "chat-left-text"), "signing": ("way", "pen")}
        kind, icon = kinds.get(agreement.status, ("rest", "archive"))
        return kind, str(agreement.get_status_display()), icon
    if agreement.effective_on and agreement.effective_on > today:
        return "way", _("Not in force yet"), "clock"
    if agreement.expires_on and agreement.expires_on < today:
        return ("rest", _("Ended"), "check-lg") if agreement.is_succeeded else ("now", _("Expired"), "")
    if agreement.expires_on and agreement.expires_on <= today + SOON:
        return "soon", _("Expiring"), ""
    return "good", _("In force"), ""


def standing_chip(agreement: Any, today: date) -> SafeString:
    """Return the standing as a chip."""
    return chip(*standing_of(agreement, today))
