"""Plan the rows of a file of terms; several rows may hold one term, each with another usage."""

from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from onestop.ui.sentences import join_words
from partners.importing import cells
from partners.importing.cells import Names
from partners.importing.network_fields import TERM_FIELDS
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
from partners.models import LocalArea, Partnership, Program, Term, Usage

FACTS = ("abbreviation", "definition")
NEW_USAGE: dict[str, Any] = {"meaning": "", "is_synonym": True, "is_search_only": False}
USAGE_FACTS = tuple(NEW_USAGE)
LONGEST_SYSTEM = 120
UNNAMED: dict[str, Any] = {"partnership": None, "program": None, "system": ""}


@dataclass
class PlannedUsage:
    """An existing or new usage of a term."""

    whose: dict[str, Any]
    row: Usage | None = None
    writes: dict[str, Any] = field(default_factory=dict)
    line: int = 0


@dataclass
class PlannedTerm:
    """An existing or new term, with the values of the file."""

    name: str
    row: Term | None = None
    writes: dict[str, Any] = field(default_factory=dict)
    stated: dict[str, tuple[str, int]] = field(default_factory=dict)  # value and row number by field
    usages: list[PlannedUsage] = field(default_factory=list)
    wordings: dict[Any, Finder] = field(default_factory=dict)  # by owner

    @property
    def is_touched(self) -> bool:
        """Return whether there is anything to write."""
        return bool(self.writes) or any(usage.writes for usage in self.usages)

    def keep(self, whose: Any, wording: str, usage: PlannedUsage) -> None:
        """Add a usage."""
        self.usages.append(usage)
        self.wordings.setdefault(whose, Finder()).add(wording, usage)


