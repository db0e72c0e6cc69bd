"""Anonymous references: keys of the purchaser's files pass, what tells who the customer is does not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agreements.purchasing.references import why_not_anonymous


@pytest.mark.parametrize(
    "reference", ["K-2041", "K2041", "VR-27-0014", "RVB 204", "27-00014", "#7", "A/12.3", "VR-2027-014"]
)
def test_keys_of_files_pass(reference):
    assert why_not_anonymous(reference) == ""


@pytest.mark.parametrize(
    "reference",
    [
        "Smith", "Smith 27", "SMITH-27", "smith27", "Ann Lee 4", "ANN-LEE-4", "Lee27", "O'Neil 4", "Muñoz 4",
        "J. Garcia 12", "Mr. Lee 4", "lee-27", "Ann, 27",
    ],
)  # fmt: skip
def test_names_are_refused(reference):
    assert why_not_anonymous(reference)


@pytest.mark.parametrize(
    "reference",
    [
        "01/02/1985",
        "1-2-85",
        "1985-01-02",
        "K 1985.1.2",
        "19850102",
        "01021985",
        "dob 1/2/85",
        "K-01/02/85",
        "2 1 1985",
    ],
)
def test_birth_dates_are_refused(reference):
    assert why_not_anonymous(reference)


@pytest.mark.parametrize(
    "reference",
    ["123-45-6789", "123456789", "123 45 6789", "K123456789", "12.345.6789", "(555) 010-0142", "5550100142"],
)
def test_numbers_of_a_person_are_refused(reference):
    assert why_not_anonymous(reference)


@pytest.mark.parametrize(
    "reference", ["ann@example.org", "Case 1234", "4@x.org", "", "   ", "-", "K", "K_1", "K-1\n2<"]
)
def test_addresses_and_what_is_no_key_are_refused(reference):
    assert why_not_anonymous(reference)


@given(st.integers(1, 99_999))
def test_every_short_number_with_a_letter_passes(number):
    assert why_not_anonymous(f"K-{number}") == ""


@given(st.text(max_size=40))
def test_any_text_is_read(text):
    assert isinstance(why_not_anonymous(text), str)
