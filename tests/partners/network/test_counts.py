"""Every page counts the partners, services, representatives and programs of an area alike."""

import re
from collections.abc import Iterator
from html import unescape
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django.utils.html import strip_tags
from pytest_django import DjangoDbBlocker

from partners.manual.gathering import gather
from partners.models import LocalArea, Membership, Partnership, Program, Role, Service
from partners.network.counts import count_partners, count_representatives, count_services
from partners.network.summary import AreaSummary, summary_of
from tests import factories
from tests.filled import sample_network

# One process loads the sample for all of them.
pytestmark = pytest.mark.xdist_group("counts")
# The pages of an area, and who sees them; the sample network has a prospective, a paused and an archived partner.
PAGES = {
    "staff": (
        "dashboards:home", "partners:partnership_list", "partners:service_list", "partners:representative_list",
        "partners:coverage", "partners:manual", "partners:manual_whole", "partners:manual_part centers",
        "partners:manual_part programs", "partners:manual_issue", "partners:single_person_list", "partners:stale_list",
    ),
    "board": ("dashboards:home", "partners:partnership_list", "partners:service_list", "partners:coverage"),
}  # fmt: skip
OF_SOME = r"\d+ partners? depends? on|at \d+ partners?"  # single-person dependencies


@pytest.fixture(scope="module")
def loaded(django_db_setup: str, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """Load the sample once, and add a paused partner; the prospective one gets a service and a representative."""
    sample = sample_network(django_db_setup, timezone.localdate())
    with django_db_blocker.unblock(), sample, transaction.atomic():
        area = LocalArea.objects.get(slug="riverbend")
        paused = factories.make_partnership(area, name="Quarry Road Training", status="paused")
        paused.programs.add(Program.objects.get(code="youthbuild"))
        for partner in (paused, Partnership.objects.get(area=area, status="prospective")):
            factories.make_service(partner, name="Building trades", verified_on=None)
            factories.make_representative(partner, name=f"Speaker of {partner}", kind="alternate")
        yield
        transaction.set_rollback(True)


@pytest.fixture
def riverbend(loaded: None, db: None) -> LocalArea:
    return LocalArea.objects.get(slug="riverbend")


@pytest.fixture
def summary(riverbend: LocalArea) -> AreaSummary:
    return summary_of(riverbend, today=timezone.localdate())


def client_of(role: str, area: LocalArea) -> Client:
    """Return a client signed in as somebody with a role: a seat in the area, or in its state."""
    place = {"state": area.state} if role == "state" else {"area": area}
    client = Client()
    client.force_login(Membership.objects.current().filter(role=Role(role), **place).earliest("pk").user)
    return client


def text_of(client: Client, name: str, *arguments: Any, **query: str) -> str:
    """Return the visible text of a page."""
    page = client.get(reverse(name, args=arguments), query)
    assert page.status_code == 200, name
    markup = re.sub(r"<(script|style|head)\b.*?</\1>", " ", page.content.decode(), flags=re.DOTALL)
    return " ".join(unescape(strip_tags(re.sub(r"</(?!b>|a>|span>)", " | </", markup))).split())


def numbers(text: str, noun: str) -> set[int]:
    """Return every number before a noun, as in "22 partners"."""
    return {int(number) for number in re.findall(rf"(?<![\w,.] )\b(\d+) {noun}s?\b", re.sub(OF_SOME, "", text))}


@pytest.mark.parametrize("role", PAGES)
def test_pages_of_an_area_count_its_partners_alike(riverbend, summary, role):
    client, counted = client_of(role, riverbend), {}
    for page in PAGES[role]:
        name, *arguments = page.split()
        counted[page] = numbers(text_of(client, name, riverbend.slug, *arguments), "partner")
    assert {name: found for name, found in counted.items() if not found <= {summary.partners}} == {}
    assert counted["partners:partnership_list"] == {summary.partners}


def test_the_count_of_a_list_tells_other_partners_apart(riverbend, summary):
    text = text_of(client_of("staff", riverbend), "partners:partnership_list", riverbend.slug)
    assert f"{summary.partners} partners, 1 prospective partner and 2 paused partners in Riverbend." in text
    both = text_of(client_of("staff", riverbend), "partners:partnership_list", riverbend.slug, archived="all")
    assert "2 paused partners and 1 archived partner in Riverbend." in both
    Partnership.objects.filter(area=riverbend, status="paused").update(status="ended")
    assert (
        count_partners(riverbend)
        .in_words(riverbend)
        .endswith("1 prospective partner and 2 former partners in Riverbend.")
    )


def test_every_page_counts_the_same_services(riverbend, summary):
    staff, number = client_of("staff", riverbend), summary.services
    listed = text_of(staff, "partners:service_list", riverbend.slug)
    assert count_services(riverbend, today=timezone.localdate()).in_words(riverbend) in listed
    assert f"{number} services of the partners and 2 services of prospective, paused or former partners" in listed
    assert f"{summary.unconfirmed} services not confirmed in the last 6 months" in listed
    manual = gather(riverbend, today=timezone.localdate())
    assert (len(manual.counted_services), manual.stale) == (number, summary.unconfirmed)
    assert f"{summary.partners} partners, {number} services, and 2 paused partners" in text_of(
        staff, "partners:manual", riverbend.slug
    )
    assert f"{summary.unconfirmed} of {number} services" in text_of(
        client_of("board", riverbend), "dashboards:home", riverbend.slug
    )
    assert f"of {number}" in text_of(staff, "dashboards:home", riverbend.slug)
    public = Service.objects.in_directory().filter(partnership__area=riverbend).count()
    assert public == number, "the sample has only public services"
    assert numbers(text_of(Client(), "partners:directory_area", riverbend.slug), "service") == {number}


def test_every_page_counts_the_same_representatives(riverbend, summary):
    listed = text_of(client_of("staff", riverbend), "partners:representative_list", riverbend.slug)
    assert count_representatives(riverbend).in_words(riverbend) in listed
    assert f"{summary.people} representatives of the partners and 3 representatives of prospective" in listed
    assert f"{summary.people} representatives" in text_of(
        client_of("board", riverbend), "dashboards:home", riverbend.slug
    )
    assert f"{summary.people} representatives" in text_of(
        client_of("state", riverbend), "dashboards:state", riverbend.state.code
    )


def test_every_page_counts_the_same_programs(riverbend, summary):
    staff, words = client_of("staff", riverbend), f"{summary.covered} of {summary.required} required programs"
    for name in ("partners:partnership_list", "partners:coverage", "partners:manual"):
        assert words in text_of(staff, name, riverbend.slug), name
    assert words in text_of(client_of("board", riverbend), "dashboards:home", riverbend.slug)
    assert words in text_of(client_of("state", riverbend), "dashboards:state", riverbend.state.code)
    assert f"{summary.covered} of {summary.required} have a partner" in text_of(
        staff, "partners:manual_part", riverbend.slug, "programs"
    )


def test_prospective_and_paused_partners_carry_out_no_program(riverbend):
    state = client_of("state", riverbend)
    listed = {row.code: row.carried for row in state.get(reverse("partners:program_list")).context["table"].data.data}
    assert listed["youthbuild"] == 0
    assert "This program has no partner in your areas." in text_of(state, "partners:program_detail", "youthbuild")
    manual = gather(riverbend, today=timezone.localdate())
    assert [program.carriers for program in manual.programs if program.code == "youthbuild"] == [()]
    page = client_of("staff", riverbend).get(reverse("partners:coverage", args=[riverbend.slug]))
    [row] = [row for row in page.context["seen"].required if row.program.code == "youthbuild"]
    assert (row.partners, [str(one) for one in row.prospects]) == ([], ["Keystone Lane Builders"])


def test_an_additional_program_of_a_prospective_partner_is_not_among_those_carried_out(riverbend):
    prospect = Partnership.objects.get(area=riverbend, status="prospective")
    prospect.programs.add(Program.objects.get(code="cap"))
    staff = client_of("staff", riverbend)
    page = staff.get(reverse("partners:coverage", args=[riverbend.slug]))
    assert "cap" not in {row.program.code for row in page.context["seen"].additional}
    assert "Keystone Lane Builders, prospective" in text_of(staff, "partners:coverage_program", riverbend.slug, "cap")


def test_the_state_counts_partners_only_where_they_are_active(riverbend, summary):
    state = client_of("state", riverbend)
    assert f"{summary.partners} partners in Riverbend" in text_of(state, "dashboards:state", riverbend.state.code)
    table = state.get(reverse("partners:organization_list", args=[riverbend.state.code])).context["table"]
    rows = {row.name: row.number_of_areas for row in table.data.data}
    assert (rows["Keystone Lane Builders"], rows["Lockhouse Job Corps"]) == (0, 1)


def test_search_tells_partners_from_prospective_ones(riverbend):
    text = text_of(client_of("staff", riverbend), "partners:search", riverbend.slug, q="keystone")
    assert "Partners (0, and 1 prospective, paused or former)" in text


def test_a_center_lists_and_counts_services_of_partners_only(riverbend):
    center = riverbend.centers.current().earliest("pk")
    Service.objects.get(partnership__area=riverbend, partnership__status="paused").centers.add(center)
    staff = client_of("staff", riverbend)
    [row] = [
        row
        for row in staff.get(reverse("partners:center_list", args=[riverbend.slug])).context["table"].data.data
        if row == center
    ]
    shown = staff.get(reverse("partners:center_detail", args=[center.pk])).context["services"]
    assert row.services_number == len(shown)
    assert "Quarry Road Training" not in {str(service.partnership) for service, _ in shown}
