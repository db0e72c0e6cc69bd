"""What becomes of odd cells of real spreadsheets. No part of a cell is dropped without a word."""

from collections.abc import Sequence
from contextlib import suppress
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from onestop.editing.languages import known_languages
from onestop.files.uploaded_tables import Line
from partners.coverage.programs import ADDITIONAL, REQUIRED, load_programs
from partners.importing import cells, doubts, persons, values
from partners.importing.contacts import plan_contacts
from partners.importing.doubts import Doubt
from partners.importing.kinds import kind_of
from partners.importing.languages import SHORT, language_in, read_languages
from partners.importing.planning import Options, ReadRow, program_names
from partners.importing.reading import RowReader
from partners.importing.service_rows import STATUS_WORDS
from partners.models import LocalArea, Partnership, Program
from tests.factories import make_partnership, make_service
from tests.partners.importing.files import bring, plan, row

DATA = Path(__file__).parent / "data"
PROGRAMS = program_names(
    Program(pk=at, code=one.code, short_name=one.short_name, name=one.name, aliases=list(one.aliases))
    for at, one in enumerate([*REQUIRED, *ADDITIONAL], start=1)
)
CODES = dict(enumerate((one.code for one in [*REQUIRED, *ADDITIONAL]), start=1))
TITLE_I = ["title-i-adult", "title-i-dislocated-worker", "title-i-youth"]


def reader(kind: str, header: Sequence[str], mapping: Sequence[str], **options: bool) -> RowReader:
    """Return a reader without a database."""
    words: Any = {"programs": PROGRAMS, "centers": cells.Names({}), "status": STATUS_WORDS}
    return RowReader(kind, mapping, Options(**options), words, header)


def read(kind: str, code: str, text: str, title: str = "A column") -> ReadRow:
    """Return what is read of one cell."""
    return reader(kind, [title], [code]).read(Line(7, [text]))


# ---------------------------------------------------------------- Programs
@pytest.mark.parametrize(
    ("text", "codes", "unknown"),
    [
        ("TAA / Vets (JVSG)", ["taa", "jvsg"], []),
        ("Title V SCSEP", ["scsep"], []),
        ("Title IV - VR", ["vocational-rehabilitation"], []),
        ("CalFresh E&T", ["snap-et"], []),
        ("WIOA Title I (A/DW/Y)", TITLE_I, []),
        ("Title I", TITLE_I, []),
        ("WIOA Adult, DW & Youth", TITLE_I, []),
        ("AEFLA", ["aefla"], []),
        ("Perkins", ["perkins"], []),
        ("Title II/AEFLA, Title III W-P", ["aefla", "wagner-peyser"], []),
        ("VR (Title IV), SCSEP (Title V)", ["vocational-rehabilitation", "scsep"], []),
        ("Perkins; Moon Travel", ["perkins"], ["Moon Travel"]),
        ("Moon Travel", [], ["Moon Travel"]),
    ],
)
def test_programs_are_read_as_people_write_them(text: str, codes: list[str], unknown: list[str]) -> None:
    found = PROGRAMS.read_all(text)
    assert ([CODES[pk] for pk in found.things], found.unknown) == (codes, unknown)


def test_an_unknown_program_is_questioned_with_the_one_that_may_be_meant() -> None:
    [remark] = read("partners", "programs", "Vocational Rehabilitaton").remarks
    assert (remark.line, remark.column, remark.read, remark.asks) == (7, "A column", "Vocational Rehabilitaton", True)
    assert remark.says == "This is not a known value and was skipped. Did you mean VR?"


def test_words_beside_a_program_are_named() -> None:
    made = read("partners", "programs", "Job Corps (residential)")
    assert [remark.read for remark in made.remarks] == ["residential"]


