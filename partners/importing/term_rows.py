"""What becomes of the rows of a file of terms: several rows may speak of one term, each of how another says it."""

from dataclasses import dataclass, field
from typing import Any

from partners.importing import cells
from partners.importing.cells import Names
from partners.importing.columns import TERM_FIELDS
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
LONGEST_SYSTEM = 120
UNNAMED: dict[str, Any] = {"partnership": None, "program_id": None, "system": ""}


@dataclass
class PlannedUsage:
    """How one says a term, there or to be made."""

    whose: dict[str, Any]
    row: Usage | None = None
    writes: dict[str, Any] = field(default_factory=dict)
    line: int = 0


@dataclass
class PlannedTerm:
    """A term, there or to be made, and what the file says of it."""

    name: str
    row: Term | None = None
    writes: dict[str, Any] = field(default_factory=dict)
    stated: dict[str, tuple[str, int]] = field(default_factory=dict)  # by which row
    usages: list[PlannedUsage] = field(default_factory=list)
    said: dict[Any, Finder] = field(default_factory=dict)

    @property
    def is_touched(self) -> bool:
        """Whether anything is to be written."""
        return bool(self.writes) or any(usage.writes for usage in self.usages)

    def keep(self, whose: Any, wording: str, usage: PlannedUsage) -> None:
        """Take in how somebody says it."""
        self.usages.append(usage)
        self.said.setdefault(whose, Finder()).add(wording, usage)


class TermPlanner:
    """Reads the area's terms and partners once, then plans row after row."""

    def __init__(self, area: LocalArea, options: Options) -> None:
        """Read what is there: the same number of queries whatever is there."""
        self.notes: list[str] = []
        self.words: dict[str, Names] = {}
        self.programs = program_names(Program.objects.order_by("position"))
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
        """Return what becomes of the row."""
        name = row.values.get("name", "")
        if not name:
            return unreadable(row, "", "There is no term.")
        found = self.terms.find(name)
        if len(found) > 1:
            others = " and ".join(f"“{item.name}”" for item in found)
            return unreadable(row, name, f"It may be {others}; write it as one of them.")
        term = found[0] if found else PlannedTerm(name, writes={"name": name})
        if problem := self._problem(row, term):
            return unreadable(row, name, problem)
        if row.problems:
            return unreadable(row, name)
        if term.row and term.row.is_archived:
            row.remarks.append("This term was archived and is left alone. Restore it on its page to change it.")
            return PlannedRow(row.line, term.name[:250], Outcome.SAME, target=term.row.pk)
        return self._plan(row, term, is_first=not found)

    def _problem(self, row: ReadRow, term: PlannedTerm) -> str:
        if term.row is None and not (row.values.get("definition") or term.writes.get("definition")):
            return "It does not say what the term means."
        for code in FACTS:
            said, line = term.stated.get(code, ("", 0))
            if (
                said
                and row.values.get(code)
                and cells.comparable(said, "long") != cells.comparable(row.values[code], "long")
            ):
                return f"Row {line} says something else of “{term.name}”. Make the two rows agree."
        if row.values.get("wording") and not row.values.get("system"):
            return f"It does not say who says “{row.values['wording']}”."
        return ""

    def _plan(self, row: ReadRow, term: PlannedTerm, *, is_first: bool) -> PlannedRow:
        # The first row that says something of a term is right; later ones only say it again, or leave it out.
        values = {code: row.values[code] for code in FACTS if code in row.values and code not in term.stated}
        changes, writes = differences(TERM_FIELDS, "term", values, term.row)
        if term.row is None and is_first:
            changes.insert(0, ["Term", "", term.name])
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
                row.remarks.append("What was approved stays in force until somebody approves the change.")
        reasons = ["Another row says so already."] if outcome == Outcome.SKIP else []
        target = term.row.pk if term.row else None
        return PlannedRow(
            row.line, term.name[:250], outcome, changes, reasons=reasons, writes={"term": term}, target=target
        )

    def _usage(self, row: ReadRow, term: PlannedTerm) -> list[list[str]] | str:
        """Return what the row changes in how somebody says the term, or why it cannot be read."""
        wording, system = row.values.get("wording", ""), row.values.get("system", "")
        if not wording:
            if system:
                row.remarks.append(f"It does not say how {system} says it; left out.")
            return []
        # What stands under a name of its own stays there, also if a program or partner bears the same name.
        own = term.said.get(_whose(None, None, system))
        whose = UNNAMED | {"system": system} if own and own.find(wording) else self._system(system)
        if isinstance(whose, str):
            return whose
        key = _whose(whose["partnership"] and whose["partnership"].pk, whose["program_id"], whose["system"])
        known = term.said[key].find(wording) if key in term.said else []
        if len(known) > 1:
            return f"{system} says “{wording}” in several spellings; write it as one of them."
        usage: PlannedUsage = known[0] if known else PlannedUsage(whose)
        values: dict[str, Any] = {code: row.values[code] for code in ("meaning", "is_synonym") if code in row.values}
        if usage.row is None:
            values["wording"] = wording
        if usage.line:
            return self._again(usage, values, system)
        changes, usage.writes = differences(TERM_FIELDS, "usage", values, usage.row)
        usage.line = row.line
        if not known:
            term.keep(key, wording, usage)
        return [[f"{system}: {label}", old, new] for label, old, new in changes]

    def _again(self, usage: PlannedUsage, values: dict[str, Any], system: str) -> list[list[str]] | str:
        """Say what a row adds that speaks of a usage of which an earlier one has spoken: nothing, or it contradicts."""
        first = {"meaning": "", "is_synonym": True}
        if usage.row:
            first = {name: getattr(usage.row, name) for name in first}
        first |= {name: value for name, value in usage.writes.items() if name in first}
        told = {name: value for name, value in values.items() if name in first and value != ""}
        if any(
            cells.comparable(first[name], "long") != cells.comparable(value, "long") for name, value in told.items()
        ):
            return f"Row {usage.line} says something else of how {system} says it. Make the two rows agree."
        return []

    def _system(self, name: str) -> dict[str, Any] | str:
        """Return whose a word is: a partner's, a program's, or another system's."""
        found = self.partners.find(name)
        if len(found) > 1:
            return f"“{name}” fits several partners; write it as one of them."
        partner = found[0] if found else self.by_pk.get(self.short_names.find(name) or 0)
        if partner:
            return UNNAMED | {"partnership": partner}
        if program := self.programs.find(name):
            return UNNAMED | {"program_id": program}
        if len(name) > LONGEST_SYSTEM:
            return f"The name of a system has at most {LONGEST_SYSTEM} characters."
        return UNNAMED | {"system": name}


def _whose(partnership_id: int | None, program_id: int | None, system: str) -> tuple[Any, ...]:
    return partnership_id, program_id, cells.key(system)
