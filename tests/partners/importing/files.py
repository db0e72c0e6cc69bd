"""Helpers for tests of imports."""

import io
from typing import Any

from django.core.files.base import ContentFile
from django.utils.timezone import now

from onestop.files.uploaded_tables import open_table
from onestop.ui.spreadsheets import write_csv, write_xlsx
from partners.importing import runs
from partners.importing.columns import guess_mapping
from partners.importing.committing import write_plan
from partners.importing.dry_run import make_plan
from partners.importing.planning import Options, Plan, PlannedRow
from partners.models import ImportRun, LocalArea

TWENTY = "Partner,Notes\n" + "".join(f"House {number},Some words\n" for number in range(20))


def plan(area: LocalArea, kind: str, data: str | bytes, **options: bool) -> Plan:
    """Plan a file with guessed columns."""
    table = open_table(io.BytesIO(data.encode() if isinstance(data, str) else data))
    return make_plan(area, kind, table, guess_mapping(kind, table.header), Options(**options))


def bring(area: LocalArea, kind: str, data: str | bytes, **options: bool) -> Plan:
    """Plan and write a file."""
    made = plan(area, kind, data, **options)
    write_plan(area, made, at=now())
    return made


def row(area: LocalArea, kind: str, data: str | bytes, **options: bool) -> PlannedRow:
    """Return the plan of a file of one row."""
    [only] = plan(area, kind, data, **options).rows
    return only


def outcomes(made: Plan) -> list[str]:
    """Return the outcome of each row."""
    return [row.outcome for row in made.rows]


def as_file(how: str, header: list[str], rows: Any) -> bytes:
    """Return rows as an exported CSV file or workbook."""
    return b"".join(write_csv(header, rows)) if how == "csv" else write_xlsx(header, rows).read()


def started(area: LocalArea, data: str = TWENTY) -> ImportRun:
    """Upload a file of partners and map its columns; the plan needs a worker."""
    run = runs.start_import(area, "partners", ContentFile(data.encode(), name="ours.csv"), by=None, at=now())
    runs.name_columns(run, run.mapping, {}, at=now())
    return run


def planned(area: LocalArea, data: str = TWENTY) -> ImportRun:
    """Also make the plan."""
    run = started(area, data)
    assert runs.work_on(run.pk, at=now())
    run.refresh_from_db()
    assert run.status == "planned", run.message
    return run


def asked(area: LocalArea, data: str = TWENTY) -> ImportRun:
    """Also request the import, which needs a worker."""
    run = planned(area, data)
    runs.request_commit(run, by=None, digest=run.digest, at=now())
    return run
