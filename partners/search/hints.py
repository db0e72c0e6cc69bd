"""Hints: what a question says besides its matter, such as a language, a time of day, a group or a place.

A hint is a preference: services that fit come first, and no service is hidden. A filter would hide those whose agency
did not fill in the field, which are most: "free" is said of few services that cost nothing. Only where a question says
nothing else ("free") and services of the area fit, the others are left out, since there is no matter to rank them by.

Conditions (in Spanish, on Saturday, free, near Millpond) are left out of the words that are searched, because texts
seldom contain them and each service would have to. Words of people (veteran, deaf) stay: services say whom they serve.
The words are data: ``words/hints.toml``, and the languages in ``hint_words``.
"""

import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise

from django.db.models.functions import Lower

from partners.models import Center, LocalArea, Location
from partners.search.hint_words import HintWords, hint_words
from partners.search.lexicon import lexicon
from partners.search.question_words import is_precise
from partners.search.thesaurus import plain_text, plain_words, words_of

PLACE, HOURS, HERE = "place", "hours", "here"
FREE = "free"
FLAGS = (FREE, "remote", "today")  # facets that can be chosen without a value
NEAR = ("near", "in", "around", "by", "outside", "close to", "en", "cerca de", "at", "from")
LONGEST_PLACE = 4  # words of the name of a city or center
DANGLING = frozenset(
    {
        "in", "on", "at", "for", "with", "and", "or", "the", "a", "an", "to", "of", "by", "near", "from", "that", "is",
        "are", "en", "por", "para", "de", "del", "los", "las", "el", "la", "con", "y", "o", "que", "un", "una",
    }
)  # fmt: skip
Span = tuple[int, int]  # the first word, and the word after the last


@dataclass(frozen=True)
class Hint:
    """One preference: a value of a facet, or the hours or the place of services."""

    facet: str
    value: str
    said: str  # the words that said so, plain
    is_aside: bool

    @property
    def code(self) -> str:
        """Return how an address names this hint, to turn it off."""
        return f"{self.facet}:{self.value}"


@dataclass(frozen=True)
class Hints:
    """The hints of a question, and the words to search for; without other words, the choices to filter by."""

    words: str
    hints: tuple[Hint, ...] = ()
    is_bare: bool = False  # nothing but hints

    @property
    def chosen(self) -> dict[str, tuple[str, ...]]:
        """Return the facets to filter by."""
        return {hint.facet: (hint.value,) for hint in self.hints if self.is_bare and hint.facet in FLAGS}

    @property
    def preferred(self) -> list[Hint]:
        """Return the hints by which results are put first."""
        return [hint for hint in self.hints if hint.facet != HERE and hint.facet not in self.chosen]


def hints_of(question: str, area: LocalArea | None, *, declined: Collection[str] = ()) -> Hints:
    """Return the hints in the words of a question, without those ``declined`` by their code.

    At most two queries, and only if the words may name a place.
    """
    typed = [(match.group(), match.span()) for match in re.finditer(r"\w+", question)]
    tokens = [plain_text(word) for word, _span in typed]
    if not tokens or is_precise(question):
        return Hints(question)
    known = [hint for hint in hint_words() if area or hint.facet != "today"]
    found = list(_found(tokens, known))
    found += _places(tokens, area, taken={at for hint, span in found for at in range(*span) if hint.is_aside})
    kept = [(hint, span) for hint, span in found if hint.code not in declined]
    within = _within_wordings(tokens)
    aside = {
        at for hint, span in kept if hint.is_aside for at in range(*span) if hint.facet != FREE or at not in within
    }
    hints = tuple(dict.fromkeys(hint for hint, _span in kept))
    left = _without(question, [span for at, (_word, span) in enumerate(typed) if at in aside])
    words = plain_words()
    if set(words_of(left)) - words.stop - words.question - words.small - words.plain:
        return Hints(left, hints)
    places = [hint for hint in hints if hint.facet == PLACE]
    if left or not area or not hints:
        return Hints(question, hints)
    if places:
        return Hints(places[0].value, hints)
    is_bare = all(hint.facet in (*FLAGS, HOURS, HERE) for hint in hints) and any(hint.facet != HERE for hint in hints)
    return Hints("", hints, is_bare=True) if is_bare else Hints(question, hints)


def _within_wordings(tokens: list[str]) -> set[int]:
    """Return where words are a part of a longer wording: "free" of "free clinic" is no aside."""
    pieces = [piece for piece in lexicon().cut(tokens, own=True) if piece.senses and piece.stop - piece.start > 1]
    return {at for piece in pieces for at in range(piece.start, piece.stop)}


# ---------------------------------------------------------------- Finding
def _found(tokens: list[str], known: Iterable[HintWords]) -> Iterator[tuple[Hint, Span]]:
    for one in known:
        blocked = {at for span in _spans(tokens, one.not_in) for at in range(*span)}
        taken: set[int] = set()
        for span in sorted(_spans(tokens, one.wordings), key=lambda span: (span[0] - span[1], span)):
            places = set(range(*span))
            if places & (blocked | taken):
                continue
            taken |= places
            yield Hint(one.facet, one.value, " ".join(tokens[slice(*span)]), one.is_aside), span


def _spans(tokens: list[str], wordings: Iterable[tuple[str, ...]]) -> Iterator[Span]:
    """Yield where the wordings stand."""
    for wording in wordings:
        length = len(wording)
        for start, token in enumerate(tokens):
            if token == wording[0] and tuple(tokens[start : start + length]) == wording:
                yield start, start + length


def _places(tokens: list[str], area: LocalArea | None, taken: set[int]) -> Iterator[tuple[Hint, Span]]:
    """Yield the city or center after "near" or "in", if there is one of that name."""
    after = {}
    for cue in NEAR:
        for start, stop in _spans(tokens, [tuple(cue.split())]):
            for end in range(stop + 1, min(stop + LONGEST_PLACE, len(tokens)) + 1):
                if not taken.intersection(range(start, end)):
                    after[" ".join(tokens[stop:end])] = (start, end)
    names = _names_of_places(area, list(after)) if after else {}
    spans = {name: after[name] for name in sorted(names, key=len, reverse=True)}
    for name, span in spans.items():
        if not taken.intersection(range(*span)):
            taken |= set(range(*span))
            yield Hint(PLACE, names[name], name, is_aside=True), span


def _names_of_places(area: LocalArea | None, wanted: list[str]) -> dict[str, str]:
    """Return the names of cities and centers, by how they are typed, of those that are wanted."""
    centers = Center.objects.current()
    if area is None:
        cities = centers.annotate(said=Lower("city")).filter(said__in=wanted).values_list("city", flat=True).distinct()
        return {plain_text(city): city for city in cities[:LONGEST_PLACE]}
    offices = Location.objects.current().filter(partnership__area=area).exclude(city="")
    names = {name for row in centers.filter(area=area).values_list("city", "name") for name in row if name}
    names.update(offices.values_list("city", flat=True).distinct())
    return {said: name for name in names if (said := plain_text(name)) in wanted}


# ---------------------------------------------------------------- What is left
def _without(question: str, gaps: list[Span]) -> str:
    """Return a question without some pieces and the small words that led to them."""
    edges = [0, *(edge for gap in gaps for edge in gap), len(question)]
    left = " ".join(question[start:stop] for start, stop in list(pairwise(edges))[::2]).split()
    if not gaps:
        return question
    while left and plain_text(left[-1]) in DANGLING | {""}:
        left.pop()
    while left and plain_text(left[0]) in DANGLING | {""}:
        left.pop(0)
    return " ".join(left)
