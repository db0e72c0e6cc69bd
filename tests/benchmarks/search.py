"""What a search of the public directory costs at 150,000 services: statements, and milliseconds in the database.

``ONESTOP_MODE=test .venv/bin/python -m tests.benchmarks.search``; prints figures, asserts nothing. The services are
those of :mod:`tests.benchmarks.nation`. For each question, in the nation and in one area: the statements of a search
with all that belongs to it (hints, spelling, words, "most of the words", preferences), the median milliseconds by the
clock of several rounds, and the mean that our server process worked, which others on the machine change less.

``--services NUMBER``    make another number of services
``--rounds NUMBER``      ask each question so often, after it was asked twice
``--keep``               use the database of an earlier run if there is one, with new migrations, and leave it there
``--explain "QUESTION"`` print the statements of one question with their plans instead
"""

import argparse
import os
import statistics
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"

import django

django.setup()

from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.http import QueryDict

from onestop.local.quick_migrations import quick_migrations
from partners.models import LocalArea, Service
from partners.search import queries
from partners.search.question import Question, read_question
from tests.benchmarks import nation
from tests.databases import run_sql, use_database
from tests.servers import SERVERS

# What people type, by what makes it slow or fast.
QUESTIONS = {
    "common word": ("food", "job", "work", "housing", "training", "help", "classes", "services"),
    "phrase": ("help with rent", "job training", "food stamps", "child care", "GED classes", "record expungement"),
    "sentence": (
        "I need help to find a job", "where can I get food for my family",
        "I just got out of prison and need work and a place to live", "help me pay my electric bill",
    ),
    "typo": ("vocatonal rehab", "nursng asistant", "hosing asistance", "resumee", "foood"),
    "acronym": ("VR", "SNAP", "WIOA", "TANF"),
    "half typed": ("apprent", "wel", "child c"),
    "Spanish": ("trabajo", "ayuda con la renta", "necesito clases de ingles", "comida", "cuidado de niños"),
    "few have all": (
        "welding apprenticeship for veterans", "dentist for farmworkers", "free laptop for job seekers with a record",
    ),
    "hints": ("English classes in the evening", "free food near me", "job help in Spanish", "deaf job training"),
    "unknown": ("zzyzx qwertz", "xylophone repair"),
    "quoted": ('"job training"', "food or housing", "training -youth"),
}  # fmt: skip
FILTERED = {
    "2 broad filters": ("language=Spanish", "free=1"),
    "3 rare filters": ("language=Somali", "free=1", "group=veterans"),
}
WITH_FILTERS = ("job", "help with rent", "trabajo", "welding apprenticeship for veterans", "")


def main(asked: argparse.Namespace) -> None:
    """Fill a database of its own, measure, and throw it away."""
    SERVERS.start()
    try:
        with filled(asked.services, keep=asked.keep) as area:
            if asked.explain:
                for where in (None, area):
                    explain(read(asked.explain, where))
            else:
                measure(area, asked.rounds)
    finally:
        connection.close()
        SERVERS.stop()


@contextmanager
def filled(number: int, *, keep: bool) -> Iterator[LocalArea]:
    """Make the nation, or use the one that was kept; yield an ordinary area of it."""
    base = settings.DATABASES["default"]["NAME"]
    name = f"bench_search_{number}"
    with connection._nodb_cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name])
        is_there = keep and cursor.fetchone() is not None
    if not is_there:
        run_sql(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)', f'CREATE DATABASE "{name}"')
        # The server of the tests does not look for the best order of joins, which the one of a deployment does.
        for limit in ("join_collapse_limit", "from_collapse_limit"):
            run_sql(f'ALTER DATABASE "{name}" SET {limit} = 8')
    use_database(name)
    try:
        with quick_migrations():
            call_command("migrate", verbosity=0)
        if not is_there:
            say(f"{number:,} services made in {seconds(lambda: nation.fill(number)):.0f} s")
        describe()
        yield LocalArea.objects.get(slug="area-5")
    finally:
        use_database(base)
        if not keep:
            run_sql(f'DROP DATABASE "{name}" WITH (FORCE)')


