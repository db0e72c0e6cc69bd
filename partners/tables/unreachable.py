"""The table of bounced addresses."""

from typing import Any

import django_tables2 as tables
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from onestop.ui.lists import Table
from onestop.ui.markup import format_html
from onestop.ui.presentation import shortday, since
from partners.people.unreachable import Unreachable

HEADER = (_("Person"), _("Role"), _("Address"), _("Server response"), _("Since"), _("Marked as working"))


def row_of(bounce: Any, person: Unreachable) -> list[Any]:
    """Return one row of the export."""
    return [person.name, person.what, bounce.address, bounce.said, bounce.at, marked_as_working(bounce)]


def marked_as_working(bounce: Any) -> str:
    """Return who marked the address as working before it bounced again, or an empty string."""
    if bounce.trusted_at is None:
        return ""
    if bounce.trusted_by is None:
        return gettext("Marked as working on %(day)s.") % {"day": shortday(bounce.trusted_at)}
    names = {"day": shortday(bounce.trusted_at), "name": bounce.trusted_by}
    return gettext("Marked as working on %(day)s by %(name)s.") % names


class UnreachableTable(Table):
    """Bounced addresses, with who marked them as working before.

    Needs ``unreachable``: the person of each bounce, by id.
    """

    row_header = "person"
    caption = _("People whose email bounces")
    picks = True

    person = tables.Column(accessor="pk", verbose_name=_("Person"), orderable=False)
    address = tables.Column(verbose_name=_("Address"))
    said = tables.Column(verbose_name=_("Server response"), orderable=False)
    at = tables.Column(verbose_name=_("Since"))
    way = tables.Column(accessor="pk", verbose_name=_("Next step"), orderable=False)

    class Meta(Table.Meta):
        sequence = ("person", "address", "said", "at", "way")

    def whose(self, record: Any) -> Unreachable:
        """Return the person of a row."""
        person: Unreachable = self.given["unreachable"][record.pk]
        return person

    def render_person(self, record: Any) -> SafeString:
        person = self.whose(record)
        return format_html('{}<span class="op-table__sub">{}</span>', person.name, person.what)

    def render_address(self, value: str) -> SafeString:
        return format_html('<span class="op-breaks">{}</span>', value)

    def render_said(self, record: Any) -> SafeString:
        return format_html(
            '<span class="op-breaks">{}</span><span class="op-table__sub">{}</span>',
            record.said,
            marked_as_working(record),
        )

    def render_at(self, value: Any) -> SafeString:
        return format_html('{}<span class="op-table__sub">{}</span>', shortday(value), since(value))

    def render_way(self, record: Any) -> SafeString:
        person = self.whose(record)
        return format_html(
            '<a href="{}">{}<span class="visually-hidden">: {}</span></a><span class="op-table__sub">{}</span>',
            person.url,
            person.do,
            person.name,
            person.advice,
        )
