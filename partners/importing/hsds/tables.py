"""The tables of the Human Services Data Specification (HSDS), in folders and archives of CSV files.

A table is a list of rows with their numbers in the file; a row has its cells by the lower-case titles of the columns.
"""

import json
import zipfile
from collections import defaultdict
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from tempfile import SpooledTemporaryFile
from typing import IO, Any

from django.utils.translation import gettext as _

from onestop.files.uploaded_tables import CannotReadFile, Limits, check_zip, open_table, refuse_if_too_big
from partners.importing import cells

Row = dict[str, str]
Rows = list[tuple[int, Row]]
Tables = dict[str, Rows]
Parts = dict[str, IO[bytes]]  # files by their lower-case names

DESCRIPTOR = "datapackage.json"
LARGEST_DESCRIPTOR = 2_000_000  # bytes
FILES = {
    "services": ("services.csv", "service.csv"),
    "organizations": ("organizations.csv", "organization.csv"),
    "locations": ("locations.csv", "location.csv"),
    "addresses": ("addresses.csv", "address.csv", "physical_addresses.csv", "physical_address.csv"),
    "phones": ("phones.csv", "phone.csv"),
    "schedules": ("schedules.csv", "schedule.csv", "regular_schedules.csv", "regular_schedule.csv"),
    "links": (
        "service_at_location.csv", "service_at_locations.csv", "services_at_location.csv", "services_at_locations.csv"
    ),
    "languages": ("languages.csv", "language.csv"),
    "accessibility": (
        "accessibility.csv", "accessibility_for_disabilities.csv", "accessibilities.csv"
    ),
    "cost_options": ("cost_options.csv", "cost_option.csv"),
    "required_documents": ("required_documents.csv", "required_document.csv"),
    "service_areas": ("service_areas.csv", "service_area.csv"),
    "funding": ("funding.csv", "fundings.csv"),
    "programs": ("programs.csv", "program.csv"),
    "contacts": ("contacts.csv", "contact.csv"),
    "attributes": ("attributes.csv", "attribute.csv", "service_attributes.csv"),
    "taxonomy_terms": ("taxonomy_terms.csv", "taxonomy_term.csv"),
    "taxonomies": ("taxonomies.csv", "taxonomy.csv"),
    "urls": ("url.csv", "urls.csv", "additional_urls.csv"),
}  # fmt: skip
NEEDED = ("services", "organizations")
# A column of a table that version 1 does not have.
SINCE_2 = {
    "services": {"eligibility_description", "fees_description", "assured_date", "alert", "minimum_age"},
    "locations": {"location_type"},
    "addresses": {"address_type"},
    "phones": {"type"},
    "languages": {"name"},
    "schedules": {"byday", "freq", "dtstart"},
}


def is_since_2(tables: Tables) -> bool:
    """Return whether tables are of HSDS 2 or 3, by their columns."""
    if tables.get("cost_options"):
        return True
    return any(titles & set(tables[table][0][1]) for table, titles in SINCE_2.items() if tables.get(table))


def table_named(name: str) -> str:
    """Return the table that a file, an object or a list holds by its name, or nothing."""
    stem = Path(name).name.lower().removesuffix(".csv")
    return next((table for table, names in FILES.items() if stem == table or f"{stem}.csv" in names), "")


# ---------------------------------------------------------------- Opening
def holds_tables(file: IO[bytes], limits: Limits) -> bool:
    """Return whether a ZIP archive holds HSDS tables."""
    names = {Path(name).name.lower() for name in check_zip(file, limits)}
    return all(any(name in names for name in FILES[table]) for table in NEEDED)


def holds_json(file: IO[bytes], limits: Limits) -> bool:
    """Return whether a ZIP archive holds JSON beside a descriptor, and nothing else."""
    names = [Path(name).name.lower() for name in check_zip(file, limits) if not _is_hidden(name)]
    return any(name != DESCRIPTOR for name in names) and all(name.endswith(".json") for name in names)


