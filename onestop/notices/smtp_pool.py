"""A pool of threads with one SMTP connection each, and no database.

Sending mostly waits for the mail server. Few threads are enough for a fast server, since Python runs one at a time; for
a slow server the pool grows.
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
SLOW = 0.02  # seconds per notice; above that, waiting takes more time than computing
MEMORY = 16  # number of recent deliveries that measure the speed of the server


@dataclass(frozen=True)
class Outcome:
    """The outcome of one notice: sent, or the problem that stopped it."""

    notice: Notice
    problem: BaseException | None
    seconds: float


class SmtpPool:
    """Threads that send notices and return outcomes; used by one thread, as ``with SmtpPool(...)``."""

    def __init__(self, open_transport: Callable[[], Transport], *, fewest: int = FEWEST, most: int = MOST) -> None:
        self.open_transport, self.fewest, self.most = open_transport, fewest, most
        self.inbox: queue.SimpleQueue[Notice | None] = queue.SimpleQueue()
        self.outcomes: queue.SimpleQueue[Outcome] = queue.SimpleQueue()
        self.threads: list[threading.Thread] = []
        self.recent: list[float] = []

    def __enter__(self) -> Self:
        self._start(self.fewest)
        return self

    def __exit__(self, *_: object) -> None:
        """Let each thread finish its notice and stop."""
        for _thread in self.threads:
            self.inbox.put(None)
        for thread in self.threads:
            thread.join()

    def take(self, notice: Notice) -> None:
        """Hand a notice to the first free thread."""
        self.inbox.put(notice)

    def next_outcome(self, *, seconds: float | None) -> Outcome | None:
        """Return the next outcome, or None if there is none in time; 0 does not wait."""
        try:
            outcome = self.outcomes.get(timeout=seconds) if seconds else self.outcomes.get_nowait()
        except queue.Empty:
            return None
        self._learn(outcome.seconds)
        return outcome

    def _learn(self, seconds: float) -> None:
        self.recent = [*self.recent[1 - MEMORY :], seconds]
        if len(self.threads) < self.most and sum(self.recent) > SLOW * len(self.recent) and len(self.recent) == MEMORY:
            self._start(min(self.most, 2 * len(self.threads)) - len(self.threads))
            self.recent.clear()

    def _start(self, number: int) -> None:
        for _number in range(number):
            # A daemon: a killed process does not wait for a server that has stopped answering.
            thread = threading.Thread(target=self._work, name="courier", daemon=True)
            self.threads.append(thread)
            thread.start()

    def _work(self) -> None:
        transport = self.open_transport()
        try:
            while (notice := self.inbox.get()) is not None:
                started = time.monotonic()
                problem: BaseException | None = None
                try:
                    transport.send(notice)
                except BaseException as caught:
                    problem = caught
                self.outcomes.put(Outcome(notice, problem, time.monotonic() - started))
        finally:
            transport.close()
