"""The life of an import: a file is brought, its columns named, a plan made, and the plan written once.

PostgreSQL is the truth: a worker that is killed leaves its import in a state that the next one takes up; two workers
write it once. ``onestop.jobs.leases`` holds how they take it up.
"""

import hashlib
import logging
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import IO, Any

import pghistory
from django.conf import settings
from django.core.files import File
from django.db import DatabaseError, connection, transaction

from onestop.editing.refusals import Refused
from onestop.files.progress import percent_done, say_progress
from onestop.files.storage import delete_forgotten, deleted_on_failure
from onestop.files.uploaded_tables import CannotReadFile, Limits, UploadedTable, is_zip, open_table, refuse_if_too_big
from onestop.jobs import leases, waking
from onestop.ops.outages import database_is_away
from onestop.ops.typed_text import printable
from partners.importing import columns, hsds
from partners.importing.committing import write_plan
from partners.importing.dry_run import make_plan
from partners.importing.planning import Options, Outcome, Plan, PlannedRow
from partners.models import ImportRow, ImportRun, LocalArea

log = logging.getLogger(__name__)
Status = ImportRun.Status


class CannotImport(Refused):
    """The import is not where it would have to be for that; the message says where it is."""


class _PlanChanged(Exception):
    """What the file would do is not what it would have done at the dry run."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan


# ---------------------------------------------------------------- Bringing a file
def open_upload(file: IO[bytes], kind: str) -> UploadedTable:
    """Return the table in a file: a spreadsheet, or for services also a ZIP of HSDS tables.

    :raises CannotReadFile: if it is neither.
    """
    limits = Limits.from_settings()
    if kind == ImportRun.Kind.SERVICES:
        refuse_if_too_big(file, limits)
        if is_zip(file) and hsds.is_hsds(file, limits):
            return hsds.read_zip(file, limits)
    return open_table(file, limits)


def start_import(area: LocalArea, kind: str, file: Any, *, by: Any, at: datetime) -> ImportRun:
    """Keep a file and guess what its columns hold.

    :raises CannotReadFile: if it cannot be read; nothing is kept then.
    """
    table = open_upload(file, kind)
    samples = table.samples()
    mapping = columns.remembered_mapping(area, kind, table.header)
    file.seek(0)
    mark = hashlib.sha256()
    for piece in iter(lambda: file.read(256_000), b""):
        mark.update(piece)
    size = file.tell()
    file.seek(0)
    run = ImportRun(
        area=area,
        kind=kind,
        name=printable(str(file.name).rsplit("/", 1)[-1])[-200:],
        size=size,
        sha256=mark.hexdigest(),
        by=by,
        at=at,
        header=table.header,
        samples=samples,
        mapping=mapping or columns.guess_mapping(kind, table.header, samples),
        notes=table.notes,
        message="" if mapping is None else "The columns are named as you named them last time.",
    )
    run.file.save(run.name, File(file), save=False)
    with deleted_on_failure(run.file), transaction.atomic():
        run.save()
    return run


def name_columns(run: ImportRun, mapping: Sequence[str], options: dict[str, bool], *, at: datetime) -> None:
    """Say what each column holds, and have a plan made.

    :raises CannotImport: if a field without which nothing can be read has no column, or the file was imported already.
    """
    if missing := columns.missing_fields(run.kind, mapping):
        names = " and ".join(f"“{item.label}”" for item in missing)
        raise CannotImport(f"Say which column holds {names}.")
    with transaction.atomic():
        waiting = (Status.UPLOADED, Status.PLANNED, Status.FAILED)
        changed = ImportRun.objects.filter(pk=run.pk, status__in=waiting).update(
            status=Status.PLANNING, mapping=list(mapping), options=options, asked_at=at, **leases.FRESH
        )
        if not changed:
            raise CannotImport("This import is under way, or done; its columns can no longer be changed.")
        columns.remember_mapping(run.area, run.kind, run.header, mapping, at=at)
        wake(run.pk)


def request_commit(run: ImportRun, *, by: Any, digest: str, at: datetime) -> None:
    """Have the plan written, as it was shown.

    :raises CannotImport: if it is not ready, or is another one by now.
    """
    with transaction.atomic():
        changed = ImportRun.objects.filter(pk=run.pk, status=Status.PLANNED, digest=digest).update(
            status=Status.COMMITTING, committed_by=by, asked_at=at, **leases.FRESH
        )
        if not changed:
            raise CannotImport("This plan is not waiting to be imported; look at it again.")
        wake(run.pk)


def cancel(run: ImportRun) -> None:
    """Give up an import that has written nothing.

    :raises CannotImport: if it is being written, or was.
    """
    waiting = (Status.UPLOADED, Status.PLANNING, Status.PLANNED, Status.FAILED)
    if not ImportRun.objects.filter(pk=run.pk, status__in=waiting).update(status=Status.CANCELLED, **leases.UNCLAIMED):
        raise CannotImport("This import is under way, or done.")
    remove_file(run)


def wake(run_id: int) -> None:
    """Tell a worker of an import once the transaction is committed."""
    waking.wake("partners.tasks.work_on_import", run_id)


# ---------------------------------------------------------------- Working on it
def work_on(run_id: int, *, at: datetime) -> bool:
    """Do what an import waits for, unless another worker is at it; return whether this worker took it up."""
    run = leases.take(ImportRun.objects.at_work(), run_id)
    if run is None:
        return False
    try:
        leases.work(run, lambda job: plan_or_commit(job, at=at), wake=wake, told=CannotReadFile)
    finally:
        cache_progress(run_id, None)
    return True


def plan_or_commit(run: ImportRun, *, at: datetime) -> None:
    """Do what an import waits for.

    :raises CannotReadFile: if its file cannot be read, or is no longer kept.
    """
    if run.status == Status.PLANNING:
        plan_run(run, at=at)
    else:
        commit_run(run, at=at)


def plan_run(run: ImportRun, *, at: datetime) -> Plan:
    """Make the dry run and keep it."""
    plan = _plan(run, 0.9)
    with transaction.atomic():
        locked = ImportRun.objects.select_for_update().get(pk=run.pk)
        if locked.status == Status.PLANNING and locked.claim == run.claim:
            keep_plan(locked, plan, at=at)
    return plan


def commit_run(run: ImportRun, *, at: datetime) -> bool:
    """Write the plan in one transaction, if it is still the one that was shown; return whether it was written."""
    for last in (False, False, True):
        try:
            with transaction.atomic():
                _read_one_snapshot()
                return _commit(run, at=at)
        except _PlanChanged as changed:
            with transaction.atomic():
                locked = ImportRun.objects.select_for_update().get(pk=run.pk)
                if locked.status == Status.COMMITTING and locked.claim == run.claim:
                    words = (
                        "The network changed since this plan was made, so nothing was written. This is the new plan."
                    )
                    keep_plan(locked, changed.plan, at=at, message=words)
            return False
        except DatabaseError as problem:
            # Somebody wrote one of these rows between our reading and our writing: read again.
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
    """Read the network as it is at one moment: what changes meanwhile makes the writing fail, not go astray."""
    if len(connection.savepoint_ids) == 0 and not connection.needs_rollback:
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")


def _plan(run: ImportRun, part: float) -> Plan:
    total = max(_rows_expected(run), 1)

    def progress(done: int) -> None:
        cache_progress(run.pk, part * min(done / total, 1))

    try:
        kept = run.file.open("rb")
    except FileNotFoundError as problem:
        raise CannotReadFile("The file is no longer kept. Bring it again.") from problem
    with kept as file:
        table = open_upload(file, run.kind)
        return make_plan(run.area, run.kind, table, run.mapping, Options.from_dict(run.options), progress=progress)


def _rows_expected(run: ImportRun) -> int:
    return int(run.counts.get("rows") or run.size / 400)


def keep_plan(run: ImportRun, plan: Plan, *, at: datetime, message: str = "") -> None:
    """Keep a plan with its import, in place of an earlier one."""
    run.rows.all().delete()
    ImportRow.objects.bulk_create((_kept(run, row) for row in plan.rows), batch_size=2000)
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
        reasons=row.reasons,
        remarks=row.remarks,
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
    """Say how far a worker is."""
    say_progress(f"import:{run_id}", share)


def progress_of(run: ImportRun) -> int:
    """Return how many percent are done."""
    return percent_done(f"import:{run.pk}")


def is_interrupted(run: ImportRun) -> bool:
    """Return whether a worker had begun what it waits for, and none is at it now."""
    return leases.is_interrupted(ImportRun.objects.at_work(), run)


# ---------------------------------------------------------------- Sweeping
def sweep() -> int:
    """Wake workers for imports that none has taken up, or whose worker was killed; return how many."""
    return leases.sweep(ImportRun.objects.at_work(), wake)


def clean_up(*, at: datetime) -> int:
    """Delete files and plans that are older than the setting IMPORT_KEEP_DAYS; that they were imported stays known."""
    delete_forgotten(ImportRun, "file", "imports", at=at)
    old = ImportRun.objects.filter(at__lt=at - timedelta(days=settings.IMPORT_KEEP_DAYS)).exclude(file="")
    count = 0
    for run in old.exclude(status__in=[Status.PLANNING, Status.COMMITTING]).iterator():
        remove_file(run)
        count += 1
    return count


def remove_file(run: ImportRun) -> None:
    """Delete an import's file and the rows of its plan."""
    run.rows.all().delete()
    if run.file:
        run.file.delete(save=False)
    ImportRun.objects.filter(pk=run.pk).update(file="", samples=[])
