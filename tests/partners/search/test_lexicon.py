"""Texts are cut into the longest wordings of the thesaurus."""

import pytest

from partners.coverage.programs import ADDITIONAL, REQUIRED
from partners.search.lexicon import (
    AS_IT_IS_CALLED,
    AS_PEOPLE_SAY,
    INEXACTLY,
    NARROWER,
    OF_BROADER,
    OF_NARROWER,
    OF_NEXT,
    SHARED,
    Lexicon,
    key_of_concept,
    keys_of_word,
    lexicon,
    make_lexicon,
)
from partners.search.thesaurus import PLAIN, WORDS, thesaurus, words_of

TEXT = """
subject = "Food"

[[concept]]
name = "Food"
english = "food; eating"
narrower = "food pantry; hot meals"
spanish = "comida"

[[concept]]
name = "Food pantry"
english = "food pantry"
typed = "free groceries; a place to eat"
narrower = "emergency boxes"
broader = "help line"
shared = "a place to eat"
spanish = "banco de alimentos"

[[concept]]
name = "Emergency boxes"
english = "emergency boxes"
spanish = "cajas"

[[concept]]
name = "Help line"
english = "help line"
typed = "out of work; AIDS; a place to eat"
shared = "a place to eat"
spanish = "línea"

[[concept]]
name = "Errands"
english = "errands"
narrower = "food"
plain = true
spanish = "mandados"
"""


@pytest.fixture
def made(tmp_path) -> Lexicon:
    """A lexicon of five concepts."""
    (tmp_path / PLAIN).write_text((WORDS / PLAIN).read_text())
    (tmp_path / "food.toml").write_text(TEXT)
    return make_lexicon(thesaurus.__wrapped__(tmp_path))


def cut(made: Lexicon, text: str, **how: bool) -> list[tuple[str, dict[str, float]]]:
    """Return the pieces of a text, each with the strengths of its concepts."""
    words = words_of(text)
    return [
        (
            " ".join(words[piece.start : piece.stop]),
            {made.concepts[sense.concept].name: round(sense.strength, 3) for sense in piece.senses},
        )
        for piece in made.cut(words, **how)
    ]


def test_the_longest_wording_wins(made):
    part = 2**-SHARED
    assert cut(made, "A food pantry and food") == [
        ("food pantry", {"Food": round(NARROWER * part, 3), "Food pantry": AS_IT_IS_CALLED}),
        ("food", {"Food": AS_IT_IS_CALLED, "Errands": round(NARROWER * part, 3)}),
    ]


def test_words_between_wordings_stay_and_small_ones_are_left_out(made):
    assert [said for said, _senses in cut(made, "The zebra of the food pantry")] == ["zebra", "food pantry"]


def test_small_words_within_a_wording_may_be_left_out_but_not_where_they_turn_its_meaning(made):
    assert cut(made, "a place to eat")[0][1].keys() == {"Food pantry", "Help line"}
    assert cut(made, "place eat")[0][1].keys() == {"Food pantry", "Help line"}
    assert cut(made, "out of work") == [("out of work", {"Help line": AS_PEOPLE_SAY})]
    assert cut(made, "work") == [("work", {})]
    assert cut(made, "banco alimentos")[0][1].keys() == {"Food pantry"}


def test_words_with_the_stem_of_a_wording_count_for_less_and_acronyms_have_no_endings(made):
    assert cut(made, "free grocery") == [("free grocery", {"Food pantry": round(AS_PEOPLE_SAY * INEXACTLY, 3)})]
    assert cut(made, "AIDS") == [("aids", {"Help line": AS_PEOPLE_SAY})]
    assert cut(made, "aid") == [("aid", {})]


def test_a_wording_of_several_concepts_says_less_of_each(made):
    (_said, senses), = cut(made, "a place to eat")  # fmt: skip
    assert set(senses.values()) == {round(AS_PEOPLE_SAY * 2**-SHARED, 3)}


def test_of_a_question_only_the_names_of_concepts_are_wordings(made):
    assert cut(made, "hot meals") == [("hot meals", {"Food": NARROWER})]
    assert cut(made, "hot meals", own=True) == [("hot", {}), ("meals", {})]


def test_narrower_and_broader_concepts_answer_less_well_and_those_of_a_plain_one_as_well(made):
    def answers(name: str) -> dict[str, float]:
        return {made.concepts[key].name: value for key, value in made.answered_by[key_of_concept(name)].items()}

    assert answers("Food") == {
        "Food": 1.0, "Food pantry": OF_NARROWER, "Emergency boxes": OF_NARROWER * OF_NEXT,
    }  # fmt: skip
    assert answers("Food pantry") == {"Food pantry": 1.0, "Emergency boxes": OF_NARROWER, "Help line": OF_BROADER}
    assert answers("Errands")["Food"] == 1.0


def test_numbers_stay_the_same():
    """They are kept in the database; with other ones every listing would have to be read again at once."""
    assert key_of_concept("Housing") == 1_604_556_024
    assert set(keys_of_word("trabajos")) & set(keys_of_word("trabajar"))
    assert not set(keys_of_word("comida")) & set(keys_of_word("come"))


def test_accents_apostrophes_and_case_do_not_matter():
    assert words_of("Women's shelter: ¡Rápido! O\u2019Neil, E&T") == ["women", "shelter", "rapido", "oneil", "e", "t"]
    assert words_of("中文 العربية") == ["中文", "العربية"]


# ---------------------------------------------------------------- The data
def meant(text: str) -> set[str]:
    """Return the concepts that a text is a name of."""
    known = lexicon()
    return {known.concepts[sense.concept].name for sense in known.senses_of(words_of(text)) if sense.is_own}


@pytest.mark.parametrize(
    ("typed", "concept"),
    [
        ("deaf", "Deaf and hard of hearing"), ("felon", "Reentry"), ("cárcel", "Reentry"),
        ("ebt", "Food stamps (SNAP)"),
        ("despensa", "Food pantry"), ("shelter", "Emergency shelter"), ("autism", "Autism"),
        ("light bill", "Utility bills"), ("biles", "Utility bills"), ("raite", "Transportation help"),
        ("chamba", "Work"), ("mica", "Immigration help"), ("wfh", "Work from home"), ("dentista", "Dental care"),
        ("trailero", "Truck driving"), ("my first job", "Youth employment"), ("niñera", "Child care"),
    ],
)  # fmt: skip
def test_everyday_words_have_their_concept(typed, concept):
    assert concept in meant(typed)


@pytest.mark.parametrize("listed", [*REQUIRED, *ADDITIONAL], ids=lambda listed: listed.code)
def test_the_names_of_programs_have_concepts(listed):
    for name in (listed.name, listed.short_name):
        pieces = list(lexicon().cut(words_of(name)))
        assert any(piece.senses for piece in pieces) or listed.code == "other", name
