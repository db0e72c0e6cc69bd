"""Numbers in requests: which are valid, and that none breaks a page."""

import re

import pytest
from django.urls import reverse

from onestop.ops.request_numbers import LARGEST, whole_number, whole_numbers
from tests import factories
from tests.test_house import PYTHON, name_of

DIGITS = "9" * 5000


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("0", 0),
        ("17", 17),
        ("007", 7),
        (str(LARGEST), LARGEST),
        (str(LARGEST + 1), None),
        (DIGITS, None),
        ("0" * 20, None),
        ("-1", None),
        ("+1", None),
        ("1.0", None),
        (" 1", None),
        ("1_0", None),
        ("\u0663", None),
        ("\u00b2", None),
        ("", None),
        (None, None),
    ],
)
def test_a_number_has_only_ascii_digits_and_fits_a_primary_key(text, number):
    assert whole_number(text) == number


def test_a_number_may_have_a_limit():
    assert (whole_number("12", most=12), whole_number("13", most=12)) == (12, None)


def test_invalid_numbers_and_duplicates_are_dropped():
    assert whole_numbers(["3", "x", DIGITS, "\u0661", "1", "3"]) == [3, 1]


def test_nothing_else_parses_numbers_of_requests():
    """``int`` and the database may refuse what ``str.isdecimal`` and ``str.isdigit`` accept."""
    own = re.compile(r"\.is(decimal|digit|numeric)\b|\bint\((?:request|self\.data|pk\b)")
    # These only ask whether texts in files, the options of a command, or typed words have digits.
    of_texts = {
        "onestop/files/workbook_cells.py", "partners/importing/addresses.py", "partners/importing/cells.py",
        "partners/importing/column_words.py", "partners/importing/odd_rows.py",
        "partners/importing/reading.py", "partners/importing/similar_names.py",
        "partners/management/commands/_importing.py", "partners/search/things.py", "partners/search/unanswered.py",
    }  # fmt: skip
    known = {"onestop/ops/request_numbers.py", "onestop/local/supervisor.py", *of_texts, "meetings/itip.py"}
    assert {name_of(path) for path in PYTHON if own.search(path.read_text())} == known


# ---------------------------------------------------------------- On pages
@pytest.mark.parametrize(
    ("name", "answer"),
    [
        ("partners:service_verify_picked", 302),
        ("partners:service_archive_picked", 302),
        ("partners:service_restore_picked", 302),
        ("partners:service_ask_picked", 302),
        ("partners:address_works", 302),
        ("partners:notice_send_again", 302),
    ],
)
@pytest.mark.parametrize("typed", [DIGITS, "9" * 25, "\u0663", "\u00b2", "-1"])
def test_an_invalid_selection_selects_nothing(as_, area, name, answer, typed):
    assert as_("staff").post(reverse(name, args=[area.slug]), {"pick": typed}).status_code == answer


@pytest.mark.parametrize("typed", [DIGITS, "9" * 25, "\u0663", "1", ""])
def test_a_confirmation_link_undoes_nothing_but_its_own_services(client, cast, partner, typed):
    token = factories.make_request(partner, cast["manager"].memberships.get()).token
    answer = client.post(reverse("partners:confirm", args=[token]), {"undo": "1", "pick": typed})
    assert answer.status_code == 404


@pytest.mark.parametrize("number", ["9" * 19, "9" * 25, DIGITS])
@pytest.mark.parametrize("address", ["/services/{}/", "/partners/{}/edit/", "/notices/{}/", "/directory/services/{}/"])
def test_a_path_with_a_number_that_no_row_has_is_not_found(as_, address, number):
    assert as_("staff").get(address.format(number)).status_code == 404


def test_invalid_numbers_break_no_list_and_no_export(as_, area, partner):
    factories.make_service(partner)
    address = reverse("partners:service_list", args=[area.slug])
    for query in ({"page": DIGITS}, {"per_page": DIGITS}, {"export": "csv", "pick": DIGITS}, {"partner": DIGITS}):
        assert as_("staff").get(address, query).status_code == 200, query


def test_an_invalid_version_counts_as_the_first(as_, partner):
    address = reverse("partners:partnership_edit", args=[partner.pk])
    assert as_("staff").post(address, {"version": f"{DIGITS}.1", "name": "Other"}).status_code == 200
