"""Databases of earlier releases, with data, are upgraded to this one."""

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext

import pytest
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoDbBlocker

from onestop.accounts.models import User
from onestop.local.quick_migrations import quick_migrations
from partners.models import LocalArea, Service
from tests.databases import other_database, run_program
from tests.upgrades import snapshots

# One process upgrades the database for all of them, which takes many seconds.
pytestmark = [pytest.mark.xdist_group("upgrades"), pytest.mark.long]
SUFFIX = os.environ.get("PYTEST_XDIST_WORKER", "gw0")


@contextmanager
def restored(release: str) -> Iterator[None]:
    """Restore the database of a release and use it."""
    name = f"upgrade_{SUFFIX}"
    with other_database(name):
        run_program("psql", "--quiet", "--set", "ON_ERROR_STOP=1", database=name, given=snapshots.read(release))
        yield


@pytest.fixture(params=snapshots.releases(), scope="module")
def upgraded(request, django_db_setup, django_db_blocker: DjangoDbBlocker):
    """Return how many rows each table had in the database of a release, which is upgraded and in use.

    With ``--all`` it is upgraded as a deployment is, which takes Django a minute more for the same statements.
    """
    with django_db_blocker.unblock(), restored(request.param):
        before = rows_of_tables()
        with nullcontext() if request.config.getoption("all") else quick_migrations():
            call_command("migrate", interactive=False, verbosity=0)
        yield before


def rows_of_tables() -> dict[str, int]:
    """Return the number of rows of each table in the database."""
    quoted = connection.ops.quote_name
    with connection.cursor() as cursor:
        tables = connection.introspection.table_names(cursor)
        counts = {}
        for table in tables:
            cursor.execute(f"SELECT count(*) FROM {quoted(table)}")
            counts[table] = cursor.fetchone()[0]
    return counts


def schema_of(database: str) -> set[str]:
    """Return the statements that create a database's schema, each with its lines in alphabetical order.

    An added column is the last one of its table after an upgrade, and in its place in a new database. PostgreSQL
    writes expressions of a restored database in other words, so the schema is restored once more.
    """
    options = ("--schema-only", "--no-owner", "--no-privileges")
    dump = run_program("pg_dump", *options, database=database)
    with other_database(f"again_{SUFFIX}"):
        run_program("psql", "--quiet", database=f"again_{SUFFIX}", given=dump)
        dump = run_program("pg_dump", *options, database=f"again_{SUFFIX}")
    dump = re.sub(r"^--.*\n", "", snapshots.portable(dump), flags=re.MULTILINE)
    return {"\n".join(sorted(line.rstrip(",") for line in one.splitlines())) for one in dump.split("\n\n") if one}


def test_there_is_a_snapshot_of_a_release():
    assert "0.2.0" in snapshots.releases()


def test_an_upgraded_database_has_the_schema_of_a_new_one(upgraded, django_db_setup: str):
    executor = MigrationExecutor(connection)
    assert executor.migration_plan(executor.loader.graph.leaf_nodes()) == []
    assert schema_of(connection.settings_dict["NAME"]) == schema_of(django_db_setup)


def test_an_upgrade_keeps_the_data_and_the_pages_work(upgraded):
    after = rows_of_tables()
    fewer = {table for table, count in upgraded.items() if after.get(table, 0) < count}
    assert fewer <= {"partners_synonym"}  # of programs: they are in the thesaurus now
    assert after["partners_service"] > 50
    client = Client()
    client.force_login(User.objects.get(email="staff@riverbend.example"))
    area = LocalArea.objects.get(slug="riverbend")
    for address in (
        reverse("dashboards:home", args=[area.slug]),
        reverse("partners:service_list", args=[area.slug]),
        reverse("partners:service_history", args=[Service.objects.earliest("pk").pk]),
        reverse("partners:manual_whole", args=[area.slug]),
        f"{reverse('partners:directory_area', args=[area.slug])}?q=food",
    ):
        assert client.get(address).status_code == 200, address
