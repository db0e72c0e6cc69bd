"""Permissions in the partner network.

The querysets decide who may *see* what (``visible_to``); a view checks a permission here before it changes anything.
Every predicate reads the seats that ``seats_of`` has already fetched; objects come with their partnership and area.

A manager's or representative's seat is for one partnership: an organization in one area. Only the state
administrator, or a manager who holds one, gives a seat for a whole organization. Only those two edit an organization
that is a partner in several areas; the people of an area manage their partnership and propose changes.
"""

from typing import Any, Protocol

import rules
from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.http import HttpRequest

from partners.models import (
    Absence,
    Adoption,
    CenterReview,
    LocalArea,
    Location,
    Membership,
    Office,
    Organization,
    OrganizationProposal,
    Partnership,
    Practice,
    Proposal,
    Room,
    State,
    Term,
)
from partners.models.people import Seat
from partners.seats import seats_of


class Placed(Protocol):
    """A thing of one area, of any app."""

    @property
    def area_id(self) -> int: ...


class Kept(Placed, Protocol):
    """A thing of one partnership."""

    @property
    def partnership_id(self) -> int: ...


class Owned(Protocol):
    """A thing of one organization, wherever it is a partner."""

    @property
    def organization_id(self) -> int: ...


class OfAState(Protocol):
    """A thing of one state."""

    @property
    def state_id(self) -> int: ...


@rules.predicate
def is_superuser(user: Any, thing: object = None) -> bool:
    """Operator of the deployment."""
    return seats_of(user).everything


@rules.predicate
def is_staff_here(user: Any, thing: Placed) -> bool:
    """One-Stop staff of the object's area."""
    return thing.area_id in seats_of(user).staff_area_ids


@rules.predicate
def is_own_manager(user: Any, thing: Kept) -> bool:
    """Manager of the object's partnership, or of its whole organization."""
    return thing.partnership_id in seats_of(user).managed_partnership_ids


@rules.predicate
def manages_whole_organization(user: Any, thing: Owned) -> bool:
    """Manager of the whole organization, in all its areas."""
    return thing.organization_id in seats_of(user).managed_organization_ids


@rules.predicate
def keeps_its_only_partnership(user: Any, thing: Owned) -> bool:
    """Staff or manager of the only partnership of an organization that is a partner in one area."""
    seats = seats_of(user)
    if not seats.staff_area_ids and not seats.managed_partnership_ids:
        return False
    current = Partnership.objects.current().filter(organization=thing.organization_id)
    partnerships = list(current.values_list("pk", "area_id")[:2])
    if len(partnerships) != 1:
        return False
    [(pk, area_id)] = partnerships
    return pk in seats.managed_partnership_ids or area_id in seats.staff_area_ids


@rules.predicate
def is_staff_wherever_it_was_partner(user: Any, organization: Organization) -> bool:
    """One-Stop staff of every area in which the organization is or was a partner."""
    areas = seats_of(user).staff_area_ids
    known = set(Partnership.objects.filter(organization=organization).values_list("area_id", flat=True))
    return bool(known) and known <= areas


@rules.predicate
def sees_all_its_areas(user: Any, organization: Organization) -> bool:
    """People who see every area in which the organization is a partner: its history names people there."""
    current = Partnership.objects.current().filter(organization=organization)
    return not current.exclude(area__in=LocalArea.objects.visible_to(user).values("pk")).exists()


@rules.predicate
def keeps_a_partnership_of(user: Any, organization: Organization) -> bool:
    """Staff or manager of one of the organization's partnerships."""
    seats = seats_of(user)
    mine = Q(pk__in=seats.managed_partnership_ids) | Q(area_id__in=seats.staff_area_ids)
    return Partnership.objects.current().filter(mine, organization=organization).exists()


@rules.predicate
def keeps_local_location(user: Any, location: Location) -> bool:
    """Staff or manager of the partnership of a location."""
    partnership = location.partnership
    return partnership is not None and bool(staff_or_own_manager.test(user, partnership))


@rules.predicate
def administers_state(user: Any, state: State) -> bool:
    """Administrator of the state."""
    return state.pk in seats_of(user).state_ids


@rules.predicate
def belongs_to(user: Any, organization: Organization) -> bool:
    """One of the organization's own people."""
    return organization.pk in seats_of(user).organization_ids


@rules.predicate
def administers_its_state(user: Any, thing: OfAState) -> bool:
    """Administrator of the state of an area, an organization or its location."""
    return thing.state_id in seats_of(user).state_ids