class TermPlanner:
    """Read the terms and partners of the area once, then plan each row."""

    def __init__(self, area: LocalArea, options: Options) -> None:
        """Read existing rows with a constant number of queries."""
        self.notes: list[str] = []
        self.words: dict[str, Names] = {}
        self.programs = {item.pk: item for item in Program.objects.order_by("position")}
        self.program_names = program_names(self.programs.values())
        partners = list(
            Partnership.objects.filter(area=area).select_related("organization").order_by("archived_at", "pk")
        )
        self.by_pk = {item.pk: item for item in partners}
        self.partners = Finder((item.organization.name, item) for item in partners)
        shorts = {item.pk: [item.organization.short_name] for item in partners if item.organization.short_name}
        self.short_names = Names(shorts)
        self.terms = Finder()
        self.planned: list[PlannedTerm] = []
        self.extra: dict[str, Any] = {"terms": self.planned}
        for term in Term.objects.filter(area=area).prefetch_related("usages").order_by("archived_at", "pk"):
            known = PlannedTerm(term.name, term)
            for usage in term.usages.all():
                known.keep(
                    _whose(usage.partnership_id, usage.program_id, usage.system), usage.wording, PlannedUsage({}, usage)
                )
            self._keep(known)

    def _keep(self, term: PlannedTerm) -> None:
        self.planned.append(term)
        self.terms.add(term.name, term)

    def plan_row(self, row: ReadRow) -> PlannedRow:
        """Return the plan of a row."""
        name = row.values.get("name", "")
        if not name:
            return unreadable(row, "", _("The term is missing."))
        found = self.terms.find(name)
        if len(found) > 1:
            others = join_words(f"“{item.name}”" for item in found)
            return unreadable(
                row, name, _("The term matches %(names)s. Write it exactly as one of them.") % {"names": others}
            )
        term = found[0] if found else PlannedTerm(name, writes={"name": name})
        if problem := self._problem(row, term):
            return unreadable(row, name, problem)
        if row.problems:
            return unreadable(row, name)
        if term.row and term.row.is_archived:
            row.remark(_("This term is archived and was not changed. Restore it on its page first."))
            return PlannedRow(row.line, term.name[:250], Outcome.SAME, target=term.row.pk)
        return self._plan(row, term, is_first=not found)

    def _problem(self, row: ReadRow, term: PlannedTerm) -> str:
        if term.row is None and not (row.values.get("definition") or term.writes.get("definition")):
            return _("The definition is missing.")
        for code in FACTS:
            first, line = term.stated.get(code, ("", 0))
            again = row.values.get(code)
            if first and again and cells.comparable(first, "long") != cells.comparable(again, "long"):
                return _("Row %(row)s has other values for “%(name)s”. Make the two rows agree.") % {
                    "row": line, "name": term.name,
                }  # fmt: skip
        if row.values.get("wording") and not row.values.get("system"):
            return _("Add who uses the wording “%(wording)s”.") % {"wording": row.values["wording"]}
        return ""

    def _plan(self, row: ReadRow, term: PlannedTerm, *, is_first: bool) -> PlannedRow:
        # The first row with a value for a term sets it; later rows repeat it or leave it blank.
        values = {code: row.values[code] for code in FACTS if code in row.values and code not in term.stated}
        changes, writes = differences(TERM_FIELDS, "term", values, term.row)
        if term.row is None and is_first:
            changes.insert(0, [_("Term"), "", term.name])
        usage = self._usage(row, term)
        if isinstance(usage, str):
            return unreadable(row, term.name, usage)
        term.stated |= {code: (value, row.line) for code, value in values.items() if value}
        term.writes |= writes
        if is_first and term.row is None:
            self._keep(term)
        changes += usage
        if term.row is None:
            outcome = Outcome.ADD if changes else Outcome.SKIP
        else:
            outcome = Outcome.CHANGE if changes else Outcome.SAME
            if changes and term.row.is_in_force:
                row.remark(_("The approved version is used until the change is approved."))
        reasons = [_("Another row has the same values.")] if outcome == Outcome.SKIP else []
        target = term.row.pk if term.row else None
        return PlannedRow(
            row.line, term.name[:250], outcome, changes, reasons=reasons, writes={"term": term}, target=target
        )

    def _usage(self, row: ReadRow, term: PlannedTerm) -> list[list[str]] | str:
        """Return the changes to a usage of the term, or why the row cannot be read."""
        wording, system = row.values.get("wording", ""), row.values.get("system", "")
        if not wording:
            if system:
                row.remark(_("The wording of %(name)s is missing and was skipped.") % {"name": system})
            return []
        # A usage of a system keeps its system, even if a program or partner has the same name.
        own = term.wordings.get(_whose(None, None, system))
        whose = UNNAMED | {"system": system} if own and own.find(wording) else self._system(system)
        if isinstance(whose, str):
            return whose
        partnership, program = (whose[name] and whose[name].pk for name in ("partnership", "program"))
        key = _whose(partnership, program, whose["system"])
        known = term.wordings[key].find(wording) if key in term.wordings else []
        if len(known) > 1:
            return _("%(name)s uses several spellings of “%(wording)s”. Write it exactly as one of them.") % {
                "name": system, "wording": wording,
            }  # fmt: skip
        usage: PlannedUsage = known[0] if known else PlannedUsage(whose)
        values: dict[str, Any] = {code: row.values[code] for code in USAGE_FACTS if code in row.values}
        if usage.row is None:
            values["wording"] = wording
        if usage.line:
            return self._again(usage, values, system)
        if _is_unsearched(usage, values):
            return _("“%(wording)s” is search only. Write Yes under “Search synonym”, or No under “Search only”.") % {
                "wording": wording
            }
        changes, usage.writes = differences(TERM_FIELDS, "usage", values, usage.row)
        usage.line = row.line
        if not known:
            term.keep(key, wording, usage)
        return [[_("%(name)s: %(field)s") % {"name": system, "field": label}, old, new] for label, old, new in changes]

    def _again(self, usage: PlannedUsage, values: dict[str, Any], system: str) -> list[list[str]] | str:
        """Return no changes for a row that repeats a usage, or why it contradicts the earlier row."""
        first: dict[str, Any] = dict(NEW_USAGE)
        if usage.row:
            first = {name: getattr(usage.row, name) for name in first}
        first |= {name: value for name, value in usage.writes.items() if name in first}
        again = {name: value for name, value in values.items() if name in first and value != ""}
        if any(
            cells.comparable(first[name], "long") != cells.comparable(value, "long") for name, value in again.items()
        ):
            return _("Row %(row)s has another usage by %(name)s. Make the two rows agree.") % {
                "row": usage.line, "name": system,
            }  # fmt: skip
        return []

    def _system(self, name: str) -> dict[str, Any] | str:
        """Return the owner of a usage: a partner, a program, or another system."""
        found = self.partners.find(name)
        if len(found) > 1:
            return _("“%(name)s” matches several partners. Write the full name of one of them.") % {"name": name}
        partner = found[0] if found else self.by_pk.get(self.short_names.find(name) or 0)
        if partner:
            return UNNAMED | {"partnership": partner}
        if program := self.program_names.find(name):
            return UNNAMED | {"program": self.programs[program]}
        if len(name) > LONGEST_SYSTEM:
            return _("The name of a system can have at most %(limit)s characters.") % {"limit": LONGEST_SYSTEM}
        return UNNAMED | {"system": name}


def _is_unsearched(usage: PlannedUsage, values: dict[str, Any]) -> bool:
    """Return whether a usage would be for searches only and yet not used in searches."""
    known = {name: getattr(usage.row, name) for name in USAGE_FACTS} if usage.row else NEW_USAGE
    told = known | {name: value for name, value in values.items() if value != ""}
    return bool(told["is_search_only"] and not told["is_synonym"])


def _whose(partnership_id: int | None, program_id: int | None, system: str) -> tuple[Any, ...]:
    return partnership_id, program_id, cells.key(system)
