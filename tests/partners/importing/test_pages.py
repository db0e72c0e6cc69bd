"""The pages of an import: file, columns, changes, import."""

import csv
import io
import re
from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils.timezone import now

from onestop.accounts.models import User
from partners.importing import runs
from partners.models import ColumnMapping, ImportRun, LocalArea, Partnership, Presence
from tests.factories import make_center, make_partnership, make_program, make_service
from tests.partners.importing import offices

As = Callable[[str], Client]
FILE = "Agency,Program,Web\nWillow Works,Job Corps,willow.example\nOak Street Center,,\n,x,y\n"


@pytest.fixture(autouse=True)
def private_files(settings: Any, tmp_path: Any) -> None:
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture(autouse=True)
def job_corps(db: None) -> None:
    make_program(code="job-corps", name="Job Corps", short_name="Job Corps")


def upload(client: Client, data: str | bytes = FILE, kind: str = "partners", name: str = "ours.csv") -> Any:
    file = SimpleUploadedFile(name, data.encode() if isinstance(data, str) else data)
    return client.post(reverse("partners:import_add", args=["riverbend"]), {"kind": kind, "file": file}, follow=True)


def columns_of(run: ImportRun, **more: str) -> dict[str, str]:
    return {f"column_{number}": code for number, code in enumerate(run.mapping)} | more


def planned(client: Client, data: str = FILE, kind: str = "partners", **more: str) -> ImportRun:
    upload(client, data, kind)
    run = ImportRun.objects.latest("pk")
    client.post(reverse("partners:import_columns", args=[run.pk]), columns_of(run, **more))
    assert runs.work_on(run.pk, at=now())
    run.refresh_from_db()
    return run


def commit(client: Client, run: ImportRun, **more: str) -> ImportRun:
    client.post(reverse("partners:import_commit", args=[run.pk]), {"digest": run.digest, **more})
    runs.work_on(run.pk, at=now())
    run.refresh_from_db()
    return run


def test_a_file_is_imported_step_by_step(as_: As, area: LocalArea, cast: dict[str, User]) -> None:
    staff = as_("staff")
    page = upload(staff)
    assert "Match the columns" in page.content.decode()
    assert "willow.example" in page.content.decode()
    run = ImportRun.objects.get()
    assert run.mapping == ["name", "programs", "website"]
    run = planned(staff)
    plan = staff.get(reverse("partners:import_detail", args=[run.pk])).content.decode()
    assert "Willow Works" in plan
    assert not area.partnerships.filter(organization__name="Willow Works").exists()
    staff.post(reverse("partners:import_commit", args=[run.pk]), {"digest": run.digest})
    run.refresh_from_db()
    assert run.status == "planned", "unreadable rows are skipped only if someone confirms it"
    run = commit(staff, run, leave_out="on")
    assert run.status == "done"
    partner = area.partnerships.get(organization__name="Willow Works")
    assert partner.organization.website == "https://willow.example"
    assert [program.code for program in partner.programs.all()] == ["job-corps"]
    done = staff.get(reverse("partners:import_detail", args=[run.pk])).content.decode()
    assert reverse("partners:partnership_detail", args=[partner.pk]) in done
    event = partner.history.get()  # type: ignore[attr-defined]
    assert event.pgh_context["user"] == cast["staff"].pk


def test_the_same_file_again_changes_nothing_and_its_columns_are_matched(as_: As) -> None:
    staff = as_("staff")
    commit(staff, planned(staff), leave_out="on")
    page = upload(staff)
    assert "as you matched them last time" in page.content.decode()
    run = planned(staff)
    assert run.counts["add"] == run.counts["change"] == 0
    assert run.counts["same"] == 2
    assert (
        "Everything in the file is already saved here"
        not in staff.get(reverse("partners:import_commit", args=[run.pk])).content.decode()
    )


def test_a_required_column_must_be_matched(as_: As) -> None:
    staff = as_("staff")
    upload(staff)
    run = ImportRun.objects.get()
    page = staff.post(reverse("partners:import_columns", args=[run.pk]), columns_of(run, column_0=""))
    assert "Choose the column that holds" in page.content.decode()
    run.refresh_from_db()
    assert run.status == "uploaded"


