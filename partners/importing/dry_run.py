"""The dry run of an import: plan each row without writing anything.

The dry run and the import both call :func:`make_plan`, so that they give the same results.
"""

from collections.abc import Iterator, Sequence
from typing import Any

from django.utils.translation import gettext as _

from onestop.files.uploaded_tables import UploadedTable
from partners.importing.kinds import kind_of
from partners.importing.planning import Options, Outcome, Plan, PlannedRow, Progress
from partners.importing.reading import RowReader
from partners.importing.remarks import as_remarks
from partners.models import LocalArea


def make_plan(
    area: LocalArea,
    kind: str,
    table: UploadedTable,
    mapping: Sequence[str],
    options: Options,
    *,
    progress: Progress | None = None,
) -> Plan:
    """Return the plan of a table; this reads the database and writes nothing."""
    planner = kind_of(kind).planner(area, options)
    reader = RowReader(kind, mapping, options, planner.words, table.header)
    rows = list(_rows(planner, reader, table, progress))
    unused = [title for title, code in zip(table.header, mapping, strict=True) if not code]
    notes = [*table.notes, *planner.notes]
    if unused:
        notes.append(_("Columns not used: %(columns)s.") % {"columns": ", ".join(unused)})
    return Plan(kind, rows, notes, planner.extra)


def _rows(planner: Any, reader: RowReader, table: UploadedTable, progress: Progress | None) -> Iterator[PlannedRow]:
    for count, line in enumerate(table.lines, start=1):
        read = reader.read(line)
        planned: PlannedRow = planner.plan_row(read)
        planned.remarks = as_remarks(read.remarks, line.number)
        if planned.outcome == Outcome.UNREADABLE:
            planned.cells = [str(cell) for cell in line.cells]
            planned.writes = {}
        yield planned
        if progress and count % 200 == 0:
            progress(count)
