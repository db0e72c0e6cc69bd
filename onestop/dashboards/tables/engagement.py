"""The table of partners by engagement."""

from typing import Any

import django_tables2 as tables
from django.db.models import F, QuerySet
from django.db.models.functions import Lower
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from onestop.dashboards.engagement.overview import Engagement
from onestop.ui.lists import Table
from onestop.ui.markup import format_html, format_html_join
from onestop.ui.presentation import chip, shortday
from onestop.ui.row_values import address_of

STEADY, DRIFTING = ("good", _("Steady"), "check-circle"), ("soon", _("Drifting"), "arrow-down-right")


def say_change(change: int | None) -> str:
    """Return the change of a score in words: "+5", "-12", "no change"; empty without one to compare."""
    if change is None:
        return ""
    return f"{change:+d}".replace("-", "\N{MINUS SIGN}") if change else gettext("no change")


def say_trend(engagement: Engagement) -> str:
    """Return the scores of the last quarters, the oldest first: "70, 75, 82"."""
    return ", ".join(str(value) for value in engagement.trend.values if value is not None)


class EngagementTable(Table):
    """Partners with their score and trend. Needs score and change (annotated), and given: engagements by partner."""

    row_header = "partner"
    caption = _("Engagement of partners")

    partner = tables.Column(accessor="organization__name", verbose_name=_("Partner"))
    score = tables.Column(accessor="score", verbose_name=_("Score"), empty_values=(), attrs={"td": {"class": "is-num"}})
    change = tables.Column(
        accessor="change", verbose_name=_("In three months"), empty_values=(), attrs={"td": {"class": "is-num"}}
    )
    trend = tables.Column(accessor="pk", verbose_name=_("Last year, by quarter"), orderable=False)

    class Meta(Table.Meta):
        sequence = ("partner", "score", "change", "trend")

    def render_partner(self, record: Any) -> SafeString:
        url = address_of("dashboards:partner_engagement", record.pk)
        return format_html('<a href="{}">{}</a>', url, record.organization.name)

    def render_score(self, record: Any) -> SafeString | str:
        return gettext("Nothing owed") if record.score is None else str(record.score)

    def render_change(self, record: Any) -> str:
        return say_change(record.change) or gettext("Too early")

    def render_trend(self, record: Any) -> str:
        return say_trend(self.given["engagements"][record.pk]) or gettext("Nothing owed")

    def order_partner(self, queryset: QuerySet, is_descending: bool) -> tuple[QuerySet, bool]:
        name = Lower("organization__name")
        return queryset.order_by(name.desc() if is_descending else name.asc()), True

    def order_score(self, queryset: QuerySet, is_descending: bool) -> tuple[QuerySet, bool]:
        return _order(queryset, "score", is_descending), True

    def order_change(self, queryset: QuerySet, is_descending: bool) -> tuple[QuerySet, bool]:
        return _order(queryset, "change", is_descending), True


def _order(queryset: QuerySet, name: str, is_descending: bool) -> QuerySet:
    by = F(name).desc(nulls_last=True) if is_descending else F(name).asc(nulls_last=True)
    return queryset.order_by(by, Lower("organization__name"))


class DriftingTable(EngagementTable):
    """The same with the reasons why a partner drifts, for staff, the board and the state."""

    why = tables.Column(accessor="pk", verbose_name=_("Standing, and why"), orderable=False)

    class Meta(Table.Meta):
        sequence = ("partner", "score", "change", "why", "trend")

    def render_why(self, record: Any) -> SafeString:
        drift = self.given["engagements"][record.pk].drift
        if drift is None:
            return chip(*map(str, STEADY)) if record.score is not None else format_html("{}", gettext("Nothing owed"))
        reasons = format_html_join("", '<span class="op-table__sub">{}</span>', ((each,) for each in drift.reasons))
        return format_html("{}{}", chip(*map(str, DRIFTING)), reasons)


HEADER = (_("Partner"), _("Score"), _("Change in three months"), _("Scores"))
WHY = _("Why it drifts")


def row_of(record: Any, engagement: Engagement, *, with_reasons: bool) -> list[Any]:
    """Return one row of the export."""
    trend = ", ".join(
        f"{shortday(day)}: {value}"
        for day, value in zip(engagement.trend.days, engagement.trend.values, strict=True)
        if value is not None
    )
    row = [record.organization.name, engagement.score.value, engagement.trend.change, trend]
    if with_reasons:
        row.append(" ".join(engagement.drift.reasons) if engagement.drift else "")
    return row
