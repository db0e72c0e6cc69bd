"""Agreements: one in review, of which the partner is a party."""

from datetime import date
from typing import Any

from tests import factories

AFTER = ("partners",)
FOR_ALL = {"element"}


def build(world: Any) -> None:
    """Add an agreement with a clause, a party and a version, and one that was signed on paper."""
    area, partner, manager = world.rows.area, world.rows.partner, world.rows.manager
    agreement = factories.make_agreement(area, status="review", note="Ask the county first.")
    clause = factories.make_clause(agreement, text="Partners **refer** customers. {{parties}}", elements=["referral"])
    factories.make_clause(agreement, title="Access")
    party = factories.make_party(agreement, partner, presence="comprehensive")
    factories.make_party(agreement, kind="board", name=area.board_name)
    agreement.element_records.create(
        element="infrastructure", exception="Costs are in the IFA.", by=manager, at=agreement.begun_at
    )
    contents = [{"id": clause.pk, "title": "Referral", "text": "Partners refer people."}]
    factories.make_version(agreement, by=manager, note="Before the review", contents=contents)
    promise = factories.make_promise(party, clause=clause)
    suggestion = factories.make_suggestion(clause, manager)
    step = factories.make_step(party, note="It meets twice a month.")
    negotiation = factories.make_negotiation(agreement, party=party, by=manager)
    report = factories.make_agreement_pdf(agreement, kind="impasse")
    signed = {"status": "executed", "origin": "existing", "executed_on": date(2024, 6, 30)}
    dates = {"effective_on": date(2024, 7, 1), "expires_on": date(2027, 6, 30), "review_on": date(2027, 6, 30)}
    factories.make_agreement(area, title="MOU 2024 to 2027", **signed, **dates)
    vars(world).update(
        agreement=agreement.pk,
        clause=clause.pk,
        party=party.pk,
        promise=promise.pk,
        step=step.pk,
        negotiation=negotiation.pk,
        suggestion=suggestion.pk,
        element="infrastructure",
        report=report.pk,
    )
