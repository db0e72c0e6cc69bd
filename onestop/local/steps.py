"""Say what a command is doing and how long it took, as scripts/setup.py does."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager


@contextmanager
def step(what: str, say: Callable[[str], None]) -> Iterator[None]:
    """Say what is being done, and afterwards in how many seconds."""
    say(f"· {what} ...")
    begun = time.monotonic()
    yield
    say(f"  done in {time.monotonic() - begun:.1f} s")
