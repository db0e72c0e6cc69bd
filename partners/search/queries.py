"""Search the public directory: interpret the words, find matching listings, and rank them.

First the words (``question_words``): those that say nothing of the matter are left out, the others are taken apart into
things that are looked for, each with its other wordings (in the database, by ``directory_understand``); the last word
may be incomplete.
Then the listings, by one index: those that have each thing; if they are few, also those that have some. They are ranked
by which things they have, where and how (``scoring``); services that are closed for a while come last. Ranking is
expensive, so only a limited number of hits is ranked; people who find more can add a filter or a word.

Words that neither a listing nor an English or Spanish word list knows are replaced by the nearest known word.
"""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import quote_plus, urlencode

from django.db import connection

from partners.models import LocalArea
from partners.search import facets
from partners.search.facets import Counts
from partners.search.hints import Hints, hints_of
from partners.search.preferences import prefer
from partners.search.question_words import is_precise, read_words
from partners.search.scoring import Thing, score
from partners.search.shorter_queries import shorter
from partners.search.word_list import misspelled_words

MOST_DECLINED = 20  # hints turned off in one address
LONGEST = 200  # characters of a search; the rest is ignored
LONGEST_QUOTED = 1000  # and in an address, where it stands up to four times
HEADS = 1000  # listings whose names are compared
RANKED_BY_HEAD = 200
RANKED_BY_BODY = 300
WORD = re.compile(r'\w[^\s"]*')
RANKED = "ranked"  # the code of rows that are no counts
FEW = 10  # services with all words; if there are fewer, those with some of the words follow
LISTED = 2000  # services of an area that can be browsed without words

