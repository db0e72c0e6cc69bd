"""Read services: which concepts and words their texts have, and how much each says of the service.

A name says most, then keywords, the first sentence of the description, and so on (``WEIGHTS``). What is read is kept
with the listing (``listing_readings``), so that a search reads nothing but the question.
"""

import re
from array import array
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from partners.search.lexicon import Lexicon, Piece, keys_of_word, lexicon, weaker
from partners.search.thesaurus import words_of

# How much a part of a service says of it.
WEIGHTS = {
    "name": 1.0,
    "other_name": 1.0,  # in Spanish
    "keywords": 0.65,
    "programs": 0.6,
    "first": 0.6,  # sentence of the description
    "rest": 0.4,
    "other_texts": 0.5,
    "organization": 0.35,
    "audience": 0.3,  # whom it is for, and the groups that were ticked
    "conditions": 0.15,  # languages, and what is available on request
}
LEAST = 0.1  # what says less is left out: a broader wording in what is said of whom it is for
STRONG = 0.5  # what says so much of a service is found first
INSIDE = 0.6  # a word inside of a longer wording says less: "food stamps" is not "food"
LONG, OF_LONG = 3, 0.5  # words of a wording whose parts are read too, and how much they say
PLAIN = 0.4  # the wordings of a plain concept stand nearly everywhere
SCALE, MOST = 100, 255  # of what is kept in one byte
CUTS = re.compile(r"[.;:,()/\n]| [-\u2013] ")  # wordings do not go beyond
SENTENCE = re.compile(r"(?<=[.;])\s+")
MOST_KEPT = 400  # concepts and words of one service


@dataclass(frozen=True)
class Reading:
    """What the texts of a service say: by the key of a concept or of a stem, how much at its best place, and in all."""

    best: dict[int, float] = field(default_factory=dict)
    total: dict[int, float] = field(default_factory=dict)  # of concepts only
    concepts: tuple[int, ...] = ()
    strong: tuple[int, ...] = ()

    def packed(self) -> bytes:
        """Return the reading as bytes: the keys, then a byte each for how much, then for how much in all."""
        keys = sorted(self.best, key=lambda key: (-self.best[key], key))[:MOST_KEPT]
        pairs = [(_byte(self.best[key]), _byte(self.total.get(key, 0))) for key in keys]
        return array("i", keys).tobytes() + bytes(one for one, _ in pairs) + bytes(other for _, other in pairs)


def _byte(value: float) -> int:
    return min(round(value * SCALE), MOST)


def unpacked(kept: bytes) -> dict[int, tuple[int, int]]:
    """Return what :meth:`Reading.packed` keeps: by key, how much and how much in all, in hundredths."""
    number = len(kept) // 6
    keys = array("i")
    keys.frombytes(kept[: number * 4])
    return dict(zip(keys, zip(kept[number * 4 : number * 5], kept[number * 5 :], strict=True), strict=True))


def read(parts: Iterable[tuple[str, str]]) -> Reading:
    """Return the reading of a service from its parts: pairs of a key of ``WEIGHTS`` and a text."""
    known = lexicon()
    best: dict[int, float] = defaultdict(float)
    total: dict[int, float] = defaultdict(float)
    for part, text in parts:
        here: dict[int, float] = defaultdict(float)
        for words, piece in _pieces(text, known):
            for sense in piece.senses:
                value = WEIGHTS[part] * sense.strength * (PLAIN if known.is_plain(sense.concept) else 1)
                here[sense.concept] = max(here[sense.concept], value)
            inside = INSIDE if piece.stop - piece.start > 1 else 1
            for word in words[piece.start : piece.stop]:
                for key in () if known.is_small(word) else keys_of_word(word):
                    best[key] = max(best[key], WEIGHTS[part] * inside)
        for concept, value in here.items():
            best[concept] = max(best[concept], value)
            total[concept] += value
    concepts = tuple(key for key in sorted(total) if best[key] >= LEAST)
    kept = {key: value for key, value in best.items() if value >= LEAST or key not in total}
    return Reading(
        kept, {key: total[key] for key in concepts}, concepts, tuple(one for one in concepts if best[one] >= STRONG)
    )


def _pieces(text: str, known: Lexicon) -> Iterator[tuple[Sequence[str], Piece]]:
    """Yield the pieces of a text, and of long wordings what they consist of: a class in evenings is also a class."""
    for clause in CUTS.split(text):
        words = words_of(clause)
        for piece in known.cut(words):
            yield words, piece
            kept = [word for word in words[piece.start : piece.stop] if not known.is_small(word)]
            if piece.senses and len(kept) >= LONG:
                yield from ((kept, weaker(part, OF_LONG)) for part in known.cut(kept, most=len(kept) - 1))


def parts_of_description(text: str) -> Iterator[tuple[str, str]]:
    """Yield the first sentence of a description and the rest."""
    first, *rest = SENTENCE.split(text, maxsplit=1)
    yield "first", first
    yield from (("rest", one) for one in rest)
