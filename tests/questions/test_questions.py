"""Everyday questions find their answers, and the questions and the corpus are sound."""

from collections import Counter
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from pytest_django import DjangoDbBlocker

from partners.models import Listing, Program, Service, ServiceText
from tests.questions.asking import Library, ask_plain, ask_portal, make_plain
from tests.questions.corpus import RIVERBEND, entries_by_key, read_areas, read_corpus
from tests.questions.loading import load_corpus
from tests.questions.measures import Score, mean, score
from tests.questions.reading import KINDS, LANGUAGES, read_questions
from tests.standing import made_once

SETS = {"questions": read_questions(), "held_out": read_questions(held_out=True)}
BOTH = [*SETS["questions"], *SETS["held_out"]]
# What the search reaches: raise these when it reaches more, and never lower them without a reason in the commit.
FLOORS = {
    "questions": Score(ndcg=0.73, recall=0.72, is_senseless=0.065),
    "held_out": Score(ndcg=0.725, recall=0.72, is_senseless=0.06),
}


@pytest.fixture(scope="module")
def library_of_module(django_db_setup: str, django_db_blocker: DjangoDbBlocker) -> Iterator[Library]:
    """The corpus in the database, for all tests of this module."""
    with made_once(django_db_blocker, lambda: Library(load_corpus())) as library:
        yield library


@pytest.fixture
def library(library_of_module: Library, db: None) -> Library:
    return library_of_module


# ---------------------------------------------------------------- The search
@pytest.mark.parametrize("which", SETS)
def test_the_search_answers_as_well_as_it_did(library, which):
    reached = mean([score(ask_portal(library, asked), asked.answers) for asked in SETS[which]])
    floor = FLOORS[which]
    assert reached.ndcg >= floor.ndcg
    assert reached.recall >= floor.recall
    assert reached.is_senseless <= floor.is_senseless


def test_the_search_answers_better_than_plain_full_text(library):
    make_plain()
    plain, portal = (
        mean([score(ask(library, asked), asked.answers) for asked in BOTH]) for ask in (ask_plain, ask_portal)
    )
    assert portal.ndcg > plain.ndcg
    assert portal.is_senseless < plain.is_senseless


# ---------------------------------------------------------------- The corpus
def test_the_corpus_is_large_and_loads_whole(library):
    areas = Counter(agency.area for agency in read_corpus() for _entry in agency.entries)
    assert sum(number for area, number in areas.items() if area != RIVERBEND) >= 420
    assert len(areas) == len(read_areas()) == 6
    assert len(read_corpus()) >= 60
    assert Service.objects.in_directory().count() == Listing.objects.filter(is_public=True).count() == areas.total()
    assert ServiceText.objects.count() >= 30


def test_the_corpus_covers_every_program_of_the_law(library):
    carried = set(Program.objects.filter(service_links__isnull=False).values_list("code", flat=True))
    assert set(Program.objects.required().values_list("code", flat=True)) <= carried


def test_the_corpus_names_nobody_real():
    for agency in read_corpus():
        assert (urlsplit(agency.website).hostname or "").endswith(".example"), agency.name
        assert agency.phone.startswith("(555) 555-01"), agency.name


def test_keys_and_agencies_of_the_corpus_are_unique():
    keys = Counter(entry.key for agency in read_corpus() for entry in agency.entries)
    names = Counter(agency.name for agency in read_corpus())
    assert [one for one, number in (keys + names).items() if number > 1] == []


def test_columns_of_the_corpus_are_valid():
    choices = {
        "groups": Service.Group, "modes": Service.Mode, "accommodations": Service.Accommodation,
    }  # fmt: skip
    for key, (_agency, entry) in entries_by_key().items():
        for column, allowed in choices.items():
            assert set(entry.columns.get(column, ())) <= set(allowed.values), key
        assert entry.columns.get("kind", "other") in Service.Kind.values, key


# ---------------------------------------------------------------- The questions
def test_there_are_enough_questions_of_every_kind():
    assert len(SETS["questions"]) >= 150
    assert len(SETS["held_out"]) >= 75
    for questions in SETS.values():
        assert sum(asked.language == "es" for asked in questions) >= 0.3 * len(questions)
        assert {asked.kind for asked in questions} == set(KINDS)
        assert {asked.language for asked in questions} == set(LANGUAGES)


def test_no_question_is_asked_twice():
    asked_once = Counter((asked.text.casefold(), asked.area) for asked in BOTH)
    assert [one for one, number in asked_once.items() if number > 1] == []
    texts = {name: {asked.text.casefold() for asked in questions} for name, questions in SETS.items()}
    assert texts["questions"] & texts["held_out"] == set()


def test_each_question_has_answers_where_it_is_asked():
    known = entries_by_key()
    for asked in BOTH:
        assert set(asked.answers) <= set(known), asked.text
        assert 3 in asked.answers.values(), asked.text
        if asked.area:
            assert {known[key][0].area for key in asked.answers} == {asked.area}, asked.text


# ---------------------------------------------------------------- The measures
def test_the_best_order_has_the_best_score():
    answers = {"a": 3, "b": 2, "c": 1}
    assert score(["a", "b", "c"], answers) == Score(1.0, 1.0, 0.0)
    assert score(["c", "b", "a"], answers).ndcg < score(["b", "a", "c"], answers).ndcg < 1
    assert score([], answers) == Score(0.0, 0.0, 1.0)


def test_ndcg_is_that_of_the_formula():
    # (2^1 - 1) / log2(2) + (2^3 - 1) / log2(4) = 4.5, of 7 / log2(2) + 1 / log2(3) = 7.631
    assert score(["b", "x", "a"], {"a": 3, "b": 1}).ndcg == pytest.approx(4.5 / 7.6309, abs=1e-4)


def test_only_good_answers_are_sensible():
    of = score(["a", "b"], {"a": 1, "c": 3, "d": 2})
    assert (of.recall, of.is_senseless) == (0.0, 1.0)


def test_ten_answers_are_all_that_ten_places_can_hold():
    many = {str(number): 3 for number in range(24)}
    assert score([str(number) for number in range(24)], many) == Score(1.0, 1.0, 0.0)