@rules.predicate
def keeps_seat(user: Any, seat: Seat) -> bool:
    """People who may give and end a seat.

    Staff in their area and for its partners, managers for their partnership, and for a whole organization its managers
    and the state administrator. Only the operator manages seats of a state.
    """
    if seat.area_id:
        return seat.area_id in seats_of(user).staff_area_ids
    if seat.partnership is not None:
        return bool(staff_or_own_manager.test(user, seat.partnership))
    return seat.organization is not None and bool(keeps_whole_organization.test(user, seat.organization))


@rules.predicate
def keeps_all_seats_of(user: Any, person: Any) -> bool:
    """Staff of the areas to which all seats of the person belong."""
    areas = seats_of(user).staff_area_ids
    held = Membership.objects.current().filter(user_id=person.pk)
    places = list(held.values_list("area_id", "partnership__area_id"))
    return bool(areas) and not person.is_superuser and all((own or partner) in areas for own, partner in places)


# glossary and practices
@rules.predicate
def is_of_a_partner_here(user: Any, thing: Placed) -> bool:
    """Member of a partner in the object's area."""
    return thing.area_id in seats_of(user).partner_area_ids


@rules.predicate
def manages_a_partner_here(user: Any, thing: Placed) -> bool:
    """Manager of a partner in the object's area."""
    return thing.area_id in seats_of(user).managed_area_ids


@rules.predicate
def is_on_board_here(user: Any, thing: Placed) -> bool:
    """Board member of the object's area."""
    return thing.area_id in seats_of(user).board_area_ids


@rules.predicate
def wrote_its_draft(user: Any, term: Term) -> bool:
    """Last author of a term that is not approved yet."""
    return not term.is_in_force and term.written_by_id == user.pk


@rules.predicate
def wrote_practice(user: Any, practice: Practice) -> bool:
    """Author of a practice."""
    return practice.written_by_id == user.pk


@rules.predicate
def manages_who_told(user: Any, practice: Practice) -> bool:
    """Manager of the partner for which a practice was written."""
    return practice.told_by_id in seats_of(user).managed_partnership_ids


@rules.predicate
def is_of_adopting_partner(user: Any, adoption: Adoption) -> bool:
    """Manager or representative of the partner that adopted a practice."""
    return adoption.partnership_id in seats_of(user).partnership_ids


@rules.predicate
def has_proposed_it(user: Any, proposal: Proposal | OrganizationProposal) -> bool:
    """Author of the proposal."""
    return proposal.proposed_by_id is not None and proposal.proposed_by_id == user.pk


@rules.predicate
def is_of_this_partner(user: Any, partnership: Partnership) -> bool:
    """Manager or representative of the partner."""
    return partnership.pk in seats_of(user).partnership_ids


@rules.predicate
def keeps_absence(user: Any, absence: Absence) -> bool:
    """People who manage the hours of a partner, for its absences; only staff for closed centers."""
    if absence.partnership is None:
        return staff.test(user, absence.center)
    return staff_or_own_manager.test(user, absence.partnership)


@rules.predicate
def keeps_review(user: Any, review: CenterReview) -> bool:
    """Staff of the area of the reviewed center."""
    return staff.test(user, review.center)


@rules.predicate
def keeps_office(user: Any, office: Office) -> bool:
    """Staff for the offices of their area; for those of an organization, whoever edits the organization."""
    if office.organization is None:
        return bool(staff.test(user, office))
    return bool(keeps_organization.test(user, office.organization))


@rules.predicate
def keeps_room(user: Any, room: Room) -> bool:
    """Whoever edits the center or location of a room."""
    if room.center is not None:
        return bool(staff.test(user, room.center))
    return bool((keeps_organization | keeps_local_location).test(user, room.location))


staff = is_superuser | is_staff_here
staff_or_own_manager = is_superuser | is_staff_here | is_own_manager
keeps_whole_organization = is_superuser | manages_whole_organization | administers_its_state
keeps_organization = keeps_whole_organization | keeps_its_only_partnership

checks_adoption = staff | is_of_adopting_partner

