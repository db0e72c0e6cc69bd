"""How well a listing fits the things that a question looks for, as SQL.

A thing (``Thing``) counts by how rare it is in the directory, by how the listing says it (as typed, in other words, or
only in part), and by where: in its name, among its keywords, in the words of its description or its organization, or
elsewhere. A name says most, whatever the wording.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

# The labels of a listing's vector: name; keywords; organization, programs, audience and description; the rest.
LABELS = "ABCD"
# How much it counts, by label.
AS_TYPED = (1.0, 0.8, 0.6, 0.4)
SAME = (0.9, 0.65, 0.45, 0.25)
NARROWER = (0.7, 0.5, 0.3, 0.15)
SOME_WORDS = (0.7, 0.5, 0.3, 0.15)
KIN = (0.5, 0.4, 0.2, 0.1)
CORE = (0.4, 0.3, 0.2, 0.1)
PARTS = (0.3, 0.25, 0.15, 0.08)
BROADER = (0.25, 0.2, 0.1, 0.05)
# A thing that stands nearly everywhere ("job") says little, and is better said by what is narrower ("job search").
SAYS_LITTLE = 0.8
LEXEME = re.compile(r"('(?:[^']|'')*')(:\*)?")


@dataclass(frozen=True)
class Thing:
    """One thing that is looked for: queries for it by how near they are, and how much it matters.

    ``said`` as typed, ``same`` by wordings that mean the same, ``narrower`` and ``broader`` ones; by the ``core`` that
    these have in common; by what narrower things are called (``kin``); of a wording of several words, by single
    ``words`` of it, and by the other wordings of these (``parts``).
    """

    said: str
    same: str | None
    narrower: str | None
    core: str | None
    broader: str | None
    kin: str | None
    parts: str | None
    words: str | None
    weight: float

    def levels(self) -> list[tuple[float, str]]:
        """Return queries with how much each counts, the best first."""
        says_little = self.weight < SAYS_LITTLE and self.narrower is not None
        ways = (
            (NARROWER if says_little else AS_TYPED, self.said),
            (NARROWER if says_little else SAME, self.same),
            (AS_TYPED if says_little else NARROWER, self.narrower),
            (SOME_WORDS, self.words),
            (KIN, self.kin),
            (CORE, self.core),
            (PARTS, self.parts),
            (BROADER, self.broader),
        )
        found = [
            (value, labelled(query, LABELS[place]))
            for values, query in ways
            if query
            for place, value in enumerate(values)
        ]
        return sorted(found, key=lambda level: -level[0])


def labelled(query: str, label: str) -> str:
    """Return the text of a tsquery whose words must stand in the parts of a listing with this label."""
    return LEXEME.sub(lambda found: found[1] + (":*" if found[2] else ":") + label, query)


def score(things: Sequence[Thing], vector: str) -> tuple[str, dict[str, Any]]:
    """Return SQL for how well a vector fits the things, between 0 and 1, and its parameters."""
    given: dict[str, Any] = {}
    pieces = []
    total = sum(thing.weight for thing in things) or 1
    for number, thing in enumerate(things):
        whens = []
        for place, (value, query) in enumerate(thing.levels()):
            name = f"thing{number}_{place}"
            given[name] = query
            part = value * thing.weight / total
            whens.append(f"WHEN {vector} @@ %({name})s::tsquery THEN {part:.5f}")  # no translation: SQL
        pieces.append(f"CASE {' '.join(whens)} ELSE 0 END")  # no translation: SQL
    return " + ".join(pieces) or "0", given
