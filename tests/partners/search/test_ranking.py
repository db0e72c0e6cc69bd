"""What is looked for is taken apart, and services are ranked by how well they answer it."""

from partners.search.lexicon import key_of_concept
from partners.search.ranking import rank
from partners.search.readings import read
from partners.search.thesaurus import words_of
from partners.search.things import OF_PART, OF_PEOPLE, Form, Term, Thing, things_of


def things(text: str, **known: object) -> list[Thing]:
    return list(things_of(words_of(text), **known))  # type: ignore[arg-type]


def said(text: str) -> list[str]:
    """Return the words of the things in a question, without the parts of wordings."""
    return [" ".join(thing.words) for thing in things(text) if not thing.is_part]


def order(question: str, *names: str) -> list[str]:
    """Return names of services, the best answer to a question first."""
    readings = {number: read([("name", name)]).packed() for number, name in enumerate(names)}
    scores = rank(things(question), readings, len(names))
    return [names[number] for number in sorted(scores, key=lambda number: -scores[number]) if scores[number]]


# ---------------------------------------------------------------- Things
def test_a_question_is_taken_apart_into_wordings_and_words():
    assert said("Help with rent for a zebra that is deaf") == ["help with rent", "zebra", "deaf"]


def test_words_of_a_question_are_left_out_unless_there_is_nothing_else():
    assert said("where can I find a zebra") == ["zebra"]
    assert said("where") == []
    assert said("please help") == ["please", "help"] or said("please help") == ["help"]


def test_for_whom_matters_less_than_what_for():
    brother, zebra = things("brother zebra")
    assert brother.weight <= OF_PEOPLE * zebra.weight


def test_parts_of_a_longer_wording_count_for_less():
    whole, *parts = things("food stamps")
    assert {part.words for part in parts} == {("food",), ("stamps",)}
    assert all(part.is_part and part.weight <= OF_PART * whole.weight for part in parts)


def test_other_forms_of_a_word_are_found_as_well():
    (thing,) = things("zebrist", forms={"zebrist": Form("'zebra'", ("zebra",))})
    assert rank([thing], {1: read([("name", "A zebra")]).packed()}, 1)[1] > 0
    assert thing.query == "( 'zebra' )"


def test_a_term_of_the_glossary_is_its_other_wordings():
    term = Term("stumbling block", ("Barrier", "BRR", "rent help"), "'barrier' | 'brr'")
    before, thing = things("zebra stumbling block", terms=[term])
    assert (before.words, thing.words, thing.query) == (("zebra",), ("stumbling", "block"), term.query)
    assert key_of_concept("Rental assistance") in thing.answers
    assert rank([thing], {1: read([("name", "Every barrier")]).packed()}, 1)[1] > 0


# ---------------------------------------------------------------- Ranking
def test_services_that_mean_the_same_are_found_and_others_are_not():
    assert order("can't pay my rent", "Zebra riding", "Emergency rental assistance") == ["Emergency rental assistance"]


def test_the_very_words_come_first():
    assert order("GED", "High school equivalency", "GED preparation")[0] == "GED preparation"


def test_narrower_services_come_after_those_that_are_meant():
    assert order("food", "Food pantry", "Food")[0] == "Food"


def test_the_rarer_thing_matters_more():
    classes = [f"Zebra class {number}" for number in range(9)]
    assert order("zebra okapi", *classes, "Okapi class")[0] == "Okapi class"


def test_a_service_that_has_both_things_comes_first():
    assert order("deaf welding", "Welding", "Services for deaf people", "Welding for deaf people")[0] == (
        "Welding for deaf people"
    )


def test_nothing_is_found_for_nothing():
    assert rank([], {1: b""}, 1) == {1: 0.0}
    assert rank(things("zebra"), {}, 0) == {}
