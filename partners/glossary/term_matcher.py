"""Find the approved terms of an area in texts.

The terms are read with one query for each page. The words of all terms form one tree of tokens, so that the time for a
text depends on the longest term, and not on the number of terms or on other text.
"""

import copy
import itertools
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, NamedTuple

from django.http import HttpRequest

from partners.models import LocalArea, Term

TOKEN = re.compile(r"(\w+)|[^\w\s]")
WHOLE = ""  # the key under which a tree marks the end of a word
Tree = dict[str, Any]


class Token(NamedTuple):
    """A word or a punctuation mark; ``joins`` if no space precedes it, ``step`` is its key in a tree."""

    start: int
    end: int
    folded: str
    step: str
    joins: bool
    is_word: bool


@dataclass(frozen=True)
class Entry:
    """An approved term with its words."""

    pk: int
    name: str
    abbreviation: str
    definition: str
    synonyms: tuple[str, ...] = ()

    @property
    def words(self) -> tuple[str, ...]:
        """Return all words for the term, its name first."""
        return tuple(word for word in (self.name, self.abbreviation, *self.synonyms) if word.strip())


def entry_of(term: Term) -> Entry:
    """Return the entry for the approved version of a term."""
    synonyms = tuple(term.agreed_synonyms)
    return Entry(term.pk, term.agreed_name, term.agreed_abbreviation, term.agreed_definition, synonyms)


class Lexicon:
    """Terms to find in texts.

    A name takes precedence over the same synonym of another term. A synonym of two terms is ignored, so that no reader
    gets the wrong meaning.
    """

    def __init__(self, entries: Iterable[Entry] = (), *, links: bool = True) -> None:
        """Take the terms; ``links`` is whether the reader may open their pages."""
        self.entries = tuple(entries)
        self.links = links
        self._numbers = itertools.count(1)
        self._left_out: int | None = None
        self._known = _known(self.entries)
        self._tree = tree_of(tuple(sorted(word for word, _ in self._known.values())))

    def __bool__(self) -> bool:
        return bool(self.entries)

    def without(self, pk: int) -> "Lexicon":
        """Return the same lexicon without one term, for the page of that term."""
        other = copy.copy(self)
        other._left_out = pk
        return other

    def count(self) -> int:
        """Return the next number on this page, for unique HTML ids."""
        return next(self._numbers)

    def occurrences(self, text: str) -> Iterator[tuple[int, int, Entry]]:
        """Yield the occurrences of terms in a text as (start, end, entry), from left to right."""
        if not self._tree:
            return
        tokens = _tokens(text)
        at = 0
        while at < len(tokens):
            if found := self._longest(text, tokens, at):
                last, entry = found
                if entry.pk != self._left_out:
                    yield tokens[at].start, tokens[last].end, entry
                at = last
            at += 1

    def _longest(self, text: str, tokens: list[Token], at: int) -> tuple[int, Entry] | None:
        """Return the longest term that begins at a token, and its last token."""
        if not tokens[at].is_word and at and tokens[at - 1].is_word and tokens[at].joins:
            return None  # punctuation within a word begins no term
        found = None
        number, here = at, self._tree.get(tokens[at].folded)
        while here is not None:
            if WHOLE in here and _ends(tokens, number):
                spelled, entry = self._known[here[WHOLE]]
                found_text = text[tokens[at].start : tokens[number].end]
                if not is_abbreviation(spelled) or " ".join(found_text.split()) == spelled:
                    found = number, entry
            number += 1
            here = here.get(tokens[number].step) if number < len(tokens) else None
        return found


def lexicon_of(request: HttpRequest, area: LocalArea) -> Lexicon:
    """Return the approved terms of an area, read once for each request; without links for the public."""
    kept: dict[int, Lexicon] = vars(request).setdefault("_lexicons", {})
    if area.pk not in kept:
        terms = Term.objects.approved().filter(area=area).order_by("pk")
        kept[area.pk] = Lexicon(map(entry_of, terms), links=request.user.is_authenticated)
    return kept[area.pk]


def is_abbreviation(word: str) -> bool:
    """Return whether a word is found only with the same capitals: TANF, VR, SNAP E&T."""
    capitals = sum(sign.isupper() for sign in word)
    return capitals > 1 and capitals * 2 >= sum(sign.isalpha() for sign in word)


def occurs_in(words: Iterable[str]) -> dict[str, str]:
    """Return regular expressions for PostgreSQL that find words in texts, by lookup."""
    found: dict[str, list[str]] = defaultdict(list)
    for word in words:
        found["regex" if is_abbreviation(word) else "iregex"].append(_spelled(word))
    return {lookup: rf"(?<!\w)(?:{'|'.join(spelled)})(?!\w)" for lookup, spelled in found.items()}


@lru_cache(maxsize=128)
def tree_of(words: tuple[str, ...]) -> Tree:
    """Return the tree of words: nested dictionaries of tokens, with the key of the word at its end."""
    tree: Tree = {}
    for word in words:
        here = tree
        for number, token in enumerate(_tokens(word)):
            here = here.setdefault(token.step if number else token.folded, {})
        here[WHOLE] = _key(word)
    return tree


def _tokens(text: str) -> list[Token]:
    found = []
    end = 0
    for match in TOKEN.finditer(text):
        start, stop = match.span()
        folded, joins = match[0].casefold(), start == end
        found.append(Token(start, stop, folded, folded if joins else f" {folded}", joins, match[1] is not None))
        end = stop
    return found


def _ends(tokens: list[Token], number: int) -> bool:
    """Return whether a term may end with a token: punctuation before a letter does not end one."""
    if tokens[number].is_word or number + 1 == len(tokens):
        return True
    return not (tokens[number + 1].is_word and tokens[number + 1].joins)


def _spelled(word: str) -> str:
    """Return a regular expression for a word, with any whitespace between its parts."""
    return r"\s+".join(re.escape(part) for part in word.split())


def _key(word: str) -> str:
    return " ".join(word.split()).casefold()


def _known(entries: Iterable[Entry]) -> dict[str, tuple[str, Entry]]:
    """Return the spelling and the entry of each word, by key."""
    entries = list(entries)
    named: dict[str, tuple[str, Entry]] = {}
    for entry in entries:
        named.setdefault(_key(entry.name), (" ".join(entry.name.split()), entry))
    others: dict[str, list[tuple[str, Entry]]] = defaultdict(list)
    for entry in entries:
        for word in dict.fromkeys(entry.words[1:]):
            others[_key(word)].append((" ".join(word.split()), entry))
    unambiguous: dict[str, Any] = {
        key: known[0] for key, known in others.items() if len({entry.pk for _, entry in known}) == 1
    }
    return unambiguous | named
