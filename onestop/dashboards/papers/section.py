"""A part of a packet or of a page: a title, sentences, tables, and where its rows are."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from django.urls import reverse

from partners.models import LocalArea


@dataclass(frozen=True)
class Mark:
    """A status: a chip on a page, its word on paper."""

    kind: str
    word: str
    icon: str = ""

    def __str__(self) -> str:
        return self.word


@dataclass(frozen=True)
class Row:
    """One row of a table; the first cell names it, and leads to its page if there is one."""

    cells: Sequence[str | Mark]
    url: str = ""

    @property
    def name(self) -> str:
        """The cell that names the row."""
        return str(self.cells[0])


@dataclass(frozen=True)
class Table:
    """A table: its caption, its header, its rows, and the numbers of the columns that hold numbers."""

    caption: str
    header: Sequence[str]
    rows: Sequence[Row]
    numeric: frozenset[int] = frozenset()

    @property
    def columns(self) -> list[tuple[str, bool]]:
        """The header cells, each with whether its column holds numbers."""
        return [(name, number in self.numeric) for number, name in enumerate(self.header)]

    @property
    def lines(self) -> list[tuple[Row, list[tuple[str, str | Mark, bool]]]]:
        """The rows, each with its further cells: the name of the column, the text, whether it is a number."""
        return [
            (
                row,
                [
                    (self.header[number], cell, number in self.numeric)
                    for number, cell in enumerate(row.cells)
                    if number
                ],
            )
            for row in self.rows
        ]


@dataclass(frozen=True)
class Section:
    """A part of a paper: ``why`` says in one sentence why it matters, ``url`` and ``source`` where its rows are."""

    title: str
    paragraphs: Sequence[str] = ()
    tables: Sequence[Table] = ()
    why: str = ""
    url: str = ""
    source: str = ""

    @property
    def filled(self) -> list[Table]:
        """The tables that have rows."""
        return [table for table in self.tables if table.rows]


def end_of(area: LocalArea, day: date) -> datetime:
    """Return the end of a day in an area."""
    return datetime.combine(day, time.max, area.zone)


def address(name: str, *args: Any) -> str:
    """Return the address of a page."""
    return reverse(name, args=args)
