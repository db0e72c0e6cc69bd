"""Uploaded tables: what is read, and what is refused with a helpful message."""

import io
import re
import zipfile
from datetime import date, datetime

import openpyxl
import pytest

from onestop.files.unreadable import Unreadable
from onestop.files.uploaded_tables import CannotReadFile, Limits, UploadedTable, open_table

LIMITS = Limits(file_bytes=200_000, unpacked_bytes=5_000_000, rows=50, columns=20, cell=1000)


def table(data: bytes | str, limits: Limits = LIMITS) -> UploadedTable:
    return open_table(io.BytesIO(data.encode() if isinstance(data, str) else data), limits)


def cells(data: bytes | str) -> list[list[str]]:
    return [line.cells for line in table(data).lines]


def workbook(*rows: list[object], formats: dict[str, str] | None = None) -> bytes:
    book = openpyxl.Workbook()
    page = book.active
    assert page is not None
    for row in rows:
        page.append(row)
    for place, shape in (formats or {}).items():
        page[place].number_format = shape
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def archive(**parts: bytes) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as bag:
        for name, data in parts.items():
            bag.writestr(name.replace("__", "/").replace("_dot_", "."), data)
    return file.getvalue()


# ---------------------------------------------------------------- What is read
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_usual_encodings_are_understood(encoding: str) -> None:
    assert cells("Name,City\nCafé Señor “x”,Orléans\n".encode(encoding)) == [["Café Señor “x”", "Orléans"]]


def test_a_note_says_that_windows_1252_is_a_guess() -> None:
    assert "Windows-1252" in table("Name,City\nCafé,x\n".encode("cp1252")).notes[0]


@pytest.mark.parametrize("sign", [",", ";", "\t", "|"])
def test_the_delimiter_is_found(sign: str) -> None:
    assert cells(f"Name{sign}Notes\nA{sign}x. y\nB{sign}z\n") == [["A", "x. y"], ["B", "z"]]


def test_semicolons_inside_cells_do_not_mislead() -> None:
    assert cells('Name,Programs\nA,"x; y; z"\nB,"x; y"\n') == [["A", "x; y; z"], ["B", "x; y"]]


def test_excels_own_first_line_names_the_delimiter() -> None:
    assert cells("sep=;\nName;Notes\nA;1,5\n") == [["A", "1,5"]]


def test_rows_are_numbered_as_spreadsheet_programs_do() -> None:
    lines = list(table('Name,Notes\n\nA,"two\nlines"\nB,x\n').lines)
    assert [(line.number, line.cells[0]) for line in lines] == [(3, "A"), (4, "B")]


def test_a_title_above_the_header_is_skipped_with_a_note() -> None:
    found = table("Our partners 2026\n\nName,City\nA,B\n")
    assert found.header == ["Name", "City"]
    assert "Our partners 2026" in found.notes[0]


def test_columns_without_a_title_or_with_the_same_title_get_unique_titles() -> None:
    assert table("Name,,Phone,Phone,,\nA,B,1,2,,\n").header == ["Name", "Column B", "Phone", "Phone (2)"]


def test_only_a_row_with_too_many_cells_has_a_problem() -> None:
    problems = [line.problem for line in table("Name,City\nA,B\nSmith, Jones and Co,Ames\n").lines]
    assert problems[0] == ""
    assert "has 3 cells, but the header has 2" in problems[1]


def test_the_apostrophe_written_before_formulas_is_removed() -> None:
    assert cells("Name,Phone\n'=1+1,'+1 614 555 0142\n") == [["=1+1", "+1 614 555 0142"]]


def test_cells_of_a_workbook_are_read_as_displayed() -> None:
    row: list[object] = [
        "A",
        7.0,
        date(2026, 7, 1),
        datetime.fromisoformat("2026-07-01 09:30"),
        True,
        2134,
        0.5,
        25,
        432151234,
    ]
    data = workbook(
        list("NABCDEFGH"), row, formats={"F2": "00000", "G2": "0%", "H2": '"$"#,##0.00', "I2": "00000-0000"}
    )
    assert cells(data) == [["A", "7", "2026-07-01", "2026-07-01 09:30", "Yes", "02134", "50%", "$25", "43215-1234"]]


def test_only_the_first_visible_sheet_with_rows_is_read_with_a_note() -> None:
    book = openpyxl.Workbook()
    assert book.active is not None
    book.active.title = "Empty"
    hidden, partners, other = (book.create_sheet(name) for name in ("Hidden", "Partners", "Old"))
    hidden.sheet_state = "hidden"
    for page in (hidden, partners, other):
        page.append(["Name", "City"])
        page.append([page.title, "x"])
    file = io.BytesIO()
    book.save(file)
    found = table(file.getvalue())
    assert [line.cells[0] for line in found.lines] == ["Partners"]
    assert "Old" in found.notes[0]


