"""Get an object that the user may see, and enter its area; any other object is a 404."""

from typing import Any

from django.db.models import Prefetch, QuerySet
from django.db.models.functions import Lower
from django.http import HttpRequest
from django.shortcuts import get_object_or_404

from partners.models import (
    Absence,
    Adoption,
    BoardSeat,
    BoardTerm,
    Center,
    CenterReview,
    Holiday,
    ImportRun,
    LocalArea,
    Location,
    ManualEdition,
    ManualPrint,
    Office,
    Organization,
    Partnership,
    Practice,
    Presence,
    Program,
    ProgramAccess,
    ProgramDecision,
    Proposal,
    Representative,
    Room,
    Service,
    Tenure,
    Term,
    Usage,
)
from partners.network.current_area import show_area
from partners.rules import demand


def get_absence(request: HttpRequest, pk: int) -> Absence:
    """Return an absence or closed days that the user may delete, and enter their area; otherwise 404 or 403."""
    rows = Absence.objects.visible_to(request.user)
    absence = get_object_or_404(
        rows.select_related("partnership__organization", "partnership__area__state", "center__area__state"), pk=pk
    )
    owner: Any = absence.partnership or absence.center
    show_area(request, owner.area)
    demand(request, "partners.take_back_absence", absence)
    return absence


def get_board_seat(request: HttpRequest, pk: int) -> BoardSeat:
    """Return a seat of a board that the user may see, and enter its area; otherwise 404."""
    seat = get_object_or_404(BoardSeat.objects.visible_to(request.user).select_related("area__state"), pk=pk)
    show_area(request, seat.area)
    return seat


def get_board_term(request: HttpRequest, pk: int) -> BoardTerm:
    """Return a term on a board that the user may edit, and enter its area; otherwise 404 or 403."""
    rows = BoardTerm.objects.visible_to(request.user).select_related("seat__area__state", "user", "proof_file")
    term = get_object_or_404(rows, pk=pk)
    show_area(request, term.seat.area)
    demand(request, "partners.keep_board", term.seat)
    return term


def get_center(request: HttpRequest, pk: int) -> Center:
    """Return a center that the user may see, and enter its area; otherwise 404."""
    center = get_object_or_404(Center.objects.visible_to(request.user).select_related("area__state"), pk=pk)
    show_area(request, center.area)
    return center


def get_holiday(request: HttpRequest, pk: int) -> Holiday:
    """Return a holiday that the user may edit, and enter its area; otherwise 404 or 403."""
    rows = Holiday.objects.visible_to(request.user).select_related("area__state")
    holiday = get_object_or_404(rows, pk=pk)
    show_area(request, holiday.area)
    demand(request, "partners.keep_calendar", holiday)
    return holiday


def get_room(request: HttpRequest, pk: int) -> Room:
    """Return a room that the user may edit, and enter an area of its building; otherwise 404 or 403."""
    rows = Room.objects.visible_to(request.user)
    places = ("center__area__state", "location__organization__state", "location__partnership__area__state")
    room = get_object_or_404(rows.select_related(*places), pk=pk)
    if room.center:
        show_area(request, room.center.area)
    elif room.location:
        enter_area_of(request, room.location.organization)
    demand(request, "partners.keep_room", room)
    return room


def get_import_run(request: HttpRequest, pk: int) -> ImportRun:
    """Return an import that the user may see and work on; otherwise 404 or 403."""
    run = get_object_or_404(ImportRun.objects.visible_to(request.user).select_related("area__state", "by"), pk=pk)
    show_area(request, run.area)
    demand(request, "partners.import_data", run.area)
    return run


def get_location(request: HttpRequest, pk: int) -> Location:
    """Return a location that the user may see, and enter an area of its organization; otherwise 404."""
    places = Location.objects.visible_to(request.user).select_related("organization__state", "partnership")
    location = get_object_or_404(places, pk=pk)
    enter_area_of(request, location.organization)
    return location


