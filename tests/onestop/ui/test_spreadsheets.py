"""Files that the portal writes: no cell runs as a formula, and reading gives back what was written."""

import csv
import io
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from onestop.files.uploaded_tables import Limits, open_table
from onestop.ops.typed_text import printable
from onestop.ui.spreadsheets import NEWLINE, defuse, undo_defuse, write_csv, write_xlsx

LIMITS = Limits(file_bytes=10**7, unpacked_bytes=10**8, rows=1000)
TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)


def csv_of(*rows: list[Any]) -> bytes:
    return b"".join(write_csv(["A", "B"], rows))


def read(data: bytes) -> list[list[str]]:
    return [line.cells for line in open_table(io.BytesIO(data), LIMITS).lines]


@pytest.mark.parametrize("text", ["=1+1", "+1", "-2", "@SUM(A1)", "\tx", "\rx", " =1", "\uff1d1+1", "'=1", "''@x"])
def test_text_like_a_formula_gets_an_apostrophe_that_reading_removes(text: str) -> None:
    assert defuse(text).startswith("'")
    assert undo_defuse(defuse(text)) == text


@pytest.mark.parametrize("text", ["plain", "'tis", "a=b", "", "O'Brien"])
def test_other_text_is_unchanged(text: str) -> None:
    assert defuse(text) == text == undo_defuse(text)


def test_csv_follows_rfc_4180_with_the_byte_order_mark_that_excel_needs() -> None:
    data = csv_of(['say "hi"', "a;b"], [None, date(2026, 7, 1)])
    assert data.startswith(b"\xef\xbb\xbf")
    assert data.decode("utf-8-sig") == 'A,B\r\n"say ""hi""","a;b"\r\n,2026-07-01\r\n'


def test_numbers_stay_numbers_and_text_stays_text() -> None:
    rows: list[list[Any]] = [[-5, True], [Decimal("1.50"), ["x", "y"]]]
    assert csv_of(*rows).decode("utf-8-sig").splitlines()[1:] == ["-5,Yes", '1.50,"x; y"']
    page = openpyxl.load_workbook(write_xlsx(["A", "B"], rows)).active
    assert page is not None
    assert list(page.values)[1:] == [(-5, "Yes"), (1.5, "x; y")]


def test_a_workbook_has_text_and_never_formulas_or_links() -> None:
    page = openpyxl.load_workbook(write_xlsx(["A", "B"], [["=1+1", "https://example.org"]])).active
    assert page is not None
    assert [cell.data_type for cell in page[2]] == ["s", "s"]
    assert page["B2"].hyperlink is None


def test_a_workbook_has_dates_as_dates_and_times_in_local_time() -> None:
    file = write_xlsx(["A", "B"], [[date(2026, 7, 1), datetime(2026, 7, 1, 12, tzinfo=UTC)], [date(1867, 3, 1), None]])
    assert read(file.read()) == [["2026-07-01", "2026-07-01 08:00"], ["1867-03-01", ""]]


def test_large_tables_are_written_in_chunks() -> None:
    pieces = list(write_csv(["A", "B"], (["x" * 100, number] for number in range(5000))))
    assert len(pieces) > 5
    assert max(map(len, pieces)) < 100_000
    assert len(list(csv.reader(io.StringIO(b"".join(pieces).decode())))) == 5001


def as_read(text: str) -> str:
    return printable(NEWLINE.sub("\n", text)).replace("\xa0", " ").strip()


@settings(max_examples=60)
@given(TEXTS, TEXTS)
def test_csv_reads_back_as_written(first: str, second: str) -> None:
    assert read(csv_of([first, second], ["end", "end"]))[:-1] in ([[as_read(first), as_read(second)]], [])


@settings(max_examples=60)
@given(TEXTS, TEXTS)
def test_a_workbook_reads_back_as_written(first: str, second: str) -> None:
    rows = read(write_xlsx(["A", "B"], [[first, second], ["end", "end"]]).read())
    assert rows[:-1] in ([[as_read(first), as_read(second)]], [])
