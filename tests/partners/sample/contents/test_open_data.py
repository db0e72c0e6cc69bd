"""The sample leaves in HSDS 3.1, and comes unchanged into an area of another state that knows nothing of it."""

import json

import pytest
from django.utils.timezone import now

from partners.importing.committing import write_plan
from partners.models import LocalArea
from tests.factories import make_area, make_state
from tests.partners.hsds.round_trip import everything, exported, planned
from tests.partners.hsds.standard import faults


def test_each_service_of_the_sample_is_valid(riverbend: LocalArea) -> None:
    services = json.loads(exported(riverbend, "json"))
    assert len(services) > 40
    assert [fault for service in services for fault in faults("service", service)] == []


@pytest.mark.parametrize("how", ["json", "zip"])
def test_the_sample_imports_unchanged_into_an_empty_area(riverbend: LocalArea, how: str) -> None:
    before, data = everything(riverbend), exported(riverbend, how)
    empty = make_area(state=make_state(code="QQ"), slug="elsewhere")
    made = planned(empty, data, f"services.{how}")
    assert [(row.title, row.outcome, row.reasons) for row in made.rows if row.outcome != "add"] == []
    assert [(row.title, row.remarks) for row in made.rows if row.remarks] == []
    assert made.notes == []
    write_plan(empty, made, at=now())
    after = everything(empty)
    assert sorted(after) == sorted(before)
    assert {name: after[name] for name in before if after[name] != before[name]} == {}
    again = planned(empty, data, f"services.{how}")
    assert [(row.title, row.outcome, row.changes) for row in again.rows if row.outcome != "same"] == []


@pytest.mark.parametrize("how", ["json", "zip"])
def test_the_sample_imports_unchanged_into_its_own_area(riverbend: LocalArea, how: str) -> None:
    made = planned(riverbend, exported(riverbend, how), f"services.{how}")
    assert [(row.title, row.outcome, row.changes) for row in made.rows if row.outcome != "same"] == []
