"""Plans of imports: rows as read, rows as planned, and what the planners of all kinds share."""

import hashlib
import json
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from typing import Any

from django.utils.translation import gettext as _

from onestop.editing.languages import find_language, why_unknown
from onestop.editing.text_lengths import LONGEST_TEXT
from onestop.files.unreadable import Unreadable
from onestop.files.uploaded_tables import Line
from onestop.ops.request_numbers import whole_number
from partners.importing import cells
from partners.importing.cells import CannotRead, CannotUse, Names
from partners.importing.kinds import Field, kind_of
from partners.models import ImportRow, Program

Outcome = ImportRow.Outcome
Progress = Callable[[int], None]
MOST_TEXTS = 20_000  # read texts that are kept at a time
NEVER_BLANK = ("status", "source_key", "contact_name", "place_name", "definition", "system", "wording", "rhythm", "way")


@dataclass(frozen=True)
class Options:
    """How to read a file: options of the page and of the commands."""

    blank_erases: bool = False
    add_missing_partners: bool = False
    keep_test_rows: bool = False
    repair_text: bool = False  # read texts that were encoded twice as they were meant

    @classmethod
    def from_dict(cls, values: dict[str, Any]) -> "Options":
        """Return options from the stored values of an import."""
        return cls(**{name: bool(values.get(name)) for name in cls.__dataclass_fields__})


@dataclass
class ReadRow:
    """The values of one row; a blank cell has no value, unless blanks erase."""

    line: int
    cells: list[str]
    values: dict[str, Any] = field(default_factory=dict)
    partial: set[str] = field(default_factory=set)  # fields whose cell was understood only in part
    problems: list[str] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)


@dataclass
class PlannedRow:
    """The result of one row."""

    line: int
    title: str
    outcome: str
    changes: list[list[str]] = field(default_factory=list)  # label, before, after
    reasons: list[str] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)
    cells: list[str] = field(default_factory=list)
    writes: dict[str, Any] = field(default_factory=dict)
    target: int | None = None
    left_out: str = ""  # why the row is none of the data

    @property
    def written(self) -> int:
        """Return the key of the record that the row was written to.

        :raises RuntimeError: if the row is not written yet.
        """
        if self.target is None:
            raise RuntimeError(f"Row {self.line} is not written yet.")
        return self.target


@dataclass
class Plan:
    """The results of all rows."""

    kind: str
    rows: list[PlannedRow]
    notes: list[str]
    extra: dict[str, Any] = field(default_factory=dict)  # shared by rows: partners and locations to create

    @property
    def counts(self) -> dict[str, int]:
        """Return the number of rows for each outcome, with remarks, and in all."""
        counts = Counter(row.outcome for row in self.rows)
        return {value: counts[value] for value in Outcome.values} | {
            "remarks": sum(1 for row in self.rows if row.remarks),
            "left_out": sum(1 for row in self.rows if row.left_out),
            "rows": len(self.rows),
        }

    def digest(self) -> str:
        """Return a hash that is the same for plans with the same results."""
        mark = hashlib.sha256()
        for row in self.rows:
            mark.update(json.dumps([row.line, row.outcome, row.changes, row.reasons, row.target]).encode())
        return mark.hexdigest()


