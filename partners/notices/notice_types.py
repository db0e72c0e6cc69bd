"""Notice types of the partner network about something that a person has just done."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from onestop.notices.models import Notice
from onestop.notices.notice_types import NoticeType, Reason, declare
from partners.notices import examples
from partners.notices.audiences import is_staff
from partners.seats import seats_of


def holds_a_seat(user: Any) -> bool:
    """Whether a person has any seat in the network."""
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
    """Whether a person decides on proposals: managers, and staff where a partner has no manager."""
    seats = seats_of(user)
    return bool(seats.staff_area_ids or seats.managed_partnership_ids)


def decides_for_organizations(user: Any) -> bool:
    """Whether a person manages a whole organization, or administers a state."""
    seats = seats_of(user)
    return bool(seats.everything or seats.managed_organization_ids or seats.state_ids)


declare(
    NoticeType(
        "partners.invitation",
        _("Invitations"),
        _("Someone invites you to a partner network."),
        Reason.TRANSACTIONAL,
        priority=Notice.Priority.URGENT,
        goes_to=_("The invited person, at the address that was entered."),
        example=examples.invitation,
    ),
    NoticeType(
        "partners.seat_added",
        _("New seat"),
        _("Someone gave you another seat in the network."),
        Reason.TRANSACTIONAL,
        goes_to=_("The person who now has the seat."),
        is_for=holds_a_seat,
        example=examples.seat_added,
    ),
    NoticeType(
        "partners.seat_ended",
        _("Seat ended"),
        _("Someone ended a seat that you had."),
        Reason.TRANSACTIONAL,
        goes_to=_("The person who had the seat."),
        is_for=holds_a_seat,
        example=examples.seat_ended,
    ),
    NoticeType(
        "partners.organization_joined",
        _("Your organization in another area"),
        _("An organization that you manage or work with became a partner in another area."),
        Reason.TRANSACTIONAL,
        goes_to=_("The organization's managers, and the staff of the other areas where it is a partner."),
        is_for=may_take_over,
        example=examples.organization_joined,
    ),
    NoticeType(
        "partners.organization_proposal_made",
        _("Proposed changes to an organization"),
        _("Someone proposes a change to an organization that is a partner in several areas."),
        Reason.TRANSACTIONAL,
        goes_to=_("The organization-wide managers and the state's administrators, except the person who proposed it."),
        is_for=decides_for_organizations,
        example=examples.organization_proposal_made,
    ),
    NoticeType(
        "partners.organization_proposal_decided",
        _("Answers to your proposals for an organization"),
        _("Someone approved or declined a change that you proposed to an organization."),
        Reason.TRANSACTIONAL,
        goes_to=_("The person who proposed it."),
        is_for=decides_on_proposals,
        example=examples.organization_proposal_decided,
    ),
    NoticeType(
        "partners.signatory_named",
        _("New signatories"),
        _("A partner added a person who can sign agreements for it."),
        Reason.TRANSACTIONAL,
        goes_to=_("The One-Stop staff of the area."),
        is_for=is_staff,
        example=examples.signatory_named,
    ),
    NoticeType(
        "partners.taken_over",
        _("Taking over"),
        _("A colleague is leaving, and you were named to take over."),
        Reason.TRANSACTIONAL,
        goes_to=_("The person who takes over."),
        is_for=may_take_over,
        example=examples.taken_over,
    ),
    NoticeType(
        "partners.confirm_services",
        _("Requests to confirm your services"),
        _("One-Stop staff ask you if the information about your services is still correct."),
        Reason.TRANSACTIONAL,
        goes_to=_("The partner's managers, or its main representative if it has no manager."),
        is_for=belongs_to_a_partner,
        example=examples.confirm_services,
    ),
    NoticeType(
        "partners.proposal_made",
        _("Proposed changes to your services"),
        _("Someone proposes a change to one of your services."),
        Reason.TRANSACTIONAL,
        goes_to=_(
            "The partner's managers, or the area's staff if it has no manager, except the person who proposed it."
        ),
        is_for=decides_on_proposals,
        example=examples.proposal_made,
    ),
    NoticeType(
        "partners.proposal_decided",
        _("Answers to your proposals"),
        _("Someone approved or declined a change that you proposed."),
        Reason.TRANSACTIONAL,
        goes_to=_("The person who proposed it."),
        is_for=holds_a_seat,
        example=examples.proposal_decided,
    ),
)
