"""Take a question apart into the things that are looked for.

"Help with rent, my daughter is deaf" is three things: the wording "help with rent" of "Rental assistance", "deaf", and
"daughter", which matters less, since it says for whom and not what for. A wording of several words is looked for by
its parts, too, which count for less: "oficina de desempleo" has to do with "desempleo".
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from partners.search.lexicon import Lexicon, Piece, Words, keys_of_word, lexicon, stem
from partners.search.thesaurus import words_of

# How much a thing matters.
OF_PEOPLE = 0.45  # for whom somebody asks
OF_LITTLE = 0.5  # a word that says little, such as "class"
OF_PLAIN = 0.4  # a concept whose wordings stand nearly everywhere, such as work
OF_UNKNOWN = 0.6  # a word that no wording has, beside others
OF_NUMBER = 0.2  # two months, 84 years
OF_PART = 0.35  # a part of a wording of several words
SHORTEST_PART = 3  # letters
Keys = tuple[int, ...]


@dataclass(frozen=True)
class Form:
    """How a word of a question is found: a tsquery of it and of ``others``."""

    query: str = ""
    others: tuple[str, ...] = ()


@dataclass(frozen=True)
class Term:
    """A wording of an area's glossary: the ``others`` of its term, and a tsquery that finds one of them."""

    wording: str
    others: tuple[str, ...]
    query: str


@dataclass(frozen=True)
class Thing:
    """One thing that is looked for.

    ``answers`` holds the keys of the concepts that answer it, with how well, and ``own`` those that it names;
    ``phrases`` the ways to say it in words: of each word, the keys by which it may stand in a text. ``query`` is a
    tsquery for these. ``terms`` are other wordings of the glossary; ``is_part`` is true for what was a part of a longer
    wording.
    """

    words: tuple[str, ...]
    answers: Mapping[int, float] = field(default_factory=dict, hash=False)
    own: Keys = ()
    phrases: tuple[tuple[Keys, ...], ...] = ()
    query: str = ""
    weight: float = 1.0
    is_part: bool = False
    terms: tuple[str, ...] = ()


class Reader:
    """Reads the words of one question, with what the database knows of them."""

    def __init__(self, known: Lexicon, forms: Mapping[str, Form], terms: Iterable[Term]) -> None:
        self.known = known
        self.forms = forms
        self.terms: dict[Words, Term] = {tuple(map(stem, words_of(term.wording))): term for term in terms}
        self.silent = known.words.question | known.words.filler

    def things(self, words: Sequence[str]) -> Iterator[Thing]:
        """Yield the things in some words, one after the other."""
        begin = at = 0
        while at < len(words):
            stop, term = self._term_at(words, at)
            if term:
                yield from self._things_between(list(words[begin:at]))
                yield self._thing_of_term(words[at:stop], term)
                begin = stop
            at = stop
        yield from self._things_between(list(words[begin:]))

    def _term_at(self, words: Sequence[str], at: int) -> tuple[int, Term | None]:
        for stop in range(len(words), at, -1) if self.terms else ():
            if term := self.terms.get(tuple(map(stem, words[at:stop]))):
                return stop, term
        return at + 1, None

    def _things_between(self, words: list[str]) -> Iterator[Thing]:
        for piece in self.known.cut(words, own=True):
            said = words[piece.start : piece.stop]
            if piece.senses and not (len(said) == 1 and said[0] in self.silent):
                yield self._thing(said, piece)
                yield from self._parts(said) if len(said) > 1 else ()
            else:
                yield self._thing(said, Piece(piece.start, piece.stop))

    def _parts(self, said: list[str]) -> Iterator[Thing]:
        """Yield the things of which a wording of several words consists."""
        kept = [word for word in said if not self.known.is_small(word)]
        for piece in self.known.cut(kept, own=True, most=len(kept) - 1):
            part = kept[piece.start : piece.stop]
            senses = () if self.silent.issuperset(part) else piece.senses
            if senses or (part[0] not in self.silent and len(part[0]) >= SHORTEST_PART):
                yield self._thing(part, Piece(piece.start, piece.stop, senses), is_part=True)

    def _thing(self, said: list[str], piece: Piece, *, is_part: bool = False) -> Thing:
        own = tuple(sense.concept for sense in piece.senses if sense.is_own)
        kept = self._kept(said)
        queries = [form.query for word in kept if (form := self.forms.get(word)) and form.query]
        return Thing(
            words=tuple(said),
            answers=self._answers(own),
            own=own,
            phrases=(tuple(self._keys(word) for word in kept),),
            query=" & ".join(f"( {query} )" for query in queries),
            weight=self._weight(said, own) * (OF_PART if is_part else 1),
            is_part=is_part,
        )

    def _thing_of_term(self, said: Sequence[str], term: Term) -> Thing:
        known, wordings = self.known, [tuple(said), *(tuple(words_of(one)) for one in term.others)]
        own = tuple(
            dict.fromkeys(sense.concept for words in wordings for sense in known.senses_of(words) if sense.is_own)
        )
        phrases = tuple(tuple(self._keys(word) for word in self._kept(words)) for words in wordings if words)
        return Thing(tuple(said), self._answers(own), own, phrases, term.query, terms=term.others)

    def _kept(self, said: Sequence[str]) -> Sequence[str]:
        return [word for word in said if not self.known.is_small(word)] or said

    def _answers(self, own: Iterable[int]) -> dict[int, float]:
        found: dict[int, float] = {}
        for concept in own:
            for other, strength in self.known.answered_by[concept].items():
                found[other] = max(found.get(other, 0), strength)
        return found

    def _keys(self, word: str) -> Keys:
        others = self.forms[word].others if word in self.forms else ()
        return tuple(dict.fromkeys(key for one in (word, *others) for key in keys_of_word(one)))

    def _weight(self, said: list[str], own: Keys) -> float:
        words = self.known.words
        weight = OF_PEOPLE if words.people.issuperset(said) else 1.0
        if any(word.isdecimal() for word in said) and not own:
            return weight * OF_NUMBER
        if own:
            return weight * (OF_PLAIN if all(map(self.known.is_plain, own)) else 1)
        return weight * (OF_LITTLE if (words.plain | words.alone).issuperset(said) else 1)


def things_of(
    words: Sequence[str], forms: Mapping[str, Form] | None = None, terms: Iterable[Term] = ()
) -> tuple[Thing, ...]:
    """Return the things in the words of a question.

    Words that say nothing of the matter are left out unless there is nothing else.

    :param words: as ``lexicon.words_of`` returns them
    :param forms: how single words are found in listings
    :param terms: what the glossary of the area says of these words
    """
    reader = Reader(lexicon(), forms or {}, terms)
    found = tuple(reader.things(words))
    matter = tuple(thing for thing in found if thing.own or not reader.silent.issuperset(thing.words)) or found
    if any(thing.own for thing in matter):
        return tuple(thing if thing.own else replace(thing, weight=thing.weight * OF_UNKNOWN) for thing in matter)
    return matter


def words_alone(words: Iterable[str], forms: Mapping[str, Form]) -> tuple[Thing, ...]:
    """Return a thing for each word, without its meaning: for words that are searched for exactly as typed."""
    return tuple(
        Thing((word,), phrases=((keys_of_word(word)[:1],),), query=forms[word].query if word in forms else "")
        for word in words
    )
