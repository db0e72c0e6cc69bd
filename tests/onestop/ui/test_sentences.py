"""Join words into sentences."""

import pytest

from onestop.ui.sentences import join_words


@pytest.mark.parametrize(
    ("words", "sentence"), [((), ""), (("A",), "A"), (("A", "B"), "A and B"), (("A", 2, "C"), "A, 2 and C")]
)
def test_words_become_a_list_in_a_sentence(words, sentence):
    assert join_words(words) == sentence