@contextmanager
def opened_zip(file: IO[bytes], ending: str = ".csv") -> Iterator[Parts]:
    """Open the files of an archive, with its descriptor."""
    with zipfile.ZipFile(file) as archive, ExitStack() as stack:
        parts: Parts = {}
        for member in archive.infolist():
            name = Path(member.filename).name.lower()
            if (
                (name.endswith(ending) or name == DESCRIPTOR)
                and not member.is_dir()
                and not _is_hidden(member.filename)
            ):
                copy = stack.enter_context(SpooledTemporaryFile(max_size=1_000_000))
                with archive.open(member) as part:
                    while piece := part.read(256_000):
                        copy.write(piece)
                copy.seek(0)
                parts[name] = copy
        yield parts


@contextmanager
def opened_folder(folder: Path) -> Iterator[Parts]:
    """Open the files of a folder."""
    with ExitStack() as stack:
        paths = [*sorted(folder.glob("*.csv")), *sorted(folder.glob("*.json"))]
        yield {path.name.lower(): stack.enter_context(path.open("rb")) for path in paths}


def _is_hidden(name: str) -> bool:
    return "__MACOSX" in name or Path(name).name.startswith(".")


# ---------------------------------------------------------------- Reading
def read_tables(parts: Parts, limits: Limits) -> tuple[Tables, dict[str, str], list[str]]:
    """Return the tables in files, the name of the file of each, and the files that are no table.

    :raises CannotReadFile: if one of the tables cannot be read.
    """
    described = _described(parts.get(DESCRIPTOR))
    tables: Tables = {}
    names: dict[str, str] = {}
    others: list[str] = []
    for name, part in parts.items():
        table = described.get(name) or table_named(name)
        if not name.endswith(".csv"):
            continue
        if not table or table in tables:
            others.append(name)
            continue
        names[table], tables[table] = name, _read(name, part, limits)
    return tables, names, others


def _described(descriptor: IO[bytes] | None) -> dict[str, str]:
    """Return the tables by the names of their files, as a descriptor of a tabular data package says."""
    if descriptor is None:
        return {}
    try:
        found = json.loads(descriptor.read(LARGEST_DESCRIPTOR))
        pairs = [(str(one["path"]), str(one["name"])) for one in found["resources"] if one.get("path")]
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return {}  # the names of the files tell as much
    return {Path(path).name.lower(): table_named(name) or table_named(path) for path, name in pairs}


def _read(name: str, part: IO[bytes], limits: Limits) -> Rows:
    try:
        refuse_if_too_big(part, limits)
        found = open_table(part, limits)
        rows = []
        for line in found.lines:
            if line.problem:
                raise CannotReadFile(_("Row %(row)s: %(problem)s") % {"row": line.number, "problem": line.problem})
            cut = zip(found.header, line.cells, strict=True)
            rows.append(
                (line.number, {title.lower(): "" if cells.key(str(cell)) == "null" else cell for title, cell in cut})
            )
    except CannotReadFile as problem:
        raise CannotReadFile(f"{name}: {problem}") from problem
    return rows


# ---------------------------------------------------------------- Looking up
def rows_by(rows: Rows, column: str) -> dict[str, list[Row]]:
    """Return rows by the id in a column; rows without one are left out."""
    found: dict[str, list[Row]] = defaultdict(list)
    for _number, row in rows:
        if row.get(column):
            found[row[column]].append(row)
    return found


def unused_columns(tables: Tables, names: Mapping[str, str], used: Mapping[str, set[str]]) -> list[str]:
    """Return a note for each table with filled columns that are not used."""
    notes: list[str] = []
    for table, known in used.items():
        rows: Any = tables.get(table, [])
        filled = dict.fromkeys(title for _, row in rows for title, cell in row.items() if cell)
        if unused := [title for title in filled if title not in known]:
            said = {"table": names.get(table, table), "columns": ", ".join(unused)}
            notes.append(_("%(table)s: columns not used: %(columns)s.") % said)
    return notes
