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
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
SLOW_SHARE = 5  # against the slow server those that need minutes send only every so many of the mails
TABLES = "notices_notice, post_office_email, post_office_log"


def main(number: int) -> None:
    """Start the servers, run everything against both mail servers, print."""
    from onestop.embedded import Postgres, Redis, database_url, redis_url

    folder = Path(tempfile.mkdtemp(prefix="onestop-bench-"))
    postgres, redis = Postgres(folder), Redis(folder)
    try:
        postgres.start()
        redis.start()
        postgres.create_database()
        os.environ |= {
            "DATABASE_URL": database_url(folder),
            "REDIS_URL": redis_url(folder),
            "ONESTOP_TEST_DATA": str(folder),
        }
        os.environ |= {
            "ONESTOP_DATA": str(folder),
            "ONESTOP_TEST_REDIS": redis_url(folder),
            "DJANGO_SETTINGS_MODULE": "tests.benchmarks.notices_settings",
        }
        os.environ["SINK_PORT"] = str(free_port())
        import django

        django.setup()
        from django.core.management import call_command

        call_command("migrate", verbosity=0)
        _fill(number)
        for milliseconds in (0, 20):
            run(number, milliseconds)
    finally:
        redis.stop()
        postgres.stop()
        shutil.rmtree(folder, ignore_errors=True)


def run(number: int, milliseconds: int) -> None:
    """Measure all against one mail server, and print a table."""
    few = number if milliseconds == 0 else number // SLOW_SHARE
    with sink(milliseconds):
        rates = {
            "a bare loop of smtplib, prebuilt bytes": bare_loop(few // (1 if milliseconds == 0 else 4)),
            "django-post-office, 1 process": post_office(few, processes=1),
            "django-post-office, 2 processes": post_office(few, processes=2),
            "ours, 1 worker": ours(number, workers=1),
            "ours, 2 workers": ours(number, workers=2),
        }
    bare, other = rates["a bare loop of smtplib, prebuilt bytes"], rates["django-post-office, 1 process"]
    print(f"\nA mail server that answers {f'after {milliseconds} ms' if milliseconds else 'at once'}; {number} notices")
    print(f"{'':40}{'messages/s':>12}{'of the bare loop':>18}{'of post-office':>16}")
    for name, rate in rates.items():
        print(f"{name:40}{rate:>12.0f}{rate / bare:>18.2f}{rate / other:>16.2f}", flush=True)


# ---------------------------------------------------------------- The three ways
def bare_loop(number: int) -> float:
    """Send the same prebuilt bytes over one connection: what the mail server and Python allow at most."""
    from onestop.notices.transport import build

    content = build(_notice_like()).decode()
    begun = time.perf_counter()
    with smtplib.SMTP("127.0.0.1", int(os.environ["SINK_PORT"])) as smtp:
        for _ in range(number):
            smtp.sendmail("portal@onestop.example", ["someone@partner.example"], content)
    return number / (time.perf_counter() - begun)


def post_office(number: int, *, processes: int) -> float:
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
    while sum(mail.send_queued(processes=processes, log_level=0)):
        connection.close()  # its forked processes end the one that they inherit
    seconds = time.perf_counter() - begun
    assert taken() - before == number
    return number / seconds


def ours(number: int, *, workers: int) -> float:
    """Plan and deliver with our own: a planner's verb, and Celery workers that were there before."""
    from django.utils.timezone import now

    from onestop.accounts.models import User
    from onestop.notices.models import Notice
    from onestop.notices.telling import Message, tell_many

    _empty()
    users = list(User.objects.order_by("pk")[:number])
    with celery_workers(workers):
        before, begun = taken(), time.perf_counter()
        told = zip(users, _contexts(number), strict=True)
        tell_many(
            (Message("benchmark", f"benchmark:{user.pk}", user, context) for user, (_, context) in told), at=now()
        )
        while Notice.objects.exclude(status=Notice.Status.SENT).exists():
            time.sleep(0.01)
        seconds = time.perf_counter() - begun
    assert taken() - before == number
    return number / seconds


# ---------------------------------------------------------------- What they stand on
def _fill(number: int) -> None:
    from onestop.accounts.models import User

    declare()
    User.objects.bulk_create(
        [User(email=f"person.{i}@partner.example", name=f"Person {i}", password="!") for i in range(number)]
    )
    from onestop.notices.models import Timetable

    Timetable.objects.bulk_create(
        [Timetable(user=user, quiet_from=None, quiet_until=None) for user in User.objects.order_by("pk")]
    )


def declare() -> None:
    """Declare the kind of notice that is sent here."""
    from onestop.notices.kinds import Kind, Reason, declare

    declare(Kind("benchmark", "Benchmark", "Only here.", Reason.NUDGE))


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

    from onestop.notices.kinds import kind_of
    from onestop.notices.models import Notice
    from onestop.notices.telling import Message, render

    (to, context), *_ = _contexts(1)
    subject, text, html = render(Message("benchmark", "benchmark", to, context), kind_of("benchmark"))
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
def sink(milliseconds: int) -> Iterator[None]:
    """Run the mail server in a process of its own."""
    command = [sys.executable, "-m", "tests.benchmarks.smtp_sink", os.environ["SINK_PORT"], str(milliseconds)]
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
