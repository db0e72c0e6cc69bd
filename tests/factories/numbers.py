"""Numbers that keep the names of rows apart."""

from itertools import count

_number = count(1)


def next_number() -> int:
    """Return a number that no other row of this process has."""
    return next(_number)
