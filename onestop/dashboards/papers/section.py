"""A part of a packet or of a page: a title, sentences, tables, pictures with their figures, and where its rows are."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from onestop.ui.charts import BASELINE, FORECAST, MAIN, NARROW, TARGET, LineChart, Scale

MOST_BESIDE = 36  # rows of a table beside a picture on a sheet of paper


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
class Drawing:
    """Pictures, a sentence that says what they show, and the table of their figures.

    Several pictures are on one scale. They look the same on a page and on paper; the table has no figure less.
    """

    title: str
    say: str
    charts: Sequence[LineChart]
    table: Table

    @property
    def pictures(self) -> list[tuple[str, str, SafeString]]:
        """Each picture with its name, if there are several, and its alternative text."""
        values = [value for chart in self.charts for value in chart.known]
        scale = Scale.of(values, begins_at_zero=False) if len(self.charts) > 1 else None
        found = []
        for chart in self.charts:
            name = str(chart.title) if scale else ""
            alt = _("%(title)s. %(say)s The table beside it has the same figures.") % {
                "title": chart.title, "say": chart.say,
            }  # fmt: skip
            found.append((name, alt, replace(chart, alt=alt, scale=scale).drawing(*NARROW)))
        return found

    @property
    def is_long(self) -> bool:
        """Whether the table is too long to stand beside pictures on one sheet."""
        return len(self.table.rows) > MOST_BESIDE

    @property
    def signs(self) -> str:
        """How the lines of a picture differ, in words; nothing if there is one."""
        chart = self.charts[0]
        looks = {
            MAIN: _("line with full dots: %(name)s"),
            FORECAST: _("dashed line with empty dots: %(name)s"),
            TARGET: _("line without dots: %(name)s"),
            BASELINE: _("dotted line: %(name)s"),
        }
        words = "; ".join(looks[one.kind] % {"name": str(one.name).lower()} for one in chart.series)
        return f"{words[:1].upper()}{words[1:]}." if len(chart.series) > 1 else ""


def drawing_of(title: str, chart: LineChart) -> Drawing:
    """Return a chart with the table of its figures."""
    header = [str(chart.of), *(str(one.name) for one in chart.series)]
    rows = [Row([str(label), *values]) for label, values in chart.rows]
    return Drawing(title, str(chart.say), [chart], Table(str(chart.title), header, rows, numbers_of_columns(header)))


def drawing_of_several(title: str, say: str, charts: Sequence[LineChart]) -> Drawing:
    """Return charts of the same labels, or of some of them, with one table of their figures."""
    header = [str(charts[0].of), *(str(chart.title) for chart in charts)]
    labels = dict.fromkeys(label for chart in sorted(charts, key=lambda c: -len(c.labels)) for label in chart.labels)
    known = [{label: values[0] for label, values in chart.rows} for chart in charts]
    rows = [Row([str(label), *(column.get(label, "") for column in known)]) for label in labels]
    return Drawing(title, say, charts, Table(title, header, rows, numbers_of_columns(header)))


def numbers_of_columns(header: Sequence[str]) -> frozenset[int]:
    """Return the numbers of all columns but the first one."""
    return frozenset(range(1, len(header)))


@dataclass(frozen=True)
class Section:
    """A part of a paper: ``why`` says in one sentence why it matters, ``url`` and ``source`` where its rows are."""

    title: str
    paragraphs: Sequence[str] = ()
    tables: Sequence[Table] = ()
    drawings: Sequence[Drawing] = ()
    why: str = ""
    url: str = ""
    source: str = ""

    @property
    def filled(self) -> list[Table]:
        """The tables that have rows."""
        return [table for table in self.tables if table.rows]


def address(name: str, *args: Any) -> str:
    """Return the address of a page."""
    return reverse(name, args=args)
