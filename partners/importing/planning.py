"""The parts of an import's plan: rows as read, rows as planned, and what the planners of all kinds share."""

import hashlib
import json
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from onestop.editing.text_lengths import LONGEST_TEXT
from onestop.files.uploaded_tables import Line
from onestop.files.workbook_cells import Unreadable
from onestop.ops.request_numbers import whole_number
from partners.importing import cells
from partners.importing.cells import CannotRead, Names
from partners.importing.columns import Field, fields_by_code
from partners.models import ImportRow, Program

Outcome = ImportRow.Outcome
Progress = Callable[[int], None]
NEVER_BLANK = ("status", "source_key", "contact_name", "place_name", "definition", "system", "wording", "rhythm", "way")


@dataclass(frozen=True)
class Options:
    """How to read a file; each is a switch on the page and in the commands."""

    blank_erases: bool = False
    add_missing_partners: bool = False
    keep_test_rows: bool = False

    @classmethod
    def from_dict(cls, values: dict[str, Any]) -> "Options":
        """Return options out of what an import remembers."""
        return cls(**{name: bool(values.get(name)) for name in cls.__dataclass_fields__})


@dataclass
class ReadRow:
    """The cells of one row, understood; a blank cell has no value, unless blanks erase."""

    line: int
    cells: list[str]
    values: dict[str, Any] = field(default_factory=dict)
    partial: set[str] = field(default_factory=set)  # fields whose cell was understood in part only
    problems: list[str] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)


@dataclass
class PlannedRow:
    """What becomes of one row."""

    line: int
    title: str
    outcome: str
    changes: list[list[str]] = field(default_factory=list)  # label, before, after
    reasons: list[str] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)
    cells: list[str] = field(default_factory=list)
    writes: dict[str, Any] = field(default_factory=dict)
    target: int | None = None


@dataclass
class Plan:
    """What becomes of all rows."""

    kind: str
    rows: list[PlannedRow]
    notes: list[str]
    extra: dict[str, Any] = field(default_factory=dict)  # what rows share: partners and locations to be made

    @property
    def counts(self) -> dict[str, int]:
        """How many rows are added, changed, left alone, left out, not read; and how many have remarks."""
        counts = Counter(row.outcome for row in self.rows)
        return {value: counts[value] for value in Outcome.values} | {
            "remarks": sum(1 for row in self.rows if row.remarks),
            "rows": len(self.rows),
        }

    def digest(self) -> str:
        """Return a fingerprint: two plans with the same one do the same."""
        mark = hashlib.sha256()
        for row in self.rows:
            mark.update(json.dumps([row.line, row.outcome, row.changes, row.reasons, row.target]).encode())
        return mark.hexdigest()


class RowReader:
    """Understands the cells of rows by what their columns hold."""

    def __init__(self, kind: str, mapping: Sequence[str], options: Options, words: dict[str, Names]) -> None:
        """Take the mapping (a field's code for each column) and the names of programs and centers."""
        fields = fields_by_code(kind)
        self.options = options
        self.columns: list[tuple[Field, list[int]]] = [
            (fields[code], [at for at, other in enumerate(mapping) if other == code])
            for code in dict.fromkeys(code for code in mapping if code in fields)
        ]
        self.words = words | {
            item.code: cells.choice_names(item.choices, dict(item.more)) for item, _ in self.columns if item.choices
        }

    def read(self, line: Line) -> ReadRow:
        """Return what the row says; what cannot be read is a problem, what is left out a remark."""
        row = ReadRow(line.number, line.cells, remarks=list(line.remarks))
        if line.problem:
            row.problems.append(line.problem)
        for item, columns in self.columns:
            texts = [line.cells[column] for column in columns if line.cells[column].strip()]
            if bad := [text for text in texts if isinstance(text, Unreadable)]:
                row.problems.extend(text.reason for text in bad)
            elif text := cells.tidy(item.joiner.join(texts)):
                self._read_cell(row, item, text)
            elif self.options.blank_erases and not item.required:
                self._erase(row, item)
        address = cells.read_address(row.values["street"]) if row.values.get("street") else {}
        if address and not row.values.get("city") and not row.values.get("postal_code"):
            row.values |= address
        return row

    def _read_cell(self, row: ReadRow, item: Field, text: str) -> None:
        if item.reader not in ("line", "long", "yesno", "list") and cells.is_nothing(text):
            if self.options.blank_erases:
                self._erase(row, item)
            return
        try:
            value = self._value(row, item, text)
        except CannotRead as problem:
            shown = text if len(text) <= 60 else text[:60] + "…"
            row.problems.append(f"{item.label}: “{shown}” {problem}.")
            return
        if value is not None:
            row.values[item.code] = value

    def _value(self, row: ReadRow, item: Field, text: str) -> Any:
        if item.reader in ("choice", "status"):
            found = self.words[item.code].find(text)
            if found is None:
                row.remarks.append(f"{item.label}: “{text}” is none of the words we know; left as it was.")
            return found
        if item.reader in ("choices", "programs", "centers"):
            things, unknown = self.words[item.code].read(text)
            for part in unknown:
                row.remarks.append(f"{item.label}: “{part}” is not known; left out.")
                row.partial.add(item.code)
            return things if things else None
        if item.reader in ("list", "places"):
            commas = item.reader == "list" and ";" not in text and "\n" not in text
            return [cells.read_text(part, longest=item.longest) for part in cells.split_list(text, commas=commas)]
        if item.reader == "number":
            return whole_number(text)
        if item.reader in ("website", "email"):
            return self._first_address(row, item, text)
        value: Any = READERS[item.reader](text, longest=item.longest or LONGEST_TEXT)
        if isinstance(value, date) and text.isdecimal():
            row.remarks.append(f"{item.label}: {text} was read as Excel's number of the day {value:%m/%d/%Y}.")
        return value

    def _first_address(self, row: ReadRow, item: Field, text: str) -> str:
        try:
            return READERS[item.reader](text, longest=item.longest)
        except CannotRead:
            parts = cells.split_list(text.replace(" ", ";"), commas=True)
            readable = []
            for part in (piece for whole in parts for piece in cells.split_list(whole, commas=True)):
                try:
                    readable.append(READERS[item.reader](part, longest=item.longest))
                except CannotRead:
                    continue
            if len(readable) < 2:
                raise
            row.remarks.append(f"{item.label}: one can be kept, {readable[0]}; left out: {', '.join(readable[1:])}.")
            return readable[0]

    def _erase(self, row: ReadRow, item: Field) -> None:
        if item.reader in ("list", "choices", "programs", "centers", "places"):
            row.values[item.code] = []
        elif item.reader == "date":
            row.values[item.code] = None
        elif item.reader not in ("yesno", "number", "status") and item.code not in NEVER_BLANK:
            row.values[item.code] = ""


