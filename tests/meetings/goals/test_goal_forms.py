"""Numbers as people type them in reports on goals."""

from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError

from meetings.forms.figures import FigureField

FIELD = FigureField(max_digits=14, decimal_places=2, required=False)


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("1250", "1250"), ("1,250", "1250"), ("$7,500.50", "7500.50"), ("42.5%", "42.5"), (" 42 % ", "42"),
        ("-3", "-3"), (".5", "0.5"), ("0", "0"), ("1,000,000", "1000000"), ("5.", "5"),
    ],
)  # fmt: skip
def test_numbers_are_read_as_typed(typed, number):
    assert FIELD.clean(typed) == Decimal(number)


@pytest.mark.parametrize("typed", ["45,5", "1,25", "12,3456", "forty", "1.2.3", "$", "%", "-", "1e3x", "5 6", "NaN"])
def test_what_may_mean_another_number_is_refused(typed):
    with pytest.raises(ValidationError, match="such as 1,250"):
        FIELD.clean(typed)


def test_what_cannot_be_stored_is_refused_in_plain_words():
    for typed, words in (("55.555", "two digits after the point"), ("9" * 13, "too large"), ("9" * 40, "too large")):
        with pytest.raises(ValidationError, match=words):
            FIELD.clean(typed)


def test_a_stored_number_has_no_zeros_at_its_end():
    assert FIELD.prepare_value(Decimal("55.00")) == "55"
    assert FIELD.prepare_value(Decimal("1000")) == "1000"
    assert FIELD.prepare_value("as typed") == "as typed"
    assert FIELD.clean("") is None
