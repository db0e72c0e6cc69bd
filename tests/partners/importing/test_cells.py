"""Cells as people type them."""

from contextlib import suppress
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from partners.importing import cells, columns
from partners.importing.cells import CannotRead, Names, join_list, split_list
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
def test_a_cell_is_cut_at_semicolons_and_line_ends(text: str, parts: list[str]) -> None:
    assert split_list(text) == parts


def test_commas_cut_where_asked_but_not_inside_brackets() -> None:
    assert split_list("Chinese (Cantonese, Mandarin), Tagalog", commas=True) == [
        "Chinese (Cantonese, Mandarin)",
        "Tagalog",
    ]


@given(st.lists(st.text(max_size=20), max_size=4), st.booleans())
def test_a_joined_list_is_cut_into_the_same_parts(parts: list[str], commas: bool) -> None:
    clean = list(dict.fromkeys(part for part in (" ".join(part.split()) for part in parts) if part))
    assert split_list(join_list(clean, commas=commas), commas=commas) == clean


@given(st.text(max_size=60))
def test_no_text_breaks_a_reader(text: str) -> None:
    for read in (
        cells.read_website,
        cells.read_email,
        cells.read_zip,
        cells.read_state,
        cells.read_date,
        cells.read_yes_no,
    ):
        with suppress(CannotRead):
            read(text)
    cells.read_phone(text, longest=0)
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
def test_what_is_no_website_or_address_is_refused(text: str) -> None:
    with pytest.raises(CannotRead):
        cells.read_website(text)
    with pytest.raises(CannotRead):
        cells.read_email(text)


def test_an_address_is_found_in_what_mail_programs_copy() -> None:
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
        ("Main: 614 555-0142; Fax: 614 555-0143", "Main: 614 555-0142; Fax: 614 555-0143"),
    ],
)
def test_phones_are_written_one_way_where_that_is_safe(text: str, found: str) -> None:
    assert cells.read_phone(text, longest=120) == found


@pytest.mark.parametrize(
    ("text", "found"),
    [("43215", "43215"), ("2134", "02134"), ("43215-1234", "43215-1234"), ("432151234", "43215-1234"), ("501", "00501"),
     ("43215.0", "43215"), ("21341234", "02134-1234")],
)  # fmt: skip
def test_zip_codes_get_their_zeros_back(text: str, found: str) -> None:
    assert cells.read_zip(text) == found


@pytest.mark.parametrize(
    "text",
    ["2026-07-01", "7/1/2026", "07/01/26", "7-1-2026", "July 1, 2026", "Jul 1 2026", "Jul. 1st, 2026", "46204",
     "2026-07-01 00:00", "7/1/2026 12:00:00 AM", "1 July 2026"],
)  # fmt: skip
def test_dates_are_read_in_american_and_iso_forms(text: str) -> None:
    assert cells.read_date(text) == date(2026, 7, 1)


@pytest.mark.parametrize("text", ["13/02/2026", "2019", "soon", "2/30/2026", "July", "00/00/0000"])
def test_what_is_no_day_is_refused(text: str) -> None:
    with pytest.raises(CannotRead):
        cells.read_date(text)


@pytest.mark.parametrize(("text", "said"), [("Yes", True), ("x", True), ("✓", True), ("N", False), ("0", False)])
def test_yes_and_no_have_many_forms(text: str, said: bool) -> None:
    assert cells.read_yes_no(text) is said


def test_states_are_read_as_letters_or_names() -> None:
    assert [cells.read_state(text) for text in ("oh", "Ohio", "N.Y.", "New York")] == ["OH", "OH", "NY", "NY"]


def test_an_address_in_one_cell_is_taken_apart() -> None:
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
def test_names_are_found_whatever_their_case_signs_and_number(text: str, found: list[int], unknown: list[str]) -> None:
    assert PROGRAMS.read(text) == (found, unknown)


def test_a_name_of_two_things_names_neither() -> None:
    assert Names({1: ["Adult"], 2: ["adult"]}).find("ADULT") is None


@pytest.mark.parametrize("choices", [Service.Mode, Service.Kind, Service.Accommodation, AccessibilityFeature])
def test_choices_are_read_by_code_and_by_label_also_several(choices: Any) -> None:
    names = cells.choice_names(choices)
    assert names.read("; ".join(choices.values)) == (choices.values, [])
    assert names.read(join_list(map(str, choices.labels))) == (choices.values, [])
    assert names.read(", ".join(map(str, choices.labels))) == (choices.values, [])


@pytest.mark.parametrize("kind", ["partners", "services"])
def test_every_word_for_a_column_means_one_field_and_every_word_for_a_choice_exists(kind: str) -> None:
    for field in columns.FIELDS[kind]:
        if field.choices:
            cells.choice_names(field.choices, dict(field.more))
    labels = [field.label for field in columns.FIELDS[kind]]
    assert columns.guess_mapping(kind, labels) == [field.code for field in columns.FIELDS[kind]]


def test_columns_are_guessed_from_titles_then_from_values() -> None:
    header = ["Agency Name", "WEB SITE", "First Name", "Last Name", "Col 5", "Misc", "Zip"]
    samples = [[], [], [], [], ["a@x.org", "b@y.org"], ["hello"], []]
    guessed = ["name", "website", "contact_name", "contact_name", "contact_email", "", "postal_code"]
    assert columns.guess_mapping("partners", header, samples) == guessed
