"""How fast notices are planned and delivered, beside django-post-office and beside a bare loop of smtplib.

`.venv/bin/python -m tests.benchmarks.notices [notices]`: on a PostgreSQL of its own that writes to the disk, against a
mail server on this machine that answers at once, and one that waits 20 ms before each answer as real ones do. Prints
messages a second and the ratios; asserts nothing but that all mails arrived.
"""

import os
import shutil
import smtplib
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
SLOW_SHARE = 5  # against the slow server those that need minutes send only every so many of the mails
TABLES = "notices_notice, post_office_email, post_office_log"


@contextmanager
def portal() -> Iterator[None]:
    """Run a PostgreSQL and a Redis of our own, with empty tables."""
    from onestop.local.servers import Postgres, Redis, database_url, redis_url

    folder = Path(tempfile.mkdtemp(prefix="onestop-bench-"))
    postgres, redis = Postgres(folder), Redis(folder)
    try:
        postgres.start()
        redis.start()
        postgres.create_database()
        os.environ |= {
            "DATABASE_URL": database_url(folder),
            "REDIS_URL": redis_url(folder),
            "ONESTOP_TEST_REDIS": redis_url(folder),
            "ONESTOP_TEST_DATA": str(folder),
            "ONESTOP_DATA": str(folder),
            "DJANGO_SETTINGS_MODULE": "tests.benchmarks.notices_settings",
            "SINK_PORT": str(free_port()),
        }
        import django

        django.setup()
        from django.core.management import call_command

        from onestop.local.quick_migrations import quick_migrations

        with quick_migrations():
            call_command("migrate", verbosity=0)
        yield
    finally:
        redis.stop()
        postgres.stop()
        shutil.rmtree(folder, ignore_errors=True)


def main(number: int) -> None:
    """Start the servers, run everything against both mail servers, print."""
    with portal():
        _fill(number)
        _plan(number, wake=False)  # what Python loads and remembers at the first time is no matter of speed
        for milliseconds in (0, 20):
            run(number, milliseconds)


@dataclass(frozen=True)
class Figures:
    """Messages a second: of delivering alone, and of planning and delivering together."""

    delivered: float
    both: float


