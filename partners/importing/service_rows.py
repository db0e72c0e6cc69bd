"""Plan the rows of a file of services."""

import re
from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext as _

from onestop.files.uploaded_tables import Line
from partners.importing import cells
from partners.importing.addresses import leave_without_place
from partners.importing.cells import Names
from partners.importing.hsds import ids
from partners.importing.leftovers import keep_in_notes
from partners.importing.network_fields import SERVICE_FIELDS
from partners.importing.places import PlaceBook, PlannedPlace
from partners.importing.planning import (
    Options,
    Outcome,
    PlannedRow,
    ReadRow,
    Seen,
    differences,
    program_names,
    unreadable,
)
from partners.importing.questions import Answers, Question, key_of
from partners.importing.reading import RowReader
from partners.importing.remarks import as_remarks
from partners.importing.service_partners import NewPartner, PartnerBook
from partners.importing.similar_names import SimilarNames
from partners.importing.spanish_texts import SpanishTexts
from partners.models import (
    Center,
    LocalArea,
    Partnership,
    Program,
    Service,
    ServiceCenter,
    ServiceLocation,
    ServiceProgram,
)

STATUS_WORDS = Names(
    {
        "active": ["active", "current", "open", "available", "offered"],
        "inactive": [
            "inactive",
            "archived",
            "defunct",
            "closed",
            "discontinued",
            "ended",
            "suspended",
            "no longer offered",
        ],
    }
)
LOOKS_LIKE_A_TEST = re.compile(
    r"not a real (service|organization|entry|agency)|for testt?ing purposes|just a test\b|lorem ipsum|\bfake org\b"
    r"|^test (service|organization|row|entry)\b",
    re.IGNORECASE,
)
PLACE_CODES = [item.code for item in SERVICE_FIELDS if item.part == "place"]


