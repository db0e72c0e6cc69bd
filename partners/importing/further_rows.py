"""Further rows about one partner, such as one for each program or person: they are read together with the first."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from onestop.ui.sentences import join_words
from partners.importing import cells
from partners.importing.contacts import FACTS, plan_contacts, plan_further_contacts
from partners.importing.network_fields import PARTNER_FIELDS
from partners.importing.persons import Person
from partners.importing.planning import Outcome, PlannedRow, ReadRow, unreadable
from partners.models import Representative

CONTACT = frozenset(("contact_name", "contact_signs", *FACTS))
PLACE = frozenset(("place_name", "street", "city", "state_code", "postal_code"))
NOTES = next(item.label for item in PARTNER_FIELDS if item.code == "notes")
MAY_DIFFER = CONTACT | PLACE | {"programs", "notes"}  # fields in which a further row may say more


@dataclass
class FirstRow:
    """The first row about a partner: as it was read and planned, and who has been named so far."""

    row: ReadRow
    planned: PlannedRow
    programs_before: list[int] = field(default_factory=list)
    persons: list[Person] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Remember the main representative of the row."""
        if self.row.values.get("contact_name"):
            self.persons.append(person_of(self.row))


def person_of(row: ReadRow) -> Person:
    """Return the person in the fields of a row."""
    facts = {name: str(row.values.get(code) or "") for code, name in FACTS.items()}
    return Person(row.values["contact_name"], **facts)


def why_apart(first: FirstRow, row: ReadRow, name: str) -> PlannedRow | None:
    """Return the plan of a further row that cannot be read with the first: it is not imported, or has other values."""
    if first.planned.outcome in (Outcome.UNREADABLE, Outcome.SKIP):
        said = _("It belongs to row %(row)s, which is not imported.") % {"row": first.row.line}
        return unreadable(row, name, said)
    others = [
        row.titles.get(code, code)
        for code, value in row.values.items()
        if code not in MAY_DIFFER and value and not _alike(first.row.values.get(code), value)
    ]
    if not others:
        return None
    said = _("Row %(row)s has other values for “%(name)s” in: %(columns)s. Combine the two rows.")
    return unreadable(row, name, said % {"row": first.row.line, "name": name, "columns": ", ".join(others)})


def add_contacts(first: FirstRow, row: ReadRow, people: Sequence[Representative]) -> list[list[str]] | str:
    """Add the persons of a further row to the plan of the first; return the changes, or why they are refused."""
    if not first.persons and not people:
        planned = plan_contacts(row, people)
        if isinstance(planned, str):
            return planned
        if row.values.get("contact_name"):
            first.persons.append(person_of(row))
        changes, writes = planned
    else:
        changes, writes = plan_further_contacts(row, people, first.persons, first.row.line)
    first.planned.writes["contacts"] = [*first.planned.writes["contacts"], *writes]
    return changes


def add_notes(first: FirstRow, row: ReadRow, saved: str) -> list[str]:
    """Add the notes of a further row to those of the first; return them in words.

    :param saved: the notes that the partner has now.
    """
    text, now = row.values.get("notes") or "", first.row.values.get("notes", saved) or ""
    if not text or text in now:
        return []
    first.row.values["notes"] = together = f"{now}\n{text}" if now else text
    planned, writes = first.planned, first.planned.writes["partnership"]
    planned.changes = [change for change in planned.changes if change[0] != NOTES]
    writes.pop("notes", None)
    if cells.differ(saved, together, "long"):
        planned.changes.append([NOTES, saved, together])
        writes["notes"] = together
    return [f"{NOTES}: {text}"]


def merged(first: FirstRow, row: ReadRow, name: str, changes: Sequence[list[str]], said: Sequence[str]) -> PlannedRow:
    """Show the changes of a further row with the first, and return its plan."""
    planned = first.planned
    planned.changes = [*planned.changes, *changes]
    if planned.outcome in (Outcome.SAME, Outcome.CHANGE):
        planned.outcome = Outcome.CHANGE if planned.changes else Outcome.SAME
    reason = _("It is imported together with row %(row)s, which is about the same partner.")
    if more := [*said, *(f"{label}: {new}" for label, _old, new in changes)]:
        reason = _("It is imported together with row %(row)s, which is about the same partner. It adds: %(more)s.")
        return _skipped(row, name, reason % {"row": first.row.line, "more": join_words(more)})
    if all(_alike(first.row.values.get(code), value) for code, value in row.values.items()):
        reason = _("This row repeats row %(row)s.")
    return _skipped(row, name, reason % {"row": first.row.line})


def _skipped(row: ReadRow, name: str, reason: str) -> PlannedRow:
    return PlannedRow(row.line, name[:250], Outcome.SKIP, reasons=[reason])


def _alike(first: object, again: object) -> bool:
    return cells.key(first) == cells.key(again) if isinstance(first, str) and isinstance(again, str) else first == again
