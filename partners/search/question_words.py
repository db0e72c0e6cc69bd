"""Read what is typed: which words say something of the matter, and whether they are Spanish.

The lists are data: ``words/plain.toml``.
"""

import re
from dataclasses import dataclass

from partners.search.thesaurus import plain_text, plain_words

# Small Spanish words that are English words, too: they stay in an English question.
BOTH = frozenset({"a", "e", "o", "u", "me", "son", "lo", "le", "es", "se", "ser", "tu", "con"})
PRECISE = re.compile(r'"[^"\w]*\w[^"]*"|(^|\s)-\w')  # words are sought exactly as typed
EITHER = re.compile(r"\bor\b")
SPANISH_LETTERS = re.compile(r"[ñáéíóú¿¡]", re.IGNORECASE)


@dataclass(frozen=True)
class Said:
    """What is typed, without small Spanish words.

    ``asides`` are words that say nothing of the matter, and ``plain`` those that say little.
    """

    text: str
    asides: list[str]
    plain: list[str]
    is_spanish: bool


def read_words(typed: str, *, exactly: bool = False) -> Said:
    """Return what is said; words in quotation marks, and with "or" and minus, stay as they are."""
    words, is_spanish = plain_words(), _is_spanish(typed)
    if exactly or is_precise(typed) or EITHER.search(typed):
        return Said(typed, [], [], is_spanish)
    typed = typed.replace('"', " ").strip()  # one alone encloses nothing
    small = _small_words(is_spanish=is_spanish)
    kept = " ".join(word for word in typed.split() if plain_text(word) not in small)
    asides = sorted(words.question | words.filler)
    plain = sorted(words.plain | words.alone | words.small | words.people)
    return Said(kept or typed, asides, plain, is_spanish)


def is_precise(typed: str) -> bool:
    """Return whether words are enclosed in quotation marks or excluded by a minus."""
    return bool(PRECISE.search(typed))


def words_without_matter(typed: str) -> frozenset[str]:
    """Return the words that say nothing of the matter in a question like this, plain as ``plain_text`` makes them."""
    words = plain_words()
    return words.question | words.filler | words.stop | _small_words(is_spanish=_is_spanish(typed))


def _is_spanish(typed: str) -> bool:
    tokens = plain_text(typed).split()
    return bool(SPANISH_LETTERS.search(typed)) or any(token in plain_words().spanish_signs for token in tokens)


def _small_words(*, is_spanish: bool) -> frozenset[str]:
    small = plain_words().small
    return small if is_spanish else small - BOTH
