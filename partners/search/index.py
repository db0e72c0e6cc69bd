"""The listings of the public directory: mended and counted at night, and written once at the end of an import.

Triggers keep them true (``directory_triggers``); this is for what triggers leave out on purpose.
"""

from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager

from django.db import connection


def rebuild() -> int:
    """Put right every listing that differs from its service; return how many did. As a rule none does."""
    return _call("directory_rebuild")


def count_words() -> int:
    """Count in how many listings each word stands, so that slips of the finger lead to what exists; return how many."""
    return _call("directory_count_words")


@contextmanager
def written_once(touched: Callable[[], Collection[int | None]]) -> Iterator[None]:
    """Write the listings of many services once at the end, not with each statement in between.

    ``touched`` then says which services were written, new ones too. Within a transaction, which is all or nothing.
    """
    _say_when("later")
    yield
    _say_when("")
    with connection.cursor() as cursor:
        cursor.execute("SELECT directory_touch(%s)", [[pk for pk in touched() if pk is not None]])


def _say_when(when: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('onestop.listings', %s, true)", [when])


def _call(function: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {function}()")
        return int(cursor.fetchone()[0])
