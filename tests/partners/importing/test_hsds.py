"""Importing HSDS 3.1: folders, archives and JSON, with every table there is a place for.

The data are invented. ``test_service_rows.py`` has the tests of HSDS 1.
"""

import csv
import io
import json
import zipfile
from pathlib import Path
from typing import Any
from unittest import mock

import pytest
from django.core.management import call_command

from onestop.files.uploaded_tables import CannotReadFile
from partners.importing import runs
from partners.importing.columns import guess_mapping
from partners.importing.dry_run import make_plan
from partners.importing.hsds import hours, phone_texts
from partners.importing.planning import Options, Plan
from partners.models import LocalArea, Location, Service

FOLDER = Path(__file__).parent / "data" / "hsds31"


def planned(area: LocalArea, data: bytes) -> Plan:
    table = runs.open_upload(io.BytesIO(data), "services")
    mapping = guess_mapping("services", table.header)
    return make_plan(area, "services", table, mapping, Options(add_missing_partners=True))


def zipped(files: dict[str, bytes]) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return file.getvalue()


def files() -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in FOLDER.glob("*.csv")}


def bring(area: LocalArea, capsys: Any) -> str:
    call_command("import_services", FOLDER, area=area.slug, add_missing_partners=True, skip_unreadable=True)
    return str(capsys.readouterr().out)


# ---------------------------------------------------------------- Tables
def test_everything_that_has_a_place_gets_there(area: LocalArea, capsys: Any) -> None:
    bring(area, capsys)
    found = Service.objects.get(name="English classes")
    assert (
        found.description
        == "Small groups.\nNotice: Moved to the second floor\nMap: https://tern.example/map\nBeginners only."
    )
    assert (found.website, found.email) == ("https://tern.example/join", "learn@tern.example")
    assert found.phone == "Front desk: (614) 555-0101 ext. 12; TTY: (614) 555-0103; Fax: (614) 555-0104"
    assert found.hours == (
        "Mon 9:00 AM to 12:00 PM; Wed 9:00 AM to 12:00 PM; 1st Tue, 3rd Tue 6:00 PM to 8:00 PM; Closed on holidays"
    )
    assert found.cost == "Books cost 20 dollars. Children: 0 USD. Adults: 5 USD a class (2026-01-01 to 2026-12-31)."
    assert found.eligibility == "Adults\nAges 18 and up."
    assert found.documents == "Photo ID\nForm 7 (https://tern.example/form7)"
    assert found.how_to_get_in == "Come in on any Monday.\nSpanish: On Mondays"
    assert found.audience == "Area served: Heron County."
    assert (found.languages, found.accommodations) == (["Spanish"], ["asl"])
    assert (found.funding_sources, found.keywords) == (["County levy"], ["Adult literacy", "ESOL", "Newcomers"])
    assert (found.is_paused, found.paused_note, found.source_key[-2:]) == (False, "", "11")
    assert found.verified_on is None


def test_each_of_several_locations_keeps_its_address_phone_and_hours(area: LocalArea, capsys: Any) -> None:
    bring(area, capsys)
    hall, annex = Location.objects.order_by("name")
    assert hall.address == "1 Harbor St., Suite 2, Ames, OH 02134"
    assert (hall.phone, hall.hours) == ("(614) 555-0105", "Mon to Fri 8:00 AM to 5:00 PM")
    assert (hall.accessibility, hall.directions) == (["ramp"], "Bus 7\nBlue door.\nAccessibility: The lift is small.")
    assert (annex.name, annex.address) == ("Mill annex", "9 Mill Ln, Toronto")
    assert Service.objects.get(name="English classes").locations.count() == 2


def test_a_temporarily_closed_service_is_paused(area: LocalArea, capsys: Any) -> None:
    bring(area, capsys)
    found = Service.objects.get(name="Reading tutors")
    assert (found.is_paused, found.paused_note) == (True, "Until the roof is mended")
    assert (found.eligibility, found.how_to_get_in) == ("Ages up to 12.", "Interpretation: Tutors speak Hmong")
    assert (found.hours, found.locations.count()) == ("Sat 10:00 AM to 11:30 AM", 0)
    organization = found.partnership.organization
    assert (organization.short_name, organization.kind, organization.phone, organization.description) == (
        "TLC", "nonprofit", "(614) 555-0100", "",
    )  # fmt: skip
    assert not Service.objects.filter(name="Old library").exists()


