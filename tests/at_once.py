"""Two people who act at the same time."""

import threading
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
        other.join(0.3)
        assert other.is_alive(), "the second did not wait for the first"
    other.join()
    return outcome[0]
