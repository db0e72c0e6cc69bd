"""Invented objects, never saved, to preview each mail without sending it."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

from dateutil.relativedelta import relativedelta
from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _

from onestop.accounts.models import User
from onestop.ui.presentation import day
from onestop.ui.sentences import join_words
from onestop.ui.todo import LATER, NOW, SOON, TodoItem, by_urgency
from partners.models import (
    Adoption,
    BoardSeat,
    BoardTerm,
    Center,
    CenterReview,
    ConfirmationRequest,
    Invitation,
    LocalArea,
    Membership,
    Organization,
    OrganizationProposal,
    Partnership,
    Practice,
    Proposal,
    Representative,
    Role,
    Service,
    State,
)
from partners.network.due_dates import LAWS

Context = Mapping[str, Any]
ANN = User(pk=1, name="Ann Example", email="ann@partner.example")  # no translation: an invented name
DANA = User(pk=2, name="Dana Sample", email="dana@area.example")  # no translation: an invented name
HELPER = "Lee Helper"  # no translation: an invented name
FORMER = "Lee Former"  # no translation: an invented name
COUNTY, COUNTY_BOARD = "Example County", "Example County Workforce Board"  # no translation: invented names
VALLEY, VALLEY_BOARD = "Sample Valley", "Sample Valley Workforce Board"  # no translation: invented names
PARTNER = "Example Adult Learning"  # no translation: an invented name
AREA = LocalArea(pk=1, name=COUNTY, board_name=COUNTY_BOARD, state=State(pk=1, name="Ex"))
PARTNERSHIP = Partnership(pk=1, area=AREA, organization=Organization(pk=1, name=PARTNER))


def invitation() -> Context:
    """Return an invitation with a personal message."""
    at = timezone.now()
    offered = Invitation(
        pk=1, name=ANN.name, email=ANN.email, role=Role.MANAGER, partnership=PARTNERSHIP,
        message=_("We talked about this on the phone."), expires_at=_in_days(at, settings.INVITATION_DAYS),
    )  # fmt: skip
    return {
        "why": _("%(person)s entered your address.") % {"person": DANA.name},
        "invitation": offered,
        "link": _link("/join/example/"),
        "network": _network(),
        "role": _("partner manager"),
        "what": _("keep your organization's services, people and locations up to date"),
        "contact": DANA,
        "board": AREA.board_name,
    }


def seat_added() -> Context:
    """Return a new seat on the board."""
    return _seat(_("%(person)s gave you this seat.") % {"person": DANA.name}) | {
        "what": _("see how the network works, and follow its results for the board")
    }


def seat_ended() -> Context:
    """Return the end of the same seat."""
    return _seat(_("You had this seat."))


def organization_joined() -> Context:
    """Return an organization that became a partner in a second area."""
    why = _("You manage %(partner)s in %(area)s.") % {"partner": PARTNER, "area": COUNTY}
    return _to_ann("/organizations/1/", why) | {
        "organization": PARTNERSHIP.organization,
        "area": LocalArea(pk=2, name=VALLEY, board_name=VALLEY_BOARD),
        "by": User(pk=4, name="Kit Sample", email="kit@valley.example"),  # no translation: an invented name
    }


def organization_proposal_made() -> Context:
    """Return a proposal of an area's staff to change the phone number of an organization."""
    why = _("You manage %(partner)s.") % {"partner": PARTNER}
    return _to_ann("/organizations/proposals/1/", why) | {
        "proposal": _organization_proposal(DANA.name),
        "organization": PARTNERSHIP.organization,
        "labels": [_("phone")],
    }


def organization_proposal_decided() -> Context:
    """Return the approval of the new phone number."""
    return _to_ann("/organizations/proposals/1/", _("You proposed this change.")) | {
        "proposal": _organization_proposal(ANN.name),
        "organization": PARTNERSHIP.organization,
        "by": DANA,
        "is_accepted": True,
        "taken": [_("phone")],
        "left": [],
    }


def _organization_proposal(name: str) -> OrganizationProposal:
    note = _("The old number belongs to our former office.")
    return OrganizationProposal(pk=1, organization=PARTNERSHIP.organization, proposer_name=name, note=note)


def signatory_named() -> Context:
    """Return a new signatory whom a manager added."""
    person = Representative(pk=1, name=HELPER, partnership=PARTNERSHIP, is_signatory=True)
    return _to_staff("/representatives/1/") | {
        "person": person,
        "partnership": PARTNERSHIP,
        "by": ANN,
        "signs_from": _in_days(timezone.now(), 1),
    }


