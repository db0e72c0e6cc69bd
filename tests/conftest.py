"""What every test stands on: servers, a database for each of pytest's processes, a browser."""

import fcntl
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import connection
from pytest_django import DjangoDbBlocker

from tests.servers import SERVERS, migrations_fingerprint


def pytest_configure(config: pytest.Config) -> None:
    if config.getoption("collectonly", default=False):
        return
    SERVERS.start()


def pytest_unconfigure(config: pytest.Config) -> None:
    SERVERS.stop()


# ---------------------------------------------------------------- A database for each of pytest's processes
@pytest.fixture(scope="session")
def django_db_setup(
    request: pytest.FixtureRequest, django_test_environment: None, django_db_blocker: DjangoDbBlocker
) -> Iterator[None]:
    """Copy a migrated template: migrating takes seconds, a copy a few hundredths."""
    worker = getattr(request.config, "workerinput", {}).get("workerid", "gw0")
    base = settings.DATABASES["default"]["NAME"]
    template = f"template_{base}_{migrations_fingerprint()}"
    name = f"test_{base}_{worker}"
    with django_db_blocker.unblock():
        _make_template(template, base)
        _run_sql(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)', f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
        _use_database(name)
    yield
    with django_db_blocker.unblock():
        _use_database(base)
        _run_sql(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


def _use_database(name: str) -> None:
    connection.close()
    settings.DATABASES["default"]["NAME"] = connection.settings_dict["NAME"] = name


def _run_sql(*statements: str) -> None:
    with connection._nodb_cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


def _make_template(template: str, base: str) -> None:
    lock = Path(tempfile.gettempdir()) / f"onestop-{template}.lock"
    with lock.open("a") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)  # the workers start together; one migrates, the others wait
        with connection._nodb_cursor() as cursor:
            cursor.execute("SELECT datname FROM pg_database WHERE datname LIKE %s", [f"template_{base}_%"])
            there = {row[0] for row in cursor.fetchall()}
        if template in there:
            return
        half = f"half_{template}"
        olds = [f'DROP DATABASE IF EXISTS "{old}"' for old in there]
        _run_sql(*olds, f'DROP DATABASE IF EXISTS "{half}" WITH (FORCE)', f'CREATE DATABASE "{half}"')
        _use_database(half)
        call_command("migrate", verbosity=0, interactive=False)
        _use_database(base)
        # Renamed only when whole, so that an interrupted run leaves no half-migrated template behind.
        _run_sql(f'ALTER DATABASE "{half}" RENAME TO "{template}"')
