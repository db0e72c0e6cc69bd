"""The seats of a group: by name, of partners, or taken over from the board."""

from collections.abc import Collection, Mapping
from datetime import date, datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from meetings.groups.groups import CannotKeepGroup, demand_current, lock_group
from meetings.groups.members import note_changed
from meetings.models import Group, GroupMember, GroupSeat
from onestop.accounts.models import User
from onestop.editing.versions import apply_facts, demand_version
from onestop.history.tracking import recorded
from partners.models import BoardSeat, BoardTerm, Partnership, Representative

FACTS = ("partnership", "label", "is_voting")


@recorded
def add_seat(group: Group, *, facts: Mapping[str, Any], by: User | None, at: datetime) -> GroupSeat:
    """Add a seat.

    :raises CannotKeepGroup: if the group is archived, has this seat already, or the seat has neither partner nor name.
    """
    group = lock_group(group)
    demand_current(group)
    seat = GroupSeat(group=group, **{name: facts[name] for name in FACTS if name in facts})
    _save(seat)
    return seat


@recorded
def update_seat(
    seat: GroupSeat, *, facts: Mapping[str, Any], version: str = "", by: User | None, at: datetime
) -> GroupSeat:
    """Edit a seat.

    :raises ChangedMeanwhile: if ``version`` is given and somebody has saved since.
    :raises CannotKeepGroup: if the group is archived, or has this seat already.
    """
    demand_current(lock_group(seat.group))
    seat = _read(seat)
    demand_version(seat, (), version)
    apply_facts(seat, {name: facts[name] for name in FACTS if name in facts})
    _save(seat)
    return seat


@recorded
def remove_seat(seat: GroupSeat, *, by: User | None, at: datetime) -> None:
    """Remove a seat with the people in it; both can be restored."""
    lock_group(seat.group)
    seat = _read(seat)
    if seat.is_archived:
        return
    seat.archived_at = at
    seat.save(update_fields=["archived_at"])
    seat.members.current().update(archived_at=at)
    note_changed(seat.group, at=at)


@recorded
def restore_seat(seat: GroupSeat, *, by: User | None, at: datetime) -> None:
    """Restore a seat with the people who were removed with it.

    :raises CannotKeepGroup: if the group has such a seat again.
    """
    lock_group(seat.group)
    seat = _read(seat)
    if not seat.is_archived:
        return
    gone_at, seat.archived_at = seat.archived_at, None
    _save(seat)
    seat.members.filter(archived_at=gone_at).update(archived_at=None)
    note_changed(seat.group, at=at)


def _read(seat: GroupSeat) -> GroupSeat:
    return GroupSeat.objects.select_related("group__area__state", "partnership__organization").get(pk=seat.pk)


def _save(seat: GroupSeat) -> None:
    if not seat.partnership and not seat.label:
        raise CannotKeepGroup(_("Choose a partner, or name the seat."), field="label")
    try:
        with transaction.atomic():
            seat.save()
    except IntegrityError:
        field = "partnership" if seat.partnership else "label"
        raise CannotKeepGroup(_("The group has this seat already."), field=field) from None


# ---------------------------------------------------------------- Many at once
@recorded
def add_partners(
    group: Group, partnerships: Collection[Partnership], *, by: User | None, at: datetime
) -> list[GroupSeat]:
    """Add a seat for each of these partners that has none, with its main representative and its alternate in it.

    :raises CannotKeepGroup: if the group is archived.
    """
    group = lock_group(group)
    demand_current(group)
    known = set(group.seats.current().values_list("partnership", flat=True))
    seats = [GroupSeat(group=group, partnership=each) for each in partnerships if each.pk not in known]
    GroupSeat.objects.bulk_create(seats)
    _fill(group, seats, at)
    note_changed(group, at=at)
    return seats


