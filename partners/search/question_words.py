"""Look at what is typed: whether it is to be taken as it is, whether it is Spanish, which words say nothing.

The lists are data: ``words/plain.toml``.
"""

import re

from partners.search.thesaurus import plain_text, plain_words

# Small Spanish words that are English words, too: they stay in an English question.
BOTH = frozenset({"a", "e", "o", "u", "me", "son", "lo", "le", "es", "se", "ser", "tu", "con"})
PRECISE = re.compile(r'"[^"\w]*\w[^"]*"|(^|\s)-\w|\w@\w')  # words are sought exactly as typed
EITHER = re.compile(r"\bor\b")
SPANISH_LETTERS = re.compile(r"[ñáéíóú¿¡]", re.IGNORECASE)


def is_precise(typed: str) -> bool:
    """Return whether words are enclosed in quotation marks or excluded by a minus, or are an email address."""
    return bool(PRECISE.search(typed))


def is_either(typed: str) -> bool:
    """Return whether words are alternatives: "food or housing"."""
    return bool(EITHER.search(typed)) and not is_precise(typed)


def is_spanish(typed: str) -> bool:
    """Return whether words are in Spanish: they have a letter or a small word of it."""
    tokens = plain_text(typed).split()
    return bool(SPANISH_LETTERS.search(typed)) or any(token in plain_words().spanish_signs for token in tokens)


def words_without_matter(typed: str) -> frozenset[str]:
    """Return the words that say nothing of the matter in a question like this, plain as ``plain_text`` makes them."""
    words = plain_words()
    return words.question | words.filler | words.stop | _small_words(typed)


def _small_words(typed: str) -> frozenset[str]:
    small = plain_words().small
    return small if is_spanish(typed) else small - BOTH
