"""Rows of dashboards: formulas, excuses, points of engagement, snapshots and PDFs."""

import hashlib
from datetime import date, timedelta
from typing import Any

from django.utils.timezone import now

from onestop.accounts import signed_links
from onestop.dashboards.models import (
    ActCorrection,
    ActExcuse,
    AreaSnapshot,
    BoardInterest,
    DashboardPdf,
    EngagementFormula,
    Offer,
    Opportunity,
    PacketLink,
)
from partners.models import BoardTerm, LocalArea, Partnership
from tests.factories.numbers import next_number


def make_formula(area: LocalArea, **fields: Any) -> EngagementFormula:
    """Return a formula with a reason, and no weights of its own."""
    given = {"number": next_number(), "weights": {}, "reason": "Meetings matter more.", "at": now()}
    return EngagementFormula.objects.create(area=area, **given | fields)


def make_act_excuse(partnership: Partnership, act: str, **fields: Any) -> ActExcuse:
    """Return an excuse of an act, "attended:12"."""
    return ActExcuse.objects.create(partnership=partnership, act=act, **{"reason": "Flood", "at": now()} | fields)


def make_interest(term: BoardTerm, kind: str = "mentor", **fields: Any) -> BoardInterest:
    """Return an interest of a board member."""
    return BoardInterest.objects.create(term=term, kind=kind, **fields)


def make_opportunity(area: LocalArea, **fields: Any) -> Opportunity:
    """Return an open opportunity to give mock interviews."""
    given = {
        "kind": "mentor", "title": f"Mock interviews {next_number()}", "effort": "Two hours", "created_at": now(),
    }  # fmt: skip
    return Opportunity.objects.create(area=area, **given | fields)


def make_offer(opportunity: Opportunity, term: BoardTerm, **fields: Any) -> Offer:
    """Return an offer that waits for an answer."""
    given: dict[str, Any] = {"offered_at": now()}
    if fields.get("status") in ("taken", "done"):
        given["taken_at"] = now()
    if fields.get("status") == "done":
        given["done_on"] = now().date()
    return Offer.objects.create(opportunity=opportunity, term=term, **given | fields)


def make_snapshot(area: LocalArea, day: date, **figures: Any) -> AreaSnapshot:
    """Return the snapshot of a day."""
    return AreaSnapshot.objects.create(area=area, day=day, figures=figures, version=1, made_at=now())


def make_dashboard_pdf(area: LocalArea, **fields: Any) -> DashboardPdf:
    """Return a board packet that waits to be made."""
    html = f"<h1>Packet {next_number()}</h1><!-- sections --><p>Partners</p><!-- end of sections -->"
    given = {
        "kind": "packet", "title": "Board packet", "day": now().date(), "asked_at": now(),
        "digest": hashlib.sha256(html.encode()).hexdigest(), "html": html,
    }  # fmt: skip
    return DashboardPdf.objects.create(area=area, **given | fields)


def make_packet_link(pdf: DashboardPdf, term: BoardTerm, **fields: Any) -> PacketLink:
    """Return the link of a board member to a packet."""
    number, at = next_number(), fields.pop("asked_at", now())
    given = {
        "nonce": signed_links.new_nonce(), "asked_at": at, "expires_at": at + timedelta(days=60), "name": term.name,
        "email": (term.email or f"member{number}@board.example").lower(), "user": term.user,
    }  # fmt: skip
    return PacketLink.objects.create(pdf=pdf, term=term, **given | fields)


def make_act_correction(partnership: Partnership, act: str, **fields: Any) -> ActCorrection:
    """Return a request for a correction without an answer."""
    given = {"what": "Partner team", "text": "Our alternate came.", "name": "A Manager", "at": now()}
    return ActCorrection.objects.create(partnership=partnership, act=act, **given | fields)
