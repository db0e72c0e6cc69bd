"""Tables that come in: CSV and XLSX as people keep them, read line by line within limits.

What cannot be read at all is refused in words that say what to do; a single cell that cannot be read is an
:class:`Unreadable`, which names its place, so that one bad cell does not hide the rest.
"""

import codecs
import csv
import io
import unicodedata
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import IO, Any, cast

import openpyxl
from django.conf import settings
from openpyxl.utils import get_column_letter
from openpyxl.worksheet._reader import FORMULA_TAG, WorkSheetParser

from onestop.files.spreadsheets import CHUNK, NEWLINE, undo_defuse
from onestop.files.workbook_cells import Unreadable, cell_text
from onestop.ops.typed_text import printable

DELIMITERS = (",", ";", "\t", "|")
SAMPLE_ROWS = 20
ASCII = bytes(range(128))
CONTROLS = bytes((*range(9), *range(14, 27), *range(28, 32), 127))
AS_CSV = "Open it in your spreadsheet program and save it as “CSV UTF-8” or as an Excel workbook (.xlsx)."

# How the files begin that people rename, drop in by mistake, or that a system calls .xls though they are not.
FOREIGN = (
    (b"%PDF", f"This is a PDF. {AS_CSV}"),
    (b"{\\rtf", f"This is a text document (RTF). {AS_CSV}"),
    (b"\x89PNG", "This is a picture. Choose the spreadsheet itself."),
    (b"\xff\xd8\xff", "This is a picture. Choose the spreadsheet itself."),
    (b"GIF8", "This is a picture. Choose the spreadsheet itself."),
    (b"\x1f\x8b", "This is a compressed file (gzip). Unpack it first."),
    (b"7z\xbc\xaf", "This is a compressed file (7-Zip). Unpack it first."),
    (b"Rar!", "This is a compressed file (RAR). Unpack it first."),
)
MARKUP = (b"<html", b"<!doctype html", b"<table", b"<?xml", b"<meta")


class CannotReadFile(Exception):
    """The file as a whole cannot be read; the message says why and what to do."""


@dataclass(frozen=True)
class Limits:
    """How much of a file we are ready to read."""

    file_bytes: int
    unpacked_bytes: int
    rows: int
    columns: int = 200
    cell: int = 32_767  # what a cell of Excel can hold
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
    """One row of a table: its number as spreadsheet programs count, its cells as text, and what is wrong with it."""

    number: int
    cells: list[str]
    problem: str = ""
    remarks: tuple[str, ...] = ()


@dataclass
class UploadedTable:
    """A table's header, what to know about it, and its rows, which can be gone through once."""

    header: list[str]
    lines: Iterator[Line]
    notes: list[str] = field(default_factory=list)

    def samples(self, count: int = 3, within: int = 200) -> list[list[str]]:
        """Return the first different values of every column; this uses up the lines."""
        found: list[list[str]] = [[] for _ in self.header]
        for _, line in zip(range(within), self.lines, strict=False):
            for values, cell in zip(found, line.cells, strict=False):
                if cell.strip() and cell not in values and len(values) < count:
                    values.append(str(cell))
        return found


def open_table(file: IO[bytes], limits: Limits | None = None) -> UploadedTable:
    """Return the table in a file, whatever its name says it is.

    :raises CannotReadFile: at once, or from its lines when a limit is passed on the way.
    """
    limits = limits or Limits.from_settings()
    refuse_if_too_big(file, limits)
    start = file.read(4096)
    file.seek(0)
    if not start.strip(b"\0 \r\n\t"):
        raise CannotReadFile("The file is empty.")
    refuse_foreign(start)
    if start.startswith(b"PK\x03\x04"):
        return read_xlsx(file, limits)
    return read_csv(file, limits)


def is_zip(file: IO[bytes]) -> bool:
    """Whether the file is a ZIP archive of any kind."""
    start = file.read(4)
    file.seek(0)
    return start == b"PK\x03\x04"


def refuse_if_too_big(file: IO[bytes], limits: Limits) -> None:
    """Look at the size, without reading.

    :raises CannotReadFile: if it is over the limit.
    """
    size = file.seek(0, io.SEEK_END)
    file.seek(0)
    if size > limits.file_bytes:
        raise CannotReadFile(too_big(size, limits))


