"""The partners in the rows of a file of services: those of the area, and new ones."""

from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from onestop.ui.sentences import join_words
from partners.importing import cells
from partners.importing.cells import Names
from partners.importing.planning import Finder, Options, ReadRow
from partners.importing.questions import Answers, Question, key_of
from partners.importing.similar_names import SimilarNames
from partners.models import LocalArea, Organization, Partnership


@dataclass
class NewPartner:
    """A partner in the file that the area does not have yet."""

    key: Any
    name: str
    organization: Organization | None = None
    facts: dict[str, Any] = field(default_factory=dict)


class PartnerBook:
    """Find the partner of a service by its name, its short name, or the answer to a question."""

    def __init__(self, area: LocalArea, options: Options, answers: Answers) -> None:
        """Read the organizations of the state and the partners of the area with two queries."""
        self.options, self.answers = options, answers
        organizations = list(Organization.objects.filter(state=area.state_id).order_by("archived_at", "pk"))
        self.partnerships = {
            item.organization_id: item for item in Partnership.objects.filter(area=area).order_by("pk")
        }
        here = [item for item in organizations if item.pk in self.partnerships]
        self._names = Finder((item.name, item) for item in here)
        self._short_names = Names({item.pk: [item.short_name] for item in here if item.short_name})
        self._state_names = Finder((item.name, item) for item in organizations)
        self.organizations = {item.pk: item for item in organizations}
        self._similar, self._similar_new = SimilarNames(), SimilarNames()
        self.questions: dict[str, Question | None] = {}  # by the key of a name
        self.new: dict[Any, NewPartner] = {}

    def find(self, row: ReadRow, name: str) -> Partnership | NewPartner | Question | str:
        """Return the partner of a row: a saved or a new one, a question which one it is, or why there is none."""
        found = self._names.find(name)
        if not found and (by_short := self._short_names.find(name)) is not None:
            found = [self.organizations[by_short]]
        if len(found) > 1:
            names = join_words(f"“{item.name}”" for item in found)
            return _("The partner name matches %(names)s. Write it exactly as one of them.") % {"names": names}
        if found:
            return self.partnerships[found[0].pk]
        known = self._state_names.find(name) if self.options.add_missing_partners else []
        if not known and (question := self._ask(name)) is not None:
            if not question.is_answered:
                return question
            if question.target:
                chosen = self.organizations[question.target]
                row.remark(_("Read as “%(name)s”, as you answered.") % {"name": chosen.name}, "partner", name)
                row.values["partner"] = name = chosen.name
                if chosen.pk in self.partnerships:
                    return self.partnerships[chosen.pk]
                known = [chosen]
        if not self.options.add_missing_partners:
            return _("There is no partner “%(name)s” here. Add it first, or choose to add missing partners.") % {
                "name": name
            }
        if len(known) > 1 or (known and known[0].is_archived):
            return _(
                "“%(name)s” cannot be added. The state has several organizations with this name, or it is archived."
            ) % {"name": name}
        key = known[0].pk if known else cells.key(name)
        if key not in self.new and not known:
            self._compare_with_new_ones(row, name)
        return self.new.get(key) or NewPartner(key, name, known[0] if known else None)

    def _compare_with_new_ones(self, row: ReadRow, name: str) -> None:
        """Say that the file has another new partner with nearly the same name."""
        for one in self._similar_new.find(name):
            words = _(
                "It may be the partner “%(name)s” in row %(row)s: %(why)s. If both are one partner, write the same "
                "name in both."
            )
            row.remark(words % {"name": one.name, "row": one.pk, "why": one.why}, "partner", name, asks=True)
        self._similar_new.add(row.line, name)

    def _ask(self, name: str) -> Question | None:
        """Return the question which partner of the area a name means; which organization, if partners are added."""
        if (known := cells.key(name)) not in self.questions:
            if not self._similar:
                for item in self.organizations.values():
                    if item.pk in self.partnerships or (self.options.add_missing_partners and not item.is_archived):
                        self._similar.add(item.pk, item.name, short_name=item.short_name)
            key = key_of("organization", name)
            found = self._similar.find(name)
            self.questions[known] = self.answers.ask(key, name, found, self.organizations)
        return self.questions[known]
