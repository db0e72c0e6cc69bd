"""Permissions for agreements. Who sees which is decided by their queryset (``visible_to``)."""

from typing import Any

import rules

from agreements.models import Evidence, Promise
from partners.rules import administers_its_state, is_on_board_here, staff
from partners.seats import seats_of


@rules.predicate
def keeps_its_agreement(user: Any, thing: Promise | Evidence) -> bool:
    """One-Stop staff of the area that leads the agreement."""
    return bool(staff.test(user, thing.agreement))


@rules.predicate
def owes_it(user: Any, promise: Promise) -> bool:
    """Manager or representative of the partner that owes the promise."""
    return promise.party.partnership_id in seats_of(user).partnership_ids


@rules.predicate
def recorded_it(user: Any, evidence: Evidence) -> bool:
    """Who recorded the evidence, and still belongs to the partner that owes the promise."""
    return evidence.by_id == user.pk and bool(owes_it.test(user, evidence.promise))


PERMISSIONS = {
    # drafts: the staff of the area that leads
    "agreements.begin_agreement": staff,
    "agreements.draft_agreement": staff,
    "agreements.record_exception": staff,
    "agreements.view_negotiations": staff | administers_its_state | is_on_board_here,
    # signing: the staff send, take back, ask again and vouch; who signs is decided by the office
    "agreements.send_agreement": staff,
    # executed agreements: their end, reviews and parties; what a State monitor asks for
    "agreements.record_terms": staff,
    "agreements.view_compliance": staff | administers_its_state | is_on_board_here,
    # in review, who sees an agreement and does not edit it suggests wording; the staff decide
    "agreements.suggest_wording": rules.is_authenticated & ~staff,
    "agreements.decide_suggestion": staff,
    # in force: those who owe a promise show that it is kept, the staff too
    "agreements.record_evidence": keeps_its_agreement | owes_it,
    "agreements.edit_evidence": keeps_its_agreement | recorded_it,
}

for name, predicate in PERMISSIONS.items():
    rules.add_perm(name, predicate)
