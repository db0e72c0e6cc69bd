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
from partners.search.facets import Counts
from partners.search.hints import Hints, hints_of
from partners.search.preferences import prefer
from partners.search.word_list import misspelled_words

MOST_DECLINED = 20  # hints turned off in one address
LONGEST = 200  # characters of a search; the rest is ignored
HEADS = 4000  # listings whose names are compared
RANKED_BY_HEAD = 200
RANKED_BY_BODY = 500
RANKED = "ranked"  # the code of rows that are no counts
LISTED = 2000  # services of an area that can be browsed without words

# One statement counts and ranks, since both look for the same listings. Three ranks: the typed words in the name, a
# synonym in the name, and either of them elsewhere.
BY_FIT = """
    WITH {first} matched AS MATERIALIZED (
        SELECT l.service_id, l.search, {columns}
        FROM {table} l WHERE {scope} AND l.search @@ %(query)s::tsquery LIMIT {counted} + 1
    ), head AS (
        SELECT l.service_id, CASE WHEN l.head @@ %(plain)s::tsquery THEN 3 + ts_rank(l.head, %(plain)s::tsquery, 1)
            ELSE 2 + ts_rank(l.head, %(query)s::tsquery, 1) END AS rank
        FROM (SELECT * FROM {table} l WHERE {scope} AND l.head @@ %(query)s::tsquery {narrowed} LIMIT {heads}) l
        ORDER BY rank DESC, l.service_id LIMIT {by_head}
    ), body AS (
        (SELECT service_id, search FROM matched WHERE fails = '{{}}' LIMIT {by_body}) {more}
    ), ranked AS (
        SELECT service_id, max(rank) AS rank FROM (
            SELECT head.service_id, head.rank + ts_rank(l.search, %(plain)s::tsquery) / 10 AS rank
            FROM head JOIN {table} l USING (service_id)
            UNION ALL
            SELECT service_id, ts_rank(search, %(query)s::tsquery) + (search @@ %(plain)s::tsquery)::int FROM body
        ) AS found GROUP BY service_id
    )
    {counts}
    UNION ALL SELECT 'ranked', service_id::text, row_number() OVER (ORDER BY rank DESC, service_id) FROM ranked
"""
# Where filters are chosen and not everything was counted, more may fit.
MORE = """
    UNION ALL (SELECT l.service_id, l.search FROM {table} l
        WHERE (SELECT count(*) FROM matched) > {counted} AND {scope} AND l.search @@ %(query)s::tsquery {narrowed}
        LIMIT {by_body})
"""
# The listings of one area are so few that reading them all beats every index.
MINE = "mine AS MATERIALIZED (SELECT * FROM partners_listing WHERE is_public AND area_id = %(area)s),"
BY_NAME = """
    WITH matched AS MATERIALIZED (SELECT {columns} FROM {table} l WHERE {scope} LIMIT {counted} + 1),
    ranked AS (
        SELECT l.service_id, lower(l.name) AS name FROM {table} l WHERE {scope} {narrowed}
        ORDER BY 2, 1 LIMIT {listed}
    )
    {counts}
    UNION ALL SELECT 'ranked', service_id::text, row_number() OVER (ORDER BY name, service_id) FROM ranked
"""


@dataclass(frozen=True)
class Question:
    """A search of the directory: words and the choices of each facet, perhaps in one area.

    ``declined`` are the codes of hints in the words that people turned off.
    """

    words: str = ""
    exactly: bool = False
    chosen: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    area: LocalArea | None = None
    declined: tuple[str, ...] = ()

    @property
    def is_empty(self) -> bool:
        """Return whether there are neither words nor choices."""
        return not (self.words or self.chosen)

    def query_string(self, page: int = 1) -> str:
        """Return the canonical query string of this search, without empty parts."""
        pairs = [("q", self.words)] if self.words else []
        pairs += [("exact", self.words)] if self.exactly and self.words else []
        pairs += [("typed", code) for code in self.declined if self.words]
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
    exactly = bool(words) and words in values_of("exact")
    declined = tuple(dict.fromkeys(code for code in values_of("typed") if 0 < len(code) <= LONGEST))[:MOST_DECLINED]
    return Question(words, exactly, chosen, area, declined if words else ())


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
    hints: Hints = field(default_factory=lambda: Hints(""))


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
    as_typed = Hints(question.words)
    hints = as_typed if question.exactly else hints_of(question.words, question.area, declined=question.declined)
    asked = replace(question, words=hints.words, chosen={**question.chosen, **hints.chosen})
    found = _find(asked, sites)
    if asked != question and not (found.counts.total if hints.chosen else found.counts.matched):
        hints, found = as_typed, _find(question, sites)
    if found.meaning.corrected:  # "vetrans" says no more of its writer than "veterans"
        corrected = hints_of(found.meaning.corrected, question.area, declined=question.declined)
        hints = replace(hints, hints=tuple(dict.fromkeys((*hints.hints, *corrected.hints))))
    return replace(found, service_ids=prefer(found.service_ids, hints, sites), hints=hints)


def _find(question: Question, sites: Collection[tuple[int, int]]) -> Found:
    meaning = correct(question, understand(question))
    given = facets.parameters(question.chosen, sites) | {"area": question.area.pk if question.area else None}
    given["plain"] = meaning.plain
    counts, ids = search(question, meaning.query, given)
    is_loose = bool(meaning.loose and not counts.matched)
    if is_loose:
        counts, ids = search(question, meaning.loose, given)
    return Found(meaning, ids, counts, is_loose and bool(counts.matched))


def search(question: Question, query: str | None, given: Mapping[str, Any]) -> tuple[Counts, list[int]]:
    """Return the counts of a search, and the ids of what fits, the best first, or by name if there are no words."""
    with connection.cursor() as cursor:
        cursor.execute(search_sql(question, query), {**given, "query": query})
        rows = cursor.fetchall()
    ranked = sorted((place, int(value)) for code, value, place in rows if code == RANKED)
    counts = facets.read_counts(row for row in rows if row[0] != RANKED)
    return counts, [service_id for _place, service_id in ranked]


def search_sql(question: Question, query: str | None) -> str:
    """Return the SQL of a search, with its scope and filters."""
    # What can be put together here is SQL of this package; what people send is only ever passed as parameters.
    in_area = " AND l.area_id = %(area)s" if question.area else ""  # no translation: SQL
    pieces: dict[str, Any] = {
        "first": "",
        "table": "partners_listing",
        "scope": "l.is_public" + in_area,
        "columns": facets.columns(question.chosen),
        "narrowed": facets.narrowing(question.chosen),
        "counts": facets.counts(question.chosen),
        "counted": facets.COUNTED,
        "heads": HEADS,
        "by_head": RANKED_BY_HEAD,
        "by_body": RANKED_BY_BODY,
        "listed": LISTED,
    }
    if query is None:
        return BY_NAME.format(**pieces)
    if question.area:
        pieces |= {"first": MINE, "table": "mine", "scope": "true"}
    return BY_FIT.format(**pieces, more=MORE.format(**pieces) if question.chosen else "")


def near_words(question: Question) -> list[str]:
    """Return words of the directory that are similar to misspelled ones."""
    misspelled = misspelled_words(understand(replace(question, exactly=False)).unknown)
    with connection.cursor() as cursor:
        cursor.execute("SELECT directory_near_words(%s)", [misspelled])
        return list(dict.fromkeys(row[0] for row in cursor.fetchall()))[:6]
