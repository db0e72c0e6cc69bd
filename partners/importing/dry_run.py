"""The dry run of an import: plan each row without writing anything.

The dry run and the import both call :func:`make_plan`, so that they give the same results.
"""

from collections.abc import Iterator, Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from onestop.files.uploaded_tables import Line, UploadedTable
from partners.importing import cells, column_words
from partners.importing.blank_names import BlankNames
from partners.importing.kinds import kind_of
from partners.importing.layouts import Layout, reason_label
from partners.importing.planning import Options, Outcome, Plan, PlannedRow, Progress
from partners.importing.reading import RowReader
from partners.importing.remarks import as_remarks
from partners.models import LocalArea

# By the portal, to the rows that could not be read.
ADDED_COLUMNS = ("Row of the file", "Reason")  # no translation: titles in an exported file


def make_plan(
    area: LocalArea,
    kind: str,
    table: UploadedTable,
    mapping: Sequence[str],
    options: Options,
    *,
    layout: Layout | None = None,
    progress: Progress | None = None,
) -> Plan:
    """Return the plan of a table; this reads the database and writes nothing."""
    planner = kind_of(kind).planner(area, options)
    reader = RowReader(kind, mapping, options, planner.words, table.header)
    unused = _Unused(table.header, mapping)
    names = BlankNames(kind, table.header, mapping, fill=options.fill_down)
    languages = _languages_by_title(table.header, mapping)
    rows = list(_rows(planner, reader, table, layout or Layout(), unused, names, languages, progress))
    notes = [*table.notes, *names.notes(), *unused.notes(), *planner.notes]
    return Plan(kind, rows, notes, planner.extra)


def _rows(
    planner: Any,
    reader: RowReader,
    table: UploadedTable,
    layout: Layout,
    unused: "_Unused",
    names: BlankNames,
    languages: dict[int, str],
    progress: Progress | None,
) -> Iterator[PlannedRow]:
    for count, line in enumerate(table.lines, start=1):
        if layout.keeps(line):
            unused.count(line)
            line = names.read(line)
            read = reader.read(_with_languages(line, languages) if languages else line)
            planned: PlannedRow = planner.plan_row(read)
            planned.remarks = as_remarks(read.remarks, line.number)
        else:
            names.pass_by(line)
            planned = _left_out(line)
        if planned.outcome == Outcome.UNREADABLE:
            planned.cells = [str(cell) for cell in line.cells]
            planned.writes = {}
        yield planned
        if progress and count % 200 == 0:
            progress(count)


def _left_out(line: Line) -> PlannedRow:
    """Return the plan of a row that is none of the data."""
    filled = [" ".join(cell.split()) for cell in line.cells if cell.strip()]
    return PlannedRow(
        line.number,
        " | ".join(filled)[:250],
        Outcome.SKIP,
        reasons=[_("Left out. %(reason)s") % {"reason": reason_label(line.question)}],
        remarks=as_remarks(line.remarks, line.number),
        cells=[str(cell) for cell in line.cells],
        left_out=line.question,
    )


class _Unused:
    """The columns that no field takes, so that none is dropped without a word."""

    def __init__(self, header: Sequence[str], mapping: Sequence[str]) -> None:
        added = {cells.key(title) for title in ADDED_COLUMNS}
        self.titles = {
            at: title
            for at, (title, code) in enumerate(zip(header, mapping, strict=True))
            if not code and cells.key(title) not in added
        }
        self.counts = dict.fromkeys(self.titles, 0)
        self.examples: dict[int, str] = {}

    def count(self, line: Line) -> None:
        """Count the filled cells of a row in these columns."""
        for at in self.titles:
            if text := line.cells[at].strip():
                self.counts[at] += 1
                self.examples.setdefault(at, " ".join(text.split())[:40])

    def notes(self) -> list[str]:
        """Return a sentence for each column with values."""
        return [
            ngettext(
                "The column “%(column)s” is not used. It has a value in %(count)s row: “%(example)s”.",
                "The column “%(column)s” is not used. It has values in %(count)s rows, such as “%(example)s”.",
                self.counts[at],
            )
            % {"column": title, "count": f"{self.counts[at]:,}", "example": self.examples[at]}
            for at, title in self.titles.items()
            if self.counts[at]
        ]


def _languages_by_title(header: Sequence[str], mapping: Sequence[str]) -> dict[int, str]:
    """Return the languages that columns ask for: "Spanish?" with yes and no."""
    asked = {at: column_words.language_of(header[at]) for at, code in enumerate(mapping) if code == "languages"}
    return {at: language for at, language in asked.items() if language}


def _with_languages(line: Line, languages: dict[int, str]) -> Line:
    """Return a line with "Spanish" for yes and nothing for no in the column "Spanish?"."""
    texts = list(line.cells)
    for at, language in languages.items():
        word = cells.fold(texts[at])
        if word in cells.YES:
            texts[at] = language
        elif word in cells.NO:
            texts[at] = ""
    return Line(line.number, texts, line.problem, line.remarks)
