"""Money divided by weights: whole cents that add up, in exact fractions."""

from decimal import Decimal
from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agreements.cost_sharing import allocate

CENT = Decimal("0.01")
cents = st.integers(0, 10**14)
weight = st.one_of(
    st.integers(0, 10**9), st.decimals(0, 10**9, allow_nan=False, allow_infinity=False, places=3), st.just(0)
)
weights = st.lists(weight, min_size=1, max_size=40).filter(any)


def dollars(number: int) -> Decimal:
    return Decimal(number).scaleb(-2)


@given(cents, weights)
def test_no_cent_is_lost_or_made(amount, given_weights):
    parts = allocate(dollars(amount), dict(enumerate(given_weights)))
    assert sum(parts.values()) == dollars(amount)
    assert all(part == part.quantize(CENT) and part >= 0 for part in parts.values())


@given(cents, weights)
def test_each_part_is_within_a_cent_of_its_exact_share_and_nobody_without_weight_pays(amount, given_weights):
    parts = allocate(dollars(amount), dict(enumerate(given_weights)))
    total = sum(map(Fraction, given_weights))
    for at, each in enumerate(given_weights):
        assert abs(Fraction(parts[at]) * 100 - amount * Fraction(each) / total) < 1
        assert each or not parts[at]


@given(cents, weights, st.integers(1, 1000))
def test_only_the_proportion_of_weights_counts(amount, given_weights, factor):
    scaled = [Fraction(each) * factor for each in given_weights]
    again = {at: Decimal(each.numerator) / each.denominator for at, each in enumerate(scaled)}
    assert allocate(dollars(amount), dict(enumerate(given_weights))) == allocate(dollars(amount), again)


@given(cents, weights)
def test_a_larger_weight_never_pays_less(amount, given_weights):
    parts = allocate(dollars(amount), dict(enumerate(given_weights)))
    order = sorted(range(len(given_weights)), key=lambda at: given_weights[at])
    for less, more in pairwise(order):
        assert given_weights[less] == given_weights[more] or parts[less] <= parts[more]


@given(cents, weights)
def test_the_order_decides_ties_and_nothing_else(amount, given_weights):
    keys = list(range(len(given_weights)))
    there = allocate(dollars(amount), {key: given_weights[key] for key in keys})
    back = allocate(dollars(amount), {key: given_weights[key] for key in reversed(keys)})
    assert sorted(there.values()) == sorted(back.values())
    assert all(abs(there[key] - back[key]) <= CENT for key in keys)


def test_equals_are_served_in_their_order():
    assert allocate(Decimal("100.01"), {"a": 1, "b": 1, "c": 1}) == {
        "a": Decimal("33.34"), "b": Decimal("33.34"), "c": Decimal("33.33"),
    }  # fmt: skip


def test_nothing_is_divided_into_nothing():
    assert allocate(Decimal(0), {"a": 0, "b": 0}) == {"a": Decimal("0.00"), "b": Decimal("0.00")}
    assert allocate(Decimal(0), {"a": 3}) == {"a": Decimal("0.00")}


@pytest.mark.parametrize(
    ("amount", "parts", "problem"),
    [
        (Decimal(1), {}, "no weights"),
        (Decimal(1), {"a": -1, "b": 2}, "negative"),
        (Decimal(-1), {"a": 1}, "negative"),
        (Decimal(1), {"a": Decimal("NaN")}, "not a number"),
        (Decimal(1), {"a": Decimal("Infinity")}, "not a number"),
        (Decimal("NaN"), {"a": 1}, "not a number"),
        (Decimal("Infinity"), {"a": 1}, "not a number"),
        (Decimal("0.001"), {"a": 1}, "whole cents"),
        (Decimal("0.01"), {"a": 0, "b": 0}, "All weights are zero"),
    ],
)
def test_what_cannot_be_divided_is_refused(amount, parts, problem):
    with pytest.raises(ValueError, match=problem):
        allocate(amount, parts)
