"""Exported files import without changes."""

from datetime import date, time

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils.timezone import now
from hypothesis import given, settings
from hypothesis import strategies as st

from partners.coverage import programs
from partners.importing.export import (
    partner_export_header,
    partner_export_rows,
    presence_export_header,
    presence_export_rows,
    service_export_header,
    service_export_rows,
)
from partners.models import LocalArea, Partnership, PartnershipProgram, Presence, Program, Service, ServiceLocation
from tests.factories import (
    make_center,
    make_location,
    make_organization,
    make_partnership,
    make_presence,
    make_representative,
    make_service,
)
from tests.partners.importing.files import as_file, outcomes, plan

BOTH = pytest.mark.parametrize("how", ["csv", "xlsx"])


def exported(how: str, area: LocalArea, kind: str) -> bytes:
    if kind == "partners":
        rows = partner_export_rows(Partnership.objects.filter(area=area).order_by("-pk"))
        return as_file(how, partner_export_header, rows)
    if kind == "presence":
        rows = presence_export_rows(Presence.objects.filter(partnership__area=area).order_by("-pk"))
        return as_file(how, presence_export_header, rows)
    services = Service.objects.filter(partnership__area=area).order_by("-pk")
    return as_file(how, service_export_header, service_export_rows(services))


@pytest.fixture
def network(area: LocalArea) -> LocalArea:
    """Partners and services with values that are awkward in a file."""
    programs.load_programs()
    full = make_partnership(
        area,
        organization=make_organization(
            state=area.state, name='"Quoted" Agency, Inc.; West', short_name="=QA", kind="nonprofit",
            description="Two\r\nlines,  and spaces \n", website="http://WWW.example.org/", phone="614.555.0142",
            email="Info@Example.org",
        ),
        board_approved_on=date(2026, 3, 12), official_approved_on=date(2026, 3, 19), official="Mayor Ann Example",
        approval_source="Minutes of Mar 12", status="paused", since=date(1867, 3, 1), ended_on=date(2030, 1, 2),
        framework="hosted", commitment="linkage",
        counties_served="A; B", notes="-1 + @x\n=SUM(A1)",
    )  # fmt: skip
    for program in Program.objects.order_by("position"):
        PartnershipProgram.objects.create(partnership=full, program=program)
    make_representative(
        full, name="D'Arcy O'Neil", email="Darcy@Example.org", phone="x", job_title="-", is_signatory=True
    )
    make_representative(full, name="Second", kind="alternate")
    organization = full.organization
    west = make_location(
        organization, name="West; wing", street="1 Main St", city="Ames", state_code="OH", postal_code="02134"
    )
    east = make_location(organization, name="East, wing", accessibility=["ramp", "elevator"], hours="9-5", phone="211")
    make_partnership(area, name="Bare Agency")
    make_partnership(area, name="Gone Agency", archived_at=now())
    center, old = make_center(area, name="Main Center"), make_center(area, name="Old Center", archived_at=now())
    service = make_service(
        full, name="=Resume help", description=" a\r\nb\t", kind="basic", audience="All", eligibility="18+",
        documents="ID", cost="$5", how_to_get_in="+1 614 555 0142", hours="Mon; Tue", wait_time="None",
        groups=["youth", "veterans"], languages=["Chinese, Mandarin", "x;y"],
        modes=["online", "group", "in_person"], accommodations=["asl", "flexible"], funding_sources=["A, B", "C"],
        keywords=['"odd"', "a\nb"], phone="call us", email="A@b.org", website="ftp://example.org", is_public=False,
        source_key="0012",
    )  # fmt: skip
    service.programs.set(Program.objects.all()[:3])
    service.centers.set([center, old])
    for place in (west, east):
        ServiceLocation.objects.create(service=service, location=place)
    for number in range(2):
        again = make_service(full, name="Twice", description=f"Number {number}")
        ServiceLocation.objects.create(service=again, location=east)
    make_service(full, name="twice")
    make_service(full, name="Put away", archived_at=now())
    make_service(full, name="Lorem ipsum", description="just a test")
    noon = {"starts_at": time(12), "ends_at": time(12, 30)}
    make_presence(
        full, center, who="=A; B", desk='"1", 2', phone="614.555.0142 x 3", note="-1", begins_on=date(2026, 1, 5)
    )
    make_presence(full, center, **noon, rhythm="fourth", way="linkage")
    make_presence(full, center, **noon, rhythm="first")
    make_presence(full, center, starts_at=time(1), ends_at=time(6, 59), ends_on=date(2030, 1, 1))
    make_presence(full, center, archived_at=now())
    return area


@BOTH
@pytest.mark.parametrize("kind", ["partners", "services", "presence"])
def test_an_export_imports_unchanged(network: LocalArea, how: str, kind: str) -> None:
    made = plan(network, kind, exported(how, network, kind), blank_erases=False)
    assert set(outcomes(made)) == {"same"}, [(row.title, row.outcome, row.changes, row.reasons) for row in made.rows]


@BOTH
@pytest.mark.parametrize("kind", ["partners", "services", "presence"])
def test_an_export_imports_unchanged_even_if_blanks_erase(network: LocalArea, how: str, kind: str) -> None:
    made = plan(network, kind, exported(how, network, kind), blank_erases=True)
    changed = [(row.title, row.outcome, row.changes, row.reasons) for row in made.rows if row.outcome != "same"]
    assert not changed


def test_a_changed_name_in_an_export_renames_the_service(network: LocalArea) -> None:
    data = exported("csv", network, "services").replace(b"'=Resume help", b"Resume advice")
    changed = [row for row in plan(network, "services", data).rows if row.outcome != "same"]
    assert [(row.outcome, row.changes) for row in changed] == [
        ("change", [["Service", "=Resume help", "Resume advice"]])
    ]


def test_exports_take_a_constant_number_of_queries(network: LocalArea) -> None:
    def count() -> int:
        with CaptureQueriesContext(connection) as seen:
            list(partner_export_rows(Partnership.objects.all()))
            list(service_export_rows(Service.objects.all()))
            list(presence_export_rows(Presence.objects.all()))
        return len(seen)

    few = count()
    for _ in range(30):
        make_service(make_partnership(network))
        make_presence(make_partnership(network))
    assert count() == few <= 9


NAMES = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=30).filter(str.strip)
TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=40)
LISTS = st.lists(st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=15), max_size=3)


@settings(max_examples=40)
@given(
    how=st.sampled_from(["csv", "xlsx"]),
    name=NAMES,
    text=TEXTS,
    words=LISTS,
    day=st.dates(date(1700, 1, 1), date(2200, 1, 1)),
)
def test_any_texts_and_lists_import_unchanged(
    area: LocalArea, how: str, name: str, text: str, words: list[str], day: date
) -> None:
    partnership = make_partnership(area, notes=text, since=day, counties_served=" ".join(words)[:300])
    make_service(
        partnership, name=name, description=text, languages=words, keywords=words, cost=text.replace("\n", " ")
    )
    for kind in ("partners", "services"):
        made = plan(area, kind, exported(how, area, kind))
        assert set(outcomes(made)) == {"same"}, [
            (r.title, r.changes, r.reasons) for r in made.rows if r.outcome != "same"
        ]
    Service.objects.filter(partnership=partnership).delete()
    partnership.delete()
