"""Read uploaded tables: CSV and XLSX, row by row and within limits.

A file that cannot be read at all raises :class:`CannotReadFile` with what to do. A single cell that cannot be read
becomes an :class:`Unreadable` with its place, so that one bad cell does not hide the rest.
"""

import codecs
import io
import zipfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from itertools import islice
from typing import IO, Any, TypeVar

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from onestop.files.csv_sheets import csv_sheet
from onestop.files.table_sheets import Row, Sheet, open_rows
from onestop.files.text_encodings import SAVE_AS_CSV
from onestop.files.unreadable import CannotReadFile as CannotReadFile  # also for those who read tables
from onestop.files.unreadable import Unreadable
from onestop.ops.typed_text import printable
from onestop.ui.spreadsheets import NEWLINE

SAMPLE_ROWS = 20
T = TypeVar("T")
PICTURE = gettext_lazy("This is a picture. Choose the spreadsheet itself.")

# The first bytes of files that are not tables but are renamed to .csv or .xls, or uploaded by mistake.
FOREIGN = (
    (b"%PDF", gettext_lazy("This is a PDF."), SAVE_AS_CSV),
    (b"{\\rtf", gettext_lazy("This is a text document (RTF)."), SAVE_AS_CSV),
    (b"\x89PNG", PICTURE),
    (b"\xff\xd8\xff", PICTURE),
    (b"GIF8", PICTURE),
    (b"\x1f\x8b", gettext_lazy("This is a compressed file (gzip). Extract it first.")),
    (b"7z\xbc\xaf", gettext_lazy("This is a compressed file (7-Zip). Extract it first.")),
    (b"Rar!", gettext_lazy("This is a compressed file (RAR). Extract it first.")),
)
MARKUP = (b"<html", b"<!doctype html", b"<table", b"<?xml", b"<meta")


@dataclass(frozen=True)
class Limits:
    """The largest file, table and cell that are read."""

    file_bytes: int
    unpacked_bytes: int
    rows: int
    columns: int = 200
    cell: int = 32_767  # characters; as many as a cell of Excel can hold
    ratio: int = 150
    parts: int = 2_000

    @classmethod
    def from_settings(cls) -> "Limits":
        """Return the limits of this deployment."""
        return cls(
            file_bytes=settings.IMPORT_MAX_MB * 1_000_000,
            unpacked_bytes=settings.IMPORT_MAX_UNPACKED_MB * 1_000_000,
            rows=settings.IMPORT_MAX_ROWS,
        )


@dataclass(frozen=True)
class Line:
    """One row of a table: its number as in spreadsheet programs, its cells as text, and what is wrong with it."""

    number: int
    cells: list[str]
    problem: str = ""
    remarks: tuple[Any, ...] = ()  # texts, or remarks of the caller
    question: str = ""  # why the row may be none of the data: a code of the caller


@dataclass
class UploadedTable:
    """The header of a table, notes on how it was read, and its rows, which can be iterated once."""

    header: list[str]
    lines: Iterator[Line]
    notes: list[str] = field(default_factory=list)
    usual: int = 0  # how many cells of a row are filled, in the middle; 0 if nobody counted
    garbled: list[tuple[str, str]] = field(default_factory=list)  # a cell that was encoded twice, and what is meant

    def samples(self, count: int = 3, within: int = 200) -> list[list[str]]:
        """Return the first distinct values of every column; this consumes the lines."""
        found: list[list[str]] = [[] for _ in self.header]
        for line in islice((line for line in self.lines if not line.question), within):
            for values, cell in zip(found, line.cells, strict=False):
                if cell.strip() and cell not in values and len(values) < count:
                    values.append(str(cell))
        return found


def open_table(file: IO[bytes], limits: Limits | None = None) -> UploadedTable:
    """Return the table in a file, whatever its name.

    :raises CannotReadFile: at once, or while its lines are iterated, when a limit is exceeded.
    """
    limits = limits or Limits.from_settings()
    sheet, *rest = open_sheets(file, limits)
    notes = list(sheet.notes)
    if rest:
        others = ", ".join(f"“{other.title}”" for other in rest)
        note = _("Only the sheet “%(sheet)s” is read. These sheets are ignored: %(others)s.")
        notes.append(note % {"sheet": sheet.title, "others": others})
    return _table(sheet.rows(), limits, notes)


