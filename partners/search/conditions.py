"""Which listings have the things that a question looks for, as SQL.

A listing ``l`` has a thing if its texts mean a concept that answers it, or say one of its phrases.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from partners.search.lexicon import OF_BROADER
from partners.search.things import Thing
from partners.search.understanding import Meaning

NOTHING = "false"


@dataclass(frozen=True)
class Condition:
    """SQL for what must be in the head of a listing or anywhere in it, and for how many things its head has."""

    in_head: str
    anywhere: str
    met: str
    parameters: Mapping[str, Any] = field(default_factory=dict)


def all_of(meaning: Meaning) -> Condition:
    """Return the condition that a listing has each thing, or matches what is typed precisely."""
    if meaning.is_precise:
        # Each word of a query that excludes some must be looked for in the whole text.
        sql = "l.search @@ %(query)s::tsquery"
        return Condition(f"{sql} AND l.head @@ %(query)s::tsquery", sql, "(0 + 0)", {"query": meaning.query})
    return _joined(meaning.wanted, " AND ", loosely=False)


def any_of(things: Sequence[Thing], *, loosely: bool = False) -> Condition:
    """Return the condition that a listing has one of the things; ``loosely``: or a broader concept."""
    return _joined(things, " OR ", loosely=loosely)


def _joined(things: Iterable[Thing], sign: str, *, loosely: bool) -> Condition:
    heads: list[str] = []
    wholes: list[str] = []
    given: dict[str, Any] = {}
    for number, thing in enumerate(things):
        concepts = [one for one, strength in thing.answers.items() if loosely or strength > OF_BROADER]
        if concepts:
            given[f"concepts{number}"] = concepts
        if thing.query:
            given[f"words{number}"] = thing.query
        heads.append(_has(number, "strong_concepts" if concepts else "", "head" if thing.query else ""))
        wholes.append(_has(number, "concepts" if concepts else "", "search" if thing.query else ""))
    met = " + ".join(f"coalesce({head}, false)::int" for head in heads) or "0 + 0"
    return Condition(f"({sign.join(heads) or NOTHING})", f"({sign.join(wholes) or NOTHING})", f"({met})", given)


def _has(number: int, concepts: str, words: str) -> str:
    ways = [f"l.{concepts} && %(concepts{number})s::int[]"] if concepts else []
    ways += [f"l.{words} @@ %(words{number})s::tsquery"] if words else []
    return f"({' OR '.join(ways) or NOTHING})"  # no translation: SQL
