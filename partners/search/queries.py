"""Search the public directory: interpret the words, find matching listings, and rank them.

First the words: synonyms are added, and the last word may be incomplete (in the database, by ``directory_understand``).
Then the listings, by one index: those with the words in their name, organization or keywords come before those with the
words elsewhere. Ranking is expensive, so only a limited number of hits is ranked; people who find more can add a filter
or a word.

If nothing is found, words that neither a listing nor an English or Spanish word list knows are replaced by the nearest
known word.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import urlencode

from django.db import connection

from partners.models import LocalArea
from partners.search import facets
from partners.search.facets import Counts, Scope
from partners.search.word_list import misspelled_words

LONGEST = 200  # characters of a search; the rest is ignored
RANKED_BY_HEAD = 200
RANKED_BY_BODY = 500
LISTED = 2000  # services of an area that can be browsed without words

# Three ranks: the typed words in the name, a synonym in the name, and either of them elsewhere.
BY_FIT = """
    WITH {first} head AS (
        SELECT l.service_id, CASE WHEN l.head @@ %(plain)s::tsquery THEN 3 + ts_rank(l.head, %(plain)s::tsquery, 1)
            ELSE 2 + ts_rank(l.head, %(query)s::tsquery, 1) END AS rank
        FROM {table} l WHERE {scope} AND l.head @@ %(query)s::tsquery {narrowed}
        ORDER BY rank DESC, l.service_id LIMIT {by_head}
    ), body AS (
        SELECT l.service_id, l.search
        FROM {table} l WHERE {scope} AND l.search @@ %(query)s::tsquery {narrowed} LIMIT {by_body}
    )
    SELECT service_id FROM (
        SELECT head.service_id, head.rank + ts_rank(l.search, %(plain)s::tsquery) / 10 AS rank
        FROM head JOIN {table} l USING (service_id)
        UNION ALL
        SELECT service_id, ts_rank(search, %(query)s::tsquery) + (search @@ %(plain)s::tsquery)::int FROM body
    ) AS found GROUP BY service_id ORDER BY max(rank) DESC, service_id
"""
# The listings of one area are so few that reading them all beats every index.
MINE = "mine AS MATERIALIZED (SELECT * FROM partners_listing WHERE is_public AND area_id = %(area)s),"
BY_NAME = """
    SELECT l.service_id FROM partners_listing l WHERE {scope} {narrowed}
    ORDER BY lower(l.name), l.service_id LIMIT {listed}
