"""Choosing an area on the page that searches all of them."""

import re
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from partners.models import LocalArea, State
from partners.search import area_finder
from tests import factories

DIRECTORY = "/directory/"


@pytest.fixture
def ohio(db: None) -> State:
    return factories.make_state(code="OH", name="Ohio")


@pytest.fixture
def many(ohio: State) -> list[LocalArea]:
    """More areas than are listed at once: twelve in Ohio, two in Kansas."""
    kansas = factories.make_state(code="KS", name="Kansas")
    areas = [factories.make_area(state=ohio, name=f"Valley {number:02}") for number in range(12)]
    return [*areas, *(factories.make_area(state=kansas, name=f"Plain {number}") for number in range(2))]


def areas_on(answer: Any) -> list[str]:
    """Return the names of the areas that a page links to."""
    slugs = re.findall(r'href="/directory/([a-z0-9-]+)/"', answer.content.decode())
    named = dict(LocalArea.objects.values_list("slug", "name"))
    return [named[slug] for slug in slugs if slug in named]


def test_a_few_areas_are_all_listed(client, ohio):
    for name in ("Tanager Valley", "Riverbend"):
        factories.make_area(state=ohio, name=name)
    answer = client.get(DIRECTORY)
    assert areas_on(answer) == ["Riverbend", "Tanager Valley"]
    assert 'name="where"' not in answer.content.decode()


def test_of_many_areas_people_choose_by_state(client, many):
    first = client.get(DIRECTORY)
    assert areas_on(first) == []
    said = " ".join(first.content.decode().split())
    assert re.search(r'<a href="\?state=OH" ?>Ohio</a> <span class="op-muted"> 12 areas </span>', said)
    assert re.search(r'<a href="\?state=KS" ?>Kansas</a> <span class="op-muted"> 2 areas </span>', said)
    answer = client.get(DIRECTORY, {"state": "ks"})
    assert areas_on(answer) == ["Plain 0", "Plain 1"]
    assert "Areas in Kansas" in answer.content.decode()
    assert areas_on(client.get(DIRECTORY, {"state": "XX"})) == []


@pytest.mark.parametrize(
    ("where", "expected"),
    [
        ("43215", ["Valley 01"]),
        ("43215-1234", ["Valley 01"]),
        (" 45601 ", ["Valley 02"]),  # by the location of a partner
        ("43299", ["Valley 01"]),  # nobody is there, but in the same mail region
        ("99999", []),
        ("columbus", ["Valley 01"]),
        ("valley 03", ["Valley 03"]),
        ("kansas", ["Plain 0", "Plain 1"]),
        ("ks", ["Plain 0", "Plain 1"]),
        ("%", []),
        ("4321", []),
        ("\u0664\u0663\u0662\u0661\u0665", []),  # digits, but not those of a ZIP code
    ],
)
def test_areas_are_found_by_zip_code_city_name_and_state(many, where, expected):
    factories.make_center(many[1], city="Columbus", postal_code="43215")
    factories.make_center(many[5], city="Columbus", postal_code="43215", archived_at=timezone.now())
    partner = factories.make_partnership(many[2])
    factories.make_location(partner.organization, partnership=partner, city="Chillicothe", postal_code="45601")
    found = area_finder.areas_near(where)
    assert [area.name for area in found.areas] == expected
    assert found.is_nearby is (where in ("43299", "99999"))


def test_archived_areas_are_not_offered(client, many):
    LocalArea.objects.filter(state__code="KS").update(archived_at=timezone.now())
    assert "Kansas" not in client.get(DIRECTORY).content.decode()
    assert area_finder.areas_near("Plain 0").areas == []


def test_what_was_typed_stays_and_a_way_out_is_shown(client, many):
    answer = client.get(DIRECTORY, {"where": "<b>Nowhere</b>"})
    page = answer.content.decode()
    assert "<b>Nowhere" not in page
    assert 'value="&lt;b&gt;Nowhere&lt;/b&gt;"' in page
    assert "No area is listed for “&lt;b&gt;Nowhere&lt;/b&gt;”" in page
    assert "?state=OH" in page


def test_too_many_areas_are_cut(many, monkeypatch):
    monkeypatch.setattr(area_finder, "SHOWN", 5)
    found = area_finder.areas_near("valley")
    assert (len(found.areas), found.is_cut) == (5, True)


def test_words_still_search_everywhere(client, many):
    service = factories.make_service(factories.make_partnership(many[3]), name="Welding")
    answer = client.get(DIRECTORY, {"q": "welding"})
    assert reverse("partners:directory_service", args=[service.pk]) in answer.content.decode()


def test_the_page_asks_as_much_for_many_areas(client, many, queries_of):
    few = queries_of(lambda: client.get(DIRECTORY))
    size = len(client.get(DIRECTORY).content)
    for number in range(60):
        factories.make_area(state=many[0].state, name=f"Hill {number}")
    assert queries_of(lambda: client.get(DIRECTORY)) == few
    assert len(client.get(DIRECTORY).content) - size < 50