# ---------------------------------------------------------------- Formulas
def test_the_saved_result_of_a_formula_is_read() -> None:
    saved = io.BytesIO()
    made = io.BytesIO(workbook(["Name", "Sum", "Blank"], ["A", "=1+1", '=""']))
    with zipfile.ZipFile(made) as book, zipfile.ZipFile(saved, "w") as again:
        for part in book.namelist():
            # openpyxl writes an empty element differently when lxml is installed.
            data = re.sub(rb"<f>1\+1</f><v ?/>|<f>1\+1</f><v></v>", b"<f>1+1</f><v>2</v>", book.read(part))
            again.writestr(part, data.replace(b'<c r="C2">', b'<c r="C2" t="str">'))
    assert cells(saved.getvalue()) == [["A", "2", ""]]


def test_a_formula_without_a_saved_result_is_unreadable_and_names_its_cell() -> None:
    [row] = cells(workbook(["Name", "Sum"], ["A", "=1+1"]))
    assert isinstance(row[1], Unreadable)
    assert "B2" in row[1].reason


def test_an_excel_error_is_unreadable_and_names_its_cell() -> None:
    [row] = cells(workbook(["Name", "Sum"], ["A", "#REF!"]))
    assert isinstance(row[1], Unreadable)
    assert "B2" in row[1].reason
    assert "#REF!" in row[1].reason


# ---------------------------------------------------------------- What is refused
@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "empty"),
        (b"  \r\n", "empty"),
        (b"%PDF-1.7", "PDF"),
        (b"\x89PNG\r\n", "picture"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "password"),
        (b"<html><table><tr><td>", "web page"),
        (b"{\\rtf1", "RTF"),
        ("Name,City\nA,B\n".encode("utf-16-le"), "byte order mark"),
        (b"\xff\xfe" + bytes(range(1, 0xD0)) * 40, "parts of it are not"),
        (b"\xff\xfe\0\0" + "Name".encode("utf-32-le"), "UTF-32"),
        (b"Name,City\n" + bytes(range(1, 200)), "not a text file"),
        ("名前,都市\n東京,大阪府\n".encode("shift-jis"), "encoding"),
        (b"\xef\xbb\xbfName,City\nCaf\xe9,x\n", "parts of it are not"),
        (b'Name,City\n"A,B\nC,D\n', "quotation mark"),
        (archive(content_dot_xml=b"<x/>", mimetype=b"application/vnd.oasis.opendocument.spreadsheet"), "OpenDocument"),
        (archive(Index__Tables_dot_iwa=b"x"), "Numbers"),
        (archive(word__document_dot_xml=b"x"), "Word"),
        (archive(readme_dot_txt=b"x"), "ZIP archive"),
        (archive(xl__workbook_dot_xml=b"<broken"), "damaged"),
        (b"PK\x03\x04 broken", "damaged"),
    ],
)
def test_a_file_that_is_not_a_table_is_refused_and_named(data: bytes, words: str) -> None:
    with pytest.raises(CannotReadFile, match=words):
        list(table(data).lines)


def test_a_file_over_the_limit_is_refused_without_being_read() -> None:
    class Untouchable(io.BytesIO):
        def seek(self, offset: int, whence: int = 0) -> int:
            return 100_000_000 if whence == io.SEEK_END else 0

        def read(self, size: int | None = -1) -> bytes:
            raise AssertionError("It was read.")

    with pytest.raises(CannotReadFile, match="100 MB"):
        open_table(Untouchable(), LIMITS)


def test_a_zip_bomb_is_refused_before_it_is_extracted() -> None:
    with pytest.raises(CannotReadFile, match="refused for safety"):
        table(archive(xl__workbook_dot_xml=b"0" * 4_000_000))
    with pytest.raises(CannotReadFile, match="too large when extracted: 6 MB in 1 parts"):
        table(archive(xl__workbook_dot_xml=b"0" * 6_000_000))


def test_an_xml_bomb_is_refused() -> None:
    bomb = b'<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><workbook>&b;</workbook>'
    with pytest.raises(CannotReadFile, match="damaged"):
        table(archive(xl__workbook_dot_xml=bomb))


def test_too_many_rows_columns_or_characters_are_refused() -> None:
    with pytest.raises(CannotReadFile, match="more than 50 rows"):
        list(table("Name,City\n" + "A,B\n" * 51).lines)
    with pytest.raises(CannotReadFile, match="columns"):
        table(",".join(f"c{number}" for number in range(21)) + "\n")
    [row] = cells(f"Name,City\nA,{'x' * 1001}\n")
    assert isinstance(row[1], Unreadable)
