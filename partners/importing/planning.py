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

from partners.importing import cells
from partners.importing.cells import Names
from partners.importing.kinds import Field
from partners.importing.program_words import ProgramNames
from partners.importing.remarks import Remark
from partners.models import ImportRow, Program

Outcome = ImportRow.Outcome
Progress = Callable[[int], None]
MOST_TEXTS = 20_000  # read texts that are kept at a time
NEVER_BLANK = ("status", "source_key", "contact_name", "place_name", "definition", "system", "wording", "rhythm", "way")


@dataclass(frozen=True)
class Options:
    """How to read a file: options of the page and of the commands."""

    blank_erases: bool = False
    fill_down: bool = False  # blank names of partners mean the name above
    add_missing_partners: bool = False
    keep_test_rows: bool = False
    repair_text: bool = False  # read texts that were encoded twice as they were meant
    rest_to_notes: bool = False
    similar_are_new: bool = False

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
    remarks: list[Remark] = field(default_factory=list)
    typed: dict[str, str] = field(default_factory=dict)  # texts of cells that are read again with the whole row
    spare: dict[str, tuple[str, ...]] = field(default_factory=dict)  # further values of a field with room for one
    titles: dict[str, str] = field(default_factory=dict)  # of the column of each field
    left: list[tuple[str, str]] = field(default_factory=list)  # title and words of what has no other place

    def remark(self, says: str, code: str = "", read: str = "", *, asks: bool = False) -> None:
        """Add a remark on the row, or on the cell of a field."""
        self.remarks.append(Remark(says, self.titles.get(code, code), read, self.line, asks))

    def leave(self, code: str, words: str) -> None:
        """Keep words of the cell of a field that has no place for them; they may go to the notes."""
        title = self.titles.get(code, code)
        if words.strip() and (title, words) not in self.left:
            self.left.append((title, str(words)))


@dataclass
class PlannedRow:
    """The result of one row."""

    line: int
    title: str
    outcome: str
    changes: list[list[str]] = field(default_factory=list)  # label, before, after
    reasons: list[str] = field(default_factory=list)
    remarks: list[Remark] = field(default_factory=list)
    question: dict[str, Any] = field(default_factory=dict)  # that a person answers (twins.Question)
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
            "questions": sum(1 for row in self.rows if row.question and row.question["answer"] is None),
            "answered": sum(1 for row in self.rows if row.question and row.question["answer"] is not None),
            "rows": len(self.rows),
        }

    def digest(self) -> str:
        """Return a hash that is the same for plans with the same results."""
        mark = hashlib.sha256()
        for row in self.rows:
            mark.update(json.dumps([row.line, row.outcome, row.changes, row.reasons, row.target]).encode())
        return mark.hexdigest()


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
    "details": cells.read_details,
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
    return ProgramNames(programs)


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
