"""The terms and offices of a person who leaves (see ``partners.people.turnover``)."""

from collections.abc import Iterator
from datetime import datetime

from django.db.models import Q
from django.db.models.functions import Now, TruncDate
from django.utils.translation import gettext as _

from onestop.accounts.models import User
from partners.board.offices import end_tenures_of
from partners.board.terms import end_terms_of
from partners.models import BoardTerm, Role, Tenure
from partners.people import turnover
from partners.people.turnover import Leaving, OpenItem


def register() -> None:
    """Register the open items of boards with ``turnover``."""
    turnover.register_open_items("board_terms", find_terms, hand_over_terms)
    turnover.register_open_items("offices", find_tenures, hand_over_tenures)


def find_terms(leaving: Leaving) -> Iterator[OpenItem]:
    """Yield the seats in which the person serves, or will."""
    areas = _board_areas(leaving)
    terms = BoardTerm.objects.current().filter(_open(), user=leaving.person, seat__area__in=areas)
    for term in terms.select_related("seat__area").order_by("pk"):
        yield OpenItem(
            key=f"board-term-{term.pk}",
            title=_("%(seat)s on the board of %(area)s") % {"seat": term.seat, "area": term.seat.area},
            otherwise=_("The term ends. The seat is vacant until somebody is appointed."),
            subject=term,
        )


def hand_over_terms(thing: OpenItem, heir: User | None, leaving: Leaving, at: datetime) -> None:
    """End the terms; nobody inherits a seat on a board."""
    end_terms_of(leaving.person, [thing.subject.seat.area_id], reason=_("The seat in the portal ended."), at=at)


def find_tenures(leaving: Leaving) -> Iterator[OpenItem]:
    """Yield the offices that a person holds whose account is deactivated."""
    if not leaving.deactivates:
        return
    held = Tenure.objects.current().filter(_open(), user=leaving.person).select_related("office")
    for tenure in held.order_by("pk"):
        yield OpenItem(
            key=f"tenure-{tenure.pk}",
            title=tenure.office.title,
            otherwise=_("The office is vacant until somebody is recorded. Pending signatures stay pending."),
            subject=tenure,
        )


def hand_over_tenures(thing: OpenItem, heir: User | None, leaving: Leaving, at: datetime) -> None:
    """End the tenures; nobody inherits an office."""
    end_tenures_of(leaving.person, reason=_("The account was deactivated."), at=at)


def _board_areas(leaving: Leaving) -> list[int]:
    return [seat.area_id for seat in leaving.seats if seat.role == Role.BOARD and seat.area_id]


def _open() -> Q:
    """Return the condition that a time is not over for the database's day; one more or less does not matter here."""
    return Q(last_on=None) | Q(last_on__gte=TruncDate(Now()))