def open_sheets(file: IO[bytes], limits: Limits) -> list[Sheet]:
    """Return the sheets of a file that are visible and not empty; of a CSV file, the only one.

    :raises CannotReadFile: at once, or while rows are iterated, when the file cannot be read.
    """
    refuse_if_too_big(file, limits)
    start = file.read(4096)
    file.seek(0)
    if not start.strip(b"\0 \r\n\t"):
        raise CannotReadFile(_("The file is empty."))
    refuse_foreign(start)
    return _filled_sheets(file, limits) if start.startswith(b"PK\x03\x04") else [csv_sheet(file, limits.cell * 4)]


def read_sheets(file: IO[bytes], limits: Limits) -> list[tuple[str, UploadedTable]]:
    """Return the tables on all visible sheets of a workbook that are not empty, with the titles of the sheets.

    :raises CannotReadFile: if it is not a workbook, or damaged.
    """
    return [(sheet.title, _table(sheet.rows(), limits, [])) for sheet in _filled_sheets(file, limits)]


def table_of(sheet: Sheet, header: Sequence[int], limits: Limits, *, repair: bool = False) -> UploadedTable:
    """Return the table of a sheet whose header stands in these rows, one or two; merged cells are filled downward.

    With ``repair``, texts that were encoded twice are read as they were meant.

    :raises CannotReadFile: at once, or while its lines are iterated, when a limit is exceeded.
    """
    opened = open_rows(sheet, header, repair=repair)
    names = header_of(sheet, header, limits)
    filled = (each for each in opened.rows if any(cell.strip() for cell in each[1]))
    counted = _counted(filled, limits)
    lines = (_line(number, row, len(names), limits, remarks) for number, row, remarks in counted)
    return UploadedTable(names, lines, opened.notes, opened.usual, opened.garbled)


def header_of(sheet: Sheet, header: Sequence[int], limits: Limits) -> list[str]:
    """Return the titles of the columns if the header stands in these rows.

    :raises CannotReadFile: if there are too many columns.
    """
    titles = [_clean(title, limits) for title in sheet.titles(header)]
    _refuse_too_wide(titles, limits)
    return _named(titles)


def is_zip(file: IO[bytes]) -> bool:
    """Return whether the file is a ZIP archive of any kind."""
    start = file.read(4)
    file.seek(0)
    return start == b"PK\x03\x04"


def refuse_if_too_big(file: IO[bytes], limits: Limits) -> None:
    """Check the size of a file without reading it.

    :raises CannotReadFile: if it is over the limit.
    """
    size = file.seek(0, io.SEEK_END)
    file.seek(0)
    if size > limits.file_bytes:
        raise CannotReadFile(too_big(size, limits))


def too_big(size: int, limits: Limits) -> str:
    """Return the error text for a file over the limit."""
    return _(
        "The file is %(size)s MB. The limit is %(limit)s MB. "
        "Split it into several files, or remove the pictures from a workbook."
    ) % {"size": f"{size / 1e6:,.0f}", "limit": f"{limits.file_bytes / 1e6:,.0f}"}


def refuse_foreign(start: bytes) -> None:
    """Check that a file does not begin as one of another type.

    :raises CannotReadFile: if it does; the message names the type.
    """
    for magic, *sentences in FOREIGN:
        if start.startswith(magic):
            raise CannotReadFile(*sentences)
    if start.startswith(b"\xd0\xcf\x11\xe0"):
        raise CannotReadFile(
            _(
                "This is an old Excel file (.xls) or a workbook with a password. "
                "Open it in Excel, remove the password, and save it as an Excel workbook (.xlsx)."
            )
        )
    if start.removeprefix(codecs.BOM_UTF8).lstrip().lower().startswith(MARKUP):
        raise CannotReadFile(_("This is a web page or an XML file, whatever its name."), SAVE_AS_CSV)


