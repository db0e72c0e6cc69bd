"""What the pages cost with 10 rows and with 10,000: queries, and milliseconds of the whole request.

`ONESTOP_MODE=test .venv/bin/python -m tests.benchmarks.pages`; prints figures, asserts nothing.
"""

import os
import statistics
import sys
import time
from datetime import timedelta

os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"

import django

django.setup()

from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from onestop.accounts.models import User
from partners.models import LocalArea, Organization, Partnership, Program, Representative, Role, Service
from tests import factories
from tests.servers import SERVERS

DATABASE = "bench_pages"
ROUNDS = 9
PAGES = (
    "dashboards:home",
    "partners:partnership_list",
    "partners:service_list",
    "partners:representative_list",
    "partners:center_list",
)


def main() -> None:
    SERVERS.start()
    try:
        base = settings.DATABASES["default"]["NAME"]
        run_sql(f'DROP DATABASE IF EXISTS "{DATABASE}"', f'CREATE DATABASE "{DATABASE}"')
        use_database(DATABASE)
        call_command("migrate", verbosity=0)
        call_command("load_programs", verbosity=0)
        client, staff = Client(), factories.make_user("Dana Whitcomb")
        small, large = fill(staff, partners=3, services=10), fill(staff, partners=400, services=10_000)
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
        client.force_login(staff)
        say(f"{'page':34}{'10 services':>22}{'10,000 services':>22}")
        for name in PAGES:
            figures = [measure(client, reverse(name, args=[area.slug])) for area in (small, large)]
            say(f"{name:34}" + "".join(f"{queries:>9} q {ms:>8.1f} ms" for queries, ms in figures))
        use_database(base)
        run_sql(f'DROP DATABASE "{DATABASE}" WITH (FORCE)')
    finally:
        SERVERS.stop()


def fill(staff: User, *, partners: int, services: int) -> LocalArea:
    """Make an area with so many partners and services."""
    area = factories.make_area()
    factories.seat(Role.STAFF, area, staff)
    today, programs = timezone.localdate(), list(Program.objects.all())
    organizations = Organization.objects.bulk_create(
        Organization(state=area.state, name=f"Agency {number} of {area}") for number in range(partners)
    )
    rows = Partnership.objects.bulk_create(Partnership(area=area, organization=one) for one in organizations)
    for number, row in enumerate(rows):
        row.programs.add(programs[number % len(programs)])
    Representative.objects.bulk_create(
        Representative(partnership=row, name=f"Person {number}", email=f"p{number}@{area.slug}.example")
        for number, row in enumerate(rows)
    )
    Service.objects.bulk_create(
        Service(
            partnership=rows[number % partners],
            name=f"Service {number}",
            description="Help with finding work, step by step. " * 6,
            verified_on=today - timedelta(days=number % 400),
        )
        for number in range(services)
    )
    return area


def measure(client: Client, url: str) -> tuple[int, float]:
    """Return the number of queries and the median milliseconds of a page."""
    client.get(url)
    with CaptureQueriesContext(connection) as queries:
        answer = client.get(url)
    number = len(queries)  # now: the next request clears the log
    assert answer.status_code == 200, (url, answer.status_code)
    times = []
    for _ in range(ROUNDS):
        begun = time.perf_counter()
        client.get(url)
        times.append((time.perf_counter() - begun) * 1000)
    return number, statistics.median(times)


def use_database(name: str) -> None:
    connection.close()
    settings.DATABASES["default"]["NAME"] = connection.settings_dict["NAME"] = name


def run_sql(*statements: str) -> None:
    with connection._nodb_cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


def say(text: str) -> None:
    sys.stdout.write(text + "\n")


if __name__ == "__main__":
    main()
