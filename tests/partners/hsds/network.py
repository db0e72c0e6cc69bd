"""An area whose services fill every public column."""

from datetime import date

from django.utils.timezone import now

from partners.coverage import programs
from partners.models import LocalArea, Program, Service, ServiceCenter, ServiceLocation
from tests.factories import (
    make_center,
    make_location,
    make_organization,
    make_partnership,
    make_representative,
    make_service,
    make_service_text,
)

DAY = date(2026, 11, 30)
HOURS = "Mon to Tue 8:00 AM to 12:00 PM, 2:00 PM to 4:00 PM; Wed 10:00 AM to 3:00 PM"


def fill(area: LocalArea) -> Service:
    """Add partners and services, and return the service that fills all columns."""
    programs.load_programs()
    organization = make_organization(
        state=area.state, name="Millrace, “Adult” Learning; West", short_name="MAL", kind="nonprofit",
        description="Classes\nand advice.", website="https://mal.example.org/about", phone="(614) 555-0100 ext. 7",
        email="office@mal.example.org",
    )  # fmt: skip
    partner = make_partnership(area, organization=organization, notes="Secret notes", local_contact="Jo Secret")
    make_representative(partner, name="Dana Secret", email="dana@secret.example", phone="(614) 555-0199")
    full = make_service(
        partner, name="=GED classes", description="Two lines\n=of text", kind="training", audience="Adults\nand teens",
        groups=["adults", "english"], eligibility="18 and older", documents="Photo ID\nProof of address",
        cost="Free", how_to_get_in="Call; or come in.\nAsk for Jo.", hours=HOURS, wait_time="2 weeks",
        languages=["English", "Spanish", "American Sign Language"], modes=["online", "group"],
        accommodations=["flexible", "asl"], funding_sources=["WIOA Title II, state", "Mill Foundation"],
        keywords=["high school, diploma", "GED"],
        phone="Front desk: (614) 555-0101 ext. 12; TTY: (614) 555-0103; Fax: (614) 555-0104",
        email="ged@mal.example.org", website="https://mal.example.org/ged", is_paused=True,
        paused_note="Until Jan 4: new floor", notes="Secret words", verified_on=date(2026, 10, 1),
        source_key="secret-7",
    )  # fmt: skip
    full.programs.set(Program.objects.order_by("position")[:2])
    east = make_location(
        organization, partnership=partner, name="East; wing", street="1 Mill St.", city="Ames", state_code="OH",
        postal_code="02134", phone="(614) 555-0105", hours="Weekdays 9-5, call first",
        accessibility=["ramp", "elevator"], directions="Bus 4\nto Main",
    )  # fmt: skip
    west = make_location(organization, partnership=partner, name="West wing", city="Ames", hours="Mon-Fri 9-5")
    for place in (east, west):
        ServiceLocation.objects.create(service=full, location=place)
    center = make_center(area, name="Riverbend Center", street="2 Main St", city="Ames", state_code="OH",
                         postal_code="43215", phone="(614) 555-0106", accessibility=["parking"])  # fmt: skip
    ServiceCenter.objects.create(service=full, center=center)
    make_service_text(
        full, name="Clases de GED", description="Dos líneas\n=de texto", audience="Personas adultas",
        hours="De lunes a miércoles", follows="", verified_on=date(2026, 10, 1),
    )  # fmt: skip
    bare = make_service(make_partnership(area, name="Bare Agency"), name="Bare service")
    ServiceCenter.objects.create(service=bare, center=center)
    one = make_service(partner, name="One place", hours="1st & 3rd Tue 9-12", cost="$5 a class", documents="ID\n\nID")
    ServiceLocation.objects.create(service=one, location=east)
    make_service(partner, name="Secret service", is_public=False)
    make_service(partner, name="Old service", archived_at=now())
    make_service(make_partnership(area, name="Ended Agency", status="ended"), name="Ended service")
    return full
