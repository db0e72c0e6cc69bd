"""Every regular expression, and every function that reads typed text, runs in about linear time.

All expressions are found and run on text generated from them: twice the text must take less than three times as long.
"""

import re
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import pytest
from django.apps import apps
from django.core.exceptions import ValidationError
from django.core.validators import EmailValidator, URLValidator

from onestop.accounts import devices
from onestop.accounts.models import User
from onestop.comments import mentions
from onestop.comments.mentions import names_in
from onestop.editing.personal_data import find_personal_data
from onestop.editing.typed_lists import TypedListField
from onestop.notices.redaction import redact
from onestop.ops.logs import without_personal_data
from onestop.ui.differences import diff
from onestop.ui.presentation import initials, tel
from onestop.ui.spreadsheets import undo_defuse
from partners.glossary.term_matcher import Entry, Lexicon
from partners.importing import cells, columns, times
from partners.importing.planning import READERS
from partners.templatetags.term_tags import explained
from tests.fuzzing import patterns, work
from tests.fuzzing.shapes import Shape, shapes

# People's names: some begin like others, some have signs of expressions.
NAMES = (
    ["Ann Lee", "Ann Lee Smith", "Ann"],
    [f"A{' A' * number}" for number in range(40)],
    ["a+a+", "(a|b)*", "O'Neil"],
)
# Expressions built at run time, and all their possible values.
PUT_TOGETHER: dict[str, list[str]] = {
    "onestop.comments.mentions.names_in": [mentions.expression(names) for names in NAMES],
    "onestop.comments.mentions.parts_of": [mentions.expression(names) for names in NAMES],
    "onestop.accounts.devices.device_name": [mark for _, mark in (*devices.BROWSERS, *devices.SYSTEMS)],
    "partners.importing.columns._shape": [shape for shape, _ in columns.SHAPES],
    "partners.importing.cells._in_part": list(cells.CUTS),
}
WHOLE = {"partners.importing.columns._shape"}  # tried on whole texts only


def named() -> list[patterns.Used]:
    found = [one for one in patterns.called_patterns() if isinstance(one, patterns.Used)]
    mixed = [
        patterns.Used(where, re.compile(text), at_beginning=where in WHOLE)
        for where, texts in PUT_TOGETHER.items()
        for text in texts
    ]
    return [*patterns.held_patterns(), *found, *mixed]


def too_slow(used: patterns.Used) -> str:
    """Return the first text pattern for which an expression takes too long."""
    return next((f"{used}: {one}" for one in shapes(used.pattern) if work.grows_too_fast(used.read, one.text)), "")


def test_every_expression_built_at_run_time_is_listed():
    """The list above has the possible values of each."""
    places = {place for place in patterns.called_patterns() if isinstance(place, str)}
    assert places == set(PUT_TOGETHER)


def test_no_expression_takes_too_long():
    found = {(one.pattern, one.at_beginning): one for one in named()}
    assert len(found) > 50
    assert [slow for one in found.values() if (slow := too_slow(one))] == []


def test_no_url_and_no_validator_takes_too_long():
    ours = [model for model in apps.get_models() if model.__module__.startswith(patterns.OURS)]
    found = {one.pattern: one for one in (*patterns.address_patterns(), *patterns.validating_patterns(ours))}
    assert len(found) > 10
    assert [slow for one in found.values() if (slow := too_slow(one))] == []


@pytest.mark.parametrize(
    "expression",
    [
        r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+",
        r"(?i:\b(?:case|file)(?: id| number)?) *[#:]? *#?(?=[A-Z-]*\d)[A-Z0-9-]{4,}\b",
        r"<[^>]*>",
        r"\s*-\s*",
        r"^(.+?)[,\n]\s*([^,\n]+?),?\s+([A-Z]{2})$",
        r"(a|b)*c\d+$",
        r"(?:a+)+$",
        r"\d+(?:st|nd)",
        r"CASE-(?=[A-Z-]*\d)",
    ],
)
def test_a_slow_expression_is_found(expression):
    assert too_slow(patterns.Used("here", re.compile(expression, re.DOTALL)))


# ---------------------------------------------------------------- Functions that read typed text
# Many with the same start, some of special characters, some that are part of the next.
WORDS = [
    *(f"{'a ' * 55}x{number}" for number in range(500)),
    *("-" * number for number in range(1, 100)),
    *("a" * number for number in range(1, 119)),
    *(f"A B{' A' * number}" for number in range(50)),
]
TERMS = Lexicon(Entry(number, word, "", "What it means.") for number, word in enumerate(WORDS))
READS: dict[str, Callable[[str], Any]] = {
    "find_personal_data": lambda text: find_personal_data([text]),
    "without_personal_data": without_personal_data,
    "redact": redact,
    "diff": lambda text: diff(text, text[::-1]),
    "names_in": lambda text: names_in(text, [User(name=name) for names in NAMES for name in names]),
    "initials": initials,
    "tel": tel,
    "undo_defuse": undo_defuse,
    "device_name": devices.device_name,
    "split_list": lambda text: cells.split_list(text, commas=True),
    "tidy": cells.tidy,
    "read_address": cells.read_address,
    "read_hours": times.read_hours,
    "read_days": times.read_days,
    "Names.read": cells.Names({"en": ["English"], "es": ["Spanish"]}).read,
    "TypedListField": TypedListField(longest=60).clean,
    "EmailValidator": EmailValidator(),
    "URLValidator": URLValidator(),
    **{f"reads a {name}": read for name, read in READERS.items()},
    "explained": lambda text: explained(text, TERMS),
}
TEXTS = [
    *(Shape("", again) for again in ("a", " ", "a ", "a\n", "1", ";", ",", "(", '"', "-", "<", "@", "a@", "a.", "1;")),
    *(
        Shape("", again)
        for again in ('"";', "a, ", "A B ", "mon-", "9-", "&", "1. ", "case ", "e\u0327\u0301", "\u0661")
    ),
    *(Shape(before, " ", "!") for before in ("case", "born", "Ann Lee", "555-0100 ext", "a, b", "1st")),
    *(Shape("https://", again) for again in ("a.", "a", "/", "[", ":", "@")),
    *(Shape("a@", again) for again in ("a.", "a", "-", "[", "a-")),
]


@pytest.mark.parametrize("reader", READS)
def test_no_function_that_reads_typed_text_takes_too_long(reader, pytestconfig):
    texts = TEXTS if pytestconfig.getoption("all") else TEXTS[::2]

    def read(text: str) -> None:
        with suppress(cells.CannotRead, ValidationError):
            READS[reader](text)

    assert [shape for shape in texts if work.grows_too_fast(read, shape.text)] == []
