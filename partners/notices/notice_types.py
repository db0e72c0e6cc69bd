"""The kinds of what the partner network tells people about what somebody has just done."""

from typing import Any

from onestop.notices.models import Notice
from onestop.notices.notice_types import NoticeType, Reason, declare
from partners.notices import examples
from partners.notices.audiences import is_staff
from partners.seats import seats_of


def holds_a_seat(user: Any) -> bool:
    """Whether a person is anything in the network."""
    seats = seats_of(user)
    return bool(seats.everything or seats.state_ids or seats.area_ids or seats.organization_ids)


def may_take_over(user: Any) -> bool:
    """Whether a person can be named to take over from another: staff, and a partner's people."""
    seats = seats_of(user)
    return bool(seats.staff_area_ids or seats.organization_ids)


def belongs_to_a_partner(user: Any) -> bool:
    """Whether a person manages an organization, or is its representative."""
    return bool(seats_of(user).organization_ids)


def decides_on_proposals(user: Any) -> bool:
    """Whether proposals wait for the person: for managers, and for staff where a partner has none."""
    seats = seats_of(user)
    return bool(seats.staff_area_ids or seats.managed_partnership_ids)


def decides_for_organizations(user: Any) -> bool:
    """Whether a person manages a whole organization, or administers a state."""
    seats = seats_of(user)
    return bool(seats.everything or seats.managed_organization_ids or seats.state_ids)


declare(
    NoticeType(
        "partners.invitation",
        "Invitations",
        "Somebody offers you a seat in a partner network.",
        Reason.TRANSACTIONAL,
        priority=Notice.Priority.URGENT,
        goes_to="Whoever is invited, at the address that was entered.",
        example=examples.invitation,
    ),
    NoticeType(
        "partners.seat_added",
        "A new seat",
        "Somebody gave you another seat in the network.",
        Reason.TRANSACTIONAL,
        goes_to="The person who has the seat now.",
        is_for=holds_a_seat,
        example=examples.seat_added,
    ),
    NoticeType(
        "partners.seat_ended",
        "The end of a seat",
        "Somebody has ended a seat that you held.",
        Reason.TRANSACTIONAL,
        goes_to="The person who held the seat.",
        is_for=holds_a_seat,
        example=examples.seat_ended,
    ),
    NoticeType(
        "partners.organization_joined",
        "Your organization in another area",
        "An organization that you manage or work with becomes a partner in one more area.",
        Reason.TRANSACTIONAL,
        goes_to="The organization's managers, and the staff of the other areas where it is a partner.",
        is_for=may_take_over,
        example=examples.organization_joined,
    ),
    NoticeType(
        "partners.organization_proposal_made",
        "Proposed changes to an organization",
        "Somebody proposes a change to an organization that is a partner in several areas.",
        Reason.TRANSACTIONAL,
        goes_to="The organization-wide managers, and the state's administrators. Not who proposed it.",
        is_for=decides_for_organizations,
        example=examples.organization_proposal_made,
    ),
    NoticeType(
        "partners.organization_proposal_decided",
        "Answers to your proposals for an organization",
        "Somebody has accepted or declined a change that you proposed to an organization.",
        Reason.TRANSACTIONAL,
        goes_to="Who proposed it.",
        is_for=decides_on_proposals,
        example=examples.organization_proposal_decided,
    ),
    NoticeType(
        "partners.signatory_named",
        "New signatories",
        "A partner's own people named somebody who may sign agreements for it.",
        Reason.TRANSACTIONAL,
        goes_to="The One-Stop staff of the area.",
        is_for=is_staff,
        example=examples.signatory_named,
    ),
    NoticeType(
        "partners.taken_over",
        "Taking over",
        "A colleague leaves, and you were named to take over.",
        Reason.TRANSACTIONAL,
        goes_to="The person who takes over.",
        is_for=may_take_over,
        example=examples.taken_over,
    ),
    NoticeType(
        "partners.confirm_services",
        "Questions about your services",
        "One-Stop staff ask whether what people read about your services is still right.",
        Reason.TRANSACTIONAL,
        goes_to="The partner's managers; without one, its main representative.",
        is_for=belongs_to_a_partner,
        example=examples.confirm_services,
    ),
    NoticeType(
        "partners.proposal_made",
        "Proposed changes",
        "Somebody proposes that one of your services should say something else.",
        Reason.TRANSACTIONAL,
        goes_to="The partner's managers; without one, the area's staff. Not who proposed it.",
        is_for=decides_on_proposals,
        example=examples.proposal_made,
    ),
    NoticeType(
        "partners.proposal_decided",
        "Answers to your proposals",
        "Somebody has accepted or declined a change that you proposed.",
        Reason.TRANSACTIONAL,
        goes_to="Who proposed it.",
        is_for=holds_a_seat,
        example=examples.proposal_decided,
    ),
)
