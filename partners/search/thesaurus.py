"""The everyday thesaurus: what people type, and what agencies call it, as reviewed data in ``words/*.toml``.

Each file is a subject with concepts. A concept has wordings separated by semicolons: ``english`` ones as agencies write
them, ``typed`` ones (slang, wrong names) and ``spanish`` ones as people say it; ``narrower`` ones (parts of it) and
``broader`` ones (what helps where there is nothing closer). How they are used is in ``lexicon``, and how to add words
in ``docs/search-words.md``.
"""

import re
import tomllib
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any
from unicodedata import combining, normalize

WORDS = Path(__file__).parent / "words"
PLAIN, HINTS = "plain.toml", "hints.toml"  # files of another form
LONGEST = 60  # characters of a wording
LISTS = ("english", "typed", "narrower", "broader", "spanish", "shared")
KEYS = {"name", "source", "note", "plain", *LISTS}
WORD = re.compile(r"[^\W_]+")
SHORT_FORM = re.compile(r"(?<=\w)'(?:d|ll|re|ve|m|s)\b")
ARTICLES = frozenset({"a", "an", "the", "my", "our", "your", "el", "la", "los", "las", "un", "una", "mi", "mis", "al"})
ODD = re.compile(r"[^\w\s'.&/+-]")


class BadWords(ValueError):
    """A file of words cannot be used; says each reason in a line."""


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


@dataclass(frozen=True)
class Thesaurus:
    """All concepts, and the words that say nothing of the matter."""

    concepts: tuple[Concept, ...]
    words: PlainWords = field(default_factory=PlainWords)


def plain_text(text: str) -> str:
    """Return a text in lower case, without accents and punctuation."""
    bare = "".join(sign for sign in normalize("NFD", text) if not combining(sign))
    return " ".join(re.findall(r"\w+", bare.casefold()))


def keys_of(wording: str, words: PlainWords, *, is_spanish: bool) -> Iterator[tuple[str, ...]]:
    """Yield the words by which a wording is known: all of them, and without small ones.

    "A place to stay" is "place stay". A single word stays only if the others are articles and the like: "la migra" is
    "migra", but "out of work" is not "work".
    """
    whole = words_of(wording)
    yield tuple(whole)
    small = words.stop | words.small if is_spanish else words.stop
    kept = [word for word in whole if word not in small]
    is_lone = len(kept) == 1 and (kept[0] in words.apart or not ARTICLES.issuperset(set(whole) - set(kept)))
    if kept and len(kept) < len(whole) and not is_lone:
        yield tuple(kept)


def bare_text(text: str) -> str:
    """Return a text in lower case, without accents, apostrophes and short forms: "I'd" is "i", "kid's" is "kid"."""
    bare = "".join(sign for sign in normalize("NFD", text) if not combining(sign)).casefold().replace("\u2019", "'")
    return SHORT_FORM.sub("", bare).replace("'", "")


def words_of(text: str) -> list[str]:
    """Return the words of a text, bare."""
    return WORD.findall(bare_text(text))


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
    for wording, number in Counter(map(plain_text, concept.wordings)).items():
        if number > 1:
            yield f"has “{wording}” twice"
    for wording in concept.wordings:
        if len(wording) > LONGEST:
            yield f"“{wording}” is longer than {LONGEST} characters"
        if odd := ODD.search(wording):
            yield f"“{wording}” contains “{odd[0]}”; separate wordings by semicolons"
    if not concept.plain:
        for wording, is_spanish in _own(concept):
            for key in keys_of(wording, words, is_spanish=is_spanish):
                yield from _too_plain(wording, set(key), words)


def _own(concept: Concept) -> Iterator[tuple[str, bool]]:
    """Yield the wordings that are names of a concept, with whether they are Spanish."""
    yield from ((wording, False) for wording in concept.english + concept.typed)
    yield from ((wording, True) for wording in concept.spanish)


def _too_plain(wording: str, said: set[str], words: PlainWords) -> Iterator[str]:
    matter = said - words.question
    if not matter or words.stop.issuperset(said):
        yield f"“{wording}” consists of words that searches leave out"
    elif words.plain.issuperset(matter) or (len(matter) == 1 and words.alone.issuperset(matter)):
        yield f"“{wording}” is too plain: it would drown results; use “narrower”, or add a word"


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
            if all(len(owners.get(" ".join(key), ())) < 2 for key in _both(wording, words))
        ]
    return problems


def _compared(concept: Concept, words: PlainWords) -> set[str]:
    return {
        " ".join(key) for wording, is_spanish in _own(concept) for key in keys_of(wording, words, is_spanish=is_spanish)
    }


def _shared(concept: Concept, words: PlainWords) -> set[str]:
    return {" ".join(key) for wording in concept.shared for key in _both(wording, words)}


def _both(wording: str, words: PlainWords) -> set[tuple[str, ...]]:
    return {key for is_spanish in (True, False) for key in keys_of(wording, words, is_spanish=is_spanish)}
