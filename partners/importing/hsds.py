"""Read the Human Services Data Specification (HSDS 1.x): join its tables into one row for each service."""

import re
import zipfile
from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, suppress
from datetime import time
from pathlib import Path
from tempfile import SpooledTemporaryFile
from typing import IO

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from onestop.files.uploaded_tables import (
    CannotReadFile,
    Limits,
    Line,
    UploadedTable,
    check_zip,
    open_table,
    refuse_if_too_big,
)
from onestop.ui.sentences import join_words
from partners.importing import cells
from partners.importing.network_fields import SERVICE_FIELDS

Row = dict[str, str]
TABLES = {
    "services": ("services.csv", "service.csv"),
    "organizations": ("organizations.csv", "organization.csv"),
    "locations": ("locations.csv", "location.csv"),
    "addresses": ("addresses.csv", "physical_addresses.csv", "physical_address.csv"),
    "phones": ("phones.csv", "phone.csv"),
    "schedules": ("regular_schedules.csv", "regular_schedule.csv", "schedules.csv"),
    "links": ("services_at_location.csv", "service_at_location.csv"),
    "languages": ("languages.csv", "language.csv"),
}
NEEDED = ("services", "organizations")
CODES = (
    "partner",
    "name",
    "source_key",
    "status",
    "description",
    "audience",
    "eligibility",
    "documents",
    "cost",
    "how_to_get_in",
    "hours",
    "wait_time",
    "languages",
    "accommodations",
    "funding_sources",
    "keywords",
    "phone",
    "email",
    "website",
    "places",
    "street",
    "city",
    "state_code",
    "postal_code",
    "place_phone",
    "place_hours",
    "accessibility",
    "directions",
    "partner_description",
    "partner_website",
    "partner_email",
    "partner_phone",
)
READ_COLUMNS = {
    "services": {
        "id",
        "location_id",
        "organization_id",
        "program_id",
        "name",
        "alternate_name",
        "description",
        "audience",
        "eligibility",
        "required_documents",
        "fees",
        "accepted_payments",
        "application_process",
        "interpretation_services",
        "wait_time",
        "wait_times",
        "languages",
        "funding_sources",
        "keywords",
        "email",
        "website",
        "url",
        "status",
        "service_areas",
    },
    "locations": {
        "id",
        "organization_id",
        "name",
        "accessibility",
        "languages",
        "email",
        "website",
        "transportation",
        "virtual",
    },
}
AIDS = {"tape_braille": "braille", "deaf_interpreter": "asl"}
DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
CLOCK = re.compile(r"(\d{1,2})(?::(\d{2}))?(?::\d{2})?\s*+([ap])?\.?\s*+(?:m\.?)?", re.IGNORECASE)


def is_hsds(file: IO[bytes], limits: Limits) -> bool:
    """Return whether a ZIP archive holds HSDS tables."""
    names = {Path(name).name.lower() for name in check_zip(file, limits)}
    return all(any(name in names for name in TABLES[table]) for table in NEEDED)


def read_zip(file: IO[bytes], limits: Limits) -> UploadedTable:
    """Return the services in an archive of HSDS tables.

    :raises CannotReadFile: if one of its tables cannot be read.
    """
    with zipfile.ZipFile(file) as archive, ExitStack() as stack:
        parts: dict[str, IO[bytes]] = {}
        for member in archive.infolist():
            name = Path(member.filename).name.lower()
            if name.endswith(".csv") and not member.is_dir() and "__MACOSX" not in member.filename:
                copy = stack.enter_context(SpooledTemporaryFile(max_size=1_000_000))
                with archive.open(member) as part:
                    while piece := part.read(256_000):
                        copy.write(piece)
                copy.seek(0)
                parts[name] = copy
        return _join(parts, limits)


