"""Write a plan, all of it or nothing, with a number of statements that does not grow with the rows."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from django.db import connection, models, transaction

from onestop.accounts.models import User
from partners.glossary import terms
from partners.importing.places import PlannedPlace
from partners.importing.planning import Outcome, Plan, PlannedRow, Progress
from partners.models import (
    LocalArea,
    Location,
    Organization,
    Partnership,
    PartnershipProgram,
    Presence,
    Representative,
    Service,
    ServiceCenter,
    ServiceLocation,
    ServiceProgram,
    Term,
    Usage,
)
from partners.network.joining import notify_joined
from partners.search import index

BATCH = 1000
WRITING = (Outcome.ADD, Outcome.CHANGE)


@transaction.atomic
def write_plan(
    area: LocalArea, plan: Plan, *, at: datetime, by: User | None = None, progress: Progress | None = None
) -> None:
    """Write a plan, and set the target of each added row.

    An import does not confirm services: it leaves their dates of confirmation unchanged.
    """
    rows = [row for row in plan.rows if row.outcome in WRITING]
    writers: dict[str, Any] = {
        "partners": PartnerWriter,
        "services": ServiceWriter,
        "terms": TermWriter,
        "presence": PresenceWriter,
    }
    writer = writers[plan.kind](area, by, at)
    check_now()
    writer.write(rows, plan.extra, progress or (lambda done: None))


def check_now() -> None:
    """Check foreign keys with each statement from here on.

    Tens of thousands of checks deferred to the end of the transaction slow down every further insert.
    """
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # no translation: SQL


def upsert(model: Any, rows: Iterable[models.Model], fields: Iterable[str]) -> None:
    """Write changed existing rows in few statements."""
    rows, names = list(rows), sorted(set(fields))
    if rows and names:
        model._default_manager.bulk_create(
            rows, update_conflicts=True, unique_fields=["id"], update_fields=names, batch_size=BATCH
        )


def write_places(
    places: Sequence[PlannedPlace], organizations: dict[Any, int], partnerships: dict[Any, int]
) -> dict[Any, int]:
    """Create new locations for their partnerships, and change existing ones; return the ids of new ones by reference.

    The keys of both dictionaries are owners: the id of an organization, or the key of a new one.
    """
    new = [place for place in places if place.location is None]
    made = Location.objects.bulk_create(
        [
            Location(
                organization_id=organizations.get(place.owner, place.owner),
                partnership_id=partnerships[place.owner],
                **place.writes,
            )
            for place in new
        ],
        batch_size=BATCH,
    )
    changed = [place for place in places if place.location is not None]
    for place in changed:
        _set(place.location, place.writes)
    upsert(Location, [place.location for place in changed if place.location], _names(p.writes for p in changed))
    return {place.ref: location.pk for place, location in zip(new, made, strict=True)}


class PartnerWriter:
    """Write organizations, partnerships, their programs, representatives and locations."""

    def __init__(self, area: LocalArea, by: User | None, at: datetime) -> None:
        """Take the area, and who imports when: managers of existing organizations are notified."""
        self.area = area
        self.by = by
        self.at = at

    def write(self, rows: Sequence[PlannedRow], extra: dict[str, Any], progress: Progress) -> None:
        """Write the rows."""
        organizations = self._write_organizations(rows)
        progress(len(rows) // 4)
        self._write_partnerships(rows, organizations)
        progress(len(rows) // 2)
        self._write_programs(rows)
        self._write_people(rows)
        write_places(extra["places"], organizations, {row.writes["owner"]: row.target or 0 for row in rows})
        progress(len(rows))

    def _write_organizations(self, rows: Sequence[PlannedRow]) -> dict[Any, int]:
        new = [row for row in rows if row.writes["organization_row"] is None]
        made = Organization.objects.bulk_create(
            [Organization(state_id=self.area.state_id, **row.writes["organization"]) for row in new], batch_size=BATCH
        )
        changed = [row for row in rows if row.writes["organization_row"] and row.writes["organization"]]
        for row in changed:
            _set(row.writes["organization_row"], row.writes["organization"])
        names = _names(row.writes["organization"] for row in changed)
        upsert(Organization, [row.writes["organization_row"] for row in changed], names)
        return {row.writes["owner"]: item.pk for row, item in zip(new, made, strict=True)}

    def _write_partnerships(self, rows: Sequence[PlannedRow], organizations: dict[Any, int]) -> None:
        new = [row for row in rows if row.outcome == Outcome.ADD]
        made = Partnership.objects.bulk_create(
            [
                Partnership(
                    area=self.area,
                    organization_id=organizations.get(row.writes["owner"], row.writes["owner"]),
                    **row.writes["partnership"],
                )
                for row in new
            ],
            batch_size=BATCH,
        )
        for row, item in zip(new, made, strict=True):
            row.target = item.pk
        known = [item for row, item in zip(new, made, strict=True) if row.writes["organization_row"]]
        notify_joined(known, by=self.by, at=self.at)
        changed = [row for row in rows if row.outcome == Outcome.CHANGE and row.writes["partnership"]]
        for row in changed:
            _set(row.writes["partnership_row"], row.writes["partnership"])
        names = _names(row.writes["partnership"] for row in changed)
        upsert(Partnership, [row.writes["partnership_row"] for row in changed], names)

    def _write_programs(self, rows: Sequence[PlannedRow]) -> None:
        wanted = {
            row.target: row.writes["programs"] for row in rows if row.target and row.writes["programs"] is not None
        }
        there = set()
        for link in PartnershipProgram.objects.filter(partnership__in=wanted):
            if link.program_id not in wanted[link.partnership_id]:
                link.delete()
            else:
                there.add((link.partnership_id, link.program_id))
        PartnershipProgram.objects.bulk_create(
            [
                PartnershipProgram(partnership_id=partnership, program_id=program)
                for partnership, programs in wanted.items()
                for program in programs
                if (partnership, program) not in there
            ],
            batch_size=BATCH,
        )

    def _write_people(self, rows: Sequence[PlannedRow]) -> None:
        contacts = [(row, row.writes["contact"]) for row in rows if row.writes["contact"]]
        demoted = [contact["demote"].pk for _, contact in contacts if contact["demote"]]
        if demoted:
            Representative.objects.filter(pk__in=demoted).update(kind=Representative.Kind.ALTERNATE)
        changed = [contact for _, contact in contacts if contact["row"]]
        for contact in changed:
            _set(contact["row"], contact["fields"])
        upsert(Representative, [contact["row"] for contact in changed], _names(c["fields"] for c in changed))
        Representative.objects.bulk_create(
            [Representative(partnership_id=row.target or 0, **c["fields"]) for row, c in contacts if not c["row"]],
            batch_size=BATCH,
        )


class ServiceWriter:
    """Write services, their programs, centers and locations, and missing partners."""

    def __init__(self, area: LocalArea, by: User | None, at: datetime) -> None:
        """Take the area, and who imports when."""
        self.area = area
        self.by = by
        self.at = at

    def write(self, rows: Sequence[PlannedRow], extra: dict[str, Any], progress: Progress) -> None:
        """Write the rows."""
        organizations, partnerships = self._write_partners(extra["partners"])
        known = {row.writes["owner"]: row.writes["partnership"] for row in rows if row.writes["partnership"]}
        places = write_places(extra["places"], organizations, known | partnerships)
        progress(len(rows) // 10)
        with index.written_once(lambda: [row.target for row in rows]):
            self._write_new(rows, partnerships, progress)
            self._write_changed(rows)
            progress(len(rows) * 3 // 4)
            self._write_links(rows, "programs", ServiceProgram, "program_id", {})
            self._write_links(rows, "centers", ServiceCenter, "center_id", {})
            self._write_links(rows, "places", ServiceLocation, "location_id", places)
        progress(len(rows))

    def _write_partners(self, partners: dict[Any, Any]) -> tuple[dict[Any, int], dict[Any, int]]:
        new = [item for item in partners.values() if item.organization is None]
        made = Organization.objects.bulk_create(
            [Organization(state_id=self.area.state_id, **{"name": item.name} | item.facts) for item in new],
            batch_size=BATCH,
        )
        organizations = {item.key: row.pk for item, row in zip(new, made, strict=True)}
        joined = Partnership.objects.bulk_create(
            [Partnership(area=self.area, organization_id=organizations.get(key, key)) for key in partners],
            batch_size=BATCH,
        )
        known = [row for item, row in zip(partners.values(), joined, strict=True) if item.organization]
        notify_joined(known, by=self.by, at=self.at)
        return organizations, {key: row.pk for key, row in zip(partners, joined, strict=True)}

    def _write_new(self, rows: Sequence[PlannedRow], partnerships: dict[Any, int], progress: Progress) -> None:
        new = [row for row in rows if row.outcome == Outcome.ADD]
        for start in range(0, len(new), BATCH):
            batch = new[start : start + BATCH]
            made = Service.objects.bulk_create(
                [
                    Service(
                        partnership_id=row.writes["partnership"] or partnerships[row.writes["owner"]],
                        **row.writes["service"],
                    )
                    for row in batch
                ]
            )
            for row, service in zip(batch, made, strict=True):
                row.target = service.pk
            progress(len(rows) // 10 + start // 2)

    def _write_changed(self, rows: Sequence[PlannedRow]) -> None:
        changed = [row for row in rows if row.outcome == Outcome.CHANGE]
        for row in changed:
            if row.writes["archive"]:
                row.writes["service"]["archived_at"] = self.at
            _set(row.writes["service_row"], row.writes["service"])
        touched = [row for row in changed if row.writes["service"]]
        names = _names(row.writes["service"] for row in touched)
        upsert(Service, [row.writes["service_row"] for row in touched], names)

    def _write_links(
        self, rows: Sequence[PlannedRow], code: str, model: Any, column: str, made: dict[Any, int]
    ) -> None:
        new: list[Any] = []
        gone = models.Q()
        for row in rows:
            if row.writes["links"][code] is None:
                continue
            before, after = row.writes["links"][code]
            new.extend(
                model(**{"service_id": row.target, column: made.get(ref, ref)}) for ref in after if ref not in before
            )
            if left := [ref for ref in before if ref not in after]:
                gone |= models.Q(service_id=row.target, **{f"{column}__in": left})
        if gone:
            model._default_manager.filter(gone).delete()
        model._default_manager.bulk_create(new, batch_size=BATCH)


class TermWriter:
    """Write terms and their usages, as drafts only; approved versions stay in force."""

    def __init__(self, area: LocalArea, by: User | None, at: datetime) -> None:
        """Take the area, and who imports: the author of a term does not review it."""
        self.area = area
        self.by = by

    def write(self, rows: Sequence[PlannedRow], extra: dict[str, Any], progress: Progress) -> None:
        """Write the rows."""
        planned = [term for term in extra["terms"] if term.is_touched]
        new = [term for term in planned if term.row is None]
        made = Term.objects.bulk_create(
            [Term(area=self.area, written_by=self.by, **term.writes) for term in new], batch_size=BATCH
        )
        for term, row in zip(new, made, strict=True):
            term.row = row
        progress(len(rows) // 2)
        usages = [(term, usage) for term in planned for usage in term.usages if usage.writes]
        Usage.objects.bulk_create(
            [Usage(term=term.row, **usage.whose, **usage.writes) for term, usage in usages if usage.row is None],
            batch_size=BATCH,
        )
        changed = [usage for _, usage in usages if usage.row is not None]
        for usage in changed:
            _set(usage.row, usage.writes)
        upsert(Usage, [usage.row for usage in changed], _names(usage.writes for usage in changed))
        self._settle([term for term in planned if term not in new])
        for planned_row in rows:
            planned_row.target = planned_row.writes["term"].row.pk
        progress(len(rows))

    def _settle(self, changed: Sequence[Any]) -> None:
        """Mark changed terms as pending approval, unless they still match the approved version."""
        words: dict[int, list[tuple[str, bool]]] = {term.row.pk: [] for term in changed}
        synonyms = Usage.objects.filter(term__in=words, is_synonym=True).order_by("pk")
        for pk, wording, is_search_only in synonyms.values_list("term", "wording", "is_search_only"):
            words[pk].append((wording, is_search_only))
        for term in changed:
            _set(term.row, term.writes)
            terms.settle(term.row, terms.split_synonyms(term.row, words[term.row.pk]), self.by)
        columns = ("name", "abbreviation", "definition", "status", "written_by", "sent_back_because")
        upsert(Term, [term.row for term in changed], columns)


class PresenceWriter:
    """Write hours on site; it fails, and the plan is made again, if others wrote overlapping hours meanwhile."""

    def __init__(self, area: LocalArea, by: User | None, at: datetime) -> None:
        """Take the area."""
        self.area = area

    def write(self, rows: Sequence[PlannedRow], extra: dict[str, Any], progress: Progress) -> None:
        """Write the rows."""
        hours = [write for row in rows for write in row.writes["hours"]]
        changed = [write for write in hours if write["row"]]
        for write in changed:
            _set(write["row"], write["values"])
        upsert(Presence, [write["row"] for write in changed], _names(write["values"] for write in changed))
        new = [Presence(partnership_id=one["partnership_id"], **one["values"]) for one in hours if not one["row"]]
        Presence.objects.bulk_create(new, batch_size=BATCH)
        progress(len(rows))


def _set(thing: Any, values: dict[str, Any]) -> None:
    for name, value in values.items():
        setattr(thing, name, value)


def _names(writes: Iterable[dict[str, Any]]) -> set[str]:
    return {name for one in writes for name in one}