# ---------------------------------------------------------------- XLSX
def check_zip(file: IO[bytes], limits: Limits) -> list[str]:
    """Return the names in an archive, after checking its size when extracted.

    :raises CannotReadFile: if it is damaged, protected, or a ZIP bomb.
    """
    try:
        with zipfile.ZipFile(file) as archive:
            parts = archive.infolist()
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as problem:
        raise CannotReadFile(_("The file is damaged and cannot be opened. Save it again and retry.")) from problem
    finally:
        file.seek(0)
    unpacked, packed = sum(part.file_size for part in parts), sum(part.compress_size for part in parts)
    if len(parts) > limits.parts or unpacked > limits.unpacked_bytes:
        too_large = _(
            "The file is too large when extracted: %(size)s MB in %(parts)s parts. "
            "The limits are %(limit)s MB and %(most_parts)s parts. Split it into several files."
        )
        sizes = {"size": f"{unpacked / 1e6:,.0f}", "limit": f"{limits.unpacked_bytes / 1e6:,.0f}"}
        raise CannotReadFile(too_large % {**sizes, "parts": f"{len(parts):,}", "most_parts": f"{limits.parts:,}"})
    if unpacked > 2_000_000 and unpacked > packed * limits.ratio:
        raise CannotReadFile(_("This file was refused for safety: extracted, it is far larger than a table can be."))
    if any(part.flag_bits & 1 for part in parts):
        raise CannotReadFile(_("The file has a password. Remove the password and save it again."))
    return [part.filename for part in parts]


def _filled_sheets(file: IO[bytes], limits: Limits) -> list[Sheet]:
    """Return all visible sheets that are not empty."""
    names = check_zip(file, limits)
    if "xl/workbook.xml" not in names:
        raise _other_zip(names)
    # Here, because most processes never read one (see there).
    from onestop.files.workbook_cells import looks_of, marks_of, open_workbook, sheet_rows

    try:
        book = open_workbook(file)
        visible = [sheet for sheet in book.worksheets if sheet.sheet_state == "visible"]
        filled = [sheet for sheet in visible if any(any(cells) for _, cells in sheet_rows(book, sheet))]
        marks = [marks_of(sheet) for sheet in filled]
        looks = [(*looks_of(book, sheet), *_said_comments(names)) for sheet in filled]
    except CannotReadFile:
        raise
    except Exception as problem:
        raise CannotReadFile(_("The workbook is damaged and cannot be read. Save it again in Excel.")) from problem
    if not filled:
        raise CannotReadFile(_("The visible sheets of the workbook have no rows."))
    return [
        Sheet(sheet.title, partial(_refusing_damage, partial(sheet_rows, book, sheet)), *mark, look, is_typed=False)
        for sheet, mark, look in zip(filled, marks, looks, strict=True)
    ]


def _said_comments(names: list[str]) -> list[str]:
    """Return a note if a workbook with these parts has comments on its cells."""
    if not any(name.startswith("xl/comments") for name in names):
        return []
    return [_("The workbook has comments on cells. They are not read. Write what matters in a column.")]


def _other_zip(names: list[str]) -> CannotReadFile:
    """Return the error for a ZIP archive that is not a workbook."""
    if any(name.endswith(".iwa") for name in names):
        return CannotReadFile(_("This is a Numbers file."), SAVE_AS_CSV)
    if "content.xml" in names:
        return CannotReadFile(_("This is an OpenDocument file (.ods)."), SAVE_AS_CSV)
    if any(name.startswith(("word/", "ppt/")) for name in names):
        return CannotReadFile(_("This is a Word or PowerPoint file."), SAVE_AS_CSV)
    if "xl/workbook.bin" in names:
        return CannotReadFile(_("This is a binary Excel workbook (.xlsb)."), SAVE_AS_CSV)
    return CannotReadFile(_("This is a ZIP archive, not a spreadsheet. Extract it and choose the file with the rows."))


