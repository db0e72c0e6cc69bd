"""Read the questions and the services that answer them.

A question is what somebody typed, unchanged. ``answers`` holds the keys of services by how well they answer:

3. what the person looks for;
2. helps with a part of it, or in another way;
1. worth seeing, but not enough alone.

A question of an ``area`` is asked on that area's page, and only its services are answers. All others are asked on the
page of all areas.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache

from tests.questions.corpus import HERE

KINDS = ("word", "phrase", "sentence", "typo", "acronym", "slang", "wrong_name")
LANGUAGES = ("en", "es")
GRADES = (3, 2, 1)


@dataclass(frozen=True)
class Asked:
    """A question with its answers: the grade of each service, by its key."""

    text: str
    language: str
    kind: str
    answers: Mapping[str, int] = field(hash=False)
    area: str = ""


@lru_cache(maxsize=2)
def read_questions(*, held_out: bool = False) -> tuple[Asked, ...]:
    """Return the questions, or those which are held out: they show whether the search was fitted to the first ones."""
    files = sorted((HERE / ("held_out" if held_out else "questions")).glob("*.toml"))
    return tuple(
        Asked(
            text=one["text"],
            language=one["language"],
            kind=one["kind"],
            answers={key: grade for grade in GRADES for key in one["answers"].get(str(grade), ())},
            area=one.get("area", ""),
        )
        for path in files
        for one in tomllib.loads(path.read_text(encoding="utf-8"))["questions"]
    )