"""


@dataclass(frozen=True)
class Question:
    """A search of the directory: words and the choices of each facet, perhaps in one area."""

    words: str = ""
    exactly: bool = False
    chosen: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    area: LocalArea | None = None

    @property
    def is_empty(self) -> bool:
        """Return whether there are neither words nor choices."""
        return not (self.words or self.chosen)

    def query_string(self, page: int = 1) -> str:
        """Return the canonical query string of this search, without empty parts."""
        pairs = [("q", self.words)] if self.words else []
        pairs += [("exact", self.words)] if self.exactly and self.words else []
        pairs += [(code, value) for code, values in self.chosen.items() for value in values]
        pairs += [("page", str(page))] if page > 1 else []
        return f"?{urlencode(pairs)}" if pairs else ""

    def without(self, code: str, value: str | None = None) -> "Question":
        """Return the search without one choice of a facet, or without the facet."""
        left = tuple(one for one in self.chosen.get(code, ()) if value is not None and one != value)
        rest = {name: values for name, values in self.chosen.items() if name != code}
        return replace(self, chosen=rest | ({code: left} if left else {}))


def read_question(values_of: Any, area: LocalArea | None) -> Question:
    """Return the search of a URL; ``values_of`` returns the values of a parameter."""
    typed = next(iter(values_of("q")), "")
    words = " ".join(typed.split())[:LONGEST].strip()
    chosen = facets.read_choices(values_of)
    if area is None:  # days and centers belong to one area
        chosen = {code: values for code, values in chosen.items() if code not in (facets.TODAY, "center")}
    # Valid for these words only; other words are corrected again.
    return Question(words, bool(words) and words in values_of("exact"), chosen, area)


@dataclass(frozen=True)
class Meaning:
    """The interpretation of typed words; ``query`` is None if there are none."""

    query: str | None
    plain: str | None = None  # without synonyms
    loose: str | None = None  # any of the words
    corrected: str = ""
    suggested: str = ""  # the words as they may be meant, if services match them as typed
    also: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()  # words that may be misspelled, lower-case and without accents


@dataclass(frozen=True)
class Found:
    """The ranked services that match, the best first."""

    meaning: Meaning
    service_ids: list[int]
    counts: Counts
    is_loose: bool = False  # no service matches all words; these match some


def understand(question: Question, *, misspelled: Collection[str] = ()) -> Meaning:
    """Return the interpretation of the words of a search as typed, or with the ``misspelled`` ones corrected."""
    if not question.words:
        return Meaning(None)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT query::text, plain::text, loose::text, corrected, suggested, also, unknown"
            " FROM directory_understand(%s, %s, %s, %s::text[])",
            [question.words, question.area.pk if question.area else None, question.exactly, list(misspelled)],
        )
        query, plain, loose, corrected, suggested, also, unknown = cursor.fetchone()
    return Meaning(query, plain, loose, corrected or "", suggested or "", tuple(also), tuple(unknown))


def correct(question: Question, meaning: Meaning) -> Meaning:
    """Return the interpretation with typing errors corrected, or the same if there are none."""
    misspelled = misspelled_words(meaning.unknown)
    return understand(question, misspelled=misspelled) if misspelled else meaning


def find_services(question: Question, sites: Collection[tuple[int, int]] = ()) -> Found:
    """Return the services that match; ``sites`` are the (partner, center) pairs on site today."""
    meaning = correct(question, understand(question))
    given = facets.parameters(question.chosen, sites) | {"area": question.area.pk if question.area else None}
    given["plain"] = meaning.plain
    counts = facets.count_choices(*_scope(question, meaning.query, given), question.chosen)
    query, is_loose = meaning.query, False
    if meaning.loose and not counts.matched:
        query, is_loose = meaning.loose, True
        counts = facets.count_choices(*_scope(question, query, given), question.chosen)
    ids = rank(question, query, given) if counts.total else []
    return Found(meaning, ids, counts, is_loose and bool(counts.matched))


def rank(question: Question, query: str | None, given: Mapping[str, Any]) -> list[int]:
    """Return the ids of matching services, the best first, or by name if there are no words."""
    with connection.cursor() as cursor:
        cursor.execute(ranking_sql(question, query), {**given, "query": query})
        return [row[0] for row in cursor.fetchall()]


def ranking_sql(question: Question, query: str | None) -> str:
    """Return the SQL of a search, with its scope and filters."""
    scope = _public(question, by_words=query is not None)
    return (BY_FIT if query else BY_NAME).format(
        first=scope.first,
        table=scope.table,
        scope=scope.condition,
        narrowed=facets.narrowing(question.chosen),
        by_head=RANKED_BY_HEAD,
        by_body=RANKED_BY_BODY,
        listed=LISTED,
    )


def near_words(question: Question) -> list[str]:
    """Return words of the directory that are similar to misspelled ones."""
    misspelled = misspelled_words(understand(replace(question, exactly=False)).unknown)
    with connection.cursor() as cursor:
        cursor.execute("SELECT directory_near_words(%s)", [misspelled])
        return list(dict.fromkeys(row[0] for row in cursor.fetchall()))[:6]


def _scope(question: Question, query: str | None, given: Mapping[str, Any]) -> tuple[Scope, dict[str, Any]]:
    scope = _public(question, by_words=query is not None)
    words = " AND l.search @@ %(query)s::tsquery" if query else ""
    return replace(scope, condition=scope.condition + words), {**given, "query": query}


def _public(question: Question, *, by_words: bool) -> Scope:
    """Return SQL for the listings that everybody may find, in the area of the search."""
    if question.area is None:
        return Scope("partners_listing", "l.is_public")  # no translation: SQL
    if by_words:
        return Scope("mine", "true", MINE)  # no translation: SQL
    return Scope("partners_listing", "l.is_public AND l.area_id = %(area)s")  # no translation: SQL
