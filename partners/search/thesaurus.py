"""The everyday thesaurus: what people type, and what agencies call it, as reviewed data in ``words/*.toml``.

Each file is a subject with concepts. A concept has wordings separated by semicolons: ``english`` ones find each other;
``typed`` ones (slang, wrong names) find the English ones and are never found by them; ``narrower`` ones (parts of it)
and ``broader`` ones (what helps where there is nothing closer) are found but do not find; ``spanish`` ones find the
English and the first Spanish ones. ``docs/search-words.md`` says how to add words.
"""

import re
import tomllib
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any
from unicodedata import combining, normalize

WORDS = Path(__file__).parent / "words"
PLAIN, HINTS = "plain.toml", "hints.toml"  # files of another form
LONGEST = 60  # characters of a wording
MOST_FOUND = 32  # wordings that one wording may find in its concept; a plain word finds MOST_OF_PLAIN
MOST_OF_PLAIN = 10
SPANISH_FOUND = 5  # Spanish wordings that the others of a concept find: the first ones
SPANISH_OF_ENGLISH = 2  # and that English ones find
LISTS = ("english", "typed", "narrower", "broader", "spanish", "shared")
KEYS = {"name", "source", "note", "plain", *LISTS}
ODD = re.compile(r"[^\w\s'.&/+-]")


class BadWords(ValueError):
    """A file of words cannot be used; says each reason in a line."""


# Wordings that mean the same, narrower and broader ones.
Others = tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]


@dataclass(frozen=True)
class Concept:
    """One thing, with the wordings that people and agencies use for it."""

    name: str
    place: str  # the file, for messages
    english: tuple[str, ...] = ()
    typed: tuple[str, ...] = ()
    narrower: tuple[str, ...] = ()
    broader: tuple[str, ...] = ()
    spanish: tuple[str, ...] = ()
    shared: tuple[str, ...] = ()  # wordings that other concepts have too
    plain: bool = False  # wordings so common that they find little else
    source: str = ""
    note: str = ""

    @property
    def wordings(self) -> tuple[str, ...]:
        """Return all wordings."""
        return self.english + self.typed + self.narrower + self.broader + self.spanish

    def leads(self) -> Iterator[tuple[str, list[str]]]:
        """Yield each wording that people may type with the wordings it finds, the closest first."""
        parts = [*self.english, *self.narrower]
        for wording in self.english + self.typed:
            yield wording, [*parts, *self.broader]
        for wording in self.spanish:
            yield wording, [*parts, *self.spanish[:SPANISH_FOUND], *self.broader]

    def ranked_leads(self) -> Iterator[tuple[str, Others]]:
        """Yield each wording that people may type, with the others by how near they are."""
        for wording in self.english + self.typed:
            yield wording, (self.english + self.spanish[:SPANISH_OF_ENGLISH], self.narrower, self.broader)
        for wording in self.spanish:
            yield wording, (self.english + self.spanish[:SPANISH_FOUND], self.narrower, self.broader)


@dataclass(frozen=True)
class PlainWords:
    """Words that say nothing of the matter."""

    question: frozenset[str] = frozenset()  # around the matter, in a question
    plain: frozenset[str] = frozenset()  # no wording consists of these alone
    alone: frozenset[str] = frozenset()  # nor of one of these
    filler: frozenset[str] = frozenset()  # other words of a question that say nothing; wordings may depend on them
    spanish_signs: frozenset[str] = frozenset()  # words that make a question Spanish
    people: frozenset[str] = frozenset()  # for whom somebody asks, which matters less than what for
    small: frozenset[str] = frozenset()  # Spanish articles and prepositions
    stop: frozenset[str] = frozenset()  # English words that the search leaves out
    apart: frozenset[str] = frozenset()  # words that are no wording alone, unless one is written just so
    program_names: frozenset[str] = frozenset()  # other names of programs that mean something else in a search


