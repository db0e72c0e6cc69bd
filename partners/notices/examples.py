"""Invented things, never saved, by which each mail can be looked at without anybody being told."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

from dateutil.relativedelta import relativedelta
from django.conf import settings
from django.utils import timezone

from onestop.accounts.models import User
from onestop.ui.presentation import day
from onestop.ui.todo import LATER, NOW, SOON, TodoItem, by_urgency
from partners.models import (
    Center,
    CenterReview,
    ConfirmationRequest,
    Invitation,
    LocalArea,
    Membership,
    Organization,
    OrganizationProposal,
    Partnership,
    Proposal,
    Representative,
    Role,
    Service,
    State,
)
from partners.network.due_dates import LAWS

Context = Mapping[str, Any]
ANN = User(pk=1, name="Ann Example", email="ann@partner.example")
DANA = User(pk=2, name="Dana Sample", email="dana@area.example")
AREA = LocalArea(pk=1, name="Example County", board_name="Example County Workforce Board", state=State(pk=1, name="Ex"))
PARTNERSHIP = Partnership(pk=1, area=AREA, organization=Organization(pk=1, name="Example Adult Learning"))
KEEPS = "You keep the services of Example Adult Learning in Example County."
SERVICES = [
    Service(pk=1, name="Evening classes", partnership=PARTNERSHIP, verified_on=date(2026, 1, 12)),
    Service(pk=2, name="Tutoring for one", partnership=PARTNERSHIP),
]


def invitation() -> Context:
    """Somebody is invited, with a few words."""
    at = timezone.now()
    offered = Invitation(
        pk=1, name="Ann Example", email=ANN.email, role=Role.MANAGER, partnership=PARTNERSHIP,
        message="We spoke about it on the phone.", expires_at=_in_days(at, settings.INVITATION_DAYS),
    )  # fmt: skip
    return {
        "why": f"{DANA.name} entered your address.",
        "invitation": offered,
        "link": _link("/join/example/"),
        "network": "the Example County partner network",
        "role": "partner manager",
        "what": "keep your organization's services, people and locations right",
        "contact": DANA,
        "board": AREA.board_name,
    }


def seat_added() -> Context:
    """Somebody was given a seat on the board."""
    return _seat(f"{DANA.name} gave you this seat.") | {
        "what": "see how the network works, and follow it for the board"
    }


def seat_ended() -> Context:
    """The same seat has ended."""
    return _seat("You held this seat.")


def organization_joined() -> Context:
    """Ann's organization becomes a partner in a second area."""
    return _to_ann("/organizations/1/", "You manage Example Adult Learning in Example County.") | {
        "organization": PARTNERSHIP.organization,
        "area": LocalArea(pk=2, name="Sample Valley", board_name="Sample Valley Workforce Board"),
        "by": User(pk=4, name="Kit Sample", email="kit@valley.example"),
    }


def organization_proposal_made() -> Context:
    """Staff of one area propose another phone number."""
    return _to_ann("/organizations/proposals/1/", "You manage Example Adult Learning.") | {
        "proposal": _organization_proposal(DANA.name),
        "organization": PARTNERSHIP.organization,
        "labels": ["phone"],
    }


def organization_proposal_decided() -> Context:
    """The number was accepted."""
    return _to_ann("/organizations/proposals/1/", "You proposed this change.") | {
        "proposal": _organization_proposal(ANN.name),
        "organization": PARTNERSHIP.organization,
        "by": DANA,
        "is_accepted": True,
        "taken": ["phone"],
        "left": [],
    }


def _organization_proposal(name: str) -> OrganizationProposal:
    note = "The old number rings at the former office."
    return OrganizationProposal(pk=1, organization=PARTNERSHIP.organization, proposer_name=name, note=note)


def signatory_named() -> Context:
    """Ann names a colleague who may sign."""
    person = Representative(pk=1, name="Lee Helper", partnership=PARTNERSHIP, is_signatory=True)
    return _to_staff("/representatives/1/") | {
        "person": person,
        "partnership": PARTNERSHIP,
        "by": ANN,
        "signs_from": _in_days(timezone.now(), 1),
    }


def taken_over() -> Context:
    """Somebody takes over from a colleague."""
    return _to_ann("/", f"{DANA.name} named you to take over.") | {
        "heir": ANN,
        "person": User(pk=3, name="Lee Former", email="lee@partner.example"),
        "deactivated": True,
        "titles": ["Partner manager of Example Adult Learning", "Main representative of Example Adult Learning"],
        "by": DANA,
    }


def confirm_services() -> Context:
    """Staff ask about two services."""
    at = timezone.now()
    asked = ConfirmationRequest(
        pk=1, name=ANN.name, email=ANN.email, asked_by=DANA, partnership=PARTNERSHIP,
        expires_at=_in_days(at, settings.CONFIRM_LINK_DAYS),
    )  # fmt: skip
    return _to_ann("/confirm/example/", KEEPS) | {
        "request": asked,
        "partnership": PARTNERSHIP,
        "services": SERVICES,
        "link": _link("/confirm/example/"),
    }


