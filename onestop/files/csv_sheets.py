"""CSV files as sheets, in any usual encoding and with any usual delimiter."""

import csv
import io
from collections.abc import Iterable, Iterator
from functools import partial
from typing import IO, Any, cast

from django.utils.translation import gettext as _

from onestop.files.table_sheets import Row, Sheet
from onestop.files.text_encodings import CANDIDATES, detect_encoding
from onestop.files.unreadable import CannotReadFile
from onestop.ui.spreadsheets import undo_defuse

DELIMITERS = (",", ";", "\t", "|")
SAMPLE_ROWS = 20


def csv_sheet(file: IO[bytes], longest: int) -> Sheet:
    """Return the rows of a CSV file in any usual encoding, with any usual delimiter.

    Of the first lines, ``longest`` characters are looked at.

    :raises CannotReadFile: if it is not text.
    """
    encoding = detect_encoding(file)
    notes: tuple[str, ...] = ()
    if encoding in CANDIDATES:
        note = _("The file is not UTF-8 and was read as %(encoding)s. Check that accented letters are correct.")
        notes = (note % {"encoding": CANDIDATES[encoding]},)
    return Sheet("", partial(_csv_rows, file, encoding, longest), notes=notes)


def _csv_rows(file: IO[bytes], encoding: str, longest: int) -> Iterator[Row]:
    file.seek(0)
    text = io.TextIOWrapper(cast(IO[bytes], _Unclosable(file)), encoding=encoding, newline="")
    first = text.readline(longest)
    skipped = 0
    if first.strip().lower().startswith("sep=") and len(first.strip()) == 5:
        delimiter, skipped, rest = first.strip()[4], 1, ""
    else:
        rest = first + "".join(text.readline(longest) for _ in range(SAMPLE_ROWS))
        delimiter = sniff_delimiter(rest)
    yield from _numbered_csv(csv.reader(_joined(rest, text), delimiter=delimiter, strict=True), skipped)


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


def _joined(start: str, rest: Iterable[str]) -> Iterator[str]:
    yield from io.StringIO(start, newline="")
    yield from rest


def _numbered_csv(rows: Any, skipped: int) -> Iterator[Row]:
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
