"""The comparison of a state's areas."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests import factories

pytestmark = pytest.mark.django_db


def page(area, **query):
    return reverse("dashboards:state_compare", args=[area.state.code]), query


def names(response):
    return [line.area.name for line in response.context["lines"]]


@pytest.fixture
def aspen(area):
    return factories.make_area(state=area.state, name="Aspen", slug="aspen")


def test_figures_are_those_of_the_last_snapshot(as_, area, aspen):
    factories.make_snapshot(area, date(2025, 10, 30), covered=3, required=19)
    factories.make_snapshot(area, date(2025, 10, 31), covered=17, required=19, lapsed=1)
    response = as_("state").get(*page(area))
    lines = {line.area.name: line for line in response.context["lines"]}
    assert lines[area.name].day == date(2025, 10, 31)
    assert lines[area.name].cell("covered").words == "89%"
    assert lines["Aspen"].cell("covered").words == "None yet"
    assert "No figures kept yet" in response.content.decode()


@pytest.mark.parametrize(("scored", "words"), [(2, "Fewer than 3"), (3, "71")])
def test_a_figure_of_fewer_than_three_organizations_is_not_shown(as_, area, scored, words):
    factories.make_snapshot(area, date(2025, 10, 31), engagement=71, scored=scored)
    response = as_("state").get(*page(area))
    line = next(line for line in response.context["lines"] if line.area == area)
    assert line.cell("engagement").words == words
    export = as_("state").get(page(area)[0], {"export": "csv"})
    text = b"".join(export.streaming_content) if export.streaming else export.content
    assert (b"71" in text) == (scored == 3)


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
