"""How a file is laid out: its sheet, its header, and which of its questioned rows are imported all the same."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import IO, Any

from django.utils.translation import gettext as _

from onestop.files.table_sheets import Sheet
from onestop.files.uploaded_tables import CannotReadFile, Limits, Line, UploadedTable, header_of, open_sheets, table_of
from onestop.ops.typed_text import printable
from partners.importing import columns
from partners.importing.header_rows import FIRST, HeaderGuess, guess_header, possible_headers
from partners.importing.kinds import kind_of
from partners.importing.odd_rows import Reason, questioned
from partners.models import LocalArea

PREVIEW_COLUMNS, PREVIEW_CELL = 12, 40  # of the first rows, as they are shown
MOST_SAMPLES = 12  # values of a column from which its field is guessed
MOST_KEPT = 5_000  # rows that people import one by one although they were left out


@dataclass(frozen=True)
class Layout:
    """What was chosen: the title of the sheet, the numbers of the header's rows, and what is not left out.

    Without a sheet it is the first one, and without rows the header is guessed.
    """

    sheet: str = ""
    header: tuple[int, ...] = ()
    keep_reasons: frozenset[str] = frozenset()
    keep_rows: frozenset[int] = frozenset()

    def keeps(self, line: Line) -> bool:
        """Return whether a line is imported: it is not questioned, or people want it all the same."""
        return not line.question or line.question in self.keep_reasons or line.number in self.keep_rows

    def to_dict(self) -> dict[str, Any]:
        """Return it for JSON."""
        return {
            "sheet": self.sheet,
            "header": list(self.header),
            "keep_reasons": sorted(self.keep_reasons),
            "keep_rows": sorted(self.keep_rows),
        }

    @classmethod
    def from_dict(cls, held: dict[str, Any]) -> "Layout":
        """Return what :meth:`to_dict` has returned, among other things."""
        return cls(
            held.get("sheet", ""),
            tuple(held.get("header", ())),
            frozenset(held.get("keep_reasons", ())),
            frozenset(held.get("keep_rows", ())),
        )


@dataclass
class Opening:
    """A file as it was opened: its table, its layout, and what a page shows to choose another one."""

    table: UploadedTable
    layout: Layout
    is_sure: bool = True  # the header
    sheets: list[str] = field(default_factory=list)
    preview: list[list[Any]] = field(default_factory=list)  # number and cells of the first rows
    mapping: list[str] | None = None  # as it was remembered

    def shown(self) -> dict[str, Any]:
        """Return for JSON what a page needs, with the layout."""
        return self.layout.to_dict() | {
            "is_sure": self.is_sure,
            "sheets": self.sheets,
            "preview": self.preview,
            "garbled": [_short(text) for text in self.table.garbled[0]] if self.table.garbled else [],
        }


def open_laid_out(
    file: IO[bytes], kind: str, layout: Layout, *, area: LocalArea | None = None, repair: bool = False
) -> Opening:
    """Return the table in a file: a spreadsheet, or one of the other formats of its kind.

    The header is the chosen one, or else one whose columns people of the area have matched before, or the likeliest.

    :raises CannotReadFile: if it is neither, or has no such sheet or row.
    """
    limits = Limits.from_settings()
    if other := kind_of(kind).reads_other(file, limits):
        return Opening(other, layout)
    file.seek(0)
    sheets = open_sheets(file, limits)
    if not any(sheet.first_rows for sheet in sheets):
        raise CannotReadFile(_("The file has no rows."))
    sheet, guess, mapping = _choose(sheets, kind, layout, area, limits)
    table = table_of(sheet, guess.rows, limits, repair=repair)
    table.lines = questioned(UploadedTable(table.header, table.lines, [], table.usual), sheet)
    if others := [other.title for other in sheets if other is not sheet]:
        note = _("Only the sheet “%(sheet)s” is read. These sheets are ignored: %(others)s.")
        names = ", ".join(f"“{title}”" for title in others)
        table.notes.insert(0, note % {"sheet": sheet.title, "others": names})
    chosen = Layout(sheet.title, guess.rows, layout.keep_reasons, layout.keep_rows)
    titles = [sheet.title for sheet in sheets] if len(sheets) > 1 else []
    return Opening(table, chosen, guess.is_sure or mapping is not None, titles, _preview(sheet), mapping)


def _choose(
    sheets: Sequence[Sheet], kind: str, layout: Layout, area: LocalArea | None, limits: Limits
) -> tuple[Sheet, HeaderGuess, list[str] | None]:
    """Return the sheet, its header and the remembered mapping of it.

    :raises CannotReadFile: if the file does not have what was chosen.
    """
    wanted = [sheet for sheet in sheets if sheet.first_rows and (not layout.sheet or sheet.title == layout.sheet)]
    if not wanted:
        raise CannotReadFile(_("The file has no sheet “%(sheet)s” with rows.") % {"sheet": layout.sheet})
    if layout.header:
        numbers = {number for number, _row in wanted[0].first_rows}
        if missing := [number for number in layout.header if number not in numbers]:
            raise CannotReadFile(_("Row %(row)s is empty or too far down to be a header.") % {"row": missing[0]})
        header = header_of(wanted[0], layout.header, limits)
        known = columns.remembered_mapping(area, kind, header) if area else None
        return wanted[0], HeaderGuess(layout.header, is_sure=True), known
    if area:
        found = _remembered(area, kind, wanted, limits)
        if found:
            return found
    guesses = [(guess_header(sheet, kind, limits), sheet) for sheet in wanted]
    # The first sheet, unless its titles say nothing and those of another one do.
    best = next(((guess, sheet) for guess, sheet in guesses if guess.score), guesses[0])
    return best[1], best[0], None


def _remembered(
    area: LocalArea, kind: str, sheets: Iterable[Sheet], limits: Limits
) -> tuple[Sheet, HeaderGuess, list[str]] | None:
    """Return the header that people of the area have matched before; of several, the one used last."""
    possible = [
        (sheet, rows, titles)
        for sheet in sheets
        for rows in possible_headers(sheet)
        if len(titles := sheet.titles(rows)) <= limits.columns and any(titles)
    ]
    headers = [header_of(sheet, rows, limits) for sheet, rows, _titles in possible]
    found = columns.last_remembered(area, kind, headers)
    if found is None:
        return None
    at, mapping = found
    return possible[at][0], HeaderGuess(possible[at][1], is_sure=True), mapping


def _preview(sheet: Sheet) -> list[list[Any]]:
    """Return the first rows as a spreadsheet program shows them: merged cells once, and all rows equally wide."""
    filled = dict(sheet.first_rows[:FIRST])
    shown = dict(islice(((number, row) for number, row in sheet.rows() if number in filled), len(filled)))
    rows = [
        (number, [_short(cell) for cell in shown.get(number, row)[:PREVIEW_COLUMNS]]) for number, row in filled.items()
    ]
    width = max((len(row) for _number, row in rows), default=0)
    return [[number, [*row, *[""] * (width - len(row))]] for number, row in rows]


def _short(text: str) -> str:
    return printable(" ".join(text[: PREVIEW_CELL * 4].split()))[:PREVIEW_CELL]


def reason_label(code: str) -> str:
    """Return why a row was left out, as a sentence."""
    return str(Reason(code).label)