def test_a_corrected_mapping_is_saved_for_the_area(as_: As, area: LocalArea) -> None:
    staff = as_("staff")
    planned(staff, column_2="")
    kept = ColumnMapping.objects.get(area=area, kind="partners")
    assert kept.mapping == {"agency": "name", "program": "programs", "web": ""}
    upload(staff, "Web,Program,Agency\nx.example,,Elm House\n")
    assert ImportRun.objects.latest("pk").mapping == ["", "programs", "name"]


def test_unreadable_rows_can_be_downloaded_with_reasons(as_: As) -> None:
    staff = as_("staff")
    run = planned(staff)
    answer = staff.get(reverse("partners:import_unreadable", args=[run.pk]))
    rows = list(csv.reader(io.StringIO(b"".join(answer.streaming_content).decode("utf-8-sig"))))  # type: ignore[attr-defined]
    assert rows[0][:3] == ["Agency", "Program", "Web"]
    assert rows[1][:4] == ["", "x", "y", "4"]
    assert "The partner name is missing." in rows[1][4]


def test_an_outdated_plan_is_not_written(as_: As, area: LocalArea) -> None:
    staff = as_("staff")
    run = planned(staff)
    make_partnership(area, name="Willow Works")
    run = commit(staff, run, leave_out="on")
    assert run.status == "planned"
    assert "changed since you reviewed this import" in run.message
    assert run.counts["change"] == 1
    assert not area.partnerships.filter(organization__name="Oak Street Center").exists()
    assert commit(staff, run, leave_out="on").status == "done"


def test_an_unrelated_change_does_not_stop_the_import(as_: As, area: LocalArea) -> None:
    staff = as_("staff")
    run = planned(staff)
    make_partnership(area, name="Somebody Else")
    assert commit(staff, run, leave_out="on").status == "done"


def test_an_import_can_be_canceled(as_: As) -> None:
    staff = as_("staff")
    run = planned(staff)
    path = run.file.path
    staff.post(reverse("partners:import_put_aside", args=[run.pk]))
    run.refresh_from_db()
    assert run.status == "cancelled"
    with pytest.raises(FileNotFoundError):
        open(path)  # noqa: PTH123, SIM115
    assert not run.rows.exists()


@pytest.mark.parametrize(
    ("name", "data", "words"),
    [
        ("list.pdf", b"%PDF-1.7", "This is a PDF"),
        ("list.csv", "Name\nx".encode("utf-16-le"), "byte order mark"),
        ("list.xls", b"\xd0\xcf\x11\xe0", "old Excel file"),
        ("empty.csv", b" ", "empty"),
    ],
)
def test_unreadable_files_are_refused_with_a_field_error(as_: As, name: str, data: bytes, words: str) -> None:
    page = upload(as_("staff"), data, name=name)
    assert words in page.content.decode()
    assert not ImportRun.objects.exists()


def test_a_file_over_the_limit_is_refused(as_: As, settings: Any) -> None:
    settings.IMPORT_MAX_MB, settings.UPLOAD_MAX_MB = 1, 2
    for size in (1_200_000, 2_300_000):
        page = upload(as_("staff"), b"x" * size)
        assert "The limit is 1 MB." in page.content.decode()
    assert not ImportRun.objects.exists()


def test_progress_is_returned_until_the_page_reloads(as_: As) -> None:
    staff = as_("staff")
    upload(staff)
    run = ImportRun.objects.get()
    staff.post(reverse("partners:import_columns", args=[run.pk]), columns_of(run))
    runs.cache_progress(run.pk, 0.42)
    page = staff.get(reverse("partners:import_detail", args=[run.pk])).content.decode()
    assert "42 %" in page
    piece = staff.get(reverse("partners:import_progress", args=[run.pk]))
    assert "HX-Refresh" not in piece
    runs.work_on(run.pk, at=now())
    assert staff.get(reverse("partners:import_progress", args=[run.pk]))["HX-Refresh"] == "true"


