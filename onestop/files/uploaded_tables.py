"""Read uploaded tables: CSV and XLSX, row by row and within limits.

A file that cannot be read at all raises :class:`CannotReadFile` with what to do. A single cell that cannot be read
becomes an :class:`Unreadable` with its place, so that one bad cell does not hide the rest.
"""

import codecs
import csv
import io
import unicodedata
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from typing import IO, Any, cast

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from onestop.files.unreadable import Unreadable
from onestop.ops.typed_text import printable
from onestop.ui.spreadsheets import CHUNK, NEWLINE, undo_defuse

DELIMITERS = (",", ";", "\t", "|")
SAMPLE_ROWS = 20
ASCII = bytes(range(128))
CONTROLS = bytes((*range(9), *range(14, 27), *range(28, 32), 127))
SAVE_AS_CSV = gettext_lazy(
    "Open it in a spreadsheet program and save it as “CSV UTF-8” or as an Excel workbook (.xlsx)."
)
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


class CannotReadFile(Exception):
    """The whole file cannot be read; the message says why and what to do."""

    def __init__(self, *sentences: object) -> None:
        super().__init__(" ".join(map(str, sentences)))


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
    remarks: tuple[str, ...] = ()


@dataclass
class UploadedTable:
    """The header of a table, notes on how it was read, and its rows, which can be iterated once."""

    header: list[str]
    lines: Iterator[Line]
    notes: list[str] = field(default_factory=list)

    def samples(self, count: int = 3, within: int = 200) -> list[list[str]]:
        """Return the first distinct values of every column; this consumes the lines."""
        found: list[list[str]] = [[] for _ in self.header]
        for line in islice(self.lines, within):
            for values, cell in zip(found, line.cells, strict=False):
                if cell.strip() and cell not in values and len(values) < count:
                    values.append(str(cell))
        return found


def open_table(file: IO[bytes], limits: Limits | None = None) -> UploadedTable:
    """Return the table in a file, whatever its name.

    :raises CannotReadFile: at once, or while its lines are iterated, when a limit is exceeded.
    """
    limits = limits or Limits.from_settings()
    refuse_if_too_big(file, limits)
    start = file.read(4096)
    file.seek(0)
    if not start.strip(b"\0 \r\n\t"):
        raise CannotReadFile(_("The file is empty."))
    refuse_foreign(start)
    if start.startswith(b"PK\x03\x04"):
        return read_xlsx(file, limits)
    return read_csv(file, limits)


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
        "Remove pictures from the workbook, or split it into several files."
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


# ---------------------------------------------------------------- CSV
def read_csv(file: IO[bytes], limits: Limits) -> UploadedTable:
    """Return the table in a CSV file in any usual encoding, with any usual delimiter.

    :raises CannotReadFile: if it is not text.
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
        notes.append(_("The file is not UTF-8 and was read as Windows-1252. Check that accented letters are correct."))
    return _table(_numbered_csv(rows, skipped), limits, notes)


def detect_encoding(file: IO[bytes]) -> str:
    """Return the encoding of a text file, read in chunks.

    :raises CannotReadFile: if it is not text, or in an encoding that is not supported.
    """
    start = file.read(4096)
    file.seek(0)
    if start.startswith((codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)):
        raise CannotReadFile(_("The file is in UTF-32, which few programs can read."), SAVE_AS_CSV)
    for bom, name in ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16")):
        if start.startswith(bom):
            # In UTF-16 nearly any bytes decode to something.
            if not _decodes(file, name) or (name == "utf-16" and not _reads_as_words(start.decode(name, "ignore"))):
                problem = _("The file is marked as %(encoding)s, but parts of it are not.")
                raise CannotReadFile(problem % {"encoding": name.upper()[:6]}, SAVE_AS_CSV)
            return name
    odd = high = total = 0
    while piece := file.read(CHUNK):
        total += len(piece)
        odd += len(piece) - len(piece.translate(None, CONTROLS))
        high += len(piece.translate(None, ASCII))
    file.seek(0)
    if odd:
        raise CannotReadFile(_("This is not a text file, or it is UTF-16 without a byte order mark."), SAVE_AS_CSV)
    if _decodes(file, "utf-8"):
        return "utf-8"
    if high / total < 0.2 and _decodes(file, "cp1252"):
        return "cp1252"
    raise CannotReadFile(_("The text encoding of the file could not be detected."), SAVE_AS_CSV)


def sniff_delimiter(sample: str) -> str:
    """Return the delimiter that splits most of the first rows into the same number of columns, and into the most."""

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
    """Return whether a text has no control, private-use or unassigned characters."""
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
            error = _(
                "The file cannot be split into cells from row %(row)s on (%(problem)s). "
                "Usually a quotation mark is opened there and never closed."
            )
            raise CannotReadFile(error % {"row": number, "problem": problem}) from problem
        yield number, [undo_defuse(cell) for cell in row]


class _Unclosable(io.RawIOBase):
    """Keep a text wrapper from closing the caller's file."""

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


