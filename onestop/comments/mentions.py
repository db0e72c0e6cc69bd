"""The names of people after an @ in a comment."""

import re
from collections.abc import Iterable, Iterator

from onestop.accounts.models import User


def expression(names: Iterable[str]) -> str:
    """Return the expression of an @ and one of these names: "@Ann Lee Smith" does not name Ann Lee."""
    longest_first = sorted({name for name in names if name}, key=len, reverse=True)
    return rf"@(?:{'|'.join(map(re.escape, longest_first))})(?!\w)"


def names_in(text: str, people: Iterable[User]) -> list[User]:
    """Return the people whose full names follow an @ in the text, in order, ignoring case."""
    by_name = {person.name.casefold(): person for person in people if person.name}
    if not by_name or "@" not in text:
        return []
    found = re.findall(expression(by_name), text.casefold())
    return [by_name[mention[1:]] for mention in dict.fromkeys(found)]


def parts_of(text: str, names: Iterable[str]) -> Iterator[tuple[str, bool]]:
    """Yield the parts of a text, and whether each is the mention of one of these names."""
    names = list(names)
    parts = re.split(f"({expression(names)})", text, flags=re.IGNORECASE) if names and "@" in text else [text]
    yield from ((part, bool(number % 2)) for number, part in enumerate(parts))
