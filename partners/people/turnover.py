"""End a seat or deactivate a person, and hand over the open items of that person.

Each app registers its open items (``register_open_items``). Each open item goes to an heir. The history keeps the
name of the person.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from allauth.usersessions.models import UserSession
from django.db import transaction

from onestop.accounts.models import User
from onestop.editing.refusals import Refused
from onestop.notices.notify import notify
from onestop.ui.sentences import retold as _
from partners.models import Invitation, LocalArea, Membership, Role
from partners.people import invitations
from partners.people.withdrawals import take_back_all_of, take_back_invitations, take_back_welcome
from partners.seats import forget_seats


class CannotLeave(Refused):
    """An open item needs an heir, or the seat or account has already ended."""


@dataclass(frozen=True)
class Leaving:
    """A person and the seats that end; all of them if the account is deactivated too. ``by`` ends them."""

    person: User
    seats: tuple[Membership, ...]
    deactivates: bool = False
    by: User | None = None


@dataclass(frozen=True)
class OpenItem:
    """Something to hand over. ``otherwise`` states what happens without an heir."""

    key: str
    title: str
    otherwise: str
    heirs: tuple[User, ...] = ()
    is_required: bool = False
    subject: Any = field(default=None, compare=False)


Find = Callable[[Leaving], Iterable[OpenItem]]
HandOver = Callable[[OpenItem, User | None, Leaving, datetime], None]


@dataclass(frozen=True)
class Kind:
    """One kind of open items, as an app registered it."""

    code: str
    find: Find
    hand_over: HandOver


_kinds: list[Kind] = []


def register_open_items(code: str, find: Find, hand_over: HandOver) -> None:
    """Register a kind of open items; called from an app's ``ready``.

    ``hand_over(thing, heir, leaving, at)`` runs in the transaction that ends the seats, also without an heir.
    """
    if not any(kind.code == code for kind in _kinds):
        _kinds.append(Kind(code, find, hand_over))


def open_items(leaving: Leaving) -> list[tuple[Kind, list[OpenItem]]]:
    """Return the open items of the person, by kind."""
    found = [(kind, list(kind.find(leaving))) for kind in _kinds]
    return [(kind, things) for kind, things in found if things]


def leaving_one(seat: Membership) -> Leaving:
    """Return the leaving that ends one seat."""
    return Leaving(person=seat.user, seats=(seat,))


def leaving_all(person: User) -> Leaving:
    """Return the leaving that deactivates a person."""
    seats = Membership.objects.current().filter(user=person).select_related(*invitations.PLACES_WHOLE, "user")
    return Leaving(person=person, seats=tuple(seats.order_by("since", "pk")), deactivates=True)


@transaction.atomic
def end_seat(seat: Membership, *, heirs: Mapping[str, User | None], by: User | None, at: datetime) -> None:
    """End one seat, hand over its open items, and notify the person; the account stays active.

    Without ``by`` it ends by itself: a term on the board is over.

    :raises CannotLeave: if the seat has already ended, or an open item needs an heir.
    """
    _lock_areas_of((seat,))
    seat = _held(seat)
    leaving = replace(leaving_one(seat), by=by)
    _hand_over(leaving, heirs, by=by, at=at)
    _end_seats(leaving, at)
    is_unknown = take_back_welcome(seat)
    if seat.user != by and not is_unknown:
        notify(
            "partners.seat_ended",
            key=f"seat-ended:{seat.pk}",
            to=seat.user,
            at=at,
            about=[seat, seat.place],
            scope=invitations.area_of(seat.place),
            why=_("You held this seat."),
            context={
                "person": seat.user,
                "seat": seat,
                "by": by,
                "role": invitations.words_for(seat.role),
                "network": invitations.network_of(seat.place),
            },
        )


@transaction.atomic
def deactivate(person: User, *, heirs: Mapping[str, User | None], by: User, at: datetime) -> None:
    """Deactivate a person's account, end their seats and sessions, and hand over their open items.

    Accepting a later invitation reactivates the account.

    :raises CannotLeave: if the account is already deactivated, or an open item needs an heir.
    """
    _lock_areas_of(leaving_all(person).seats)
    person = User.objects.select_for_update().get(pk=person.pk)
    if not person.is_active:
        raise CannotLeave(_("%(person)s is already deactivated.") % {"person": person})
    leaving = replace(leaving_all(person), by=by)
    _hand_over(leaving, heirs, by=by, at=at)
    _end_seats(leaving, at)
    invited = list(Invitation.objects.open().filter(email=person.email))
    Invitation.objects.open().filter(pk__in=[row.pk for row in invited]).update(withdrawn_at=at)
    take_back_invitations(*invited, why=_("The account is deactivated."))
    take_back_all_of(person)
    person.is_active, person.deactivated_at = False, at
    person.save(update_fields=["is_active", "deactivated_at"])
    for session in UserSession.objects.filter(user=person):
        session.end()


def _lock_areas_of(seats: Iterable[Membership]) -> None:
    # Lock: two staff who leave at the same time must not each count on the other.
    areas = sorted(seat.area_id for seat in seats if seat.area_id)
    list(LocalArea.objects.select_for_update().filter(pk__in=areas).order_by("pk").values_list("pk"))


def _held(seat: Membership) -> Membership:
    rows = Membership.objects.select_for_update(of=("self",)).current()
    held = rows.select_related("user", *invitations.PLACES_WHOLE).filter(pk=seat.pk).first()
    if held is None:
        raise CannotLeave(_("This seat has already ended."))
    return held


def _hand_over(leaving: Leaving, heirs: Mapping[str, User | None], *, by: User | None, at: datetime) -> None:
    taken: dict[User, list[str]] = defaultdict(list)
    for kind, things in open_items(leaving):
        for thing in things:
            heir = heirs.get(thing.key)
            if heir is None and thing.is_required:
                raise CannotLeave(thing.otherwise)
            if heir is not None and heir not in thing.heirs:
                raise CannotLeave(_("%(heir)s cannot take over: %(item)s.") % {"heir": heir, "item": thing.title})
            kind.hand_over(thing, heir, leaving, at)
            if heir is not None:
                taken[heir].append(thing.title)
    for heir, titles in taken.items():
        _notify_heir(heir, titles, leaving, by=by, at=at)


def _notify_heir(heir: User, titles: list[str], leaving: Leaving, *, by: User | None, at: datetime) -> None:
    forget_seats(heir)
    if by is None or heir == by:
        return
    notify(
        "partners.taken_over",
        key=f"taken-over:{leaving.person.pk}:{heir.pk}:{at.isoformat()}",
        to=heir,
        at=at,
        about=[leaving.person, *leaving.seats],
        scope=invitations.area_of(leaving.seats[0].place) if leaving.seats else None,
        why=_("%(name)s named you to take over.") % {"name": by.name},
        path="/",
        context={
            "heir": heir,
            "person": leaving.person,
            "deactivated": leaving.deactivates,
            "titles": titles,
            "by": by,
        },
    )


def _end_seats(leaving: Leaving, at: datetime) -> None:
    Membership.objects.current().filter(pk__in=[seat.pk for seat in leaving.seats]).update(ended_at=at)
    forget_seats(leaving.person)


def is_last_staff(seat: Membership) -> bool:
    """Return whether no one else who can sign in is staff of the seat's area."""
    if seat.role != Role.STAFF:
        return False
    others = Membership.objects.current().filter(role=Role.STAFF, area_id=seat.area_id, user__is_active=True)
    return not others.exclude(user_id=seat.user_id).exists()
