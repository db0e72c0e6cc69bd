"""The export in HSDS 3.1: valid, public only, and imported unchanged."""

import csv
import io
import json
import zipfile
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils.timezone import now

from partners.hsds.standard import TABLES
from partners.importing.committing import write_plan
from partners.importing.hsds import ids
from partners.models import Center, LocalArea, Location, Organization, Service, ServiceText
from partners.models.service_texts import fingerprint_of
from tests.factories import make_area, make_partnership, make_service, make_state
from tests.partners.hsds.network import HOURS, fill
from tests.partners.hsds.round_trip import (
    ORGANIZATION_COLUMNS,
    PLACE_COLUMNS,
    SERVICE_COLUMNS,
    everything,
    exported,
    planned,
)
from tests.partners.hsds.standard import faults, schemas

# What an export does not hold, or an import does not take, with the reason.
LEFT_OUT = {
    "id", "archived_at", "partnership", "state", "organization",  # where it is
    "notes", "source_key", "verified_by",  # not public
    "verified_on",  # an import does not confirm
}  # fmt: skip


@pytest.fixture
def full(area: LocalArea) -> Service:
    return fill(area)


def tables_of(data: bytes) -> dict[str, list[dict[str, str]]]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {
            name: list(csv.DictReader(io.StringIO(archive.read(name).decode())))
            for name in archive.namelist()
            if name.endswith(".csv")
        }


# ---------------------------------------------------------------- Valid
def test_every_object_of_the_export_is_valid(area: LocalArea, full: Service) -> None:
    services = json.loads(exported(area, "json"))
    assert {service["name"] for service in services} == {"=GED classes", "Bare service", "One place"}
    assert [fault for service in services for fault in faults("service", service)] == []


def test_every_row_of_the_tables_is_valid(area: LocalArea, full: Service) -> None:
    known = schemas()
    tables = tables_of(exported(area, "zip"))
    all_ids = {row["id"] for rows in tables.values() for row in rows}
    for table in TABLES:
        rows = tables[table.file]
        assert rows, table.file
        assert len({row["id"] for row in rows}) == len(rows), table.file
        for row in rows:
            numbers = [key for key, kind in known[table.name]["properties"].items() if kind == {"type": "number"}]
            found = {key: float(cell) if key in numbers else cell for key, cell in row.items() if cell}
            missing = {"address_1", "state_province", "postal_code"} - set(found)  # required, but empty texts pass
            found |= {key: "" for key in missing if table.name == "address"}
            assert faults(table.name, found) == [], table.file
            assert all(found.get(column, row["id"]) in all_ids for column, _other in table.refers_to)


def test_the_descriptor_names_each_table_and_its_columns(area: LocalArea, full: Service) -> None:
    data = exported(area, "zip")
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        package = json.loads(archive.read("datapackage.json"))
        for resource in package["resources"]:
            header = archive.read(resource["path"]).decode().splitlines()[0].split(",")
            assert header == [field["name"] for field in resource["schema"]["fields"]]


# ---------------------------------------------------------------- Public
@pytest.mark.parametrize("how", ["json", "zip"])
def test_nothing_that_is_not_public_leaves(area: LocalArea, full: Service, how: str) -> None:
    data = exported(area, how)
    if how == "zip":
        data = json.dumps(tables_of(data)).encode()
    for words in (b"ecret", b"Jo Secret", b"555-0199", b"Old service", b"Ended"):
        assert words not in data, words


def test_ids_stay_the_same_and_lead_back(area: LocalArea, full: Service) -> None:
    first, second = exported(area, "json"), exported(area, "json")
    assert first == second
    key = ids.uuid_of(ids.SERVICE, full.pk)
    assert key.encode() in first
    assert ids.pk_of(ids.SERVICE, key.upper()) == full.pk
    for other in ("", "x", key[:-1], "00000000-0000-0000-0000-000000000001", ids.uuid_of(ids.CENTER, full.pk)):
        assert ids.pk_of(ids.SERVICE, other) is None


def test_another_portal_has_other_ids(settings: Any) -> None:
    here = ids.uuid_of(ids.SERVICE, 1)
    settings.HSDS_NAMESPACE = "https://elsewhere.example"
    assert ids.uuid_of(ids.SERVICE, 1) != here
    assert ids.pk_of(ids.SERVICE, here) is None


def test_hours_are_told_by_weekday_with_the_offset_of_the_area(area: LocalArea, full: Service) -> None:
    [service] = [one for one in json.loads(exported(area, "json")) if one["name"] == "=GED classes"]
    told = [(one["byday"], one["opens_at"], one["closes_at"], one["description"]) for one in service["schedules"]]
    assert told == [
        ("MO,TU", "08:00-05:00", "12:00-05:00", HOURS),
        ("MO,TU", "14:00-05:00", "16:00-05:00", HOURS),
        ("WE", "10:00-05:00", "15:00-05:00", HOURS),
    ]
    assert [phone["type"] for phone in service["phones"]] == ["voice", "textphone", "fax"]
    assert service["status"] == "temporarily closed"
    assert {one["name"]: one["code"] for one in service["languages"]} == {
        "English": "en", "Spanish": "es", "American Sign Language": "ase",
    }  # fmt: skip


