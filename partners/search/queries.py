"""Search the public directory: interpret the words, find matching listings, and rank them.

First the words (``understanding``): what is typed is taken apart into things that are looked for, each a concept of the
thesaurus or a word. Then the listings, by two indexes: those that have each thing, by what their texts mean or by the
very words; if they are few, also those that have some. They are ranked by how well they answer (``ranking``); services
that are closed for a while come last. Only a limited number is ranked; people who find more can add a filter or a word.

Words that neither a listing nor the thesaurus nor an English or Spanish word list knows are replaced by the nearest
known word.
"""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from django.db import connection

from partners.search import facets
from partners.search.conditions import Condition, all_of, any_of
from partners.search.facets import Counts
from partners.search.hints import Hints, hints_of
from partners.search.listing_readings import read_listings
from partners.search.preferences import prefer
from partners.search.question import Question
from partners.search.question_words import is_precise
from partners.search.ranking import rank
from partners.search.understanding import Meaning, corrected_words, understand

HEADS = 1000  # listings of which those with most things are ranked
RANKED_BY_HEAD = 300
RANKED_BY_BODY = 300
READ_AT_ONCE = 100  # listings that nobody has read, by one search
WORD = re.compile(r'\w[^\s"]*')
RANKED, UNREAD = "ranked", "unread"  # the codes of rows that are no counts
FEW = 10  # services with all things; if there are fewer, those with some of them follow
LISTED = 2000  # services of an area that can be browsed without words

# One statement counts and returns what is to be ranked, since both look for the same listings. What is in a name, a
# keyword or an organization is looked for first; the rest only if that is too little. No limit stands inside of
# "heads" and "others": whoever reads them stops early, but the planner, which believes that a limit is reached soon,
# would read the table from its beginning.
BY_FIT = """
    WITH {first} heads AS MATERIALIZED (
        SELECT l.* FROM {table} l WHERE {scope} AND {heads_fit}
    ), others AS MATERIALIZED (
        SELECT l.* FROM {table} l WHERE {scope} AND {fit} AND ({heads_fit}) IS NOT TRUE
    ), matched AS MATERIALIZED (
        SELECT l.service_id, {columns}
        FROM (SELECT * FROM heads UNION ALL SELECT * FROM others) l LIMIT {counted} + 1
    ), {fitting} head AS (
        SELECT l.service_id FROM (SELECT * FROM {from_heads} LIMIT {heads}) l
        ORDER BY {met} DESC, l.service_id LIMIT {by_head}
    ), body AS (
        (SELECT service_id FROM matched WHERE fails = '{{}}' LIMIT {by_body}) {more}
    ), found AS (SELECT service_id FROM head UNION SELECT service_id FROM body)
    SELECT counts.*, NULL::bytea FROM ({counts}) AS counts
    UNION ALL SELECT 'ranked', found.service_id::text, s.is_paused::int::bigint, l.reading
        FROM found JOIN partners_service s ON s.id = found.service_id
        JOIN partners_listing l ON l.service_id = found.service_id
    UNION ALL (SELECT 'unread', l.service_id::text, 0, NULL FROM {table} l
        WHERE {scope} AND l.concepts IS NULL LIMIT {read_at_once})
"""
# Where filters are chosen, the index looks for what fits them, too; and not everything may have been counted.
FITTING = """
    fitting AS MATERIALIZED (
        SELECT l.* FROM {table} l WHERE {scope} AND {heads_fit} {narrowed}
    ),
"""
MORE = """
    UNION ALL (SELECT l.service_id FROM {table} l
        WHERE (SELECT count(*) FROM matched) > {counted} AND {scope} AND {fit} {narrowed}
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
    SELECT counts.*, NULL::bytea FROM ({counts}) AS counts
    UNION ALL SELECT 'ranked', service_id::text, row_number() OVER (ORDER BY name, service_id), NULL FROM ranked
"""


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
    meaning = understand(question)
    given = facets.parameters(question.chosen, sites) | {"area": question.area.pk if question.area else None}
    if corrected := corrected_words(question, meaning):
        # No service has an unknown word: only quotation marks, "or" and "not" let some match.
        found = _search_widely(question, meaning, given) if meaning.is_precise or meaning.is_either else None
        if found and (meaning.is_precise or found.counts.matched):
            return replace(found, meaning=replace(meaning, suggested=corrected))
        meaning = replace(understand(replace(question, words=corrected)), corrected=corrected)
    return _search_widely(question, meaning, given)


def _search_widely(question: Question, meaning: Meaning, given: Mapping[str, Any]) -> Found:
    """Return the services that have all things, and those with some if few have all."""
    if meaning.query is None:
        counts, ids = _search(question, meaning, None, given)
        return Found(meaning, ids, counts, whole=counts.matched)
    strict = any_of(meaning.wanted) if meaning.is_either else all_of(meaning)
    counts, ids = _search(question, meaning, strict, given)
    whole = counts.matched
    if whole < FEW and not meaning.is_precise:
        counts, ids = _search(question, meaning, any_of(meaning.things, loosely=True), given)
    return Found(meaning, ids, counts, is_loose=counts.matched > whole, whole=whole)


def _search(
    question: Question, meaning: Meaning, condition: Condition | None, given: Mapping[str, Any]
) -> tuple[Counts, list[int]]:
    """Return the counts of a search, and the ids of what fits, the best first, or by name if there are no words."""
    sql = search_sql(question, condition)
    parameters = {**given, **(condition.parameters if condition else {})}
    rows = _rows(sql, parameters)
    if unread := [int(value) for code, value, *_ in rows if code == UNREAD]:
        read_listings(unread)
        rows = _rows(sql, parameters)
    counts = facets.read_counts(row[:3] for row in rows if row[0] not in (RANKED, UNREAD))
    ranked = [(int(value), number, reading) for code, value, number, reading in rows if code == RANKED]
    return counts, _in_order(ranked, meaning)


def _rows(sql: str, parameters: Mapping[str, Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        return list(cursor.fetchall())


def _in_order(ranked: Sequence[tuple[int, int, bytes | None]], meaning: Meaning) -> list[int]:
    """Return ids in order: by name, of which the number is the place; or by rank, where it says what is closed."""
    if meaning.query is None:
        return [pk for pk, _place, _reading in sorted(ranked, key=lambda row: row[1])]
    readings = {pk: bytes(reading or b"") for pk, _paused, reading in ranked}
    scores = rank(meaning.things, readings, meaning.everything)
    return [pk for pk, _paused, _reading in sorted(ranked, key=lambda row: (row[1], -scores[row[0]], row[0]))]


def search_sql(question: Question, condition: Condition | None) -> str:
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
        "read_at_once": READ_AT_ONCE,
        "listed": LISTED,
    }
    if condition is None:
        return BY_NAME.format(**pieces)
    pieces |= {"fit": condition.anywhere, "heads_fit": condition.in_head, "met": condition.met}
    if question.area:
        pieces |= {"first": MINE, "table": "mine", "scope": "true"}
    if question.chosen:
        pieces |= {"from_heads": "fitting", "fitting": FITTING.format(**pieces), "more": MORE.format(**pieces)}
    else:
        pieces |= {"from_heads": "heads", "fitting": "", "more": ""}
    return BY_FIT.format(**pieces)


def unquoted(question: Question) -> Question | None:
    """Return the search without its quotation marks and minus signs, or None if it has none that count."""
    words = " ".join(WORD.findall(question.words))
    return replace(question, words=words) if words and is_precise(question.words) else None
