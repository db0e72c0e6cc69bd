"""Sheets of a workbook as rows of text, as a spreadsheet program shows them.

Import it where a workbook is read: openpyxl takes a tenth of a second, and most processes never read one.
"""

import re
from collections.abc import Iterator, Sequence
from datetime import date, datetime, time, timedelta
from functools import partial
from itertools import islice
from typing import IO, Any

import openpyxl
from django.utils.translation import gettext as _
from openpyxl.styles.numbers import BUILTIN_FORMATS
from openpyxl.utils import get_column_letter, range_boundaries
from openpyxl.worksheet._reader import FORMULA_TAG, WorkSheetParser

from onestop.files.table_sheets import FIRST_ROWS, Merge
from onestop.files.unreadable import Unreadable

PIECE = 1_000_000  # bytes of a sheet that are looked through at a time
MOST_MERGES = 20_000
MARK = re.compile(rb"<(?:[a-z]{1,9}:)?(mergeCell|row|col)\s([^<>]{1,2000})>")
ATTRIBUTE = re.compile(rb"\b([a-z]{1,20})=[\"']([^\"'<>]{0,60})[\"']")


def open_workbook(file: IO[bytes]) -> Any:
    """Return a workbook, of which sheets are read row by row."""
    return openpyxl.load_workbook(file, read_only=True, data_only=True, keep_links=False)


class _SheetParser(WorkSheetParser):
    """Read the saved results of formulas, and mark a formula that has none."""

    def parse_cell(self, element: Any) -> dict[str, Any]:
        cell = super().parse_cell(element)
        if cell["value"] is None and element.get("t") != "str" and element.find(FORMULA_TAG) is not None:
            cell["data_type"] = "f"
        return cell


def sheet_rows(book: Any, sheet: Any) -> Iterator[tuple[int, list[str]]]:
    """Yield the rows of a sheet that have cells, with their numbers."""
    with sheet._get_source() as source:
        parser = _SheetParser(
            source,
            sheet._shared_strings,
            data_only=True,
            epoch=book.epoch,
            date_formats=book._date_formats,
            timedelta_formats=book._timedelta_formats,
        )
        for number, cells in parser.parse():
            row: list[str] = []
            for cell in cells:
                text = cell_text(cell, book)
                if text and cell["column"] <= 16_384:
                    row.extend([""] * (cell["column"] - len(row)))
                    row[cell["column"] - 1] = text
            yield number, row


def marks_of(sheet: Any) -> tuple[list[Merge], frozenset[int], frozenset[int]]:
    """Return the merged cells of a sheet, and the numbers of its hidden rows and columns.

    They are looked for in its text: merges stand behind all rows, and parsing these twice takes seconds.
    """
    merges: list[Merge] = []
    rows: set[int] = set()
    columns: set[int] = set()
    with sheet._get_source() as source:
        rest = b""
        while piece := source.read(PIECE):
            piece = rest + piece
            cut = piece.rfind(b"<")
            piece, rest = (piece[:cut], piece[cut:]) if cut >= 0 else (b"", piece)
            _look(piece, merges, rows, columns)
        _look(rest, merges, rows, columns)
    return merges, frozenset(rows), frozenset(columns)


def _look(piece: bytes, merges: list[Merge], rows: set[int], columns: set[int]) -> None:
    for name, text in MARK.findall(piece):
        if name == b"mergeCell":
            said = dict(ATTRIBUTE.findall(text))
            left, top, right, bottom = range_boundaries(said.get(b"ref", b"").decode())
            if left and top and right and bottom and len(merges) < MOST_MERGES:
                merges.append(Merge(top, left, bottom, right))
        elif b"hidden" in text:
            said = dict(ATTRIBUTE.findall(text))
            if said.get(b"hidden") in (b"1", b"true"):
                if name == b"row" and said.get(b"r", b"").isdigit():
                    rows.add(int(said[b"r"]))
                elif name == b"col" and said.get(b"min", b"").isdigit() and said.get(b"max", b"").isdigit():
                    columns.update(range(int(said[b"min"]), min(int(said[b"max"]), 500) + 1))


