"""The base class of the import commands."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

import pghistory
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils.timezone import now

from onestop.editing.refusals import Refused
from onestop.files.uploaded_tables import CannotReadFile, Limits, UploadedTable
from partners.importing import columns, hsds
from partners.importing.committing import write_plan
from partners.importing.dry_run import make_plan
from partners.importing.kinds import kind_of
from partners.importing.layouts import Layout, open_laid_out
from partners.importing.odd_rows import Reason
from partners.importing.planning import Options, Outcome, Plan, PlannedRow
from partners.models import ImportRow, LocalArea


class ImportCommand(BaseCommand):
    """Plan the import of a file, print the outcome of each row, and write all rows or none."""

    kind = ""
    switches: tuple[tuple[str, str], ...] = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Add the file, the area and the options."""
        parser.add_argument("path", type=Path, metavar="FILE")
        parser.add_argument("--area", required=True, metavar="SLUG", help="the local area to import into")
        parser.add_argument("--dry-run", action="store_true", help="show the changes without writing them")
        parser.add_argument(
            "--skip-unreadable", action="store_true", help="skip rows that cannot be read, and write the others"
        )
        parser.add_argument("--sheet", default="", metavar="TITLE", help="the sheet of a workbook")
        parser.add_argument("--header-row", default="", metavar="N[,M]", help="the one or two rows of the header")
        parser.add_argument(
            "--keep-left-out", action="append", default=[], choices=Reason.values,
            help="import rows that look like none of the data, for this reason (repeatable)",
        )  # fmt: skip
        parser.add_argument("--repair-text", action="store_true", help="repair text that was encoded twice")
        parser.add_argument("--blank-erases", action="store_true", help="blank cells clear existing values")
        parser.add_argument(
            "--similar-are-new", action="store_true", help="add what has nearly the name of a saved one without asking"
        )
        parser.add_argument(
            "--column", action="append", default=[], metavar="TITLE=FIELD", help="map a column to a field (repeatable)"
        )
        if self.kind in ("partners", "services"):
            parser.add_argument("--rest-to-notes", action="store_true", help="add words that fit no field to the notes")
        if self.kind in ("partners", "services", "presence"):
            parser.add_argument("--fill-down", action="store_true", help="blank names mean the name above")
        for name, help_text in self.switches:
            parser.add_argument(f"--{name}", action="store_true", help=help_text)

    def handle(self, *args: Any, **options: Any) -> None:
        """Plan the import, print it, write it."""
        area = LocalArea.objects.select_related("state").filter(slug=options["area"]).first()
        if area is None:
            raise CommandError(f"There is no local area “{options['area']}”.")
        switches = Options(**{name: options.get(name, False) for name in Options.__dataclass_fields__})
        try:
            with transaction.atomic():
                plan = self._plan(area, options, switches)
                self._print(plan, options["verbosity"])
                unread = plan.counts[Outcome.UNREADABLE]
                if not options["dry_run"] and not (unread and not options["skip_unreadable"]):
                    with pghistory.context(task="import", command=f"import_{self.kind}", file=options["path"].name):
                        write_plan(area, plan, at=now())
        except (CannotReadFile, Refused, OSError) as problem:
            raise CommandError(str(problem)) from problem
        if unread and not options["skip_unreadable"]:
            raise CommandError(
                f"Rows that cannot be read: {unread}."
                if options["dry_run"]
                else f"Nothing was written. Rows that cannot be read: {unread}. Correct them, or add --skip-unreadable."
            )
        self.stdout.write("Nothing was written: this was a dry run." if options["dry_run"] else "All rows are written.")

    def _plan(self, area: LocalArea, options: dict[str, Any], switches: Options) -> Plan:
        path: Path = options["path"]
        if path.is_dir():
            if self.kind != "services":
                raise CommandError("A folder of HSDS tables contains services. Pass a single file instead.")
            return self._of_table(area, hsds.read_folder(path, Limits.from_settings()), options, switches)
        with path.open("rb") as file:
            layout = Layout(options["sheet"], _row_numbers(options["header_row"]), frozenset(options["keep_left_out"]))
            opening = open_laid_out(file, self.kind, layout, area=area, repair=switches.repair_text)
            return self._of_table(area, opening.table, options, switches, opening.layout)

    def _of_table(
        self,
        area: LocalArea,
        table: UploadedTable,
        options: dict[str, Any],
        switches: Options,
        layout: Layout | None = None,
    ) -> Plan:
        remembered = columns.remembered_mapping(area, self.kind, table.header)
        mapping = remembered or columns.guess_mapping(self.kind, table.header)
        for given in options["column"]:
            title, _, code = given.rpartition("=")
            if title not in table.header or code not in kind_of(self.kind).by_code:
                raise CommandError(f"--column {given}: the column or the field does not exist.")
            mapping[table.header.index(title)] = code
        labels = kind_of(self.kind).by_code
        for title, code in zip(table.header, mapping, strict=True):
            self.stdout.write(f"Column “{title}”: {labels[code].label if code else 'not used'}")
        if missing := columns.missing_fields(self.kind, mapping):
            raise CommandError(f"There is no column for “{missing[0].label}”. Add --column 'TITLE={missing[0].code}'.")
        return make_plan(area, self.kind, table, mapping, switches, layout=layout)

    def _print(self, plan: Plan, verbosity: int) -> None:
        for note in plan.notes:
            self.stdout.write(f"Note: {note}")
        for row in plan.rows:
            if verbosity > 0 and (row.outcome != Outcome.SAME or row.remarks or verbosity > 1):
                self._print_row(row)
        counts = plan.counts
        labels = dict(ImportRow.Outcome.choices)
        outcomes = ", ".join(f"{counts[value]} {str(label).lower()}" for value, label in labels.items())
        self.stdout.write(f"{counts['rows']} rows: {outcomes}; {counts['remarks']} with remarks.")

    def _print_row(self, row: PlannedRow) -> None:
        self.stdout.write(f"Row {row.line}: {ImportRow.Outcome(row.outcome).label}: {row.title}")
        for reason in row.reasons:
            self.stdout.write(f"    {reason}")
        for label, before, after in row.changes if row.outcome == Outcome.CHANGE else []:
            self.stdout.write(f"    {label}: {before[:80] or '(empty)'} -> {after[:80] or '(empty)'}")
        for remark in row.remarks:
            self.stdout.write(f"    Remark: {remark}")


def _row_numbers(text: str) -> tuple[int, ...]:
    """Return the numbers of one or two rows: "3" or "3,4"; none for an empty text.

    :raises CommandError: if it is anything else.
    """
    numbers = tuple(int(part) for part in text.split(",") if part.strip().isdecimal())
    if len(numbers) > 2 or len(numbers) != len([part for part in text.split(",") if part.strip()]):
        raise CommandError(f"--header-row {text}: write one row or two, such as 3 or 3,4.")
    return numbers
