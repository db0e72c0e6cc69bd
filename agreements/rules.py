"""Permissions for agreements. Who sees which is decided by their queryset (``visible_to``).

The right to approve money is given to a person by name, for an area or for a partner; no role has it by itself, not
even the operator. Verbs refuse whoever has entered what is approved.
"""

from typing import Any

import rules
from django.db.models import Q

from agreements.models import Agreement, Evidence, MoneyApprover, Payer, Promise, PurchaseTerms
from partners.models import LocalArea, Partnership
from partners.rules import (
    administers_its_state,
    is_on_board_here,
    manages_a_partner_here,
    staff,
    staff_or_own_manager,
)
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


# ---------------------------------------------------------------- Money
def purchase_terms_of(agreement: Agreement) -> PurchaseTerms | None:
    """Return the terms of a purchase, or ``None`` if none are recorded; no query if they were fetched."""
    return getattr(agreement, "purchase_terms", None)


@rules.predicate
def buys(user: Any, agreement: Agreement) -> bool:
    """Manager of the partner that purchases."""
    terms = purchase_terms_of(agreement)
    return terms is not None and terms.purchaser.partnership_id in seats_of(user).managed_partnership_ids


@rules.predicate
def provides(user: Any, agreement: Agreement) -> bool:
    """Manager of the partner that provides."""
    terms = purchase_terms_of(agreement)
    return terms is not None and terms.provider.partnership_id in seats_of(user).managed_partnership_ids


def holds_money_right(user: Any, *, area: int, partnership: int | None = None) -> bool:
    """Return whether a person may approve money of an area, or of a partner; one query."""
    if not getattr(user, "is_active", False):
        return False
    place = Q(area=area) | Q(partnership=partnership) if partnership else Q(area=area)
    return MoneyApprover.objects.holding().filter(place, user=user.pk).exists()


@rules.predicate
def approves_purchase(user: Any, agreement: Agreement) -> bool:
    """Whoever may approve money of the area, or of the partner that purchases."""
    terms = purchase_terms_of(agreement)
    partnership = terms.purchaser.partnership_id if terms else None
    return holds_money_right(user, area=agreement.area_id, partnership=partnership)


@rules.predicate
def approves_for_area(user: Any, agreement: Agreement) -> bool:
    """Whoever may approve money of the area."""
    return holds_money_right(user, area=agreement.area_id)


@rules.predicate
def is_staff_of_payer(user: Any, payer: Payer) -> bool:
    """One-Stop staff of the area that leads the agreement."""
    return bool(staff.test(user, payer.agreement))


@rules.predicate
def pays(user: Any, payer: Payer) -> bool:
    """Manager of the partner that pays."""
    return payer.partnership_id in seats_of(user).managed_partnership_ids


@rules.predicate
def gives_money_right(user: Any, place: LocalArea | Partnership) -> bool:
    """Staff of the area and the state's administrator; for a partner, its managers too."""
    if isinstance(place, Partnership):
        return bool(staff_or_own_manager.test(user, place) or administers_its_state.test(user, place.area))
    return bool((staff | administers_its_state).test(user, place))


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
    # money: who approves it is decided by name
    "agreements.give_money_right": gives_money_right,
    "agreements.view_money_approvers": staff | administers_its_state | manages_a_partner_here,
    # purchase of service: the purchaser sets terms, authorizes and pays; the provider delivers, reports and invoices
    "agreements.set_purchase_terms": staff | buys,
    "agreements.authorize_service": staff | buys,
    "agreements.record_delivery": staff | provides,
    "agreements.send_report": staff | provides,
    "agreements.decide_report": staff | buys,
    "agreements.submit_invoice": staff | provides,
    "agreements.approve_invoice": approves_purchase,
    "agreements.pay_invoice": staff | buys,
    "agreements.record_ceiling_exception": approves_purchase,
    # infrastructure funding: the staff keep budgets and statements; each partner its counts, sources and contributions
    "agreements.keep_budget": staff,
    "agreements.enter_counts": is_staff_of_payer | pays,
    "agreements.set_sources": is_staff_of_payer | pays,
    "agreements.record_contribution": is_staff_of_payer | pays,
    "agreements.accept_contribution": approves_for_area,
    "agreements.answer_statement": is_staff_of_payer | pays,
    "agreements.close_period": approves_for_area,
}

for name, predicate in PERMISSIONS.items():
    rules.add_perm(name, predicate)