def too_big(size: int, limits: Limits) -> str:
    """Return the words for a file over the limit."""
    return (
        f"The file has {size / 1e6:,.0f} MB; up to {limits.file_bytes / 1e6:,.0f} MB can be read. "
        "Take pictures out of the workbook, or split it into several files."
    )


def refuse_foreign(start: bytes) -> None:
    """Name what the file is if it is no table.

    :raises CannotReadFile: then.
    """
    for magic, words in FOREIGN:
        if start.startswith(magic):
            raise CannotReadFile(words)
    if start.startswith(b"\xd0\xcf\x11\xe0"):
        raise CannotReadFile(
            "This is an old Excel file (.xls), or a workbook protected by a password. "
            "Open it in Excel, take the password away, and save it as an Excel workbook (.xlsx)."
        )
    if start.removeprefix(codecs.BOM_UTF8).lstrip().lower().startswith(MARKUP):
        raise CannotReadFile(f"This is a web page or an XML file, though it may be called a spreadsheet. {AS_CSV}")


# ---------------------------------------------------------------- CSV
def read_csv(file: IO[bytes], limits: Limits) -> UploadedTable:
    """Return the table in a CSV file of any usual encoding and delimiter.

    :raises CannotReadFile: if it is no text.
    """
    encoding = detect_encoding(file)
    text = io.TextIOWrapper(cast(IO[bytes], _Unclosable(file)), encoding=encoding, newline="")
    first = text.readline(limits.cell * 4)
    skipped = 0
    if first.strip().lower().startswith("sep=") and len(first.strip()) == 5:
        delimiter, skipped, rest = first.strip()[4], 1, ""
    else:
        rest = first + "".join(text.readline(limits.cell * 4) for _ in range(SAMPLE_ROWS))
        delimiter = sniff_delimiter(rest)
    rows = csv.reader(_joined(rest, text), delimiter=delimiter, strict=True)
    notes = []
    if encoding == "cp1252":
        notes.append("The file is not in UTF-8; it was read as Windows-1252. Look whether accented letters are right.")
    return _table(_numbered_csv(rows, skipped), limits, notes)


def detect_encoding(file: IO[bytes]) -> str:
    """Return the encoding of a text, read piece by piece.

    :raises CannotReadFile: if it is no text, or in an encoding that we do not read.
    """
    start = file.read(4096)
    file.seek(0)
    if start.startswith((codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)):
        raise CannotReadFile(f"The file is in UTF-32, which hardly any program reads. {AS_CSV}")
    for bom, name in ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16")):
        if start.startswith(bom):
            # In UTF-16 nearly any bytes decode to something.
            if not _decodes(file, name) or (name == "utf-16" and not _reads_as_words(start.decode(name, "ignore"))):
                raise CannotReadFile(f"The file says that it is {name.upper()[:6]}, but parts of it are not. {AS_CSV}")
            return name
    odd = high = total = 0
    while piece := file.read(CHUNK):
        total += len(piece)
        odd += len(piece) - len(piece.translate(None, CONTROLS))
        high += len(piece.translate(None, ASCII))
    file.seek(0)
    if odd:
        raise CannotReadFile(f"This is not a text file, or it is in UTF-16 without a byte order mark. {AS_CSV}")
    if _decodes(file, "utf-8"):
        return "utf-8"
    if high / total < 0.2 and _decodes(file, "cp1252"):
        return "cp1252"
    raise CannotReadFile(f"The letters of the file are in an encoding that cannot be told for sure. {AS_CSV}")


def sniff_delimiter(sample: str) -> str:
    """Return what separates the cells: the sign that cuts the first rows into the most columns of equal number."""

    def score(delimiter: str) -> tuple[int, int]:
        try:
            widths = [len(row) for row in csv.reader(io.StringIO(sample), delimiter=delimiter) if any(row)]
        except csv.Error:
            return (0, 0)
        width = max(set(widths), key=widths.count, default=1)
        return (widths.count(width) * (width > 1), width)

    return max(DELIMITERS, key=score)


