"""How long 20,000 services take: python -m tests.benchmarks.imports [rows] (on servers of its own, as the tests do)."""

import io
import os
import resource
import sys
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any


def main(rows: int) -> None:
    """Print what a dry run, an import and the same import again cost, as CSV and as a workbook."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
    import django

    django.setup()
    from tests.servers import SERVERS

    SERVERS.start()
    try:
        _measure(rows)
    finally:
        SERVERS.stop()


def _measure(rows: int) -> None:
    from django.conf import settings
    from django.core.management import call_command
    from django.db import connection

    name = f"benchmark_{os.getpid()}"
    with connection._nodb_cursor() as cursor:
        cursor.execute(f'CREATE DATABASE "{name}"')
    connection.close()
    before = connection.settings_dict["NAME"]
    settings.DATABASES["default"]["NAME"] = connection.settings_dict["NAME"] = name
    try:
        call_command("migrate", verbosity=0)
        _run(rows)
    finally:
        connection.close()
        settings.DATABASES["default"]["NAME"] = connection.settings_dict["NAME"] = before
        with connection._nodb_cursor() as cursor:
            cursor.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


def _run(rows: int) -> None:
    from django.utils.timezone import now

    from onestop.files.uploaded_tables import open_table
    from onestop.ui.spreadsheets import write_csv, write_xlsx
    from partners.coverage import programs
    from partners.importing import columns
    from partners.importing.committing import write_plan
    from partners.importing.dry_run import make_plan
    from partners.importing.export import service_export_header, service_export_rows
    from partners.importing.planning import Options, Plan
    from partners.models import Service
    from tests import factories

    programs.load_programs()
    area = factories.make_area()
    for number in range(40):
        factories.make_partnership(area, name=f"Agency {number}")
    header = columns.template_header("services")

    def plan(data: bytes) -> Plan:
        table = open_table(io.BytesIO(data))
        return make_plan(area, "services", table, columns.guess_mapping("services", table.header), Options())

    first = b"".join(write_csv(header, _services(rows, "")))
    again = b"".join(write_csv(header, _services(rows, " on request")))
    workbook = write_xlsx(header, _services(rows, "")).read()
    print(f"{rows:,} rows, {len(header)} columns, {len(first) / 1e6:.1f} MB CSV, {len(workbook) / 1e6:.1f} MB XLSX")
    _run_as_staff_do(rows, first)  # first: a worker's memory holds nothing else
    _time("dry run, CSV", rows, lambda: plan(first))
    _time("dry run, XLSX", rows, lambda: plan(workbook))
    new = plan(first)
    _time("import, CSV", rows, lambda: write_plan(area, new, at=now()))
    _time("the same again", rows, lambda: plan(first).counts["same"] == rows or sys.exit("It changed something."))
    changes = plan(again)
    _time("import of changes", rows, lambda: write_plan(area, changes, at=now()))
    _run_partners(rows)
    everything = Service.objects.filter(partnership__area=area).order_by("pk")
    _time("export, XLSX", rows, lambda: write_xlsx(service_export_header, service_export_rows(everything)))


def _run_partners(rows: int) -> None:
    """Measure what partners with their programs, representatives and locations take to write, and to change."""
    from django.utils.timezone import now

    from onestop.files.uploaded_tables import open_table
    from onestop.ui.spreadsheets import write_csv
    from partners.importing import columns
    from partners.importing.committing import write_plan
    from partners.importing.dry_run import make_plan
    from partners.importing.planning import Options
    from tests import factories

    area = factories.make_area()
    header = ["Partner", "Programs", "Notes", "Contact", "Contact email", "Address", "City"]
    for what, program, note in (("new partners", "Job Corps; TANF", "One"), ("changed partners", "TANF", "Two")):
        lines = (
            [
                f"House {n}",
                program,
                note,
                f"{note} Person {n}",
                f"{note}.{n}@house.example",
                f"{n} {note} Street",
                "Ames",
            ]
            for n in range(rows)
        )
        table = open_table(io.BytesIO(b"".join(write_csv(header, lines))))
        mapping = columns.guess_mapping("partners", table.header)
        made = make_plan(area, "partners", table, mapping, Options())
        _time(what, rows, partial(write_plan, area, made, at=now()))


def _run_as_staff_do(rows: int, data: bytes) -> None:
    """Measure what a worker does for the pages: it keeps the plan, and makes it again before it writes."""
    from django.core.files.base import ContentFile
    from django.utils.timezone import now

    from partners.importing import runs
    from tests import factories

    area = factories.make_area()
    run = runs.start_import(area, "services", ContentFile(data, name="ours.csv"), by=None, at=now())
    runs.name_columns(run, run.mapping, {"add_missing_partners": True}, at=now())
    _time("worker: dry run", rows, lambda: runs.work_on(run.pk, at=now()))
    run.refresh_from_db()
    runs.request_commit(run, by=None, digest=run.digest, at=now())
    _time("worker: import", rows, lambda: runs.work_on(run.pk, at=now()))
    run.refresh_from_db()
    run.file.delete(save=False)
    assert (run.status, run.counts["add"]) == ("done", rows), run.message


def _time(what: str, rows: int, act: Callable[[], Any]) -> None:
    start, worked, served = time.perf_counter(), time.process_time(), _server_time()
    act()
    took, worked = time.perf_counter() - start, time.process_time() - worked
    served = _server_time() - served
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    cost = f"{worked:5.1f} s in Python, {served:5.1f} s in PostgreSQL"
    print(f"{what:20} {took:6.1f} s ({cost}) {rows / took:8,.0f} rows/s, peak {peak:,.0f} MB")


def _server_time() -> float:
    """Return the processor time of our connection's server process: on a busy machine it says more than the clock."""
    from django.db import connection

    connection.ensure_connection()
    try:
        stat = Path(f"/proc/{connection.connection.info.backend_pid}/stat").read_text()
    except OSError:
        return 0.0
    return sum(map(int, stat.rpartition(")")[2].split()[11:13])) / os.sysconf("SC_CLK_TCK")


def _services(rows: int, more: str) -> Iterator[list[Any]]:
    """Yield rows as an area might type them: every column filled, texts of usual length."""
    words = "Help with finding work, writing a resume and preparing for interviews, alone or in a small group. " * 3
    for number in range(rows):
        partner = f"Agency {number % 40}"
        yield [
            partner, f"Service {number}", words, "Basic career service", "Adults", "Adults; Youth, 14 to 24",
            "Anyone 18 or over", "An ID", "Free",
            "Walk in or call" + more, "Mon to Fri 9 to 5", "No wait", "English; Spanish", "In person; By phone",
            "Captioning", "Title I Adult; Wagner-Peyser", "Federal; County", "jobs, resume, interview",
            f"614 555 {number % 10_000:04d}",
            "help@agency.example", "agency.example/help", "Yes", "", f"Office {number % 5} of {partner}",
            f"{number % 5} Main Street", "Ames", "OH", "43215", "(614) 555-0100", "Mon to Fri 8 to 5", "Ramp; Elevator",
            "Bus 7",
        ]  # fmt: skip


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 20_000)
