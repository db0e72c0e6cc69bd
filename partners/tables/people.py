"""The tables of accounts and invitations."""

from collections.abc import Iterator
from typing import Any

import django_tables2 as tables
from django.db.models import F, QuerySet
from django.db.models.functions import Lower
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from onestop.ui.lists import Export, Table
from onestop.ui.markup import format_html_join
from onestop.ui.presentation import shortday
from partners.models import Invitation, Membership
from partners.models.invitations import OUTCOMES

PLACE = ("partnership__organization__name", "organization__name", "area__name", "state__name")
Ordered = tuple[QuerySet, bool]


def by_name(rows: QuerySet, name: str, is_descending: bool) -> Ordered:
    """Order by a name, ignoring case."""
    return rows.order_by(Lower(name).desc() if is_descending else Lower(name), "pk"), True


class SeatTable(Table):
    """The accounts of an area."""

    row_header = "person"
    caption = _("Accounts")

    person = tables.TemplateColumn(
        template_name="partners/people/_seat_person.html", verbose_name=_("Person"), order_by="user__name"
    )
    role = tables.Column(verbose_name=_("Role"))
    place = tables.Column(accessor="place_label", verbose_name=_("Place"), order_by=PLACE)
    last_login = tables.Column(accessor="user__last_login", verbose_name=_("Last signed in"), empty_values=())
    load = tables.Column(accessor="pk", verbose_name=_("Last 30 days"), orderable=False, exclude_from_export=True)
    since = tables.TemplateColumn("{{ record.since|shortday }}", verbose_name=_("Since"))

    class Meta(Table.Meta):
        model = Membership
        fields: tuple[str, ...] = ("person", "role", "place", "last_login", "load", "since")
        order_by = "person"

    def order_person(self, rows: QuerySet, is_descending: bool) -> Ordered:
        """Order by name, ignoring case."""
        return by_name(rows, "user__name", is_descending)

    def render_last_login(self, record: Membership) -> str:
        """Return the day of the last sign-in, or "Never"."""
        return shortday(record.user.last_login) or gettext("Never")

    def render_load(self, record: Membership) -> SafeString:
        """Return what the portal asked of the person: emails, and what other apps count. Needs loads."""
        return format_html_join("", "<div>{}</div>", ((load.month,) for load in self.given["loads"][record.user_id]))

    def order_last_login(self, rows: QuerySet, is_descending: bool) -> Ordered:
        """Order people who never signed in as the earliest."""
        last = F("user__last_login")
        return rows.order_by(last.desc(nulls_last=True) if is_descending else last.asc(nulls_first=True), "pk"), True


class InvitationTable(Table):
    """The invitations of an area. Needs with_mail."""

    row_header = "name"
    caption = _("Invitations")

    name = tables.TemplateColumn(template_name="partners/people/_invitation_person.html", verbose_name=_("Person"))
    role = tables.Column(verbose_name=_("Role"))
    place = tables.Column(accessor="place_label", verbose_name=_("Place"), order_by=PLACE)
    last_sent_at = tables.TemplateColumn(template_name="partners/people/_invitation_sent.html", verbose_name=_("Sent"))
    status = tables.Column(accessor="expires_at", verbose_name=_("Status"))
    acts = tables.TemplateColumn(
        template_name="partners/people/_invitation_acts.html",
        verbose_name=_("Actions"),
        orderable=False,
        exclude_from_export=True,
    )

    class Meta(Table.Meta):
        model = Invitation
        fields: tuple[str, ...] = ("name", "role", "place", "last_sent_at", "status")
        order_by = "-last_sent_at"

    def render_status(self, record: Any) -> SafeString:
        """Return the outcome by now, and what became of its email."""
        outcome = record.outcome_at(timezone.now())
        given = {"record": record, "outcome": outcome, "label": OUTCOMES[outcome]}
        return render_to_string("partners/people/_invitation_status.html", given)

    def order_name(self, rows: QuerySet, is_descending: bool) -> Ordered:
        """Order by name, ignoring case."""
        return by_name(rows, "name", is_descending)


# ---------------------------------------------------------------- Exports
def seat_rows(seats: QuerySet) -> Iterator[list[Any]]:
    """Yield each seat with its person."""
    for seat in seats:
        user = seat.user
        yield [user.name, user.email, seat.get_role_display(), seat.place_label, user.last_login, seat.since]


def invitation_rows(invitations: QuerySet) -> Iterator[list[Any]]:
    """Yield each invitation with its outcome by now."""
    now = timezone.now()
    for row in invitations:
        yield [
            row.name,
            row.email,
            row.get_role_display(),
            row.place_label,
            str(row.invited_by or ""),
            row.last_sent_at,
            str(OUTCOMES[row.outcome_at(now)]),
        ]


SEAT_EXPORT = Export((_("Name"), _("Email"), _("Role"), _("Place"), _("Last signed in"), _("Since")), seat_rows)
INVITATION_EXPORT = Export(
    (_("Name"), _("Email"), _("Role"), _("Place"), _("Invited by"), _("Sent"), _("Status")), invitation_rows
)
