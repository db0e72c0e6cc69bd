"""Shorten a tsquery without changing what it finds: "food", or "food bank", is "food".

Other wordings of a thing often contain one another. The index looks up each word of a query and weighs each listing
that has one of them, so half of the words take half of the time.
"""

import re
from collections.abc import Iterator

TOKEN = re.compile(r"'(?:[^']|'')*'(?::[*A-D]+)?|<(?:-|\d+)>|[()&|!]")
PREFIX = ":*"


def shorter(query: str) -> str:
    """Return a tsquery that finds the same listings; with "not" in it, the same query."""
    tokens = TOKEN.findall(query)
    if "!" in tokens:
        return query
    if len(_split(tokens, "|")) > 1:
        return _any_of(tokens)
    return " & ".join(f"( {_any_of(_opened(clause))} )" for clause in _split(tokens, "&"))


def _any_of(tokens: list[str]) -> str:
    """Return alternatives without those that another one finds anyway."""
    ways = dict.fromkeys(tuple(way) for way in _split(tokens, "|"))
    alone = {way[0] for way in ways if len(way) == 1}
    kept = [way for way in ways if not any(_finds(one, word) for word in way for one in alone if (one,) != way)]
    return " | ".join(" ".join(way) for way in (kept if not any("(" in way for way in ways) else ways))


def _finds(one: str, word: str) -> bool:
    """Return whether whatever has the second word has the first."""
    if one.endswith(PREFIX):
        return word.startswith(one.removesuffix(PREFIX)[:-1])
    return one == word


def _split(tokens: list[str], sign: str) -> list[list[str]]:
    """Return the parts between signs that stand in no parentheses."""
    return list(_parts(tokens, sign))


def _parts(tokens: list[str], sign: str) -> Iterator[list[str]]:
    part: list[str] = []
    depth = 0
    for piece in tokens:
        depth += (piece == "(") - (piece == ")")
        if piece == sign and not depth:
            yield part
            part = []
        else:
            part.append(piece)
    yield part


def _opened(tokens: list[str]) -> list[str]:
    """Return what stands between parentheses that enclose all."""
    return tokens[1:-1] if tokens[0] == "(" and tokens.index(")") == len(tokens) - 1 else tokens
