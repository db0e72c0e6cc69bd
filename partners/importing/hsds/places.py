"""The locations of HSDS 2 and 3, with their addresses, phones, hours and accessibility."""

import json
from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _

from partners.importing import cells
from partners.importing.hsds import schedule_texts
from partners.importing.hsds.phone_texts import join_voices
from partners.importing.hsds.tables import Row, Tables, rows_by
from partners.importing.network_fields import ACCESS_WORDS
from partners.models import AccessibilityFeature

LONGEST_NAME = 150
LONGEST_HOURS = 200
LONGEST_PHONE = 40
FEATURES = cells.choice_names(AccessibilityFeature, dict(ACCESS_WORDS))
USA = {"", "us", "usa", "unitedstates", "unitedstatesofamerica"}


class Places:
    """The locations of a file."""

    def __init__(self, tables: Tables) -> None:
        """Index locations and what belongs to them."""
        self.locations = {row.get("id", ""): row for _, row in tables["locations"]}
        self.of = {
            table: rows_by(tables[table], "location_id")
            for table in ("addresses", "phones", "schedules", "accessibility", "languages")
        }

    def organization_of(self, links: Sequence[Row]) -> str:
        """Return the organization of the first location that has one."""
        rows = [self.locations.get(link.get("location_id", ""), {}) for link in links]
        return next((row["organization_id"] for row in rows if row.get("organization_id")), "")

    def values(self, links: Sequence[Row], service: Row, remarks: list[str]) -> Row:
        """Return the names of the locations of a service and the details of each; fill what the service lacks.

        :raises LookupError: if a location is unknown.
        """
        details: dict[str, dict[str, str]] = {}
        for link in links:
            key = link.get("location_id", "")
            if not key:
                continue
            if key not in self.locations:
                raise LookupError(_("The service refers to unknown location %(id)s.") % {"id": key})
            self._add(self.locations[key], service, details, remarks)
            if about := link.get("description", ""):
                self._tell_about(about, service)
        return {
            "places": cells.join_list(details),
            "place_details": json.dumps([{"name": name, **facts} for name, facts in details.items()])
            if details
            else "",
            **{code: service[code] for code in ("website", "phone", "languages", "description")},
        }

    def _tell_about(self, about: str, service: Row) -> None:
        if about not in service["description"]:
            service["description"] = "\n".join(part for part in (service["description"], about) if part)

    def _add(self, row: Row, service: Row, details: dict[str, Any], remarks: list[str]) -> None:
        kind = row.get("location_type", "").lower()
        virtual = kind == "virtual" or row.get("virtual", "").lower() in ("true", "t", "1", "yes")
        service["website"] = service["website"] or row.get("url", "")
        phone = join_voices(self.of["phones"][row["id"]], LONGEST_PHONE)
        if virtual or kind == "postal":
            service["phone"] = service["phone"] or phone
            if kind == "postal":
                words = _("The location “%(name)s” is a postal address, not a place to visit, and was skipped.")
                remarks.append(words % {"name": row.get("name") or row["id"]})
            return
        if not service["languages"]:
            spoken = (one.get("name") or one.get("language", "") for one in self.of["languages"][row["id"]])
            service["languages"] = cells.join_list((name for name in spoken if name), commas=True)
        facts = self._facts(row, remarks)
        name = row.get("name") or row.get("alternate_name") or facts.get("street") or facts.get("city", "")
        if name:
            details.setdefault(name[:LONGEST_NAME], facts)

    def _facts(self, row: Row, remarks: list[str]) -> dict[str, str]:
        key = row["id"]
        features, words = self._accessibility(self.of["accessibility"][key])
        own = [one for one in self.of["schedules"][key] if not _is_of_service(one)]
        hours, more = schedule_texts.join_schedules(own, LONGEST_HOURS, remarks)
        phones = [one for one in self.of["phones"][key] if not _is_of_service(one)]
        directions = [row.get("transportation", ""), row.get("description", ""), *words]
        facts = self._address(key, remarks) | {
            "place_phone": join_voices(phones, LONGEST_PHONE),
            "place_hours": hours,
            "accessibility": "; ".join(features),
            "directions": "\n".join(text for text in (*directions, *(f"Hours: {text}" for text in more)) if text),
        }
        return {code: text for code, text in facts.items() if text}

    def _address(self, key: str, remarks: list[str]) -> dict[str, str]:
        rows = self.of["addresses"][key]
        physical = [row for row in rows if row.get("address_type", "").lower() in ("", "physical")]
        for row in rows:
            if row is not (physical or rows)[0]:
                remarks.append(
                    _("The address “%(address)s” is a second one and was skipped.") % {"address": _line(row)}
                )
        if not rows:
            return {}
        row = (physical or rows)[0]
        facts = {"street": _street(row), "city": row.get("city", "")}
        readers = (
            ("state_code", "state_province", cells.read_state, _("State")),
            ("postal_code", "postal_code", cells.read_zip, _("ZIP code")),
        )
        for code, column, read, label in readers:
            if not (text := row.get(column, "")):
                continue
            try:
                facts[code] = read(text)
            except cells.CannotRead as problem:
                said = {"column": label, "value": text, "problem": problem}
                remarks.append(_("%(column)s “%(value)s”: %(problem)s It was skipped.") % said)
        if cells.key(row.get("country", "")) not in USA:
            remarks.append(_("The address “%(address)s” is not in the United States.") % {"address": _line(row)})
        return facts

    def _accessibility(self, rows: Sequence[Row]) -> tuple[list[str], list[str]]:
        features: dict[str, None] = {}
        words: list[str] = []
        for row in rows:
            said = row.get("description") or row.get("accessibility", "")
            found, unknown = FEATURES.read(said) if said else ([], [])
            more = [row[column] for column in ("details", "url") if row.get(column)]
            features |= dict.fromkeys(found if not unknown else [])
            if unknown or more:
                words.append("Accessibility: " + " ".join([said, *more] if unknown else more))
        return list(features), words


def _is_of_service(row: Row) -> bool:
    return bool(row.get("service_id") or row.get("service_at_location_id"))


def _street(row: Row) -> str:
    return ", ".join(part for part in (row.get("address_1", ""), row.get("address_2", "")) if part)


def _line(row: Row) -> str:
    return ", ".join(part for part in (_street(row), row.get("city"), row.get("state_province")) if part)
