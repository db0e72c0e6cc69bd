"""Numbers that requests send: what is one, and that none can make a page fail."""

import re

import pytest
from django.urls import reverse

from onestop.ops.request_numbers import LARGEST, whole_number, whole_numbers
from partners.upkeep import confirmation_requests
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
def test_a_number_is_plain_digits_that_a_row_can_have(text, number):
    assert whole_number(text) == number


def test_a_number_may_have_a_limit():
    assert (whole_number("12", most=12), whole_number("13", most=12)) == (12, None)


def test_what_is_no_number_is_left_out_and_doubles_count_once():
    assert whole_numbers(["3", "x", DIGITS, "\u0661", "1", "3"]) == [3, 1]


def test_nothing_else_reads_numbers_out_of_requests():
    """What ``str.isdecimal`` and ``str.isdigit`` take, ``int`` may refuse, and the database, too."""
    own = re.compile(r"\.is(decimal|digit|numeric)\b|\bint\((?:request|self\.data|pk\b)")
    of_files = {"partners/importing/cells.py", "partners/importing/planning.py"}  # which only ask whether it is one
    known = {"onestop/ops/request_numbers.py", "onestop/local/supervisor.py", *of_files}
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
def test_picks_that_are_no_numbers_pick_nothing(as_, area, name, answer, typed):
    assert as_("staff").post(reverse(name, args=[area.slug]), {"pick": typed}).status_code == answer


@pytest.mark.parametrize("typed", [DIGITS, "9" * 25, "\u0663", "1", ""])
def test_a_link_by_mail_takes_back_nothing_that_is_no_service_of_it(client, cast, partner, typed):
    token = confirmation_requests.token_of(factories.make_request(partner, cast["manager"].memberships.get()))
    answer = client.post(reverse("partners:confirm", args=[token]), {"undo": "1", "pick": typed})
    assert answer.status_code == 404


@pytest.mark.parametrize("number", ["9" * 19, "9" * 25, DIGITS])
@pytest.mark.parametrize("address", ["/services/{}/", "/partners/{}/edit/", "/notices/{}/", "/directory/services/{}/"])
def test_an_address_with_a_number_that_no_row_has_is_not_there(as_, address, number):
    assert as_("staff").get(address.format(number)).status_code == 404


def test_lists_page_and_export_whatever_numbers_they_are_sent(as_, area, partner):
    factories.make_service(partner)
    address = reverse("partners:service_list", args=[area.slug])
    for query in ({"page": DIGITS}, {"per_page": DIGITS}, {"export": "csv", "pick": DIGITS}, {"partner": DIGITS}):
        assert as_("staff").get(address, query).status_code == 200, query


def test_a_version_that_is_no_number_counts_as_the_first(as_, partner):
    address = reverse("partners:partnership_edit", args=[partner.pk])
    assert as_("staff").post(address, {"version": f"{DIGITS}.1", "name": "Other"}).status_code == 200