def run(number: int, milliseconds: int) -> None:
    """Measure all against one mail server, and print a table."""
    slow = milliseconds > 0
    with sink(milliseconds):
        limit = bare_loop(200 if slow else number)
        figures = {
            "a bare loop of smtplib, prebuilt bytes": Figures(limit, limit),
            "django-post-office, 1 process": post_office(number // SLOW_SHARE if slow else number, processes=1),
            "django-post-office, 2 processes": post_office(number // SLOW_SHARE if slow else number, processes=2),
            "ours, 1 worker": ours(number, workers=1),
            "ours, 2 workers": ours(number, workers=2),
        }
    other = figures["django-post-office, 1 process"]
    print(f"\nA mail server that answers {f'after {milliseconds} ms' if slow else 'at once'}; {number} notices")
    head = ("delivered/s", "of bare", "of post-office", "planned too/s", "of bare", "of post-office")
    print(f"{'':40}" + "".join(f"{words:>16}" for words in head))
    for name, one in figures.items():
        print(
            f"{name:40}{one.delivered:>16.0f}{one.delivered / limit:>16.2f}{one.delivered / other.delivered:>16.2f}"
            f"{one.both:>16.0f}{one.both / limit:>16.2f}{one.both / other.both:>16.2f}",
            flush=True,
        )


# ---------------------------------------------------------------- The three ways
def bare_loop(number: int) -> float:
    """Send the same prebuilt bytes over one connection: what the mail server and Python allow at most."""
    from onestop.notices.mime import build_message

    content = build_message(_notice_like()).decode()
    begun = time.perf_counter()
    with smtplib.SMTP("127.0.0.1", int(os.environ["SINK_PORT"])) as smtp:
        for _ in range(number):
            smtp.sendmail("portal@onestop.example", ["someone@partner.example"], content)
    return number / (time.perf_counter() - begun)


def post_office(number: int, *, processes: int) -> Figures:
    """Plan and deliver with django-post-office, as its command does."""
    from django.db import connection
    from post_office import mail  # type: ignore[import-untyped]
    from post_office.models import EmailTemplate  # type: ignore[import-untyped]

    _empty()
    told, before = _contexts(number), taken()
    template, _ = EmailTemplate.objects.update_or_create(
        name="benchmark",
        defaults={
            "subject": _source("subject.txt"),
            "content": _source("body.txt"),
            "html_content": _source("body.html"),
        },
    )
    begun = time.perf_counter()
    mail.send_many(
        [
            {"recipients": [to], "sender": "portal@onestop.example", "template": template, "context": context}
            for to, context in told
        ]
    )
    planned = time.perf_counter()
    while sum(mail.send_queued(processes=processes, log_level=0)):
        connection.close()  # its forked processes end the one that they inherit
    ended = time.perf_counter()
    assert taken() - before == number
    return Figures(number / (ended - planned), number / (ended - begun))


def ours(number: int, *, workers: int) -> Figures:
    """Deliver with Celery workers that were there before what was planned already, and then plan too."""
    from onestop.notices.outbox import wake_workers

    with celery_workers(workers):
        _empty()
        before = taken()
        _plan(number, wake=False)
        begun = time.perf_counter()
        wake_workers(number)
        _wait_until_sent()
        delivered = number / (time.perf_counter() - begun)
        assert taken() - before == number
        _empty()
        begun = time.perf_counter()
        _plan(number, wake=True)
        _wait_until_sent()
        both = number / (time.perf_counter() - begun)
    assert taken() - before == 2 * number
    return Figures(delivered, both)


def _plan(number: int, *, wake: bool) -> None:
    """Do what a planner does every quarter of an hour."""
    from unittest.mock import patch

    from django.utils.timezone import now

    from onestop.accounts.models import User
    from onestop.notices import planners
    from onestop.notices.messages import Message

    def plan(at: Any) -> Iterator[Message]:
        for user, (_, context) in zip(User.objects.order_by("pk")[:number], _contexts(number), strict=True):
            yield Message("benchmark", f"benchmark:{user.pk}", user, context)

    planner = planners.Planner("benchmark", "Benchmark", "Only here.", plan)
    if wake:
        planners.run(planner, at=now())
    else:
        with patch("onestop.notices.outbox.wake_workers"):
            planners.run(planner, at=now())


def _wait_until_sent() -> None:
    from onestop.notices.models import Notice

    waiting = Notice.objects.filter(status__in=[Notice.Status.QUEUED, Notice.Status.CLAIMED])
    while waiting.exists():
        time.sleep(0.05)


# ---------------------------------------------------------------- What they stand on
def _fill(number: int) -> None:
    from onestop.accounts.models import User

    declare()
    User.objects.bulk_create(
        [User(email=f"person.{i}@partner.example", name=f"Person {i}", password="!") for i in range(number)]
    )
    from onestop.notices.models import DeliverySchedule

    DeliverySchedule.objects.bulk_create(
        [DeliverySchedule(user=user, quiet_from=None, quiet_until=None) for user in User.objects.order_by("pk")]
    )


def declare() -> None:
    """Declare the kind of notice that is sent here."""
    from onestop.notices.notice_types import NoticeType, Reason, declare

    declare(NoticeType("benchmark", "Benchmark", "Only here.", Reason.NUDGE))


def _contexts(number: int) -> list[tuple[str, dict[str, Any]]]:
    return [
        (
            f"person.{i}@partner.example",
            {"name": f"Person {i}", "service": f"Service {i}", "organization": "Division of Rehabilitation Services",
             "link": f"https://riverbend.example/confirm/{i:032}"},
        )
        for i in range(number)
    ]  # fmt: skip


def _notice_like() -> Any:
    from django.utils.timezone import now

    from onestop.notices.messages import Message
    from onestop.notices.models import Notice
    from onestop.notices.notice_types import notice_type_of
    from onestop.notices.rendering import render

    (to, context), *_ = _contexts(1)
    subject, text, html = render(Message("benchmark", "benchmark", to, context), notice_type_of("benchmark"), {})
    return Notice(
        to=to,
        subject=subject,
        text=text,
        html=html,
        sender="portal@onestop.example",
        written_at=now(),
        message_id="<1@x>",
    )


def _source(part: str) -> str:
    return (ROOT / "tests" / "benchmarks" / "templates" / "emails" / f"benchmark_{part}").read_text().strip()


def _empty() -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(f"TRUNCATE {TABLES} CASCADE")
        cursor.execute("VACUUM ANALYZE")


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


def taken() -> int:
    """Ask the mail server how many mails it took."""
    with smtplib.SMTP("127.0.0.1", int(os.environ["SINK_PORT"])) as smtp:
        return int(smtp.docmd("COUNT")[1])


@contextmanager
def sink(milliseconds: int, log: Path | None = None) -> Iterator[None]:
    """Run the mail server in a process of its own; it writes to ``log`` to whom mails went."""
    command = [sys.executable, "-m", "tests.benchmarks.smtp_sink", os.environ["SINK_PORT"], str(milliseconds)]
    command += [str(log)] if log else []
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        process.stdout.readline()
        try:
            yield
        finally:
            process.terminate()


@contextmanager
def celery_workers(number: int) -> Iterator[None]:
    """Run Celery workers of the queue of notices, and wait until they are ready."""
    command = [
        sys.executable,
        "-m",
        "celery",
        "-A",
        "onestop",
        "worker",
        "--pool",
        "threads",
        "-c",
        "4",
        "-Q",
        "notices",
    ]
    command += ["--loglevel", "INFO", "--without-gossip", "--without-mingle", "-n"]
    processes = [
        subprocess.Popen(
            [*command, f"bench{i}@%h"], cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        )
        for i in range(number)
    ]
    try:
        for process in processes:
            _until(process, lambda line: " ready." in line)
        yield
    finally:
        for process in processes:
            process.terminate()
        for process in processes:
            process.communicate()


def _until(process: "subprocess.Popen[str]", said: Callable[[str], bool]) -> None:
    assert process.stdout
    for line in process.stdout:
        if said(line):
            return
    raise RuntimeError("The worker did not start.")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 5000)
