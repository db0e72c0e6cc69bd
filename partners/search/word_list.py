"""English and Spanish words, so that the search does not take correct words for typing errors.

The words come from simplemma, which ships its dictionaries. They are read when the first word is looked up: about a
second and 20 MB for each process. Searches need them only for words that no listing knows.
"""

from collections.abc import Iterable, Iterator
from functools import lru_cache
from importlib import import_module
from typing import Any

ACCENTS = {"a": "á", "e": "é", "i": "í", "o": "ó", "u": "ú"}


def misspelled_words(words: Iterable[str]) -> list[str]:
    """Return those of some lower-case words that are neither English nor Spanish."""
    return [word for word in words if not is_correct(word)]


@lru_cache(maxsize=4096)
def is_correct(word: str) -> bool:
    """Return whether a lower-case word is English or Spanish, also if it is typed without accents."""
    return _is_known(word, "en") or any(_is_known(spelled, "es") for spelled in _with_accents(word))


def _is_known(word: str, language: str) -> bool:
    # Imported late: the import alone takes as long as the start of a small command.
    dictionaries: Any = import_module("simplemma")
    return bool(dictionaries.is_known(word, lang=language, low_memory=True))


def _with_accents(word: str) -> Iterator[str]:
    """Yield a word, and it with each ñ and accent that it may lack."""
    for base in (word, *(f"{word[:at]}ñ{word[at + 1 :]}" for at, sign in enumerate(word) if sign == "n")):
        yield base
        for at, sign in enumerate(base):
            if sign in ACCENTS:
                yield f"{base[:at]}{ACCENTS[sign]}{base[at + 1 :]}"
