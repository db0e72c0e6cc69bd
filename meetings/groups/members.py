"""Add, edit, end and remove the members of a group."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

from meetings.groups.groups import CannotKeepGroup, demand_current, lock_group
from meetings.models import Group, GroupMember
from onestop.accounts.models import User
from onestop.editing.versions import demand_version
from onestop.history.tracking import recorded
from partners.board.holding import demand_free, set_facts, set_removed

OWN = ("seat", "representative", "role", "is_alternate")
ROSTER_WAITS = timedelta(minutes=10)  # several changes make one mail


@recorded
def add_member(group: Group, *, facts: Mapping[str, Any], by: User | None, at: datetime) -> GroupMember:
    """Add a person to a group.

    :raises CannotKeepGroup: if the group is archived, or the seat is of another group.
    :raises CannotHold: if somebody else is in the seat, or chairs the group, on one of the days.
    """
    group = lock_group(group)
    demand_current(group)
    member = GroupMember(group=group)
    _set(member, facts, by=by)
    member.save()
    note_changed(group, at=at)
    return member


@recorded
def update_member(
    member: GroupMember, *, facts: Mapping[str, Any], version: str = "", by: User | None, at: datetime
) -> GroupMember:
    """Edit a member, or note that the person left.

    :raises ChangedMeanwhile: if ``version`` is given and somebody has saved since.
    :raises CannotKeepGroup: if the group is archived, or the member was removed.
    :raises CannotHold: if somebody else is in the seat, or chairs the group, on one of the days.
    """
    demand_current(lock_group(member.group))
    member = read_member(member)
    demand_version(member, (), version)
    if member.is_archived:
        raise CannotKeepGroup(_("This member was removed. Restore the member before you edit."))
    _set(member, facts, by=by)
    member.save()
    note_changed(member.group, at=at)
    return member


@recorded
def remove_member(member: GroupMember, *, by: User | None, at: datetime) -> None:
    """Remove a member who was added by mistake."""
    lock_group(member.group)
    member = read_member(member)
    if not member.is_archived:
        set_removed(member, at=at)
        note_changed(member.group, at=at)


@recorded
def restore_member(member: GroupMember, *, by: User | None, at: datetime) -> None:
    """Restore a removed member.

    :raises CannotKeepGroup: if the seat was removed.
    :raises CannotHold: if somebody else is in the seat by now.
    """
    lock_group(member.group)
    member = read_member(member)
    if not member.is_archived:
        return
    if member.seat and member.seat.is_archived:
        raise CannotKeepGroup(_("The seat was removed. Restore the seat first."))
    _demand_free(member)
    member.archived_at = None
    member.save(update_fields=["archived_at"])
    note_changed(member.group, at=at)


def note_changed(group: Group, *, at: datetime) -> None:
    """Have those invited who came into a group, and those told who left; in ten minutes, for all changes together."""
    Group.objects.filter(pk=group.pk, roster_due_at=None).update(roster_due_at=at + ROSTER_WAITS)


def note_terms(*, at: datetime) -> int:
    """Note the groups of which a member's term has begun or ended since yesterday; return how many. Runs once a day."""
    today = at.date()
    near = [today - timedelta(days=1), today, today + timedelta(days=1)]
    changed = GroupMember.objects.current().filter(Q(from_on__in=near) | Q(last_on__in=near))
    return Group.objects.filter(pk__in=changed.values("group"), roster_due_at=None).update(roster_due_at=at)


def read_member(member: GroupMember) -> GroupMember:
    """Return a member as it is now, with everything that names it."""
    rows = GroupMember.objects.select_related("group__area__state", "group__state", "user", "proof_file")
    return rows.select_related("seat__partnership__organization").get(pk=member.pk)


def _set(member: GroupMember, facts: Mapping[str, Any], *, by: User | None) -> None:
    facts = dict(facts)
    person = facts.get("representative")
    if person is not None:
        facts |= {"user": person.user, "name": person.name, "email": person.email}
    set_facts(member, facts, OWN, by=by)
    if member.seat and member.seat.group_id != member.group_id:
        raise CannotKeepGroup(_("Choose a seat of this group."), field="seat")
    if member.is_alternate and not member.seat:
        raise CannotKeepGroup(_("Choose the seat of which the person is an alternate."), field="seat")
    _demand_free(member)


def _demand_free(member: GroupMember) -> None:
    """Refuse a second person in a seat, and a second chair.

    :raises CannotHold: then.
    """
    if member.seat and not member.is_alternate:
        demand_free(member, GroupMember.objects.filter(seat=member.seat, is_alternate=False))
    if member.role == GroupMember.Role.CHAIR:
        demand_free(member, GroupMember.objects.filter(group=member.group, role=GroupMember.Role.CHAIR))
