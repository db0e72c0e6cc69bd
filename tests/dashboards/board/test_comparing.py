"""The comparison of a state's areas."""

import csv
import io
from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests import factories

pytestmark = pytest.mark.django_db


def page(area, **query):
    return reverse("dashboards:state_compare", args=[area.state.code]), query


def names(response):
    return [line.area.name for line, _cells in response.context["lines"]]


def lines_of(response):
    return {line.area.name: line for line, _cells in response.context["lines"]}


def exported(client, area, **query):
    response = client.get(page(area)[0], {"export": "csv", **query})
    text = b"".join(response.streaming_content) if response.streaming else response.content
    return list(csv.reader(io.StringIO(text.decode("utf-8-sig"))))


@pytest.fixture
def aspen(area):
    return factories.make_area(state=area.state, name="Aspen", slug="aspen")


def test_figures_are_those_of_the_last_snapshot(as_, area, aspen):
    factories.make_snapshot(area, date(2025, 10, 30), covered=3, required=19)
    factories.make_snapshot(area, date(2025, 10, 31), covered=17, required=19, lapsed=1)
    response = as_("state").get(*page(area))
    lines = lines_of(response)
    assert lines[area.name].day == date(2025, 10, 31)
    assert lines[area.name].cell("covered").words == "89%"
    assert lines["Aspen"].cell("covered").words == "None yet"
    assert "No figures kept yet" in response.content.decode()


FEW = "Fewer than 3 organizations"
HIDDEN = (
    ("engagement", "scored", {"engagement": 71}, "71"),
    ("attendance", "seated", {"attendance": 71}, "71%"),
    ("paid", "payers", {"paid_percent": 71}, "71%"),
    ("purchases_left", "purchase_sides", {"purchases": 9, "purchases_left": "71.00"}, "$71"),
    ("fresh", "partners", {"services": 100, "services_fresh": 71}, "71%"),
)


@pytest.mark.parametrize(("code", "behind", "figures", "words"), HIDDEN)
@pytest.mark.parametrize("number", [0, 2, 3])
def test_a_figure_of_fewer_than_three_organizations_is_not_shown(as_, area, code, behind, figures, words, number):
    factories.make_snapshot(area, date(2025, 10, 31), **figures, **{behind: number})
    client = as_("state")
    response = client.get(*page(area))
    assert lines_of(response)[area.name].cell(code).words == (words if number == 3 else FEW)
    assert ("71" in response.content.decode().partition("<tbody>")[2]) == (number == 3)
    [row] = [row for row in exported(client, area) if row[0] == area.name]
    assert any("71" in cell for cell in row[2:]) == (number == 3)
    assert (FEW in row) == (number < 3)


def test_nothing_else_on_the_page_tells_what_is_not_shown(as_, area, aspen):
    """Neither the order, nor the filters, nor the middle area depends on a figure that is not shown."""
    birch = factories.make_area(state=area.state, name="Birch", slug="birch")
    cedar = factories.make_area(state=area.state, name="Cedar", slug="cedar")
    for each, score in ((aspen, 60), (birch, 80)):
        factories.make_snapshot(each, date(2025, 10, 31), engagement=score, scored=9)
    factories.make_snapshot(area, date(2025, 10, 31), engagement=1, scored=2)
    factories.make_snapshot(cedar, date(2025, 10, 31), engagement=99, scored=2)

    def told():
        pages = [as_("state").get(*page(area, sort=sort)) for sort in ("engagement", "-engagement")]
        middles = [[(each.words, each.areas) for each in response.context["middles"]] for response in pages]
        return [names(response) for response in pages], middles, exported(as_("state"), area, sort="engagement")

    before = told()
    assert before[0] == [["Aspen", "Birch", "Cedar", "Riverbend"], ["Birch", "Aspen", "Cedar", "Riverbend"]]
    for each, score in ((area, 99), (cedar, 1)):
        factories.make_snapshot(each, date(2025, 11, 1), engagement=score, scored=2)
    after = told()
    assert after[:2] == before[:2]
    assert [row[2:] for row in after[2]] == [row[2:] for row in before[2]]


