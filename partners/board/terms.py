"""Begin, edit, end and remove terms on a board.

A term of a person with an account gives the seat of a WIB member, by which they sign in, for its days; the end of their
last term takes it.
"""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from django.db.models import Exists, OuterRef
from django.utils.translation import gettext as _

from onestop.accounts.models import User
from onestop.editing.versions import demand_version
from onestop.history.tracking import recorded
from partners.board.holding import CannotHold, demand_free, end_before, set_facts, set_removed
from partners.board.seats import lock_seat
from partners.models import BoardSeat, BoardTerm, LocalArea, Membership, Role
from partners.people import accounts, turnover
from partners.seats import forget_seats

OWN = ("position",)


@recorded
def add_term(seat: BoardSeat, *, facts: Mapping[str, Any], by: User | None, at: datetime) -> BoardTerm:
    """Record somebody's term in a seat.

    :raises CannotHold: if the seat is archived, or somebody else serves in it on one of the days.
    """
    seat = lock_seat(seat)
    if seat.is_archived:
        raise CannotHold(_("This seat is archived. Restore it first."))
    term = BoardTerm(seat=seat)
    set_facts(term, facts, OWN, by=by)
    demand_free(term, seat.terms)
    term.save()
    _match_roles(seat.area, give={term.user_id}, by=by, at=at)
    return term


@recorded
def update_term(
    term: BoardTerm, *, facts: Mapping[str, Any], version: str = "", by: User | None, at: datetime
) -> BoardTerm:
    """Edit a term, or end it early.

    :raises ChangedMeanwhile: if ``version`` is given and somebody has saved since.
    :raises CannotHold: if it was removed, or somebody else serves in the seat on one of the days.
    """
    seat = lock_seat(term.seat)
    term = _read(term)
    demand_version(term, (), version)
    if term.is_archived:
        raise CannotHold(_("This term was removed. Restore it before you edit it."))
    served = _serving(term, at)
    set_facts(term, facts, OWN, by=by)
    demand_free(term, seat.terms)
    term.save()
    _match_roles(seat.area, give={term.user_id}, take=served, by=by, at=at)
    return term


@recorded
def remove_term(term: BoardTerm, *, by: User | None, at: datetime) -> None:
    """Remove a term that was recorded by mistake."""
    seat = lock_seat(term.seat)
    term = _read(term)
    if not term.is_archived:
        served = _serving(term, at)
        set_removed(term, at=at)
        _match_roles(seat.area, take=served, by=by, at=at)


@recorded
def restore_term(term: BoardTerm, *, by: User | None, at: datetime) -> None:
    """Restore a removed term.

    :raises CannotHold: if somebody else serves in the seat by now.
    """
    seat = lock_seat(term.seat)
    term = _read(term)
    if term.is_archived:
        demand_free(term, seat.terms)
        term.archived_at = None
        term.save(update_fields=["archived_at"])
        _match_roles(seat.area, give={term.user_id}, by=by, at=at)


def end_terms_of(user: User, areas: Collection[int], *, reason: str, at: datetime) -> None:
    """End the terms of a person who loses the seat of a WIB member: the day before, or before they begin."""
    terms = BoardTerm.objects.current().filter(user=user, seat__area__in=areas).select_related("seat__area")
    for term in terms.order_by("seat", "pk"):
        area = lock_seat(term.seat).area
        end_before(term, at.astimezone(area.zone).date(), reason=reason, at=at)


# ---------------------------------------------------------------- The right to sign in
def _serving(term: BoardTerm, at: datetime) -> set[int | None]:
    """Return the person with an account who serves today by this term, if any."""
    return {term.user_id} if term.is_on(at.astimezone(term.seat.area.zone).date()) else set()


def _match_roles(
    area: LocalArea,
    *,
    give: Collection[int | None] = (),
    take: Collection[int | None] = (),
    by: User | None,
    at: datetime,
) -> None:
    """Give the seat of a WIB member to those who serve today, and take it from those who served and no longer do.

    Whoever sits on the board without a recorded term keeps the seat, also when an old term is recorded.
    """
    today = at.astimezone(area.zone).date()
    people = User.objects.filter(pk__in=[pk for pk in {*give, *take} if pk], is_active=True).order_by("pk")
    serving = set(BoardTerm.objects.of(area).on(today).filter(user__in=people).values_list("user_id", flat=True))
    held = Membership.objects.current().filter(role=Role.BOARD, area=area, user__in=people).select_related("user")
    seats = {seat.user_id: seat for seat in held}
    for person in people:
        if person.pk in serving and person.pk not in seats:
            accounts.add_seat(person, role=Role.BOARD, place=area, by=by, at=at)
        elif person.pk in take and person.pk not in serving and person.pk in seats:
            turnover.end_seat(seats[person.pk], heirs={}, by=by, at=at)
        forget_seats(person)


def match_all_roles(*, at: datetime) -> int:
    """Give and take the seats of those whose terms have begun or ended since; return how many people. Runs at night."""
    today = at.date()
    terms = BoardTerm.objects.current().filter(user__is_active=True, seat__archived_at=None)
    seat = Membership.objects.current().filter(role=Role.BOARD, area=OuterRef("seat__area"), user=OuterRef("user"))
    begun = terms.on(today).filter(~Exists(seat))
    # A seat that somebody was given after the term is not the seat of that term.
    ended = terms.before(today).filter(Exists(seat.filter(since__date__lte=OuterRef("last_on"))))
    changed = 0
    for term in [*begun.order_by("pk"), *ended.order_by("pk")]:
        changed += _match_role_of(term, at=at)
    return changed


@recorded
def _match_role_of(term: BoardTerm, *, at: datetime, by: User | None = None) -> bool:
    """Give or take the seat of one person, in a transaction of its own; return whether it changed."""
    area = lock_seat(term.seat).area
    held = Membership.objects.current().filter(role=Role.BOARD, area=area, user=term.user_id)
    before = held.exists()
    _match_roles(area, give={term.user_id}, take={term.user_id}, by=by, at=at)
    return before != held.exists()


def _read(term: BoardTerm) -> BoardTerm:
    return BoardTerm.objects.select_related("seat__area", "user", "proof_file").get(pk=term.pk)
