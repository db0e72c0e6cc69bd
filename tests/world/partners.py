"""The objects of the partner network."""

from datetime import date
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from partners.coverage.programs import load_programs
from partners.importing import runs
from partners.importing.hsds import ids
from partners.manual.editions import issue_edition
from partners.models import Invitation, Membership, Program, Role
from partners.people.invitations import token_of
from partners.search.synonyms import refresh_synonyms
from tests import factories

FOR_ALL = {
    "program", "token", "question", "public_area", "public_service", "hsds_service", "hsds_organization",
    "hsds_location", "hsds_link",
}  # fmt: skip


def build(world: Any) -> None:
    """Add the objects of the area of a partner."""
    load_programs()
    rows = world.rows
    area, partner, manager, representative = rows.area, rows.partner, rows.manager, rows.representative
    center = factories.make_center(
        area, name="Center Street", street="12 Center Street", city="Riverbend", hours="Mon to Fri, 8 to 5",
        accessibility=["ramp", "loop"], certified_on=date(2025, 7, 1), phone="(555) 010-0100",
    )  # fmt: skip
    location = factories.make_location(partner.organization, partnership=partner, name="Mill Lane office")
    service = factories.make_service(
        partner, name="GED classes", kind="basic", description="Classes that lead to a diploma.", cost="Free",
        audience="Adults without a high school diploma", languages=["English", "Spanish"], modes=["group"],
        accommodations=["asl"], phone="(555) 010-0142", keywords=["diploma"],
    )  # fmt: skip
    service.centers.add(center)
    service.locations.add(location)
    factories.make_service_text(service, description="Ayuda con la búsqueda de trabajo.")
    unanswered = factories.make_unanswered(area)
    # coverage
    carried, decided = Program.objects.get(code="aefla"), Program.objects.get(code="job-corps")
    access = factories.make_access(partner, carried, center, note="At the second desk.")
    decision = factories.make_decision(area, decided)
    agreed = Program.objects.get(code="youthbuild")
    factories.make_decision(area, agreed, kind="agreement", agreement_with="Upriver Builders")
    presence = factories.make_presence(partner, center, who="T. Okafor", desk="Room 210", phone="(555) 010-0143")
    absence = factories.make_absence(partner, reason="Training")
    factories.make_absence(center=center, reason="New floor")
    review = factories.make_review(center, findings="The door is heavy.", outcome="conditions")
    main = factories.make_representative(partner, manager, is_signatory=True)
    alternate = factories.make_representative(partner, representative, kind="alternate")
    file = SimpleUploadedFile("partners.csv", b"Agency,Web\nWillow Works,willow.example\n")
    run = runs.start_import(area, "partners", file, by=manager, at=timezone.now())
    # glossary and practices
    term = factories.make_term(
        area, approved=True, name="diploma", abbreviation="DPL", definition="What a class leads to."
    )
    refresh_synonyms(area)
    term.usages.create(partnership=partner, wording="certificate", meaning="What the classes lead to.")
    practice = factories.make_practice(area, title="One intake form", told_by=partner, topics=["Intake"])
    practice.partners.add(partner)
    adoption = practice.adoptions.create(partnership=partner, adopted_on=date(2026, 9, 1), note="With a diploma.")
    check = factories.make_adoption_check(adoption, observed="Two classes do it.", recorded_by=manager)
    seat = Membership.objects.get(user=manager, role=Role.MANAGER)
    edition = issue_edition(area, title="Resource manual", by=manager, at=timezone.now())
    open_invitation = invite(area, "board")
    # the calendar
    holiday = factories.make_holiday(area, name="Founders Day")
    room = factories.make_room(center, name="Willow room", seats=12, accessibility=["loop"], note="Upstairs")
    factories.make_room(location, name="Annex room")
    # the board and its offices
    board_seat = factories.make_board_seat(area, label="Manufacturing", nominated_by="Chamber of commerce")
    board_term = factories.make_board_term(board_seat, name="Priya Raman", position="Owner, Tanager Castings")
    board_term.proof_file = factories.make_file(use="partners.board_term_proof", by=manager)
    board_term.save()
    factories.make_board_seat(area, category="labor")
    office = factories.make_office(area, title="Mayor of Riverbend", jurisdiction="City of Riverbend")
    tenure = factories.make_tenure(
        office, name="Corliss Vandermeer", proof="Minutes of Jan 6", proof_file=factories.make_file()
    )
    factories.make_office(partner.organization, kind="agency_head", title="Executive director")
    # upkeep: a confirmation request to the manager, and a proposal by the representative (or by a person who has left)
    question = factories.make_request(partner, seat)
    proposal = factories.make_proposal(service, representative or factories.make_user())
    organization_proposal = factories.make_organization_proposal(partner.organization, manager)
    rows.service = service
    vars(world).update(
        area=area.slug,
        public_area=area.slug,
        public_service=service.pk,
        hsds_service=ids.uuid_of(ids.SERVICE, service.pk),
        hsds_organization=ids.uuid_of(ids.ORGANIZATION, partner.organization_id),
        hsds_location=ids.uuid_of(ids.CENTER, center.pk),
        hsds_link=ids.uuid_of(ids.AT_CENTER, service.center_links.get().pk),
        hsds_how="zip",
        state=area.state.code,
        partner=partner.pk,
        organization=partner.organization_id,
        service=service.pk,
        center=center.pk,
        presence=presence.pk,
        absence=absence.pk,
        review=review.pk,
        location=location.pk,
        main=main.pk,
        alternate=alternate.pk,
        program="title-i-adult",
        carried=carried.code,
        undecided="hud",
        access=access.pk,
        decision=decision.pk,
        run=run.pk,
        kind="partners",
        edition=edition.pk,
        made=edition.prints.get(variant="network").pk,
        part="index",
        invitation=open_invitation.pk,
        colleague=invite(partner, "representative").pk,
        person=manager.pk,
        seat=seat.pk,
        token=token_of(open_invitation),
        question=question.token,
        proposal=proposal.pk,
        unanswered=unanswered.pk,
        organization_proposal=organization_proposal.pk,
        holiday=holiday.pk,
        room=room.pk,
        board_seat=board_seat.pk,
        board_term=board_term.pk,
        office=office.pk,
        tenure=tenure.pk,
        file=tenure.proof_file_id,
        term=term.pk,
        practice=practice.pk,
        adoption=adoption.pk,
        adoption_check=check.pk,
    )


def invite(place: Any, role: str) -> Invitation:
    """Return a pending invitation to a place."""
    return factories.make_invitation(role, place)
