"""Funding agreements: a draft of a budget, and an adopted one with a period whose statements were sent."""

from datetime import date
from typing import Any

from partners.models import Membership, Role
from tests import factories

AFTER = ("partners", "agreements", "purchases")
FOR_ALL: set[str] = set()


def build(world: Any) -> None:
    """Add a funding agreement of which the partner is a party, with its budgets; the staff may approve money."""
    area, partner, manager = world.rows.area, world.rows.partner, world.rows.manager
    ifa = factories.make_ifa(area)
    factories.make_party(ifa, partner)
    running = factories.make_budget(
        ifa, status="adopted", adopted_on=date(2026, 6, 25), negotiator="Terry Impartial", note="Space by square feet."
    )
    base = factories.make_base(running, name="Space", note="Measured with the floor plan.")
    pool = factories.make_pool(base, name="Rent")
    line = factories.make_cost_line(pool, note="By the lease")
    payer = factories.make_payer(running, partner)
    factories.make_count(base, payer, 500, note="Room 2 to 4")
    source = factories.make_funding_source(payer)
    issued = factories.mark_issued(running.periods.get(number=1))
    actual = factories.make_actual_cost(issued, line, 3000, note="Three bills")
    statement = factories.make_statement(payer, issued, answer="disputed", answered_at="2026-10-25T12:00Z")
    dispute = factories.make_dispute(statement)
    invoice = factories.make_funding_invoice(payer)
    void = {"voided_at": "2026-10-02T12:00Z", "void_reason": "Wrong months"}
    voided = factories.make_funding_invoice(payer, **void)
    contribution = factories.make_contribution(
        payer, running.periods.get(number=2), kind="noncash", text="Two desks", pool=pool, valuation="market"
    )
    third = factories.make_contribution(
        None, running.periods.get(number=2), kind="third_party", giver="Library", text="A room", pool=pool,
        valuation="rental",
    )  # fmt: skip
    factories.make_adjustment(payer, issued, running.periods.get(number=2))
    past = factories.make_budget(ifa, first_on=date(2025, 7, 1), status="adopted", adopted_on=date(2025, 6, 25))
    factories.make_cost_line(factories.make_pool(factories.make_base(past, name="Space"), name="Rent"))
    past_payer = factories.make_payer(past, partner)
    fresh = factories.mark_issued(past.periods.get(number=3), pay_by=date(2099, 1, 5), answer_by=date(2099, 1, 5))
    unanswered = factories.make_statement(past_payer, fresh)
    settled = factories.make_statement(past_payer, past.periods.get(number=4))
    closed = factories.mark_closed(past.periods.get(number=4))
    braid = factories.make_braid(ifa, note="For 20 young people")
    part = factories.make_braided_part(braid, partner)
    draft = factories.make_budget(ifa, first_on=date(2027, 7, 1), before=running)
    draft_base = factories.make_base(draft, name="Space")
    draft_pool = factories.make_pool(draft_base, name="Rent")
    draft_line = factories.make_cost_line(draft_pool)
    draft_payer = factories.make_payer(draft, partner)
    asked = factories.make_count_request(draft_payer, message="By the floor plan", asked_by=manager)
    for seat in Membership.objects.current().filter(role=Role.STAFF, area=area).order_by("pk"):
        factories.make_money_approver(area, seat.user)
    vars(world).update(
        ifa=ifa.pk,
        budget=running.pk,
        cost_base=base.pk,
        cost_pool=pool.pk,
        cost_line=line.pk,
        payer=payer.pk,
        funding_source=source.pk,
        issued_period=issued.pk,
        open_period=running.periods.get(number=2).pk,
        actual_cost=actual.pk,
        statement=statement.pk,
        dispute=dispute.pk,
        closed_period=closed.pk,
        closed_statement=settled.pk,
        unanswered_statement=unanswered.pk,
        funding_invoice=invoice.pk,
        voided_invoice=voided.pk,
        contribution=contribution.pk,
        third_party=third.pk,
        braid=braid.pk,
        braided_part=part.pk,
        draft_budget=draft.pk,
        draft_base=draft_base.pk,
        draft_pool=draft_pool.pk,
        draft_line=draft_line.pk,
        draft_payer=draft_payer.pk,
        draft_period=draft.periods.get(number=1).pk,
        count_request=asked.pk,
    )