# ---------------------------------------------------------------- Values with words beside them
@pytest.mark.parametrize(
    ("code", "text", "value", "left"),
    [
        ("since", "7/1/2026 (tentative)", date(2026, 7, 1), "tentative"),
        ("since", "7/1/2026 2:30 PM", date(2026, 7, 1), "2:30 PM"),
        ("website", "www.harbor.example", "https://www.harbor.example", ""),
        ("website", "harbor.example (under construction)", "https://harbor.example", "under construction"),
        ("website", "see harbor.example", "https://harbor.example", "see"),
        ("email", "a@harbor.example or call", "a@harbor.example", "or call"),
        ("email", "Jane Doe <jane@harbor.example>", "jane@harbor.example", "Jane Doe"),
        ("phone", "(555) 555-0115/ask for Art", "(555) 555-0115/ask for Art", ""),
        ("phone", "555.555.0115 x 204", "(555) 555-0115 ext. 204", ""),
        ("phone", "(555) 555-0115 TTY", "(555) 555-0115 TTY", ""),
        ("phone", "(555) 555-0115, 555-555-0116", "(555) 555-0115, (555) 555-0116", ""),
        ("phone", "(555) 555-0115 ask for Art at the front desk before noon", "(555) 555-0115",
         "ask for Art at the front desk before noon"),
        ("phone", "555-0142 or (555) 555-0115", "(555) 555-0115", "555-0142"),
        ("postal_code", "55512 (mail only)", "55512", "mail only"),
        ("contact_signs", "yes - ask first", True, "ask first"),
    ],
)  # fmt: skip
def test_a_value_is_found_among_words_which_are_named(code: str, text: str, value: Any, left: str) -> None:
    made = read("partners", code, text)
    assert made.values == {code: value}
    assert [words for _title, words in made.left] == ([left] if left else [])
    assert all(left in remark.says for remark in made.remarks)


@pytest.mark.parametrize(
    ("code", "text"),
    [("since", "in spring"), ("since", "7/1/2025 - 6/30/2026"), ("website", "call us"), ("email", "nobody"),
     ("phone", "x 204"), ("phone", "call us"), ("status", "in talks"), ("contact_signs", "some")],
)  # fmt: skip
def test_a_cell_without_a_value_costs_its_field_only(code: str, text: str) -> None:
    made = read("partners", code, text)
    assert (made.values, made.problems) == ({}, [])
    [remark] = made.remarks
    assert (remark.read, remark.asks) == (text, True)
    assert "This field was not changed." in remark.says
    assert made.left == [("A column", text)]


def test_an_extension_is_added_to_the_number_of_the_organization() -> None:
    made = reader("partners", ["Ph.", "Direct"], ["phone", "contact_phone"]).read(Line(2, ["555-555-0115", "x 204"]))
    assert made.values["contact_phone"] == "(555) 555-0115 ext. 204"
    assert str(made.remarks[0]) == "Direct “x 204”: Read with the number in “Ph.”: (555) 555-0115 ext. 204."


@pytest.mark.parametrize(
    ("header", "texts", "found"),
    [
        (["city"], ["Millpond, RB 55512"], {"city": "Millpond", "state_code": "RB", "postal_code": "55512"}),
        (["city"], ["Millpond 55512"], {"city": "Millpond", "postal_code": "55512"}),
        (["city"], ["Columbus, OH"], {"city": "Columbus", "state_code": "OH"}),
        (["city"], ["St. Louis"], {"city": "St. Louis"}),
        (["postal_code"], ["Millpond, RB 55512"], {"city": "Millpond", "state_code": "RB", "postal_code": "55512"}),
        (["city", "postal_code"], ["Millpond", "Ames, OH 55512"],
         {"city": "Millpond", "state_code": "OH", "postal_code": "55512"}),
        (["city", "postal_code"], ["Millpond, RB 55512", "55513"],
         {"city": "Millpond, RB 55512", "postal_code": "55513"}),
        (["street"], ["1 Quay St, Millpond, RB 55512"],
         {"street": "1 Quay St", "city": "Millpond", "state_code": "RB", "postal_code": "55512"}),
    ],
)  # fmt: skip
def test_city_state_and_zip_code_are_told_apart(header: list[str], texts: list[str], found: dict[str, str]) -> None:
    made = reader("partners", header, header).read(Line(2, texts))
    assert made.values == found


# ---------------------------------------------------------------- Cells about a value
@pytest.mark.parametrize(
    ("text", "doubt"),
    [("same as above", Doubt.ABOVE), ("See above", Doubt.ABOVE), ("ditto", Doubt.ABOVE), ("“", Doubt.ABOVE),
     ("same", Doubt.SAME), ("moved?", Doubt.UNSURE), ("TBD", Doubt.UNSURE), ("?", Doubt.UNSURE), ("??", Doubt.UNSURE),
     ("n/a", Doubt.NOTHING), ("N.A.", Doubt.NOTHING), ("-", Doubt.NOTHING), ("Doing well", None), ("$5", None)],
)  # fmt: skip
@pytest.mark.parametrize("is_text", [True, False])
def test_cells_that_say_something_about_their_value_are_known(text: str, doubt: Doubt | None, is_text: bool) -> None:
    assert doubts.doubt_of(text, is_text=is_text) == doubt