def describe() -> None:
    """Print how large it is, and how common some words are."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*), pg_size_pretty(pg_table_size('partners_listing')),"
            " pg_size_pretty(pg_relation_size('listing_by_words_and_facets')),"
            " (SELECT count(*) FROM partners_searchword), current_setting('server_version'), current_setting('jit'),"
            " current_setting('work_mem'), current_setting('shared_buffers') FROM partners_listing"
        )
        say(
            "{:,} listings, table {}, its index {}, {:,} words; PostgreSQL {}, jit {}, work_mem {},"
            " shared_buffers {}".format(*cursor.fetchone())
        )
        cursor.execute(
            "SELECT word, ndoc::real / (SELECT count(*) FROM partners_listing) FROM partners_searchword"
            " WHERE word IN ('job', 'work', 'food', 'help', 'rent', 'training', 'welding') ORDER BY 2 DESC"
        )
        say(", ".join(f"{word} in {share:.1%}" for word, share in cursor.fetchall()))


# ---------------------------------------------------------------- The figures
def measure(area: LocalArea, rounds: int) -> None:
    """Print a line for each question."""
    say(f"load {os.getloadavg()[0]:.1f}; {rounds} rounds; area of {of_area(area):,} services")
    say(f"{'':15}{'':60}{'nation':>40}{'one area':>40}")
    heads = f"{'statements':>12}{'hits':>8}{'clock':>10}{'worked':>10}"
    say(f"{'':75}{heads}{heads}")
    for kind, typed in QUESTIONS.items():
        for words in typed:
            line(kind, words, area, rounds)
    for kind, filters in FILTERED.items():
        for words in WITH_FILTERS:
            line(kind, words, area, rounds, filters)
    say(f"load {os.getloadavg()[0]:.1f}")


def line(kind: str, words: str, area: LocalArea, rounds: int, filters: tuple[str, ...] = ()) -> None:
    """Print what one question costs."""
    each = [figures(read(words, where, filters), rounds) for where in (None, area)]
    say(f"{kind:16}{words or '(no words)':59}{''.join(each)}")


def read(words: str, area: LocalArea | None, filters: tuple[str, ...] = ()) -> Question:
    """Return a question as the page reads it from its address."""
    typed = QueryDict("&".join(filters), mutable=True)
    typed["q"] = words
    return read_question(typed.getlist, area)


def figures(question: Question, rounds: int) -> str:
    """Return what one search costs."""
    queries.find_services(question)
    number = queries.find_services(question).counts.total
    took: list[list[float]] = []
    before = worked()
    for _ in range(rounds):
        took.append([])
        with connection.execute_wrapper(_clock(took[-1])):
            queries.find_services(question)
    mean = (worked() - before) * 1000 / rounds
    clock = statistics.median(sum(statements) for statements in took) * 1000
    return f"{len(took[-1]):>12}{number:>8,}{clock:>7.1f} ms{mean:>7.1f} ms"


def _clock(taken: list[float]) -> Callable[..., Any]:
    def run_timed(execute: Callable[..., Any], *args: Any) -> Any:
        begun = time.perf_counter()
        try:
            return execute(*args)
        finally:
            taken.append(time.perf_counter() - begun)

    return run_timed


def explain(question: Question) -> None:
    """Print each statement of a search with its plan."""

    def run_explained(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        if sql.lstrip().startswith(("SELECT", "WITH")):
            with context["connection"].connection.cursor() as cursor:
                for _ in range(2):  # the second time from memory
                    cursor.execute(f"EXPLAIN (ANALYZE, BUFFERS) {sql}", params)
                    plan = "\n".join(row[0] for row in cursor.fetchall())
            say(f"\n---- {sql}\n{params}\n{plan}")
        return execute(sql, params, many, context)

    say(f"\n======== {question.words} in {question.area or 'the nation'}")
    with connection.execute_wrapper(run_explained):
        queries.find_services(question)


def worked() -> float:
    """Return the processor seconds of our connection's server process: others on the machine do not change them."""
    connection.ensure_connection()
    stat = Path(f"/proc/{connection.connection.info.backend_pid}/schedstat").read_text()
    return int(stat.split()[0]) / 1e9


def seconds(act: Callable[[], Any]) -> float:
    """Return how long an act takes."""
    begun = time.perf_counter()
    act()
    return time.perf_counter() - begun


def of_area(area: LocalArea) -> int:
    return Service.objects.filter(partnership__area=area).count()


def say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def read_options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Measure the public search in a nation of services.")
    parser.add_argument("--services", type=int, default=150_000)
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("--keep", action="store_true")
    parser.add_argument("--explain", metavar="QUESTION", default="")
    return parser.parse_args()


if __name__ == "__main__":
    main(read_options())
