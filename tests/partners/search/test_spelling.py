"""What people type and how the directory of the sample network understands it: no correct word is ever corrected."""

from collections.abc import Iterator
from datetime import date

import pytest
from django.db import transaction
from pytest_django import DjangoDbBlocker

from partners.models import LocalArea, Service
from partners.search import index, queries
from partners.search.question import Question
from partners.search.understanding import near_words
from partners.search.word_list import is_correct, misspelled_words
from tests.filled import sample_network

# One process loads the sample for all of them.
pytestmark = pytest.mark.xdist_group("spelling")
TODAY = date(2026, 11, 24)


@pytest.fixture(scope="module")
def riverbend(django_db_setup: str, django_db_blocker: DjangoDbBlocker) -> Iterator[LocalArea]:
    """Load the sample once for all tests of this file."""
    with django_db_blocker.unblock(), sample_network(django_db_setup, TODAY), transaction.atomic():
        index.rebuild()
        yield LocalArea.objects.get(slug="riverbend")
        transaction.set_rollback(True)


# What is typed, and a service that is found (none: no service of the sample matches, at most some are related).
CORRECT = {
    "welder": "Trade training: carpentry, nursing assistant, welding, office work",
    "plumber": "Apprenticeship preparation",
    "carpenter": "Trade training: carpentry, nursing assistant, welding, office work",
    "electrician": "Apprenticeship preparation",
    "nurse": "Trade training: carpentry, nursing assistant, welding, office work",
    "truck driver": "Training for a year-round job",
    "become": "",
    "barber": "",
    "caregiver": "Training for a year-round job",
    "diapers": "",
    "therapist": "Career counseling and planning",
    "tutor": "",
    "phlebotomy": "",
    "forklift": "",
    "dental hygienist": "",
    "bankruptcy": "Clearing a criminal record",
    "divorce": "Clearing a criminal record",
    "notary": "",
    "job": "Job coaching",
    "résumé": "Résumé and interview workshop",
    "resume": "Résumé and interview workshop",
    "housing": "Family self-sufficiency",
    "rent": "Rent and heating help",
    "i need help with rent": "Rent and heating help",
    "eviction": "Rent and heating help",
    "homeless shelter": "Paid work experience for young people",
    "food": "Training for people on food assistance",
    "food stamps": "Training for people on food assistance",
    "SNAP": "Training for people on food assistance",
    "groceries": "Meals, interview clothes and job search help",
    "childcare": "Help with child care and bus fare",
    "child care": "Help with child care and bus fare",
    "day care": "Help with child care and bus fare",
    "bus pass": "Help with child care and bus fare",
    "transportation": "Rides to interviews",
    "car repair": "Car repairs and donated cars",
    "parole": "Clearing a criminal record",
    "veteran": "Employment help for veterans with barriers to employment",
    "disabled": "Accessibility services for students",
    "deaf": "Peer mentoring toward work",
    "sign language": "Accessibility services for students",
    "braille": "Accessibility services for students",
    "blind": "Accessibility services for students",
    "wheelchair": "Résumé and interview workshop",
    "Spanish": "Apprenticeship preparation",
    "ESL": "Evening English classes",
    "GED": "GED preparation",
    "how do I get a GED": "GED preparation",
    "high school diploma": "GED preparation",
    "computer class": "Computer basics",
    "unemployment": "Help filing for unemployment",
    "laid off": "Help after a layoff",
    "older worker": "Job club for experienced workers",
    "apprenticeship": "Apprenticeship preparation",
    "farmworker": "Emergency help for farmworker families",
    "citizenship": "Citizenship class",
    "NFJP": "Training for a year-round job",
}
SPANISH = {
    "comida": "Training for people on food assistance",
    "vivienda": "Family self-sufficiency",
    "trabajo": "Job coaching",
    "necesito trabajo": "Job coaching",
    "empleo": "Supported employment",
    "ropa": "Meals, interview clothes and job search help",
    "guardería": "Help with child care and bus fare",
    "guarderia": "Help with child care and bus fare",
    "cuidado de niños": "Help with child care and bus fare",
    "transporte": "Rides to interviews",
    "inglés": "Evening English classes",
    "ingles": "Evening English classes",
    "clases de inglés": "Evening English classes",
    "ciudadanía": "Citizenship class",
    "abogado": "Clearing a criminal record",
    "discapacidad": "Accessibility services for students",
    "sordo": "Accessibility services for students",
    "español": "Apprenticeship preparation",
    "soldador": "Trade training: carpentry, nursing assistant, welding, office work",
    "ayuda con la renta": "Rent and heating help",
    "veteranos": "Employment help for veterans with barriers to employment",
    "hermano": "",
}
# What is typed, and what is searched for instead.
TYPOS = {
    "resumee": "resume",
    "chidcare": "childcare",
    "housng": "housing",
    "hosuing": "housing",
    "trasportation": "transportation",
    "weldng": "welding",
    "vocatonal rehab": "vocational rehab",
    "rehabiltation": "rehabilitation",
    "apprentiship": "apprenticeship",
    "certifcate": "certificate",
    "intervew": "interview",
    "unemploymant": "unemployment",
    "vetrans": "veterans",
    "nursng asistant": "nursing assistant",
    "food stmaps": "food stamps",
    "spansh": "spanish",
    "interpeter": "interpreter",
    "carreer": "career",
    "sheltr": "shelter",
    "eviciton": "eviction",
    "computr": "computer",
    "dislocated wroker": "dislocated worker",
}


def find(typed: str, area: LocalArea) -> tuple[queries.Found, list[str]]:
    found = queries.find_services(Question(typed, area=area))
    names = Service.objects.in_bulk(found.service_ids)
    return found, [names[pk].name for pk in found.service_ids]


@pytest.mark.parametrize(("typed", "name"), (CORRECT | SPANISH).items())
def test_correct_words_are_searched_for_as_typed(riverbend, db, typed, name):
    found, names = find(typed, riverbend)
    assert (found.meaning.corrected, found.meaning.suggested) == ("", "")
    assert name in names if name else not found.whole
    if not names:
        assert near_words(Question(typed, area=riverbend)) == []


@pytest.mark.parametrize(("typed", "meant"), TYPOS.items())
def test_typing_errors_are_corrected(riverbend, db, typed, meant):
    found, names = find(typed, riverbend)
    assert found.meaning.corrected == meant
    assert names
    assert names == find(meant, riverbend)[1]


@pytest.mark.parametrize("typed", ["disablity", "trainning", "familys"])
def test_words_with_the_stem_of_a_known_one_need_no_correction(riverbend, db, typed):
    found, names = find(typed, riverbend)
    assert names
    assert found.meaning.corrected == ""


# ---------------------------------------------------------------- The word list
@pytest.mark.parametrize(
    "word", ["welder", "become", "comida", "guarderia", "ninos", "companias", "discapacidad", "jovenes", "wheelchair"]
)
def test_the_word_list_knows_english_and_spanish_also_without_accents(word):
    assert is_correct(word)


def test_the_word_list_knows_no_typing_errors():
    words = [word for typed in TYPOS for word in typed.split() if word not in ("food", "rehab", "dislocated")]
    assert misspelled_words(words) == words