def _fill(group: Group, seats: Collection[GroupSeat], at: datetime) -> None:
    """Put the main representative of each partner into its seat, and one alternate beside."""
    people = Representative.objects.in_office().filter(partnership__in=[seat.partnership_id for seat in seats])
    by_partner: dict[int, dict[str, Representative]] = {}
    for person in people.select_related("user").order_by("pk"):
        by_partner.setdefault(person.partnership_id, {}).setdefault(person.kind, person)
    today = at.astimezone(group.zone).date()
    members = []
    for seat in seats:
        found = by_partner.get(seat.partnership_id or 0, {})
        for kind, is_alternate in (("main", False), ("alternate", True)):
            if speaker := found.get(kind):
                names = {"name": speaker.name, "email": speaker.email, "user": speaker.user}
                members.append(
                    GroupMember(
                        group=group,
                        seat=seat,
                        representative=speaker,
                        is_alternate=is_alternate,
                        from_on=today,
                        **names,
                    )
                )
    GroupMember.objects.bulk_create(members)


@recorded
def match_board(group: Group, *, by: User | None, at: datetime) -> bool:
    """Bring the seats and members of the board in line with the board's seats and terms; return whether it changed.

    Who leaves the board leaves the group on that day, and whoever follows is in it.
    """
    group = lock_group(group)
    today = at.astimezone(group.zone).date()
    wanted = {seat.pk: seat for seat in BoardSeat.objects.current().filter(area=group.area_id)}
    seats = {seat.board_seat_id: seat for seat in group.seats.current().exclude(board_seat=None)}
    changed = False
    for number, board_seat in sorted(wanted.items()):
        seats.setdefault(number, GroupSeat(group=group, board_seat=board_seat))
        changed |= _match_seat(seats[number], board_seat)
    for pk in set(seats) - set(wanted):
        remove_seat(seats[pk], by=by, at=at)
        changed = True
    terms = BoardTerm.objects.of(group.area_id or 0).filter(seat__in=wanted).select_related("user").order_by("pk")
    changed |= _match_terms(group, seats, terms, today, at)
    if changed:
        note_changed(group, at=at)
    return changed


def _match_seat(seat: GroupSeat, board_seat: BoardSeat) -> bool:
    """Let a seat of the group be like that of the board; return whether it changed."""
    names = apply_facts(seat, {"is_voting": board_seat.is_voting, "label": str(board_seat)[:150]})
    if names or seat.pk is None:
        seat.save()
        return True
    return False


def _match_terms(group: Group, seats: Mapping[Any, GroupSeat], terms: Any, today: date, at: datetime) -> bool:
    """Give each term that has not ended a member with the same days; end the members of terms that are gone."""
    known: dict[tuple[int, Any], GroupMember] = {}
    in_seats = group.members.current().filter(seat__in=[seat.pk for seat in seats.values()], is_alternate=False)
    for member in in_seats:
        known[member.seat_id or 0, member.from_on] = member
    kept, changed = set(), False
    for term in terms:
        seat = seats[term.seat_id]
        if term.last_on and term.last_on < today and (seat.pk, term.from_on) not in known:
            continue
        facts = {
            "user": term.user, "name": term.name, "email": term.email, "until_on": term.until_on,
            "ended_on": term.ended_on,
        }  # fmt: skip
        member = known.get((seat.pk, term.from_on)) or GroupMember(group=group, seat=seat, from_on=term.from_on)
        kept.add((seat.pk, term.from_on))
        if apply_facts(member, facts) or member.pk is None:
            member.save()
            changed = True
    for key, member in known.items():
        if key not in kept:
            member.archived_at = at
            member.save(update_fields=["archived_at"])
            changed = True
    return changed


def match_all_boards(*, at: datetime) -> int:
    """Bring the groups of all boards in line with the boards; return how many changed. Runs once a day."""
    boards = Group.objects.current().filter(kind=Group.Kind.BOARD, area__archived_at=None)
    return sum(match_board(group, by=None, at=at) for group in boards.order_by("pk"))
