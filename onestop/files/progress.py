"""Progress of long work, stored in the cache; a cache that does not respond never stops the work."""

import logging

from django.core.cache import cache

log = logging.getLogger(__name__)
KEPT = 600  # seconds


def say_progress(work: str, share: float | None) -> None:
    """Store the share of some work that is done, from 0 to 1; ``None`` when it has ended."""
    try:
        if share is None:
            cache.delete(f"progress:{work}")
        else:
            cache.set(f"progress:{work}", round(share * 100), KEPT)
    except Exception:
        log.debug("The cache does not respond; progress is not stored.")


def percent_done(work: str) -> int:
    """Return the percentage done."""
    try:
        return int(cache.get(f"progress:{work}") or 0)
    except Exception:
        return 0