def test_the_value_above_is_taken_over_and_said() -> None:
    rows = reader("partners", ["Name", "Web"], ["name", "website"])
    lines = [("A House", "a.example"), ("B House", "ditto"), ("C House", "same as above"), ("D House", "same")]
    made = [rows.read(Line(number, list(line))) for number, line in enumerate(lines, start=2)]
    assert [one.values.get("website") for one in made] == ["https://a.example"] * 3 + [None]
    assert [str(remark) for one in made for remark in one.remarks] == [
        "Web “ditto”: Read as the value above: “a.example”.",
        "Web “same as above”: Read as the value above: “a.example”.",
        "Web “same”: Not saved. If it means the value above, “a.example”, write it out.",
    ]


def test_nothing_stands_above_the_first_row() -> None:
    made = read("partners", "website", "see above")
    assert (made.values, made.remarks[0].says) == ({}, "There is no value above it. Not saved.")


def test_a_question_mark_behind_a_value_is_questioned() -> None:
    made = read("partners", "programs", "Job Corps?")
    assert [CODES[pk] for pk in made.values["programs"]] == ["job-corps"]
    assert made.remarks[0].asks


# ---------------------------------------------------------------- Persons
@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Ana Diaz", [("Ana Diaz", "", "", "")]),
        ("Ana Diaz / Bo Chen", [("Ana Diaz", "", "", ""), ("Bo Chen", "", "", "")]),
        ("Ana Diaz, Bo Chen", [("Ana Diaz", "", "", ""), ("Bo Chen", "", "", "")]),
        ("Ana & Bo Diaz", [("Ana & Bo Diaz", "", "", "")]),
        ("Ana Diaz, Director, (555) 555-0101", [("Ana Diaz", "Director", "(555) 555-0101", "")]),
        ("Ana Diaz (Director); Bo Chen (Manager) bo@x.example",
         [("Ana Diaz", "Director", "", ""), ("Bo Chen", "Manager", "", "bo@x.example")]),
        ("Ana Diaz - Program Manager - 555-555-0101 x12",
         [("Ana Diaz", "Program Manager", "(555) 555-0101 ext. 12", "")]),
        ("Diaz, Ana", [("Ana Diaz", "", "", "")]),
        ("Ana Diaz, Ph.D., Dean", [("Ana Diaz, Ph.D.", "Dean", "", "")]),
        ("Director: Ana Diaz", [("Ana Diaz", "Director", "", "")]),
        ("Front desk", [("Front desk", "", "", "")]),
        ("Ana Diaz, Director of Adult, Youth and DW Programs",
         [("Ana Diaz", "Director of Adult, Youth and DW Programs", "", "")]),
    ],
)  # fmt: skip
def test_persons_are_read_with_what_stands_beside_their_names(text: str, found: list[tuple[str, ...]]) -> None:
    people = persons.read_persons(text).people
    assert [(one.name, one.title, one.phone, one.email) for one in people] == found


def test_two_persons_in_a_cell_become_two_representatives(area: LocalArea) -> None:
    data = (
        "Partner,Contact,Contact phone,Contact email\n"
        "A House,Ana Diaz & Bo Chen,(555) 555-0101 / (555) 555-0102,ana@a.example; bo@a.example\n"
    )
    bring(area, "partners", data)
    people = area.partnerships.get().representatives.order_by("pk")
    assert [(one.kind, one.name, one.phone, one.email) for one in people] == [
        ("main", "Ana Diaz", "(555) 555-0101", "ana@a.example"),
        ("alternate", "Bo Chen", "(555) 555-0102", "bo@a.example"),
    ]
    assert [one.outcome for one in plan(area, "partners", data).rows] == ["same"]


def test_the_main_representative_stays_if_the_cell_names_more(area: LocalArea) -> None:
    bring(area, "partners", "Partner,Contact\nA House,Bo Chen\n")
    bring(area, "partners", "Partner,Contact\nA House,Ana Diaz / Bo Chen\n")
    people = area.partnerships.get().representatives
    assert people.get(kind="main").name == "Bo Chen"
    assert people.get(kind="alternate").name == "Ana Diaz"


