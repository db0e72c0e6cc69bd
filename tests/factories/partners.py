"""Rows of the partner network."""

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from typing import Any

from django.contrib.auth.hashers import make_password
from django.utils import timezone
from django.utils.crypto import get_random_string

from onestop.accounts.models import User
from partners.models import (
    Absence,
    Adoption,
    AdoptionCheck,
    BoardSeat,
    BoardTerm,
    Center,
    CenterReview,
    ConfirmationRequest,
    Holiday,
    Invitation,
    LocalArea,
    Location,
    Membership,
    Office,
    Organization,
    OrganizationProposal,
    Partnership,
    Practice,
    Presence,
    Program,
    ProgramAccess,
    ProgramDecision,
    Proposal,
    Representative,
    Role,
    Room,
    SearchAnswer,
    Service,
    ServiceText,
    State,
    Tenure,
    Term,
    UnansweredQuestion,
    Weekday,
)
from partners.models.people import Place
from partners.network.due_dates import LAWS
from tests.factories.accounts import PASSWORD, make_user, name_and_email
from tests.factories.numbers import next_number


def make_state(**fields: Any) -> State:
    number = next_number()
    # Codes from the first half of the alphabet, since the cast uses RB and ZZ.
    code = chr(65 + number // 26 % 13) + chr(65 + number % 26)
    return State.objects.create(**{"code": code, "name": f"State {number}"} | fields)


def make_area(**fields: Any) -> LocalArea:
    number = next_number()
    fields.setdefault("state", None)
    fields["state"] = fields["state"] or make_state()
    name = fields.setdefault("name", f"Area {number}")
    return LocalArea.objects.create(**{"slug": f"area-{number}", "board_name": f"{name} Workforce Board"} | fields)


def make_organization(**fields: Any) -> Organization:
    if "state" not in fields:
        fields["state"] = make_state()
    return Organization.objects.create(**{"name": f"Organization {next_number()}"} | fields)


def make_partnership(area: LocalArea | None = None, **fields: Any) -> Partnership:
    area = area or make_area()
    if "organization" not in fields:
        name = fields.pop("name", f"Organization {next_number()}")
        fields["organization"] = make_organization(state=area.state, name=name)
    return Partnership.objects.create(area=area, **fields)


def make_center(area: LocalArea | None = None, **fields: Any) -> Center:
    return Center.objects.create(**{"area": area or make_area(), "name": f"Center {next_number()}"} | fields)


def make_location(organization: Organization | None = None, **fields: Any) -> Location:
    organization = organization or make_organization()
    return Location.objects.create(**{"organization": organization, "name": f"Location {next_number()}"} | fields)


def make_program(**fields: Any) -> Program:
    number = 1000 + next_number()
    named = {
        "code": f"program-{number}",
        "name": f"Program {number}",
        "short_name": f"P{number}",
        "position": number % 10_000,
    }
    law = {"group": "WIOA Title I", "is_required": False, "legal_source": "20 CFR 678.410"}
    return Program.objects.create(**named | law | fields)


def make_service(partnership: Partnership | None = None, **fields: Any) -> Service:
    partnership = partnership or make_partnership()
    return Service.objects.create(**{"partnership": partnership, "name": f"Service {next_number()}"} | fields)


def make_service_text(service: Service | None = None, **fields: Any) -> ServiceText:
    """Return the Spanish text of a service."""
    service = service or make_service()
    return ServiceText.objects.create(**{"service": service, "name": f"Servicio {next_number()}"} | fields)


def make_unanswered(area: LocalArea | None = None, **fields: Any) -> UnansweredQuestion:
    """Return words for which nothing was found on a day."""
    given = {"area": area, "day": date(2026, 11, 2), "words": f"palabra {next_number()}"}
    return UnansweredQuestion.objects.create(**given | fields)


def make_search_answer(area: LocalArea, **fields: Any) -> SearchAnswer:
    """Return an answer of staff to words, by default that nobody offers it."""
    return SearchAnswer.objects.create(**{"area": area, "kind": "nobody", "answered_on": date(2026, 11, 3)} | fields)


def make_representative(partnership: Partnership, user: User | None = None, **fields: Any) -> Representative:
    named = {"name": user.name, "email": user.email} if user else {"name": f"Person {next_number()}"}
    return Representative.objects.create(partnership=partnership, user=user, **named | fields)


def make_presence(partnership: Partnership, center: Center | None = None, **fields: Any) -> Presence:
    """Return on-site hours on Mondays from 9 to 12, in a center of the partner's area."""
    given = {"weekday": Weekday.MONDAY, "starts_at": time(9), "ends_at": time(12)}
    center = center or make_center(partnership.area)
    return Presence.objects.create(**{"partnership": partnership, "center": center} | given | fields)


def make_decision(area: LocalArea | None = None, program: Program | None = None, **fields: Any) -> ProgramDecision:
    given = {
        "kind": "not_carried_out",
        "decided_on": date(2026, 3, 12),
        "decided_by": "The board",
        "reason": "Nobody receives its funds here.",
        "source": "Minutes of the board",
    }
    program = program or make_program(is_required=True)
    return ProgramDecision.objects.create(**{"area": area or make_area(), "program": program} | given | fields)


def make_access(
    partnership: Partnership, program: Program, center: Center | None = None, **fields: Any
) -> ProgramAccess:
    """Return a direct linkage by phone, in a center of the partner's area; the partner gets the program."""
    partnership.programs.add(program)
    given: dict[str, Any] = {"mode": "linkage", "who": "The counselor on duty"}
    if fields.get("mode", "linkage") == "linkage":
        given |= {"medium": "phone", "within_minutes": 15}
    center = center or make_center(partnership.area)
    return ProgramAccess.objects.create(
        **{"partnership": partnership, "program": program, "center": center} | given | fields
    )


def make_absence(partnership: Partnership | None = None, center: Center | None = None, **fields: Any) -> Absence:
    """Return an absence today and tomorrow, in the whole area unless a center is given."""
    today = timezone.localdate()
    given = {"first_on": today, "last_on": today + timedelta(days=1)}
    return Absence.objects.create(**{"partnership": partnership, "center": center} | given | fields)


def make_review(center: Center | None = None, **fields: Any) -> CenterReview:
    """Return an accessibility review of today, also recorded on its center."""
    given = {"kind": CenterReview.Kind.ACCESSIBILITY, "held_on": timezone.localdate()}
    review = CenterReview.objects.create(**{"center": center or make_center()} | given | fields)
    column = LAWS[CenterReview.Kind(review.kind)].column
    Center.objects.filter(pk=review.center_id).update(**{column: review.held_on})
    return review


def make_term(area: LocalArea | None = None, *, approved: bool = False, **fields: Any) -> Term:
    given: dict[str, Any] = {"name": f"Term {next_number()}", "definition": "What we mean by it."} | fields
    if approved:
        agreed = {f"agreed_{part}": given.get(part, "") for part in ("name", "abbreviation", "definition")}
        given = {"status": Term.Status.APPROVED, "approved_at": timezone.now()} | agreed | given
    return Term.objects.create(**{"area": area or make_area()} | given)


def make_practice(area: LocalArea | None = None, **fields: Any) -> Practice:
    told = {"situation": "Two desks, one customer.", "did": "We met once a week.", "result": "One plan, not two."}
    given = {"title": f"Practice {next_number()}", "happened_on": date(2026, 9, 1)} | told
    return Practice.objects.create(**{"area": area or make_area()} | given | fields)


def make_adoption(practice: Practice, partnership: Partnership, **fields: Any) -> Adoption:
    """Return an adoption on September 1, 2026, whose first check is due 60 days later."""
    return practice.adoptions.create(partnership=partnership, **{"adopted_on": date(2026, 9, 1)} | fields)


def make_adoption_check(adoption: Adoption, **fields: Any) -> AdoptionCheck:
    """Return a check after a month: done as described, and it helps."""
    on = adoption.adopted_on + timedelta(days=30)
    given = {
        "result": "as_described", "helps": "yes", "observed": "It works.", "checked_on": on, "checked_name": "Ann",
        "recorded_at": datetime.combine(on, time(15), adoption.partnership.area.zone),
    }  # fmt: skip
    return AdoptionCheck.objects.create(adoption=adoption, **given | fields)


# the calendar
def make_holiday(area: LocalArea | None = None, **fields: Any) -> Holiday:
    """Return a holiday today, on which the centers are closed."""
    given = {"day": timezone.localdate(), "name": "A holiday"}
    return Holiday.objects.create(**{"area": area or make_area()} | given | fields)


def make_room(place: Center | Location | None = None, **fields: Any) -> Room:
    place = place or make_center()
    owner = {"center": place} if isinstance(place, Center) else {"location": place}
    return Room.objects.create(**{"name": f"Room {next_number()}"} | owner | fields)


# the board and offices
def make_board_seat(area: LocalArea | None = None, **fields: Any) -> BoardSeat:
    return BoardSeat.objects.create(**{"area": area or make_area(), "category": "business"} | fields)


def make_board_term(seat: BoardSeat | None = None, user: User | None = None, **fields: Any) -> BoardTerm:
    """Return a term that began a year ago and ends in a year."""
    return BoardTerm.objects.create(seat=seat or make_board_seat(), user=user, **_held(user) | fields)


def make_office(place: LocalArea | Organization | None = None, **fields: Any) -> Office:
    """Return an office of an area, or of an organization."""
    place = place or make_area()
    owner = {"area": place} if isinstance(place, LocalArea) else {"organization": place}
    return Office.objects.create(**{"kind": "chief_elected", "title": f"Office {next_number()}"} | owner | fields)


def make_tenure(office: Office | None = None, user: User | None = None, **fields: Any) -> Tenure:
    """Return a person's time in an office that began a year ago and ends in a year."""
    return Tenure.objects.create(office=office or make_office(), user=user, **_held(user) | fields)


def _held(user: User | None) -> dict[str, Any]:
    today = timezone.localdate()
    named = {"name": user.name, "email": user.email} if user else {"name": f"Person {next_number()}"}
    return named | {"from_on": today - timedelta(days=365), "until_on": today + timedelta(days=365)}


# upkeep
def make_request(partnership: Partnership, seat: Membership | None = None, **fields: Any) -> ConfirmationRequest:
    """Return a request sent now to the seat of a manager, or to a representative, by a new user."""
    to = seat.user if seat else fields["representative"]
    now = timezone.now()
    given = {"name": to.name, "email": to.email, "nonce": get_random_string(24), "asked_at": now}
    given |= {"expires_at": now + timedelta(days=21), "asked_by": fields.pop("asked_by", None) or make_user()}
    return ConfirmationRequest.objects.create(partnership=partnership, seat=seat, **given | fields)


def make_proposal(service: Service, by: User, **fields: Any) -> Proposal:
    """Return a proposal to change the cost."""
    given: dict[str, Any] = {"before": {"cost": service.cost}, "after": {"cost": "Nothing"}, "note": "They told me so."}
    given |= {"proposed_by": by, "proposer_name": by.name, "proposed_at": timezone.now()}
    return Proposal.objects.create(service=service, **given | fields)


def make_organization_proposal(organization: Organization, by: User, **fields: Any) -> OrganizationProposal:
    """Return a proposal to change the phone number."""
    given: dict[str, Any] = {"before": {"phone": organization.phone}, "after": {"phone": "(555) 010-0199"}}
    given |= {"note": "I called.", "proposed_by": by, "proposer_name": by.name, "proposed_at": timezone.now()}
    return OrganizationProposal.objects.create(organization=organization, **given | fields)


def place_of(role: Role | str, place: Place) -> dict[str, Any]:
    """Return the fields of a membership or invitation for a role in a place."""
    kinds = {State: "state", LocalArea: "area", Partnership: "partnership", Organization: "organization"}
    kind = kinds[type(place)]
    return {"role": role, kind: place}


def seat(
    role: Role | str, place: State | LocalArea | Partnership | Organization, user: User | None = None, **who: Any
) -> User:
    """Give a user (by default a new one) a seat; return the user."""
    user = user or make_user(**who)
    Membership.objects.create(user=user, **place_of(role, place))
    return user


def seats(people: Mapping[str, tuple[str, Role | None, Any]]) -> dict[str, User]:
    """Return new users by key, each with a name and perhaps a seat, in two statements: nearly every test needs them."""
    password = make_password(PASSWORD)
    users = {}
    for key, (name, _, _) in people.items():
        name, email = name_and_email(name)
        users[key] = User(name=name, email=email, password=password)
    User.objects.bulk_create(users.values())
    Membership.objects.bulk_create(
        Membership(user=users[key], **place_of(role, place)) for key, (_, role, place) in people.items() if role
    )
    return users


def make_invitation(
    role: Role | str, place: State | LocalArea | Partnership | Organization, **fields: Any
) -> Invitation:
    number, now = next_number(), timezone.now()
    given = {
        "email": f"guest.{number}@riverbend.example",
        "name": f"Guest {number}",
        "nonce": get_random_string(24),
        "invited_at": now,
        "last_sent_at": now,
        "expires_at": now + timedelta(days=14),
    }
    return Invitation.objects.create(**given | place_of(role, place) | fields)