@dataclass(frozen=True)
class Thesaurus:
    """All concepts, and the words that say nothing of the matter."""

    concepts: tuple[Concept, ...]
    words: PlainWords = field(default_factory=PlainWords)

    def leads(self) -> Iterator[tuple[str, list[str]]]:
        """Yield each text that may be typed, as the search compares it, with the wordings it finds."""
        for concept in self.concepts:
            for wording, found in concept.leads():
                for key in keys_of(wording, self.words, is_spanish=wording in concept.spanish):
                    yield key, found

    def ranked_leads(self) -> Iterator[tuple[str, Others]]:
        """Yield the same, with the wordings by how near they are."""
        for concept in self.concepts:
            for wording, others in concept.ranked_leads():
                for key in keys_of(wording, self.words, is_spanish=wording in concept.spanish):
                    yield key, others


def plain_text(text: str) -> str:
    """Return a text in lower case, without accents and punctuation."""
    bare = "".join(sign for sign in normalize("NFD", text) if not combining(sign))
    return " ".join(re.findall(r"\w+", bare.casefold()))


def keys_of(wording: str, words: PlainWords, *, is_spanish: bool) -> list[str]:
    """Return the texts by which a typed wording is known: without small words, and also without those of a question.

    Searches leave these words out of what people type, so that a wording with them would never be typed.
    """
    kept = [one for one in wording.split() if not (is_spanish and plain_text(one) in words.small)]
    bare = [one for one in kept if plain_text(one) not in words.question]
    keys = [" ".join(kept)]
    if bare != kept and not _is_plain(_content(" ".join(bare), words), words):
        keys.append(" ".join(bare))
    return keys


def _content(text: str, words: PlainWords) -> set[str]:
    return {one for one in plain_text(text).split() if one not in words.stop and one not in words.question}


def _is_plain(said: Collection[str], words: PlainWords) -> bool:
    return words.plain.issuperset(said) or (len(said) == 1 and words.alone.issuperset(said))


# ---------------------------------------------------------------- Reading
@lru_cache
def thesaurus(folder: Path = WORDS) -> Thesaurus:
    """Return the thesaurus of the files.

    :raises BadWords: if a file breaks a rule; the message names the file, the concept and the wording.
    """
    words = plain_words(folder)
    problems: list[str] = []
    concepts = []
    for path in sorted(folder.glob("*.toml")):
        if path.name not in (PLAIN, HINTS):
            concepts += list(_concepts_of(path, problems))
    problems += _problems(concepts, words)
    if problems:
        raise BadWords("\n".join(problems))
    return Thesaurus(tuple(concepts), words)


@lru_cache
def plain_words(folder: Path = WORDS) -> PlainWords:
    """Return the words that say nothing of the matter, without reading the concepts."""
    return PlainWords(**{key: frozenset(split(text)) for key, text in _read(folder / PLAIN).items()})


def split(text: str) -> tuple[str, ...]:
    """Return the wordings of a text that separates them by semicolons."""
    return tuple(" ".join(one.split()) for one in text.split(";") if one.strip())