def taken_over() -> Context:
    """Return the handover from a colleague who is leaving."""
    return _to_ann("/", _("%(person)s named you to take over.") % {"person": DANA.name}) | {
        "heir": ANN,
        "person": User(pk=3, name=FORMER, email="lee@partner.example"),
        "deactivated": True,
        "titles": [
            _("Partner manager of %(partner)s") % {"partner": PARTNER},
            _("Main representative of %(partner)s") % {"partner": PARTNER},
        ],
        "by": DANA,
    }


def confirm_services() -> Context:
    """Return a request of staff to confirm two services."""
    at = timezone.now()
    asked = ConfirmationRequest(
        pk=1, name=ANN.name, email=ANN.email, asked_by=DANA, partnership=PARTNERSHIP,
        expires_at=_in_days(at, settings.CONFIRM_LINK_DAYS),
    )  # fmt: skip
    return _to_ann("/confirm/example/", _manages()) | {
        "request": asked,
        "partnership": PARTNERSHIP,
        "services": _services(),
        "link": _link("/confirm/example/"),
    }


def proposal_made() -> Context:
    """Return a proposal of a colleague to change the hours and the cost of a service."""
    return _to_ann("/proposals/1/", _manages()) | {
        "proposal": _proposal(HELPER),
        "service": _services()[0],
        "labels": [_("days and hours"), _("cost")],
    }


def proposal_decided() -> Context:
    """Return the partial approval of the proposal, with a comment."""
    proposal = _proposal(ANN.name)
    proposal.answer = _("The new hours are correct. The fee stays the same until July.")
    return _to_ann("/proposals/1/", _("You proposed this change.")) | {
        "proposal": proposal,
        "service": _services()[0],
        "by": DANA,
        "is_accepted": True,
        "taken": [_("days and hours")],
        "left": [_("cost")],
    }


def stale_services() -> Context:
    """Return a reminder to confirm two services."""
    at = timezone.now()
    asked = ConfirmationRequest(
        pk=2,
        name=ANN.name,
        email=ANN.email,
        partnership=PARTNERSHIP,
        expires_at=_in_days(at, settings.CONFIRM_LINK_DAYS),
    )
    return _to_ann("/confirm/example/", _manages()) | {
        "name": ANN.name,
        "request": asked,
        "partnership": PARTNERSHIP,
        "services": _services(),
        "number": 2,
        "link": _link("/confirm/example/"),
        "spanish": [_("Evening classes")],
        "spanish_url": _link("/areas/example/services/?spanish=behind&partner=1"),
        "contact": DANA,
        "next": _("If no one answers, we will ask %(people)s on %(date)s.")
        % {"people": HELPER, "date": day(_in_days(at, 10).date(), "plain")},
    }


def stale_services_unanswered() -> Context:
    """Return a partner that answered no reminder."""
    return _to_staff("/partners/1/") | {
        "partnership": PARTNERSHIP,
        "number": 2,
        "asked": join_words([ANN.name, HELPER]),
    }


def adoption_checks() -> Context:
    """Return a reminder to check two practices that a partner adopted."""
    at = timezone.now()
    adopted = _in_days(at, -75).date()
    titles = (_("One intake form for four agencies"), _("Child care in the next room"))
    adoptions = [
        Adoption(pk=number, practice=Practice(pk=number, title=title), adopted_on=adopted)
        for number, title in enumerate(titles, 1)
    ]
    return _to_ann("/areas/example/practices/checks/", _manages()) | {
        "name": ANN.name,
        "partnership": PARTNERSHIP,
        "adoptions": adoptions,
        "number": len(adoptions),
        "next": _("If no check is recorded by %(date)s, we will remind you again.")
        % {"date": day(_in_days(at, 21).date(), "plain")},
    }


def adoption_checks_late() -> Context:
    """Return a partner that recorded no check."""
    return _to_staff("/areas/example/practices/checks/") | {"partnership": PARTNERSHIP, "number": 2}


def bounced() -> Context:
    """Return a representative whose email bounces."""
    role = _("alternate of %(partner)s") % {"partner": PARTNER}
    person = {"name": FORMER, "address": "lee@partner.example", "what": role}
    return _to_staff("/areas/example/unreachable/") | {
        "person": person | {"advice": _("Correct the address on the person's page, or add another representative.")},
        "said": "550 5.1.1 <lee@partner.example>: Recipient address rejected: User unknown",
        "bounced_at": timezone.now(),
        "area": AREA,
    }


def certification_due() -> Context:
    """Return a center whose certification expires in 90 days."""
    return _clock(CenterReview.Kind.CERTIFICATION)


