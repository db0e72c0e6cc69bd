"""Memberships in groups of a person who leaves (see ``turnover``)."""

from collections.abc import Iterator
from datetime import datetime

from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import Lower
from django.utils.translation import gettext as _

from meetings.groups.groups import lock_group
from meetings.groups.members import note_changed
from meetings.models import GroupMember
from onestop.accounts.models import User
from partners.board.holding import end_before
from partners.models import Membership
from partners.people import turnover
from partners.people.turnover import Leaving, OpenItem


def register() -> None:
    """Register what this app hands over."""
    turnover.register_open_items("groups", find_memberships, hand_over_membership)


def find_memberships(leaving: Leaving) -> Iterator[OpenItem]:
    """Yield the groups of a person whose account is deactivated; the seats of a board follow its terms."""
    if not leaving.deactivates:
        return
    held = GroupMember.objects.current().filter(user=leaving.person, seat__board_seat=None, last_on=None)
    for member in held.select_related("group__area", "seat__partnership__organization").order_by("group__name", "pk"):
        names = {"role": member.get_role_display(), "group": member.group}
        yield OpenItem(
            key=f"group-member-{member.pk}",
            title=_("%(role)s of %(group)s") % names,
            otherwise=_("The place is empty from then on, and the meetings leave this person's calendar."),
            heirs=_colleagues(member, leaving.person),
            subject=member,
        )


def _colleagues(member: GroupMember, person: User) -> tuple[User, ...]:
    """Return who can take the place: people of the same partner, or of the area."""
    partnership = member.seat.partnership if member.seat else None
    if partnership:
        place = Q(partnership=partnership) | Q(organization=partnership.organization_id)
    elif member.group.area_id:
        place = Q(area=member.group.area_id)
    else:
        place = Q(state=member.group.state_id)
    seats = Membership.objects.current().filter(place, user=OuterRef("pk"))
    people = User.objects.filter(Exists(seats), is_active=True).exclude(pk=person.pk)
    return tuple(people.order_by(Lower("name"), "pk"))


def hand_over_membership(thing: OpenItem, heir: User | None, leaving: Leaving, at: datetime) -> None:
    """End the membership the day before, and begin that of the heir in the same place."""
    group = lock_group(thing.subject.group)
    member = GroupMember.objects.get(pk=thing.subject.pk)
    today = at.astimezone(group.zone).date()
    end_before(member, today, reason=_("Left the network"), at=at)
    if heir is not None:
        GroupMember.objects.create(
            group=group, seat_id=member.seat_id, role=member.role, is_alternate=member.is_alternate, user=heir,
            name=heir.name, email=heir.email, from_on=today,
        )  # fmt: skip
    note_changed(group, at=at)
