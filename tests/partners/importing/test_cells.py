"""Reading cells as people type them."""

from contextlib import suppress
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from partners.importing import cells, columns
from partners.importing.cells import CannotRead, Names, join_list, split_list
from partners.importing.kinds import kind_of
from partners.models import AccessibilityFeature, Service


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("a; b;c", ["a", "b", "c"]),
        ("a\nb\n\nc", ["a", "b", "c"]),
        ("a, b", ["a, b"]),
        ("a;; a ;", ["a"]),
        ('"x; y"; z', ["x; y", "z"]),
        ('"Minds in Motion" class; b', ['"Minds in Motion" class', "b"]),
        ("", []),
    ],
)
def test_a_cell_is_split_at_semicolons_and_line_ends(text: str, parts: list[str]) -> None:
    assert split_list(text) == parts


def test_commas_split_if_asked_but_not_inside_brackets() -> None:
    assert split_list("Chinese (Cantonese, Mandarin), Tagalog", commas=True) == [
        "Chinese (Cantonese, Mandarin)",
        "Tagalog",
    ]


@given(st.lists(st.text(max_size=20), max_size=4), st.booleans())
def test_a_joined_list_is_split_into_the_same_parts(parts: list[str], commas: bool) -> None:
    clean = list(dict.fromkeys(part for part in (" ".join(part.split()) for part in parts) if part))
    assert split_list(join_list(clean, commas=commas), commas=commas) == clean


@given(st.text(max_size=60))
def test_readers_accept_or_refuse_any_text(text: str) -> None:
    for read in (
        cells.read_website,
        cells.read_email,
        cells.read_zip,
        cells.read_state,
        cells.read_date,
        cells.read_yes_no,
        cells.read_phone,
    ):
        with suppress(CannotRead):
            read(text)
    cells.read_address(text)
    assert cells.key(text) == cells.key(text.upper().lower()) or not text.isascii()


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("example.org", "https://example.org"),
        ("www.example.org/jobs.", "https://www.example.org/jobs"),
        ("HTTP://example.org", "HTTP://example.org"),
        ("<https://example.org>", "https://example.org"),
    ],
)
def test_websites_get_a_scheme(text: str, found: str) -> None:
    assert cells.read_website(text) == found


@pytest.mark.parametrize("text", ["call us", "jane@", "not a site", "http://"])
def test_invalid_websites_and_email_addresses_are_refused(text: str) -> None:
    with pytest.raises(CannotRead):
        cells.read_website(text)
    with pytest.raises(CannotRead):
        cells.read_email(text)


def test_email_addresses_are_read_in_the_formats_of_mail_programs() -> None:
    assert cells.read_email("Jane Doe <Jane@Example.org>") == "jane@example.org"
    assert cells.read_email("mailto:jane@example.org.") == "jane@example.org"


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("614.555.0142", "(614) 555-0142"),
        ("6145550142", "(614) 555-0142"),
        ("+1 614 555 0142 x12", "(614) 555-0142 ext. 12"),
        ("650 403-4300 ext. 4385", "(650) 403-4300 ext. 4385"),
        ("211", "211"),
        ("703-555-ABCD", "703-555-ABCD"),
        ("Main: 614 555-0142; Fax: 614 555-0143", "Main: (614) 555-0142; Fax: (614) 555-0143"),
    ],
)
def test_phone_numbers_are_formatted(text: str, found: str) -> None:
    assert cells.read_phone(text, longest=120) == found


@pytest.mark.parametrize("text", ["call us", "555-0142", "12"])
def test_a_phone_number_that_nobody_can_dial_is_not_used(text: str) -> None:
    with pytest.raises(cells.CannotUse, match=r"Write it like \(555\) 010-0142 ext. 5"):
        cells.read_phone(text)


@pytest.mark.parametrize("text", ["info@example.org", "ftp://example.org"])
def test_an_address_that_is_not_of_the_web_is_not_used(text: str) -> None:
    with pytest.raises(cells.CannotUse):
        cells.read_website(text)


@pytest.mark.parametrize(
    ("text", "found"),
    [("43215", "43215"), ("2134", "02134"), ("43215-1234", "43215-1234"), ("432151234", "43215-1234"), ("501", "00501"),
     ("43215.0", "43215"), ("21341234", "02134-1234")],
)  # fmt: skip
def test_leading_zeros_of_zip_codes_are_restored(text: str, found: str) -> None:
    assert cells.read_zip(text) == found


@pytest.mark.parametrize(
    "text",
    ["2026-07-01", "7/1/2026", "07/01/26", "7-1-2026", "July 1, 2026", "Jul 1 2026", "Jul. 1st, 2026", "46204",
     "2026-07-01 00:00", "7/1/2026 12:00:00 AM", "1 July 2026"],
)  # fmt: skip
def test_dates_are_read_in_american_and_iso_forms(text: str) -> None:
    assert cells.read_date(text) == date(2026, 7, 1)