def _decodes(file: IO[bytes], encoding: str) -> bool:
    decoder = codecs.getincrementaldecoder(encoding)()
    try:
        while piece := file.read(CHUNK):
            decoder.decode(piece)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    finally:
        file.seek(0)
    return True


def _reads_as_words(text: str) -> bool:
    """Return whether a text holds nothing that no program writes: control signs, or numbers that are no letters."""
    return not any(unicodedata.category(letter) in {"Cc", "Cn", "Co"} for letter in text if letter not in "\t\r\n\f\v")


def _joined(start: str, rest: Iterable[str]) -> Iterator[str]:
    yield from io.StringIO(start, newline="")
    yield from rest


def _numbered_csv(rows: Any, skipped: int) -> Iterator[tuple[int, list[str]]]:
    number = skipped
    while True:
        number += 1
        try:
            row = next(rows)
        except StopIteration:
            return
        except csv.Error as problem:
            raise CannotReadFile(
                f"From row {number} on the file cannot be cut into cells ({problem}). "
                "Most often a quotation mark is opened there and never closed."
            ) from problem
        yield number, [undo_defuse(cell) for cell in row]


class _Unclosable(io.RawIOBase):
    """Keeps a text wrapper from closing the caller's file."""

    def __init__(self, file: IO[bytes]) -> None:
        self.file = file

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        data = self.file.read(len(buffer))
        buffer[: len(data)] = data
        return len(data)


# ---------------------------------------------------------------- XLSX
def check_zip(file: IO[bytes], limits: Limits) -> list[str]:
    """Return the names in an archive, after looking at what it would unpack to.

    :raises CannotReadFile: if it is damaged, protected, or a bomb.
    """
    try:
        with zipfile.ZipFile(file) as archive:
            parts = archive.infolist()
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as problem:
        raise CannotReadFile("The file is damaged: it cannot be unpacked. Save it anew and try again.") from problem
    finally:
        file.seek(0)
    unpacked, packed = sum(part.file_size for part in parts), sum(part.compress_size for part in parts)
    if len(parts) > limits.parts or unpacked > limits.unpacked_bytes:
        raise CannotReadFile(
            f"Unpacked, the file would take {unpacked / 1e6:,.0f} MB in {len(parts):,} parts; "
            f"up to {limits.unpacked_bytes / 1e6:,.0f} MB can be read. Split it into several files."
        )
    if unpacked > 2_000_000 and unpacked > packed * limits.ratio:
        raise CannotReadFile("The file unpacks to far more than a table ever does, and was refused for safety.")
    if any(part.flag_bits & 1 for part in parts):
        raise CannotReadFile("The file is protected by a password. Take the password away and save it again.")
    return [part.filename for part in parts]


def read_xlsx(file: IO[bytes], limits: Limits) -> UploadedTable:
    """Return the table on the first visible sheet that holds anything.

    :raises CannotReadFile: if it is no workbook, or damaged.
    """
    names = check_zip(file, limits)
    if "xl/workbook.xml" not in names:
        raise CannotReadFile(_other_zip(names))
    try:
        book = openpyxl.load_workbook(file, read_only=True, data_only=True, keep_links=False)
        sheets = [sheet for sheet in book.worksheets if sheet.sheet_state == "visible"]
        filled = [sheet for sheet in sheets if any(any(cells) for _, cells in _sheet_rows(book, sheet))]
    except CannotReadFile:
        raise
    except Exception as problem:
        raise CannotReadFile("The workbook is damaged and cannot be read. Save it again in Excel.") from problem
    if not filled:
        raise CannotReadFile("The workbook holds no rows on a visible sheet.")
    notes = []
    if len(filled) > 1:
        others = ", ".join(f"“{sheet.title}”" for sheet in filled[1:])
        notes.append(f"Only the sheet “{filled[0].title}” is read, not {others}.")
    return _table(_refusing_damage(_sheet_rows(book, filled[0])), limits, notes)


