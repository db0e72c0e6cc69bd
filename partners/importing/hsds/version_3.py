"""HSDS 2 and 3: join the tables into one row for each service.

What a service or location has no field for goes into a text that people read, in words; what fits nowhere is named in
a remark on the row or in a note on the file.
"""

import json
from collections.abc import Iterator, Sequence

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from onestop.files.uploaded_tables import Line
from partners.importing import cells
from partners.importing.hsds import attribute_values, ids, places, schedule_texts
from partners.importing.hsds.phone_texts import LONGEST_LEAD, join_phones, join_voices, write_phone
from partners.importing.hsds.tables import FILES, Row, Tables, rows_by

CODES = (
    "partner", "name", "number", "source_key", "status", "is_paused", "paused_note", "kind", "description", "audience",
    "groups", "eligibility", "documents", "cost", "how_to_get_in", "hours", "wait_time", "languages", "modes",
    "accommodations", "programs", "funding_sources", "keywords", "phone", "email", "website", "places", "place_details",
    "translation",
    "partner_short_name", "partner_kind", "partner_description", "partner_website", "partner_email", "partner_phone",
)  # fmt: skip
# Columns that are read. Dates of confirmation are left out on purpose: an import does not confirm.
USED = {
    "services": {
        "id", "organization_id", "program_id", "name", "alternate_name", "description", "url", "email", "status",
        "interpretation_services", "application_process", "fees_description", "fees", "wait_time",
        "eligibility_description", "eligibility", "minimum_age", "maximum_age", "alert", "location_id",
        "assured_date", "last_modified",
    },
    "organizations": {"id", "name", "alternate_name", "description", "email", "website", "url", "legal_status"},
    "locations": {
        "id", "location_type", "url", "organization_id", "name", "alternate_name", "description", "transportation",
        "latitude", "longitude",
    },
    "addresses": {
        "id", "location_id", "address_1", "address_2", "city", "state_province", "postal_code", "country",
        "address_type",
    },
    "links": {"id", "service_id", "location_id", "description"},
    "cost_options": {
        "id", "service_id", "option", "currency", "amount", "amount_description", "valid_from", "valid_to"
    },
    "languages": {"id", "service_id", "location_id", "phone_id", "name", "language", "code", "note"},
    "phones": {
        "id", "service_id", "location_id", "organization_id", "contact_id", "service_at_location_id", "number",
        "extension", "type", "number_type", "description", "department",
    },
}  # fmt: skip
LONGEST = {"cost": 300, "hours": 300, "paused_note": 200, "wait_time": 120, "phone": 120}
LONGEST_WORDS = 120  # characters of a keyword or a source of funds


