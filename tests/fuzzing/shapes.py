"""Texts that a regular expression finds hard, made out of the expression itself.

A backtracking engine is slow where one stretch of text can be read in many ways, or is read again from each of its
places. So each repeat of an expression is fed with what it repeats, after what leads up to it, and followed by a sign
that nothing accepts.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from re import _constants as sre
from re import _parser as parser
from typing import Any

MANY = 20  # a repeat that may go on longer than this is fed
REPEATS = {sre.MAX_REPEAT, sre.MIN_REPEAT, sre.POSSESSIVE_REPEAT}
FAILING = ("", "\x01", " \x01")
CATEGORIES = {
    sre.CATEGORY_DIGIT: "1", sre.CATEGORY_SPACE: " \t\n", sre.CATEGORY_WORD: "aA1", sre.CATEGORY_NOT_DIGIT: "a ",
    sre.CATEGORY_NOT_SPACE: "a1-", sre.CATEGORY_NOT_WORD: " -",
}  # fmt: skip
LIKELY = "a A1-.,/<(\"'\n\\"  # tried where an expression only says what it does not take


@dataclass(frozen=True)
class Shape:
    """A text of any length: how it begins, what it repeats, how it ends."""

    before: str
    again: str
    after: str = ""

    def text(self, length: int) -> str:
        """Return the text of about this length."""
        return self.before + self.again * max(1, length // len(self.again)) + self.after


def shapes(pattern: "re.Pattern[Any]") -> list[Shape]:
    """Return the shapes of text that this expression might find hard, each once."""
    source = pattern.pattern.decode("latin-1") if isinstance(pattern.pattern, bytes) else pattern.pattern
    tree = list(parser.parse(source, pattern.flags))
    found: list[Shape] = []
    for sign in alphabet(tree):
        found += [Shape("", sign, end) for end in FAILING]
    for before, body in repeats(tree):
        for unit in dict.fromkeys((sample(body), *alphabet(body))):
            if unit:
                found += [Shape(before, unit, end) for end in FAILING]
                found.append(Shape("", before + unit))
    found += [Shape("", start) for end in range(1, len(tree) + 1) if (start := sample(tree[:end]))]
    return list(dict.fromkeys(found))


def repeats(tree: Iterable[Any], before: str = "") -> Iterator[tuple[str, list[Any]]]:
    """Yield what is repeated many times, each with a text that leads up to it."""
    for operator, details in tree:
        if operator in REPEATS:
            _, most, body = details
            if most > MANY:
                yield before, list(body)
            yield from repeats(body, before)
        for part in _parts(operator, details):
            yield from repeats(part, before)
        before += sample([(operator, details)])


def sample(tree: Iterable[Any]) -> str:
    """Return a short text that the expression takes, as far as its signs go."""
    text = ""
    for operator, details in tree:
        if operator in REPEATS:
            text += sample(details[2]) * details[0]
        elif operator is sre.BRANCH:
            text += sample(details[1][0])
        elif operator is sre.SUBPATTERN:
            text += sample(details[3])
        elif operator is sre.ATOMIC_GROUP:
            text += sample(details)
        elif signs := _signs(operator, details):
            text += signs[0]
    return text


def alphabet(tree: Iterable[Any]) -> list[str]:
    """Return one sign for each kind of sign that the expression names."""
    signs: list[str] = []
    for operator, details in tree:
        signs += _signs(operator, details)
        for part in _parts(operator, details):
            signs += alphabet(part)
        if operator in REPEATS:
            signs += alphabet(details[2])
    return list(dict.fromkeys(signs))


def _parts(operator: Any, details: Any) -> list[Any]:
    if operator is sre.BRANCH:
        return list(details[1])
    if operator is sre.SUBPATTERN:
        return [details[3]]
    if operator is sre.ATOMIC_GROUP:
        return [details]
    if operator in {sre.ASSERT, sre.ASSERT_NOT}:
        return [details[1]]
    return []


def _signs(operator: Any, details: Any) -> list[str]:
    if operator is sre.LITERAL:
        return [chr(details)]
    if operator is sre.ANY:
        return list(LIKELY[:3])
    if operator is sre.NOT_LITERAL:
        return [sign for sign in LIKELY if sign != chr(details)][:4]
    if operator is not sre.IN:
        return []
    named = [sign for kind, what in details for sign in _of_class(kind, what)]
    if details[0][0] is sre.NEGATE:
        return [sign for sign in LIKELY if sign not in named][:6]
    return named[:8]


def _of_class(kind: Any, what: Any) -> str:
    if kind is sre.LITERAL:
        return chr(what)
    if kind is sre.RANGE:
        return chr(what[0])
    return CATEGORIES.get(what, "")
