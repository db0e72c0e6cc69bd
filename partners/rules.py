"""Who may do what in the partner network: the one place that answers it.

Who may *see* what is decided by the querysets (``visible_to``); a view asks here before it changes anything.
Every predicate reads the seats that ``seats_of`` has already fetched; objects come with their partnership and area.

A manager's or representative's seat is for one partnership: an organization in one area. A seat for the whole
organization is given only by the state's administrator or by a manager who holds one. An organization that is a
partner in several areas is changed by those two alone; the people of an area keep their partnership, and propose.
"""

from typing import Any

import rules
from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.http import HttpRequest

from partners.models import (
    Absence,
    Adoption,
    Center,
    CenterReview,
    LocalArea,
    Location,
    Membership,
    Organization,
    OrganizationProposal,
    Partnership,
    Practice,
    Presence,
    Proposal,
    Representative,
    Service,
    State,
    Term,
)
from partners.models.people import Seat
from partners.seats import seats_of

Placed = LocalArea | Center | Partnership | Service | Representative | Term | Practice | Adoption | Presence


def area_id_of(thing: Placed) -> int:
    """Return the id of the area in which a thing stands."""
    if isinstance(thing, LocalArea):
        return thing.pk
    if isinstance(thing, Center | Partnership | Term | Practice):
        return thing.area_id
    return thing.partnership.area_id


Kept = Partnership | Service | Representative | Adoption | Presence


def partnership_id_of(thing: Kept) -> int:
    """Return the id of the partnership to which a thing belongs."""
    return thing.pk if isinstance(thing, Partnership) else thing.partnership_id


def organization_of(thing: Organization | Location) -> Organization:
    """Return the organization itself, or the one to which a location belongs."""
    return thing if isinstance(thing, Organization) else thing.organization


@rules.predicate
def is_superuser(user: Any, thing: object = None) -> bool:
    """The operator of the whole deployment."""
    return seats_of(user).everything


@rules.predicate
def is_staff_here(user: Any, thing: Placed) -> bool:
    """One-Stop staff of the area in which the thing stands."""
    return area_id_of(thing) in seats_of(user).staff_area_ids


@rules.predicate
def is_own_manager(user: Any, thing: Kept) -> bool:
    """Manager of the partnership to which the thing belongs, or of its whole organization."""
    return partnership_id_of(thing) in seats_of(user).managed_partnership_ids


@rules.predicate
def manages_whole_organization(user: Any, thing: Organization | Location) -> bool:
    """Manager of the whole organization, in all its areas."""
    return organization_of(thing).pk in seats_of(user).managed_organization_ids


@rules.predicate
def keeps_its_only_partnership(user: Any, thing: Organization | Location) -> bool:
    """Staff or manager where the organization is a partner, if that is one area: then it is theirs alone."""
    seats = seats_of(user)
    if not seats.staff_area_ids and not seats.managed_partnership_ids:
        return False
    current = Partnership.objects.current().filter(organization=organization_of(thing))
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
    """Whoever sees every area in which the organization is a partner: its history tells of people there."""
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
    """Staff or manager of the one partnership to which a location belongs."""
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
def administers_its_state(user: Any, thing: LocalArea | Organization | Location) -> bool:
    """Administrator of the state in which an area, an organization or its location is."""
    state_id = thing.organization.state_id if isinstance(thing, Location) else thing.state_id
    return state_id in seats_of(user).state_ids


@rules.predicate
def keeps_seat(user: Any, seat: Seat) -> bool:
    """Who gives and takes such seats.

    Staff in their area and for its partners, managers for their partnership, and for a whole organization its managers
    and the state's administrator. Seats of a state are kept by the operator.
    """
    if seat.area_id:
        return seat.area_id in seats_of(user).staff_area_ids
    if seat.partnership is not None:
        return bool(staff_or_own_manager.test(user, seat.partnership))
    return seat.organization is not None and bool(keeps_whole_organization.test(user, seat.organization))


@rules.predicate
def keeps_all_seats_of(user: Any, person: Any) -> bool:
    """Staff of an area to which, with its partners, every seat of the person belongs."""
    areas = seats_of(user).staff_area_ids
    held = Membership.objects.current().filter(user_id=person.pk)
    places = list(held.values_list("area_id", "partnership__area_id"))
    return bool(areas) and not person.is_superuser and all((own or partner) in areas for own, partner in places)


# the common language and practices
@rules.predicate
def is_of_a_partner_here(user: Any, thing: Placed) -> bool:
    """One of the people of a partner in the area in which the thing stands."""
    return area_id_of(thing) in seats_of(user).partner_area_ids


@rules.predicate
def manages_a_partner_here(user: Any, thing: Placed) -> bool:
    """Manager of a partner in the area in which the thing stands."""
    return area_id_of(thing) in seats_of(user).managed_area_ids


