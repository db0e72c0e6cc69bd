"""Agreements: one in review and one in force, of which the partner is a party."""

from datetime import date
from typing import Any

from tests import factories

AFTER = ("partners",)
FOR_ALL = {"element", "sign_token", "signed_token"}


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
    executed = factories.make_agreement(area, title="MOU 2024 to 2027", **signed, **dates)
    member = factories.make_party(executed, partner)
    review = factories.make_agreement_review(executed, note="Two partners moved.", by=manager)
    duty = factories.make_promise(member, kind="persons", quantity=120, text="")
    factories.make_promise(member, kind="referral", text="By a call within a day")
    evidence = factories.make_evidence(duty, by=manager, quantity=12)
    factories.make_drift(duty)
    vars(world).update(
        **_signing(world, party),
        agreement=agreement.pk,
        clause=clause.pk,
        party=party.pk,
        promise=promise.pk,
        duty=duty.pk,
        evidence=evidence.pk,
        step=step.pk,
        negotiation=negotiation.pk,
        suggestion=suggestion.pk,
        element="infrastructure",
        report=report.pk,
        in_force=executed.pk,
        member=member.pk,
        agreement_review=review.pk,
    )


def _signing(world: Any, party: Any) -> dict[str, Any]:
    """Add an agreement that is out for signature, which the manager signs, and one that is executed and sealed."""
    area, partner, manager = world.rows.area, world.rows.partner, world.rows.manager
    head = factories.make_office(partner.organization, kind="agency_head", title="Head of the agency")
    mayor = factories.make_office(area, title="Mayor of Tanager")
    factories.make_tenure(head, manager)
    factories.make_tenure(mayor, name="Sam Sample", email="mayor@millpond.example")
    treasurer = factories.make_office(partner.organization, kind="other", title="Treasurer")
    further = factories.make_co_signer(party, treasurer, turn=2)
    sent = factories.make_agreement(area, status="signing", title="MOU out for signature")
    sending = factories.make_sending(sent, message="Please read clause 1.")
    own = factories.make_party(sent, partner, office=head)
    other = factories.make_party(sent, kind="official", name="Mayor of Tanager", office=mayor)
    asked = factories.make_signature_request(sending, own, head)
    by_link = factories.make_signature_request(sending, other, mayor)
    link = factories.make_signing_link(by_link)
    delegation = factories.make_delegation(by_link)
    dates = {"effective_on": date(2026, 7, 1), "expires_on": date(2029, 6, 30), "executed_on": date(2026, 6, 1)}
    executed = factories.make_agreement(area, status="executed", title="MOU signed in the portal", **dates)
    done = factories.make_sending(executed)
    signer = factories.make_party(executed, kind="official", name="Mayor of Tanager", office=mayor)
    factories.make_party(executed, partner)
    signed = factories.make_signature_request(done, signer, mayor, status="signed")
    used = factories.make_signing_link(signed)
    factories.make_signature(signed)
    factories.make_sealed_document(done)
    return {
        "sent": sent.pk,
        "executed": executed.pk,
        "request_to_sign": asked.pk,
        "signed_request": signed.pk,
        "sign_token": link.token,
        "signed_token": used.token,
        "delegation": delegation.pk,
        "co_signer": further.pk,
        "treasurer": factories.make_office(partner.organization, kind="other", title="Deputy treasurer").pk,
    }