def get_manual_edition(request: HttpRequest, pk: int) -> ManualEdition:
    """Return an edition of the manual that the user may see, and enter its area; otherwise 404."""
    rows = ManualEdition.objects.visible_to(request.user).select_related("area__state", "issued_by")
    edition = get_object_or_404(rows, pk=pk)
    show_area(request, edition.area)
    return edition


def get_manual_print(request: HttpRequest, pk: int) -> ManualPrint:
    """Return a PDF of the manual that the user may see, and enter its area; otherwise 404."""
    rows = ManualPrint.objects.visible_to(request.user).select_related("area__state", "edition")
    made = get_object_or_404(rows.defer("snapshot", "edition__snapshot", "edition__changes"), pk=pk)
    show_area(request, made.area)
    return made


def get_office(request: HttpRequest, pk: int) -> Office:
    """Return an office that the user may see, and enter an area of it; otherwise 404."""
    rows = Office.objects.visible_to(request.user).select_related("area__state", "organization__state")
    office = get_object_or_404(rows, pk=pk)
    _enter_area_of_office(request, office)
    return office


def get_tenure(request: HttpRequest, pk: int) -> Tenure:
    """Return somebody's time in an office that the user may edit, and enter an area of it; otherwise 404 or 403."""
    joined = ("office__area__state", "office__organization__state", "user", "proof_file")
    tenure = get_object_or_404(Tenure.objects.visible_to(request.user).select_related(*joined), pk=pk)
    _enter_area_of_office(request, tenure.office)
    demand(request, "partners.keep_office", tenure.office)
    return tenure


def _enter_area_of_office(request: HttpRequest, office: Office) -> None:
    if office.area:
        show_area(request, office.area)
    elif office.organization:
        enter_area_of(request, office.organization)


def get_organization(request: HttpRequest, pk: int) -> Organization:
    """Return an organization that the user may see, and enter an area where it is a partner; otherwise 404."""
    organizations = Organization.objects.visible_to(request.user).select_related("state")
    organization = get_object_or_404(organizations, pk=pk)
    enter_area_of(request, organization)
    return organization


def enter_area_of(request: HttpRequest, organization: Organization) -> None:
    """Stay in the user's current area if the organization is a partner there; otherwise enter one where it is."""
    areas = list(
        LocalArea.objects.visible_to(request.user)
        .filter(partnerships__organization=organization, partnerships__archived_at=None)
        .select_related("state")
        .order_by(Lower("name"), "pk")
    )
    if areas:
        here = request.session.get("area")
        show_area(request, next((area for area in areas if area.slug == here), areas[0]))


def get_partnership(request: HttpRequest, pk: int) -> Partnership:
    """Return a partnership that the user may see, and enter its area; otherwise 404."""
    partners: QuerySet[Partnership] = Partnership.objects.visible_to(request.user).with_programs()
    partnership = get_object_or_404(
        partners.select_related("organization__state", "area__state").prefetch_related("program_links"), pk=pk
    )
    show_area(request, partnership.area)
    return partnership


def get_practice(request: HttpRequest, pk: int) -> Practice:
    """Return a practice that the user may see, with its partners and programs, and enter its area; otherwise 404."""
    rows = Practice.objects.visible_to(request.user)
    programs = Prefetch("programs", Program.objects.order_by("position"))
    practice: Practice = get_object_or_404(
        rows.select_related("area__state", "told_by__organization", "written_by").prefetch_related(
            _partners_of_practice(), programs
        ),
        pk=pk,
    )
    show_area(request, practice.area)
    return practice


def _partners_of_practice() -> Prefetch:
    rows = Partnership.objects.select_related("organization")
    return Prefetch("partners", rows.order_by(Lower("organization__name"), "pk"))


def _adoptions_of_practice() -> Prefetch:
    rows = Adoption.objects.select_related("partnership__organization", "partnership__area")
    return Prefetch("adoptions", rows.order_by("adopted_on", "pk"))


