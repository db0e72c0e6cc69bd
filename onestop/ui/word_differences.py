"""What differs between two texts, word by word, with bounded work."""

import re
from collections.abc import Hashable, Iterator, Sequence
from itertools import pairwise
from typing import Any, NamedTuple

from diff_match_patch import diff_match_patch

# Steps of the search for the shortest difference; what is left after them is shown as changed throughout.
MOST_STEPS, WORDS_FOR_A_STEP = 200, 50
MOST_WORDS = 20_000  # of a text, between the first and the last change
FEW_WORDS = 2_000  # are compared word by word at once
SHORT_SEED = 50  # words: so few are repeated quickly
# A word and the space after it. A number stays whole: "$5,000", "8:30".
WORD = re.compile(r"(\$?\d+(?:[.,:]\d+)+|[\w'\u2019-]+|[^\w\s])(\s*)")


Run = tuple[bool, list[Any], list[Any]]  # whether it is kept; what of each of two lists


class Piece(NamedTuple):
    """A part of two texts: kept, deleted, inserted or replaced. Kept parts may differ in their spaces."""

    kind: str
    before: str
    after: str


def compare(old: str, new: str) -> list[Piece]:
    """Return the parts of two texts in order: ``before`` of all parts is the old text, ``after`` the new one."""
    was, now = _Words(old), _Words(new)
    pieces = [Piece("kept", was.lead, now.lead)] if was.lead or now.lead else []
    start = _number_shared(was.words, now.words)
    if start:
        pieces.append(Piece("kept", was.take(start), now.take(start)))
    end = _number_shared(was.words[start:][::-1], now.words[start:][::-1])
    pieces += _changed(was, now, len(was.words) - end, len(now.words) - end)
    if end:
        pieces.append(Piece("kept", was.take(end), now.take(end)))
    return pieces


class _Words:
    """The words of a text, of which one after another is taken."""

    def __init__(self, text: str) -> None:
        found = [(match[1], match[2]) for match in WORD.finditer(text)]
        self.words = [word for word, _ in found]
        self.parts = [word + space for word, space in found]
        self.lead = text[: len(text) - sum(map(len, self.parts))]
        self.at = 0

    def take(self, number: int) -> str:
        """Return the next words with their spaces."""
        self.at += number
        return "".join(self.parts[self.at - number : self.at])


def align_lines(old: Sequence[str], new: Sequence[str]) -> list[Run]:
    """Return the kept and changed runs of the lines of two texts, in order."""
    return _align(old, new, _Deadline(MOST_STEPS + max(len(old), len(new))))


def _changed(was: _Words, now: _Words, was_end: int, now_end: int) -> Iterator[Piece]:
    """Yield the parts between the first and the last change."""
    old, new = was.words[was.at : was_end], now.words[now.at : now_end]
    if not (old and new) or max(len(old), len(new)) > MOST_WORDS:
        if old or new:
            yield _change(was.take(len(old)), now.take(len(new)))
        return
    for is_kept, gone, come in _runs(
        old, new, deadline=_Deadline(MOST_STEPS + max(len(old), len(new)) // WORDS_FOR_A_STEP)
    ):
        before, after = was.take(len(gone)), now.take(len(come))
        yield Piece("kept", before, after) if is_kept else _change(before, after)


def _runs(old: list[str], new: list[str], *, deadline: "_Deadline") -> Iterator[Run]:
    """Yield the kept and changed words of two lists; of many words first the sentences, then the words in them."""
    if max(len(old), len(new)) <= FEW_WORDS:
        yield from _align(old, new, deadline)
        return
    for is_kept, gone, come in _align(_sentences(old), _sentences(new), deadline):
        was, now = ([word for sentence in sentences for word in sentence] for sentences in (gone, come))
        if is_kept or not (was and now):
            yield is_kept, was, now
        else:
            yield from _align(was, now, deadline)


def _sentences(words: list[str]) -> list[tuple[str, ...]]:
    ends = [number for number, word in enumerate(words, 1) if word in ".!?"]
    return [tuple(words[start:end]) for start, end in pairwise(dict.fromkeys([0, *ends, len(words)]))]


def _align(old: Sequence[Hashable], new: Sequence[Hashable], deadline: "_Deadline") -> list[Run]:
    """Compare two lists as texts in which each item is one letter; return their kept and changed runs."""
    engine = _Engine()
    letters: dict[Hashable, str] = {}
    one, other = ("".join(letters.setdefault(item, _letter(len(letters))) for item in items) for items in (old, new))
    steps = engine.diff_main(one, other, False, deadline)
    engine.diff_cleanupSemantic(steps)
    runs: list[Run] = []
    was = now = 0
    for step, text in steps:
        is_kept, number = step == engine.DIFF_EQUAL, len(text)
        if not runs or runs[-1][0] != is_kept:
            runs.append((is_kept, [], []))
        if step != engine.DIFF_INSERT:
            runs[-1][1].extend(old[was : was + number])
            was += number
        if step != engine.DIFF_DELETE:
            runs[-1][2].extend(new[now : now + number])
            now += number
    return runs


class _Deadline:
    """A number of steps, after which the library gives up. It compares the time with this at each step.

    So the result is the same on a slow machine.
    """

    def __init__(self, steps: int) -> None:
        self.left = steps

    def __lt__(self, now: float) -> bool:
        self.left -= 1
        return self.left < 0


class _Engine(diff_match_patch):
    """The library's comparison, with bounded work for texts that repeat themselves."""

    def diff_halfMatch(self, text1: str, text2: str) -> Any:  # noqa: N802 (the library's name)
        """Return no shortcut through a text that repeats itself: the library would try each of its repetitions."""
        longer = max(text1, text2, key=len)
        length = len(longer) // 4
        if length < SHORT_SEED:
            return super().diff_halfMatch(text1, text2)
        seeds = (longer[start : start + length] for start in ((len(longer) + 3) // 4, (len(longer) + 1) // 2))
        if any(seed.find(seed[: length // 2], 1) > 0 for seed in seeds):
            return None
        return super().diff_halfMatch(text1, text2)


def _letter(number: int) -> str:
    """Return a letter that is no space and no punctuation; surrogates are left out."""
    return chr(0xE000 + number) if number < 0x1900 else chr(0x10000 + number)


def _number_shared(one: list[str], other: list[str]) -> int:
    """Return how many items two lists begin with alike."""
    pairs = zip(one, other, strict=False)
    return next((number for number, (a, b) in enumerate(pairs) if a != b), min(len(one), len(other)))


def _change(gone: str, come: str) -> Piece:
    return Piece("replaced" if gone and come else "inserted" if come else "deleted", gone, come)
