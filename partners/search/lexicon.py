"""Read a text by what its words mean: cut it into the longest wordings of the thesaurus.

Each wording stands for concepts. "I am behind on rent" has the wording "behind on rent" of the concept "Rental
assistance", whatever else "rent" and "behind" may mean. What agencies write and what people type are read in the same
way, so that they can be compared by concepts (``ranking``) and not by words alone.

Words are compared by their English stems (Snowball), without accents and case. A concept or a stem is known by a
number of 32 bits that stays the same when the thesaurus grows.
"""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache, lru_cache
from itertools import islice
from zlib import crc32

import snowballstemmer

from partners.search.thesaurus import Concept, PlainWords, Thesaurus, keys_of, thesaurus

# How well a text with a wording answers a question for the concept, by what the wording is for the concept.
AS_IT_IS_CALLED, AS_PEOPLE_SAY, IN_SPANISH, NARROWER, BROADER = 1.0, 0.8, 0.95, 0.75, 0.2
# How well a service of another concept does: of a narrower one, of what is narrower again, and of a broader one.
OF_NARROWER, OF_NEXT, OF_BROADER = 0.6, 0.6, 0.25
INEXACTLY = 0.6  # where only the stems are those of a wording: "transition" is not quite "transit"
SHARED = 0.15  # the power by which a wording of several concepts says less of each
OF_PLAIN = 1.0  # a plain word ("work") is said best by what is narrower ("job search")
SHORTEST_SPANISH = 4  # letters of a stem
Words = tuple[str, ...]


@dataclass(frozen=True)
class Sense:
    """One concept that a wording stands for: how well, and whether the wording is a name of the concept itself."""

    concept: int
    strength: float
    is_own: bool


@dataclass(frozen=True)
class Piece:
    """A part of a text: so many words from the first one on, and what they mean; nothing is known of a single word."""

    start: int
    stop: int
    senses: tuple[Sense, ...] = ()


def weaker(piece: Piece, part: float) -> Piece:
    """Return a piece that says so much less of its concepts."""
    return replace(piece, senses=tuple(replace(one, strength=one.strength * part) for one in piece.senses))


@dataclass
class Lexicon:
    """All wordings of a thesaurus by the stems of their words."""

    concepts: Mapping[int, Concept]
    words: PlainWords
    exact: dict[Words, tuple[Sense, ...]] = field(default_factory=dict)  # by the words themselves
    senses: dict[Words, tuple[Sense, ...]] = field(default_factory=dict)  # by their stems
    answered_by: dict[int, dict[int, float]] = field(default_factory=dict)
    longest: dict[str, int] = field(default_factory=dict)  # words of the longest wording that begins with a stem
    words_known: frozenset[str] = frozenset()  # of all wordings
    stems: frozenset[str] = frozenset()  # of these words

    def cut(self, words: Sequence[str], *, own: bool = False, most: int = 99) -> Iterator[Piece]:
        """Yield a text in pieces: the longest wordings first, and the words between them; small words are left out.

        :param words: as :func:`words_of` returns them
        :param own: leave out wordings that are only narrower or broader than a concept
        :param most: the number of words of the longest wording
        """
        stems = [stem(word) for word in words]
        at = 0
        while at < len(words):
            stop, senses = self._longest_at(stems, words, at, own=own, most=most)
            if senses:
                yield Piece(at, stop, senses)
            elif not self.is_small(words[at]):
                yield Piece(at, stop)
            at = stop

    def _longest_at(
        self, stems: list[str], words: Sequence[str], at: int, *, own: bool, most: int
    ) -> tuple[int, tuple[Sense, ...]]:
        """Return where the wording ends that begins here and reaches farthest, and what it means."""
        most = min(self.longest.get(stems[at], 0), most)
        found: tuple[int, tuple[Sense, ...]] = (at + 1, ())
        for length in range(min(most, len(words) - at), 1, -1):
            if senses := self._of(words[at : at + length], stems[at : at + length], own=own):
                found = (at + length, senses)
                break
        kept = [] if self.is_small(words[at]) else self._kept_from(words, at, most)
        for length in range(len(kept), 1, -1):
            places = kept[:length]
            if places[-1] < found[0]:
                break
            if senses := self._of([words[one] for one in places], [stems[one] for one in places], own=own):
                return places[-1] + 1, senses
        if found[1] or not most:
            return found
        return at + 1, self._alone(words[at], stems[at], own=own)

    def _kept_from(self, words: Sequence[str], at: int, most: int) -> list[int]:
        """Return the places of the next words that are not small, so many at most."""
        places = (place for place in range(at, len(words)) if not self.is_small(words[place]))
        return list(islice(places, most))

    def _alone(self, word: str, its_stem: str, *, own: bool) -> tuple[Sense, ...]:
        """Return what a single word means; small ones and those kept apart have no endings: "will" is not "wills"."""
        has_endings = not (self.is_small(word) or word in self.words.apart)
        return self._of([word], [its_stem] if has_endings else [], own=own)

    def _of(self, words: Sequence[str], stems: Sequence[str], *, own: bool) -> tuple[Sense, ...]:
        for senses in (self.exact.get(tuple(words), ()), self.senses.get(tuple(stems), ())):
            if any(sense.is_own or not own for sense in senses):
                return senses
        return ()

    def senses_of(self, words: Sequence[str]) -> tuple[Sense, ...]:
        """Return what a whole text means, or nothing if it is not one wording."""
        return self._of(words, [stem(word) for word in words], own=False)

    def is_small(self, word: str) -> bool:
        """Return whether a word is left out where no wording contains it."""
        return word in self.words.stop or word in self.words.small

    def is_plain(self, concept: int) -> bool:
        """Return whether the wordings of a concept are so common that they say little."""
        return self.concepts[concept].plain


