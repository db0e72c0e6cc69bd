"""What differs between two texts: told word by word, exactly, with bounded work."""

from typing import Any

import pytest
from django.template import Context, Template
from hypothesis import given
from hypothesis import strategies as st

from onestop.ui import differences
from onestop.ui.differences import compare

TEXTS = st.text(max_size=200) | st.lists(st.sampled_from(["a", "b", "go", "30", "$5,000", ".", "\n"])).map(" ".join)


def rendered(source: str, **context: Any) -> str:
    return Template(source).render(Context(context))


def joined(pieces: list[differences.Piece]) -> tuple[str, str]:
    """Return the old and the new text that the pieces make up."""
    return "".join(piece.before for piece in pieces), "".join(piece.after for piece in pieces)


@pytest.mark.parametrize(
    ("before", "after", "html"),
    [
        ("up to 30 days", "up to 45 days", "up to <del>30</del> <ins>45</ins> days"),
        ("Bring your plan.", "Bring a photo ID and your plan.", "Bring <ins>a photo ID and</ins> your plan."),
        ("Bring a photo ID and your plan.", "Bring your plan.", "Bring <del>a photo ID and</del> your plan."),
        ("ten working days", "two full weeks", "<del>ten working days</del> <ins>two full weeks</ins>"),
        ("", "Free", "<ins>Free</ins>"),
        ("Free", "", "<del>Free</del>"),
        (None, None, ""),
        ("same", "same", "same"),
        ("two  spaces", "two spaces", "two spaces"),
        (5, 6, "<del>5</del> <ins>6</ins>"),
        ("up to $5,000", "up to $6,500", "up to <del>$5,000</del> <ins>$6,500</ins>"),
        ("from 8:30 on", "from 9:00 on", "from <del>8:30</del> <ins>9:00</ins> on"),
    ],
)
def test_a_difference_is_told_word_by_word(before: Any, after: Any, html: str):
    assert rendered("{% diff before after %}", before=before, after=after) == html


def test_a_difference_escapes_what_people_typed():
    html = rendered("{% diff before after %}", before="<script>a</script>", after="<script>b</script> & <i>")
    assert "<script>" not in html
    assert "<i>" not in html
    assert "&lt;" in html


def test_long_texts_are_compared_quickly():
    before, after = "word " * 4000, "word " * 3999 + "other"
    assert "<ins>other</ins>" in rendered("{% diff before after %}", before=before, after=after)


# ---------------------------------------------------------------- Exactness
@given(TEXTS, TEXTS)
def test_the_pieces_make_up_both_texts(old: str, new: str):
    """Kept and inserted parts are the new text; kept and deleted parts are the old one, up to spaces."""
    pieces = compare(old, new)
    assert joined(pieces) == (old, new)
    kept = [piece for piece in pieces if piece.kind == "kept"]
    assert all(piece.before.split() == piece.after.split() for piece in kept)
    assert all(piece.before.strip() or piece.after.strip() for piece in pieces if piece.kind != "kept")


@given(TEXTS)
def test_a_text_does_not_differ_from_itself(text: str):
    assert {piece.kind for piece in compare(text, text)} <= {"kept"}


@given(TEXTS, TEXTS)
def test_no_word_is_lost_after_the_last_step(old: str, new: str):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(differences, "MOST_STEPS", 0)
        assert joined(compare(old, new)) == (old, new)


@pytest.mark.parametrize("few", [1, 2, 5, 2_000])
@given(st.lists(st.sampled_from(["One", "two", ".", "three", "! "])).map(" ".join), TEXTS)
def test_texts_of_many_words_are_compared_by_sentences_first(few: int, old: str, new: str):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(differences, "FEW_WORDS", few)
        assert joined(compare(old, new)) == (old, new)


def test_one_changed_word_in_a_long_text_is_one_difference():
    sentences = [f"Sentence {number} says something of its own." for number in range(2_000)]
    before, after = list(sentences), list(sentences)
    before[10], after[1_990] = "Sentence 10 said something of its own.", "Sentence 1990 says nothing of its own."
    changed = [piece[1:] for piece in compare(" ".join(before), " ".join(after)) if piece.kind != "kept"]
    assert [(old.strip(), new.strip()) for old, new in changed] == [("said", "says"), ("something", "nothing")]


# ---------------------------------------------------------------- Bounded work
@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("x " + "a " * 4_000, "y " + "a " * 3_990 + "b"),
        ("x " + "a b c " * 1_500, "y " + "c a b " * 1_490 + "b"),
        ("a " * 4_000 + "x", "b " + "a " * 4_000),
    ],
)
def test_a_text_that_repeats_itself_is_no_more_work(old: str, new: str, monkeypatch: pytest.MonkeyPatch):
    """The library would look at each of thousands of repetitions."""
    calls: list[int] = []
    look = differences._Engine.diff_commonPrefix

    def counted(*args: Any) -> Any:
        calls.append(1)
        return look(*args)

    monkeypatch.setattr(differences._Engine, "diff_commonPrefix", counted)
    assert joined(compare(old, new)) == (old, new)
    assert 0 < len(calls) < 200


def test_a_text_of_too_many_words_is_shown_whole(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(differences, "MOST_WORDS", 5)
    assert [piece.kind for piece in compare("go a b c d e f end", "go g h i j k l end")] == ["kept", "replaced", "kept"]
