"""How messy files are read: the header, rows that are none of the data, columns, merged cells."""

import io
from collections.abc import Callable
from typing import Any

import openpyxl
import pytest
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from django.utils.timezone import now
from hypothesis import given
from hypothesis import strategies as st

from onestop.files.uploaded_tables import CannotReadFile
from partners.importing import runs
from partners.importing.columns import guess_mapping
from partners.importing.layouts import Layout, Opening, open_laid_out
from partners.importing.odd_rows import question_of
from partners.models import ImportRow, ImportRun, LocalArea
from tests.factories import make_area, make_partnership, make_program
from tests.partners.importing import messy

As = Callable[[str], Client]
ROSTER_LEFT_OUT = {
    5: "heading", 10: "header", 11: "heading", 13: "separator", 15: "total", 16: "footnote", 17: "legend", 18: "note",
    19: "note",
}  # fmt: skip


@pytest.fixture(autouse=True)
def private_files(settings: Any, tmp_path: Any) -> None:
    settings.MEDIA_ROOT = tmp_path


def opened(data: bytes | str, kind: str = "partners", layout: Layout | None = None, **more: Any) -> Opening:
    file = io.BytesIO(data.encode() if isinstance(data, str) else data)
    return open_laid_out(file, kind, layout or Layout(), **more)


def questions(opening: Opening) -> dict[int, str]:
    return {line.number: str(line.question) for line in opening.table.lines if line.question}


def started(area: LocalArea, data: bytes, kind: str = "partners", name: str = "ours.xlsx") -> ImportRun:
    return runs.start_import(area, kind, ContentFile(data, name=name), by=None, at=now())


def planned(run: ImportRun, **options: bool) -> dict[int, ImportRow]:
    runs.name_columns(run, run.mapping, options, at=now())
    assert runs.work_on(run.pk, at=now())
    run.refresh_from_db()
    assert run.status == "planned", run.message
    return {row.line: row for row in run.rows.all()}


# ---------------------------------------------------------------- Header
def test_the_header_of_a_messy_roster_is_found() -> None:
    opening = opened(messy.roster())
    assert (opening.layout.sheet, opening.layout.header, opening.is_sure) == ("Roster PY26", (3, 4), True)
    assert opening.table.header == [
        "Organization / Agency", "Program(s) / Title", "Contact: Name", "Contact: Ph.", "Contact: E-mail addr.",
        "Main Office: Addr.", "Main Office: City", "Main Office: Zip", "Comments",
    ]  # fmt: skip
    assert guess_mapping("partners", opening.table.header) == [
        "name", "programs", "contact_name", "contact_phone", "contact_email", "street", "city", "postal_code", "notes",
    ]  # fmt: skip


def test_notes_say_what_was_skipped_ignored_and_hidden() -> None:
    said = " ".join(opened(messy.roster()).table.notes)
    for words in ("“Read me”", "2 rows above the header", "“PY 2026, rev. 7/1”", "columns I", "rows 14"):
        assert words in said


def test_an_old_csv_file_with_a_spanish_header_of_two_rows_is_read() -> None:
    opening = opened(messy.old_export())
    assert opening.layout.header == (3, 4)
    assert opening.table.header[2:4] == ["Contacto: Nombre", "Contacto: Teléfono"]
    assert "Mac Roman" in opening.table.notes[0]
    assert questions(opening) == {7: "header", 9: "note", 10: "total"}


@pytest.mark.parametrize(
    ("data", "header"),
    [
        ("Agency,Phone,City\nA,555-555-0101,B\n", (1,)),
        ("Our partners\nAgency,Phone,City\nA,555-555-0101,B\n", (2,)),
        ("List of agencies,,\nas of 7/1/2026,,\n,,\nAgency,Phone,City\nA,555-555-0101,B\n", (4,)),
        ("Partners,2026,draft\nAgency,Phone,City\nA,555-555-0101,B\n", (2,)),
        ("Name\nA\nB\n", (1,)),
        ("Wer,Was\nA,B\n", (1,)),
        (",,Contact,\nAgency,City,Name,Phone\nA,B,C D,555-555-0101\n", (1, 2)),
        ("Name,,Phone,Phone,,\nA,B,1,2,,\n", (1,)),
    ],
)
def test_the_header_row_is_guessed(data: str, header: tuple[int, ...]) -> None:
    assert opened(data).layout.header == header


def test_the_header_is_uncertain_if_no_title_is_known() -> None:
    assert not opened("Wer,Was\nA,B\n").is_sure