def read_folder(folder: Path, limits: Limits) -> UploadedTable:
    """Return the services in a folder of HSDS tables.

    :raises CannotReadFile: if tables are missing, or one of them cannot be read.
    """
    with ExitStack() as stack:
        parts: dict[str, IO[bytes]] = {
            path.name.lower(): stack.enter_context(path.open("rb")) for path in sorted(folder.glob("*.csv"))
        }
        return _join(parts, limits)


def _join(parts: dict[str, IO[bytes]], limits: Limits) -> UploadedTable:
    notes: list[str] = []
    tables = {table: _read(table, parts, limits, notes) for table in TABLES}
    for table in NEEDED:
        if not tables[table]:
            raise CannotReadFile(
                _("The file %(missing)s is missing or empty. HSDS tables need %(required)s.")
                % {"missing": TABLES[table][0], "required": join_words(TABLES[name][0] for name in NEEDED)}
            )
    known = {name for names in TABLES.values() for name in names}
    if others := sorted(set(parts) - known):
        notes.append(_("Tables not used: %(tables)s.") % {"tables": ", ".join(others)})
    joiner = _Joiner(tables, notes)
    labels = {field.code: field for field in SERVICE_FIELDS}
    lines = list(joiner.lines())
    return UploadedTable([labels[code].label for code in CODES], iter(lines), notes)


def _read(table: str, parts: dict[str, IO[bytes]], limits: Limits, notes: list[str]) -> list[tuple[int, Row]]:
    name = next((name for name in TABLES[table] if name in parts), "")
    if not name:
        return []
    try:
        refuse_if_too_big(parts[name], limits)
        found = open_table(parts[name], limits)
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
    if table in READ_COLUMNS:
        filled = [title for title in (title.lower() for title in found.header) if any(row[title] for _, row in rows)]
        if unused := [title for title in filled if title not in READ_COLUMNS[table]]:
            notes.append(_("%(table)s: columns not used: %(columns)s.") % {"table": name, "columns": ", ".join(unused)})
    return rows


