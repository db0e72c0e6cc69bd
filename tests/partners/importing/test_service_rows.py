"""Planning and importing files of services, and HSDS tables."""

import io
import zipfile
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.utils.timezone import localdate, now

from onestop.files.uploaded_tables import CannotReadFile, Limits
from partners.coverage import programs
from partners.importing import hsds, runs
from partners.importing.committing import write_plan
from partners.models import LocalArea, Partnership, Service
from partners.upkeep.services import CannotKeepService
from tests.factories import make_center, make_location, make_service
from tests.partners.importing.files import bring, outcomes, plan, row

HSDS = Path(__file__).parent / "data" / "hsds"


@pytest.fixture(autouse=True)
def known_programs(db: None) -> None:
    programs.load_programs()


def test_a_service_is_created_with_all_its_cells(area: LocalArea, partner: Partnership) -> None:
    center = make_center(area, name="Riverbend Center")
    data = (
        "Agency,Service,Type,Languages,Mode,Accommodations,Programs,Cost,Phone,Public,Location,Address,Accessibility,Center\n"
        'MILLRACE ADULT LEARNING,GED classes,Training,"English, Spanish",In person; Zoom,ASL,AEFLA,Free,614.555.0142,'
        'no,East room,"1 Mill St, Ames, OH 2134",wheelchair; elevator,riverbend center\n'
    )
    bring(area, "services", data)
    service = partner.services.get()
    assert (service.kind, service.languages, service.modes) == (
        "training",
        ["English", "Spanish"],
        ["in_person", "video"],
    )
    assert (service.accommodations, service.is_public, service.phone) == (["asl"], False, "(614) 555-0142")
    assert [program.code for program in service.programs.all()] == ["aefla"]
    assert service.centers.get() == center
    place = service.locations.get()
    assert (place.name, place.accessibility) == ("East room", ["step_free", "elevator"])
    assert service.verified_on is None
    assert outcomes(plan(area, "services", data)) == ["same"]


def test_an_import_does_not_change_the_date_of_confirmation(area: LocalArea, partner: Partnership) -> None:
    service = make_service(partner, name="Job club", verified_on=localdate())
    bring(area, "services", "Partner,Service,Cost\nMillrace Adult Learning,Job club,Free\n")
    service.refresh_from_db()
    assert (service.cost, service.verified_on) == ("Free", localdate())


def test_a_partner_is_found_by_its_short_name(area: LocalArea, partner: Partnership) -> None:
    partner.organization.short_name = "MAL"
    partner.organization.save()
    assert row(area, "services", "Partner,Service\nmal,Job club\n").writes["partnership"] == partner.pk


def test_services_of_unknown_partners_are_refused_unless_partners_are_added(area: LocalArea) -> None:
    data = "Partner,Service,Organization website\nNew Leaf,Job club,leaf.example\nNew leaf,Job fair,\n"
    assert outcomes(plan(area, "services", data)) == ["unreadable"] * 2
    bring(area, "services", data, add_missing_partners=True)
    added = area.partnerships.get()
    assert (added.organization.website, added.services.count()) == ("https://leaf.example", 2)


def test_a_service_is_found_by_its_key_under_a_new_name(area: LocalArea, partner: Partnership) -> None:
    bring(
        area, "services", "ID,Partner,Service\n7,Millrace Adult Learning,Job club\n8,Millrace Adult Learning,Job club\n"
    )
    assert partner.services.count() == 2
    bring(area, "services", "ID,Partner,Service\n7,Millrace Adult Learning,Job seekers' club\n")
    assert partner.services.get(source_key="7").name == "Job seekers' club"


def test_an_inactive_service_is_archived_or_skipped(area: LocalArea, partner: Partnership) -> None:
    make_service(partner, name="Job club")
    data = (
        "Partner,Service,Status\nMillrace Adult Learning,Job club,Discontinued\nMillrace Adult Learning,Old,defunct\n"
    )
    assert outcomes(bring(area, "services", data)) == ["change", "skip"]
    assert partner.services.get().is_archived
    assert outcomes(plan(area, "services", data)) == ["same", "skip"]


def test_services_with_the_same_name_need_a_number(area: LocalArea, partner: Partnership) -> None:
    first, second = (make_service(partner, name="Job club") for _ in range(2))
    made = row(area, "services", "Partner,Service,Cost\nMillrace Adult Learning,Job club,Free\n")
    assert "“Portal number”" in made.reasons[0]
    data = f"Partner,Service,Portal number,Cost\nMillrace Adult Learning,Job club,{second.pk},Free\n"
    assert row(area, "services", data).target == second.pk
    assert first.pk != second.pk


