"""What differs between two texts: told word by word, exactly, with bounded work."""

import random
import re
from typing import Any

import pytest
from django.template import Context, Template
from hypothesis import given
from hypothesis import strategies as st

from onestop.ui import word_differences
from onestop.ui.differences import ALIKE, compare_lines
from onestop.ui.word_differences import Piece, compare

TEXTS = st.text(max_size=200) | st.lists(st.sampled_from(["a", "b", "go", "30", "$5,000", ".", "\n"])).map(" ".join)


def rendered(source: str, **context: Any) -> str:
    return Template(source).render(Context(context))


def shown(html: str) -> str:
    """Return the HTML without the words for the ear."""
    return re.sub(r'<span class="op-diff__said">[^<]*</span>', "", html)


def joined(pieces: list[Piece]) -> tuple[str, str]:
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
    assert shown(rendered("{% diff before after %}", before=before, after=after)) == html


def test_a_difference_escapes_what_people_typed():
    html = rendered("{% diff before after %}", before="<script>a</script>", after="<script>b</script> & <i>")
    assert "<script>" not in html
    assert "<i>" not in html
    assert "&lt;" in html


def test_long_texts_are_compared_quickly():
    before, after = "word " * 4000, "word " * 3999 + "other"
    assert "<ins>other</ins>" in shown(rendered("{% diff before after %}", before=before, after=after))


def test_a_difference_is_told_to_the_ear_too():
    html = rendered("{% diff before after %}", before="up to 30 days", after="up to 45 days")
    assert re.sub("<[^>]*>", "", html) == "up to [removed: 30] [added: 45] days"


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
        patch.setattr(word_differences, "MOST_STEPS", 0)
        assert joined(compare(old, new)) == (old, new)


@pytest.mark.parametrize("few", [1, 2, 5, 2_000])
@given(st.lists(st.sampled_from(["One", "two", ".", "three", "! "])).map(" ".join), TEXTS)
def test_texts_of_many_words_are_compared_by_sentences_first(few: int, old: str, new: str):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(word_differences, "FEW_WORDS", few)
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
    look = word_differences._Engine.diff_commonPrefix

    def counted(*args: Any) -> Any:
        calls.append(1)
        return look(*args)

    monkeypatch.setattr(word_differences._Engine, "diff_commonPrefix", counted)
    assert joined(compare(old, new)) == (old, new)
    assert 0 < len(calls) < 200


def test_a_text_of_too_many_words_is_shown_whole(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(word_differences, "MOST_WORDS", 5)
    assert [piece.kind for piece in compare("go a b c d e f end", "go g h i j k l end")] == ["kept", "replaced", "kept"]


# ---------------------------------------------------------------- Lines
LINES = st.lists(st.sampled_from(["", "a", "a b c d", "a b c e", "x y z", "- one item", "1. two"])).map("\n".join)


def kinds(old: str, new: str) -> list[str]:
    return [line.kind for line in compare_lines(old, new)]


@given(LINES, LINES)
def test_the_lines_make_up_both_texts(old: str, new: str):
    """Up to blank lines, of which those that were only added or removed are left out."""
    lines = compare_lines(old, new)
    for text, texts in ((old, 0), (new, 1)):
        made = ["".join(piece[1 + texts] for piece in line.pieces) for line in lines]
        assert [line for line in made if line.strip()] == [line for line in text.splitlines() if line.strip()]


def test_a_changed_line_is_one_line_and_an_added_one_another():
    old = "Bring a photo ID.\nCome on Monday at nine.\nThe room is on the second floor."
    new = "Bring a photo ID.\nCome on Tuesday at nine.\nCall before.\nThe room is on the second floor."
    assert kinds(old, new) == ["kept", "changed", "inserted", "kept"]
    html = shown(rendered("{% diff old new %}", old=old, new=new))
    assert html.count("op-diff__line") == 4
    assert "Come on <del>Monday</del> <ins>Tuesday</ins> at nine." in html


def test_lines_that_are_not_alike_are_removed_and_added():
    assert kinds("Come on Monday.\nx", "Nobody needs an appointment here.\nx") == ["deleted", "inserted", "kept"]


def test_far_from_a_change_unchanged_lines_are_counted():
    old = "\n".join(f"Line {number} stays." for number in range(40))
    html = rendered("{% diff_text old new %}", old=old, new=old.replace("Line 20 stays", "Line 20 went"))
    assert "18 lines unchanged" in html
    assert "17 lines unchanged" in html
    assert html.count("op-diff__line") == 5
    assert "40 lines unchanged" in rendered("{% diff_text old old %}", old=old)


@pytest.mark.parametrize("number", [20, 3_000, 5_000])
def test_texts_of_many_equal_lines_are_bounded_work(number: int, monkeypatch: pytest.MonkeyPatch):
    dice, calls = random.Random(7), []
    look = word_differences._Engine.diff_commonPrefix

    def counted(*args: Any) -> Any:
        calls.append(1)
        return look(*args)

    monkeypatch.setattr(word_differences._Engine, "diff_commonPrefix", counted)
    old, new = ("\n".join(dice.choice(["a", "b", "c d"]) for _line in range(number)) for _text in range(2))
    assert compare_lines(old, new)
    assert len(calls) < 20_000


def test_lines_belong_together_from_a_share_of_common_words_on():
    alike, other = "a b c d e", "a b c x y"
    assert len(set(alike.split()) & set(other.split())) / 7 >= ALIKE
    assert kinds(f"{alike}\nq\nz", f"{other}\nr s\nz") == ["changed", "deleted", "inserted", "kept"]
    unlike = "a b w x y"
    assert kinds(f"{alike}\nq\nz", f"{unlike}\nr s\nz") == ["deleted", "deleted", "inserted", "inserted", "kept"]
    assert kinds(f"{alike}\nz", f"{unlike}\nz") == ["changed", "kept"], "one line in the place of another"