def test_a_header_can_be_chosen_and_is_remembered_with_its_columns(area: LocalArea) -> None:
    data = b"Wer,Was\nAgency,Notes\nA House,x\n"
    run = started(area, data, name="a.csv")
    assert run.layout["header"] == [2]
    runs.choose_header(run, "", [1])
    run.refresh_from_db()
    assert (run.header, run.mapping) == (["Wer", "Was"], ["", ""])
    runs.name_columns(run, ["name", "notes"], {}, at=now())
    again = started(area, data, name="a.csv")
    assert (again.layout["header"], again.mapping, again.layout["is_sure"]) == ([1], ["name", "notes"], True)
    elsewhere = make_area(state=area.state, name="Downriver", slug="downriver")
    assert started(elsewhere, data, name="a.csv").layout["header"] == [2]


def test_a_header_that_the_file_does_not_have_is_refused(area: LocalArea) -> None:
    run = started(area, messy.services(), "services")
    with pytest.raises(CannotReadFile, match="Row 99"):
        runs.choose_header(run, "Services", [99])
    with pytest.raises(CannotReadFile, match="no sheet “Nowhere”"):
        runs.choose_header(run, "Nowhere", [])


def test_the_header_of_an_import_at_work_cannot_be_changed(area: LocalArea) -> None:
    run = started(area, messy.services(), "services")
    runs.name_columns(run, run.mapping, {}, at=now())
    with pytest.raises(runs.CannotImport):
        runs.choose_header(run, "Services", [1])


# ---------------------------------------------------------------- Odd rows
def test_rows_that_are_none_of_the_data_are_left_out_with_a_reason(area: LocalArea) -> None:
    make_program(code="job-corps", name="Job Corps", short_name="Job Corps")
    run = started(area, messy.roster())
    rows = planned(run)
    assert {line: row.left_out for line, row in rows.items() if row.left_out} == ROSTER_LEFT_OUT
    assert run.counts["left_out"] == 9
    assert rows[15].outcome == "skip"
    assert rows[15].reasons == ["Left out. It is a total."]
    assert rows[15].title == "Total | 5"
    assert "hidden" in str(rows[14].remarks)
    assert "Filled from row 7" in str(rows[8].remarks)


def test_a_reason_or_a_row_can_be_imported_all_the_same(area: LocalArea) -> None:
    run = started(area, messy.roster())
    planned(run)
    runs.keep_left_out(run, {"heading"}, {19}, at=now())
    assert runs.work_on(run.pk, at=now())
    rows = {row.line: row for row in run.rows.all()}
    assert {line for line, row in rows.items() if row.left_out} == {10, 13, 15, 16, 17, 18}
    assert (rows[5].outcome, rows[5].title) == ("add", "REQUIRED PARTNERS")
    assert rows[19].outcome == "add"


def test_only_a_plan_can_be_changed(area: LocalArea) -> None:
    run = started(area, messy.roster())
    with pytest.raises(runs.CannotImport):
        runs.keep_left_out(run, {"heading"}, set(), at=now())


TITLES = [{"partner"}, {"city"}, {"phone"}, {"email"}]


@pytest.mark.parametrize(
    ("row", "question"),
    [
        ("Total||12|", "total"),
        ("Grand total: 12|||", "total"),
        ("Total Care Clinic|Ames|555-555-0101|", ""),
        ("Partner|City||Email", "header"),
        ("* Open on Tuesdays|||", "footnote"),
        ("(1) Only in summer|||", "footnote"),
        ("*Willow Works|Ames|555-555-0101|", ""),
        ("Key: Y = yes|||", "legend"),
        ("X = by referral|||", "legend"),
        ("Prepared by Dana Park|7/1/2026||", "note"),
        ("Call the front desk with changes|||", "note"),
        ("Noteworthy Careers of Ohio|Ames||", ""),
        ("Seeds of Change|Ames|555-555-0101|", ""),
        ("***|||", "separator"),
        ("-|-|-|-", "separator"),
        ("Required partners|||", "heading"),
        ("Willow Works|Ames||", ""),
        ("|||", ""),
    ],
)
def test_a_row_is_questioned(row: str, question: str) -> None:
    assert question_of(row.split("|"), TITLES, 4) == question


def test_a_row_with_only_a_name_is_data_in_a_short_list() -> None:
    assert question_of(["Willow Works", ""], TITLES[:2], 1) == ""
    assert question_of(["Willow Works"], TITLES[:1], 1) == ""