def test_a_service_that_opens_again_is_no_longer_paused(area: LocalArea, capsys: Any) -> None:
    bring(area, capsys)
    changed = {name: data.replace(b"temporarily closed", b"active") for name, data in files().items()}
    [row] = [row for row in planned(area, zipped(changed)).rows if row.title == "Reading tutors"]
    assert ["Temporarily closed", "Yes", "No"] in row.changes


def test_what_has_no_place_is_named(area: LocalArea, capsys: Any) -> None:
    output = bring(area, capsys)
    for words in (
        "Tables not used: metadata.csv.",
        "services.csv: columns not used: accreditations.",
        "organizations.csv: columns not used: tax_id.",
        "locations.csv: columns not used: external_identifier.",
        "addresses.csv: columns not used: attention.",
        "Phones of contact persons are not used (rows 7 of the phones).",
        "1 location without a service is not used: Idle barn.",
        "1 attribute of things other than services is not used.",
        "Contact “Ola Berg, Lead teacher, ola@tern.example” is not used",
        "Hours: “FR 17:00 to 09:00” closes before it opens and was skipped.",
        "Hours: they are valid until 2026-12-31.",
        "“Klingon” is not a language.",
        "State “Ontario”: This is not a state.",
        "ZIP code “M5V 2T6”: This is not a ZIP code.",
        "The address “9 Mill Ln, Toronto, Ontario” is not in the United States.",
        "The address “PO Box 9, Ames, OH” is a second one and was skipped.",
        "The location “Post box” is a postal address, not a place to visit, and was skipped.",
        "The file marks it as inactive.",
        "The service refers to unknown organization",
    ):
        assert words in output, words


def test_the_same_tables_again_change_nothing(area: LocalArea, capsys: Any) -> None:
    bring(area, capsys)
    made = planned(area, zipped(files()))
    assert [(row.outcome, row.changes) for row in made.rows] == [
        ("same", []), ("same", []), ("skip", []), ("unreadable", []),
    ]  # fmt: skip


def test_a_descriptor_tells_which_file_is_which_table(area: LocalArea) -> None:
    renamed = {
        f"part-{name}": data for name, data in files().items() if name not in ("services.csv", "organizations.csv")
    }
    named = {name: data for name, data in files().items() if name in ("services.csv", "organizations.csv")}
    resources = [{"name": name.removesuffix(".csv"), "path": f"part-{name}"} for name in files()]
    package = {"datapackage.json": json.dumps({"resources": resources}).encode()}
    made = planned(area, zipped({**renamed, **named, **package}))
    assert ["Locations", "", "Harbor hall; Mill annex"] in made.rows[0].changes


# ---------------------------------------------------------------- JSON
def nested() -> dict[str, Any]:
    """The first service as an object, with everything nested in it."""
    tables = {name: list(csv.DictReader(io.StringIO(data.decode()))) for name, data in files().items()}
    service: dict[str, Any] = dict(tables["services.csv"][0])
    key = service["id"]

    def of(name: str, column: str = "service_id", owner: str = key) -> list[dict[str, Any]]:
        return [dict(row) for row in tables[name] if row.get(column) == owner]

    links = of("service_at_location.csv")
    for link in links:
        [place] = [dict(row) for row in tables["locations.csv"] if row["id"] == link["location_id"]]
        for name in ("addresses", "phones", "schedules", "accessibility"):
            place[name] = of(f"{name}.csv", "location_id", place["id"])
        link["location"] = place
    attributes = of("attributes.csv", "link_id")
    attributes[0]["taxonomy_term"] = tables["taxonomy_terms.csv"][0]
    organization: dict[str, Any] = dict(tables["organizations.csv"][0])
    organization["phones"] = of("phones.csv", "organization_id", organization["id"])
    return service | {
        "organization": organization,
        "program": tables["programs.csv"][0],
        "service_at_locations": links,
        "attributes": attributes,
        "additional_urls": of("url.csv"),
        "metadata": [{"id": "1"}],
        **{
            name: of(f"{name}.csv")
            for name in (
                "phones", "schedules", "languages", "cost_options", "required_documents", "service_areas", "funding",
                "contacts",
            )
        },
    }  # fmt: skip


