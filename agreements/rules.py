"""Permissions for agreements. Who sees which is decided by their queryset (``visible_to``)."""

import rules

from partners.rules import administers_its_state, is_on_board_here, staff

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
}

for name, predicate in PERMISSIONS.items():
    rules.add_perm(name, predicate)
