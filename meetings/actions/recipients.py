"""To whom mails about action items go: the person, else those who speak for the organization; who runs a group."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import models
from django.db.models import Q

from meetings.models import ActionItem, ActionLink, Group, GroupMember
from onestop.accounts import signed_links
from onestop.accounts.models import User
from onestop.ui.sentences import retold as _
from partners.models import LocalArea, Membership, Representative, Role
from partners.people import contacts

LINK_DAYS = 120  # a link lives this long after the last mail that has it, or after the day


@dataclass(frozen=True)
class Recipient:
    """One person who gets mail about an item; a representative, if the item names nobody who can be reached."""

    name: str
    to: User | str
    representative: Representative | None = None

    @property
    def address(self) -> str:
        """The address in small letters."""
        return (self.to if isinstance(self.to, str) else self.to.email).lower()

    @property
    def user(self) -> User | None:
        """The account, if there is one."""
        return None if isinstance(self.to, str) else self.to


def recipients_of(actions: Iterable[ActionItem]) -> dict[int, list[Recipient]]:
    """Return who gets mail about each of these items; one query. Needs the users."""
    actions = list(actions)
    without = {each.partnership_id for each in actions if not each.has_reachable_person and each.partnership_id}
    speakers = speakers_of({pk for pk in without if pk is not None})
    found: dict[int, list[Recipient]] = {}
    for action in actions:
        if action.has_reachable_person:
            # Whose account was deactivated is no longer written to.
            gone = action.user is not None and not action.user.is_active
            to = contacts.person_at(action.email, action.user) if action.user is None else action.user
            found[action.pk] = [] if gone else [Recipient(action.name, to)]
        else:
            found[action.pk] = speakers.get(action.partnership_id or 0, [])
    return found


def speakers_of(partnerships: Collection[int]) -> dict[int, list[Recipient]]:
    """Return the representatives of partnerships who have an address, each address once; one query."""
    people = Representative.objects.in_office().filter(partnership__in=partnerships).select_related("user")
    found: dict[int, dict[str, Recipient]] = defaultdict(dict)
    for person in people.order_by("kind", "pk") if partnerships else ():
        email = person.user.email if person.user else person.email
        if email:
            recipient = Recipient(person.name, contacts.person_at(email, person.user), person)
            found[person.partnership_id].setdefault(recipient.address, recipient)
    return {pk: list(each.values()) for pk, each in found.items()}


def those_who_run(groups: Collection[Group], today: date) -> dict[int, list[User]]:
    """Return who runs each group and has an account: its chair, then the staff of its area; two queries."""
    chairs = GroupMember.objects.on(today).filter(group__in=groups, role=GroupMember.Role.CHAIR, user__is_active=True)
    areas = {group.area_id for group in groups if group.area_id}
    found: dict[int, dict[int, User]] = {group.pk: {} for group in groups}
    for member in chairs.select_related("user").order_by("pk"):
        if member.user:
            found[member.group_id][member.user.pk] = member.user
    staff: dict[int, list[User]] = defaultdict(list)
    seats = Membership.objects.current().filter(role=Role.STAFF, area__in=areas, user__is_active=True)
    for seat in seats.select_related("user").order_by("since", "pk"):
        staff[seat.area_id or 0].append(seat.user)
    for group in groups:
        for user in staff.get(group.area_id or 0, []):
            found[group.pk].setdefault(user.pk, user)
    return {pk: list(people.values()) for pk, people in found.items()}


def link_for(action: ActionItem, recipient: Recipient, *, at: datetime) -> ActionLink:
    """Return the link of a person to an item, new or prolonged; in the running transaction."""
    expires_at = max(at, _end_of(action)) + timedelta(days=LINK_DAYS)
    given = {
        "name": recipient.name or recipient.address, "user": recipient.user,
        "representative": recipient.representative, "expires_at": expires_at,
    }  # fmt: skip
    link, _made = ActionLink.objects.update_or_create(
        action=action,
        email=recipient.address,
        revoked_at=None,
        defaults=given,
        create_defaults={**given, "nonce": signed_links.new_nonce(), "asked_at": at},
    )
    link.action = action
    return link


def _end_of(action: ActionItem) -> datetime:
    return datetime.combine(action.due_on, datetime.min.time(), action.group.zone)


def why_of(action: ActionItem, recipient: Recipient) -> str:
    """Return why somebody gets mail about an item."""
    if recipient.representative is not None and action.partnership is not None:
        return _("You speak for %(organization)s.") % {"organization": action.partnership.organization.name}
    return _("An action item of the group %(group)s is yours.") % {"group": action.group.name}


def area_of(action: ActionItem) -> LocalArea | None:
    """Return the area whose staff see the mails about an item."""
    return action.group.area


def with_all(rows: models.QuerySet[ActionItem]) -> models.QuerySet[ActionItem]:
    """Fetch items with everything that a mail about them names."""
    return rows.select_related("group__area__state", "group__state", "partnership__organization", "user", "meeting")


def of_living_groups() -> Q:
    """Return the condition for items of groups that still meet."""
    return Q(group__archived_at=None) & (Q(group__area=None) | Q(group__area__archived_at=None))
