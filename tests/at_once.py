"""Two people who act at the same time."""

import threading
import time
from collections.abc import Callable
from typing import Any

from django.db import connection, transaction


def second_waits_for(first: Callable[[], Any], second: Callable[[], Any]) -> Any:
    """Run the second act while the first is not committed; return the result of the second, or its exception."""
    other = _Other(second)
    with transaction.atomic():
        first()
        other.start()
        wait_for_lock(other.is_alive)
    other.join()
    return other.outcome


def second_goes_on_beside(first: Callable[[], Any], second: Callable[[], Any]) -> Any:
    """Like ``second_waits_for``, but fail if the second act waits until the first is committed."""
    other = _Other(second)
    with transaction.atomic():
        first()
        other.start()
        other.join(30)
        went_on = not other.is_alive()
    other.join()
    assert went_on, "it waited"
    return other.outcome


class _Other(threading.Thread):
    """An act in a thread, with its result, or its exception, as ``outcome``."""

    outcome: Any = None

    def __init__(self, act: Callable[[], Any]) -> None:
        super().__init__()
        self._act = act

    def run(self) -> None:
        try:
            self.outcome = self._act()
        except Exception as problem:
            self.outcome = problem
        finally:
            connection.close()


def wait_for_lock(goes_on: Callable[[], bool] = lambda: True, *, seconds: float = 30) -> None:
    """Wait until a connection to this database waits for what another holds; fail if what does so has ended."""
    deadline = time.monotonic() + seconds
    while not somebody_waits_for_a_lock():
        assert goes_on(), "it did not wait, but ended"
        assert time.monotonic() < deadline, f"nothing waited for a lock within {seconds} s"
        time.sleep(0.02)


def somebody_waits_for_a_lock() -> bool:
    """Return whether a connection to this database waits for what another holds."""
    with connection.cursor() as cursor:
        # Within a transaction, PostgreSQL goes on showing the connections that it showed first.
        cursor.execute("SELECT pg_stat_clear_snapshot()")
        cursor.execute("SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'")
        return cursor.fetchone() is not None