class _Joiner:
    """Follow the ids from services to locations, organizations, addresses, phones and hours."""

    def __init__(self, tables: dict[str, list[tuple[int, Row]]], notes: list[str]) -> None:
        self.services = tables["services"]
        self.organizations = {row["id"]: row for _, row in tables["organizations"]}
        self.locations = {row["id"]: row for _, row in tables["locations"]}
        self.addresses = _by(tables["addresses"], "location_id")
        self.at: dict[str, list[str]] = defaultdict(list)
        for _number, row in tables["links"]:
            self.at[row.get("service_id", "")].append(row.get("location_id", ""))
        self.phones = {
            column: _by(tables["phones"], column) for column in ("service_id", "location_id", "organization_id")
        }
        self.schedules = {column: _by(tables["schedules"], column) for column in ("service_id", "location_id")}
        self.spoken = {column: _by(tables["languages"], column) for column in ("service_id", "location_id")}
        self._note_unused_rows(tables, notes)

    def _note_unused_rows(self, tables: dict[str, list[tuple[int, Row]]], notes: list[str]) -> None:
        owners = ("service_id", "location_id", "organization_id")
        lost = [str(number) for number, row in tables["phones"] if not any(row.get(column) for column in owners)]
        if lost:
            notes.append(
                _("Phones of contact persons are not used (rows %(rows)s of the phones).")
                % {"rows": ", ".join(lost[:20])}
            )
        used = {place for _, row in self.services for place in self._location_ids(row)}
        if idle := [row.get("name", key) for key, row in self.locations.items() if key not in used]:
            notes.append(
                ngettext(
                    "%(number)s location without a service is not used: %(names)s.",
                    "%(number)s locations without a service are not used: %(names)s.",
                    len(idle),
                )
                % {"number": len(idle), "names": ", ".join(idle[:5])}
            )

    def _location_ids(self, service: Row) -> list[str]:
        return [service["location_id"]] if service.get("location_id") else self.at[service.get("id", "")]

    def lines(self) -> Iterator[Line]:
        """Yield a row for each service, with the columns CODES."""
        for number, service in self.services:
            remarks: list[str] = []
            try:
                values = self._values(service, remarks)
            except LookupError as problem:
                values = {"name": service.get("name", "")}
                yield Line(number, [values.get(code, "") for code in CODES], str(problem.args[0]), tuple(remarks))
                continue
            yield Line(number, [values.get(code, "") for code in CODES], "", tuple(remarks))

    def _values(self, service: Row, remarks: list[str]) -> Row:
        ids = self._location_ids(service)
        if missing := [one for one in ids if one not in self.locations]:
            raise LookupError(_("The service refers to unknown location %(id)s.") % {"id": missing[0]})
        locations = [self.locations[one] for one in ids]
        owner = service.get("organization_id") or next((row.get("organization_id", "") for row in locations), "")
        if owner not in self.organizations:
            raise LookupError(
                _("The service refers to unknown organization %(id)s.") % {"id": owner}
                if owner
                else _("The service does not refer to an organization.")
            )
        organization = self.organizations[owner]
        first = locations[0] if locations else {}
        values = {
            "partner": organization.get("name", ""),
            "name": service.get("name", ""),
            "source_key": service.get("id", ""),
            "status": service.get("status", ""),
            "description": service.get("description", ""),
            "eligibility": service.get("eligibility", ""),
            "documents": service.get("required_documents", ""),
            "wait_time": service.get("wait_time") or service.get("wait_times", ""),
            "funding_sources": service.get("funding_sources", ""),
            "email": service.get("email") or first.get("email", ""),
            "website": service.get("website") or service.get("url") or first.get("website", ""),
            "partner_description": organization.get("description", ""),
            "partner_website": organization.get("website") or organization.get("url", ""),
            "partner_email": organization.get("email", ""),
            "partner_phone": self._one_phone("organization_id", owner),
            "audience": _sentences(service.get("audience", ""), "Area served", service.get("service_areas", "")),
            "cost": _sentences(service.get("fees", ""), "Accepted", service.get("accepted_payments", ""), " "),
            "how_to_get_in": _sentences(
                service.get("application_process", ""), "Interpretation", service.get("interpretation_services", "")
            ),
            "keywords": ", ".join(part for part in (service.get("keywords"), service.get("alternate_name")) if part),
            "languages": self._languages(service, first),
            "phone": self._phones("service_id", service.get("id", ""))
            or self._phones("location_id", first.get("id", "")),
            "hours": self._hours("service_id", service.get("id", ""), remarks),
        }
        return values | self._where(locations, remarks)

    def _where(self, locations: Sequence[Row], remarks: list[str]) -> Row:
        real = [row for row in locations if row.get("virtual", "").lower() not in ("true", "t", "1", "yes")]
        if not real:
            return {}
        features: list[str] = []
        aids: list[str] = []
        for word in cells.split_list(real[0].get("accessibility", ""), commas=True):
            (aids if word in AIDS else features).append(word)
        values = {
            "places": cells.join_list(row.get("name") or self._street(row) for row in real),
            "accessibility": "; ".join(features),
            "accommodations": "; ".join(AIDS[word] for word in aids),
        }
        if len(real) > 1:
            return values
        address = next(iter(self.addresses[real[0]["id"]]), {})
        return values | {
            "street": self._street(real[0]),
            "city": address.get("city", ""),
            "state_code": address.get("state_province", ""),
            "postal_code": address.get("postal_code", ""),
            "place_phone": self._one_phone("location_id", real[0]["id"]),
            "place_hours": self._hours("location_id", real[0]["id"], remarks),
            "directions": real[0].get("transportation", ""),
        }

    def _street(self, location: Row) -> str:
        address = next(iter(self.addresses[location["id"]]), {})
        parts = (address.get("address_1", "").rstrip(" ."), address.get("address_2", "").rstrip(" ."))
        return ", ".join(part for part in parts if part)

    def _languages(self, service: Row, location: Row) -> str:
        own = service.get("languages") or location.get("languages", "")
        listed = [
            *self.spoken["service_id"][service.get("id", "")],
            *self.spoken["location_id"][location.get("id", "")],
        ]
        return own or ", ".join(row.get("language", "") for row in listed)

    def _one_phone(self, column: str, owner: str) -> str:
        return next((_phone(row, short=True) for row in self.phones[column][owner] if _is_voice(row)), "")

    def _phones(self, column: str, owner: str) -> str:
        text = ""
        for row in self.phones[column][owner] if owner else []:
            if _is_voice(row) or row.get("number_type", "").lower() in ("hotline", "tty"):
                longer = "; ".join(part for part in (text, _phone(row)) if part)
                text = longer if len(longer) <= 120 else text
        return text

    def _hours(self, column: str, owner: str, remarks: list[str]) -> str:
        spans: dict[int, list[str]] = defaultdict(list)
        for row in self.schedules[column][owner] if owner else []:
            hours = f"{row.get('weekday')} {row.get('opens_at')} to {row.get('closes_at')}"
            day, opens, closes = (
                _day(row.get("weekday", "")),
                _clock(row.get("opens_at", "")),
                _clock(row.get("closes_at", "")),
            )
            if day is None or opens is None or closes is None:
                remarks.append(_("Hours: “%(hours)s” cannot be read and was skipped.") % {"hours": hours})
            elif closes <= opens:
                remarks.append(_("Hours: “%(hours)s” closes before it opens and was skipped.") % {"hours": hours})
            else:
                spans[day].append(f"{_format(opens)} to {_format(closes)}")
        return "; ".join(_weeks({day: ", ".join(parts) for day, parts in sorted(spans.items())}))


