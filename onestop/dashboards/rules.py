"""Permissions for dashboards. Who sees which opportunity, packet or snapshot is decided by its queryset."""

from typing import Any

import rules

from onestop.dashboards.models import Offer
from partners.models import BoardTerm, Partnership
from partners.rules import Kept, administers_its_state, administers_state, is_on_board_here, is_superuser, staff
from partners.seats import seats_of


@rules.predicate
def is_staff_of_opportunity(user: Any, offer: Offer) -> bool:
    """One-Stop staff of the area of an offer."""
    seats = seats_of(user)
    return seats.everything or offer.opportunity.area_id in seats.staff_area_ids


@rules.predicate
def is_offered_to(user: Any, offer: Offer) -> bool:
    """The member of the board to whom something was offered."""
    return bool(getattr(user, "is_active", False)) and offer.term.user_id == user.pk


@rules.predicate
def is_staff_of_board(user: Any, term: BoardTerm) -> bool:
    """One-Stop staff of the area of a board."""
    seats = seats_of(user)
    return seats.everything or term.seat.area_id in seats.staff_area_ids


@rules.predicate
def serves(user: Any, term: BoardTerm) -> bool:
    """Whoever serves in a term."""
    return bool(getattr(user, "is_active", False)) and term.user_id == user.pk


@rules.predicate
def is_of_partner(user: Any, partnership: Partnership) -> bool:
    """Manager or representative of a partner."""
    return partnership.pk in seats_of(user).partnership_ids


@rules.predicate
def administers_its_area(user: Any, partnership: Partnership) -> bool:
    """Administrator of the state of a partner's area."""
    return partnership.area.state_id in seats_of(user).state_ids


@rules.predicate
def is_of_its_people(user: Any, thing: Kept) -> bool:
    """Manager or representative of the object's partnership."""
    return thing.partnership_id in seats_of(user).partnership_ids


@rules.predicate
def administers_state_of_area(user: Any, thing: Any) -> bool:
    """Administrator of the state of the object's area."""
    return thing.area.state_id in seats_of(user).state_ids


PERMISSIONS = {
    # the dashboard of the board: who runs the area, its state, and its board
    "dashboards.view_board": staff | is_on_board_here | administers_its_state,
    "dashboards.compare_areas": is_superuser | administers_state,
    # points of engagement: staff keep them and record for members without an account; members take them on
    "dashboards.keep_opportunities": staff,
    "dashboards.take_on": staff | is_on_board_here,
    "dashboards.answer_offer": is_staff_of_opportunity | is_offered_to,
    "dashboards.keep_interests": is_staff_of_board | serves,
    # papers: staff issue packets and send them; who sees the board's dashboard reads them
    "dashboards.make_packet": staff,
    # a partner: its people and who runs the area; the board reads its ten minutes, and not how it stands
    "dashboards.read_briefing": staff | is_of_partner | is_on_board_here | administers_its_area,
    "dashboards.read_standing": staff | is_of_partner | administers_its_area,
    # engagement: everybody in the area sees the score and trend of each partner; single acts only who answers for them
    "dashboards.view_drifting": staff | is_on_board_here | administers_its_state,
    "dashboards.view_acts": staff | is_of_its_people | administers_state_of_area,
    "dashboards.excuse_acts": staff,
    "dashboards.ask_correction": is_of_its_people,
    "dashboards.answer_correction": staff,
    "dashboards.set_weights": staff,
}

for name, predicate in PERMISSIONS.items():
    rules.add_perm(name, predicate)
