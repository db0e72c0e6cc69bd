"""Parse numbers in requests: in URLs, forms and sessions. Nothing else turns request data into numbers.

Numbers too large for a primary key, digits of other scripts, and thousands of digits (which Python refuses to parse)
count as no number, and never raise an error.
"""

from collections.abc import Iterable

LARGEST = 2**63 - 1  # the largest primary key in PostgreSQL


def whole_number(text: str | None, *, most: int = LARGEST) -> int | None:
    """Return the number in a text of ASCII digits; ``None`` if it is not a number, or over ``most``."""
    if not text or len(text) > len(str(LARGEST)) or not (text.isascii() and text.isdigit()):
        return None
    number = int(text)
    return number if number <= most else None


def whole_numbers(texts: Iterable[str]) -> list[int]:
    """Return the numbers among some texts, each once, in order."""
    numbers = (whole_number(text) for text in texts)
    return list(dict.fromkeys(number for number in numbers if number is not None))
