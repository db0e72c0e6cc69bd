"""The alphabetical index of the manual: services, keywords, partners, programs, terms and synonyms."""

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby

from partners.manual.contents import Manual


@dataclass(frozen=True)
class Target:
    """The target of a line; ``partner`` is the id of the partner whose chapter holds a service."""

    kind: str
    key: str
    words: str
    partner: int = 0

    @property
    def anchor(self) -> str:
        """Return the HTML id of the target."""
        return f"{self.kind}-{self.key}"

    @property
    def part(self) -> str:
        """Return the part of the manual that holds the target, unless a chapter of a partner does."""
        return {"center": "centers", "program": "programs", "term": "words"}.get(self.kind, "")


@dataclass(frozen=True)
class Line:
    """A line of the index with its targets."""

    words: str
    targets: tuple[Target, ...]

    @property
    def is_itself(self) -> bool:
        """Return whether the line has the same words as its only target."""
        return len(self.targets) == 1 and self.targets[0].words == self.words


@dataclass(frozen=True)
class Letter:
    """The lines under one letter."""

    letter: str
    lines: tuple[Line, ...]

    @property
    def anchor(self) -> str:
        """Return the HTML id of the letter."""
        return "letter-other" if self.letter == "#" else f"letter-{self.letter}"


def index_of(manual: Manual) -> list[Letter]:
    """Return the index grouped by letter; other characters come first, under #."""
    found: dict[str, tuple[str, dict[str, Target]]] = {}
    for words, target in _pairs(manual):
        if key := _sorted_as(words):
            found.setdefault(key, (words.strip(), {}))[1].setdefault(target.anchor, target)
    lines = [Line(words, tuple(targets.values())) for _, (words, targets) in sorted(found.items())]
    return [Letter(letter, tuple(own)) for letter, own in groupby(lines, key=lambda line: _letter(line.words))]


def _pairs(manual: Manual) -> Iterator[tuple[str, Target]]:
    for partner in manual.partners:
        own = Target("partner", str(partner.id), partner.name, partner.id)
        yield from ((words, own) for words in _names(partner.name, partner.short_name))
        for service in partner.services:
            target = Target("service", str(service.id), service.name, partner.id)
            yield service.name, target
            yield from ((keyword, target) for keyword in service.keywords)
    for program in [*manual.required, *manual.additional]:
        own = Target("program", program.code, program.name)
        yield from ((words, own) for words in _names(program.name, program.short_name))
    for center in manual.centers:
        yield center.name, Target("center", str(center.id), center.name)
    for term in manual.terms:
        own = Target("term", str(term.id), term.name)
        yield from ((words, own) for words in (term.name, term.abbreviation, *term.synonyms))


def _names(name: str, short_name: str) -> list[str]:
    """Return both names, unless the long one begins with the short one."""
    return [name] if name.casefold().startswith(short_name.casefold()) else [name, short_name]


def _sorted_as(words: str) -> str:
    """Return the sort key of a line, without case, accents and leading punctuation."""
    plain = "".join(c for c in unicodedata.normalize("NFKD", words.casefold()) if not unicodedata.combining(c))
    return " ".join(plain.split()).lstrip("“\"'(.- ")


def _letter(words: str) -> str:
    first = _sorted_as(words)[0].upper()
    return first if first.isalpha() else "#"