def _read(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as problem:
        raise BadWords(f"{path.name}: {problem}") from problem


def _concepts_of(path: Path, problems: list[str]) -> Iterator[Concept]:
    page = _read(path)
    if not page.get("subject"):
        problems.append(f'{path.name}: the first line must name the subject: subject = "Food"')
    problems += [f"{path.name}: unknown key “{key}”" for key in page.keys() - {"subject", "reviewed", "concept"}]
    for number, row in enumerate(page.get("concept", []), start=1):
        place = f"{path.name}, “{row.get('name') or f'concept {number}'}”"
        if unknown := row.keys() - KEYS:
            problems.append(f"{place}: unknown key “{sorted(unknown)[0]}”; known are {', '.join(sorted(KEYS))}")
        elif wrong := [key for key in row if not isinstance(row[key], bool if key == "plain" else str)]:
            problems.append(f"{place}: “{wrong[0]}” must be {'true or false' if wrong[0] == 'plain' else 'one text'}")
        else:
            facts: dict[str, Any] = {key: split(row.get(key, "")) for key in LISTS}
            facts |= {key: row[key] for key in ("plain", "source", "note") if key in row}
            yield Concept(row.get("name", ""), place, **facts)


# ---------------------------------------------------------------- Checking
def _problems(concepts: Iterable[Concept], words: PlainWords) -> list[str]:
    concepts = list(concepts)
    found = [f"{one.place}: {problem}" for one in concepts for problem in _problems_of(one, words)]
    names = Counter(one.name for one in concepts)
    found += [f"{one.place}: another concept has this name" for one in concepts if names[one.name] > 1]
    return found + _shared_without_a_word(concepts, words)


def _problems_of(concept: Concept, words: PlainWords) -> Iterator[str]:
    if not concept.name:
        yield "a concept needs a name"
    if not concept.english:
        yield "needs at least one English wording, as agencies write it"
    most = MOST_OF_PLAIN if concept.plain else MOST_FOUND
    if len(concept.english + concept.narrower + concept.broader) > most:
        yield f"finds more than {most} wordings; move some to “typed”, or into a concept of their own"
    for wording, number in Counter(map(plain_text, concept.wordings)).items():
        if number > 1:
            yield f"has “{wording}” twice"
    for wording in concept.wordings:
        if len(wording) > LONGEST:
            yield f"“{wording}” is longer than {LONGEST} characters"
        if odd := ODD.search(wording):
            yield f"“{wording}” contains “{odd[0]}”; separate wordings by semicolons"
    for wording in concept.english + concept.typed + concept.spanish:
        yield from _too_plain(wording, concept, words)


def _too_plain(wording: str, concept: Concept, words: PlainWords) -> Iterator[str]:
    small = words.small if wording in concept.spanish else frozenset()
    said = _content(wording, words) - small
    if not said and not concept.plain:
        yield f"“{wording}” consists of words that searches leave out"
    elif _is_plain(said, words) and not concept.plain:
        yield f"“{wording}” is too plain: it would drown results; use “narrower”, or add a word"
    elif len(said) == 1 and len(next(iter(said))) == 1:
        yield f"of “{wording}”, searches compare only “{next(iter(said))}”"


def _shared_without_a_word(concepts: Iterable[Concept], words: PlainWords) -> list[str]:
    owners: Mapping[str, list[Concept]] = defaultdict(list)
    for concept in concepts:
        for key in _compared(concept, words):
            owners[key].append(concept)
    problems = []
    for key, those in owners.items():
        for one in those if key and len(those) > 1 else ():
            if key not in _shared(one, words):
                others = " and ".join(f"“{other.name}”" for other in those if other is not one)
                problems.append(f'{one.place}: “{key}” is also a wording of {others}; say shared = "{key}" in each')
    for concept in concepts:
        problems += [
            f"{concept.place}: “{wording}” is said to be shared, but no other concept has it"
            for wording in concept.shared
            if all(len(owners.get(key, ())) < 2 for key in _both(wording, words))
        ]
    return problems


def _compared(concept: Concept, words: PlainWords) -> set[str]:
    english = {compared(wording, words) for wording in concept.english + concept.typed}
    return english | {compared(wording, words, is_spanish=True) for wording in concept.spanish}


def _both(wording: str, words: PlainWords) -> set[str]:
    return {compared(wording, words), compared(wording, words, is_spanish=True)}


def _shared(concept: Concept, words: PlainWords) -> set[str]:
    return {key for wording in concept.shared for key in _both(wording, words)}


def compared(wording: str, words: PlainWords, *, is_spanish: bool = False) -> str:
    """Return what a search compares of a wording: its words in any order, without those that it leaves out."""
    said = _content(wording, words)
    return " ".join(sorted((said - words.small if is_spanish else said) or said))