# ---------------------------------------------------------------- Words
@lru_cache(maxsize=1 << 16)
def stem(word: str) -> str:
    """Return the English stem of a word."""
    return str(_stemmer("english").stemWord(word))


@lru_cache(maxsize=1 << 16)
def spanish_stem(word: str) -> str:
    """Return the Spanish stem of a word: "trabajos" and "trabajar" are "trabaj"."""
    return str(_stemmer("spanish").stemWord(word))


@cache
def _stemmer(language: str) -> snowballstemmer.stemmer:
    return snowballstemmer.stemmer(language)


def key_of_concept(name: str) -> int:
    """Return the number by which a concept is known, from its name: a signed one of 32 bits."""
    return _number(f"concept {name}")


@lru_cache(maxsize=1 << 16)
def keys_of_word(word: str) -> tuple[int, ...]:
    """Return the numbers by which a word is known: of its English stem, and of its Spanish one if that is long enough.

    Of a short Spanish stem there are too many English words: "comida" is "com", and so is "come".
    """
    spanish = spanish_stem(word)
    english = _number(f"stem {stem(word)}")
    return (english, _number(f"spanish {spanish}")) if len(spanish) >= SHORTEST_SPANISH else (english,)


def _number(text: str) -> int:
    return crc32(text.encode()) - (1 << 31)


# ---------------------------------------------------------------- Making it
@cache
def lexicon() -> Lexicon:
    """Return the lexicon of the thesaurus in this repository; about a second when it is first called."""
    return make_lexicon(thesaurus())


