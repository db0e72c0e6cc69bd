"""Maintain the listings of the directory: rebuild, count and read them at night, write them once after an import.

Triggers keep listings current (``directory_triggers``); this module does what the triggers leave out on purpose.
"""

from collections.abc import Callable, Collection, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

from django.db import connection

from partners.search.listing_readings import read_all, read_listings


def rebuild() -> int:
    """Rewrite every listing that differs from its service, and count how many listings contain each word.

    Then read those that nobody has read. Return how many listings differed (normally none). The counts are for spelling
    correction. Outside a transaction both are done at the same time, over two connections.
    """
    if connection.in_atomic_block:
        changed = _correct_listings()
        _count_words()
    else:
        with ThreadPoolExecutor(1) as other:
            counting = other.submit(_count_words_over_own_connection)
            changed = _correct_listings()
            counting.result()
    read_all()
    return changed


def _correct_listings() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT directory_rebuild()")
        return int(cursor.fetchone()[0])


def _count_words() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT directory_count_words()")


def _count_words_over_own_connection() -> None:
    try:
        _count_words()
    finally:
        connection.close()


@contextmanager
def write_listings_once(touched: Callable[[], Collection[int | None]]) -> Iterator[None]:
    """Write the listings of many services once at the end instead of with each statement.

    ``touched`` returns the services that were written, including new ones. Call it within a transaction.
    """
    _set_mode("later")
    yield
    _set_mode("")
    written = [pk for pk in touched() if pk is not None]
    with connection.cursor() as cursor:
        cursor.execute("SELECT directory_touch(%s)", [written])
    read_listings(written)


def _set_mode(mode: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('onestop.listings', %s, true)", [mode])