class ServicePlanner:
    """Read the partners and services of the area once, then plan each row."""

    def __init__(self, area: LocalArea, options: Options) -> None:
        """Read existing rows with a constant number of queries."""
        self.options = options
        self.answers = Answers(area, options)
        self.notes: list[str] = []
        self.programs = {item.pk: item for item in Program.objects.order_by("position")}
        self.centers = {item.pk: item for item in Center.objects.filter(area=area).order_by("archived_at", "pk")}
        self.center_names = Names({item.pk: [item.name] for item in self.centers.values()})
        self.words: dict[str, Names] = {
            "programs": program_names(self.programs.values()),
            "centers": self.center_names,
            "status": STATUS_WORDS,
        }
        self.spanish = SpanishTexts(area)
        self.partners = PartnerBook(area, options, self.answers)
        self._read_services(area)
        self.places = PlaceBook(SERVICE_FIELDS, area, self.partners.partnerships)
        self.place_reader = RowReader("services", PLACE_CODES, Options(), self.words)
        self.extra: dict[str, Any] = {"places": self.places.planned, "partners": self.partners.new}
        self.seen = Seen()
        self.similar_services: dict[int, SimilarNames] = {}
        self.new_names: dict[Any, SimilarNames] = defaultdict(SimilarNames)

    def _read_services(self, area: LocalArea) -> None:
        self.by_pk: dict[int, Service] = {}
        self.by_key: dict[tuple[int, str], Service] = {}
        self.by_name: dict[int, dict[str, list[Service]]] = defaultdict(lambda: defaultdict(list))
        services = Service.objects.filter(partnership__area=area).order_by("archived_at", "pk")
        for service in services.iterator(chunk_size=2000):
            self.by_pk[service.pk] = service
            if service.source_key:
                self.by_key[service.partnership_id, service.source_key] = service
            self.by_name[service.partnership_id][cells.key(service.name)].append(service)
        self.links: dict[str, dict[int, list[int]]] = {}
        for name, model, column in (
            ("programs", ServiceProgram, "program_id"),
            ("centers", ServiceCenter, "center_id"),
            ("places", ServiceLocation, "location_id"),
        ):
            found: dict[int, list[int]] = defaultdict(list)
            rows: Any = model._default_manager.filter(service__partnership__area=area).order_by("pk")
            for service_id, other in rows.values_list("service_id", column).iterator(chunk_size=5000):
                found[service_id].append(other)
            self.links[name] = found

    # ------------------------------------------------------------ A row
    def plan_row(self, row: ReadRow) -> PlannedRow:
        """Return the plan of a row."""
        name, partner = row.values.get("name", ""), row.values.get("partner", "")
        if not name:
            return unreadable(row, partner, _("The service name is missing."))
        if not partner:
            return unreadable(row, name, _("The partner is missing."))
        found = self.partners.find(row, partner)
        if isinstance(found, str):
            return unreadable(row, name, found)
        if isinstance(found, Question):
            return self.answers.hold(found, row, name)
        partnership = found if isinstance(found, Partnership) else None
        service = self._find_service(row, partnership) if partnership else None
        if isinstance(service, str):
            return unreadable(row, name, service)
        if row.problems:
            return unreadable(row, name)
        question = self._ask(row, partnership) if partnership and service is None else None
        if question and not question.is_answered:
            return self.answers.hold(question, row, name)
        if question and question.target:
            service = self.by_pk[question.target]
            row.remark(_("Read as “%(name)s”, as you answered.") % {"name": service.name}, "name", name)
            row.values["name"] = service.name
        owner = partnership.organization_id if partnership else found.key  # type: ignore[union-attr]
        identity = service.pk if service else (owner, row.values.get("source_key") or "", cells.key(name))
        if repeated := self.seen.repeat(identity, row, name):
            return repeated
        if left := self._left_alone(row, name, partnership, service):
            return left
        if service is None:
            self._compare_with_earlier_rows(row, owner)
        named = len(row.values.get("places") or [])
        if named > 1 or not (named or row.values.get("street") or row.values.get("city")):
            leave_without_place(row, PLACE_CODES)
        keep_in_notes(row, self.options, service.notes if service else "")
        planned = self._plan(row, owner, partnership, found if isinstance(found, NewPartner) else None, service)
        return self.answers.keep(question or self.partners.questions.get(cells.key(partner)), planned)

    def _left_alone(
        self, row: ReadRow, name: str, partnership: Partnership | None, service: Service | None
    ) -> PlannedRow | None:
        if service and service.is_archived:
            if row.values.get("status") != "inactive":
                row.remark(_("This service is archived and was not changed. Restore it on its page first."))
            return PlannedRow(row.line, name[:250], Outcome.SAME, target=service.pk)
        if service is None and row.values.get("status") == "inactive":
            return PlannedRow(row.line, name[:250], Outcome.SKIP, reasons=[_("The file marks it as inactive.")])
        texts = [row.values.get(code, "") for code in ("name", "description", "partner", "partner_description")]
        if service is None and not self.options.keep_test_rows and any(LOOKS_LIKE_A_TEST.search(t) for t in texts):
            return PlannedRow(row.line, name[:250], Outcome.SKIP, reasons=[_("It looks like a test entry.")])
        if partnership and partnership.is_archived:
            return unreadable(row, name, _("Its partner is archived. Restore the partner first."))
        return None

    def _ask(self, row: ReadRow, partnership: Partnership) -> Question | None:
        """Return the question which service of a partner a new name means; one with another key is another one."""
        names = self.similar_services.get(partnership.pk)
        has_key = bool(row.values.get("source_key"))
        if names is None:
            names = self.similar_services[partnership.pk] = SimilarNames()
            for services in self.by_name.get(partnership.pk, {}).values():
                for item in services:
                    if not item.is_archived and not (has_key and item.source_key):
                        names.add(item.pk, item.name)
        name = row.values["name"]
        return self.answers.ask(key_of(f"service:{partnership.pk}", name), name, names.find(name), self.by_pk)

    def _compare_with_earlier_rows(self, row: ReadRow, owner: Any) -> None:
        names = self.new_names[owner]
        for one in [] if row.values.get("source_key") else names.find(row.values["name"]):
            row.remark(
                _("Row %(row)s has a similar name, “%(name)s”. If both are one service, write the same name in both.")
                % {"row": one.pk, "name": one.name},
                "name",
                row.values["name"],
                asks=True,
            )
        names.add(row.line, row.values["name"])

    def _find_service(self, row: ReadRow, partnership: Partnership) -> Service | str | None:
        number, source_key = row.values.get("number"), row.values.get("source_key", "")
        numbered = self.by_pk.get(number) if number else None
        if numbered and numbered.partnership_id == partnership.pk:
            return numbered
        if source_key and (keyed := self.by_key.get((partnership.pk, source_key))):
            return keyed
        name = row.values["name"]
        called = self.by_name[partnership.pk][cells.key(name)] if partnership.pk in self.by_name else []
        if source_key:
            called = [item for item in called if not item.source_key]
        current = [item for item in called if not item.is_archived] or called
        exact = [item for item in current if item.name == name]
        if len(current) > 1 and len(exact) != 1:
            return _(
                "The partner has %(number)s services named “%(name)s”. Add the column “Portal number” from an export."
            ) % {"number": len(current), "name": name}
        return next(iter(exact or current), None)

    # ------------------------------------------------------------ What it changes
    def _plan(
        self,
        row: ReadRow,
        owner: Any,
        partnership: Partnership | None,
        new_partner: NewPartner | None,
        service: Service | None,
    ) -> PlannedRow:
        changes: list[list[str]] = []
        if new_partner:
            changes.extend(self._add_partner(row, new_partner))
        if service and cells.key(service.name) == cells.key(row.values["name"]):
            row.values["name"] = service.name
        if service:
            self._keep_what_was_not_understood(row, service)
            if ids.pk_of(ids.SERVICE, row.values.get("source_key", "")) == service.pk:
                del row.values["source_key"]  # it comes from here, and keeps the key that it has
        elif row.values.get("is_paused") is False:
            del row.values["is_paused"]  # a new service is open anyway
        facts, writes = differences(SERVICE_FIELDS, "service", row.values, service)
        changes.extend(facts)
        archive = service is not None and row.values.get("status") == "inactive"
        if archive:
            changes.append([_("Service status"), _("Active"), _("Archived")])
        links: dict[str, Any] = {}
        links["centers"], links["places"] = self._where(row, owner, service, changes)
        self._link(row, "programs", _("Programs"), row.values.get("programs"), service, links, changes)
        self._link(row, "centers", _("Centers"), links["centers"], service, links, changes)
        self._link(row, "places", _("Locations"), links["places"], service, links, changes)
        spanish = self.spanish.plan(row, service, changes)
        outcome = Outcome.ADD if service is None else Outcome.CHANGE if changes else Outcome.SAME
        return PlannedRow(
            row.line,
            row.values["name"][:250],
            outcome,
            changes,
            writes={
                "owner": owner,
                "partnership": partnership.pk if partnership else None,
                "service_row": service,
                "service": writes,
                "archive": archive,
                "links": links,
                "spanish": spanish,
            },
            target=service.pk if service else None,
        )

    def _keep_what_was_not_understood(self, row: ReadRow, service: Service) -> None:
        if "languages" in row.typed:  # a language keeps the spelling that it has
            stored = {language.casefold(): language for language in service.languages}
            text = row.typed["languages"]
            typed = cells.split_list(text, commas=";" not in text and "\n" not in text)
            if typed and all(part.casefold() in stored for part in typed):
                row.values["languages"] = [stored[part.casefold()] for part in typed]
            else:
                row.values["languages"] = [stored.get(one.casefold(), one) for one in row.values["languages"]]
        for code in row.partial & {"groups", "modes", "accommodations", "languages", "funding_sources", "keywords"}:
            before = getattr(service, code)
            row.values[code] = [*before, *(value for value in row.values.get(code, []) if value not in before)]

    def _add_partner(self, row: ReadRow, partner: NewPartner) -> list[list[str]]:
        first = partner.key not in self.partners.new
        self.partners.new.setdefault(partner.key, partner)
        if not first:
            return []
        facts, partner.facts = differences(SERVICE_FIELDS, "new_partner", row.values, None)
        if partner.organization:
            partner.facts = {}
            row.remark(_("%(name)s already exists in the state. It becomes a partner here.") % {"name": partner.name})
            return [[_("Partner"), "", partner.name]]
        return [[_("Partner"), "", partner.name], *facts]

    def _where(
        self, row: ReadRow, owner: Any, service: Service | None, changes: list[list[str]]
    ) -> tuple[list[int] | None, list[Any] | None]:
        """Return the centers and locations of a row; None for those it has no column for."""
        centers: list[int] | None = row.values.get("centers")
        names: list[str] | None = row.values.get("places")
        street, city = row.values.get("street", ""), row.values.get("city", "")
        if names is None and not street and not city:
            return centers, None
        own: list[Any] = []
        for name in names or []:
            place = self._linked_place(service, name) or self.places.named(owner, name)
            center = self.center_names.find(name) if place is None else None
            if center is not None:
                centers = [*(centers or []), center]
            else:
                own.append(place or name)
        if not names:
            if names is not None:
                return centers, []
            found = self.places.at_street(owner, street) if street else self.places.named(owner, city)
            own = [found or street or city]
        refs = []
        for place in own:
            ref = self._place(row, owner, place, alone=len(own) == 1, service=service, changes=changes)
            if ref is not None and ref not in refs:
                refs.append(ref)
        return centers, refs if own or not centers else None

    def _linked_place(self, service: Service | None, name: str) -> PlannedPlace | None:
        linked = [self.places.get(pk) for pk in self.links["places"][service.pk]] if service else []
        return next((place for place in linked if place and cells.key(place.name) == cells.key(name)), None)

    def _place(
        self, row: ReadRow, owner: Any, place: Any, *, alone: bool, service: Service | None, changes: list[list[str]]
    ) -> Any:
        name = place if isinstance(place, str) else place.name
        known = None if isinstance(place, str) else place
        if known and known.location and known.location.is_archived:
            linked = service is not None and known.location.pk in self.links["places"][service.pk]
            if not linked:
                row.remark(_("The location “%(location)s” is archived and was skipped.") % {"location": name})
            return known.location.pk if linked else None
        details = self._details_of(row, name)
        if alone or details or known is None:
            about = details or (row if alone else ReadRow(row.line, []))
            known, more = self.places.plan(about, owner, known, name[:150])
            changes.extend(more)
        return known.ref

    def _details_of(self, row: ReadRow, name: str) -> ReadRow | None:
        """Return what the file says of one of several locations, by its name."""
        for facts in row.values.get("place_details", ()):
            if cells.key(facts.get("name", "")) == cells.key(name):
                about = self.place_reader.read(Line(row.line, [facts.get(code, "") for code in PLACE_CODES]))
                row.remarks.extend(as_remarks([*about.remarks, *about.problems], row.line))
                about.remarks = row.remarks
                return about
        return None

    def _link(
        self,
        row: ReadRow,
        code: str,
        label: str,
        after: list[Any] | None,
        service: Service | None,
        links: dict[str, Any],
        changes: list[list[str]],
    ) -> None:
        links[code] = None
        if after is None:
            return
        before: list[Any] = self.links[code][service.pk] if service else []
        if code == "centers":
            after = [pk for pk in after if pk in before or self._is_open(row, self.centers[pk])]
        if code in row.partial:
            after = [*before, *(one for one in after if one not in before)]
        else:  # links with archived places stay, in case those are restored
            after = [*after, *(one for one in before if one not in after and self._is_archived(code, one))]
        if set(before) != set(after):
            changes.append([label, self._names(code, before), self._names(code, after)])
            links[code] = (before, after)

    def _is_archived(self, code: str, ref: Any) -> bool:
        if code == "places":
            place = self.places.get(ref)
            return bool(place and place.location and place.location.is_archived)
        return code == "centers" and ref in self.centers and self.centers[ref].is_archived

    def _is_open(self, row: ReadRow, center: Center) -> bool:
        if center.is_archived:
            row.remark(_("The center “%(center)s” is archived and was skipped.") % {"center": center.name})
        return not center.is_archived

    def _names(self, code: str, refs: Iterable[Any]) -> str:
        if code == "programs":
            return cells.join_list(self.programs[pk].short_name for pk in refs)
        if code == "centers":
            return cells.join_list(self.centers[pk].name for pk in refs if pk in self.centers)
        return cells.join_list(place.name for place in map(self.places.get, refs) if place)
