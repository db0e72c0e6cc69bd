"""Remarks on cells: where a cell stands, what was read in it, and what becomes of it."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from django.utils.translation import gettext as _


@dataclass(frozen=True)
class Remark:
    """What an import did with a cell that it did not take over as it stands.

    ``says`` is one or more sentences on what becomes of it. ``asks`` is set if a person should look at the cell: its
    meaning is uncertain, or a part of it was not saved.
    """

    says: str
    column: str = ""  # its title in the file, or the label of the field
    read: str = ""  # the cell, or the part of it that the remark is about
    line: int = 0  # as in spreadsheet programs
    asks: bool = False

    def __str__(self) -> str:
        if not self.column:
            return self.says
        words = {"column": self.column, "value": shorten(self.read), "says": self.says}
        return _("%(column)s “%(value)s”: %(says)s") % words if self.read else f"{self.column}: {self.says}"

    def __contains__(self, words: str) -> bool:
        """Return whether its text has these words."""
        return words in str(self)

    def at(self, line: int) -> "Remark":
        """Return the remark on another row with the same cell."""
        return replace(self, line=line)

    def as_json(self) -> dict[str, Any]:
        """Return the values to store."""
        read = str.__str__(self.read)  # without the reason of a cell that could not be read
        return {"says": self.says, "column": self.column, "read": read, "line": self.line, "asks": self.asks}


def as_remarks(found: Iterable["Remark | str"], line: int) -> list[Remark]:
    """Return remarks on a row; a plain text is about the whole row."""
    return [remark.at(line) if isinstance(remark, Remark) else Remark(remark, line=line) for remark in found]


def stored_remark(value: Any, line: int) -> Remark:
    """Return a remark from its stored values; imports before 0.4 stored texts."""
    return Remark(**value) if isinstance(value, dict) else Remark(str(value), line=line)


def shorten(text: str, most: int = 60) -> str:
    """Return the start of a long text."""
    return text if len(text) <= most else text[:most] + "…"
