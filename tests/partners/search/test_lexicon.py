"""Texts are cut into wordings; words that only look like one are left alone."""

import pytest

from partners.search.lexicon import lexicon, words_of


def concepts_of(text: str) -> set[str]:
    """Return the concepts that a text is read for, without those of plain words."""
    known = lexicon()
    return {
        known.concepts[sense.concept].name
        for piece in known.cut(words_of(text))
        for sense in piece.senses
        if not known.is_plain(sense.concept)
    }


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("museum passes", {"Sports and recreation", "Library"}),
        ("employment projections", {"Labor market information"}),
        ("con artist", {"Consumer protection"}),
        ("my husband hit me", {"Domestic violence"}),
        ("on supervision", {"Reentry"}),
        ("the metro", {"Bus pass"}),
        ("families leaving homelessness", {"Homelessness"}),
        ("debt collection", {"Debt and credit"}),
    ],
)
def test_a_wording_is_read_for_its_concept(text, names):
    assert concepts_of(text) >= names


@pytest.mark.parametrize(
    "text",
    [
        "at your own pace",  # not PACE
        "con su",  # Spanish, not "conned" or "sued"
        "it will be",  # not wills
        "transition",  # not transit
        "whatever fits",  # not fitness
        "projected",  # not the projects
        "your account",  # not accounting
        "artist",  # not a con artist
    ],
)
def test_a_word_that_only_has_the_stem_of_a_wording_is_not_read_for_it(text):
    assert concepts_of(text) <= {"Arts and media training"}
