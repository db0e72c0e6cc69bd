"""Write the planned rows of partners, services, terms and hours on site, by the verbs of their subjects.

The verbs hold the rules for imports as they do for pages. Those that take many rows run a number of statements that
does not grow with the rows.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from onestop.accounts.models import User
from onestop.editing.bulk import BATCH
from partners.glossary import terms
from partners.importing.places import PlannedPlace
from partners.importing.planning import Outcome, PlannedRow, Progress
from partners.models import LocalArea, Service
from partners.network import partnerships, places
from partners.people import representatives
from partners.schedule import presences
from partners.upkeep import service_texts, services


class Writer:
    """Write the rows of a plan into an area."""

    def __init__(self, area: LocalArea, by: User | None, at: datetime) -> None:
        """Take the area, and who imports when."""
        self.area = area
        self.signed: dict[str, Any] = {"by": by, "at": at}


def write_places(
    planned: Sequence[PlannedPlace],
    organizations: Mapping[Any, int],
    owners: Mapping[Any, int],
    *,
    by: User | None,
    at: datetime,
) -> dict[Any, int]:
    """Create new locations for their partnerships, and change existing ones; return the ids of new ones by reference.

    The keys of both mappings are owners: the id of an organization, or the key of a new one.
    """
    new = [place for place in planned if place.location is None]
    made = places.add_locations(
        [(organizations.get(place.owner, place.owner), owners[place.owner], place.writes) for place in new],
        by=by,
        at=at,
    )
    changes = {place.location.pk: place.writes for place in planned if place.location is not None}
    places.update_locations(changes, by=by, at=at)
    return {place.ref: location.pk for place, location in zip(new, made, strict=True)}


class PartnerWriter(Writer):
    """Write organizations, partnerships, their programs, representatives and locations."""

    def write(self, rows: Sequence[PlannedRow], extra: dict[str, Any], progress: Progress) -> None:
        """Write the rows."""
        organizations = self._write_organizations(rows)
        progress(len(rows) // 4)
        self._write_partnerships(rows, organizations)
        progress(len(rows) // 2)
        carried = {row.written: row.writes["programs"] for row in rows if row.writes["programs"] is not None}
        partnerships.set_programs_of_partners(carried, **self.signed)
        self._write_people(rows)
        owners = {row.writes["owner"]: row.written for row in rows}
        write_places(list(extra["places"].values()), organizations, owners, **self.signed)
        progress(len(rows))

    def _write_organizations(self, rows: Sequence[PlannedRow]) -> dict[Any, int]:
        known = [row for row in rows if row.writes["organization_row"] and row.writes["organization"]]
        changes = {row.writes["organization_row"].pk: row.writes["organization"] for row in known}
        partnerships.update_organizations(changes, **self.signed)
        new = [row for row in rows if row.writes["organization_row"] is None]
        facts = [row.writes["organization"] for row in new]
        made = partnerships.add_organizations(self.area.state, facts=facts, **self.signed)
        return {row.writes["owner"]: organization.pk for row, organization in zip(new, made, strict=True)}

    def _write_partnerships(self, rows: Sequence[PlannedRow], organizations: Mapping[Any, int]) -> None:
        new = [row for row in rows if row.outcome == Outcome.ADD]
        partners = [
            (organizations.get(row.writes["owner"], row.writes["owner"]), row.writes["partnership"]) for row in new
        ]
        made = partnerships.add_partners(self.area, partners=partners, **self.signed)
        for row, partnership in zip(new, made, strict=True):
            row.target = partnership.pk
        changed = [row for row in rows if row.outcome == Outcome.CHANGE and row.writes["partnership"]]
        changes = {row.writes["partnership_row"].pk: row.writes["partnership"] for row in changed}
        partnerships.update_partners(changes, **self.signed)

    def _write_people(self, rows: Sequence[PlannedRow]) -> None:
        contacts = [(row.written, contact) for row in rows for contact in row.writes["contacts"]]
        known = {contact["row"].pk: contact["fields"] for _, contact in contacts if contact["row"]}
        representatives.update_representatives(known, **self.signed)
        new = [(partnership, contact["fields"]) for partnership, contact in contacts if not contact["row"]]
        representatives.add_representatives(new, **self.signed)


class ServiceWriter(Writer):
    """Write services, their programs, centers and locations, and missing partners."""

    def write(self, rows: Sequence[PlannedRow], extra: dict[str, Any], progress: Progress) -> None:
        """Write the rows."""
        organizations, added = self._write_partners(extra["partners"])
        known = {row.writes["owner"]: row.writes["partnership"] for row in rows if row.writes["partnership"]}
        owners = known | added
        new_places = write_places(list(extra["places"].values()), organizations, owners, **self.signed)
        done = 0
        for batch in _batches(rows):
            self._write_services(batch, owners, new_places)
            done += len(batch)
            progress(done)

    def _write_partners(self, partners: dict[Any, Any]) -> tuple[dict[Any, int], dict[Any, int]]:
        new = [item for item in partners.values() if item.organization is None]
        facts = [{"name": item.name} | item.facts for item in new]
        made = partnerships.add_organizations(self.area.state, facts=facts, **self.signed)
        organizations = {item.key: row.pk for item, row in zip(new, made, strict=True)}
        joined = partnerships.add_partners(
            self.area, partners=[(organizations.get(key, key), {}) for key in partners], **self.signed
        )
        return organizations, {key: row.pk for key, row in zip(partners, joined, strict=True)}

    def _write_services(
        self, rows: Sequence[PlannedRow], owners: Mapping[Any, int], new_places: Mapping[Any, int]
    ) -> None:
        new = [row for row in rows if row.outcome == Outcome.ADD]
        made = services.add_services(
            [(owners[row.writes["owner"]], _facts(row, new_places)) for row in new], **self.signed
        )
        for row, service in zip(new, made, strict=True):
            row.target = service.pk
        changed = [row for row in rows if row.outcome == Outcome.CHANGE]
        changes = {row.writes["service_row"].pk: _facts(row, new_places) for row in changed}
        services.update_services({pk: facts for pk, facts in changes.items() if facts}, **self.signed)
        if gone := [row.writes["service_row"] for row in changed if row.writes["archive"]]:
            services.archive_services(gone, **self.signed)
        for row in (*new, *changed):
            if row.writes["spanish"]:
                service_texts.write_text(Service(pk=row.written), facts=row.writes["spanish"], **self.signed)


class TermWriter(Writer):
    """Write terms and their usages, as drafts only; approved versions stay in force."""

    def write(self, rows: Sequence[PlannedRow], extra: dict[str, Any], progress: Progress) -> None:
        """Write the rows."""
        planned = [term for term in extra["terms"] if term.is_touched]
        changes = [
            terms.TermChange(
                pk=term.row.pk if term.row else None,
                facts=term.writes,
                usages=[self._usage(usage) for usage in term.usages if usage.writes],
            )
            for term in planned
        ]
        saved = terms.save_terms(self.area, changes=changes, **self.signed)
        for term, row in zip(planned, saved, strict=True):
            term.row = row
        for planned_row in rows:
            planned_row.target = planned_row.writes["term"].row.pk
        progress(len(rows))

    @staticmethod
    def _usage(usage: Any) -> dict[str, Any]:
        return usage.writes | ({"id": usage.row.pk} if usage.row else usage.whose)


class PresenceWriter(Writer):
    """Write hours on site; it fails, and the plan is made again, if others wrote overlapping hours meanwhile."""

    def write(self, rows: Sequence[PlannedRow], extra: dict[str, Any], progress: Progress) -> None:
        """Write the rows."""
        hours = [write for row in rows for write in row.writes["hours"]]
        presences.save_presences(
            self.area,
            new=[{"partnership_id": one["partnership_id"]} | one["values"] for one in hours if not one["row"]],
            changes={one["row"].pk: one["values"] for one in hours if one["row"]},
            **self.signed,
        )
        progress(len(rows))


def _batches(rows: Sequence[PlannedRow]) -> Iterator[Sequence[PlannedRow]]:
    for start in range(0, len(rows), BATCH):
        yield rows[start : start + BATCH]


def _facts(row: PlannedRow, new_places: Mapping[Any, int]) -> dict[str, Any]:
    """Return what a row says of a service, with the ids of its programs, centers and locations where they change."""
    links = {code: pair[1] for code, pair in row.writes["links"].items() if pair is not None}
    if "places" in links:
        links["locations"] = [new_places.get(ref, ref) for ref in links.pop("places")]
    return row.writes["service"] | links