def test_compliance_is_among_the_measures(as_, area, aspen):
    factories.make_snapshot(
        area, date(2025, 10, 31), required=19, covered=17, decided=2, mous_in_force=2, ifas_in_force=0, late=1
    )
    factories.make_snapshot(aspen, date(2025, 10, 31), required=200, covered=199, decided=0)
    client = as_("state")
    line, old = (lines_of(client.get(*page(area)))[name] for name in (area.name, "Aspen"))
    assert [line.cell(code).words for code in ("covered", "settled", "mou", "ifa", "late")] == [
        "89%", "100%", "Yes", "No", "1",
    ]  # fmt: skip
    assert [old.cell(code).words for code in ("settled", "mou")] == ["99%", "None yet"]  # not rounded up
    assert names(client.get(*page(area, show="uncovered"))) == ["Aspen"]
    assert names(client.get(*page(area, show="unsigned"))) == [area.name]


@pytest.mark.parametrize(
    ("kind", "first", "number"),
    [("money", "Cost shares paid", 2), ("compliance", "Required programs", 7), ("x", "R", 13)],
)
def test_measures_of_one_kind_are_compared_and_exported(as_, area, kind, first, number):
    factories.make_snapshot(area, date(2025, 10, 31), paid_percent=96, payers=9)
    client = as_("state")
    columns = client.get(*page(area, kind=kind)).context["columns"]
    assert len(columns) == number + 1
    assert str(columns[1]["label"]).startswith(first)
    [header, *_rows] = exported(client, area, kind=kind)
    assert len(header) == number + 2


def test_each_figure_leads_to_its_rows_in_the_area(as_, area):
    figures: dict[str, Any] = dict.fromkeys(
        ("covered", "required", "decided", "agreements", "in_force", "lapsed", "late"), 9
    )
    figures |= {"mous_in_force": 1, "ifas_in_force": 1, "goals": 2, "goals_on_track": 1, "partners": 9}
    figures |= {"paid_percent": 96, "payers": 9, "purchases_left": "5.00", "purchase_sides": 9}
    figures |= {"attendance": 81, "seated": 9, "engagement": 71, "scored": 9, "services": 2, "services_fresh": 1}
    factories.make_snapshot(area, date(2025, 10, 31), **figures)
    client = as_("state")
    [cells] = [cells for line, cells in client.get(*page(area)).context["lines"] if line.area == area]
    assert [cell.measure.code for cell, _url in cells if cell.value is None] == []
    for _cell, url in cells:
        assert client.get(url).status_code == 200, url


def test_areas_are_sorted_by_a_measure_and_filtered(as_, area, aspen):
    factories.make_snapshot(area, date(2025, 10, 31), late=1, lapsed=0)
    factories.make_snapshot(aspen, date(2025, 10, 31), late=4, lapsed=2)
    client = as_("state")
    assert names(client.get(*page(area, sort="-late")))[:2] == ["Aspen", area.name]
    assert names(client.get(*page(area, sort="late")))[:2] == [area.name, "Aspen"]
    assert names(client.get(*page(area, show="lapsed"))) == ["Aspen"]
    assert area.name not in names(client.get(*page(area, show="none")))


def test_only_the_state_compares(as_, area, cast):
    for who, status in (("state", 200), ("staff", 404), ("board", 404), ("manager", 404)):
        assert as_(who).get(*page(area)).status_code == status


def test_it_costs_the_same_for_one_area_and_for_ten(as_, area):
    counts = []
    for number in range(2):
        for each in range(number * 9):
            added = factories.make_area(state=area.state, name=f"Area {each}", slug=f"area-{each}")
            factories.make_snapshot(added, date(2025, 10, 31), late=each)
        as_("state").get(*page(area))
        with CaptureQueriesContext(connection) as seen:
            as_("state").get(*page(area))
        counts.append(len(seen))
    assert counts[0] == counts[1]
