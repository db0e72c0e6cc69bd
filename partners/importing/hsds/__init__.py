"""Read the Human Services Data Specification (HSDS): join its tables into one row for each service.

Version 1 (``version_1``) and versions 2 and 3 (``version_3``) are told apart by their columns. Tables come in a folder,
a ZIP archive or as nested objects in JSON (``json_objects``).
"""

from pathlib import Path
from typing import IO

from django.utils.translation import gettext as _

from onestop.files.uploaded_tables import CannotReadFile, Limits, UploadedTable
from onestop.ui.sentences import join_words
from partners.importing.hsds import json_objects, version_1, version_3
from partners.importing.hsds.tables import (
    DESCRIPTOR,
    FILES,
    NEEDED,
    Parts,
    Tables,
    holds_json,
    holds_tables,
    is_since_2,
    opened_folder,
    opened_zip,
    read_tables,
    unused_columns,
)
from partners.importing.network_fields import SERVICE_FIELDS

MOST_NOTES = 60  # notes about a file that are kept


def is_hsds(file: IO[bytes], limits: Limits) -> bool:
    """Return whether a ZIP archive holds HSDS tables or objects."""
    return holds_tables(file, limits) or holds_json(file, limits)


def read_zip(file: IO[bytes], limits: Limits) -> UploadedTable:
    """Return the services in an archive of HSDS tables, or of objects in JSON.

    :raises CannotReadFile: if one of its tables cannot be read.
    """
    if holds_tables(file, limits):
        with opened_zip(file) as parts:
            return _read_parts(parts, limits)
    with opened_zip(file, ".json") as parts:
        return _read_parts(parts, limits)


def read_folder(folder: Path, limits: Limits) -> UploadedTable:
    """Return the services in a folder of HSDS tables, or of objects in JSON.

    :raises CannotReadFile: if tables are missing, or one of them cannot be read.
    """
    with opened_folder(folder) as parts:
        return _read_parts(parts, limits)


def is_json(file: IO[bytes]) -> bool:
    """Return whether a file is JSON, by how it begins."""
    start = file.read(200).removeprefix(b"\xef\xbb\xbf").lstrip()
    file.seek(0)
    return start[:1] in (b"{", b"[") and not start.startswith(b"{\\rtf")


def read_json(file: IO[bytes], limits: Limits) -> UploadedTable:
    """Return the services among the objects in a JSON file.

    :raises CannotReadFile: if it holds no services of HSDS.
    """
    tables, notes = json_objects.read_tables(file, limits)
    return _join(tables, {}, notes, since_2=True)


def _read_parts(parts: Parts, limits: Limits) -> UploadedTable:
    objects = [name for name in parts if name.endswith(".json") and (name != DESCRIPTOR or len(parts) == 1)]
    if objects and not any(name.endswith(".csv") for name in parts):
        return read_json(parts[objects[0]], limits) if len(objects) == 1 else _read_objects(parts, limits)
    tables, names, others = read_tables(parts, limits)
    notes = [_("Tables not used: %(tables)s.") % {"tables": ", ".join(sorted(others))}] if others else []
    return _join(tables, names, notes, since_2=is_since_2(tables))


def _read_objects(parts: Parts, limits: Limits) -> UploadedTable:
    """Return the services in several files of JSON, each of which holds the objects that its name says."""
    tables, notes = json_objects.read_files({n: part for n, part in parts.items() if n != DESCRIPTOR}, limits)
    return _join(tables, {}, notes, since_2=True)


def _join(tables: Tables, names: dict[str, str], notes: list[str], *, since_2: bool) -> UploadedTable:
    for table in NEEDED:
        if not tables.get(table):
            raise CannotReadFile(
                _("The file %(missing)s is missing or empty. HSDS tables need %(required)s.")
                % {"missing": FILES[table][0], "required": join_words(FILES[name][0] for name in NEEDED)}
            )
    version = version_3 if since_2 else version_1
    if unknown := sorted(names[table] for table in set(tables) - set(version.Joiner.tables) if table in names):
        notes.append(_("Tables not used: %(tables)s.") % {"tables": ", ".join(unknown)})
    notes += unused_columns(tables, names, version.Joiner.used)
    joiner = version.Joiner({table: tables.get(table, []) for table in FILES}, notes)
    labels = {field.code: field.label for field in SERVICE_FIELDS}
    lines = list(joiner.lines())
    return UploadedTable([labels[code] for code in joiner.codes], iter(lines), notes[:MOST_NOTES])
