"""Engagement and dashboards: a formula, an excuse, points of engagement of the board, snapshots and PDFs."""

from datetime import timedelta
from typing import Any

from django.utils.timezone import now

from meetings.models import Group
from partners.models import BoardTerm
from tests import factories

AFTER = ("partners", "meetings", "goals")
FOR_ALL = {"packet_token"}


def build(world: Any) -> None:
    """Add them; the board member has one offer, and one that was done."""
    area, partner = world.rows.area, world.rows.partner
    term = BoardTerm.objects.get(pk=world.board_term)
    formula = factories.make_formula(area)
    excuse = factories.make_act_excuse(partner, f"attended:{world.held}")
    missed = factories.make_action(
        Group.objects.get(pk=world.group), text="Send the counts of September", partnership=partner,
        due_on=now().date() - timedelta(days=20),
    )  # fmt: skip
    correction = factories.make_act_correction(partner, f"attended:{world.held}", by=world.rows.manager)
    factories.make_interest(term, "mentor", note="Young welders")
    opportunity = factories.make_opportunity(
        area, title="Mock interviews", text="Four business people.", contact="Dana"
    )
    offer = factories.make_offer(opportunity, term)
    visit = factories.make_opportunity(area, kind="visit", title="Walk through Millpond")
    done = factories.make_offer(visit, term, status="done", changed="The door opens by itself now.")
    today = now().date()
    factories.make_snapshot(area, today - timedelta(days=31))
    factories.make_snapshot(area, today - timedelta(days=1))
    packet = factories.make_dashboard_pdf(area, status="failed", message="Pango is missing.")
    briefing = factories.make_dashboard_pdf(
        area, kind="briefing", title="The partner in ten minutes", partnership=partner, status="failed",
        message="Pango is missing.",
    )  # fmt: skip
    link = factories.make_packet_link(packet, term)
    ready = factories.make_dashboard_pdf(
        area, title="Packet that is ready", status="ready", made_at=now(), file="dashboards/gone.pdf", sha256="0" * 64,
        size=1000, pages=3, sections=["figures", "goals"],
    )  # fmt: skip
    sent = factories.make_packet_link(ready, term)
    seat = factories.make_board_seat(area, label="Second seat of a reader")
    second = factories.make_board_term(seat, name="Rita Reader", email="rita@reader.example")
    vars(world).update(
        figure="agreements",
        formula=formula.pk,
        act_excuse=excuse.pk,
        act_correction=correction.pk,
        act_name=f"actions:{missed.pk}",
        opportunity=opportunity.pk,
        offer=offer.pk,
        done_offer=done.pk,
        dashboard_pdf=packet.pk,
        briefing_pdf=briefing.pk,
        packet_token=link.token,
        ready_packet=ready.pk,
        sent_packet_link=sent.pk,
        second_board_term=second.pk,
    )
