"""Read what is typed: which words say something of the matter, and whether they are Spanish.

The lists are data: ``words/plain.toml`` (``question``, ``small``).
"""

import re
from dataclasses import dataclass

from partners.search.thesaurus import plain_text, thesaurus

# Small words that are English words, too, so that they do not make a question Spanish, nor are left out of an English one.
BOTH = frozenset({"a", "e", "o", "u", "me", "son", "lo", "le", "es", "se", "al", "ser", "tu", "con", "hay", "favor"})
SIGNS = re.compile(r'"|(^|\s)-\w|\bor\b')  # words are sought exactly as typed
SPANISH_LETTERS = re.compile(r"[ñáéíóú¿¡]", re.IGNORECASE)


@dataclass(frozen=True)
class Said:
    """What is typed, without small Spanish words; ``asides`` are its words that say nothing of the matter."""

    text: str
    asides: list[str]
    plain: list[str]
    is_spanish: bool


def read_words(typed: str, *, exactly: bool = False) -> Said:
    """Return what is said; words in quotation marks, and with "or" and minus, stay as they are."""
    words = thesaurus().words
    tokens = re.findall(r"\w+", plain_text(typed))
    spanish_only = (words.small | words.question) - words.stop - BOTH - ENGLISH_ASIDES
    is_spanish = bool(SPANISH_LETTERS.search(typed)) or any(token in spanish_only for token in tokens)
    if exactly or SIGNS.search(typed):
        return Said(typed, [], [], is_spanish)
    small = words.small if is_spanish else words.small - BOTH
    kept = " ".join(word for word in typed.split() if plain_text(word) not in small)
    asides = sorted(words.question | words.filler)
    plain = sorted(words.plain | words.alone | words.small | words.people)
    return Said(kept or typed, asides, plain, is_spanish)


ENGLISH_ASIDES = frozenset(
    {
        "need", "want", "wants", "wanna", "looking", "look", "find", "finding", "get", "getting", "got", "give", "help",
        "helps", "helping", "please", "someone", "somebody", "anyone", "anybody", "could", "would", "should", "im", "us",
    }
)
