"""The built-in wording of each kind of agreement, in which each clause names the elements that it answers."""

import tomllib
from functools import cache
from pathlib import Path
from typing import NamedTuple

FOLDER = Path(__file__).parent / "wording"


class Wording(NamedTuple):
    """One clause of a template."""

    title: str
    text: str
    elements: tuple[str, ...]


@cache
def wording_of(kind: str) -> tuple[Wording, ...]:
    """Return the clauses of a kind of agreement, in order."""
    clauses = tomllib.loads((FOLDER / f"{kind}.toml").read_text())["clauses"]
    return tuple(Wording(each["title"], each["text"].strip(), tuple(each["elements"])) for each in clauses)


def wording_for(kind: str, element: str) -> Wording | None:
    """Return the clause of a template that answers an element."""
    return next((each for each in wording_of(kind) if element in each.elements), None)