READERS: dict[str, Callable[..., Any]] = {
    "line": cells.read_line,
    "long": cells.read_text,
    "website": cells.read_website,
    "email": cells.read_email,
    "phone": cells.read_phone,
    "zip": cells.read_zip,
    "state": cells.read_state,
    "date": cells.read_date,
    "yesno": cells.read_yes_no,
}


class Finder:
    """Rows by their names: the very name first, then whatever its case, spaces and punctuation."""

    def __init__(self, named: Iterable[tuple[str, Any]] = ()) -> None:
        """Take names and what they name."""
        self._exact: dict[str, Any] = {}
        self._loose: dict[str, list[Any]] = {}
        for name, thing in named:
            self.add(name, thing)

    def add(self, name: str, thing: Any) -> None:
        """Take one more."""
        self._exact.setdefault(" ".join(name.lower().split()), thing)
        self._loose.setdefault(cells.key(name), []).append(thing)

    def find(self, name: str) -> list[Any]:
        """Return what is called so: one, none, or several that only punctuation tells apart."""
        exact = self._exact.get(" ".join(name.lower().split()))
        return [exact] if exact is not None else self._loose.get(cells.key(name), [])


def differences(
    fields: Sequence[Field], part: str, values: dict[str, Any], thing: Any | None
) -> tuple[list[list[str]], dict[str, Any]]:
    """Return what the row says otherwise than the thing: in words, and as attributes to write."""
    changes: list[list[str]] = []
    writes: dict[str, Any] = {}
    for item in fields:
        if item.part != part or item.code not in values or item.reader == "programs":
            continue
        after = values[item.code]
        before = getattr(thing, item.name) if thing is not None else empty(item)
        if cells.comparable(before, item.reader) != cells.comparable(after, item.reader):
            changes.append([item.label, show(item, before), show(item, after)])
            writes[item.name] = after
    return changes, writes


def empty(item: Field) -> Any:
    """Return what a new row holds in this field before anything is said."""
    if item.reader in ("list", "choices"):
        return []
    return None if item.reader in ("date", "yesno") else ""


def show(item: Field, value: Any) -> str:
    """Return a value in words."""
    if value is None or value == "" or value == []:
        return ""
    if isinstance(value, bool):
        return "Yes" if value else "No"
    if isinstance(value, date):
        return f"{value:%b} {value.day}, {value.year}"
    if item.choices:
        values = value if isinstance(value, list) else [value]
        return cells.join_list(item.labels[one] for one in values if one in item.labels)
    if isinstance(value, list):
        return cells.join_list(value, commas=True)
    return str(value)


def program_names(programs: Iterable[Program]) -> Names:
    """Return every spelling of the programs: code, short name, name, aliases."""
    return Names({item.pk: [item.code, item.short_name, item.name, *item.aliases] for item in programs})


def unreadable(row: ReadRow, title: str, *reasons: str) -> PlannedRow:
    """Return the plan of a row that cannot be read."""
    return PlannedRow(row.line, title[:250], Outcome.UNREADABLE, reasons=[*row.problems, *reasons])


class Seen:
    """Finds rows of the file that speak of the same thing."""

    def __init__(self) -> None:
        """Start with none."""
        self._rows: dict[Any, ReadRow] = {}

    def repeat(self, identity: Any, row: ReadRow, title: str) -> PlannedRow | None:
        """Return the plan of a row whose thing an earlier row has; None for the first.

        One that says nothing else is left out; one that contradicts, or says more, has to be put right.
        """
        first = self._rows.setdefault(identity, row)
        if first is row:
            return None
        if all(_alike(first.values.get(code), value) for code, value in row.values.items()):
            return PlannedRow(row.line, title[:250], Outcome.SKIP, reasons=[f"Repeats row {first.line}."])
        return unreadable(
            row, title, f"“{title}” stands on row {first.line} already, with other values. Make one row of the two."
        )


def _alike(first: Any, again: Any) -> bool:
    return cells.key(first) == cells.key(again) if isinstance(first, str) and isinstance(again, str) else first == again
