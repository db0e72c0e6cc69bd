"""How long the words of two texts take to compare, by difflib and by us: prose, poor vocabularies, hostile texts.

`.venv/bin/python -m tests.benchmarks.differences`; prints milliseconds and the number of parts, asserts nothing.
"""

import difflib
import random
import re
import sys
import time
from collections.abc import Callable

from django.conf import settings

settings.configure()

from onestop.ui.word_differences import compare

SIZES = (700, 2_500, 5_000, 15_000)
MOST_BY_DIFFLIB = 2_500  # words; it takes minutes for more of a poor vocabulary, and hours for one word
VOCABULARY = 4_000


def prose(number: int, dice: random.Random) -> list[str]:
    """Return words as often as texts have them, in sentences of about 17."""
    words = [f"word{min(VOCABULARY, int(dice.paretovariate(0.9)))}" for _ in range(number)]
    return [f"{word}." if at % 17 == 16 else word for at, word in enumerate(words)]


def edited(words: list[str], dice: random.Random) -> list[str]:
    """Return the words with 1 of 100 changed."""
    return [f"new{at}" if dice.random() < 0.01 else word for at, word in enumerate(words)]


def by_difflib(old: str, new: str) -> int:
    """Compare as the pages did before."""
    was, now = (re.findall(r"\s+|[\w'-]+|[^\w\s]", text) for text in (old, new))
    return len(difflib.SequenceMatcher(str.isspace, was, now, autojunk=False).get_opcodes())


def by_us(old: str, new: str) -> int:
    """Compare as the pages do."""
    return len(compare(old, new))


def pairs(number: int, dice: random.Random) -> dict[str, tuple[str, str]]:
    """Return two texts of so many words of each kind."""
    text = prose(number, dice)
    poor = [dice.choice("abcdefghij") for _ in range(number)]
    return {
        "prose, 1 word of 100 changed": (" ".join(text), " ".join(edited(text, dice))),
        "10 different words, 1 of 100 changed": (" ".join(poor), " ".join(edited(poor, dice))),
        "10 different words, shuffled": (" ".join(poor), " ".join(dice.sample(poor, number))),
        "one word, all along": ("x " + "a " * number, "y " + "a " * (number - 7) + "b"),
        "prose, backward": (" ".join(text), " ".join(reversed(text))),
    }


def measure(way: Callable[[str, str], int], old: str, new: str) -> str:
    """Return the milliseconds of one comparison, and its parts."""
    begun = time.perf_counter()
    parts = way(old, new)
    return f"{(time.perf_counter() - begun) * 1000:9,.0f} ms {parts:6,}"


def main() -> None:
    """Print a table."""
    dice = random.Random(1)
    sys.stdout.write(f"{'':38}{'words':>7}{'difflib':>19}{'now':>19}\n")
    for number in SIZES:
        for name, (old, new) in pairs(number, dice).items():
            before = measure(by_difflib, old, new) if number <= MOST_BY_DIFFLIB and "one word" not in name else "-"
            sys.stdout.write(f"{name:38}{number:7,}{before:>19}{measure(by_us, old, new):>19}\n")


if __name__ == "__main__":
    main()
