"""How far a worker is with long work: a courtesy, kept in the cache, and no reason to stop when the cache is away."""

import logging

from django.core.cache import cache

log = logging.getLogger(__name__)
KEPT = 600  # seconds


def say_progress(work: str, share: float | None) -> None:
    """Say which share of some work is done; None when it is over."""
    try:
        if share is None:
            cache.delete(f"progress:{work}")
        else:
            cache.set(f"progress:{work}", round(share * 100), KEPT)
    except Exception:
        log.debug("No cache to keep progress in.")


def percent_done(work: str) -> int:
    """Return how many percent are done."""
    try:
        return int(cache.get(f"progress:{work}") or 0)
    except Exception:
        return 0
