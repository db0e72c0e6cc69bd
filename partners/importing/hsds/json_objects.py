"""HSDS as objects in JSON: services with everything nested in them, pages of an API, or lists by the names of tables.

Nested objects become rows of their tables, which then are joined like those of CSV files.
"""

import io
import json
from collections.abc import Iterable, Iterator, Mapping
from typing import IO, Any

from django.utils.translation import gettext as _

from onestop.files.uploaded_tables import CannotReadFile, Limits
from onestop.ops.typed_text import printable
from partners.importing.hsds.tables import DESCRIPTOR, FILES, Row, Tables, table_named

# The table of what is nested in an object, by its name there.
NESTED = {
    "phones": "phones", "schedules": "schedules", "regular_schedules": "schedules", "service_areas": "service_areas",
    "service_at_locations": "links", "languages": "languages", "funding": "funding", "cost_options": "cost_options",
    "required_documents": "required_documents", "contacts": "contacts", "attributes": "attributes",
    "additional_urls": "urls", "additional_websites": "urls", "addresses": "addresses",
    "physical_addresses": "addresses", "accessibility": "accessibility",
    "accessibility_for_disabilities": "accessibility", "locations": "locations", "programs": "programs",
    "services": "services",
}  # fmt: skip
ONE = {"organization": "organizations", "location": "locations", "program": "programs", "service": "services"}
# The column in which a row names what it is nested in.
OWNER = {
    "services": "service_id", "organizations": "organization_id", "locations": "location_id",
    "links": "service_at_location_id", "contacts": "contact_id", "phones": "phone_id",
}  # fmt: skip
SHARED = ("organizations", "locations", "programs", "services", "taxonomy_terms", "links")  # kept once for each id
DEEPEST = 8


def read_tables(file: IO[bytes], limits: Limits) -> tuple[Tables, list[str]]:
    """Return the tables in a JSON file, and notes about it.

    :raises CannotReadFile: if it is too large or no JSON, or holds no services.
    """
    refuse_large([file], limits)
    found = _load(file)
    reader = _Reader(limits)
    if isinstance(found, dict) and isinstance(found.get("resources"), list):
        _read_package(reader, found)
    elif isinstance(found, dict) and any(isinstance(found.get(name), list) for name in ("contents", "data", "items")):
        reader.read_list("services", next(found[name] for name in ("contents", "data", "items") if found.get(name)))
    elif isinstance(found, dict) and "id" not in found:
        for name, objects in found.items():
            if isinstance(objects, list):
                reader.read_list(table_named(name), objects)
    else:
        reader.read_list("services", found if isinstance(found, list) else [found])
    return reader.finished()


def read_files(parts: Mapping[str, IO[bytes]], limits: Limits) -> tuple[Tables, list[str]]:
    """Return the tables in JSON files that each hold the objects that the name says, such as ``services.json``.

    :raises CannotReadFile: if they are too large together, one is no JSON, or none holds services.
    """
    refuse_large(parts.values(), limits)
    reader = _Reader(limits)
    for name, part in parts.items():
        table = table_named(name.removesuffix(".json"))
        found = _load(part)
        objects = found.get("contents") if isinstance(found, dict) else found
        if table and isinstance(objects, list):
            reader.read_list(table, objects)
    return reader.finished()


def refuse_large(files: Iterable[IO[bytes]], limits: Limits) -> None:
    """Check how large JSON is, extracted: all of it is in memory at once, as six times its size.

    :raises CannotReadFile: if it is over the limit of a file.
    """
    size = 0
    for file in files:
        size += file.seek(0, io.SEEK_END)
        file.seek(0)
    if size > limits.file_bytes:
        problem = _(
            "The JSON is %(size)s MB, extracted. The limit is %(limit)s MB. Split its services into several files, "
            "or export them as tables (CSV) in a ZIP file."
        )
        sizes = {"size": f"{size / 1e6:,.1f}", "limit": f"{limits.file_bytes / 1e6:,.0f}"}
        raise CannotReadFile(problem % sizes)


def _load(file: IO[bytes]) -> Any:
    try:
        return json.loads(file.read().decode("utf-8-sig"))
    except (ValueError, RecursionError) as problem:
        raise CannotReadFile(_("This is not valid JSON: %(problem)s.") % {"problem": problem}) from problem