@given(st.lists(st.text(max_size=30), min_size=4, max_size=4), st.integers(0, 4))
def test_a_row_of_four_different_words_is_never_questioned(row: list[str], usual: int) -> None:
    filled = [f"{cell}x{number}" for number, cell in enumerate(row)]
    assert question_of(filled, TITLES, usual) == ""


# ---------------------------------------------------------------- Columns
@pytest.mark.parametrize(
    ("kind", "title", "code"),
    [
        ("partners", "Program(s) / Title", "programs"),
        ("partners", "Ph.", "phone"),
        ("partners", "E-mail addr.", "email"),
        ("partners", "Addr.", "street"),
        ("partners", "Alt. contact", ""),
        ("partners", "Fax", ""),
        ("partners", "Siglas", "short_name"),
        ("services", "Hrs", "hours"),
        ("services", "Elig.", "eligibility"),
        ("services", "Who can get help", "eligibility"),
        ("services", "Spanish?", "languages"),
        ("services", "¿Español?", "languages"),
        ("services", "Quién puede recibir ayuda", "eligibility"),
        ("services", "Cómo solicitar", "how_to_get_in"),
        ("services", "Horario", "hours"),
        ("services", "Agency Ph.", "partner_phone"),
        ("presence", "AJC", "center"),
        ("terms", "Significado", "definition"),
    ],
)
def test_a_column_is_guessed_by_parts_of_its_title(kind: str, title: str, code: str) -> None:
    assert guess_mapping(kind, [title]) == [code]


def test_phone_and_email_beside_a_contact_are_the_persons() -> None:
    header = ["Agency", "Main phone", "Contact", "Ph.", "E-mail", "Address"]
    assert guess_mapping("partners", header) == [
        "name", "phone", "contact_name", "contact_phone", "contact_email", "street",
    ]  # fmt: skip
    assert guess_mapping("partners", ["Contact", "Address", "Phone"])[2] == "phone"


@pytest.mark.parametrize(
    ("kind", "values", "code"),
    [
        ("partners", ["555-555-0101", "(555) 555-0102"], "phone"),
        ("partners", ["Ann Lee", "Bo M. Diaz", "Eva Ruíz"], "contact_name"),
        ("partners", ["Willow Center", "Oak Services"], ""),
        ("partners", ["7/1/2026", "2026-07-02"], ""),
        ("services", ["Spanish", "Spanish, Vietnamese"], "languages"),
        ("services", ["43215", "43216-1234"], "postal_code"),
        ("services", ["yes", "N"], ""),
    ],
)
def test_a_column_is_guessed_by_its_values(kind: str, values: list[str], code: str) -> None:
    assert guess_mapping(kind, ["Misc"], [values]) == [code]


def test_values_contradict_a_title() -> None:
    assert guess_mapping("partners", ["Phone", "E-mail"], [["a@x.org", "b@y.org"], ["555-555-0101"]]) == [
        "contact_email", "phone",
    ]  # fmt: skip


def test_every_unused_column_is_named_and_a_language_is_read_from_its_title(area: LocalArea) -> None:
    for name in ("Willow Works", "Oak Street Center"):
        make_partnership(area, name=name)
    run = started(area, messy.services(), "services")
    rows = planned(run)
    said = " ".join(run.notes)
    assert "“Fax” is not used. It has a value in 1 row: “555-555-0199”" in said
    assert "“Column I” is not used" in said
    languages = {line: [new for label, _old, new in row.changes if label == "Languages"] for line, row in rows.items()}
    assert (languages[2], languages[3], languages[6]) == (["Spanish"], [], ["Spanish"])
    assert rows[3].title.endswith("Mock interviews") or "Mock interviews" in str(rows[3].changes)
    assert {line: row.left_out for line, row in rows.items() if row.left_out} == {5: "heading", 7: "total", 8: "note"}


# ---------------------------------------------------------------- Text encoded twice
GARBLED = "Agency,Notes\nNiÃ±os Primero,Abierto de 9 a 5\nEducaciÃ³n Ya,SÃ­\n"


def test_text_that_was_encoded_twice_is_questioned(area: LocalArea) -> None:
    run = started(area, GARBLED.encode(), name="a.csv")
    assert run.layout["garbled"] == ["NiÃ±os Primero", "Niños Primero"]
    kept = planned(run)
    assert kept[2].title == "NiÃ±os Primero"
    assert "It may mean “Niños Primero”" in str(kept[2].remarks)
    repaired = planned(run, repair_text=True)
    assert repaired[3].title == "Educación Ya"
    assert "was read as “Sí”" in str(repaired[3].remarks)


