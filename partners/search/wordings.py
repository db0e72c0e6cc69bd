"""Find texts that have no reading by other wordings of what is typed: the search of signed-in users."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.db import connection

from partners.search.lexicon import lexicon
from partners.search.things import Thing
from partners.search.understanding import Meaning

MOST = 24  # wordings of one thing
SPANISH = 2  # of them: agencies write English


@dataclass(frozen=True)
class Worded:
    """Queries (tsquery) for texts with each thing of a question in any of its wordings, and for those with some."""

    query: str | None
    loose: str | None = None


def worded(meaning: Meaning) -> Worded:
    """Return the queries of a question. One query if there are words."""
    things = meaning.wanted
    if meaning.query is None or meaning.is_precise or not things:
        return Worded(meaning.query)
    each = [_either(query, thing.query) for query, thing in zip(_queries(things), things, strict=True)]
    parts = [f"( {query} )" for query in each if query]
    if not parts:
        return Worded(meaning.query)
    loose = " | ".join(parts)
    return Worded(loose if meaning.is_either else " & ".join(parts), loose if len(parts) > 1 else None)


def _queries(things: Sequence[Thing]) -> list[str | None]:
    """Return a query of the wordings of each thing, or None of things without any."""
    rows = [(number, wording) for number, thing in enumerate(things) for wording in list(_wordings_of(thing))[:MOST]]
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT number, directory_any_of(array_agg(wording))::text"
            " FROM unnest(%s::int[], %s::text[]) AS one (number, wording) GROUP BY number",
            [[number for number, _wording in rows], [wording for _number, wording in rows]],
        )
        found = dict(cursor.fetchall())
    return [found.get(number) for number in range(len(things))]


def _wordings_of(thing: Thing) -> Iterator[str]:
    yield from thing.terms
    for concept in map(lexicon().concepts.__getitem__, thing.own):
        yield from (*concept.english, *concept.narrower, *concept.spanish[:SPANISH], *concept.broader)


def _either(*queries: str | None) -> str:
    return " | ".join(f"( {query} )" for query in queries if query)
