"""What one act changed, as a page shows it."""

from dataclasses import dataclass, field
from datetime import datetime

PARTS_SHOWN = 40  # of one change: an import may touch thousands of rows at once


VERB_ICONS = {
    "added": "plus-circle",
    "changed": "pencil",
    "archived": "archive",
    "restored": "arrow-counterclockwise",
    "confirmed": "check-circle-fill",
    "approved": "patch-check",
    "removed": "dash-circle",
}


@dataclass
class Part:
    """What became of one row: its name, and the fields that differ as (label, before, after)."""

    verb: str
    thing: str = ""
    name: str = ""
    url: str = ""
    is_own: bool = False
    fields: list[tuple[str, str, str]] = field(default_factory=list)


@dataclass
class Change:
    """One act: everything that one person wrote in one go."""

    at: datetime
    who: str
    where: str
    parts: list[Part] = field(default_factory=list)
    more: int = 0

    @property
    def verb(self) -> str:
        """The word for the act as a whole."""
        own = [part for part in self.parts if part.is_own] or self.parts
        return own[0].verb if own else "changed"

    @property
    def icon(self) -> str:
        """The sign before the act."""
        return VERB_ICONS.get(self.verb, "pencil")

    @property
    def kind(self) -> str:
        """The colour of its sign."""
        return {"confirmed": "good", "approved": "good", "restored": "good", "added": "way", "changed": "way"}.get(
            self.verb, ""
        )