def test_the_number_of_another_partner_is_ignored(
    area: LocalArea, partner: Partnership, neighbor_partner: Partnership
) -> None:
    other = make_service(neighbor_partner, name="Clinic")
    made = row(area, "services", f"Partner,Service,Our number\nMillrace Adult Learning,Job club,{other.pk}\n")
    assert made.outcome == "add"


def test_the_first_row_with_a_value_for_a_place_wins(area: LocalArea, partner: Partnership) -> None:
    rows = "Millrace Adult Learning,One,East room,Ames\nMillrace Adult Learning,Two,East room,Elm\n"
    data = f"Partner,Service,Location,City\n{rows}"
    made = bring(area, "services", data)
    assert "the value of row 2" in made.rows[1].remarks[0]
    assert partner.organization.locations.get().city == "Ames"
    assert outcomes(plan(area, "services", data)) == ["same", "same"]


def test_locations_of_services_are_replaced(area: LocalArea, partner: Partnership) -> None:
    service = make_service(partner, name="Job club")
    west = make_location(partner.organization, name="West")
    service.locations.add(west)
    made = bring(area, "services", "Partner,Service,Location\nMillrace Adult Learning,Job club,East; West\n")
    assert ["Locations", "West", "East; West"] in made.rows[0].changes
    bring(area, "services", "Partner,Service,Location\nMillrace Adult Learning,Job club,East\n")
    assert [place.name for place in service.locations.all()] == ["East"]


def test_a_plan_takes_a_constant_number_of_queries(
    area: LocalArea, partner: Partnership, django_assert_num_queries: Any
) -> None:
    for number in (2, 60):
        lines = "".join(f"Millrace Adult Learning,Service {n},Job Corps,Place {n}\n" for n in range(number))
        data = "Partner,Service,Programs,Location\n" + lines
        with django_assert_num_queries(11):
            plan(area, "services", data)
        bring(area, "services", data)


# ---------------------------------------------------------------- HSDS
def zipped(folder: Path, *, without: str = "") -> io.BytesIO:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as bag:
        for path in folder.glob("*.csv"):
            if path.name != without:
                bag.writestr(f"export/{path.name}", path.read_bytes())
    file.seek(0)
    return file


def test_hsds_tables_are_imported(area: LocalArea, capsys: Any) -> None:
    call_command("import_services", HSDS, area="riverbend", add_missing_partners=True)
    output = capsys.readouterr().out
    assert Service.objects.count() == 3
    wall = Service.objects.get(name="Climbing wall")
    assert wall.phone == "Front desk: (614) 555-0101 ext. 12; TTY: (614) 555-0103"
    assert wall.languages == ["Spanish", "Chinese (Cantonese)"]
    assert wall.cost == "None. Accepted: Cash, Check."
    assert wall.audience == "Adults\nArea served: Heron County."
    assert wall.hours == "Mon to Tue 8:00 AM to 12:00 PM, 2:00 PM to 4:00 PM; Wed 10:00 AM to 3:00 PM"
    assert (wall.accommodations, wall.source_key) == (["braille"], "1")
    place = wall.locations.get()
    assert place.address == "12 Mill Street, Suite 100, Ames, OH 43215-9881"
    assert place.accessibility == ["parking", "step_free"]
    assert place.hours == ""
    assert wall.partnership.organization.website == "http://mill.example.org"
    assert not Service.objects.get(name="Hotline").locations.exists()
    for words in (
        "closes before it opens",
        "“cd”: This is not a known value",
        "The file marks it as inactive.",
        "It looks like a test entry.",
        "Phones of contact persons are not used",
        "columns not used: taxonomy_ids",
        "Tables not used: programs.csv",
    ):
        assert words in output


def test_the_same_hsds_tables_again_change_nothing(area: LocalArea) -> None:
    call_command("import_services", HSDS, area="riverbend", add_missing_partners=True)
    made = plan_of_zip(area, zipped(HSDS))
    assert {row.outcome for row in made.rows} == {"same", "skip"}


def plan_of_zip(area: LocalArea, file: io.BytesIO) -> Any:
    from partners.importing.columns import guess_mapping
    from partners.importing.dry_run import make_plan
    from partners.importing.planning import Options

    table = runs.open_upload(file, "services")
    return make_plan(
        area, "services", table, guess_mapping("services", table.header), Options(add_missing_partners=True)
    )


def test_incomplete_hsds_tables_are_refused_or_reported(area: LocalArea, tmp_path: Path) -> None:
    with pytest.raises(CannotReadFile, match="ZIP archive"):
        runs.open_upload(zipped(HSDS, without="organizations.csv"), "services")
    with pytest.raises(CannotReadFile, match="organizations"):
        hsds.read_folder(tmp_path, Limits.from_settings())
    made = plan_of_zip(area, zipped(HSDS, without="locations.csv"))
    assert made.rows[0].outcome == "unreadable"
    assert "refers to unknown location 1" in made.rows[0].reasons[0]


