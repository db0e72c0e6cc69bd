"""What pages of the read API of HSDS cost: statements and milliseconds of near and far ones.

``ONESTOP_MODE=test .venv/bin/python -m tests.benchmarks.read_api``; prints figures, asserts nothing. The services are
those of :mod:`tests.benchmarks.nation`, each with two events in its history.

``--services NUMBER``   make another number of services than 150,000
``--keep``              use the database of an earlier run if there is one, and leave it there
``--explain PATH``      print the statements of one page with their plans instead
"""

import argparse
import statistics
import time

from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext, override_settings

from tests.benchmarks import search  # which sets Django up
from tests.servers import SERVERS

ROUNDS = 5
PATHS = (
    "services", "services?full=true", "services?minimal=true", "services?modified_after=2020-01-01",
    "services?area=area-5", "organizations", "locations", "service_at_locations",
)  # fmt: skip
PAGES = (1, 100, 1_000)
TABLES = ("service", "servicecenter", "servicelocation")


def main(asked: argparse.Namespace) -> None:
    """Fill a database of its own, measure, and throw it away."""
    SERVERS.start()
    try:
        with (
            search.filled(asked.services, keep=asked.keep),
            override_settings(ACCOUNT_RATE_LIMITS=False, ALLOWED_HOSTS=["*"], SECURE_SSL_REDIRECT=False),
        ):
            give_history()
            if asked.explain:
                explain(asked.explain)
            else:
                measure()
    finally:
        connection.close()
        SERVERS.stop()


def give_history() -> None:
    """Give each row of the nation, which was made without triggers, two events, unless it has them."""
    with connection.cursor() as cursor:
        for table in TABLES:
            cursor.execute(f"SELECT 1 FROM partners_{table}event LIMIT 1")
            if cursor.fetchone():
                continue
            cursor.execute(
                "SELECT string_agg(quote_ident(column_name), ', ') FROM information_schema.columns"
                " WHERE table_name = %s",
                [f"partners_{table}"],
            )
            [columns] = cursor.fetchone()
            cursor.execute(
                f"INSERT INTO partners_{table}event ({columns}, pgh_obj_id, pgh_created_at, pgh_label)"
                f" SELECT {columns}, id, now() - round * interval '1 day', 'update'"
                f" FROM generate_series(2, 1, -1) AS round, partners_{table}"
            )
            cursor.execute(f"ANALYZE partners_{table}event")


def measure() -> None:
    """Print the cost of each list at each page."""
    client = Client()
    for path in PATHS:
        for page in PAGES:
            url = address(path, page)
            took, size = [], 0
            for _ in range(ROUNDS):
                cache.clear()
                with CaptureQueriesContext(connection) as seen:
                    start = time.perf_counter()
                    response = client.get(url)
                    took.append((time.perf_counter() - start) * 1000)
                size = response.json()["size"]
            slowest = max(seen.captured_queries, key=lambda query: float(query["time"]))
            search.say(
                f"{path:40} page {page:>5}: {size:>3} rows, {len(seen):>2} statements,"
                f" {statistics.median(took):7.1f} ms, slowest statement {float(slowest['time']) * 1000:.0f} ms"
            )


def address(path: str, page: int) -> str:
    """Return the address of a page of 100 rows."""
    return f"/api/hsds/{path}{'&' if '?' in path else '?'}per_page=100&page={page}"


def explain(path: str) -> None:
    """Print each statement of a page with its plan."""
    with CaptureQueriesContext(connection) as seen:
        Client().get(f"/api/hsds/{path}")
    for query in seen.captured_queries:
        if query["sql"].startswith("SELECT"):
            with connection.cursor() as cursor:
                cursor.execute(f"EXPLAIN (ANALYZE, BUFFERS) {query['sql']}".replace("%", "%%"), [])
                plan = "\n".join(row[0] for row in cursor.fetchall())
            search.say(f"\n---- {query['sql']}\n{plan}")


if __name__ == "__main__":
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--services", type=int, default=150_000)
    options.add_argument("--keep", action="store_true")
    options.add_argument("--explain", default="")
    main(options.parse_args())