def _by(rows: list[tuple[int, Row]], column: str) -> dict[str, list[Row]]:
    found: dict[str, list[Row]] = defaultdict(list)
    for _number, row in rows:
        if row.get(column):
            found[row[column]].append(row)
    return found


def _sentences(text: str, label: str, more: str, joiner: str = "\n") -> str:
    return joiner.join(part for part in (text, f"{label}: {more.rstrip('.')}." if more else "") if part)


def _is_voice(row: Row) -> bool:
    return row.get("number_type", "").lower() in ("", "voice", "phone") and bool(row.get("number"))


def _phone(row: Row, *, short: bool = False) -> str:
    number = row.get("number", "") + (f" ext. {row['extension']}" if row.get("extension") else "")
    with suppress(cells.CannotRead):  # the reader of the row says what is wrong with it
        number = cells.read_phone(number)
    kind = {"tty": "TTY", "hotline": "Hotline"}.get(row.get("number_type", "").lower(), "")
    lead = " ".join(dict.fromkeys(part for part in (row.get("department", ""), kind) if part))
    return number if short or not lead else f"{lead}: {number}"


def _day(text: str) -> int | None:
    if text.strip() in set("1234567"):
        return int(text) - 1
    start = text.strip().lower()[:3]
    return next((at for at, day in enumerate(DAYS) if day.lower() == start), None)


def _clock(text: str) -> time | None:
    match = CLOCK.fullmatch(text.strip())
    if match is None:
        return None
    hour, minute, half = int(match.group(1)), int(match.group(2) or 0), (match.group(3) or "").lower()
    if half and 1 <= hour <= 12:
        hour = hour % 12 + (12 if half == "p" else 0)
    return time(hour, minute) if hour < 24 and minute < 60 else None


def _format(clock: time) -> str:
    return f"{clock.hour % 12 or 12}:{clock.minute:02d} {'AM' if clock.hour < 12 else 'PM'}"


def _weeks(hours: dict[int, str]) -> Iterator[str]:
    start: int | None = None
    for day, times in hours.items():
        if start is None:
            start = day
        if hours.get(day + 1) == times:
            continue
        yield f"{DAYS[start]} {times}" if start == day else f"{DAYS[start]} to {DAYS[day]} {times}"
        start = None