@pytest.mark.parametrize("text", ["13/02/2026", "2019", "soon", "2/30/2026", "July", "00/00/0000"])
def test_invalid_dates_are_refused(text: str) -> None:
    with pytest.raises(CannotRead):
        cells.read_date(text)


@pytest.mark.parametrize(("text", "expected"), [("Yes", True), ("x", True), ("✓", True), ("N", False), ("0", False)])
def test_yes_and_no_have_many_forms(text: str, expected: bool) -> None:
    assert cells.read_yes_no(text) is expected


def test_states_are_read_as_letters_or_names() -> None:
    assert [cells.read_state(text) for text in ("oh", "Ohio", "N.Y.", "New York")] == ["OH", "OH", "NY", "NY"]


def test_an_address_in_one_cell_is_split() -> None:
    parts = {"street": "12 Main St, Suite 4", "city": "Columbus", "state_code": "OH", "postal_code": "43215"}
    assert cells.read_address("12 Main St, Suite 4, Columbus, OH 43215") == parts
    assert cells.read_address("12 Main St\nSuite 4\nColumbus OH 43215") == parts
    assert cells.read_address("12 Main St") == {}


PROGRAMS = Names(
    {
        1: ["adult", "Title I Adult", "WIOA Title I Adult program"],
        2: ["dw", "Title I Dislocated Worker"],
        3: ["aefla", "Adult Education (AEFLA)", "Adult Education and Family Literacy"],
        4: ["nfjp", "Migrant, seasonal and other farmworkers"],
        5: ["perkins", "Perkins CTE"],
    }
)


@pytest.mark.parametrize(
    ("text", "found", "unknown"),
    [
        ("title i ADULT; DW", [1, 2], []),
        ("Adult Education (AEFLA)", [3], []),
        ("Adult Ed. (AEFLA)", [3], []),
        ("Adult, Dislocated Worker", [1], ["Dislocated Worker"]),
        ("Adult / DW / Perkins", [1, 2, 5], []),
        ("Adult and DW", [1, 2], []),
        ("Migrant, seasonal and other farmworkers, Adult", [4, 1], []),
        ("Perkins; Apprenticeship", [5], ["Apprenticeship"]),
        ("perkins-cte; Perkins", [5], []),
    ],
)
def test_names_are_found_regardless_of_case_and_punctuation(text: str, found: list[int], unknown: list[str]) -> None:
    assert PROGRAMS.read(text) == (found, unknown)


def test_a_name_of_two_things_finds_neither() -> None:
    assert Names({1: ["Adult"], 2: ["adult"]}).find("ADULT") is None


@pytest.mark.parametrize("choices", [Service.Mode, Service.Kind, Service.Accommodation, AccessibilityFeature])
def test_choices_are_read_by_code_and_label(choices: Any) -> None:
    names = cells.choice_names(choices)
    assert names.read("; ".join(choices.values)) == (choices.values, [])
    assert names.read(join_list(map(str, choices.labels))) == (choices.values, [])
    assert names.read(", ".join(map(str, choices.labels))) == (choices.values, [])


@pytest.mark.parametrize("kind", ["partners", "services"])
def test_titles_and_choices_of_fields_are_unambiguous(kind: str) -> None:
    for field in kind_of(kind).fields:
        if field.choices:
            cells.choice_names(field.choices, dict(field.more))
    labels = [field.label for field in kind_of(kind).fields]
    assert columns.guess_mapping(kind, labels) == [field.code for field in kind_of(kind).fields]


def test_columns_are_guessed_from_titles_then_from_values() -> None:
    header = ["Agency Name", "WEB SITE", "First Name", "Last Name", "Col 5", "Misc", "Zip"]
    samples = [[], [], [], [], ["a@x.org", "b@y.org"], ["hello"], []]
    guessed = ["name", "website", "contact_name", "contact_name", "contact_email", "", "postal_code"]
    assert columns.guess_mapping("partners", header, samples) == guessed


@pytest.mark.parametrize(
    ("kind", "former", "code"),
    [
        ("services", "Our number", "number"),
        ("services", "What it is", "description"),
        ("services", "Whom it serves", "audience"),
        ("services", "Made for", "groups"),
        ("services", "How it is given", "modes"),
        ("services", "State of the service", "status"),
        ("services", "How to get there", "directions"),
        ("terms", "Short form", "abbreviation"),
        ("terms", "What it means", "definition"),
        ("terms", "Who says it", "system"),
        ("terms", "How they say it", "wording"),
        ("terms", "What they mean by it", "meaning"),
        ("terms", "People may look for it by this word", "is_synonym"),
        ("presence", "Our number", "number"),
        ("presence", "Phone there", "phone"),
    ],
)
def test_titles_of_earlier_exports_are_still_recognized(kind: str, former: str, code: str) -> None:
    assert columns.guess_mapping(kind, [former]) == [code]