class Joiner:
    """Follow the ids from services to organizations, locations and everything that belongs to them."""

    codes = CODES
    used = USED
    tables = tuple(FILES)

    def __init__(self, tables: Tables, notes: list[str]) -> None:
        """Index the tables; add to ``notes`` which rows are not used."""
        self.services = tables["services"]
        self.organizations = {row.get("id", ""): row for _number, row in tables["organizations"]}
        self.programs = {row.get("id", ""): row for _number, row in tables["programs"]}
        self.links = rows_by(tables["links"], "service_id")
        self.of_service = {
            table: rows_by(tables[table], "service_id")
            for table in (
                "phones", "schedules", "languages", "cost_options", "required_documents", "service_areas", "funding",
                "contacts", "urls",
            )
        }  # fmt: skip
        self.of_link = {
            table: rows_by(tables[table], "service_at_location_id")
            for table in ("phones", "schedules", "service_areas", "contacts")
        }
        self.of_organization = rows_by(tables["phones"], "organization_id")
        self.places = places.Places(tables)
        self.attributes = attribute_values.Attributes(tables)
        self._note_unused_rows(tables, notes)

    def _note_unused_rows(self, tables: Tables, notes: list[str]) -> None:
        owners = ("service_id", "location_id", "organization_id", "service_at_location_id")
        lost = [str(number) for number, row in tables["phones"] if not any(row.get(column) for column in owners)]
        if lost:
            notes.append(
                _("Phones of contact persons are not used (rows %(rows)s of the phones).")
                % {"rows": ", ".join(lost[:20])}
            )
        used = {link.get("location_id") for links in self.links.values() for link in links}
        used |= {service.get("location_id") for _number, service in self.services}
        if idle := [row.get("name") or key for key, row in self.places.locations.items() if key not in used]:
            notes.append(
                ngettext(
                    "%(number)s location without a service is not used: %(names)s.",
                    "%(number)s locations without a service are not used: %(names)s.",
                    len(idle),
                )
                % {"number": len(idle), "names": ", ".join(idle[:5])}
            )
        if number := self.attributes.number_unused({row.get("id", "") for _number, row in self.services}):
            notes.append(
                ngettext(
                    "%(number)s attribute of things other than services is not used.",
                    "%(number)s attributes of things other than services are not used.",
                    number,
                )
                % {"number": number}
            )

    def lines(self) -> Iterator[Line]:
        """Yield a row for each service, with the columns CODES."""
        for number, service in self.services:
            remarks: list[str] = []
            problem = ""
            try:
                values = self._values(service, remarks)
            except LookupError as found:
                values, problem = {"name": service.get("name", "")}, str(found.args[0])
            yield Line(number, [values.get(code, "") for code in CODES], problem, tuple(dict.fromkeys(remarks)))

    # ------------------------------------------------------------ One service
    def _values(self, service: Row, remarks: list[str]) -> Row:
        key = service.get("id", "")
        links = self.links[key] or ([{"location_id": service["location_id"]}] if service.get("location_id") else [])
        owner = service.get("organization_id") or self.places.organization_of(links)
        if owner not in self.organizations:
            raise LookupError(
                _("The service refers to unknown organization %(id)s.") % {"id": owner}
                if owner
                else _("The service does not refer to an organization.")
            )
        service_rows = {table: self._rows(table, key, links) for table in self.of_service}
        own = self.attributes.of(key)
        values = {
            "partner": self.organizations[owner].get("name", ""),
            "name": service.get("name", ""),
            "number": str(ids.pk_of(ids.SERVICE, key) or ""),
            "source_key": key,
            "description": service.get("description", ""),
            "eligibility": _lines(
                service.get("eligibility_description") or service.get("eligibility", ""), _ages(service)
            ),
            "documents": _lines(*(_document(row) for row in service_rows["required_documents"])),
            "how_to_get_in": service.get("application_process", ""),
            "wait_time": service.get("wait_time", ""),
            "email": service.get("email", ""),
            "phone": self._phone(service_rows["phones"], remarks),
            "audience": _lines(own.audience, *map(_area, service_rows["service_areas"])),
            "translation": json.dumps([own.spanish]) if own.spanish else "",
            **own.choices,
        }
        self._tell_status(service, values)
        self._tell_cost(service, service_rows["cost_options"], values)
        hours, more = schedule_texts.join_schedules(service_rows["schedules"], LONGEST["hours"], remarks)
        values["hours"] = hours
        values["how_to_get_in"] = _lines(values["how_to_get_in"], *(f"Hours: {text}" for text in more))
        self._tell_languages(service, service_rows["languages"], values)
        self._tell_keywords(service, own.keywords, values)
        self._tell_funding(service_rows["funding"], values)
        self._tell_contacts(service_rows["contacts"], remarks)
        self._tell_websites(service, service_rows["urls"], values)
        values |= self.places.values(links, values, remarks)
        self._move_what_is_too_long(values)
        return values | self._partner(owner)

    def _rows(self, table: str, key: str, links: Sequence[Row]) -> list[Row]:
        rows = self.of_service[table][key] if key else []
        if table not in self.of_link:
            return rows
        linked = [row for link in links if link.get("id") for row in self.of_link[table][link["id"]]]
        return [*rows, *(row for row in linked if row not in rows)]

    def _tell_status(self, service: Row, values: Row) -> None:
        status = service.get("status", "")
        paused = cells.key(status) in ("temporarilyclosed", "paused")
        values["status"] = "active" if paused else status
        values["is_paused"] = "yes" if paused else "no" if status else ""
        alert = service.get("alert", "")
        if paused and len(alert) <= LONGEST["paused_note"]:
            values["paused_note"] = alert
        elif alert:
            values["description"] = _lines(values["description"], f"Notice: {alert}")

    def _tell_cost(self, service: Row, options: Sequence[Row], values: Row) -> None:
        said = [service.get("fees_description", ""), service.get("fees", "")]
        texts = [*said, *(_price(row) for row in options if row.get("option") not in said or _has_term(row))]
        values["cost"] = " ".join(dict.fromkeys(text for text in texts if text))

    def _tell_languages(self, service: Row, rows: Sequence[Row], values: Row) -> None:
        names = dict.fromkeys(row.get("name") or row.get("language") or row.get("code", "") for row in rows)
        values["languages"] = cells.join_list((name for name in names if name), commas=True)
        notes = [f"{row.get('name') or 'Languages'}: {row['note']}" for row in rows if row.get("note")]
        said = service.get("interpretation_services", "")
        help_code = attribute_values.AID_NAMES.find(said) if said else None
        if help_code:
            values["accommodations"] = _joined(values.get("accommodations", ""), help_code)
        elif said:
            notes.insert(0, f"Interpretation: {said}")
        values["how_to_get_in"] = _lines(values["how_to_get_in"], *notes)

    def _tell_keywords(self, service: Row, words: Sequence[str], values: Row) -> None:
        program = self.programs.get(service.get("program_id", ""), {}).get("name", "")
        found = [word for word in dict.fromkeys([*words, service.get("alternate_name", ""), program]) if word]
        values["keywords"] = cells.join_list((word for word in found if len(word) <= LONGEST_WORDS), commas=True)
        long = [f"Also called: {word}" for word in found if len(word) > LONGEST_WORDS]
        values["description"] = _lines(values["description"], *long)

    def _tell_funding(self, rows: Sequence[Row], values: Row) -> None:
        sources = [row["source"] for row in rows if row.get("source")]
        values["funding_sources"] = cells.join_list((one for one in sources if len(one) <= LONGEST_WORDS), commas=True)
        long = [f"Funding: {one}" for one in sources if len(one) > LONGEST_WORDS]
        values["description"] = _lines(values["description"], *long)

    def _tell_contacts(self, rows: Sequence[Row], remarks: list[str]) -> None:
        for row in rows:
            said = [row.get(column, "") for column in ("name", "title", "department", "email")]
            if any(said):
                remarks.append(
                    _("Contact “%(contact)s” is not used: a public service shows no persons.")
                    % {"contact": ", ".join(part for part in said if part)}
                )

    def _tell_websites(self, service: Row, rows: Sequence[Row], values: Row) -> None:
        first, *rest = [service.get("url", ""), *(row.get("url", "") for row in rows)]
        if not first and rest:
            first, rest = rest[0], rest[1:]
            rows = rows[1:]
        values["website"] = first
        more = [f"{row.get('label') or 'Website'}: {row['url']}" for row in rows if row.get("url") in rest]
        values["description"] = _lines(values["description"], *(text for text in more if not text.endswith(first)))

    def _phone(self, rows: Sequence[Row], remarks: list[str]) -> str:
        kept: list[Row] = []
        for row in rows:
            if not row.get("number"):
                continue
            if len(join_phones([*kept, row])) > LONGEST["phone"]:
                remarks.append(_("Phone: “%(number)s” does not fit and was skipped.") % {"number": write_phone(row)})
                continue
            kept.append(row)
            if len(about := row.get("description", "")) > LONGEST_LEAD:
                remarks.append(
                    _("Phone “%(number)s”: its description is too long and was skipped: %(description)s")
                    % {"number": write_phone(row), "description": about}
                )
        return join_phones(kept)

    def _move_what_is_too_long(self, values: Row) -> None:
        for code, words in (("cost", "Cost"), ("wait_time", "Usual wait")):
            if len(values[code]) > LONGEST[code]:
                values["description"] = _lines(values["description"], f"{words}: {values[code]}")
                values[code] = ""

    def _partner(self, owner: str) -> Row:
        row = self.organizations[owner]
        description = row.get("description", "")
        phones = [phone for phone in self.of_organization[owner] if not _is_of_more_than_organization(phone)]
        return {
            "partner_short_name": row.get("alternate_name", "")[:60],
            "partner_kind": row.get("legal_status", ""),
            # The standard demands a description, so that some repeat the name.
            "partner_description": "" if cells.key(description) == cells.key(row.get("name", "")) else description,
            "partner_website": row.get("website") or row.get("url", ""),
            "partner_email": row.get("email", ""),
            "partner_phone": join_voices(phones, places.LONGEST_PHONE),
        }