def _other_zip(names: list[str]) -> str:
    if any(name.endswith(".iwa") for name in names):
        return f"This is a Numbers file. {AS_CSV}"
    if "content.xml" in names:
        return f"This is an OpenDocument file (.ods). {AS_CSV}"
    if any(name.startswith(("word/", "ppt/")) for name in names):
        return f"This is a Word or PowerPoint file. {AS_CSV}"
    if "xl/workbook.bin" in names:
        return f"This is a binary Excel workbook (.xlsb). {AS_CSV}"
    return "This is a ZIP archive, not a spreadsheet. Unpack it and choose the file with the rows."


class _SheetParser(WorkSheetParser):
    """Takes the saved results of formulas, and knows a formula without one from an empty cell."""

    def parse_cell(self, element: Any) -> dict[str, Any]:
        cell = super().parse_cell(element)
        if cell["value"] is None and element.get("t") != "str" and element.find(FORMULA_TAG) is not None:
            cell["data_type"] = "f"
        return cell


def _sheet_rows(book: Any, sheet: Any) -> Iterator[tuple[int, list[str]]]:
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


def _refusing_damage(rows: Iterator[tuple[int, list[str]]]) -> Iterator[tuple[int, list[str]]]:
    try:
        yield from rows
    except CannotReadFile:
        raise
    except Exception as problem:
        raise CannotReadFile("The workbook is damaged and cannot be read to its end. Save it again.") from problem


# ---------------------------------------------------------------- Both
def _table(rows: Iterator[tuple[int, list[str]]], limits: Limits, notes: list[str]) -> UploadedTable:
    """Find the header: the first row with two filled cells or more, or else the first that holds anything."""
    passed: list[tuple[int, list[str]]] = []
    for number, row in rows:
        if not any(cell.strip() for cell in row):
            continue
        passed.append((number, row))
        if sum(1 for cell in row if cell.strip()) > 1 or len(passed) == SAMPLE_ROWS:
            break
    if not passed:
        raise CannotReadFile("The file holds no rows.")
    alone = all(sum(1 for cell in row if cell.strip()) < 2 for _, row in passed)
    at = 0 if alone else len(passed) - 1
    header = [_clean(cell, limits) for cell in passed[at][1]]
    while header and not header[-1]:
        header.pop()
    if len(header) > limits.columns:
        raise CannotReadFile(f"The table has {len(header):,} columns; up to {limits.columns:,} can be read.")
    if at:
        notes.append(f"The row above the header was passed over: “{' '.join(passed[0][1]).strip()[:80]}”.")
    return UploadedTable(_named(header), _lines(passed[at + 1 :], rows, len(header), limits), notes)


def _named(header: list[str]) -> list[str]:
    names: list[str] = []
    for column, title in enumerate(header, start=1):
        name = " ".join(title.split()) or f"Column {get_column_letter(column)}"
        again = sum(1 for other in names if other.split(" (")[0] == name)
        names.append(f"{name} ({again + 1})" if name in names else name)
    return names


def _lines(
    first: list[tuple[int, list[str]]], rest: Iterator[tuple[int, list[str]]], width: int, limits: Limits
) -> Iterator[Line]:
    count = 0
    for source in (first, rest):
        for number, row in source:
            if not any(cell.strip() for cell in row):
                continue
            count += 1
            if count > limits.rows:
                raise CannotReadFile(f"The file has more than {limits.rows:,} rows. Split it into several files.")
            yield _line(number, row, width, limits)


def _line(number: int, row: list[str], width: int, limits: Limits) -> Line:
    extra = [cell for cell in row[width:] if cell.strip()]
    cells = [_clean(cell, limits) for cell in row[:width]]
    cells.extend([""] * (width - len(cells)))
    problem = ""
    if extra:
        problem = (
            f"The row has {len(row)} cells, the header {width}. "
            f"Perhaps a cell with a comma stands without quotation marks; left over: “{extra[0][:60]}”."
        )
    return Line(number, cells, problem)


def _clean(cell: str, limits: Limits) -> str:
    if isinstance(cell, Unreadable):
        return cell
    if len(cell) > limits.cell:
        return Unreadable(cell[:80] + "…", f"A cell holds {len(cell):,} letters; up to {limits.cell:,} can be read.")
    if cell.isprintable() and cell.isascii():
        return cell.strip()
    return printable(NEWLINE.sub("\n", cell)).replace("\xa0", " ").strip()