# ---------------------------------------------------------------- Round trip
@pytest.mark.parametrize("how", ["json", "zip"])
def test_an_export_imports_unchanged_into_an_empty_area(area: LocalArea, full: Service, how: str) -> None:
    before, data = everything(area), exported(area, how)
    empty = make_area(state=make_state(code="ZZ"), slug="elsewhere")
    made = planned(empty, data, f"services.{how}")
    assert [row.outcome for row in made.rows] == ["add"] * 3, [(row.title, row.reasons) for row in made.rows]
    assert [row.remarks for row in made.rows] == [[], [], []]
    assert made.notes == []
    write_plan(empty, made, at=now())
    assert everything(empty) == before
    again = planned(empty, data, f"services.{how}")
    assert [(row.outcome, row.changes) for row in again.rows] == [("same", [])] * 3


def test_spanish_that_is_behind_the_english_stays_here(area: LocalArea, full: Service) -> None:
    """Nobody elsewhere could know that it may be wrong."""
    text = full.texts.get()
    ServiceText.objects.filter(pk=text.pk).update(follows=fingerprint_of(full))
    Service.objects.filter(pk=full.pk).update(audience="Adults only")
    said = exported(area, "json").decode()
    assert "De lunes a miércoles" in said
    assert "Personas adultas" not in said
    made = planned(area, exported(area, "zip"), "services.zip")
    assert {row.outcome for row in made.rows} == {"same"}, "what stays out changes nothing"
    Service.objects.filter(pk=full.pk).update(name="Other classes")
    assert "Spanish: " not in exported(area, "json").decode(), "without a name there is no text"


def test_spanish_from_elsewhere_is_unconfirmed_and_said_in_the_plan(area: LocalArea, full: Service) -> None:
    services = json.loads(exported(area, "json"))
    for service in services:
        for one in service.get("attributes", []):
            if one["taxonomy_term"]["name"] == "Spanish: hours":
                one["value"] = "x" * 301
    empty = make_area(state=make_state(code="ZZ"), slug="elsewhere")
    made = planned(empty, json.dumps(services).encode(), "services.json")
    [row] = [row for row in made.rows if row.title == "=GED classes"]
    assert ["Spanish: Service", "", "Clases de GED"] in row.changes
    assert [remark.column for remark in row.remarks] == ["Text in another language"]
    write_plan(empty, made, at=now())
    text = ServiceText.objects.get(service__partnership__area=empty)
    assert (text.name, text.hours, text.verified_on) == ("Clases de GED", "", None)
    assert not text.parts_behind(text.service)


@pytest.mark.parametrize("how", ["json", "zip"])
def test_an_export_imports_unchanged_into_its_own_area(area: LocalArea, full: Service, how: str) -> None:
    made = planned(area, exported(area, how), f"services.{how}")
    assert [(row.outcome, row.changes) for row in made.rows] == [("same", [])] * 3


def test_every_public_column_takes_part_in_the_round_trip() -> None:
    for model, columns in ((Service, SERVICE_COLUMNS), (Organization, ORGANIZATION_COLUMNS), (Location, PLACE_COLUMNS)):
        assert {field.name for field in model._meta.fields} - LEFT_OUT == set(columns), model
    assert {field.name for field in Center._meta.fields} >= set(PLACE_COLUMNS)


# ---------------------------------------------------------------- Queries
def test_an_export_costs_the_same_queries_for_one_service_and_for_many(area: LocalArea, full: Service) -> None:
    def count() -> int:
        with CaptureQueriesContext(connection) as seen:
            exported(area, "zip")
        return len(seen)

    few = count()
    for _ in range(12):
        make_service(make_partnership(area), languages=["Spanish"])
    assert count() == few <= 8


# ---------------------------------------------------------------- Pages
@pytest.mark.parametrize(("who", "status"), [("staff", 200), ("manager", 403), ("stranger", 404)])
def test_staff_download_it(client: Any, cast: Any, area: LocalArea, full: Service, who: str, status: int) -> None:
    client.force_login(cast[who])
    assert client.get(f"/areas/{area.slug}/services/hsds/zip/").status_code == status


@pytest.mark.parametrize("how", ["zip", "json"])
def test_the_download_is_the_export(client: Any, cast: Any, area: LocalArea, full: Service, how: str) -> None:
    client.force_login(cast["staff"])
    response = client.get(f"/areas/{area.slug}/services/hsds/{how}/")
    data = b"".join(response.streaming_content)
    assert f".{how}" in response["Content-Disposition"]
    assert b"Bare service" in (json.dumps(tables_of(data)).encode() if how == "zip" else data)
    for path in ("services", "imports"):
        assert f"/areas/{area.slug}/services/hsds/{how}/" in client.get(f"/areas/{area.slug}/{path}/").content.decode()
    assert client.get(f"/areas/{area.slug}/services/hsds/pdf/").status_code == 404
