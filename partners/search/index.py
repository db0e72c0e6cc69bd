"""Maintain the listings of the public directory: rebuild and count them at night, write them once after an import.

Triggers keep listings current (``directory_triggers``); this module does what the triggers leave out on purpose.
"""

from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager

from django.db import connection


def rebuild() -> int:
    """Rewrite every listing that differs from its service; return how many did (normally none)."""
    return _call("directory_rebuild")


def count_words() -> int:
    """Count the listings that contain each word, for spelling correction; return the number of words."""
    return _call("directory_count_words")


@contextmanager
def written_once(touched: Callable[[], Collection[int | None]]) -> Iterator[None]:
    """Write the listings of many services once at the end instead of with each statement.

    ``touched`` returns the services that were written, including new ones. Call it within a transaction.
    """
    _set_mode("later")
    yield
    _set_mode("")
    with connection.cursor() as cursor:
        cursor.execute("SELECT directory_touch(%s)", [[pk for pk in touched() if pk is not None]])


def _set_mode(mode: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('onestop.listings', %s, true)", [mode])


def _call(function: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {function}()")
        return int(cursor.fetchone()[0])
