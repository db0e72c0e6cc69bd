"""Divide money by weights, so that the parts are whole cents and add up to it; round a product to the cent.

Every split of money in the portal uses this: pools over partners, years over periods, totals over milestones and
funding sources. 2 CFR 200.405 asks for shares in proportion to benefit; it leaves rounding to whoever shares.
"""

from collections.abc import Mapping
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from math import lcm
from typing import TypeVar

Key = TypeVar("Key")
CENT = Decimal("0.01")


def allocate(amount: Decimal, weights: Mapping[Key, Decimal | int]) -> dict[Key, Decimal]:
    """Return the part of an amount for each weight, in whole cents that add up to the amount.

    Each part is first rounded down to the cent; the cents that are left go to the parts that lost most by that
    (largest remainder), among equals to those that come first in ``weights``. Fractions are exact.

    :raises ValueError: if there are no weights, a weight or the amount is negative, NaN or infinite, the amount is not
        in whole cents, or all weights are zero while the amount is not.
    """
    if not weights:
        raise ValueError("There is nobody to share with: no weights.")
    cents = _exact(amount, "amount") * 100
    if cents.denominator != 1:
        raise ValueError(f"The amount {amount} is not in whole cents.")
    exact = [_exact(weight, "weight") for weight in weights.values()]
    scale = lcm(*(weight.denominator for weight in exact))
    whole = [int(weight * scale) for weight in exact]
    total = sum(whole)
    if not total:
        if cents:
            raise ValueError("All weights are zero, but the amount is not.")
        return dict.fromkeys(weights, Decimal("0.00"))
    parts, lost = zip(*(divmod(int(cents) * weight, total) for weight in whole), strict=True)
    left = int(cents) - sum(parts)
    first = sorted(range(len(parts)), key=lambda place: -lost[place])[:left]  # a stable sort: ties keep their order
    more = set(first)
    return {key: _money(part + (place in more)) for place, (key, part) in enumerate(zip(weights, parts, strict=True))}


def to_the_cent(amount: Decimal) -> Decimal:
    """Return dollars in whole cents, half a cent up: for a product, such as units times a rate, never for a split."""
    return amount.quantize(CENT, ROUND_HALF_UP)


def _exact(value: Decimal | int, what: str) -> Fraction:
    """Return a number exactly.

    :raises ValueError: if it is negative, NaN or infinite.
    """
    if isinstance(value, Decimal) and not value.is_finite():
        raise ValueError(f"The {what} {value} is not a number.")
    exact = Fraction(value)
    if exact < 0:
        raise ValueError(f"The {what} {value} is negative.")
    return exact


def _money(cents: int) -> Decimal:
    """Return cents as dollars, without rounding, however many there are."""
    return Decimal(f"{cents // 100}.{cents % 100:02}")
