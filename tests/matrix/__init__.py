"""The table of every URL: its response for every role, in a text file for each app.

A line of ``<app>.txt`` has the name of a URL, its arguments (of ``tests.world``), a method, and the response for each
role:

    ok  the page    go  a redirect    no  refused, 403    --  not found, 404    in  a redirect to sign-in
    xx  not allowed, 405    up  200 or 503, depending on the servers    .  the same as the role before

The roles are: operator (superuser), state administrator, staff, manager of the partner that everything belongs to,
representative of it, manager of another partner in the same area, board member, user without a seat, anonymous.

``<app>.shared.txt`` holds what people of one area may do in another one where their organization is a partner, and
``<app>.whole.txt`` how a manager of a whole organization differs from the manager of its partnership.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.urls import reverse

FOLDER = Path(__file__).parent
ROLES = ("operator", "state", "staff", "manager", "colleague", "neighbor", "board", "nobody", "anonymous")
ROLES_ELSEWHERE = ("staff", "manager", "representative", "board")


@dataclass(frozen=True)
class Line:
    """The responses of a URL to a method, for each role."""

    name: str
    parts: tuple[str, ...]
    method: str
    answers: dict[str, str]


def _rows(kind: str) -> Iterator[list[str]]:
    for path in sorted(FOLDER.glob(f"*{kind}.txt")):
        if path.name.count(".") == kind.count(".") + 1:
            for words in map(str.split, path.read_text().splitlines()):
                if words and not words[0].startswith("#"):
                    yield words


def _methods(method: str) -> tuple[str, ...]:
    return ("GET", "POST") if method == "BOTH" else (method,)


def _lines() -> Iterator[Line]:
    for name, parts, method, *answers in _rows(""):
        for number, answer in enumerate(answers):
            answers[number] = answers[number - 1] if answer == "." else answer
        assert len(answers) == len(ROLES), name
        known = () if parts == "-" else tuple(parts.split("+"))
        for each in _methods(method):
            yield Line(name, known, each, dict(zip(ROLES, answers, strict=True)))


LINES = list(_lines())
SHARED = {
    (name, each): dict(zip(ROLES_ELSEWHERE, answers, strict=True))
    for name, method, *answers in _rows(".shared")
    for each in _methods(method)
}
WHOLE: dict[str, str] = dict(_rows(".whole"))


def address(line: Line, world: Any) -> str:
    """Return the URL of a line in a world."""
    return line.name if line.name.startswith("/") else reverse(line.name, args=[getattr(world, p) for p in line.parts])