@rules.predicate
def is_on_board_here(user: Any, thing: Placed) -> bool:
    """Member of the board of the area in which the thing stands."""
    return area_id_of(thing) in seats_of(user).board_area_ids


@rules.predicate
def wrote_its_draft(user: Any, term: Term) -> bool:
    """Who wrote a term last that nobody has approved yet."""
    return not term.is_in_force and term.written_by_id == user.pk


@rules.predicate
def wrote_practice(user: Any, practice: Practice) -> bool:
    """Who wrote a practice."""
    return practice.written_by_id == user.pk


@rules.predicate
def manages_who_told(user: Any, practice: Practice) -> bool:
    """Manager of the partner for which a practice was written."""
    return practice.told_by_id in seats_of(user).managed_partnership_ids


@rules.predicate
def has_proposed_it(user: Any, proposal: Proposal | OrganizationProposal) -> bool:
    """Who wrote the proposal."""
    return proposal.proposed_by_id is not None and proposal.proposed_by_id == user.pk


@rules.predicate
def keeps_absence(user: Any, absence: Absence) -> bool:
    """Who keeps the hours of a partner keeps its days away; whole centers are closed by staff only."""
    if absence.partnership is None:
        return staff.test(user, absence.center)
    return staff_or_own_manager.test(user, absence.partnership)


@rules.predicate
def keeps_review(user: Any, review: CenterReview) -> bool:
    """Staff of the area in which the center stands that was reviewed."""
    return staff.test(user, review.center)


staff = is_superuser | is_staff_here
staff_or_own_manager = is_superuser | is_staff_here | is_own_manager
keeps_whole_organization = is_superuser | manages_whole_organization | administers_its_state
keeps_organization = keeps_whole_organization | keeps_its_only_partnership

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
    # a partner: managers keep their own facts right, staff decide on the partnership
    "partners.edit_partnership": staff_or_own_manager,
    "partners.govern_partnership": staff,
    "partners.add_service": staff_or_own_manager,
    "partners.edit_service": staff_or_own_manager,
    "partners.verify_service": staff_or_own_manager,
    "partners.add_representative": staff_or_own_manager,
    "partners.edit_representative": staff_or_own_manager,
    "partners.confirm_signatory": staff,
    # who is in which center when: managers keep their own hours and days away, staff all, and close centers
    "partners.keep_presence": staff_or_own_manager,
    "partners.close_center": staff,
    "partners.take_back_absence": keeps_absence,
    "partners.record_review": staff,
    "partners.take_back_review": keeps_review,
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
    # people: what a person may see of another is decided by partners.people.accounts.people_visible_to
    "partners.view_accounts": staff | administers_its_state,
    "partners.view_colleagues": keeps_whole_organization | keeps_a_partnership_of | belongs_to,
    "partners.manage_invitation": is_superuser | keeps_seat,
    "partners.end_seat": is_superuser | keeps_seat,
    "partners.deactivate_person": is_superuser | keeps_all_seats_of,
    # the common language and practices
    "partners.propose_term": staff | is_of_a_partner_here,
    "partners.edit_term": staff | wrote_its_draft,
    "partners.say_term": is_of_a_partner_here,
    "partners.approve_term": staff,
    "partners.write_practice": staff | is_on_board_here | is_of_a_partner_here,
    "partners.edit_practice": staff | manages_who_told | wrote_practice,
    "partners.adopt_practice": staff | manages_a_partner_here,
    "partners.end_adoption": staff_or_own_manager,
    # upkeep: who keeps a service confirms it and decides on proposals; whoever else sees it may propose
    "partners.ask_to_confirm": staff,
    "partners.propose_change": rules.is_authenticated & ~staff_or_own_manager,
    "partners.decide_proposal": staff_or_own_manager,
    "partners.withdraw_proposal": has_proposed_it,
    # reminders: who was told about a thing, and addresses at which nobody is reached
    "partners.see_told": staff,
    "partners.keep_addresses": staff,
    "partners.view_single_persons": staff | is_on_board_here | administers_its_state,
    # the resource manual: whoever sees the area reads it
    "partners.issue_manual": staff,
    # what is told in an area: staff put it right, the state looks
    "partners.view_notices": staff | administers_its_state,
    "partners.keep_notices": staff,
    # the state
    "partners.view_state": is_superuser | administers_state,
}

for name, predicate in PERMISSIONS.items():
    rules.add_perm(name, predicate)


def may(user: Any, permission: str, thing: object) -> bool:
    """Return whether the user may do this to the thing."""
    return bool(rules.has_perm(permission, user, thing))


def demand(request: HttpRequest, permission: str, thing: object) -> None:
    """Refuse the request unless its user may do this to the thing.

    :raises PermissionDenied: otherwise (403; whoever may not even see the thing has got a 404 before).
    """
    if not may(request.user, permission, thing):
        raise PermissionDenied  # the page says it in words; the permission's name would tell nobody anything