# ---------------------------------------------------------------- Pages
def upload(client: Client, data: bytes, kind: str = "partners", name: str = "ours.xlsx") -> Any:
    return client.post(
        reverse("partners:import_add", args=["riverbend"]),
        {"kind": kind, "file": SimpleUploadedFile(name, data)},
        follow=True,
    )


def test_another_sheet_and_header_are_chosen_on_the_page(as_: As, area: LocalArea) -> None:
    staff = as_("staff")
    page = upload(staff, messy.roster()).content.decode()
    run = ImportRun.objects.latest("pk")
    assert "rows 3 and 4" in page
    assert "Guessed by parts of the title" in page
    header = reverse("partners:import_header", args=[run.pk])
    page = staff.post(header, {"sheet": "Roster PY26", "row": "4"}, follow=True).content.decode()
    assert "row 4" in page
    run.refresh_from_db()
    assert run.header[2] == "Name"
    staff.post(header, {"sheet": "Read me"}, follow=True)
    run.refresh_from_db()
    assert run.layout["sheet"] == "Read me"
    page = staff.post(header, {"sheet": "Read me", "row": "77"}, follow=True).content.decode()
    assert "Select a valid choice" in page
    staff.post(header, {"sheet": "Roster PY26"})
    staff.post(header, {"sheet": "Roster PY26", "row": "3", "has_two_rows": "on"})
    run.refresh_from_db()
    assert run.layout["header"] == [3, 4]


def test_rows_that_were_left_out_are_shown_and_chosen_on_the_page(as_: As, area: LocalArea) -> None:
    staff = as_("staff")
    upload(staff, messy.roster())
    run = ImportRun.objects.latest("pk")
    planned(run)
    page = staff.get(reverse("partners:import_detail", args=[run.pk]), {"rows": "left_out"}).content.decode()
    assert "It explains signs or colors." in page
    assert "9 rows left out" in page
    shown = {"rows": ["19"], "shown": ["18", "19"], "reasons": ["heading"]}
    staff.post(reverse("partners:import_left_out", args=[run.pk]), shown)
    runs.work_on(run.pk, at=now())
    run.refresh_from_db()
    assert (run.layout["keep_rows"], run.layout["keep_reasons"]) == ([19], ["heading"])
    page = staff.get(reverse("partners:import_detail", args=[run.pk]), {"rows": "left_out"}).content.decode()
    assert 'id="kept-19"' in page
    staff.post(reverse("partners:import_left_out", args=[run.pk]), {"shown": ["19"]})
    runs.work_on(run.pk, at=now())
    run.refresh_from_db()
    assert (run.layout["keep_rows"], run.counts["left_out"]) == ([], 9)


def test_a_wrong_reason_or_row_changes_nothing(as_: As, area: LocalArea) -> None:
    staff = as_("staff")
    run = started(area, messy.roster())
    planned(run)
    address = reverse("partners:import_left_out", args=[run.pk])
    assert "Choose reasons" in staff.post(address, {"reasons": ["x"]}, follow=True).content.decode()
    staff.post(address, {"rows": ["abc", "99999999999999999999", "-1"]})
    runs.work_on(run.pk, at=now())
    run.refresh_from_db()
    assert run.layout["keep_rows"] == []


# ---------------------------------------------------------------- The command
def test_the_command_takes_a_sheet_a_header_and_reasons(area: LocalArea, tmp_path: Any, capsys: Any) -> None:
    file = tmp_path / "roster.xlsx"
    file.write_bytes(messy.roster())
    more = {"sheet": "Roster PY26", "header_row": "3,4", "keep_left_out": ["note"]}
    call_command("import_partners", file, area="riverbend", dry_run=True, skip_unreadable=True, **more)
    said = capsys.readouterr().out
    assert "Row 15: Skipped: Total | 5" in said
    assert "Row 19: Added: Source: 2025 partner survey" in said


def test_merged_cells_are_filled_down_only_where_there_is_a_row() -> None:
    book = openpyxl.Workbook()
    page = book.active
    assert page is not None
    for row in (["Agency", "Notes"], ["A", "x"], [None, "y"], [None, None], [None, "z"]):
        page.append(row)
    page.merge_cells("A2:A4")
    lines = list(opened(messy.saved(book)).table.lines)
    assert [line.cells for line in lines] == [["A", "x"], ["A", "y"], ["", "z"]]
