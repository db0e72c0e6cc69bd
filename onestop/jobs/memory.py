"""Memory of work that makes very many objects at once."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager

SELDOM = 100_000  # new objects; Python's own is 700


@contextmanager
def collecting_seldom() -> Iterator[None]:
    """Look for unreachable objects seldom: among millions that are all in use, looking took a third of the time."""
    before = gc.get_threshold()
    gc.set_threshold(SELDOM, *before[1:])
    try:
        yield
    finally:
        gc.set_threshold(*before)
