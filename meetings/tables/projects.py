"""The table of projects."""

from typing import Any

import django_tables2 as tables
from django.db.models import QuerySet
from django.db.models.functions import Lower
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from meetings.projects.reading import ICONS, KINDS, counted_of
from onestop.ui.lists import Table
from onestop.ui.markup import format_html, format_html_join
from onestop.ui.presentation import chip, shortday
from onestop.ui.row_values import address_of


class ProjectTable(Table):
    """Projects of an area. Needs with_parts."""

    row_header = "name"
    caption = gettext_lazy("Projects")

    name = tables.Column(verbose_name=gettext_lazy("Project"))
    framework = tables.Column(verbose_name=gettext_lazy("Carried out"))
    lead = tables.Column(accessor="lead__organization__name", verbose_name=gettext_lazy("Lead partner"))
    partners = tables.Column(accessor="pk", verbose_name=gettext_lazy("Partners"), orderable=False)
    outcomes = tables.Column(accessor="pk", verbose_name=gettext_lazy("Outcomes"), orderable=False)
    first_on = tables.Column(verbose_name=gettext_lazy("Days"))
    status = tables.Column(verbose_name=gettext_lazy("Status"))

    class Meta(Table.Meta):
        sequence = ("name", "framework", "lead", "partners", "outcomes", "first_on", "status")

    def render_name(self, record: Any) -> SafeString:
        goal = format_html('<span class="op-table__sub">{}</span>', record.goal.name) if record.goal else ""
        archived = format_html(" {}", chip("rest", _("Archived"), "archive")) if record.is_archived else ""
        url = address_of("meetings:project_detail", record.pk)
        return format_html('<a href="{}">{}</a>{}{}', url, record.name, archived, goal)

    def render_partners(self, record: Any) -> SafeString | str:
        if not record.partners:
            return str(self.default)
        rows = ((_name(link), link.get_commitment_display()) for link in record.partners)
        return format_html_join("", '<div>{} <span class="op-muted">{}</span></div>', rows)

    def render_outcomes(self, record: Any) -> SafeString | str:
        found = [(each.outcome.name, each.words) for each in counted_of(record)]
        return format_html_join("", "<div>{}: <b>{}</b></div>", found) if found else str(self.default)

    def render_first_on(self, record: Any) -> str:
        if record.last_on is None:
            return _("since %(first)s") % {"first": shortday(record.first_on)}
        return _("%(first)s to %(last)s") % {"first": shortday(record.first_on), "last": shortday(record.last_on)}

    def render_status(self, record: Any) -> SafeString:
        return chip(KINDS[record.status], record.get_status_display(), ICONS[record.status])

    def order_name(self, queryset: QuerySet, is_descending: bool) -> tuple[QuerySet, bool]:
        return queryset.order_by(Lower("name").desc() if is_descending else Lower("name").asc()), True

    def order_lead(self, queryset: QuerySet, is_descending: bool) -> tuple[QuerySet, bool]:
        name = Lower("lead__organization__name")
        return queryset.order_by(name.desc() if is_descending else name.asc()), True


def _name(link: Any) -> str:
    return str(link.partnership.organization.short_name or link.partnership.organization.name)