def read_xlsx(file: IO[bytes], limits: Limits) -> UploadedTable:
    """Return the table on the first visible sheet that is not empty.

    :raises CannotReadFile: if it is not a workbook, or damaged.
    """
    (title, rows), *rest = _filled_sheets(file, limits)
    notes = []
    if rest:
        others = ", ".join(f"“{other}”" for other, _rows in rest)
        note = _("Only the sheet “%(sheet)s” is read. These sheets are ignored: %(others)s.")
        notes.append(note % {"sheet": title, "others": others})
    return _table(rows, limits, notes)


def read_sheets(file: IO[bytes], limits: Limits) -> list[tuple[str, UploadedTable]]:
    """Return the tables on all visible sheets that are not empty, with the titles of the sheets.

    :raises CannotReadFile: if it is not a workbook, or damaged.
    """
    return [(title, _table(rows, limits, [])) for title, rows in _filled_sheets(file, limits)]


def _filled_sheets(file: IO[bytes], limits: Limits) -> list[tuple[str, Iterator[tuple[int, list[str]]]]]:
    """Return the titles and rows of all visible sheets that are not empty."""
    names = check_zip(file, limits)
    if "xl/workbook.xml" not in names:
        raise _other_zip(names)
    # Here, because most processes never read one (see there).
    from onestop.files.workbook_cells import open_workbook, sheet_rows

    try:
        book = open_workbook(file)
        sheets = [sheet for sheet in book.worksheets if sheet.sheet_state == "visible"]
        filled = [sheet for sheet in sheets if any(any(cells) for _, cells in sheet_rows(book, sheet))]
    except CannotReadFile:
        raise
    except Exception as problem:
        raise CannotReadFile(_("The workbook is damaged and cannot be read. Save it again in Excel.")) from problem
    if not filled:
        raise CannotReadFile(_("The visible sheets of the workbook have no rows."))
    return [(sheet.title, _refusing_damage(sheet_rows(book, sheet))) for sheet in filled]


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


def _refusing_damage(rows: Iterator[tuple[int, list[str]]]) -> Iterator[tuple[int, list[str]]]:
    try:
        yield from rows
    except CannotReadFile:
        raise
    except Exception as problem:
        raise CannotReadFile(_("The workbook is damaged and cannot be read to the end. Save it again.")) from problem


# ---------------------------------------------------------------- Both
def _table(rows: Iterator[tuple[int, list[str]]], limits: Limits, notes: list[str]) -> UploadedTable:
    """Find the header: the first row with two or more filled cells, or else the first row that is not empty."""
    passed: list[tuple[int, list[str]]] = []
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
    if len(header) > limits.columns:
        problem = _("The table has %(columns)s columns. The limit is %(limit)s.")
        raise CannotReadFile(problem % {"columns": f"{len(header):,}", "limit": f"{limits.columns:,}"})
    if at:
        skipped = " ".join(passed[0][1]).strip()[:80]
        notes.append(_("The row above the header was skipped: “%(row)s”.") % {"row": skipped})
    return UploadedTable(_named(header), _lines(passed[at + 1 :], rows, len(header), limits), notes)


def _named(header: list[str]) -> list[str]:
    from xlsxwriter.utility import xl_col_to_name  # here: with the first upload, not with every process

    names: list[str] = []
    for column, title in enumerate(header, start=1):
        name = " ".join(title.split()) or _("Column %(letter)s") % {"letter": xl_col_to_name(column - 1)}
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
                problem = _("The file has more than %(limit)s rows. Split it into several files.")
                raise CannotReadFile(problem % {"limit": f"{limits.rows:,}"})
            yield _line(number, row, width, limits)


def _line(number: int, row: list[str], width: int, limits: Limits) -> Line:
    extra = [cell for cell in row[width:] if cell.strip()]
    cells = [_clean(cell, limits) for cell in row[:width]]
    cells.extend([""] * (width - len(cells)))
    problem = ""
    if extra:
        problem = _(
            "The row has %(count)s cells, but the header has %(width)s. "
            "A cell with a comma may lack quotation marks. Left over: “%(extra)s”."
        ) % {"count": len(row), "width": width, "extra": extra[0][:60]}
    return Line(number, cells, problem)


def _clean(cell: str, limits: Limits) -> str:
    if isinstance(cell, Unreadable):
        return cell
    if len(cell) > limits.cell:
        problem = _("A cell has %(length)s characters. The limit is %(limit)s.")
        return Unreadable(cell[:80] + "…", problem % {"length": f"{len(cell):,}", "limit": f"{limits.cell:,}"})
    if cell.isprintable() and cell.isascii():
        return cell.strip()
    return printable(NEWLINE.sub("\n", cell)).replace("\xa0", " ").strip()
