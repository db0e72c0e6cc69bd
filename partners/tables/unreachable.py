"""How the list of addresses at which nobody is reached looks."""

from typing import Any

import django_tables2 as tables
from django.utils.html import format_html
from django.utils.safestring import SafeString

from onestop.ui.lists import Table
from onestop.ui.presentation import shortday, since
from partners.people.unreachable import Unreachable

HEADER = ("Person", "Who they are", "Address", "What the server said", "Since", "Trusted before")


def row_of(bounce: Any, person: Unreachable) -> list[Any]:
    """Return one line of the list for a file."""
    return [person.name, person.what, bounce.address, bounce.said, bounce.at, trust_in_words(bounce)]


def trust_in_words(bounce: Any) -> str:
    """Return that somebody has said before that an address works, and was wrong; nothing if nobody has."""
    if bounce.trusted_at is None:
        return ""
    who = bounce.trusted_by or "Somebody"
    return f"It came back before: {who} said on {shortday(bounce.trusted_at)} that the address works."


class UnreachableTable(Table):
    """Addresses at which nobody is reached, with who trusted them before.

    Needs ``unreachable``: whose each is, by its number.
    """

    row_header = "person"
    caption = "People whose mail comes back"
    picks = True

    person = tables.Column(accessor="pk", verbose_name="Person", orderable=False)
    address = tables.Column(verbose_name="Address")
    said = tables.Column(verbose_name="What the server said", orderable=False)
    at = tables.Column(verbose_name="Since")
    way = tables.Column(accessor="pk", verbose_name="What to do", orderable=False)

    class Meta(Table.Meta):
        sequence = ("person", "address", "said", "at", "way")

    def whose(self, record: Any) -> Unreachable:
        """Return whose address a row is."""
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
            trust_in_words(record),
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
