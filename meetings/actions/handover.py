"""Open action items of a person who leaves (see ``turnover``)."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import Lower
from django.utils.translation import gettext as _

from meetings.actions.actions import Kind, lock_action, note
from meetings.models import ActionItem, GroupMember
from onestop.accounts.models import User
from onestop.ui.presentation import day
from partners.models import Membership
from partners.models.visibility import any_of
from partners.people import turnover
from partners.people.turnover import Leaving, OpenItem


def register() -> None:
    """Register what this app hands over."""
    turnover.register_open_items("actions", find_actions, hand_over_action)


def find_actions(leaving: Leaving) -> Iterator[OpenItem]:
    """Yield the open action items of a person: all, or those of the partners and areas of the seats that end."""
    rows = ActionItem.objects.open().of_person(leaving.person)
    if not leaving.deactivates:
        rows = rows.filter(any_of(*(_under(seat) for seat in leaving.seats)))
    for action in rows.select_related("group__area", "partnership__organization").order_by("due_on", "pk"):
        names = {"text": action.text, "group": action.group, "day": day(action.due_on, "plain")}
        yield OpenItem(
            key=f"action-{action.pk}",
            title=_("%(text)s (%(group)s, due %(day)s)") % names,
            otherwise=_otherwise(action, leaving),
            heirs=_heirs(action, leaving.person),
            subject=action,
        )


def _under(seat: Membership) -> Q:
    """Return the condition for the items that somebody has in a seat."""
    if seat.partnership_id:
        return Q(partnership=seat.partnership_id)
    if seat.organization_id:
        return Q(partnership__organization=seat.organization_id)
    if seat.area_id:
        return Q(group__area=seat.area_id, partnership=None)
    return Q(group__state=seat.state_id, partnership=None)


def _otherwise(action: ActionItem, leaving: Leaving) -> str:
    if action.partnership is not None:
        return _("It stays with %(organization)s.") % {"organization": action.partnership.organization.name}
    if leaving.deactivates:
        return _("It stays open, and nobody is reminded until it is reassigned.")
    return _("It stays with this person.")


def _heirs(action: ActionItem, person: User) -> tuple[User, ...]:
    """Return who can take it over: people of the same partner, or of the area, and members of the group."""
    partnership = action.partnership
    if partnership:
        place = Q(partnership=partnership) | Q(organization=partnership.organization_id)
    elif action.group.area_id:
        place = Q(area=action.group.area_id)
    else:
        place = Q(state=action.group.state_id)
    seats = Membership.objects.current().filter(place, user=OuterRef("pk"))
    found: Any = Exists(seats)
    if partnership is None:
        found |= Exists(GroupMember.objects.current().filter(group=action.group_id, user=OuterRef("pk"), last_on=None))
    people = User.objects.filter(found, is_active=True).exclude(pk=person.pk)
    return tuple(people.order_by(Lower("name"), "pk"))


def hand_over_action(thing: OpenItem, heir: User | None, leaving: Leaving, at: datetime) -> None:
    """Give an item to the heir, who is told with the rest; without one it stays with the organization, or as it is."""
    action: ActionItem = lock_action(thing.subject)
    if not action.is_open or action.is_archived or not action.belongs_to(leaving.person):
        return
    if heir is not None:
        action.user, action.name, action.email = heir, heir.name, heir.email.lower()
    elif action.partnership_id is not None:
        action.user, action.name, action.email = None, "", ""
    elif leaving.deactivates:
        action.user, action.email = None, ""
    else:
        return
    action.assigned_at, action.tell_at, action.asked_due_on = at, None, None
    action.save()
    note(action, Kind.REASSIGNED, who=action.who, by=leaving.by, at=at)
