"""Couriers: threads with a mail server's connection each, and no database.

A mail server's answer is what takes time. Few threads suffice where servers answer at once, since Python runs one at a
time; where they take their time, more are hired.
"""

import queue
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Self

from onestop.notices.models import Notice
from onestop.notices.transport import Transport

FEWEST, MOST = 4, 32
SLOW = 0.02  # seconds a notice; from there on waiting, not computing, is what takes the time
MEMORY = 16  # so many of the last deliveries say how slow the server is


@dataclass(frozen=True)
class Outcome:
    """What became of one notice: nothing wrong, or the problem that ended it."""

    notice: Notice
    problem: BaseException | None
    seconds: float


class SmtpPool:
    """Threads that take notices and give back what became of each; one thread uses them, as ``with Couriers(...)``."""

    def __init__(self, open_transport: Callable[[], Transport], *, fewest: int = FEWEST, most: int = MOST) -> None:
        self.open_transport, self.fewest, self.most = open_transport, fewest, most
        self.inbox: queue.SimpleQueue[Notice | None] = queue.SimpleQueue()
        self.outcomes: queue.SimpleQueue[Outcome] = queue.SimpleQueue()
        self.threads: list[threading.Thread] = []
        self.lately: list[float] = []

    def __enter__(self) -> Self:
        self._hire(self.fewest)
        return self

    def __exit__(self, *_: object) -> None:
        """Let each finish what it has in hand, and go."""
        for _thread in self.threads:
            self.inbox.put(None)
        for thread in self.threads:
            thread.join()

    def take(self, notice: Notice) -> None:
        """Hand a notice to whoever is free first."""
        self.inbox.put(notice)

    def next_outcome(self, *, seconds: float | None) -> Outcome | None:
        """Return what became of a notice, or nothing if none comes back in time; 0 does not wait."""
        try:
            outcome = self.outcomes.get(timeout=seconds) if seconds else self.outcomes.get_nowait()
        except queue.Empty:
            return None
        self._learn(outcome.seconds)
        return outcome

    def _learn(self, seconds: float) -> None:
        self.lately = [*self.lately[1 - MEMORY :], seconds]
        if len(self.threads) < self.most and sum(self.lately) > SLOW * len(self.lately) and len(self.lately) == MEMORY:
            self._hire(min(self.most, 2 * len(self.threads)) - len(self.threads))
            self.lately.clear()

    def _hire(self, number: int) -> None:
        for _number in range(number):
            # A daemon: whoever is killed in the middle need not wait for a server that has hung up.
            thread = threading.Thread(target=self._work, name="courier", daemon=True)
            self.threads.append(thread)
            thread.start()

    def _work(self) -> None:
        transport = self.open_transport()
        try:
            while (notice := self.inbox.get()) is not None:
                begun = time.monotonic()
                problem: BaseException | None = None
                try:
                    transport.send(notice)
                except BaseException as caught:
                    problem = caught
                self.outcomes.put(Outcome(notice, problem, time.monotonic() - begun))
        finally:
            transport.close()
