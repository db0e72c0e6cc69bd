"""Plan the rows of a file of partners."""

from collections import defaultdict
from typing import Any

from django.utils.translation import gettext as _

from onestop.ui.sentences import join_words
from partners.importing import cells
from partners.importing.addresses import leave_without_place
from partners.importing.cells import Names
from partners.importing.contacts import plan_contacts
from partners.importing.doubts import doubt_of
from partners.importing.further_rows import FirstRow, add_contacts, add_notes, merged, why_apart
from partners.importing.leftovers import keep_in_notes
from partners.importing.network_fields import PARTNER_FIELDS
from partners.importing.places import MAIN_OFFICE, PlaceBook
from partners.importing.planning import (
    Finder,
    Options,
    Outcome,
    PlannedRow,
    ReadRow,
    differences,
    program_names,
    unreadable,
)
from partners.importing.questions import Answers, Question, key_of
from partners.importing.similar_names import SimilarNames
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


class PartnerPlanner:
    """Read the organizations of the state and the partners of the area once, then plan each row."""

    def __init__(self, area: LocalArea, options: Options) -> None:
        """Read existing rows with a constant number of queries."""
        self.options = options
        self.answers = Answers(area, options)
        self.notes: list[str] = []
        self.programs = {item.pk: item for item in Program.objects.order_by("position")}
        self.words: dict[str, Names] = {"programs": program_names(self.programs.values())}
        organizations = list(Organization.objects.filter(state=area.state_id).order_by("archived_at", "pk"))
        self.organizations = Finder((item.name, item) for item in organizations)
        self.by_pk = {item.pk: item for item in organizations}
        self.similar, self.new_names = SimilarNames(), SimilarNames()
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
        self.first: dict[Any, FirstRow] = {}  # by the id of the organization, or the key of a new one

    def plan_row(self, row: ReadRow) -> PlannedRow:
        """Return the plan of a row."""
        name = row.values.get("name", "")
        if not name:
            return unreadable(row, "", *([] if row.problems else [_("The partner name is missing.")]))
        found = self.organizations.find(name)
        if len(found) > 1:
            others = join_words(f"“{item.name}”" for item in found)
            return unreadable(
                row, name, _("The name matches %(names)s. Write it exactly as one of them.") % {"names": others}
            )
        organization = found[0] if found else None
        question = None if found else self._ask(row, name)
        if question and not question.is_answered:
            return self.answers.hold(question, row, name)
        if question and question.target:
            organization = self.by_pk[question.target]
            row.remark(_("Read as “%(name)s”, as you answered.") % {"name": organization.name}, "name", name)
        if organization is None and doubt_of(name):
            return unreadable(row, name, _("“%(name)s” is not a name.") % {"name": name})
        partnership = self.partnerships.get(organization.pk) if organization else None
        if row.problems:
            return unreadable(row, name)
        if organization is None and cells.key(name) not in self.first:
            self._compare_with_earlier_rows(row, name)
        identity = organization.pk if organization else cells.key(name)
        if (first := self.first.get(identity)) and partnership is not None and partnership.is_archived:
            return PlannedRow(row.line, name[:250], Outcome.SAME, target=partnership.pk)
        if first:
            return why_apart(first, row, name) or self._add_to_first(first, row, name, identity, partnership)
        planned = self._plan_first(row, name, organization, partnership, question)
        before = self.carried[partnership.pk] if partnership else []
        self.first[identity] = FirstRow(row, planned, before)
        return planned

    def _plan_first(
        self,
        row: ReadRow,
        name: str,
        organization: Organization | None,
        partnership: Partnership | None,
        question: Question | None,
    ) -> PlannedRow:
        if partnership and partnership.is_archived:
            row.remark(_("This partner is archived and was not changed. Restore it on its page first."))
            return PlannedRow(row.line, name[:250], Outcome.SAME, target=partnership.pk)
        if organization and organization.is_archived:
            return unreadable(row, name, _("This organization is archived. Restore it first."))
        if problem := self._wrong_terms(row, partnership):
            return unreadable(row, name, problem)
        contacts = plan_contacts(row, self.people[partnership.pk] if partnership else [])
        if isinstance(contacts, str):
            return unreadable(row, name, contacts)
        if not any(row.values.get(code) for code in ("place_name", "street", "city")):
            leave_without_place(row, ("state_code", "postal_code"))
        keep_in_notes(row, self.options, partnership.notes if partnership else "")
        return self.answers.keep(question, self._plan(row, name, organization, partnership, contacts))

    def _add_to_first(
        self, first: FirstRow, row: ReadRow, name: str, identity: Any, partnership: Partnership | None
    ) -> PlannedRow:
        """Add what a further row about a partner says to the plan of its first row."""
        contacts = add_contacts(first, row, self.people[partnership.pk] if partnership else [])
        if isinstance(contacts, str):
            return unreadable(row, name, contacts)
        saved = partnership.notes if partnership else ""
        keep_in_notes(row, self.options, "")
        said = [*self._add_programs(first, row), *add_notes(first, row, saved)]
        return merged(first, row, name, [*contacts, *self._place(row, identity, is_further=True)], said)

    def _add_programs(self, first: FirstRow, row: ReadRow) -> list[str]:
        """Add the programs of a further row to those of the first; return them in words."""
        if not row.values.get("programs"):
            return []
        carried = first.row.values.get("programs") or []
        more = [pk for pk in row.values["programs"] if pk not in carried]
        first.row.values["programs"] = [*carried, *more]
        first.row.partial |= row.partial & {"programs"}
        own, first.row.remarks = first.row.remarks, []
        changes, after = self._programs(first.row, first.programs_before)
        row.remarks += [remark.at(row.line) for remark in first.row.remarks if str(remark) not in map(str, own)]
        first.row.remarks = own
        label = _("Programs")
        first.planned.changes = [*(change for change in first.planned.changes if change[0] != label), *changes]
        first.planned.writes["programs"] = after
        return [f"{label}: {self._program_list(more)}"] if more else []

    def _ask(self, row: ReadRow, name: str) -> Question | None:
        """Return the question which saved organization a new name means."""
        key = key_of("organization", name)
        if not self.similar:
            for item in self.by_pk.values():
                if not item.is_archived:
                    partnership = self.partnerships.get(item.pk)
                    people = self.people[partnership.pk] if partnership else []
                    known = (item.email, item.website, *(person.email for person in people))
                    self.similar.add(item.pk, item.name, short_name=item.short_name, addresses=known)
        short_name = row.values.get("short_name") or ""
        similar = self.similar.find(name, short_name=short_name, addresses=_addresses_of(row))
        return self.answers.ask(key, name, similar, self.by_pk)

    def _compare_with_earlier_rows(self, row: ReadRow, name: str) -> None:
        addresses = _addresses_of(row)
        for one in self.new_names.find(name, addresses=addresses):
            row.remark(
                _(
                    "It may be the partner “%(name)s” in row %(row)s: %(why)s. If both are one partner, write the same "
                    "name in both."
                )
                % {"row": one.pk, "name": one.name, "why": one.why},
                "name",
                name,
                asks=True,
            )
        self.new_names.add(row.line, name, short_name=row.values.get("short_name") or "", addresses=addresses)

    def _plan(
        self,
        row: ReadRow,
        name: str,
        organization: Organization | None,
        partnership: Partnership | None,
        contacts: tuple[list[list[str]], list[dict[str, Any]]],
    ) -> PlannedRow:
        if organization:
            row.values["name"] = organization.name  # keep the spelling of the saved name
        facts, organization_writes = differences(PARTNER_FIELDS, "organization", row.values, organization)
        terms, partnership_writes = differences(PARTNER_FIELDS, "partnership", row.values, partnership)
        if organization and organization.pk in self.places.shared:
            facts, local_writes = self._local_facts(row, organization, partnership, organization_writes)
            organization_writes, partnership_writes = {}, partnership_writes | local_writes
        programs, program_ids = self._programs(row, self.carried[partnership.pk] if partnership else [])
        places = self._place(row, organization.pk if organization else cells.key(name))
        changes = [*facts, *terms, *programs, *contacts[0], *places]
        outcome = Outcome.CHANGE if changes else Outcome.SAME
        if partnership is None:
            outcome = Outcome.ADD
            if organization:
                row.remark(_("This organization already exists in the state. It becomes a partner here."))
        writes = {
            "owner": organization.pk if organization else cells.key(name),
            "organization": organization_writes,
            "organization_row": organization,
            "partnership": partnership_writes,
            "partnership_row": partnership,
            "programs": program_ids,
            "contacts": contacts[1],
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
            row.remark(
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

    def _programs(self, row: ReadRow, before: list[int]) -> tuple[list[list[str]], list[int] | None]:
        if "programs" not in row.values:
            return [], None
        after = list(row.values["programs"])
        if "programs" in row.partial:  # the part that was not read may be one of these
            after = [*before, *(pk for pk in after if pk not in before)]
        if set(before) == set(after):
            return [], None
        for pk in after:
            if pk in self.decided and pk not in before:
                row.remark(
                    _(
                        "The record for %(program)s says: %(decision)s. If this partner carries it out, withdraw that "
                        "decision on the coverage page."
                    )
                    % {"program": self.programs[pk].short_name, "decision": self.decided[pk]}
                )
        return [[_("Programs"), self._program_list(before), self._program_list(after)]], after

    def _program_list(self, program_ids: list[int]) -> str:
        rows = sorted((self.programs[pk] for pk in program_ids), key=lambda item: item.position)
        return cells.join_list(item.short_name for item in rows)

    def _place(self, row: ReadRow, owner: Any, *, is_further: bool = False) -> list[list[str]]:
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
        if is_further and not name and street and place and cells.key(place.street) != cells.key(street):
            place, name = None, street  # another office than the one of the first row
        if place and place.location and place.location.is_archived:
            row.remark(_("The location “%(location)s” is archived and was not changed.") % {"location": place.name})
            return []
        return self.places.plan(row, owner, place, name or MAIN_OFFICE)[1]


def _addresses_of(row: ReadRow) -> list[str]:
    """Return the email addresses and the website of a row."""
    return [row.values.get(code) or "" for code in ("email", "contact_email", "website")]
