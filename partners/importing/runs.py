"""The steps of an import: upload a file, map its columns, make a plan, and write the plan once.

The state is kept in PostgreSQL: after a worker was killed, the next one continues, and two workers write a plan only
once. See ``onestop.jobs.leases``.
"""

import hashlib
import logging
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import islice
from typing import IO, Any

import pghistory
from django.conf import settings
from django.core.files import File
from django.db import DatabaseError, connection, transaction
from django.utils.translation import gettext as _

from onestop.editing import bulk
from onestop.editing.refusals import Refused
from onestop.files.progress import percent_done, say_progress
from onestop.files.storage import delete_forgotten, deleted_on_failure
from onestop.files.table_sheets import FIRST_ROWS
from onestop.files.uploaded_tables import CannotReadFile, UploadedTable
from onestop.jobs import leases, waking
from onestop.jobs.memory import collecting_seldom
from onestop.ops.outages import database_is_away
from onestop.ops.typed_text import printable
from onestop.ui.sentences import join_words
from partners.importing import columns
from partners.importing.blank_names import find_blanks
from partners.importing.committing import write_plan
from partners.importing.dry_run import make_plan
from partners.importing.layouts import MOST_KEPT, MOST_SAMPLES, Layout, Opening, open_laid_out
from partners.importing.planning import Options, Outcome, Plan, PlannedRow
from partners.importing.questions import save_answers
from partners.models import ImportRow, ImportRun, LocalArea

log = logging.getLogger(__name__)
Status = ImportRun.Status
WAITING = (Status.UPLOADED, Status.PLANNED, Status.FAILED)  # for people, who may change how the file is read


class CannotImport(Refused):
    """The import is in the wrong state for this; the message says why."""