@pytest.mark.parametrize("kind", ["partners", "services"])
def test_the_template_matches_all_columns(as_: As, kind: str, area: LocalArea) -> None:
    staff = as_("staff")
    answer = staff.get(reverse("partners:import_template", args=["riverbend", kind]))
    data = b"".join(answer.streaming_content)  # type: ignore[attr-defined]
    upload(staff, data + b"x,y\r\n", kind)
    assert "" not in ImportRun.objects.get().mapping


def test_missing_partners_are_added_if_chosen(as_: As, partner: Partnership) -> None:
    staff = as_("staff")
    make_service(partner, name="Reading circle")
    data = "Partner,Service\nMillrace Adult Learning,Reading circle\nNew Leaf,Job club\n"
    assert planned(staff, data, "services").counts["unreadable"] == 1
    run = commit(staff, planned(staff, data, "services", add_missing_partners="on"))
    assert run.counts["add"] == run.counts["same"] == 1
    assert partner.area.partnerships.get(organization__name="New Leaf").services.get().name == "Job club"


def test_lists_and_plans_take_few_queries(as_: As, django_assert_max_num_queries: Any) -> None:
    staff = as_("staff")
    run = planned(staff, "Agency\n" + "".join(f"Agency {number}\n" for number in range(300)))
    with django_assert_max_num_queries(12):
        staff.get(reverse("partners:import_detail", args=[run.pk]))
    with django_assert_max_num_queries(12):
        staff.get(reverse("partners:import_list", args=["riverbend"]))


PAGES = ("import_detail", "import_columns", "import_progress", "import_commit", "import_unreadable")


@pytest.mark.parametrize(
    ("who", "area_page", "run_page"),
    [("manager", 403, 404), ("colleague", 403, 404), ("board", 403, 404), ("state", 403, 404), ("outsider", 404, 404)],
)
def test_only_staff_of_the_area_import(as_: As, who: str, area_page: int, run_page: int) -> None:
    run = planned(as_("staff"))
    client = as_(who)
    for name in ("import_list", "import_add"):
        assert client.get(reverse(f"partners:{name}", args=["riverbend"])).status_code == area_page
    for name in PAGES:
        assert client.get(reverse(f"partners:{name}", args=[run.pk])).status_code == run_page
    for name in ("import_commit", "import_put_aside", "import_columns"):
        assert client.post(reverse(f"partners:{name}", args=[run.pk])).status_code == run_page


def test_a_schedule_is_imported_step_by_step(as_: As, area: LocalArea, partner: Partnership) -> None:
    """A list of an office: days and hours as people write them, its partner named once, notes and doubts."""
    make_center(area, name="Riverbend")
    staff = as_("staff")
    page = upload(staff, offices.old_name(), "presence", "schedule.xls").content.decode()
    assert "In row 3 “Partner” is blank. It is read as “Millrace Adult Learning”, the name above." in page
    run = ImportRun.objects.get()
    assert run.mapping == ["partner", "center", "weekdays", "hours", "who", "note"]
    staff.post(reverse("partners:import_columns", args=[run.pk]), columns_of(run) | {"fill_down": "on"})
    assert runs.work_on(run.pk, at=now())
    run.refresh_from_db()
    assert (run.counts["add"], run.counts["unreadable"]) == (1, 2)
    address = reverse("partners:import_detail", args=[run.pk])
    plan = staff.get(address).content.decode()
    assert "Third Tuesday of the month, 9:00 AM to 12:00 PM" in plan
    unread = staff.get(address, {"rows": "unreadable"}).content.decode()
    for words in ("by appt", "ongoing", "Read as “Millrace Adult Learning”"):
        assert words in unread, words
    assert not Presence.objects.exists()
    assert commit(staff, run, leave_out="on").status == "done"
    known = Presence.objects.order_by("pk").values_list("partnership", "weekday", "rhythm", "who")
    assert list(known) == [(partner.pk, 2, rhythm, "Ana Diaz / Bo Chen") for rhythm in ("first", "third")]
    done = staff.get(address).content.decode()
    assert "The new hours are in the on-site schedule." in " ".join(re.sub("<[^>]+>", "", done).split())
    assert "Ana Diaz / Bo Chen" in staff.get(reverse("partners:presence_board", args=[area.slug])).content.decode()