class RowReader:
    """Read the cells of rows by the fields of their columns.

    Most texts of a column stand in many rows, and reading a phone number takes a tenth of a millisecond: so each text
    is read once.
    """

    def __init__(self, kind: str, mapping: Sequence[str], options: Options, words: dict[str, Names]) -> None:
        """Take the mapping (the field code of each column) and the names of programs and centers."""
        fields = kind_of(kind).by_code
        self.options = options
        self._known: dict[tuple[str, str], ReadRow] = {}
        self.columns: list[tuple[Field, list[int]]] = [
            (fields[code], [at for at, other in enumerate(mapping) if other == code])
            for code in dict.fromkeys(code for code in mapping if code in fields)
        ]
        self.words = words | {
            item.code: cells.choice_names(item.choices, dict(item.more)) for item, _ in self.columns if item.choices
        }

    def read(self, line: Line) -> ReadRow:
        """Return the values of a row, with problems for unreadable cells and remarks for ignored parts."""
        row = ReadRow(line.number, line.cells, remarks=list(line.remarks))
        if line.problem:
            row.problems.append(line.problem)
        for item, columns in self.columns:
            if len(columns) == 1 and (known := self._known.get((item.code, line.cells[columns[0]]))):
                _copy(known, row)
                continue
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
        known = self._known.get((item.code, text))
        if known is None:
            if len(self._known) >= MOST_TEXTS:
                self._known.clear()
            known = self._known[item.code, text] = ReadRow(row.line, [])
            self._read_text(known, item, text)
        _copy(known, row)

    def _read_text(self, row: ReadRow, item: Field, text: str) -> None:
        if item.reader not in ("line", "long", "yesno", "list") and cells.is_nothing(text):
            if self.options.blank_erases:
                self._erase(row, item)
            return
        try:
            value = self._value(row, item, text)
        except CannotRead as problem:
            shown = text if len(text) <= 60 else text[:60] + "…"
            words = _("%(column)s “%(value)s”: %(problem)s")
            if isinstance(problem, CannotUse):
                words = _("%(column)s “%(value)s”: %(problem)s This field was not changed.")
            said = words % {"column": item.label, "value": shown, "problem": str(problem)}
            (row.remarks if isinstance(problem, CannotUse) else row.problems).append(said)
            return
        if value is not None:
            row.values[item.code] = value

    def _value(self, row: ReadRow, item: Field, text: str) -> Any:
        if item.reader in ("choice", "status"):
            found = self.words[item.code].find(text)
            if found is None:
                row.remarks.append(
                    _("%(column)s: “%(value)s” is not a known value. This field was not changed.")
                    % {"column": item.label, "value": text}
                )
            return found
        if item.reader in ("choices", "programs", "centers"):
            things, unknown = self.words[item.code].read(text)
            for part in unknown:
                row.remarks.append(
                    _("%(column)s: “%(value)s” is not a known value and was skipped.")
                    % {"column": item.label, "value": part}
                )
                row.partial.add(item.code)
            return things if things else None
        if item.reader in ("list", "places"):
            commas = item.reader == "list" and ";" not in text and "\n" not in text
            parts = [cells.read_text(part, longest=item.longest) for part in cells.split_list(text, commas=commas)]
            return self._languages(row, item, parts) if item.code == "languages" else parts
        if item.reader == "number":
            return whole_number(text)
        if item.reader in ("website", "email"):
            return self._first_address(row, item, text)
        value: Any = READERS[item.reader](text, longest=item.longest or LONGEST_TEXT)
        if isinstance(value, date) and text.isdecimal():
            row.remarks.append(
                _("%(column)s: %(number)s was read as the Excel date %(date)s.")
                % {"column": item.label, "number": text, "date": f"{value:%m/%d/%Y}"}
            )
        return value

    def _languages(self, row: ReadRow, item: Field, parts: Sequence[str]) -> list[str]:
        found = {part: find_language(part) for part in parts}
        for part in [part for part, language in found.items() if not language]:
            row.remarks.append(
                _("%(column)s: %(problem)s It was skipped.") % {"column": item.label, "problem": why_unknown(part)}
            )
            row.partial.add(item.code)
        return list(dict.fromkeys(language for language in found.values() if language))

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
            row.remarks.append(
                _("%(column)s: only one value fits. Saved: %(first)s. Skipped: %(others)s.")
                % {"column": item.label, "first": readable[0], "others": ", ".join(readable[1:])}
            )
            return readable[0]

    def _erase(self, row: ReadRow, item: Field) -> None:
        if item.reader in ("list", "choices", "programs", "centers", "places"):
            row.values[item.code] = []
        elif item.reader == "date":
            row.values[item.code] = None
        elif item.reader not in ("yesno", "number", "status") and item.code not in NEVER_BLANK:
            row.values[item.code] = ""