# One statement counts and ranks, since both look for the same listings. What is in a name, a keyword or an
# organization is looked for first; the rest only if that is too little. No limit stands inside of "heads" and
# "others": whoever reads them stops early, but the planner, which believes that a limit is reached soon, would read
# the table from its beginning.
BY_FIT = """
    WITH {first} heads AS MATERIALIZED (
        SELECT l.* FROM {table} l WHERE {scope} AND l.head @@ %(sought)s::tsquery
    ), others AS MATERIALIZED (
        SELECT l.* FROM {table} l
        WHERE {scope} AND l.search @@ %(sought)s::tsquery AND NOT l.head @@ %(sought)s::tsquery
    ), matched AS MATERIALIZED (
        SELECT l.service_id, l.search, {columns}
        FROM (SELECT * FROM heads UNION ALL SELECT * FROM others) l LIMIT {counted} + 1
    ), {fitting} head AS (
        SELECT l.service_id, l.search
        FROM (SELECT * FROM {fit} LIMIT {heads}) l
        ORDER BY ts_rank(l.head, %(plain)s::tsquery, 1) DESC, ts_rank(l.head, %(query)s::tsquery, 1) DESC, l.service_id
        LIMIT {by_head}
    ), body AS (
        (SELECT service_id, search FROM matched WHERE fails = '{{}}' LIMIT {by_body}) {more}
    ), found AS MATERIALIZED (
        -- Added to nothing, a vector is unpacked once, not for each part of the score.
        SELECT service_id, search || '' AS search FROM (
            SELECT service_id, search FROM head
            UNION ALL SELECT service_id, search FROM body WHERE service_id NOT IN (SELECT service_id FROM head)
        ) AS either
    ), ranked AS (
        SELECT found.service_id, s.is_paused,
            {score} + ts_rank(found.search, %(plain)s::tsquery) / 20
                + ts_rank(found.search, %(query)s::tsquery) / 4 AS rank
        FROM found JOIN partners_service s ON s.id = found.service_id
    )
    {counts}
    UNION ALL SELECT 'ranked', service_id::text, row_number() OVER (ORDER BY is_paused, rank DESC, service_id)
    FROM ranked
"""
# Where filters are chosen, the index looks for what fits them, too; and not everything may have been counted.
FITTING = """
    fitting AS MATERIALIZED (
        SELECT l.* FROM {table} l WHERE {scope} AND l.head @@ %(sought)s::tsquery {narrowed}
    ),
"""
MORE = """
    UNION ALL (SELECT l.service_id, l.search FROM {table} l
        WHERE (SELECT count(*) FROM matched) > {counted} AND {scope} AND l.search @@ %(sought)s::tsquery {narrowed}
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
    words = _short_enough(" ".join(typed.split()))
    chosen = facets.read_choices(values_of)
    if area is None:  # days and centers belong to one area
        chosen = {code: values for code, values in chosen.items() if code not in (facets.TODAY, "center")}
    # Valid for these words only; other words are corrected again.
    exactly = bool(words) and words in values_of("exact")
    declined = tuple(dict.fromkeys(code for code in values_of("typed") if 0 < len(code) <= LONGEST))[:MOST_DECLINED]
    return Question(words, exactly, chosen, area, declined if words else ())


def _short_enough(words: str) -> str:
    """Return words, or as many as fit into an address: signs of other scripts take up to twelve characters there."""
    if len(words) > LONGEST:
        cut = words[: LONGEST + 1]
        words = cut.rpartition(" ")[0] or cut[:LONGEST]  # half a word would be taken for another
    while len(quote_plus(words)) > LONGEST_QUOTED:
        words = words[: len(words) * 9 // 10]
    return words.strip()


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
    things: tuple[Thing, ...] = ()  # what is looked for, apart


@dataclass(frozen=True)
class Found:
    """The ranked services that match, the best first."""

    meaning: Meaning
    service_ids: list[int]
    counts: Counts
    is_loose: bool = False  # no service, or few, match all words; the others match some
    whole: int = 0  # services that match all words
    hints: Hints = field(default_factory=lambda: Hints(""))
    unmet: frozenset[str] = frozenset()  # the codes of hints that no service fits


def understand(question: Question, *, misspelled: Collection[str] = ()) -> Meaning:
    """Return the interpretation of the words of a search as typed, or with the ``misspelled`` ones corrected."""
    if not question.words:
        return Meaning(None)
    said = read_words(question.words, exactly=question.exactly)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT query::text, plain::text, loose::text, corrected, suggested, also, unknown,"
            " said::text[], same::text[], narrower::text[], core::text[], broader::text[], kin::text[], parts::text[],"
            " words::text[], weights"
            " FROM directory_understand(%s, %s::text[], %s::text[], %s, %s, %s::text[], %s)",
            [
                said.text, said.asides, said.plain, question.area.pk if question.area else None, question.exactly,
                list(misspelled), said.is_spanish,
            ],
        )  # fmt: skip
        query, plain, loose, corrected, suggested, also, unknown, *parts = cursor.fetchone()
    things = tuple(Thing(*one) for one in zip(*parts, strict=True))
    return Meaning(query, plain, loose, corrected or "", suggested or "", tuple(also), tuple(unknown), things)


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
    ids, unmet = prefer(found.service_ids, hints, sites)
    return replace(found, service_ids=ids, hints=hints, unmet=unmet)


def _find(question: Question, sites: Collection[tuple[int, int]]) -> Found:
    meaning = correct(question, understand(question))
    given = facets.parameters(question.chosen, sites) | {"area": question.area.pk if question.area else None}
    counts, ids, whole = search_widely(question, meaning, given)
    return Found(meaning, ids, counts, is_loose=counts.matched > whole, whole=whole)


def search_widely(question: Question, meaning: Meaning, given: Mapping[str, Any]) -> tuple[Counts, list[int], int]:
    """Return the counts and ids of services that match all words, and of those with some if few do; and how many do."""
    counts, ids = search(question, meaning, given)
    whole = counts.matched
    if meaning.loose and whole < FEW:
        counts, ids = search(question, replace(meaning, query=meaning.loose), given)
    return counts, ids, whole


def search(question: Question, meaning: Meaning, given: Mapping[str, Any]) -> tuple[Counts, list[int]]:
    """Return the counts of a search, and the ids of what fits, the best first, or by name if there are no words."""
    scored, values = score(meaning.things, "found.search")
    given = {**given, **values, "query": meaning.query, "plain": meaning.plain}
    given["sought"] = shorter(meaning.query) if meaning.query else None
    with connection.cursor() as cursor:
        cursor.execute(search_sql(question, meaning.query, scored), given)
        rows = cursor.fetchall()
    ranked = sorted((place, int(value)) for code, value, place in rows if code == RANKED)
    counts = facets.read_counts(row for row in rows if row[0] != RANKED)
    return counts, [service_id for _place, service_id in ranked]


def search_sql(question: Question, query: str | None, scored: str) -> str:
    """Return the SQL of a search, with its scope, filters and score."""
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
        "score": scored,
    }
    if query is None:
        return BY_NAME.format(**pieces)
    if question.area:
        pieces |= {"first": MINE, "table": "mine", "scope": "true"}
    if question.chosen:
        pieces |= {"fit": "fitting", "fitting": FITTING.format(**pieces), "more": MORE.format(**pieces)}
    else:
        pieces |= {"fit": "heads", "fitting": "", "more": ""}
    return BY_FIT.format(**pieces)


def unquoted(question: Question) -> Question | None:
    """Return the search without its quotation marks and minus signs, or None if it has none that count."""
    words = " ".join(WORD.findall(question.words))
    return replace(question, words=words) if words and is_precise(question.words) else None


def near_words(question: Question) -> list[str]:
    """Return words of the directory that are similar to misspelled ones."""
    misspelled = misspelled_words(understand(replace(question, exactly=False)).unknown)
    with connection.cursor() as cursor:
        cursor.execute("SELECT directory_near_words(%s)", [misspelled])
        return list(dict.fromkeys(row[0] for row in cursor.fetchall()))[:6]
