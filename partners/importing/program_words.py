"""Read the programs in a cell: "TAA / Vets (JVSG)", "Title V SCSEP", "WIOA Title I (A/DW/Y)"."""

import re
from collections.abc import Iterable
from difflib import get_close_matches
from typing import Any

from partners.coverage.programs import PROGRAMS_TOGETHER
from partners.importing import cells
from partners.importing.cells import Names
from partners.importing.readings import Reading
from partners.models import Program

BRACKETS = re.compile(r"^([^()]*)\(([^()]+)\)([^()]*)$")
CUTS_INSIDE = re.compile(r"/|,|;|\+|&|\band\b")
ANY_SIGN = re.compile(r",|/|\+|\||•|·")
CUTS_OF_PART = (
    re.compile(","),
    re.compile(r"\||·|•"),
    re.compile(r"\+"),
    ANY_SIGN,
    re.compile(r",|/|\+|\||•|·|&|\band\b"),
)
# Words that say nothing about which program it is.
NOISE = {"the", "a", "program", "programs", "services", "service", "wioa", "federal", "state", "grant", "grants", "and",
         "act", "funded", "funding", "partner", "required", "of", "for"}  # fmt: skip
MOST_WORDS = 12
LONGEST_NAME = 8  # words


class ProgramNames(Names):
    """The names of programs, and what people write for several at once."""

    def __init__(self, programs: Iterable[Program]) -> None:
        """Index the code, short name, name and aliases of each."""
        programs = list(programs)
        super().__init__({item.pk: [item.code, item.short_name, item.name, *item.aliases] for item in programs})
        ids = {item.code: item.pk for item in programs}
        self._several = {
            cells.key(words): [ids[code] for code in codes if code in ids] for words, codes in PROGRAMS_TOGETHER.items()
        }
        self._spellings = {spelling: item.pk for item in programs for spelling in self._known_as(item)}
        self._labels = {item.pk: item.short_name for item in programs}

    @staticmethod
    def _known_as(program: Program) -> list[str]:
        return [cells.fold(name) for name in (program.short_name, program.name, *program.aliases) if len(name) > 3]

    def label(self, thing: Any) -> str:
        """Return the short name of a program."""
        return self._labels[thing]

    def like(self, text: str) -> str:
        """Return the short name of the program whose name is written most like a text, or nothing."""
        words = cells.fold(text)[:60]
        near = get_close_matches(words, list(self._spellings), n=1, cutoff=0.75) if len(words) > 4 else []
        return self._labels[self._spellings[near[0]]] if near else ""

    def read_all(self, text: str) -> Reading:
        """Return the programs that a cell names, the parts that name none, and the words that were only beside one."""
        reading = Reading()
        for part in cells.split_list(text):
            self._read_part(part, reading)
        return reading

    # ------------------------------------------------------------ A part
    def _read_part(self, part: str, reading: Reading) -> None:
        if self._take(part, reading):
            return
        for cut in CUTS_OF_PART:
            pieces = _cut(cut, part)
            if len(pieces) > 1 and all(self._knows(piece) for piece in pieces):
                for piece in pieces:
                    self._take(piece, reading)
                return
        pieces = _cut(ANY_SIGN, part)
        if len(pieces) == 1:
            reading.unknown.append(part)
            return
        for piece in pieces:
            if not self._take(piece, reading):
                reading.unknown.append(piece)

    def _knows(self, piece: str) -> bool:
        return self._take(piece, Reading())

    def _take(self, piece: str, reading: Reading) -> bool:
        """Add the programs of a piece to a reading; return whether there are any."""
        if found := self._called(piece):
            reading.add(found)
            if len(found) > 1:  # such as the three of "Title I"
                reading.guessed.append((piece, found))
            return True
        if match := BRACKETS.match(piece):
            return self._take_bracketed(*map(str.strip, match.groups()), reading=reading)
        return False

    def _take_bracketed(self, before: str, inside: str, behind: str, *, reading: Reading) -> bool:
        outside = f"{before} {behind}".strip()
        if each := self._each_inside(before, inside):
            reading.add(each)
            return True
        around, within = self._called(outside), self._called(inside)
        if around and within:  # "Vets (JVSG)" is one, "SNAP (TANF)" is two
            reading.add([*around, *within])
        elif around:
            reading.add(around)
            reading.asides.append(inside)
        elif within and not re.search(r"[/,+&;|]", outside):
            reading.add(within)
            reading.asides.append(outside)
        else:
            return False
        return True

    def _each_inside(self, before: str, inside: str) -> list[Any]:
        """Return the programs of "Title I (A/DW/Y)", where the words before belong to each piece in the brackets."""
        pieces = [piece.strip() for piece in CUTS_INSIDE.split(inside) if piece.strip()]
        found: list[Any] = []
        for piece in pieces if len(pieces) > 1 else []:
            called = self._called(f"{before} {piece}") or self._called(piece)
            if not called:
                return []
            found += called
        return found

    # ------------------------------------------------------------ A name
    def _called(self, words: str) -> list[Any]:
        """Return the programs with this name, also if words that say nothing stand around it."""
        key = cells.key(words)
        if not key:
            return []
        if (one := self._things.get(key)) is not None:
            return [one]
        if key in self._several:
            return self._several[key]
        return self._segments(cells.fold(words).split())

    def _segments(self, words: list[str]) -> list[Any]:
        """Return the programs of words without signs between them, if each word belongs to a name or says nothing."""
        if not 1 < len(words) <= MOST_WORDS:
            return []
        found: list[Any] = []
        at = 0
        while at < len(words):
            for end in range(min(len(words), at + LONGEST_NAME), at, -1):
                key = "".join(words[at:end])
                called = [self._things[key]] if key in self._things else self._several.get(key, [])
                if called and (end - at > 1 or len(key) > 1):
                    found += called
                    at = end
                    break
            else:
                if words[at] not in NOISE:
                    return []
                at += 1
        return list(dict.fromkeys(found))


def _cut(cut: re.Pattern[str], part: str) -> list[str]:
    """Cut a text, but not inside brackets."""
    depth, kept = 0, []
    for sign in part:
        depth = max(0, depth + (sign == "(") - (sign == ")"))
        kept.append("\0" if depth and sign in ",/+|•·&" else sign)
    masked = "".join(kept)
    ends = [
        0,
        *(edge for match in cut.finditer(masked) if not _inside(masked, match.start()) for edge in match.span()),
    ]
    pieces = [part[start:end] for start, end in zip(ends[::2], [*ends[1::2], len(part)], strict=True)]
    return [piece.strip() for piece in pieces if piece.strip()]


def _inside(text: str, at: int) -> bool:
    """Return whether a place in a text is inside brackets."""
    return text.count("(", 0, at) > text.count(")", 0, at)
