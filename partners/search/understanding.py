"""Understand what is typed: the words that matter, as the listings may have them, and the things they stand for.

Python reads what words mean (``things``); the database knows the words of the listings (``directory_forms``): which it
has never seen, which other forms of a word it has, and which words an incomplete last one begins.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.db import connection

from partners.search.lexicon import lexicon, stem
from partners.search.question import Question
from partners.search.question_words import is_either, is_precise, is_spanish
from partners.search.thesaurus import WORD, bare_text, words_of
from partners.search.things import Form, Term, Thing, things_of, words_alone
from partners.search.word_list import misspelled_words

MOST_WORDS = 24  # of a question; the rest is ignored
ENDS_OPEN = re.compile(r"[^\W\d_]\s*$")  # with a letter: the last word may be incomplete
WORKER = re.compile(r"(er|or|ist)s?$")
MOST_WRONG = 2  # letters of a word
ALSO_SAME, ALSO_NARROWER = 4, 3  # other wordings of a thing that a page may name

# The rows of functions as JSON, so that all comes with one statement. How many services there are is only an estimate.
UNDERSTAND = """
    SELECT (SELECT json_agg(f) FROM directory_forms(
            %(words)s::text[], %(is_spanish)s, %(is_open)s, %(area)s::bigint) AS f),
        (SELECT json_agg(t) FROM directory_terms(%(words)s::text[], %(area)s::bigint) AS t),
        nullif(websearch_to_tsquery('onestop', %(typed)s)::text, ''),
        CASE WHEN %(area)s::bigint IS NOT NULL
            THEN (SELECT count(*) FROM partners_listing WHERE area_id = %(area)s::bigint)
            ELSE (SELECT reltuples FROM pg_class WHERE oid = 'partners_listing'::regclass) END
"""


@dataclass(frozen=True)
class Meaning:
    """The interpretation of typed words.

    ``query`` is a tsquery of the words themselves, or None if there are none; ``things`` are what a service has to
    have, or some of it. Of words that ``is_precise`` only the query counts; of words with "or", any thing will do.
    """

    query: str | None
    things: tuple[Thing, ...] = ()
    corrected: str = ""
    suggested: str = ""  # the words as they may be meant, if services match them as typed
    also: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()  # words that may be misspelled, bare
    is_precise: bool = False
    is_either: bool = False
    everything: int = 0  # services in the place of the search, about

    @property
    def wanted(self) -> tuple[Thing, ...]:
        """Return the things that a service has to have: all but the parts of wordings."""
        return tuple(thing for thing in self.things if not thing.is_part)

    @property
    def marks(self) -> str | None:
        """Return the tsquery of the words that are marked where they are found."""
        queries = [f"( {thing.query} )" for thing in self.things if thing.query]
        return self.query if self.is_precise or not queries else " | ".join(queries)


def understand(question: Question) -> Meaning:
    """Return the interpretation of the words of a search as typed. One query if there are words."""
    words = words_of(question.words)[:MOST_WORDS]
    if not words:
        return Meaning(None)
    forms, terms, query, everything = _ask_database(question, words)
    known = {form["word"]: Form(form["query"] or "", tuple(form["others"])) for form in forms}
    read = lexicon()
    unknown = [form["word"] for form in forms if form["is_unknown"] and stem(form["word"]) not in read.stems]
    precise = question.exactly or is_precise(question.words)
    meaning = Meaning(
        query=query,
        unknown=() if question.exactly else tuple(dict.fromkeys(unknown)),
        is_precise=precise,
        is_either=is_either(question.words),
        everything=int(everything),
    )
    if query is None:
        return meaning
    if precise:
        return replace(meaning, things=words_alone(words, known))
    things = things_of(
        words, known, [Term(term["wording"], tuple(term["others"]), term["query"] or "") for term in terms]
    )
    return replace(meaning, things=things, also=tuple(_also(things, known, words)))


def _ask_database(question: Question, words: Sequence[str]) -> tuple[list[Any], list[Any], str | None, float]:
    given: dict[str, Any] = {
        "words": list(words),
        "typed": bare_text(question.words),
        "is_spanish": is_spanish(question.words),
        "is_open": not question.exactly and bool(ENDS_OPEN.search(question.words)),
        "area": question.area.pk if question.area else None,
    }
    with connection.cursor() as cursor:
        cursor.execute(UNDERSTAND, given)
        forms, terms, query, everything = cursor.fetchone()
    return forms or [], terms or [], query, everything


def _also(things: Sequence[Thing], forms: Mapping[str, Form], words: Sequence[str]) -> Iterator[str]:
    """Yield other wordings by which services are found, each once."""
    said = {" ".join(words), *(" ".join(thing.words) for thing in things), *words}
    for thing in things:
        for wording in _wordings_of(thing, forms) if not thing.is_part else ():
            if (bare := bare_text(wording)) not in said:
                said.add(bare)
                yield wording


def _wordings_of(thing: Thing, forms: Mapping[str, Form]) -> Iterator[str]:
    if not thing.own and WORKER.search(thing.words[0]) and thing.words[0] in forms:
        yield from forms[thing.words[0]].others
    yield from thing.terms
    for concept in map(lexicon().concepts.__getitem__, thing.own):
        yield from concept.english[:ALSO_SAME]
        yield from concept.narrower[:ALSO_NARROWER]


# ---------------------------------------------------------------- Typing errors
def corrected_words(question: Question, meaning: Meaning) -> str:
    """Return the words of a search with typing errors corrected, bare, or nothing. One query if there are any."""
    misspelled = misspelled_words(meaning.unknown)
    if not misspelled:
        return ""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT word, directory_nearest_word(word, %s, %s::text[]) FROM unnest(%s::text[]) AS word",
            [question.area.pk if question.area else None, _words_as_long_as(misspelled), misspelled],
        )
        nearest = {word: meant for word, meant in cursor.fetchall() if meant}
    corrected = WORD.sub(lambda found: nearest.get(found.group(), found.group()), bare_text(question.words))
    return corrected if nearest else ""


def _words_as_long_as(misspelled: Sequence[str]) -> list[str]:
    """Return the words of the thesaurus that one of some misspelled words may mean."""
    lengths = {len(word) + more for word in misspelled for more in range(-MOST_WRONG, MOST_WRONG + 1)}
    return [word for word in lexicon().words_known if len(word) in lengths]


def near_words(question: Question) -> list[str]:
    """Return words of the directory that are similar to misspelled ones."""
    misspelled = misspelled_words(understand(replace(question, exactly=False)).unknown)
    with connection.cursor() as cursor:
        cursor.execute("SELECT directory_near_words(%s)", [misspelled])
        return list(dict.fromkeys(row[0] for row in cursor.fetchall()))[:6]