def _copy(known: ReadRow, row: ReadRow) -> None:
    """Add to a row what was read from one of its cells."""
    for code, value in known.values.items():
        row.values[code] = value.copy() if type(value) is list else value
    if known.partial or known.problems or known.remarks:
        row.partial |= known.partial
        row.problems += known.problems
        row.remarks += known.remarks


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
    """Look up rows by name: first by the exact name, then regardless of case, spaces and punctuation."""

    def __init__(self, named: Iterable[tuple[str, Any]] = ()) -> None:
        """Take pairs of a name and its row."""
        self._exact: dict[str, Any] = {}
        self._loose: dict[str, list[Any]] = {}
        for name, thing in named:
            self.add(name, thing)

    def add(self, name: str, thing: Any) -> None:
        """Add a row under its name."""
        self._exact.setdefault(" ".join(name.lower().split()), thing)
        self._loose.setdefault(cells.key(name), []).append(thing)

    def find(self, name: str) -> list[Any]:
        """Return the rows with this name: one, none, or several that differ only in punctuation."""
        exact = self._exact.get(" ".join(name.lower().split()))
        return [exact] if exact is not None else self._loose.get(cells.key(name), [])


def differences(
    fields: Sequence[Field], part: str, values: dict[str, Any], thing: Any | None
) -> tuple[list[list[str]], dict[str, Any]]:
    """Return the differences between a row and a thing: as text, and as attributes to write."""
    changes: list[list[str]] = []
    writes: dict[str, Any] = {}
    for item in fields:
        if item.part != part or item.code not in values or item.reader == "programs":
            continue
        after = values[item.code]
        before = getattr(thing, item.name) if thing is not None else empty(item)
        if cells.differ(before, after, item.reader):
            changes.append([item.label, show(item, before), show(item, after)])
            writes[item.name] = after
    return changes, writes


def empty(item: Field) -> Any:
    """Return the empty value of a field."""
    if item.reader in ("list", "choices"):
        return []
    return None if item.reader in ("date", "yesno") else ""


def show(item: Field, value: Any) -> str:
    """Return a value as text."""
    if value is None or value == "" or value == []:
        return ""
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    if isinstance(value, date):
        return f"{value:%b} {value.day}, {value.year}"
    if item.choices:
        values = value if isinstance(value, list) else [value]
        return cells.join_list(item.labels[one] for one in values if one in item.labels)
    if isinstance(value, list):
        return _in_words(tuple(value))
    return str(value)


@lru_cache(10_000)
def _in_words(values: tuple[str, ...]) -> str:
    return cells.join_list(values, commas=True)


def program_names(programs: Iterable[Program]) -> Names:
    """Return the names of programs: code, short name, name, aliases."""
    return Names({item.pk: [item.code, item.short_name, item.name, *item.aliases] for item in programs})


def unreadable(row: ReadRow, title: str, *reasons: str) -> PlannedRow:
    """Return the plan of a row that cannot be read."""
    return PlannedRow(row.line, title[:250], Outcome.UNREADABLE, reasons=[*row.problems, *reasons])


class Seen:
    """Find rows of a file about the same thing."""

    def __init__(self) -> None:
        """Start without rows."""
        self._rows: dict[Any, ReadRow] = {}

    def repeat(self, identity: Any, row: ReadRow, title: str) -> PlannedRow | None:
        """Return the plan of a row about the same thing as an earlier row; None for the first.

        A row with the same values is skipped; a row with other or more values has to be corrected.
        """
        first = self._rows.setdefault(identity, row)
        if first is row:
            return None
        if all(_alike(first.values.get(code), value) for code, value in row.values.items()):
            return PlannedRow(
                row.line, title[:250], Outcome.SKIP, reasons=[_("This row repeats row %(row)s.") % {"row": first.line}]
            )
        return unreadable(
            row,
            title,
            _("Row %(row)s has other values for “%(name)s”. Combine the two rows.")
            % {"row": first.line, "name": title},
        )


def _alike(first: Any, again: Any) -> bool:
    return cells.key(first) == cells.key(again) if isinstance(first, str) and isinstance(again, str) else first == again
