"""Queries are shortened, and find the same."""

import pytest
from django.db import connection

from partners.search import synonyms
from partners.search.queries import Question, understand
from partners.search.shorter_queries import shorter


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("'food'", "( 'food' )"),
        ("'food' | 'food' <-> 'bank' | 'food'", "'food'"),
        ("'bank' <-> 'food' | 'meal' | 'hot' <-> 'meal'", "'bank' <-> 'food' | 'meal'"),
        ("( 'deaf' & 'job' | 'deaf' ) & 'train':*", "( 'deaf' ) & ( 'train':* )"),
        ("'train':* | 'trainer' | 'job' & 'train' | 'tram'", "'train':* | 'tram'"),
        ("'tram' | 'tram':*", "'tram':*"),
        ("'o''neil' | 'o''neil' <2> 'a|b'", "'o''neil'"),
        ("'a' & 'b' <-> 'c'", "( 'a' ) & ( 'b' <-> 'c' )"),
        ("'a' | ( 'b' | 'a' ) <-> 'c'", "'a' | ( 'b' | 'a' ) <-> 'c'"),
        ("'a' & !'b' | 'a'", "'a' & !'b' | 'a'"),
    ],
)  # fmt: skip
def test_alternatives_that_another_one_finds_are_left_out(query, expected):
    assert shorter(query) == expected


TYPED = (
    "food", "comida", "help with rent", "GED classes", "deaf job training", "record expungement", '"job training"',
    "food or housing", "I just got out of prison and need work and a place to live", "nursng asistant", "apprent",
)  # fmt: skip


def test_a_shorter_query_finds_the_same(db):
    """Of all sets of the words of a query, so many of which stand side by side that each phrase is in some."""
    synonyms.refresh_synonyms()
    for typed in TYPED:
        meaning = understand(Question(typed))
        for query in filter(None, (meaning.query, meaning.loose)):
            assert found_by(query, shorter(query), query) == 0, typed


def found_by(query: str, other: str, words_of: str) -> int:
    """Return how many texts one query finds and the other does not."""
    words = sorted({token.strip("'") for token in words_of.replace(":*", "").split() if token.startswith("'")})
    texts = [*words, *(f"{one} {other}" for one in words for other in words), " ".join(words)]
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FILTER (WHERE v @@ %(one)s::tsquery <> (v @@ %(other)s::tsquery)),"
            " count(*) FILTER (WHERE v @@ %(one)s::tsquery)"
            " FROM unnest(%(texts)s) AS text, to_tsvector('simple', text) AS v",
            {"one": query, "other": other, "texts": texts},
        )
        differ, found = cursor.fetchone()
    assert found > 0
    return int(differ)


def test_the_comparison_sees_a_difference(db):
    assert found_by("'food' | 'soup'", "'food'", "'food' | 'soup'") > 0
