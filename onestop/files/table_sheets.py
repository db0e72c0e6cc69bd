"""Sheets of an uploaded file as rows that can be read again and again, and tables made of them.

:func:`onestop.files.uploaded_tables.open_sheets` opens them. Which row is the header, the caller decides.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import islice

from django.utils.translation import gettext as _

from onestop.files.text_encodings import repaired
from onestop.files.unreadable import Unreadable

Row = tuple[int, list[str]]
MOST_ABOVE = 5  # rows above the header that a note shows
MOST_OPEN = 500  # merges that reach over one row
MOST_UNTITLED = 50  # columns without a title behind those that have one
FIRST_ROWS = 200  # rows from which the width of a sheet and the usual number of filled cells are taken


@dataclass(frozen=True)
class Merge:
    """Cells that are shown as one; rows and columns count from 1, and the first cell has the text."""

    top: int
    left: int
    bottom: int
    right: int


@dataclass(frozen=True)
class Sheet:
    """A sheet: how to read its rows, which of its cells are merged, and what of it is hidden."""

    title: str
    rows: Callable[[], Iterator[Row]]
    merges: Sequence[Merge] = ()
    hidden_rows: frozenset[int] = frozenset()
    hidden_columns: frozenset[int] = frozenset()
    notes: tuple[str, ...] = ()
    is_typed: bool = True  # a CSV file, in which a cell too many is a comma without quotation marks

    @cached_property
    def first_rows(self) -> Sequence[Row]:
        """The first rows that are not empty, with merged cells filled to the right and down."""
        filled = Filler(self, across=True)
        found = ((number, filled(number, row)) for number, row in self.rows())
        return list(islice(((number, row) for number, row in found if any(cell.strip() for cell in row)), FIRST_ROWS))

    def titles(self, header: Sequence[int]) -> list[str]:
        """Return the titles that the rows with these numbers make, one or two; columns without one have "" ."""
        heads = [row for number, row in self.first_rows if number in header]
        titles = [repaired(title) for title in heads[0]] if heads else []
        for row in heads[1:]:
            titles = join_titles(titles, [repaired(title) for title in row])
        while titles and not titles[-1].strip():
            titles.pop()
        if self.is_typed:
            return titles
        below = (last for number, row in self.first_rows if number > max(header) and (last := _last_filled(row)))
        width = max([len(titles), *(last for last in below if last <= len(titles) + MOST_UNTITLED)])
        return [*titles, *[""] * (width - len(titles))]


class Filler:
    """Fill merged cells: the first column of each merge downward, and with ``across`` all of it."""

    def __init__(self, sheet: Sheet, *, across: bool = False) -> None:
        self.coming = sorted(sheet.merges, key=lambda merge: (-merge.top, merge.left))
        self.open: list[tuple[Merge, str]] = []
        self.across = across
        self.from_row: dict[int, int] = {}  # of the row that was filled last: column (from 0) to the row of its text

    def __call__(self, number: int, row: list[str]) -> list[str]:
        """Return a row with its merged cells filled; rows come in their order."""
        self.from_row = {}
        while self.coming and self.coming[-1].top <= number:
            merge = self.coming.pop()
            text = row[merge.left - 1] if merge.top == number and merge.left <= len(row) else ""
            if text and len(self.open) < MOST_OPEN:
                self.open.append((merge, text))
        if not self.open:
            return row
        self.open = [(merge, text) for merge, text in self.open if merge.bottom >= number]
        is_blank = not any(cell.strip() for cell in row)
        if is_blank and not self.across:
            return row
        row = list(row)
        for merge, text in self.open:
            last = min(merge.right, merge.left + 199) if self.across else merge.left
            for column in range(merge.left - 1, last):
                row.extend([""] * (column + 1 - len(row)))
                if not row[column].strip():
                    row[column] = text
                    if number > merge.top:
                        self.from_row[column] = merge.top
        return row


def is_spread(sheet: Sheet, number: int, width: int) -> bool:
    """Return whether a row has a cell that is merged across most columns: a heading or a note."""
    return any(
        merge.top <= number <= merge.bottom and merge.right - merge.left + 1 > max(1, width / 2)
        for merge in sheet.merges
    )


def join_titles(upper: Sequence[str], lower: Sequence[str]) -> list[str]:
    """Return the titles of a header of two rows: "Contact" above "Phone" is "Contact: Phone"."""
    width = max(len(upper), len(lower))
    above, below = ([" ".join(cell.split()) for cell in [*row, *[""] * (width - len(row))]] for row in (upper, lower))
    titles: list[str] = []
    group = ""
    for top, title in zip(above, below, strict=True):
        if top:
            group = top if title else ""  # a title over both rows groups nothing
        elif not title:
            group = ""
        name = top or group
        titles.append(f"{name}: {title}" if name and title and name != title else title or top)
    return titles


@dataclass
class Opened:
    """A table of a sheet before its cells are cleaned: the titles, and rows with what was filled in."""

    titles: list[str]
    rows: Iterator[tuple[int, list[str], tuple[str, ...]]]
    usual: int  # how many cells of a row are filled, in the middle
    notes: list[str]
    garbled: list[tuple[str, str]]  # the first cell that was encoded twice, and what is meant, once it was read


def open_rows(sheet: Sheet, header: Sequence[int], *, repair: bool = False) -> Opened:
    """Return the titles and rows of a sheet with the numbers of its header rows, one or two."""
    titles = sheet.titles(header)
    width = len(titles)
    below = [row for number, row in sheet.first_rows if number > max(header)]
    counts = sorted(sum(1 for cell in row[:width] if cell.strip()) for row in below)
    usual = counts[len(counts) // 2] if counts else 0
    notes = [*sheet.notes, *_said_above(sheet, min(header)), *_said_hidden(sheet, width)]
    garbled: list[tuple[str, str]] = []
    rows = _below(sheet, max(header), titles, garbled, repair=repair)
    return Opened(titles, rows, usual, notes, garbled)


def _last_filled(row: Sequence[str]) -> int:
    return next((at for at in range(len(row), 0, -1) if row[at - 1].strip()), 0)


def _below(
    sheet: Sheet, last_header: int, titles: Sequence[str], garbled: list[tuple[str, str]], *, repair: bool
) -> Iterator[tuple[int, list[str], tuple[str, ...]]]:
    filled = Filler(sheet)
    for number, typed in sheet.rows():
        row = filled(number, typed)
        if number <= last_header:
            continue
        remarks = []
        if filled.from_row:
            names = ", ".join(_title(titles, column) for column in sorted(filled.from_row))
            words = _("Filled from row %(row)s, with which the cell is merged: %(columns)s.")
            remarks.append(words % {"row": min(filled.from_row.values()), "columns": names})
        if number in sheet.hidden_rows:
            remarks.append(_("This row is hidden in the workbook."))
        meant = [cell if isinstance(cell, Unreadable) else repaired(cell) for cell in row]
        if changed := [(cell, good) for cell, good in zip(row, meant, strict=True) if cell != good]:
            words = _("“%(cell)s” was encoded twice and was read as “%(meant)s”.")
            if not repair:
                words = _("“%(cell)s” looks as if it was encoded twice, and is kept as it is. It may mean “%(meant)s”.")
            garbled += [] if garbled else [(cell[:60], good[:60]) for cell, good in changed[:1]]
            remarks += [words % {"cell": cell[:60], "meant": good[:60]} for cell, good in changed]
        yield number, meant if repair else row, tuple(remarks)


def _title(titles: Sequence[str], column: int) -> str:
    return f"“{titles[column]}”" if column < len(titles) and titles[column] else str(column + 1)


def _said_above(sheet: Sheet, first_header: int) -> list[str]:
    above: list[str] = []
    for number, row in sheet.rows():
        if number >= first_header:
            break
        if words := " ".join(cell.strip() for cell in row if cell.strip()):
            above.append(words[:80])
    if not above:
        return []
    if len(above) == 1:
        return [_("The row above the header was skipped: “%(row)s”.") % {"row": above[0]}]
    rows = ", ".join(f"“{words}”" for words in above[:MOST_ABOVE]) + (", …" if len(above) > MOST_ABOVE else "")
    return [_("%(count)s rows above the header were skipped: %(rows)s.") % {"count": len(above), "rows": rows}]


def _said_hidden(sheet: Sheet, width: int) -> list[str]:
    from xlsxwriter.utility import xl_col_to_name  # here: with the first upload, not with every process

    notes = []
    if columns := sorted(column for column in sheet.hidden_columns if column <= width):
        letters = ", ".join(xl_col_to_name(column - 1) for column in columns)
        notes.append(_("Hidden in the workbook and read like the others: columns %(letters)s.") % {"letters": letters})
    if sheet.hidden_rows:
        rows = sorted(sheet.hidden_rows)
        shown = ", ".join(map(str, rows[:10])) + (", …" if len(rows) > 10 else "")
        notes.append(_("Hidden in the workbook and read like the others: rows %(rows)s.") % {"rows": shown})
    return notes
