"""Plan the rows of a file of partners."""

from collections import defaultdict
from typing import Any

from django.utils.translation import gettext as _

from onestop.ui.sentences import join_words
from partners.importing import cells
from partners.importing.cells import Names
from partners.importing.network_fields import PARTNER_FIELDS
from partners.importing.places import MAIN_OFFICE, PlaceBook
from partners.importing.planning import (
    Finder,
    Options,
    Outcome,
    PlannedRow,
    ReadRow,
    Seen,
    differences,
    program_names,
    unreadable,
)
from partners.models import (
    LocalArea,
    Organization,
    Partnership,
    PartnershipProgram,
    Program,
    ProgramDecision,
    Representative,
)
from partners.network.organization_proposals import labels_of

# Values for an organization that is a partner in several areas are saved with its partnership in this area.
LOCAL_FACTS = {"phone": "local_phone", "email": "local_email"}
MAIN_CONTACT = next(field.label for field in PARTNER_FIELDS if field.code == "contact_name")


class PartnerPlanner:
    """Read the organizations of the state and the partners of the area once, then plan each row."""

    def __init__(self, area: LocalArea, options: Options) -> None:
        """Read existing rows with a constant number of queries."""
        self.notes: list[str] = []
        self.programs = {item.pk: item for item in Program.objects.order_by("position")}
        self.words: dict[str, Names] = {"programs": program_names(self.programs.values())}
        organizations = list(Organization.objects.filter(state=area.state_id).order_by("archived_at", "pk"))
        self.organizations = Finder((item.name, item) for item in organizations)
        partnerships = list(Partnership.objects.filter(area=area).order_by("pk"))
        self.partnerships = {item.organization_id: item for item in partnerships}
        self.carried: dict[int, list[int]] = defaultdict(list)
        links = PartnershipProgram.objects.filter(partnership__area=area).order_by("program__position")
        for partnership_id, program_id in links.values_list("partnership_id", "program_id"):
            self.carried[partnership_id].append(program_id)
        decisions = ProgramDecision.objects.against_a_partner().filter(area=area)
        decisions = decisions.select_related("agreement_partner__organization")
        self.decided = {decision.program_id: decision.in_words for decision in decisions}
        self.people: dict[int, list[Representative]] = defaultdict(list)
        for person in Representative.objects.current().filter(partnership__area=area).order_by("pk"):
            self.people[person.partnership_id].append(person)
        self.places = PlaceBook(PARTNER_FIELDS, area, [item.pk for item in organizations])
        self.extra: dict[str, Any] = {"places": self.places.planned}
        self.seen = Seen()

    def plan_row(self, row: ReadRow) -> PlannedRow:
        """Return the plan of a row."""
        name = row.values.get("name", "")
        if not name:
            return unreadable(row, "", _("The partner name is missing."))
        found = self.organizations.find(name)
        if len(found) > 1:
            others = join_words(f"“{item.name}”" for item in found)
            return unreadable(
                row, name, _("The name matches %(names)s. Write it exactly as one of them.") % {"names": others}
            )
        organization = found[0] if found else None
        partnership = self.partnerships.get(organization.pk) if organization else None
        if row.problems:
            return unreadable(row, name)
        if repeated := self.seen.repeat(organization.pk if organization else cells.key(name), row, name):
            return repeated
        if partnership and partnership.is_archived:
            row.remarks.append(_("This partner is archived and was not changed. Restore it on its page first."))
            return PlannedRow(row.line, name[:250], Outcome.SAME, target=partnership.pk)
        if organization and organization.is_archived:
            return unreadable(row, name, _("This organization is archived. Restore it first."))
        if problem := self._wrong_terms(row, partnership):
            return unreadable(row, name, problem)
        contact = self._contact(row, partnership)
        if isinstance(contact, str):
            return unreadable(row, name, contact)
        return self._plan(row, name, organization, partnership, contact)

    def _plan(
        self,
        row: ReadRow,
        name: str,
        organization: Organization | None,
        partnership: Partnership | None,
        contact: tuple[list[list[str]], dict[str, Any]],
    ) -> PlannedRow:
        if organization:
            row.values["name"] = organization.name  # keep the spelling of the saved name
        facts, organization_writes = differences(PARTNER_FIELDS, "organization", row.values, organization)
        terms, partnership_writes = differences(PARTNER_FIELDS, "partnership", row.values, partnership)
        if organization and organization.pk in self.places.shared:
            facts, local_writes = self._local_facts(row, organization, partnership, organization_writes)
            organization_writes, partnership_writes = {}, partnership_writes | local_writes
        programs, program_ids = self._programs(row, partnership)
        places = self._place(row, organization.pk if organization else cells.key(name))
        changes = [*facts, *terms, *programs, *contact[0], *places]
        outcome = Outcome.CHANGE if changes else Outcome.SAME
        if partnership is None:
            outcome = Outcome.ADD
            if organization:
                row.remarks.append(_("This organization already exists in the state. It becomes a partner here."))
        writes = {
            "owner": organization.pk if organization else cells.key(name),
            "organization": organization_writes,
            "organization_row": organization,
            "partnership": partnership_writes,
            "partnership_row": partnership,
            "programs": program_ids,
            "contact": contact[1],
        }
        return PlannedRow(
            row.line,
            (organization.name if organization else name)[:250],
            outcome,
            changes,
            writes=writes,
            target=partnership.pk if partnership else None,
        )

    def _local_facts(
        self, row: ReadRow, organization: Organization, partnership: Partnership | None, stated: dict[str, Any]
    ) -> tuple[list[list[str]], dict[str, Any]]:
        """Save values for an organization with several areas in its partnership, where it has such a field."""
        changes, writes = [], {}
        for name, local in LOCAL_FACTS.items():
            before = getattr(partnership, local) if partnership else ""
            if name in stated and stated[name] != before:
                label = str(Partnership._meta.get_field(local).verbose_name)  # type: ignore[union-attr]
                writes[local] = stated[name]
                changes.append([label[0].upper() + label[1:], before, stated[name]])
        if left := [name for name in stated if name not in LOCAL_FACTS]:
            row.remarks.append(
                _(
                    "%(organization)s is a partner in several areas. Not changed: %(fields)s. "
                    "You can propose these changes on its page."
                )
                % {"organization": organization.name, "fields": ", ".join(labels_of(left))}
            )
        return changes, writes

    def _wrong_terms(self, row: ReadRow, partnership: Partnership | None) -> str:
        names = ("since", "ended_on", "official_approved_on", "official")
        value = {name: row.values.get(name, getattr(partnership, name, None)) for name in names}
        if value["since"] and value["ended_on"] and value["ended_on"] < value["since"]:
            return _("The end date is before the start date.")
        if value["official_approved_on"] and not value["official"]:
            return _("The chief elected official who approved the partner is missing.")
        return ""

    def _programs(self, row: ReadRow, partnership: Partnership | None) -> tuple[list[list[str]], list[int] | None]:
        if "programs" not in row.values:
            return [], None
        before = self.carried[partnership.pk] if partnership else []
        after = list(row.values["programs"])
        if "programs" in row.partial:  # the part that was not read may be one of these
            after = [*before, *(pk for pk in after if pk not in before)]
        if set(before) == set(after):
            return [], None
        row.remarks += [
            _(
                "The record for %(program)s says: %(decision)s. If this partner carries it out, withdraw that decision "
                "on the coverage page."
            )
            % {"program": self.programs[pk].short_name, "decision": self.decided[pk]}
            for pk in after
            if pk in self.decided and pk not in before
        ]
        return [[_("Programs"), self._program_list(before), self._program_list(after)]], after

    def _program_list(self, program_ids: list[int]) -> str:
        rows = sorted((self.programs[pk] for pk in program_ids), key=lambda item: item.position)
        return cells.join_list(item.short_name for item in rows)

    def _place(self, row: ReadRow, owner: Any) -> list[list[str]]:
        name, street = row.values.get("place_name", ""), row.values.get("street", "")
        if not (name or street or row.values.get("city")):
            return []
        known = self.places.of(owner)
        place = self.places.named(owner, name) if name else None
        if not name:
            place = (self.places.at_street(owner, street) if street else None) or (
                known[0] if len(known) == 1 else None
            )
            place = place or self.places.named(owner, MAIN_OFFICE)
        if place and place.location and place.location.is_archived:
            row.remarks.append(
                _("The location “%(location)s” is archived and was not changed.") % {"location": place.name}
            )
            return []
        return self.places.plan(row, owner, place, name or MAIN_OFFICE)[1]

    def _contact(self, row: ReadRow, partnership: Partnership | None) -> tuple[list[list[str]], dict[str, Any]] | str:
        """Return the changes to the main representative, or why they are refused."""
        people = self.people[partnership.pk] if partnership else []
        main = next((item for item in people if item.kind == Representative.Kind.MAIN), None)
        name, email = row.values.get("contact_name", ""), row.values.get("contact_email", "")
        if not name:
            if main is None:
                if email or row.values.get("contact_phone"):
                    row.remarks.append(_("The representative has an email or phone but no name, and was skipped."))
                return [], {}
            person: Representative | None = main
        else:
            by_email = next((item for item in people if email and item.email.lower() == email), None)
            by_name = next((item for item in people if cells.key(item.name) == cells.key(name)), None)
            if by_email and by_name and by_email is not by_name:
                return _("The email %(email)s belongs to %(owner)s, not to %(name)s.") % {
                    "email": email, "owner": by_email.name, "name": name,
                }  # fmt: skip
            person = by_email or by_name
        if person and email and any(item.email.lower() == email for item in people if item is not person):
            return _("The email %(email)s belongs to another representative of this partner.") % {"email": email}
        if person and name and cells.key(person.name) == cells.key(name):
            row.values["contact_name"] = person.name
        changes, writes = differences(PARTNER_FIELDS, "contact", row.values, person)
        if person is not main or main is None:
            writes["kind"] = Representative.Kind.MAIN
            changes = [change for change in changes if change[0] != MAIN_CONTACT]
            changes.insert(0, [MAIN_CONTACT, main.name if main else "", name])
            if main:
                row.remarks.append(_("%(name)s becomes an alternate.") % {"name": main.name})
        return changes, ({"row": person, "fields": writes} if writes else {})