def accessibility_due() -> Context:
    """Return a center whose accessibility review is due."""
    return _clock(CenterReview.Kind.ACCESSIBILITY)


def board_term_ends() -> Context:
    """Return a term on the board that ends in 60 days."""
    last = _in_days(timezone.now(), 60).date()
    seat = BoardSeat(pk=1, area=AREA, category=BoardSeat.Category.SMALL_BUSINESS, nominated_by=_("Chamber of commerce"))
    term = BoardTerm(pk=1, seat=seat, name=HELPER, until_on=last, last_on=last)
    following = day(_in_days(timezone.now(), 30).date(), "plain")
    return _to_ann("/board/seats/1/", _("You are One-Stop staff of %(area)s.") % {"area": COUNTY}) | {
        "term": term,
        "seat": seat,
        "is_over": False,
        "next": _("We will remind you again on %(date)s.") % {"date": following},
    }


def monday() -> Context:
    """Return a to-do list of three items, with the delivery statistics of last week."""
    items = [
        TodoItem(
            NOW,
            "clock-history",
            _("2 services of %(partner)s are not confirmed") % {"partner": PARTNER},
            _("Not confirmed in the last 6 months. They are still public."),
            "/services/",
            _("Send a request"),
        ),
        TodoItem(
            SOON,
            "chat-left-text",
            _("%(person)s proposes a change to %(service)s") % {"person": HELPER, "service": _services()[0].name},
            _("The current information stays public until you decide."),
            "/proposals/1/",
            _("Review the proposal"),
        ),
        TodoItem(
            LATER,
            "ui-checks-grid",
            _("Job Corps has no partner"),
            _("Every required program needs one (20 CFR 678.400)."),
            "/coverage/",
            _("Add a partner"),
        ),
    ]
    return _to_staff("/areas/example/") | {
        "area": AREA,
        "groups": by_urgency(items),
        "number": len(items),
        "told": {"people": 14, "bounced": 1, "failed": 0},
        "silent": 1,
    }


def _clock(kind: CenterReview.Kind) -> dict[str, Any]:
    law, today = LAWS[kind], timezone.now().date()
    due_on = today + timedelta(days=law.soon_days)
    return _to_staff("/centers/1/") | {
        "center": Center(pk=1, name="Example County One-Stop Center", area=AREA),  # no translation: an invented name
        "law": law,
        "due_on": due_on,
        "last_on": due_on - relativedelta(years=law.years),
        "is_over": False,
        "is_certificate": kind == CenterReview.Kind.CERTIFICATION,
        "records": True,
        "next": _("If it is not recorded, we will remind the staff and the board on %(date)s.")
        % {"date": day(due_on - timedelta(days=7), "plain")},
    }


def _seat(why: str) -> dict[str, Any]:
    seat = Membership(pk=1, user=ANN, role=Role.BOARD, area=AREA)
    return _to_ann("/", why) | {
        "person": ANN,
        "seat": seat,
        "by": DANA,
        "role": seat.get_role_display(),
        "network": _network(),
    }


def _proposal(name: str) -> Proposal:
    before = {"hours": _("Mondays"), "cost": _("Free")}
    after = {"hours": _("Mondays and Tuesdays"), "cost": "$20"}
    return Proposal(
        pk=1,
        service=_services()[0],
        proposer_name=name,
        proposed_by=ANN,
        note=_("We start a second group in January."),
        before=before,
        after=after,
    )


def _services() -> list[Service]:
    return [
        Service(pk=1, name=_("Evening classes"), partnership=PARTNERSHIP, verified_on=date(2026, 1, 12)),
        Service(pk=2, name=_("Individual tutoring"), partnership=PARTNERSHIP),
    ]


def _network() -> str:
    return _("the %(area)s partner network") % {"area": COUNTY}


def _manages() -> str:
    return _("You manage the services of %(partner)s in %(area)s.") % {"partner": PARTNER, "area": COUNTY}


def _to_ann(path: str, why: str) -> dict[str, Any]:
    return {
        "recipient": ANN,
        "why": why,
        "action_url": _link(path),
        "stop_url": _link("/notices/stop/example/"),
        "preferences_url": _link("/notices/preferences/"),
    }


def _to_staff(path: str) -> dict[str, Any]:
    return _to_ann(path, _("You are One-Stop staff of %(area)s.") % {"area": COUNTY}) | {"recipient": DANA}


def _link(path: str) -> str:
    return f"{settings.PUBLIC_URL}{path}"


def _in_days(at: datetime, days: int) -> datetime:
    return at + timedelta(days=days)