class _PlanChanged(Exception):
    """The plan differs from the one of the dry run."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan


# ---------------------------------------------------------------- Upload
def open_upload(file: IO[bytes], kind: str) -> UploadedTable:
    """Return the table in a file: a spreadsheet, or one of the other formats of its kind.

    :raises CannotReadFile: if it is neither.
    """
    return open_laid_out(file, kind, Layout()).table


def start_import(area: LocalArea, kind: str, file: Any, *, by: Any, at: datetime) -> ImportRun:
    """Store a file, and guess its header and the fields of its columns.

    :raises CannotReadFile: if it cannot be read; nothing is stored then.
    """
    run = ImportRun(area=area, kind=kind, by=by, at=at)
    _lay_out(run, open_laid_out(file, kind, Layout(), area=area))
    file.seek(0)
    mark = hashlib.sha256()
    for piece in iter(lambda: file.read(256_000), b""):
        mark.update(piece)
    run.name, run.size, run.sha256 = printable(str(file.name).rsplit("/", 1)[-1])[-200:], file.tell(), mark.hexdigest()
    file.seek(0)
    run.file.save(run.name, File(file), save=False)
    with deleted_on_failure(run.file), transaction.atomic():
        run.save()
    return run


def _lay_out(run: ImportRun, opening: Opening) -> None:
    """Take the header of a file, and the remembered or guessed fields of its columns."""
    lines = list(islice(opening.table.lines, FIRST_ROWS))
    opening.table.lines = iter(lines)
    samples = opening.table.samples(MOST_SAMPLES)
    run.header, run.notes = opening.table.header, opening.table.notes
    run.mapping = opening.mapping or columns.guess_mapping(run.kind, run.header, samples)
    run.samples = samples
    run.layout = opening.shown() | {"blanks": find_blanks(run.kind, run.header, run.mapping, lines)}
    run.message = "" if opening.mapping is None else _("The columns are matched as you matched them last time.")


def choose_header(run: ImportRun, sheet: str, header: Sequence[int]) -> None:
    """Read the file of an import again with another sheet or header, and guess the fields of its columns.

    Without rows the header of the sheet is guessed.

    :raises CannotImport: if the import is in progress or done.
    :raises CannotReadFile: if the file was deleted, or has no such sheet or row.
    """
    with transaction.atomic():
        locked = ImportRun.objects.select_for_update().get(pk=run.pk)
        if locked.status not in WAITING or not locked.file:
            raise CannotImport(_("This import is in progress or done. Its columns can no longer be changed."))
        with _opened(locked) as file:
            _lay_out(locked, open_laid_out(file, locked.kind, Layout(sheet, tuple(header)), area=locked.area))
        locked.rows.all().delete()
        locked.status, locked.counts, locked.digest, locked.planned_at = Status.UPLOADED, {}, "", None
        locked.save()


def keep_left_out(run: ImportRun, reasons: Collection[str], rows: Collection[int], *, at: datetime) -> None:
    """Import rows all the same that were left out: all with one of these reasons, and these; and request a plan.

    :raises CannotImport: if there is no plan, or the file was imported already.
    """
    with transaction.atomic():
        locked = ImportRun.objects.select_for_update().get(pk=run.pk)
        if locked.status != Status.PLANNED:
            raise CannotImport(_("These changes were updated or already imported. Review them again."))
        if len(rows) > MOST_KEPT:
            raise CannotImport(_("Choose at most %(limit)s rows, or a reason.") % {"limit": f"{MOST_KEPT:,}"})
        kept = Layout.from_dict(locked.layout)
        chosen = replace(kept, keep_reasons=frozenset(reasons), keep_rows=frozenset(rows))
        ImportRun.objects.filter(pk=run.pk).update(
            status=Status.PLANNING, layout=locked.layout | chosen.to_dict(), asked_at=at, **leases.FRESH
        )
        wake(run.pk)


def name_columns(run: ImportRun, mapping: Sequence[str], options: dict[str, bool], *, at: datetime) -> None:
    """Set the mapping of the columns, and request a plan.

    :raises CannotImport: if a required field has no column, or the file was already imported.
    """
    if missing := columns.missing_fields(run.kind, mapping):
        names = join_words(f"“{item.label}”" for item in missing)
        raise CannotImport(_("Choose the column that holds %(fields)s.") % {"fields": names})
    with transaction.atomic():
        changed = ImportRun.objects.filter(pk=run.pk, status__in=WAITING).update(
            status=Status.PLANNING, mapping=list(mapping), options=options, asked_at=at, **leases.FRESH
        )
        if not changed:
            raise CannotImport(_("This import is in progress or done. Its columns can no longer be changed."))
        columns.remember_mapping(run.area, run.kind, run.header, mapping, at=at)
        wake(run.pk)


def answer_questions(run: ImportRun, answers: Mapping[int, int | None], *, by: Any, at: datetime) -> None:
    """Remember which saved things the names of rows mean (``None``: a new one), and request the plan again.

    :param answers: by the ids of the rows that ask.
    :raises CannotImport: if the import waits for no answers, or an answer is none of those offered.
    """
    with transaction.atomic():
        asked = ImportRun.objects.filter(pk=run.pk, status=Status.PLANNED).update(
            status=Status.PLANNING, asked_at=at, **leases.FRESH
        )
        if not asked:
            raise CannotImport(_("This import is in progress or done. Its questions can no longer be answered."))
        said: dict[str, tuple[str, int | None]] = {}
        for row in run.rows.filter(pk__in=answers).exclude(question={}):
            target = answers[row.pk]
            if target is not None and target not in [one["pk"] for one in row.question["candidates"]]:
                raise CannotImport(_("Choose one of the answers."))
            said[row.question["key"]] = (row.question["name"], target)
        save_answers(run.area, said, by=by, at=at)
        wake(run.pk)


def request_commit(run: ImportRun, *, by: Any, digest: str, at: datetime) -> None:
    """Request that the plan is written as it was shown.

    :raises CannotImport: if it is not ready, or has changed.
    """
    with transaction.atomic():
        changed = ImportRun.objects.filter(pk=run.pk, status=Status.PLANNED, digest=digest).update(
            status=Status.COMMITTING, committed_by=by, asked_at=at, **leases.FRESH
        )
        if not changed:
            raise CannotImport(_("These changes were updated or already imported. Review them again."))
        wake(run.pk)


def cancel(run: ImportRun) -> None:
    """Cancel an import that has written nothing.

    :raises CannotImport: if it is being written, or is done.
    """
    waiting = (*WAITING, Status.PLANNING)
    if not ImportRun.objects.filter(pk=run.pk, status__in=waiting).update(status=Status.CANCELLED, **leases.UNCLAIMED):
        raise CannotImport(_("This import is in progress or done. It can no longer be canceled."))
    remove_file(run)


def wake(run_id: int) -> None:
    """Send an import to a worker once the transaction is committed."""
    waking.wake("partners.tasks.work_on_import", run_id)


# ---------------------------------------------------------------- Work
def work_on(run_id: int, *, at: datetime) -> bool:
    """Do the next step of an import, unless another worker has it; return whether this worker took it."""
    run = leases.take(ImportRun.objects.at_work(), run_id)
    if run is None:
        return False
    try:
        with collecting_seldom():
            leases.work(run, lambda job: plan_or_commit(job, at=at), wake=wake, told=(CannotReadFile, Refused))
    finally:
        cache_progress(run_id, None)
    return True


def plan_or_commit(run: ImportRun, *, at: datetime) -> None:
    """Do the next step of an import.

    :raises CannotReadFile: if its file cannot be read, or was deleted.
    """
    if run.status == Status.PLANNING:
        plan_run(run, at=at)
    else:
        commit_run(run, at=at)


def plan_run(run: ImportRun, *, at: datetime) -> Plan:
    """Make the dry run and save its plan."""
    plan = _plan(run, 0.9)
    with transaction.atomic():
        locked = ImportRun.objects.select_for_update().get(pk=run.pk)
        if locked.status == Status.PLANNING and locked.claim == run.claim:
            locked.layout = run.layout
            keep_plan(locked, plan, at=at)
    return plan


def commit_run(run: ImportRun, *, at: datetime) -> bool:
    """Write the plan in one transaction if it has not changed; return whether it was written."""
    for last in (False, False, True):
        try:
            with transaction.atomic():
                _read_one_snapshot()
                return _commit(run, at=at)
        except _PlanChanged as changed:
            with transaction.atomic():
                locked = ImportRun.objects.select_for_update().get(pk=run.pk)
                if locked.status == Status.COMMITTING and locked.claim == run.claim:
                    message = _(
                        "The data changed since you reviewed this import, so nothing was saved. Review it again."
                    )
                    keep_plan(locked, changed.plan, at=at, message=message)
            return False
        except (DatabaseError, Refused) as problem:
            # Someone wrote one of these rows between our read and our write: read again.
            if last or connection.in_atomic_block or database_is_away(problem):
                raise
    return False


def _commit(run: ImportRun, *, at: datetime) -> bool:
    locked = ImportRun.objects.select_for_update().get(pk=run.pk)  # a second worker waits here, then finds it done
    if locked.status != Status.COMMITTING or locked.claim != run.claim:
        return False
    plan = _plan(run, 0.5)
    if plan.digest() != locked.digest:
        raise _PlanChanged(plan)
    with pghistory.context(
        user=run.committed_by_id, name=str(run.committed_by or ""), task="import", file=run.name, import_run=run.pk
    ):
        total = max(len(plan.rows), 1)
        write_plan(
            run.area,
            plan,
            at=at,
            by=run.committed_by,
            progress=lambda done: cache_progress(run.pk, 0.5 + 0.45 * done / total),
        )
    targets = {row.line: row.target for row in plan.rows if row.outcome == Outcome.ADD}
    _keep_targets(run, targets)
    locked.status, locked.committed_at, locked.message = Status.DONE, at, ""
    locked.claim = locked.lease_until = None
    locked.save(update_fields=["status", "committed_at", "message", *leases.UNCLAIMED])
    return True


def _read_one_snapshot() -> None:
    """Read one snapshot of the database, so that concurrent changes make the write fail instead of being lost."""
    if len(connection.savepoint_ids) == 0 and not connection.needs_rollback:
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")  # no translation: SQL


def _plan(run: ImportRun, part: float) -> Plan:
    total = max(_rows_expected(run), 1)

    def progress(done: int) -> None:
        cache_progress(run.pk, part * min(done / total, 1))

    options, layout = Options.from_dict(run.options), Layout.from_dict(run.layout)
    with _opened(run) as file:
        table = open_laid_out(file, run.kind, layout, repair=options.repair_text).table
        plan = make_plan(run.area, run.kind, table, run.mapping, options, layout=layout, progress=progress)
    if table.garbled:
        run.layout["garbled"] = [printable(text) for text in table.garbled[0]]
    return plan


def _opened(run: ImportRun) -> IO[bytes]:
    """Return the file of an import.

    :raises CannotReadFile: if it was deleted.
    """
    try:
        return run.file.open("rb")
    except FileNotFoundError as problem:
        raise CannotReadFile(_("The file was deleted. Upload it again.")) from problem


def _rows_expected(run: ImportRun) -> int:
    return int(run.counts.get("rows") or run.size / 400)


def keep_plan(run: ImportRun, plan: Plan, *, at: datetime, message: str = "") -> None:
    """Save the plan of an import, replacing an earlier one."""
    run.rows.all().delete()
    bulk.add_rows(_kept(run, row) for row in plan.rows)
    run.status, run.counts, run.notes, run.digest = Status.PLANNED, plan.counts, plan.notes, plan.digest()
    run.planned_at, run.message, run.claim, run.lease_until = at, message, None, None
    run.save()


def _kept(run: ImportRun, row: PlannedRow) -> ImportRow:
    return ImportRow(
        run=run,
        line=row.line,
        outcome=row.outcome,
        title=row.title,
        changes=row.changes,
        left_out=row.left_out,
        reasons=row.reasons,
        remarks=[remark.as_json() for remark in row.remarks],
        question=row.question,
        cells=row.cells,
        target_id=row.target,
    )


def _keep_targets(run: ImportRun, targets: dict[int, int | None]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE partners_importrow kept SET target_id = made.target FROM unnest(%s::int[], %s::bigint[])"
            " AS made (line, target) WHERE kept.run_id = %s AND kept.line = made.line",
            [list(targets), list(targets.values()), run.pk],
        )


# ---------------------------------------------------------------- Progress
def cache_progress(run_id: int, share: float | None) -> None:
    """Store the progress of a worker."""
    say_progress(f"import:{run_id}", share)


def progress_of(run: ImportRun) -> int:
    """Return the progress in percent."""
    return percent_done(f"import:{run.pk}")


def is_interrupted(run: ImportRun) -> bool:
    """Return whether a worker started the current step and none is working on it now."""
    return leases.is_interrupted(ImportRun.objects.at_work(), run)


# ---------------------------------------------------------------- Sweeping
def sweep() -> int:
    """Send imports without a worker to workers again; return how many."""
    return leases.sweep(ImportRun.objects.at_work(), wake)


def clean_up(*, at: datetime) -> int:
    """Delete files and plans older than the setting IMPORT_KEEP_DAYS; keep the records of the imports."""
    delete_forgotten(ImportRun, "file", "imports", at=at)
    old = ImportRun.objects.filter(at__lt=at - timedelta(days=settings.IMPORT_KEEP_DAYS)).exclude(file="")
    count = 0
    for run in old.exclude(status__in=[Status.PLANNING, Status.COMMITTING]).iterator():
        remove_file(run)
        count += 1
    return count


def remove_file(run: ImportRun) -> None:
    """Delete the file of an import and the rows of its plan."""
    run.rows.all().delete()
    if run.file:
        run.file.delete(save=False)
    ImportRun.objects.filter(pk=run.pk).update(file="", samples=[], layout={})
