"""Exports of the public services of an area in HSDS 3.1: a ZIP archive of its tables, or JSON.

Both are made in one pass over the services, a batch at a time, with the same number of queries for each batch; the
tables wait in temporary files. An import takes either unchanged (``partners.importing.hsds``).
"""

import csv
import io
import json
import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import date
from typing import IO, Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from onestop.ops.typed_text import printable
from onestop.ui.spreadsheets import defuse
from partners.hsds.serializing import Object, service_object, with_parts
from partners.hsds.standard import BY_NESTED, ONCE, TABLES, Table, data_package
from partners.models import LocalArea, Service

BATCH = 500
IN_MEMORY = 500_000  # bytes of a table before it is written to the disk
ZIP_TYPE, JSON_TYPE = "application/zip", "application/json"


def public_services(area: LocalArea) -> QuerySet[Service]:
    """Return the services of an area that the public directory shows."""
    return Service.objects.in_directory().filter(partnership__area=area)


def objects(services: QuerySet[Service], *, day: date) -> Iterator[Object]:
    """Yield services as objects of HSDS, by their ids, a batch at a time."""
    rows = with_parts(services)
    last = 0
    while batch := list(rows.filter(pk__gt=last).order_by("pk")[:BATCH]):
        yield from (service_object(service, day=day) for service in batch)
        last = batch[-1].pk


# ---------------------------------------------------------------- JSON
def write_json(services: QuerySet[Service], *, day: date) -> Iterator[bytes]:
    """Yield the services as an array in JSON, each with everything nested in it."""
    start = "[\n"
    for found in objects(services, day=day):
        yield (start + json.dumps(found, ensure_ascii=False)).encode()
        start = ",\n"
    yield b"[]\n" if start == "[\n" else b"\n]\n"


# ---------------------------------------------------------------- Tables
def write_zip(services: QuerySet[Service], *, title: str, day: date) -> IO[bytes]:
    """Return a temporary file with an archive of the tables and their descriptor; closing it deletes it."""
    archive_file = tempfile.TemporaryFile()  # noqa: SIM115 (the caller closes it)
    with ExitStack() as stack:
        tables = {table.name: _TableFile(table, stack) for table in TABLES}
        known: set[str] = set()
        for found in objects(services, day=day):
            for name, row in rows_of("service", found, known):
                tables[name].add(row)
        with zipfile.ZipFile(archive_file, "w", zipfile.ZIP_DEFLATED) as archive:
            descriptor = data_package(title, [table.table for table in tables.values()])
            archive.writestr("datapackage.json", json.dumps(descriptor, indent=2))
            for table in tables.values():
                table.copy_into(archive)
    archive_file.seek(0)
    return archive_file


def title_of(area: LocalArea) -> str:
    """Return the title of an export of an area."""
    return _("Public services of %(area)s") % {"area": area.name}


def rows_of(name: str, found: Object, known: set[str]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield an object and all objects nested in it, each with the name of its table.

    Things that many objects share, such as organizations, are yielded once: ``known`` collects their ids.
    """
    if name in ONCE:
        if found["id"] in known:
            return
        known.add(found["id"])
    row: dict[str, Any] = {}
    for key, value in found.items():
        nested = BY_NESTED.get(key)
        if nested is None:
            row[key] = value
        else:
            for each in value if isinstance(value, list) else [value]:
                yield from rows_of(nested.name, each, known)
    yield name, row


class _TableFile:
    """A table that is written row by row."""

    def __init__(self, table: Table, stack: ExitStack) -> None:
        self.table = table
        self.file: Any = stack.enter_context(tempfile.SpooledTemporaryFile(max_size=IN_MEMORY))  # noqa: SIM115
        self.text = io.TextIOWrapper(self.file, encoding="utf-8", newline="", write_through=True)
        self.writer = csv.writer(self.text)
        self.writer.writerow(table.columns)

    def add(self, row: dict[str, Any]) -> None:
        """Write a row."""
        self.writer.writerow([_cell(row.get(column, "")) for column in self.table.columns])

    def copy_into(self, archive: zipfile.ZipFile) -> None:
        """Write the table into an archive."""
        self.text.flush()
        self.text.detach()
        self.file.seek(0)
        with archive.open(self.table.file, "w", force_zip64=True) as part:
            while piece := self.file.read(256_000):
                part.write(piece)


def _cell(value: Any) -> str:
    return defuse(printable(value)) if isinstance(value, str) else str(value)