def make_lexicon(source: Thesaurus) -> Lexicon:
    """Return the lexicon of a thesaurus."""
    concepts = {key_of_concept(concept.name): concept for concept in source.concepts}
    made = Lexicon(concepts, source.words)
    exact: dict[Words, dict[int, Sense]] = defaultdict(dict)
    found: dict[Words, dict[int, Sense]] = defaultdict(dict)
    for number, concept in concepts.items():
        for wordings, strength, is_own in (
            (concept.english, AS_IT_IS_CALLED, True),
            (concept.spanish, IN_SPANISH, True),
            (concept.typed, AS_PEOPLE_SAY, True),
            (concept.narrower, NARROWER, False),
            (concept.broader, BROADER, False),
        ):
            for wording in wordings:
                for words in keys_of(wording, source.words, is_spanish=wordings is concept.spanish):
                    _add(exact[words], Sense(number, strength, is_own))
                    if not _has_no_endings(wording):
                        _add(found[_stems(words)], Sense(number, strength * INEXACTLY, is_own))
    made.exact = {words: _shared_out(senses.values()) for words, senses in exact.items()}
    for words, senses in list(made.exact.items()):
        if _stems(words) in found:  # acronyms are not
            made.exact.setdefault(_other_number(words), senses)
    made.senses = {stems: _shared_out(senses.values()) for stems, senses in found.items()}
    for key in (*map(_stems, made.exact), *made.senses):
        made.longest[key[0]] = max(made.longest.get(key[0], 0), len(key))
    made.words_known = frozenset(word for words in made.exact for word in words)
    made.stems = frozenset(map(stem, made.words_known))
    linked = _links(made)
    made.answered_by = {number: _answers(number, linked, made) for number in concepts}
    return made


def _has_no_endings(wording: str) -> bool:
    """Return whether a wording is written in capitals, such as an acronym: "AIDS" is not "aid"."""
    return wording.isupper() and " " not in wording


def _add(senses: dict[int, Sense], sense: Sense) -> None:
    known = senses.get(sense.concept)
    if known is None or sense.strength > known.strength:
        senses[sense.concept] = sense


def _stems(words: Words) -> Words:
    return tuple(map(stem, words))


def _shared_out(senses: Collection[Sense]) -> tuple[Sense, ...]:
    """Return senses of one wording, each a little weaker the more there are: it means some of them at a time.

    A name of a concept is not weaker because it is narrower or broader than others.
    """
    own = sum(sense.is_own for sense in senses)
    parts = {True: max(own, 1) ** -SHARED, False: len(senses) ** -SHARED}
    return tuple(replace(sense, strength=sense.strength * parts[sense.is_own]) for sense in senses)


def _other_number(words: Words) -> Words:
    """Return the words of a wording with the last one in plural, or in singular if it seems to be in plural."""
    *before, last = words
    is_plural = last.endswith("s") and not last.endswith("ss")
    return (*before, last[:-1] if is_plural else f"{last}s")


def _links(made: Lexicon) -> dict[int, dict[int, float]]:
    """Return the concepts of which wordings are narrower or broader than a concept, with how well they answer it."""
    own: dict[Words, list[int]] = defaultdict(list)
    for number, concept in made.concepts.items():
        for wording in concept.english:
            for key in keys_of(wording, made.words, is_spanish=False):
                own[_stems(key)].append(number)
    linked: dict[int, dict[int, float]] = defaultdict(dict)
    for number, concept in made.concepts.items():
        for wordings, strength in ((concept.narrower, OF_NARROWER), (concept.broader, OF_BROADER)):
            for other in _named(wordings, own, made.words) - {number}:
                linked[number].setdefault(other, strength)
    return linked


def _named(wordings: Collection[str], own: Mapping[Words, list[int]], words: PlainWords) -> set[int]:
    keys = (_stems(key) for wording in wordings for key in keys_of(wording, words, is_spanish=False))
    return {number for key in keys for number in own.get(key, ())[:1]}


def _answers(number: int, linked: Mapping[int, Mapping[int, float]], made: Lexicon) -> dict[int, float]:
    """Return which concepts answer a question for a concept, and how well: itself, narrower ones, broader ones."""
    found = {number: 1.0}
    for other, strength in linked.get(number, {}).items():
        is_narrower = strength == OF_NARROWER
        here = OF_PLAIN if is_narrower and made.is_plain(number) else strength
        found[other] = max(found.get(other, 0), here)
        for next_one, next_strength in linked.get(other, {}).items() if is_narrower else ():
            if next_strength == OF_NARROWER:
                found[next_one] = max(found.get(next_one, 0), here * OF_NEXT)
    return found