def proposal_made() -> Context:
    """A colleague proposes other hours."""
    return _to_ann("/proposals/1/", KEEPS) | {
        "proposal": _proposal("Lee Helper"),
        "service": SERVICES[0],
        "labels": ["days and hours", "what it costs"],
    }


def proposal_decided() -> Context:
    """A part of it was accepted, with a few words."""
    proposal = _proposal(ANN.name)
    proposal.answer = "The hours are right now. The fee stays until July."
    return _to_ann("/proposals/1/", "You proposed this change.") | {
        "proposal": proposal,
        "service": SERVICES[0],
        "by": DANA,
        "is_accepted": True,
        "taken": ["days and hours"],
        "left": ["what it costs"],
    }


def stale_services() -> Context:
    """The portal itself asks about the two services, and says what follows."""
    at = timezone.now()
    asked = ConfirmationRequest(
        pk=2,
        name=ANN.name,
        email=ANN.email,
        partnership=PARTNERSHIP,
        expires_at=_in_days(at, settings.CONFIRM_LINK_DAYS),
    )
    return _to_ann("/confirm/example/", KEEPS) | {
        "name": ANN.name,
        "request": asked,
        "partnership": PARTNERSHIP,
        "services": SERVICES,
        "number": len(SERVICES),
        "link": _link("/confirm/example/"),
        "contact": DANA,
        "next": f"we ask Lee Helper on {day(_in_days(at, 10).date(), 'plain')}",
    }


def stale_services_unanswered() -> Context:
    """Staff hear that nobody there has answered."""
    return _to_staff("/partners/1/") | {
        "partnership": PARTNERSHIP,
        "number": len(SERVICES),
        "asked": "Ann Example and Lee Helper",
    }


def bounced() -> Context:
    """Staff hear that a representative is not reached."""
    person = {"name": "Lee Former", "address": "lee@partner.example", "what": "alternate of Example Adult Learning"}
    return _to_staff("/areas/example/unreachable/") | {
        "person": person | {"advice": "Correct the address on the person's page, or name somebody else."},
        "said": "550 5.1.1 <lee@partner.example>: Recipient address rejected: User unknown",
        "bounced_at": timezone.now(),
        "area": AREA,
    }


def certification_due() -> Context:
    """The certificate of a center ends in 90 days."""
    return _clock(CenterReview.Kind.CERTIFICATION)


def accessibility_due() -> Context:
    """The accessibility of the same center is to be reviewed."""
    return _clock(CenterReview.Kind.ACCESSIBILITY)


def monday() -> Context:
    """Three things need the staff, and last week's mail is summed up."""
    waiting = [
        TodoItem(NOW, "clock-history", "2 services are not confirmed by Example Adult Learning",
             "Nobody has said “still right” for six months.", "/services/", "Ask them"),
        TodoItem(SOON, "chat-left-text", "Lee Helper proposes a change to Evening classes",
             "What it says now stays public until you decide.", "/proposals/1/", "Decide"),
        TodoItem(LATER, "ui-checks-grid", "No partner carries Job Corps",
             "A required program (20 CFR 678.400).", "/coverage/", "Add a partner"),
    ]  # fmt: skip
    return _to_staff("/areas/example/") | {
        "area": AREA,
        "groups": by_urgency(waiting),
        "number": len(waiting),
        "told": {"people": 14, "bounced": 1, "failed": 0},
        "silent": 1,
    }


def _clock(kind: CenterReview.Kind) -> dict[str, Any]:
    law, today = LAWS[kind], timezone.now().date()
    due_on = today + timedelta(days=law.soon_days)
    return _to_staff("/centers/1/") | {
        "center": Center(pk=1, name="Example County One-Stop Center", area=AREA),
        "law": law,
        "due_on": due_on,
        "last_on": due_on - relativedelta(years=law.years),
        "is_over": False,
        "is_certificate": kind == CenterReview.Kind.CERTIFICATION,
        "records": True,
        "next": f"we tell the staff and the board on {day(due_on - timedelta(days=7), 'plain')}",
    }


def _seat(why: str) -> dict[str, Any]:
    seat = Membership(pk=1, user=ANN, role=Role.BOARD, area=AREA)
    network = "the Example County partner network"
    return _to_ann("/", why) | {"person": ANN, "seat": seat, "by": DANA, "role": "WIB member", "network": network}


def _proposal(name: str) -> Proposal:
    said = {"hours": "Mondays", "cost": "Free"}
    changes = {"before": said, "after": {"hours": "Mondays and Tuesdays", "cost": "$20"}}
    note = "We begin a second group in January."
    return Proposal(pk=1, service=SERVICES[0], proposer_name=name, proposed_by=ANN, note=note, **changes)


def _to_ann(path: str, why: str) -> dict[str, Any]:
    return {
        "recipient": ANN,
        "why": why,
        "action_url": _link(path),
        "stop_url": _link("/notices/stop/example/"),
        "preferences_url": _link("/notices/preferences/"),
    }


def _to_staff(path: str) -> dict[str, Any]:
    return _to_ann(path, f"You are One-Stop staff of {AREA.name}.") | {"recipient": DANA}


def _link(path: str) -> str:
    return f"{settings.PUBLIC_URL}{path}"


def _in_days(at: datetime, days: int) -> datetime:
    return at + timedelta(days=days)