# ---------------------------------------------------------------- Commands
def test_a_command_writes_nothing_if_rows_cannot_be_read(area: LocalArea, tmp_path: Path, capsys: Any) -> None:
    file = tmp_path / "ours.csv"
    file.write_text(f"Partner,Website\nA House,a.example\nB House {'x' * 200},b.example\n")
    with pytest.raises(CommandError, match="Rows that cannot be read: 1"):
        call_command("import_partners", file, area="riverbend")
    assert not area.partnerships.exists()
    assert "Row 3: Cannot be read" in capsys.readouterr().out
    call_command("import_partners", file, area="riverbend", skip_unreadable=True)
    assert area.partnerships.count() == 1


def test_a_dry_run_writes_nothing(area: LocalArea, tmp_path: Path) -> None:
    file = tmp_path / "ours.csv"
    file.write_text("Partner\nA House\n")
    call_command("import_partners", file, area="riverbend", dry_run=True)
    assert not area.partnerships.exists()


def test_a_command_accepts_a_mapping(area: LocalArea, tmp_path: Path) -> None:
    file = tmp_path / "ours.csv"
    file.write_text("Wer,Was\nA House,x\n")
    with pytest.raises(CommandError, match="There is no column for"):
        call_command("import_partners", file, area="riverbend")
    call_command("import_partners", file, area="riverbend", column=["Wer=name", "Was=notes"])
    assert area.partnerships.get().notes == "x"


@pytest.mark.parametrize(
    ("path", "slug", "words"), [("missing.csv", "riverbend", "No such file"), ("x", "nowhere", "area")]
)
def test_a_command_reports_errors(area: LocalArea, path: str, slug: str, words: str) -> None:
    with pytest.raises(CommandError, match=words):
        call_command("import_partners", path, area=slug)


@pytest.mark.parametrize(
    ("typed", "groups", "remarks"),
    [
        ("Veterans; youth", ["veterans", "youth"], 0),
        ("Veterans and their families; Youth, 14 to 24", ["veterans", "youth"], 0),
        ("Seniors, low income", ["older", "low_income"], 0),
        ("Dislocated workers / job seekers", ["laid_off", "everyone"], 0),
        ("Veterans; Martians", ["veterans"], 1),
    ],
)
def test_groups_are_read_by_common_words(area, partner, typed, groups, remarks):
    made = bring(area, "services", f'Partner,Service,Made for\n{partner.organization},Job club,"{typed}"\n')
    assert Service.objects.get().groups == groups
    assert made.counts["remarks"] == remarks


# ---------------------------------------------------------------- The rules of the verbs
def test_archived_places_of_a_service_stay_linked(area: LocalArea, partner: Partnership) -> None:
    service = make_service(partner, name="Job club")
    closed, room = make_center(area, name="Old Center"), make_location(partner.organization, name="Old room")
    service.centers.add(closed, make_center(area, name="Main Center"))
    service.locations.add(room, make_location(partner.organization, name="West"))
    for place in (closed, room):
        place.archived_at = now()
        place.save()
    data = "Partner,Service,Centers,Location\nMillrace Adult Learning,Job club,Other Center,East\n"
    make_center(area, name="Other Center")
    bring(area, "services", data)
    assert {center.name for center in service.centers.all()} == {"Other Center", "Old Center"}
    assert {place.name for place in service.locations.all()} == {"East", "Old room"}
    assert outcomes(plan(area, "services", data)) == ["same"]


def test_no_service_is_added_to_a_partner_that_was_archived_since_the_plan(
    area: LocalArea, partner: Partnership
) -> None:
    made = plan(area, "services", "Partner,Service\nMillrace Adult Learning,Job club\n")
    partner.archived_at = now()
    partner.save()
    with pytest.raises(CannotKeepService, match="partner is archived"):
        write_plan(area, made, at=now())
    assert not partner.services.exists()


def test_writing_takes_a_constant_number_of_queries(area: LocalArea, partner: Partnership, queries_of: Any) -> None:
    make_center(area, name="Main Center")

    def file(number: int, cost: str, status: str, center: str) -> str:
        rows = [
            f"Millrace Adult Learning,S {number} {n},{cost},{status},{center},Room {number} {n}" for n in range(number)
        ]
        return "Partner,Service,Cost,Status,Centers,Location\n" + "\n".join(rows)

    def cost(number: int) -> list[int]:
        plans = []
        for facts in (("Free", "Active", "Main Center"), ("$5", "Active", ""), ("$9", "Inactive", "")):
            made = plan(area, "services", file(number, *facts), blank_erases=True)
            plans.append(queries_of(lambda made=made: write_plan(area, made, at=now())))
        return plans

    assert cost(2) == cost(30)
    assert partner.services.archived().count() == 32
