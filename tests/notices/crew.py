"""Real workers and beats in processes of their own, the mail server that they deliver to, and what became of it all."""

import os
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.utils import timezone

from onestop.notices import delivery, outbox
from onestop.notices.models import Notice
from tests.notices.mail_server import MailServer
from tests.notices.nursery import Order

Status = Notice.Status
LEASE = 3  # seconds
GROUP = delivery.GROUP


@dataclass(frozen=True)
class Count:
    """What became of all notices, by the rows and by what the mail server has noted.

    Lost: neither delivered nor marked as perhaps delivered, or marked as delivered and not so. Doubted: begun by a
    worker that did not come back. Repeated: taken by the mail server more than once.
    """

    written: int
    lost: int
    doubted: int
    uncertain: int
    repeated: int
    repeated_beyond_doubt: int

    def tell(self, what: str) -> "Count":
        """Print it, for whoever runs the tests with -s."""
        sys.stdout.write(
            f"\n{what:58} written {self.written:5}  lost {self.lost}  uncertain {self.uncertain:3}"
            f"  repeated {self.repeated:3}, {self.repeated_beyond_doubt} of it without doubt\n"
        )
        return self


@dataclass
class Process:
    """One process that the nursery has started."""

    name: str
    pid: int
    log: Path

    def runs(self) -> bool:
        """Return whether it is alive."""
        try:
            os.kill(self.pid, 0)
        except ProcessLookupError:
            return False
        return True

    def send(self, sign: int) -> None:
        """Send it a signal, if it is alive."""
        with suppress(ProcessLookupError):
            os.kill(self.pid, sign)

    def kill(self) -> None:
        """End it as the kernel does when memory runs out: it learns nothing of it."""
        self.send(signal.SIGKILL)
        wait_until(lambda: not self.runs())

    def wait_until_ready(self) -> "Process":
        """Wait until it says that it is."""
        wait_until(lambda: "ready" in self.said() or not self.runs())
        assert self.runs(), self.said()
        return self

    def rests(self) -> bool:
        """Return whether a worker has ended every task that it took; one that PostgreSQL cut off may have failed."""
        said = self.said()
        return said.count("] received\n") == said.count("] succeeded in ") + said.count("] raised unexpected: ")

    def said(self) -> str:
        """Return what it has said so far."""
        return self.log.read_text() if self.log.exists() else ""


@dataclass
class Crew:
    """Whoever is at work in a test. ``broker`` is a Redis that is not that of the other tests."""

    nursery: "subprocess.Popen[str]"
    folder: Path
    settings: dict[str, Any] = field(default_factory=dict)
    broker: str = ""
    processes: list[Process] = field(default_factory=list)
    server: MailServer = field(default_factory=MailServer)

    # ------------------------------------------------------------ Starting and ending
    def start(self, *, workers: int, beats: int = 1) -> list[Process]:
        """Start so many of each, and return the workers when they are ready."""
        started = [self.worker() for _ in range(workers)]
        for _ in range(beats):
            self.beat()
        return [worker.wait_until_ready() for worker in started]

    def sink(self) -> Process:
        """Start the mail server."""
        return self._start("sink", "sink", [str(self.server.controller.port), str(self.folder / "taken")])

    def worker(self) -> Process:
        """Start a worker; it is ready when it says so."""
        name = f"worker{len(self.processes)}"
        words = ["worker", "--pool", "threads", "-c", "2", "-Q", "notices", "-n", f"{name}@%h", "--loglevel", "INFO"]
        return self._start(name, "celery", [*words, "--without-gossip", "--without-mingle"])

    def beat(self) -> Process:
        """Start a beat; it sends its first round a second after it began."""
        name = f"beat{len(self.processes)}"
        return self._start(name, "celery", ["beat", "--pidfile=", "-s", str(self.folder / name)])

    def end(self) -> None:
        """End everybody."""
        for process in self.processes:
            process.kill()

    def _start(self, name: str, program: str, words: list[str]) -> Process:
        log = self.folder / f"{name}.log"
        if program == "celery":
            words = ["-A", "onestop", *(["-b", self.broker] if self.broker else []), *words]
        settings = {"MAIL_TRANSPORT": self.server.transport, "MAIL_LEASE_SECONDS": LEASE} | self.settings
        order = Order(program, words, str(log), settings, {"PGAPPNAME": name})
        assert self.nursery.stdin
        assert self.nursery.stdout
        self.nursery.stdin.write(order.as_line())
        self.nursery.stdin.flush()
        process = Process(name, int(self.nursery.stdout.readline()), log)
        self.processes.append(process)
        return process

    # ------------------------------------------------------------ Looking on
    def taken(self) -> list[str]:
        """Return the Message-IDs of what the mail server took, in its order."""
        file = self.folder / "taken"
        return file.read_text().split() if file.exists() else []

    def wait_for_mail(self, number: int) -> None:
        """Wait until the mail server has taken so many."""
        wait_until(lambda: len(self.taken()) >= number, seconds=40)

    def wait_for_rest(self) -> None:
        """Wait until nothing is owed and nobody has anything in hand."""
        wait_until(lambda: not Notice.objects.filter(status__in=[Status.QUEUED, Status.CLAIMED]).exists(), seconds=40)

    def count(self) -> Count:
        """Return what became of all notices."""
        taken = Counter(self.taken())
        rows = list(Notice.objects.exclude(status=Status.DIGESTED))
        doubted = {row.message_id for row in rows if row.attempts > 1 or row.status == Status.UNCERTAIN}
        again = {message_id: times - 1 for message_id, times in taken.items() if times > 1}
        return Count(
            written=len(rows),
            lost=sum(not _is_settled(row, taken) for row in rows) + len(set(taken) - {row.message_id for row in rows}),
            doubted=len(doubted),
            uncertain=sum(row.status == Status.UNCERTAIN for row in rows),
            repeated=sum(again.values()),
            repeated_beyond_doubt=sum(times for message_id, times in again.items() if message_id not in doubted),
        )


def _is_settled(row: Notice, taken: Counter[str]) -> bool:
    return row.status == Status.UNCERTAIN or (row.status == Status.SENT and taken[row.message_id] >= 1)


def owe_many(number: int) -> None:
    """Owe so many notices to as many people, and wake the workers."""
    at, sender = timezone.now(), "portal@onestop.example"
    Notice.objects.bulk_create(
        Notice(
            dedupe_key=f"many:{i}",
            message_id=Notice.message_id_for(f"many:{i}", sender),
            sender=sender,
            to=f"person.{i}@partner.example",
            subject="Good day",
            text="Hello.\n",
            written_at=at,
            due_at=at,
        )
        for i in range(number)
    )
    outbox.wake_workers(number)


def wait_until(condition: Callable[[], bool], *, seconds: float = 20) -> None:
    """Wait for what happens in another process."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, f"waited {seconds} s in vain"
        time.sleep(0.02)
