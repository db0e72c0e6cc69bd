"""Lists of people with accounts, and of invitations."""

from collections.abc import Iterator
from typing import Any

import django_tables2 as tables
from django.db.models import F, QuerySet
from django.db.models.functions import Lower
from django.utils import timezone

from onestop.ui.lists import Export, Table
from onestop.ui.presentation import shortday
from partners.models import Invitation, Membership

PLACE = ("partnership__organization__name", "organization__name", "area__name", "state__name")
Ordered = tuple[QuerySet, bool]


def by_name(rows: QuerySet, name: str, is_descending: bool) -> Ordered:
    """Order by a name as people read it, whatever its case."""
    return rows.order_by(Lower(name).desc() if is_descending else Lower(name), "pk"), True


class SeatTable(Table):
    """Who may sign in, as what, where."""

    row_header = "person"

    person = tables.TemplateColumn(
        template_name="partners/people/_seat_person.html", verbose_name="Person", order_by="user__name"
    )
    role = tables.Column(verbose_name="Role")
    place = tables.Column(accessor="place_label", verbose_name="Place", order_by=PLACE)
    last_login = tables.Column(accessor="user__last_login", verbose_name="Last signed in", empty_values=())
    since = tables.TemplateColumn("{{ record.since|shortday }}", verbose_name="Since")

    class Meta(Table.Meta):
        model = Membership
        fields: tuple[str, ...] = ("person", "role", "place", "last_login", "since")
        order_by = "person"

    def order_person(self, rows: QuerySet, is_descending: bool) -> Ordered:
        """Order by name."""
        return by_name(rows, "user__name", is_descending)

    def render_last_login(self, record: Membership) -> str:
        """Return the day, or that they never came."""
        return shortday(record.user.last_login) or "Never"

    def order_last_login(self, rows: QuerySet, is_descending: bool) -> Ordered:
        """Put those who never came before all others; nothing counts as the earliest."""
        last = F("user__last_login")
        return rows.order_by(last.desc(nulls_last=True) if is_descending else last.asc(nulls_first=True), "pk"), True


class InvitationTable(Table):
    """Who was invited, and what became of it."""

    row_header = "name"

    name = tables.TemplateColumn(template_name="partners/people/_invitation_person.html", verbose_name="Person")
    role = tables.Column(verbose_name="Role")
    place = tables.Column(accessor="place_label", verbose_name="Place", order_by=PLACE)
    invited_by = tables.Column(verbose_name="Invited by", order_by="invited_by__name")
    last_sent_at = tables.TemplateColumn(template_name="partners/people/_invitation_sent.html", verbose_name="Sent")
    status = tables.TemplateColumn(
        template_name="partners/people/_invitation_status.html", order_by="expires_at", verbose_name="Status"
    )
    acts = tables.TemplateColumn(
        template_name="partners/people/_invitation_acts.html",
        verbose_name="What you can do",
        orderable=False,
        exclude_from_export=True,
    )

    class Meta(Table.Meta):
        model = Invitation
        fields: tuple[str, ...] = ("name", "role", "place", "invited_by", "last_sent_at", "status")
        order_by = "-last_sent_at"

    def order_name(self, rows: QuerySet, is_descending: bool) -> Ordered:
        """Order by name."""
        return by_name(rows, "name", is_descending)


# ---------------------------------------------------------------- As files
def seat_rows(seats: QuerySet) -> Iterator[list[Any]]:
    """Yield each person with their seat."""
    for seat in seats:
        user = seat.user
        yield [user.name, user.email, seat.get_role_display(), seat.place_label, user.last_login, seat.since]


def invitation_rows(invitations: QuerySet) -> Iterator[list[Any]]:
    """Yield each invitation with what became of it."""
    now = timezone.now()
    for row in invitations:
        yield [
            row.name,
            row.email,
            row.get_role_display(),
            row.place_label,
            str(row.invited_by or ""),
            row.last_sent_at,
            row.status_at(now),
        ]


SEAT_EXPORT = Export(("Name", "E-mail", "Role", "Place", "Last signed in", "Since"), seat_rows)
INVITATION_EXPORT = Export(("Name", "E-mail", "Role", "Place", "Invited by", "Sent", "Status"), invitation_rows)
