"""The table of agreements."""

from datetime import date
from typing import Any

import django_tables2 as tables
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy

from agreements.models import Agreement
from agreements.terms.standings import standing_of
from onestop.ui.lists import Table
from onestop.ui.markup import format_html
from onestop.ui.presentation import chip, day, shortday
from onestop.ui.row_values import address_of, label_of


class AgreementTable(Table):
    """Agreements of an area. Needs number_of_parties and with_terms."""

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
        return chip(standing_of(record, timezone.localdate()))

    def value_standing(self, record: Any) -> str:
        return standing_of(record, timezone.localdate()).word

    def render_kind(self, record: Any) -> str:
        return label_of(record, "kind")

    def render_effective_on(self, value: date) -> str:
        return shortday(value)

    def render_expires_on(self, record: Any) -> str:
        manner = "soon" if record.status == Agreement.Status.EXECUTED else ""
        return day(last_day_of(record), manner)

    def value_effective_on(self, value: Any) -> Any:
        return value

    def value_expires_on(self, record: Any) -> Any:
        return last_day_of(record)


def last_day_of(record: Any) -> date | None:
    """Return the last day of the term: of an executed agreement as it was extended or terminated. Needs with_terms."""
    ends_on: date | None = record.ends_on if record.executed_on else record.expires_on
    return ends_on