def get_presence(request: HttpRequest, pk: int) -> Presence:
    """Return on-site hours that the user may see, and enter their area; otherwise 404."""
    rows = Presence.objects.visible_to(request.user)
    presence = get_object_or_404(
        rows.select_related("partnership__organization", "partnership__area__state", "center"), pk=pk
    )
    show_area(request, presence.partnership.area)
    return presence


def get_proposal(request: HttpRequest, pk: int) -> Proposal:
    """Return a proposal that the user may see, and enter its area; otherwise 404."""
    proposals: QuerySet[Proposal] = Proposal.objects.visible_to(request.user)
    proposal = get_object_or_404(
        proposals.select_related(
            "service__partnership__area__state", "service__partnership__organization", "proposed_by", "decided_by"
        ),
        pk=pk,
    )
    show_area(request, proposal.service.partnership.area)
    return proposal


def get_representative(request: HttpRequest, pk: int) -> Representative:
    """Return a representative that the user may see, and enter their area; otherwise 404."""
    people = Representative.objects.visible_to(request.user)
    person = get_object_or_404(
        people.select_related("partnership__area__state", "partnership__organization", "user"), pk=pk
    )
    show_area(request, person.partnership.area)
    return person


def get_center_review(request: HttpRequest, pk: int) -> CenterReview:
    """Return a center review that the user may delete, and enter its area; otherwise 404 or 403."""
    rows = CenterReview.objects.visible_to(request.user).select_related("center__area__state")
    review = get_object_or_404(rows, pk=pk)
    show_area(request, review.center.area)
    demand(request, "partners.take_back_review", review)
    return review


def get_service(request: HttpRequest, pk: int) -> Service:
    """Return a service that the user may see, with its programs and places, and enter its area; otherwise 404."""
    services: QuerySet[Service] = Service.objects.visible_to(request.user)
    service = get_object_or_404(
        services.select_related(
            "partnership__area__state", "partnership__organization__state", "verified_by"
        ).prefetch_related(
            Prefetch("programs", Program.objects.order_by("position")),
            Prefetch("centers", Center.objects.current().order_by(Lower("name"), "pk")),
            Prefetch("locations", Location.objects.current().order_by(Lower("name"), "pk")),
        ),
        pk=pk,
    )
    show_area(request, service.partnership.area)
    return service


def get_term(request: HttpRequest, pk: int) -> Term:
    """Return a term that the user may see, with its usages, and enter its area; otherwise 404."""
    terms = Term.objects.visible_to(request.user).select_related("area__state", "written_by", "approved_by")
    term: Term = get_object_or_404(terms.prefetch_related(usages_by_owner()), pk=pk)
    show_area(request, term.area)
    return term


def usages_by_owner() -> Prefetch:
    """Prefetch usages with their owners: partners by name, then programs, then other systems."""
    usages = Usage.objects.select_related("partnership__organization", "program")
    names = (Lower("partnership__organization__name").asc(nulls_last=True), "program__position", Lower("system"))
    return Prefetch("usages", usages.order_by(*names, Lower("wording"), "pk"))


def get_program_decision(request: HttpRequest, pk: int) -> ProgramDecision:
    """Return a program decision that the user may see, and enter its area; otherwise 404."""
    rows = ProgramDecision.objects.visible_to(request.user).select_related("area__state", "program")
    decision = get_object_or_404(rows, pk=pk)
    show_area(request, decision.area)
    return decision


def get_program_access(request: HttpRequest, pk: int) -> ProgramAccess:
    """Return an access to a program that the user may see, and enter its area; otherwise 404."""
    rows = ProgramAccess.objects.visible_to(request.user)
    rows = rows.select_related("center__area__state", "program", "partnership__organization")
    access = get_object_or_404(rows, pk=pk)
    show_area(request, access.center.area)
    return access