@pytest.mark.parametrize("form", ["one", "array", "page", "tables", "package", "zip"])
def test_json_of_every_form_is_read_like_the_tables(area: LocalArea, capsys: Any, form: str) -> None:
    found = nested()
    forms: dict[str, Any] = {
        "one": found,
        "array": [found],
        "page": {"total_items": 1, "contents": [found]},
        "tables": {"services": [found]},
        "package": {"resources": [{"name": "service", "data": [found]}]},
        "zip": [found],
    }
    data = json.dumps(forms[form]).encode()
    bring(area, capsys)
    made = planned(area, zipped({"services.json": data}) if form == "zip" else data)
    assert [(row.outcome, row.changes) for row in made.rows] == [("same", [])]
    assert "Parts not used: metadata." in made.notes


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"[", "not valid JSON"),
        (b"{}", "no services"),
        (b'{"services": [1]}', "not an object"),
        (b'[{"id": "1"}]', "no services"),
        (b'[{"id": "1", "name": "x"}]', "organizations.csv is missing"),
        (b'{"resources": [{"name": "services", "path": "services.csv"}]}', "only describes tables"),
        (b"[" * 100_000, "not valid JSON"),
        (b'{"id": "1", "name": "x", "organization": ' * 20 + b"{}" + b"}" * 20, "too deep"),
    ],
)
def test_json_without_services_is_refused(data: bytes, words: str) -> None:
    with pytest.raises(CannotReadFile, match=words):
        runs.open_upload(io.BytesIO(data), "services")


@pytest.mark.parametrize("form", ["file", "zip", "zip of two"])
def test_large_json_is_refused_before_it_is_read(settings: Any, form: str) -> None:
    """A ZIP file hides how large it is: extracted, it is many times as large, and in memory again."""
    settings.IMPORT_MAX_MB = 2
    data = json.dumps([nested()] + [{"id": str(n), "name": f"Class {n} {'x' * 60}"} for n in range(26_000)]).encode()
    half = json.dumps([{"id": "1", "name": " ".join(map(str, range(220_000)))}]).encode()
    given, words = {
        "file": (data, "The file is 3 MB. The limit is 2 MB. .*plit it"),
        "zip": (zipped({"services.json": data}), "2.6 MB, extracted. The limit is 2 MB. Split"),
        "zip of two": (
            zipped({"services.json": half, "organizations.json": half}),
            "2.9 MB, extracted.+ is 2 MB",
        ),
    }[form]
    with mock.patch("json.loads") as read, pytest.raises(CannotReadFile, match=words):
        runs.open_upload(io.BytesIO(given), "services")
    read.assert_not_called()


@pytest.mark.parametrize("odd", [1, [1, None], {"a": {}}, "x", True, [[{}]]])
def test_odd_values_in_json_are_no_error(area: LocalArea, odd: Any) -> None:
    found = nested()
    for name in ("phones", "schedules", "languages", "attributes", "service_at_locations", "description", "status"):
        made = planned(area, json.dumps([found | {name: odd}]).encode())
        assert len(made.rows) == 1


# ---------------------------------------------------------------- Texts
@pytest.mark.parametrize(
    "text",
    [
        "Mon to Fri 8:00 AM to 5:00 PM", "Mon 9:00 AM to 12:00 PM, 1:00 PM to 5:00 PM; Sat 10:00 AM to 2:00 PM",
    ],
)  # fmt: skip
def test_hours_are_read_as_they_are_written(text: str) -> None:
    week = hours.read_week(text)
    assert week
    assert hours.write_week(week) == text


@pytest.mark.parametrize("text", ["", "By appointment", "1st & 3rd Tue 9-12", "Mon 9", "Mon 5 PM to 9 AM", "9-5"])
def test_other_hours_stay_a_text(text: str) -> None:
    assert hours.read_week(text) is None


@pytest.mark.parametrize(
    "text",
    [
        "(614) 555-0101", "Front desk: (614) 555-0101 ext. 12; TTY: (614) 555-0103; Fax line: (614) 555-0104",
        "(614) 555-0101 (fax)", "call us", "211", "(614) 555-0101; (614) 555-0102 ext. 0",
    ],
)  # fmt: skip
def test_phones_are_the_same_after_being_split(text: str) -> None:
    rows = [{name: str(value) for name, value in row.items()} for row in phone_texts.split_phones(text)]
    assert phone_texts.join_phones(rows) == text
