"""HSDS 1: join its tables into one row for each service."""

from collections import defaultdict
from collections.abc import Iterator, Sequence

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from onestop.files.uploaded_tables import Line
from partners.importing import cells
from partners.importing.hsds import hours
from partners.importing.hsds.phone_texts import is_voice, type_of, write_phone
from partners.importing.hsds.tables import Row, Tables, rows_by

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
USED = ("services", "organizations", "locations", "addresses", "phones", "schedules", "links", "languages")


class Joiner:
    """Follow the ids from services to locations, organizations, addresses, phones and hours."""

    codes = CODES
    used = READ_COLUMNS
    tables = USED

    def __init__(self, tables: Tables, notes: list[str]) -> None:
        """Index the tables; add to ``notes`` which rows are not used."""
        self.services = tables["services"]
        self.organizations = {row.get("id", ""): row for _, row in tables["organizations"]}
        self.locations = {row.get("id", ""): row for _, row in tables["locations"]}
        self.addresses = rows_by(tables["addresses"], "location_id")
        self.at: dict[str, list[str]] = defaultdict(list)
        for _number, row in tables["links"]:
            self.at[row.get("service_id", "")].append(row.get("location_id", ""))
        self.phones = {
            column: rows_by(tables["phones"], column) for column in ("service_id", "location_id", "organization_id")
        }
        self.schedules = {column: rows_by(tables["schedules"], column) for column in ("service_id", "location_id")}
        self.spoken = {column: rows_by(tables["languages"], column) for column in ("service_id", "location_id")}
        self._note_unused_rows(tables, notes)

    def _note_unused_rows(self, tables: Tables, notes: list[str]) -> None:
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
        return next((write_phone(row, short=True) for row in self.phones[column][owner] if is_voice(row)), "")

    def _phones(self, column: str, owner: str) -> str:
        text = ""
        for row in self.phones[column][owner] if owner else []:
            if is_voice(row) or type_of(row) == "textphone":
                longer = "; ".join(part for part in (text, write_phone(row)) if part)
                text = longer if len(longer) <= 120 else text
        return text

    def _hours(self, column: str, owner: str, remarks: list[str]) -> str:
        week: hours.Spans = defaultdict(list)
        for row in self.schedules[column][owner] if owner else []:
            said = f"{row.get('weekday')} {row.get('opens_at')} to {row.get('closes_at')}"
            day, opens, closes = (
                hours.read_day(row.get("weekday", "")),
                hours.read_clock(row.get("opens_at", "")),
                hours.read_clock(row.get("closes_at", "")),
            )
            if day is None or opens is None or closes is None:
                remarks.append(_("Hours: “%(hours)s” cannot be read and was skipped.") % {"hours": said})
            elif closes <= opens:
                remarks.append(_("Hours: “%(hours)s” closes before it opens and was skipped.") % {"hours": said})
            else:
                week[day].append((opens, closes))
        return hours.write_week(week)


def _sentences(text: str, label: str, more: str, joiner: str = "\n") -> str:
    return joiner.join(part for part in (text, f"{label}: {more.rstrip('.')}." if more else "") if part)