# ---------------------------------------------------------------- Languages
@pytest.mark.parametrize(
    ("text", "title", "found", "unknown"),
    [
        ("English, Spanish", "", ["English", "Spanish"], []),
        ("Eng/Span", "", ["English", "Spanish"], []),
        ("EN; ES", "", ["English", "Spanish"], []),
        ("Español", "", ["Spanish"], []),
        ("Y", "Spanish?", ["Spanish"], []),
        ("N", "Spanish?", [], ["N"]),
        ("Y", "Languages", [], ["Y"]),
        ("some staff", "Spanish?", [], ["some staff"]),
        ("interpreter available", "Languages", [], ["interpreter available"]),
        ("Spanish (some staff)", "Languages", ["Spanish"], ["some staff"]),
        ("Chinese (Cantonese, Mandarin), Tagalog", "", ["Chinese (Cantonese, Mandarin)", "Tagalog"], []),
        ("Spanish and interpreter", "", ["Spanish"], ["interpreter"]),
        ("Spansh", "", [], ["Spansh"]),
    ],
)
def test_languages_are_read_against_the_list(text: str, title: str, found: list[str], unknown: list[str]) -> None:
    spoken = read_languages(text, title)
    assert (spoken.languages, [part for part, _why in spoken.unknown]) == (found, unknown)


@pytest.mark.parametrize(
    ("texts", "found", "said"),
    [
        (["Y", "Eng, Hmong"], ["Spanish", "English", "Hmong"], []),
        (["Yes", ""], ["Spanish"], []),
        (["", "Hmong"], ["Hmong"], []),
        (["some staff", "Y"], [], [("Spanish?", "some staff"), ("Languages", "Y")]),
        (["Y", "Spanish"], ["Spanish"], []),
    ],
)
@pytest.mark.parametrize("blank_erases", [False, True])
def test_two_columns_of_languages_are_read_each_under_its_own_title(
    texts: list[str], found: list[str], said: list[tuple[str, str]], blank_erases: bool
) -> None:
    """A "Y" means Spanish below "Spanish?" alone, and remarks name the column in which the cell stands."""
    titles = ["Spanish?", "Languages"]
    row = reader("services", titles, ["languages"] * 2, blank_erases=blank_erases).read(Line(7, texts))
    assert row.values["languages"] == found
    assert [(remark.column, remark.read) for remark in row.remarks] == said


def test_short_forms_stand_for_known_languages() -> None:
    assert all(read_languages(name).languages == [name] for name in set(SHORT.values()))


def test_names_of_languages_are_kept_as_they_are_written_elsewhere() -> None:
    """An export imports unchanged: only names as short as a code are read as that code."""
    changed = {name for name in known_languages().values() if read_languages(name).languages != [name]}
    assert changed == {"En", "Fas", "Ko"}
    assert language_in("Spanish spoken (Y/N)") == "Spanish"
    assert not language_in("Languages")


# ---------------------------------------------------------------- Notes
def test_notes_of_services_are_imported(area: LocalArea, partner: Partnership) -> None:
    bring(area, "services", "Partner,Service,Internal notes\nMillrace Adult Learning,Job club,Room moved\n")
    assert partner.services.get().notes == "Room moved"


def test_words_without_another_place_go_to_the_notes_if_chosen(area: LocalArea, partner: Partnership) -> None:
    service = make_service(partner, name="Job club", notes="Before")
    data = "Partner,Service,Email,Web\nMillrace Adult Learning,Job club,a@a.example or call,moved?\n"
    assert "notes" not in row(area, "services", data).writes["service"]
    for _again in range(2):
        bring(area, "services", data, rest_to_notes=True)
        service.refresh_from_db()
        assert service.notes == "Before\nEmail: or call\nWeb: moved?"


def test_several_columns_may_be_notes(area: LocalArea) -> None:
    rows = reader("partners", ["Notes", "Room"], ["notes", "notes"])
    assert rows.read(Line(2, ["Call first", "12"])).values["notes"] == "Call first\nRoom: 12"


def test_a_zip_code_without_a_place_is_not_dropped(area: LocalArea) -> None:
    made = row(area, "partners", "Partner,Zip\nA House,55512\n")
    assert [(remark.column, remark.read) for remark in made.remarks] == [("Zip", "55512")]


def test_columns_without_a_field_are_named(area: LocalArea) -> None:
    assert plan(area, "partners", "Partner,Shoe size\nA House,9\n").notes == [
        "The column “Shoe size” is not used. It has a value in 1 row: “9”."
    ]


