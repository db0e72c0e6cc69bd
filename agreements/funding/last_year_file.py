"""Read last year's workbook of cost shares: partners by pools of shares, and partners by bases of counts.

The file is CSV, or a workbook of which every visible sheet is one table: a row for each partner, a column for each pool
or base. Rows of totals are compared with what the rows above come to. Nothing is decided here: a cell that cannot be
read stays as it is typed, with its place and the reason.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from decimal import Decimal, InvalidOperation
from typing import IO, Any

from django.utils.translation import gettext as _
from xlsxwriter.utility import xl_col_to_name

from agreements.cost_sharing import to_the_cent
from onestop.files.unreadable import Unreadable
from onestop.files.uploaded_tables import CannotReadFile, Limits, UploadedTable, is_zip, open_table, read_sheets
from partners.importing.cells import key

MOST_PARTNERS, MOST_COLUMNS = 60, 40
LONGEST_NAME = 100
LARGEST = Decimal(10) ** 8  # so that sums of all partners fit their columns
TOTAL = re.compile(r"(grand\s+|sub-?)?totals?\b|sum\b|all partners\b", re.IGNORECASE)
PARTNER = re.compile(r"partner|organi[sz]ation|agency|program|name", re.IGNORECASE)
NOTHING = {"", "-", "\u2013", "\u2014", "$-", "$ -"}  # dashes of accountants


@dataclass(frozen=True)
class Reading:
    """A cell as a number; or why it is none. ``is_rounded`` if it had more than two places."""

    value: Decimal | None = None
    problem: str = ""
    is_rounded: bool = False


@dataclass(frozen=True)
class FileColumn:
    """A column: its title, where it is, its cells by the number of the partner, and that of the row of totals."""

    title: str
    place: str
    cells: Mapping[int, str] = field(default_factory=dict)
    places: Mapping[int, str] = field(default_factory=dict)
    reasons: Mapping[int, str] = field(default_factory=dict)  # of cells that the file itself does not give
    total: str = ""

    def reading(self, partner: int) -> Reading:
        """Return the cell of a partner as a number; nothing if it is blank."""
        if partner in self.reasons:
            return Reading(problem=self.reasons[partner])
        return number_of(self.cells.get(partner, ""))


@dataclass(frozen=True)
class LastYearFile:
    """The partners and columns of a file, in their order, and notes on how it was read."""

    name: str
    partners: Sequence[str]
    columns: Sequence[FileColumn]
    notes: Sequence[str] = ()

    def to_json(self) -> dict[str, Any]:
        """Return it for JSON."""
        return asdict(self)

    @classmethod
    def from_json(cls, held: Mapping[str, Any]) -> "LastYearFile":
        """Return what :meth:`to_json` has held."""
        columns = [_column(column) for column in held["columns"]]
        return cls(held["name"], held["partners"], columns, held["notes"])


def _column(held: Mapping[str, Any]) -> FileColumn:
    """Return a column from JSON, in which keys are text."""
    by_partner = {
        name: {int(at): text for at, text in held[name].items()} for name in ("cells", "places", "reasons")
    }  # fmt: skip
    return FileColumn(title=held["title"], place=held["place"], total=held["total"], **by_partner)


def number_of(text: str) -> Reading:
    """Return a cell as people type numbers: "$1,234.50", "-" for nothing, "1234.5678", rounded to hundredths."""
    plain = text.strip().replace("\u00a0", " ")
    if plain in NOTHING:
        return Reading(Decimal(0) if plain else None)
    if plain.endswith("%"):
        return Reading(problem=_("This is a percent. Enter dollars or a count."))
    digits = re.sub(r"[$,\s]", "", plain)
    try:
        value = Decimal(digits)
    except InvalidOperation:
        value = Decimal("NaN")
    if re.fullmatch(r"\(.*\)", digits) or (value.is_finite() and value < 0):
        return Reading(problem=_("Negative numbers cannot be shared."))
    if not value.is_finite():
        return Reading(problem=_("This is not a number."))
    if value >= LARGEST:
        return Reading(problem=_("This number is too large."))
    rounded = to_the_cent(value)
    return Reading(rounded, is_rounded=rounded != value)


def read_last_year(file: IO[bytes], name: str) -> LastYearFile:
    """Return what is in a file.

    :raises CannotReadFile: if it is no table, or has no partners, no numbers, or too many.
    """
    limits = Limits.from_settings()
    file.seek(0)
    sheets = read_sheets(file, limits) if is_zip(file) else [("", open_table(file, limits))]
    return _Reader(name, several=len(sheets) > 1).read(sheets)


class _Reader:
    """Reads the sheets of one file into one list of partners."""

    def __init__(self, name: str, *, several: bool) -> None:
        self.name, self.several = name, several
        self.partners: dict[str, str] = {}
        self.columns: list[FileColumn] = []
        self.notes: list[str] = []

    def read(self, sheets: Sequence[tuple[str, UploadedTable]]) -> LastYearFile:
        """Return the file.

        :raises CannotReadFile: if it has no partners, no numbers, or too many.
        """
        for title, table in sheets:
            self._sheet(title, table)
        if not self.partners or not self.columns:
            raise CannotReadFile(_("The file has no row of a partner with a number."))
        if len(self.partners) > MOST_PARTNERS or len(self.columns) > MOST_COLUMNS:
            problem = _(
                "The file has %(partners)s rows and %(columns)s columns with values. The limits are %(most_partners)s "
                "partners and %(most_columns)s columns. Remove the sheets and columns that hold no shares or counts."
            )
            numbers = {"partners": len(self.partners), "columns": len(self.columns)}
            raise CannotReadFile(
                problem % {**numbers, "most_partners": MOST_PARTNERS, "most_columns": MOST_COLUMNS}
            )  # fmt: skip
        return LastYearFile(self.name, list(self.partners.values()), self.columns, self.notes)

    def _sheet(self, title: str, table: UploadedTable) -> None:
        self.notes += table.notes
        names_at = next((at for at, label in enumerate(table.header) if PARTNER.search(label)), 0)
        width = len(table.header)
        cells: list[dict[int, str]] = [{} for _column in range(width)]
        places: list[dict[int, str]] = [{} for _column in range(width)]
        reasons: list[dict[int, str]] = [{} for _column in range(width)]
        totals = [""] * width
        for line in table.lines:
            name = " ".join(line.cells[names_at].split())[:LONGEST_NAME]
            if TOTAL.match(name):
                totals = [str(cell) for cell in line.cells]
                continue
            if not name or not any(cell.strip() for at, cell in enumerate(line.cells) if at != names_at):
                self._skip(line.number, title, line.cells)
                continue
            partner = self._partner(name)
            for at, cell in enumerate(line.cells[:width]):
                if at == names_at or not cell.strip():
                    continue
                place = _("%(sheet)s row %(row)s, column %(column)s") % {
                    "sheet": title, "row": line.number, "column": xl_col_to_name(at),
                }  # fmt: skip
                if partner in cells[at]:
                    reasons[at][partner] = _("This partner has a second row. Combine them in the file.")
                cells[at][partner] = str(cell)[:LONGEST_NAME]
                places[at][partner] = place.strip()
                if isinstance(cell, Unreadable):
                    reasons[at][partner] = cell.reason
        for at, label in enumerate(table.header):
            if cells[at]:
                named = self._unused(label, title)
                where = _("column %(column)s") % {"column": xl_col_to_name(at)}
                place = f"{title}, {where}" if title else where
                self.columns.append(
                    FileColumn(named, place, cells[at], places[at], reasons[at], totals[at][:40])
                )  # fmt: skip

    def _skip(self, number: int, title: str, cells: Sequence[str]) -> None:
        if any(number_of(cell).value for cell in cells):
            words = _("%(sheet)s row %(row)s has no name of a partner and was left out.")
            self.notes.append((words % {"sheet": title, "row": number}).strip())

    def _partner(self, name: str) -> int:
        """Return the number of a partner: the same for the same name on every sheet."""
        self.partners.setdefault(key(name), name)
        return list(self.partners).index(key(name))

    def _unused(self, label: str, sheet: str) -> str:
        """Return a title that no other column has."""
        taken = {column.title.casefold() for column in self.columns}
        if label[:LONGEST_NAME].casefold() in taken and self.several:
            label = f"{sheet}: {label}"
        named, number = label[:LONGEST_NAME], 2
        while named.casefold() in taken:
            named, number = f"{label[: LONGEST_NAME - 5]} ({number})", number + 1
        return named
