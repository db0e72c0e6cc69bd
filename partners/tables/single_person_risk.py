"""The table of single-person dependencies."""

from typing import Any

import django_tables2 as tables
from django.db.models import QuerySet
from django.db.models.functions import Lower
from django.utils.safestring import SafeString
from django.utils.text import capfirst
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from onestop.ui.lists import Table
from onestop.ui.markup import format_html, format_html_join
from onestop.ui.presentation import draw_icon, shortday
from onestop.ui.row_values import address_of
from partners.people.roster import knows_accounts
from partners.people.single_person_risk import Alone, Function, alone_of

FUNCTION_ICONS = {"signs": "pen", "attends": "chat-left-text", "edits": "card-checklist", "notices": "bell"}


def row_of(alone: Alone, viewer: Any) -> list[Any]:
    """Return one row of the export."""
    seen = alone.holder.last_here if knows_accounts(alone.partnership, viewer) else None
    name, stops = alone.partnership.organization.name, " ".join(alone.stops)
    return [name, str(alone.function.label), alone.holder.name, stops, shortday(seen)]


class SinglePersonTable(Table):
    """A row for each function of each partner that only one person has. Needs single_persons."""

    row_header = "partner"
    caption = _("Single-person dependencies")

    partner = tables.Column(accessor="organization__name", verbose_name=_("Partner"))
    function = tables.Column(verbose_name=_("Function"))
    person = tables.Column(accessor="pk", verbose_name=_("Only person"), orderable=False)
    stops = tables.Column(accessor="pk", verbose_name=_("If this person leaves"), orderable=False)
    seen = tables.Column(accessor="pk", verbose_name=_("Last signed in"), orderable=False, default=_("Not shown"))

    class Meta(Table.Meta):
        sequence = ("partner", "function", "person", "stops", "seen")

    def alone(self, record: Any) -> Alone:
        """Return the dependency of a row, as its reader may know it."""
        found = alone_of(record, self.request.user)
        return next(one for one in found if one.function == record.function)

    def render_partner(self, record: Any) -> SafeString:
        url = address_of("partners:partnership_detail", record.pk)
        return format_html('<a href="{}">{}</a>', url, record.organization.name)

    def render_function(self, value: str) -> SafeString:
        label = Function(value).label
        return format_html('<span class="op-nowrap">{} {}</span>', draw_icon(FUNCTION_ICONS[value]), label)

    def render_person(self, record: Any) -> SafeString | str:
        holder = self.alone(record).holder
        if not holder.representative_id:
            return str(capfirst(holder.name))
        url = address_of("partners:representative_detail", holder.representative_id)
        return format_html('<a href="{}">{}</a>', url, holder.name)

    def render_stops(self, record: Any) -> SafeString | str:
        stops = self.alone(record).stops or (gettext("No one else at the partner does this."),)
        return format_html_join("", "<div>{}</div>", ((sentence,) for sentence in stops))

    def render_seen(self, record: Any) -> SafeString | str:
        if not knows_accounts(record, self.request.user):
            return gettext("Not shown")
        holder = self.alone(record).holder
        if holder.last_here:
            return format_html('<span class="op-nowrap">{}</span>', shortday(holder.last_here))
        return gettext("Never") if holder.user_id else gettext("No account")

    def order_partner(self, queryset: QuerySet, is_descending: bool) -> tuple[QuerySet, bool]:
        name = Lower("organization__name")
        return queryset.order_by(name.desc() if is_descending else name.asc(), "function"), True

    def order_function(self, queryset: QuerySet, is_descending: bool) -> tuple[QuerySet, bool]:
        return queryset.order_by("-function" if is_descending else "function", Lower("organization__name")), True
