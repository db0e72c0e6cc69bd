"""Two people who act at the same time."""

import threading
import time
from collections.abc import Callable
from typing import Any

from django.db import connection, transaction


def second_waits_for(first: Callable[[], Any], second: Callable[[], Any]) -> Any:
    """Run the second act while the first is not committed; return the result of the second, or its exception."""
    outcome: list[Any] = []

    def run() -> None:
        try:
            outcome.append(second())
        except Exception as problem:
            outcome.append(problem)
        finally:
            connection.close()

    other = threading.Thread(target=run)
    with transaction.atomic():
        first()
        other.start()
        wait_for_lock(other.is_alive)
    other.join()
    return outcome[0]


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