def _refusing_damage(rows: Callable[[], Iterator[Row]]) -> Iterator[Row]:
    try:
        yield from rows()
    except CannotReadFile:
        raise
    except Exception as problem:
        raise CannotReadFile(_("The workbook is damaged and cannot be read to the end. Save it again.")) from problem


# ---------------------------------------------------------------- Both
def _table(rows: Iterator[Row], limits: Limits, notes: list[str]) -> UploadedTable:
    """Find the header: the first row with two or more filled cells, or else the first row that is not empty."""
    passed: list[Row] = []
    for number, row in rows:
        if not any(cell.strip() for cell in row):
            continue
        passed.append((number, row))
        if sum(1 for cell in row if cell.strip()) > 1 or len(passed) == SAMPLE_ROWS:
            break
    if not passed:
        raise CannotReadFile(_("The file has no rows."))
    alone = all(sum(1 for cell in row if cell.strip()) < 2 for _, row in passed)
    at = 0 if alone else len(passed) - 1
    header = [_clean(cell, limits) for cell in passed[at][1]]
    while header and not header[-1]:
        header.pop()
    _refuse_too_wide(header, limits)
    if at:
        skipped = " ".join(passed[0][1]).strip()[:80]
        notes.append(_("The row above the header was skipped: “%(row)s”.") % {"row": skipped})
    return UploadedTable(_named(header), _lines(passed[at + 1 :], rows, len(header), limits), notes)


def _refuse_too_wide(header: Sequence[str], limits: Limits) -> None:
    if len(header) > limits.columns:
        problem = _("The table has %(columns)s columns. The limit is %(limit)s.")
        raise CannotReadFile(problem % {"columns": f"{len(header):,}", "limit": f"{limits.columns:,}"})


def _named(header: list[str]) -> list[str]:
    from xlsxwriter.utility import xl_col_to_name  # here: with the first upload, not with every process

    names: list[str] = []
    for column, title in enumerate(header, start=1):
        name = " ".join(title.split()) or _("Column %(letter)s") % {"letter": xl_col_to_name(column - 1)}
        again = sum(1 for other in names if other.split(" (")[0] == name)
        names.append(f"{name} ({again + 1})" if name in names else name)
    return names


def _lines(first: list[Row], rest: Iterator[Row], width: int, limits: Limits) -> Iterator[Line]:
    filled = (row for source in (first, rest) for row in source if any(cell.strip() for cell in row[1]))
    for number, row in _counted(filled, limits):
        yield _line(number, row, width, limits)


def _counted(rows: Iterable[T], limits: Limits) -> Iterator[T]:
    for count, row in enumerate(rows, start=1):
        if count > limits.rows:
            problem = _("The file has more than %(limit)s rows. Split it into several files.")
            raise CannotReadFile(problem % {"limit": f"{limits.rows:,}"})
        yield row


def _line(number: int, row: list[str], width: int, limits: Limits, remarks: tuple[str, ...] = ()) -> Line:
    extra = [cell for cell in row[width:] if cell.strip()]
    cells = [_clean(cell, limits) for cell in row[:width]]
    cells.extend([""] * (width - len(cells)))
    problem = ""
    if extra:
        problem = _(
            "The row has %(count)s cells, but the header has %(width)s. "
            "A cell with a comma may lack quotation marks. Left over: “%(extra)s”."
        ) % {"count": len(row), "width": width, "extra": extra[0][:60]}
    return Line(number, cells, problem, remarks)


def _clean(cell: str, limits: Limits) -> str:
    if isinstance(cell, Unreadable):
        return cell
    if len(cell) > limits.cell:
        problem = _("A cell has %(length)s characters. The limit is %(limit)s.")
        return Unreadable(cell[:80] + "…", problem % {"length": f"{len(cell):,}", "limit": f"{limits.cell:,}"})
    if cell.isprintable() and cell.isascii():
        return cell.strip()
    return printable(NEWLINE.sub("\n", cell)).replace("\xa0", " ").strip()