def _is_of_more_than_organization(row: Row) -> bool:
    return any(row.get(column) for column in ("service_id", "location_id", "service_at_location_id", "contact_id"))


# ---------------------------------------------------------------- Texts
def _lines(*texts: str) -> str:
    return "\n".join(dict.fromkeys(text for text in texts if text))


def _joined(text: str, code: str) -> str:
    return "; ".join(dict.fromkeys([*cells.split_list(text), code]))


def _ages(service: Row) -> str:
    least, most = (service.get(column, "").removesuffix(".0") for column in ("minimum_age", "maximum_age"))
    if least and most:
        return f"Ages {least} to {most}."
    return f"Ages {least} and up." if least else f"Ages up to {most}." if most else ""


def _document(row: Row) -> str:
    return " ".join(part for part in (row.get("document", ""), f"({row['uri']})" if row.get("uri") else "") if part)


def _area(row: Row) -> str:
    said = dict.fromkeys(row[column].rstrip(".") for column in ("name", "description") if row.get(column))
    return f"Area served: {'. '.join(said)}." if said else ""


def _has_term(row: Row) -> bool:
    return bool(row.get("valid_from") or row.get("valid_to") or row.get("amount_description"))


def _price(row: Row) -> str:
    amount = row.get("amount", "").removesuffix(".0")
    price = f"{amount} {row.get('currency', '').upper()}".strip() if amount else ""
    text = ": ".join(part for part in (row.get("option", ""), price) if part)
    text = " ".join(part for part in (text, row.get("amount_description", "")) if part)
    term = " to ".join(row[column] for column in ("valid_from", "valid_to") if row.get(column))
    return f"{text} ({term})." if term else f"{text.rstrip('.')}." if text else ""
