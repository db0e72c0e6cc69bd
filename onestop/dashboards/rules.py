"""Permissions for dashboards. Who sees which rows is decided by their querysets (``visible_to``)."""

from typing import Any

import rules

from partners.rules import Kept, administers_its_state, is_on_board_here, staff
from partners.seats import seats_of


@rules.predicate
def is_of_its_people(user: Any, thing: Kept) -> bool:
    """Manager or representative of the object's partnership."""
    return thing.partnership_id in seats_of(user).partnership_ids


@rules.predicate
def administers_state_of_area(user: Any, thing: Any) -> bool:
    """Administrator of the state of the object's area."""
    return thing.area.state_id in seats_of(user).state_ids


PERMISSIONS = {
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
