"""What pages of the read API of HSDS cost at 150,000 services: queries and milliseconds of near and far ones.

`ONESTOP_MODE=test .venv/bin/python -m tests.benchmarks.read_api [services]`; prints figures, asserts nothing.
"""

import statistics
import sys
import time
from unittest import mock

from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext, override_settings

from tests.benchmarks import search  # first: it sets Django up
from tests.servers import SERVERS

ROUNDS = 5
PATHS = (
    "services", "services?full=true", "services?minimal=true", "services?modified_after=2020-01-01",
    "services?area=area-5", "organizations", "locations", "service_at_locations",
)  # fmt: skip
PAGES = (1, 300, 1_000)


def main(services: int) -> None:
    """Fill a database of its own, measure, and throw it away."""
    SERVERS.start()
    try:
        base = settings.DATABASES["default"]["NAME"]
        search.run_sql(f'DROP DATABASE IF EXISTS "{search.DATABASE}"', f'CREATE DATABASE "{search.DATABASE}"')
        search.use_database(search.DATABASE)
        call_command("migrate", verbosity=0)
        call_command("load_programs", verbosity=0)
        with mock.patch("tests.benchmarks.search.index.rebuild"):  # the lists do not use it
            search.fill(services)
        with override_settings(ACCOUNT_RATE_LIMITS=False, ALLOWED_HOSTS=["*"], SECURE_SSL_REDIRECT=False):
            measure()
        search.use_database(base)
        search.run_sql(f'DROP DATABASE "{search.DATABASE}" WITH (FORCE)')
    finally:
        SERVERS.stop()


def measure() -> None:
    """Print the cost of each list at each page."""
    client = Client()
    for path in PATHS:
        for page in PAGES:
            url = f"/api/hsds/{path}{'&' if '?' in path else '?'}page={page}"
            took, rows = [], 0
            for _ in range(ROUNDS):
                with CaptureQueriesContext(connection) as seen:
                    start = time.perf_counter()
                    response = client.get(url)
                    took.append((time.perf_counter() - start) * 1000)
                rows = response.json()["size"]
            slowest = max(seen.captured_queries, key=lambda query: float(query["time"]))
            search.say(
                f"{path:40} page {page:>5}: {rows:>3} rows, {len(seen)} queries, {statistics.median(took):7.1f} ms,"
                f" slowest query {float(slowest['time']) * 1000:.0f} ms"
            )


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 150_000)
