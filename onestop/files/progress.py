"""Progress of long work, stored in the cache; a cache that does not respond never stops the work."""

import logging
from typing import NamedTuple

from django.core.cache import cache

log = logging.getLogger(__name__)
KEPT = 600  # seconds


class Progress(NamedTuple):
    """The percentage of some work that is done, and what is being done, in words."""

    percent: int = 0
    words: str = ""


def say_progress(work: str, share: float | None, words: str = "") -> None:
    """Store the share of some work that is done, from 0 to 1, and what is being done; ``None`` when it has ended."""
    try:
        if share is None:
            cache.delete(f"progress:{work}")
        else:
            cache.set(f"progress:{work}", (round(share * 100), str(words)), KEPT)
    except Exception:
        log.debug("The cache does not respond; progress is not stored.")


def progress_of(work: str) -> Progress:
    """Return how far some work is."""
    try:
        return Progress(*(cache.get(f"progress:{work}") or ()))
    except Exception:
        return Progress()


def percent_done(work: str) -> int:
    """Return the percentage done."""
    return progress_of(work).percent
