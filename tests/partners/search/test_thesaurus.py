"""The everyday thesaurus: its rules, its errors, and what it must and must not find."""

import pytest
from django.db import connection

from partners.search.thesaurus import PLAIN, WORDS, BadWords, thesaurus

FOOD = """
subject = "Food"

[[concept]]
name = "Food pantry"
english = "food pantry; food bank"
typed = "free groceries"
narrower = "meals"
broader = "emergency assistance"
spanish = "banco de alimentos; despensa"
"""


@pytest.fixture
def read(tmp_path):
    """Return a function that reads a thesaurus of one file."""
    (tmp_path / PLAIN).write_text((WORDS / PLAIN).read_text())

    def reads(text: str):
        (tmp_path / "food.toml").write_text(text)
        return thesaurus.__wrapped__(tmp_path)

    return reads


# ---------------------------------------------------------------- Errors
@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('subject = "Food"', "", "food.toml: the first line must name the subject"),
        ('name = "Food pantry"', 'name = ""', "food.toml, “concept 1”: a concept needs a name"),
        ("typed =", "tipped =", "food.toml, “Food pantry”: unknown key “tipped”"),
        ('typed = "free groceries"', "typed = 5", "“Food pantry”: “typed” must be one text"),
        ('english = "food pantry; food bank"', "", "needs at least one English wording"),
        ("free groceries", "Food Bank", "has “food bank” twice"),
        ("free groceries", "free help", "“free help” consists of words that searches leave out|is too plain"),
        ("free groceries", "how to get some", "“how to get some” consists of words that searches leave out"),
        ("free groceries", "training", "“training” is too plain"),
        ("free groceries", "groceries, free", "contains “,”; separate wordings by semicolons"),
        ("free groceries", "x" * 61, "is longer than 60 characters"),
        ("[[concept]]", "[[concept]", "food.toml: "),
        ("narrower =", 'shared = "food bank"\nnarrower =', "said to be shared, but no other concept has it"),
    ],
)  # fmt: skip
def test_a_file_that_breaks_a_rule_is_refused_with_file_concept_and_wording(read, old, new, said):
    with pytest.raises(BadWords, match="|".join(map(_escaped, said.split("|")))):
        read(FOOD.replace(old, new))


def _escaped(text: str) -> str:
    return text.replace("[", r"\[").replace("(", r"\(")


def test_one_wording_in_two_concepts_must_be_said_to_be_shared(read):
    other = '\n[[concept]]\nname = "Meals"\nenglish = "hot meals"\ntyped = "food bank"\n'
    with pytest.raises(BadWords, match="“food bank” is also a wording of “Meals”"):
        read(FOOD + other)
    both = FOOD.replace('narrower = "meals"', 'shared = "food bank"') + other + 'shared = "food bank"\n'
    assert len(read(both).concepts) == 2


# ---------------------------------------------------------------- The data
def test_the_thesaurus_has_at_least_350_concepts_and_3000_wordings():
    known = thesaurus()
    assert len(known.concepts) >= 350
    assert sum(len(one.wordings) for one in known.concepts) >= 3000
    assert sum(bool(one.spanish) for one in known.concepts) == len(known.concepts)


def test_the_stop_words_are_those_of_postgresql(db):
    with connection.cursor() as cursor:
        cursor.execute("SELECT w FROM unnest(%s::text[]) AS w WHERE numnode(plainto_tsquery('onestop', w)) > 0",
                       [sorted(thesaurus().words.stop)])  # fmt: skip
        assert cursor.fetchall() == []
