"""Numbers as requests send them: in addresses, forms and sessions. Nothing else turns what was sent into a number.

A number that no row can have, digits of another script, or thousands of digits (Python refuses to read those) are no
number at all, and never an error.
"""

from collections.abc import Iterable

LARGEST = 2**63 - 1  # that PostgreSQL keeps as the number of a row


def whole_number(text: str | None, *, most: int = LARGEST) -> int | None:
    """Return the number that a text writes in plain digits; None if it is none, or over ``most``."""
    if not text or len(text) > len(str(LARGEST)) or not (text.isascii() and text.isdigit()):
        return None
    number = int(text)
    return number if number <= most else None


def whole_numbers(texts: Iterable[str]) -> list[int]:
    """Return the numbers among some texts, each once, in their order."""
    numbers = (whole_number(text) for text in texts)
    return list(dict.fromkeys(number for number in numbers if number is not None))