def looks_of(book: Any, sheet: Any) -> tuple[str, ...]:
    """Return notes on what the looks of the first rows may mean: colors and crossed out text are not read.

    If most rows are colored, the colors only make them easier to tell apart.
    """
    colored: list[int] = []
    crossed: list[int] = []
    count = 0
    with sheet._get_source() as source:
        parser = _SheetParser(source, sheet._shared_strings, data_only=True, epoch=book.epoch)
        for number, cells in islice(parser.parse(), FIRST_ROWS):
            styles = [_style(cell, book) for cell in cells if cell["value"] is not None]
            found = [style for style in styles if style is not None]
            count += bool(styles)
            if found and sum(map(partial(_is_colored, book), found)) > len(styles) / 2:
                colored.append(number)
            if any(book._fonts[style.fontId].strike for style in found):
                crossed.append(number)
    notes = []
    if crossed:
        words = _("Crossed out in the workbook and read like the others: cells in rows %(rows)s.")
        notes.append(words % {"rows": _listed(crossed)})
    if colored and len(colored) <= count / 3:
        words = _("Colored in the workbook: rows %(rows)s. Colors are not read. Write what they mean in a column.")
        notes.append(words % {"rows": _listed(colored)})
    return tuple(notes)


def _style(cell: dict[str, Any], book: Any) -> Any:
    return book._cell_styles[cell["style_id"]] if cell["style_id"] < len(book._cell_styles) else None


def _is_colored(book: Any, style: Any) -> bool:
    fill = book._fills[style.fillId] if style.fillId < len(book._fills) else None
    return bool(fill and fill.fill_type == "solid" and fill.fgColor.rgb not in ("FFFFFFFF", "00FFFFFF", "00000000"))


def _listed(rows: Sequence[int]) -> str:
    return ", ".join(map(str, rows[:10])) + (", \u2026" if len(rows) > 10 else "")


def cell_text(cell: dict[str, Any], book: Any) -> str:
    """Return what the cell shows: dates in ISO format, numbers with the zeros, percent and dollar signs of theirs."""
    value, kind = cell["value"], cell["data_type"]
    place = f"{get_column_letter(cell['column'])}{cell['row']}"
    if kind == "f":
        problem = _("The formula in cell %(cell)s has no saved result. Open the file in Excel and save it.")
        return Unreadable(_("(formula)"), problem % {"cell": place})
    if kind == "e":
        problem = _("Cell %(cell)s has the error %(error)s. Correct it in the spreadsheet.")
        return Unreadable(str(value), problem % {"cell": place, "error": value})
    if value is None or isinstance(value, str):
        return value or ""
    if isinstance(value, bool):
        return "Yes" if value else "No"
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat(" ", "minutes")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, time):
        return value.isoformat("minutes")
    if isinstance(value, timedelta):
        return str(value)
    return _number_text(value, _number_format(cell, book))


def _number_format(cell: dict[str, Any], book: Any) -> str:
    style = book._cell_styles[cell["style_id"]] if cell["style_id"] < len(book._cell_styles) else None
    if style is None or not style.numFmtId:
        return "General"
    if style.numFmtId >= 164:
        return str(book._number_formats[style.numFmtId - 164])
    return str(BUILTIN_FORMATS.get(style.numFmtId, "General"))


def _number_text(value: int | float, shape: str) -> str:
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        value = int(value)
    if isinstance(value, int) and value >= 0:
        if shape.strip("0") == "" and len(shape) > 1:  # 00000: a ZIP Code with leading zeros
            return str(value).zfill(len(shape))
        if shape.replace("\\", "") == "00000-0000":
            digits = str(value).zfill(9)
            return f"{digits[:5]}-{digits[5:]}"
    if shape.endswith("%"):
        return f"{round(value * 100, 2):g}%"
    if "$" in shape.replace("[$-", "") and "E" not in shape:
        return f"${value:,.2f}".removesuffix(".00")
    return repr(value) if isinstance(value, int) else f"{value:.15g}"
