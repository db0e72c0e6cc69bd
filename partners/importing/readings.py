"""What a cell of names holds."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any


@dataclass
class Reading:
    """What a cell names: things, parts that name none, and words that only stood beside a name."""

    things: list[Any] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)
    asides: list[str] = field(default_factory=list)
    guessed: list[tuple[str, list[Any]]] = field(default_factory=list)  # parts that stand for several things

    def add(self, things: Iterable[Any]) -> None:
        """Add things that are not there yet."""
        self.things.extend(dict.fromkeys(thing for thing in things if thing not in self.things))