PERMISSIONS = {
    # the area
    "partners.edit_area": staff,
    "partners.add_partner": staff,
    "partners.add_center": staff,
    "partners.edit_center": staff,
    "partners.import_data": staff,
    "partners.keep_coverage": staff,
    "partners.invite_to_area": staff,
    "partners.manage_accounts": staff,
    # a partner: managers edit it, staff decide on the partnership
    "partners.edit_partnership": staff_or_own_manager,
    "partners.govern_partnership": staff,
    "partners.add_service": staff_or_own_manager,
    "partners.edit_service": staff_or_own_manager,
    "partners.verify_service": staff_or_own_manager,
    "partners.view_service_notes": staff | is_of_this_partner,
    "partners.add_representative": staff_or_own_manager,
    "partners.edit_representative": staff_or_own_manager,
    "partners.confirm_signatory": staff,
    # the calendar of the area; rooms are kept by whoever edits their building
    "partners.keep_calendar": staff,
    "partners.keep_room": keeps_room,
    # hours on site: managers manage their own hours and absences, staff all, and closed centers
    "partners.keep_presence": staff_or_own_manager,
    "partners.close_center": staff,
    "partners.take_back_absence": keeps_absence,
    "partners.record_review": staff,
    "partners.take_back_review": keeps_review,
    # the board of the area, its offices, and those of organizations
    "partners.keep_board": staff,
    "partners.keep_office": keeps_office,
    "partners.keep_organization_offices": keeps_organization,
    # the organization, known once in the state
    "partners.edit_organization": keeps_organization,
    "partners.propose_organization_change": keeps_a_partnership_of & ~keeps_organization,
    "partners.decide_organization_proposal": keeps_whole_organization,
    "partners.view_organization_history": keeps_whole_organization | sees_all_its_areas,
    "partners.archive_organization": is_superuser | administers_its_state | is_staff_wherever_it_was_partner,
    "partners.add_location": keeps_whole_organization | keeps_a_partnership_of,
    "partners.add_local_location": staff_or_own_manager,
    "partners.add_shared_location": keeps_whole_organization,
    "partners.edit_location": keeps_organization | keeps_local_location,
    "partners.invite_to_organization": keeps_whole_organization | keeps_a_partnership_of,
    "partners.give_whole_organization": keeps_whole_organization,
    "partners.give_partnership": staff_or_own_manager,
    # people: partners.people.accounts.people_visible_to decides what a person may see of another
    "partners.view_accounts": staff | administers_its_state,
    "partners.view_colleagues": keeps_whole_organization | keeps_a_partnership_of | belongs_to,
    "partners.manage_invitation": is_superuser | keeps_seat,
    "partners.end_seat": is_superuser | keeps_seat,
    "partners.deactivate_person": is_superuser | keeps_all_seats_of,
    # glossary and practices
    "partners.propose_term": staff | is_of_a_partner_here,
    "partners.edit_term": staff | wrote_its_draft,
    "partners.say_term": is_of_a_partner_here,
    "partners.approve_term": staff,
    "partners.write_practice": staff | is_on_board_here | is_of_a_partner_here,
    "partners.edit_practice": staff | manages_who_told | wrote_practice,
    "partners.adopt_practice": staff | manages_a_partner_here,
    "partners.end_adoption": staff_or_own_manager,
    "partners.check_adoption": checks_adoption,
    # what people look for and do not find
    "partners.view_unanswered": staff | administers_its_state,
    "partners.answer_unanswered": staff,
    # upkeep: people who edit a service confirm it and decide on proposals; others who see it may propose
    "partners.ask_to_confirm": staff,
    "partners.propose_change": rules.is_authenticated & ~staff_or_own_manager,
    "partners.decide_proposal": staff_or_own_manager,
    "partners.withdraw_proposal": has_proposed_it,
    # reminders: who was notified about an object, and bounced addresses
    "partners.see_told": staff,
    "partners.keep_addresses": staff,
    "partners.view_single_persons": staff | is_on_board_here | administers_its_state,
    # the resource manual: people who see the area read it
    "partners.issue_manual": staff,
    # notifications of an area: staff manage them, the state administrator views them
    "partners.view_notices": staff | administers_its_state,
    "partners.keep_notices": staff,
    # the state
    "partners.view_state": is_superuser | administers_state,
    "partners.edit_state": is_superuser | administers_state,
}

for name, predicate in PERMISSIONS.items():
    rules.add_perm(name, predicate)


def may(user: Any, permission: str, thing: object) -> bool:
    """Return whether the user has the permission for the object."""
    return bool(rules.has_perm(permission, user, thing))


def demand(request: HttpRequest, permission: str, thing: object) -> None:
    """Refuse the request unless its user has the permission for the object.

    :raises PermissionDenied: otherwise (403; a user who may not see the object has already got a 404).
    """
    if not may(request.user, permission, thing):
        raise PermissionDenied  # the page explains it; people do not know names of permissions