def _read_package(reader: "_Reader", package: dict[str, Any]) -> None:
    for resource in package["resources"]:
        if isinstance(resource, dict) and isinstance(resource.get("data"), list):
            reader.read_list(table_named(str(resource.get("name", ""))), resource["data"])
    if not reader.tables.get("services"):
        raise CannotReadFile(
            _("%(name)s only describes tables. Put it into a ZIP file with them, and import that.")
            % {"name": DESCRIPTOR}
        )


class _Reader:
    """Collect rows by their tables."""

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self.tables: Tables = {table: [] for table in FILES}
        self.known: dict[str, dict[str, Row]] = {table: {} for table in SHARED}
        self.unused: dict[str, None] = {}
        self.parts: set[tuple[str, str, str]] = set()
        self.number = 0

    def read_list(self, table: str, objects: list[Any]) -> None:
        """Read a list of objects of one table."""
        for at, each in enumerate(objects if table else (), start=1):
            if at > self.limits.rows:
                problem = _("The file has more than %(limit)s rows. Split it into several files.")
                raise CannotReadFile(problem % {"limit": f"{self.limits.rows:,}"})
            if not isinstance(each, dict):
                raise CannotReadFile(_("Entry %(number)s of the list is not an object of HSDS.") % {"number": at})
            self.number = at
            self._read(table, each, {}, 0)

    def finished(self) -> tuple[Tables, list[str]]:
        """Return the tables and notes."""
        if not any(row.get("name") for _number, row in self.tables["services"]):
            raise CannotReadFile(_("There are no services of HSDS in this JSON file."))
        notes = []
        if self.unused:
            notes.append(_("Parts not used: %(names)s.") % {"names": ", ".join(self.unused)})
        return self.tables, notes

    def _read(self, table: str, given: dict[str, Any], owners: Row, depth: int) -> str:
        """Add an object and what is nested in it; return its id."""
        if depth > DEEPEST:
            raise CannotReadFile(_("The objects of this JSON file are nested too deep."))
        row: Row = dict(owners)
        row |= {name.lower(): _text(value) for name, value in given.items() if not isinstance(value, dict | list)}
        row["id"] = row.get("id") or f"{table}-{self.number}-{len(self.tables[table])}"
        own = {OWNER[table]: row["id"]} if table in OWNER else {}
        if table == "links":  # what happens there belongs to the service and the place too
            own |= {column: owners[column] for column in ("service_id",) if owners.get(column)}
        for name, value in given.items():
            if isinstance(value, dict) and (nested := ONE.get(name)):
                row[f"{name}_id"] = self._read(nested, value, {}, depth + 1)
            elif isinstance(value, dict) and name == "taxonomy_term":
                row["taxonomy_term_id"] = self._read("taxonomy_terms", value, {}, depth + 1)
        self._keep(table, row)
        for name, value in given.items():
            if isinstance(value, list) and value:
                self._read_nested(table, name, value, own, row, depth)
        return row["id"]

    def _read_nested(self, table: str, name: str, value: list[Any], own: Row, row: Row, depth: int) -> None:
        nested = NESTED.get(name, "")
        if not nested:
            self.unused[name] = None
            return
        linked = {"link_id": row["id"], "link_entity": table} if nested == "attributes" else own
        for each in _objects(value):
            self._read(nested, each, dict(linked), depth + 1)

    def _keep(self, table: str, row: Row) -> None:
        if table in SHARED:
            known = self.known[table].get(row["id"])
            if known is not None:  # the same thing, nested again with more or fewer details
                known.update({title: cell for title, cell in row.items() if cell and not known.get(title)})
                return
            self.known[table][row["id"]] = row
        part = (table, row["id"], next((row[column] for column in OWNER.values() if row.get(column)), ""))
        if part not in self.parts:  # a location is nested in each of its services, with all its parts
            self.parts.add(part)
            self.tables[table].append((self.number, row))


def _objects(values: list[Any]) -> Iterator[dict[str, Any]]:
    yield from (value for value in values if isinstance(value, dict))


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    return printable(str(value)).strip()