# ---------------------------------------------------------------- Whole files
@pytest.mark.parametrize("kind", ["partners", "services"])
def test_no_word_of_a_messy_file_is_lost(area: LocalArea, partner: Partnership, kind: str) -> None:
    load_programs()
    make_partnership(area, name="New Leaf Society")
    data = (DATA / f"messy_{kind}.csv").read_bytes()
    made = plan(area, kind, data, rest_to_notes=True)
    assert {one.outcome for one in made.rows} <= {"add", "skip"}
    for one in made.rows:
        assert all(remark.says and remark.line == one.line for remark in one.remarks)
    again = plan(area, kind, data, rest_to_notes=True)
    assert [str(remark) for one in again.rows for remark in one.remarks] == [
        str(remark) for one in made.rows for remark in one.remarks
    ]


# ---------------------------------------------------------------- Any cells
WORDS = [
    "Ana", "Diaz", "Bo Chen", "Director", "ask for Art", "555-555-0115", "(555) 555-0116", "x 204", "TTY", "same",
    "moved?", "TBD", "n/a", "?", "7/1/2026", "July 4, 2027", "spring", "a@a.example", "b@b.example", "www.x.example",
    "https://y.example/jobs", "55512", "Millpond", "RB", "OH", "yes", "No", "Spanish", "Eng", "some staff", "Y",
    "TAA", "Vets", "JVSG", "Title V", "Title IV", "VR", "E&T", "CalFresh", "Youth", "Adults", "Veterans", "active",
    "paused", "Training", "in person", "Zoom", "Moon Travel", "$5", "12 Quay St", "Suite 4", "call first",
]  # fmt: skip
JOINS = st.sampled_from([" ", ", ", "; ", " / ", "/", " & ", " and ", " - ", "\n", " (", ") "])
CELLS = st.lists(st.tuples(st.sampled_from(WORDS), JOINS), min_size=1, max_size=4).map(
    lambda parts: "".join(word + join for word, join in parts).strip()
)
# Words that only join others or name the kind of a number, and that are written otherwise where a value is saved.
SILENT = {"and", "or", "x", "ext", "https", "http", "n", "a", "the"}
FIELDS = [(kind, field.code) for kind in ("partners", "services") for field in kind_of(kind).fields]


def known_words(field: Any, value: Any) -> str:
    """Return the words that may stand for a value in a cell."""
    if field.reader == "programs":
        listed = [[*REQUIRED, *ADDITIONAL][pk - 1] for pk in value]
        return " ".join(
            " ".join([one.short_name, one.name, one.legal_source, one.group, *one.aliases]) for one in listed
        )
    if field.choices or field.reader in ("status", "yesno"):
        return " ".join(
            [*(word for word, _choice in field.more), str(field.labels), "yes no y n active inactive", str(value)]
        )
    if isinstance(value, date):
        return f"{value:%Y %m %d %B %b} {value.year} {value.month} {value.day}"
    if field.code == "languages":
        return " ".join([*value, *(short for short, name in SHORT.items() if name in value)])
    return str(value)


@settings(max_examples=400, deadline=None)
@given(field=st.sampled_from(FIELDS), text=CELLS)
def test_the_words_of_a_cell_are_in_values_notes_or_remarks(field: tuple[str, str], text: str) -> None:
    kind, code = field
    read_row = read(kind, code, text)
    if code.startswith("contact_"):
        read_row.values.setdefault("contact_name", "Main Person")
        planned = plan_contacts(read_row, [])
        kept = [str(planned)]
    else:
        kept = []
    fields = kind_of(kind).by_code
    kept += [known_words(fields[name], value) for name, value in read_row.values.items() if name in fields]
    kept += [f"{remark} {remark.read}" for remark in read_row.remarks] + read_row.problems
    there = set(cells.fold(" ".join(kept)).split()) | set("".join(cells.fold(" ".join(kept)).split()).split())
    joined = cells.fold(" ".join(kept)).replace(" ", "")
    lost = [word for word in cells.fold(text).split() if word not in there | SILENT and word not in joined]
    assert not lost, (read_row.values, [str(remark) for remark in read_row.remarks])


@given(st.text(max_size=80))
def test_any_text_is_read(text: str) -> None:
    for kind, code in FIELDS:
        if text.strip():
            read(kind, code, text.strip())
    persons.read_persons(text)
    for special in values.SPECIAL.values():
        with suppress(cells.CannotRead):
            special(text, 40)
