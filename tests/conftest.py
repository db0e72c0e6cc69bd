"""Fixtures of all tests: servers, a database for each of pytest's processes, users, a browser."""

import gc
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from copy import deepcopy
from datetime import date
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import hypothesis
import pytest
from django.conf import settings
from django.core.cache import cache
from django.db import connection
from django.test import Client, TransactionTestCase
from django.test.signals import setting_changed
from django.test.utils import CaptureQueriesContext, override_settings
from django.utils import timezone
from pytest_django import DjangoDbBlocker

from onestop.accounts.models import User
from onestop.local.child_process import die_with_parent
from onestop.ui.written_queries import forget_written
from partners.models import LocalArea, Partnership
from tests import standing as standing_rows
from tests.databases import delete_rows, make_template, run_sql, template_name, use_database
from tests.filled import sample_network
from tests.order import keep_groups_together, start_the_longest_first
from tests.servers import ROOT, SERVERS
from tests.signing_in import sign_in

# Data are made as slowly as the machine is busy, and fixtures of one test serve all of its examples.
hypothesis.settings.register_profile(
    "tests",
    deadline=None,
    suppress_health_check=[hypothesis.HealthCheck.too_slow, hypothesis.HealthCheck.function_scoped_fixture],
)
hypothesis.settings.load_profile("tests")


# A statement that was written once holds what the settings said then, but for these.
OF_NO_STATEMENT = {"MEDIA_ROOT", "ACCOUNT_RATE_LIMITS"}


def forget_statements(*, setting: str, **_more: Any) -> None:
    if setting not in OF_NO_STATEMENT:
        forget_written()


setting_changed.connect(forget_statements)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--all", action="store_true", help="run all variants of tests, also those marked thorough")


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    keep_groups_together(items)
    start_the_longest_first(items)
    if not config.getoption("all"):
        left_out = [item for item in items if item.get_closest_marker("thorough")]
        config.hook.pytest_deselected(items=left_out)
        items[:] = [item for item in items if item not in left_out]


def pytest_collection_finish(session: pytest.Session) -> None:
    """Collect garbage seldom, and never look through the code and tests that are loaded by now."""
    gc.collect()
    gc.freeze()
    gc.enable()
    gc.set_threshold(100_000, 20, 100)


def pytest_configure(config: pytest.Config) -> None:
    if config.getoption("collectonly", default=False):
        return
    gc.disable()  # until all tests are collected
    config.option.loadscopereorder = False  # pytest-xdist would start with the largest groups
    SERVERS.start()


def pytest_unconfigure(config: pytest.Config) -> None:
    SERVERS.stop()


# ---------------------------------------------------------------- A database for each of pytest's processes
@pytest.fixture(scope="session")
def django_db_setup(
    request: pytest.FixtureRequest, django_test_environment: None, django_db_blocker: DjangoDbBlocker
) -> Iterator[str]:
    """Copy a migrated template database, and return the template's name: migrating takes seconds, copying less."""
    worker = os.environ.get("PYTEST_XDIST_WORKER", "gw0")
    base = settings.DATABASES["default"]["NAME"]
    template = template_name(base)
    name = f"test_{base}_{worker}"
    with django_db_blocker.unblock():
        make_template(template, base)
        run_sql(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)', f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
        use_database(name)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TransactionTestCase, "_fixture_teardown", lambda case: delete_rows())
        yield template
    with django_db_blocker.unblock():
        use_database(base)
        run_sql(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


@pytest.fixture(autouse=True)
def nothing_lingers() -> Iterator[None]:
    """Reset the time zone and the rate limits after each test."""
    yield
    timezone.deactivate()
    cache.clear()


# ---------------------------------------------------------------- The cast: the users of the tests
@pytest.fixture
def area(db: None) -> LocalArea:
    """Riverbend, the area of most tests."""
    return standing_rows.make_area()


@pytest.fixture
def other_area(area: LocalArea) -> LocalArea:
    """An area of another state, to which nobody of Riverbend has access."""
    return standing_rows.make_other_area()


@pytest.fixture
def partner(area: LocalArea) -> Partnership:
    """The partner whose manager and representative are in the cast."""
    return standing_rows.make_partner(area)


@pytest.fixture
def neighbor_partner(area: LocalArea) -> Partnership:
    """Another partner of the same area."""
    return standing_rows.make_neighbor_partner(area)


@pytest.fixture
def cast(
    area: LocalArea, other_area: LocalArea, partner: Partnership, neighbor_partner: Partnership
) -> dict[str, User]:
    """All users, by their role in ``area`` and ``partner``; ``stranger`` and ``outsider`` have none."""
    return standing_rows.seat_cast(area, other_area, partner, neighbor_partner)


@pytest.fixture(scope="module")
def standing_of_module(
    django_db_setup: str, django_db_blocker: DjangoDbBlocker, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[standing_rows.Standing]:
    """The rows of ``standing`` and the folder of their files."""
    with (
        override_settings(MEDIA_ROOT=tmp_path_factory.mktemp("files")),
        standing_rows.made_once(django_db_blocker, standing_rows.make_standing) as made,
    ):
        yield made


@pytest.fixture
def standing(db: None, standing_of_module: standing_rows.Standing) -> standing_rows.Standing:
    """A cast and a world that all tests of a module share (``tests.standing``); what a test does to them is undone."""
    return deepcopy(standing_of_module)


@pytest.fixture
def as_(client: Client, cast: dict[str, User]) -> Callable[[str], Client]:
    """Return a function that signs in a user of the cast: ``as_("staff").get(...)``."""

    kept: dict[tuple[str, str], str] = {}

    def sign_in_as(who: str) -> Client:
        # Whoever is signed in already keeps the session.
        person = who, cast[who].get_session_auth_hash()
        cookie = client.cookies.get(settings.SESSION_COOKIE_NAME)
        if cookie is None or not cookie.value or kept.get(person) != cookie.value:
            kept[person] = sign_in(client, cast[who])
        return client

    return sign_in_as


# ---------------------------------------------------------------- The sample network
@pytest.fixture(scope="class")
def sample_day(request: pytest.FixtureRequest) -> date:
    """The day of ``sample_of_day``: today, or a parameter."""
    return getattr(request, "param", timezone.localdate())


@pytest.fixture(scope="class")
def sample_of_day(sample_day: date, django_db_setup: str, django_db_blocker: DjangoDbBlocker) -> Iterator[date]:
    """The sample network of a day, in a database of its own for one test; it is there before the test's transaction."""
    with django_db_blocker.unblock():
        use = sample_network(django_db_setup, sample_day)
        use.__enter__()
    yield sample_day
    with django_db_blocker.unblock():
        use.__exit__(None, None, None)


# ---------------------------------------------------------------- Other processes
def environment_of_this_database() -> dict[str, str]:
    """Return the environment in which another process uses the database and Redis of this test."""
    address = urlsplit(os.environ["DATABASE_URL"])
    path = f"/{connection.settings_dict['NAME']}"
    return dict(os.environ) | {"DATABASE_URL": urlunsplit(address._replace(path=path))}


@contextmanager
def running_worker(queues: str, name: str = "worker") -> Iterator["subprocess.Popen[str]"]:
    """Run a real Celery worker for these queues in its own process, on the database of this test."""
    command = [sys.executable, "-m", "celery", "-A", "onestop", "worker", "--pool", "threads", "-c", "2", "-Q", queues]
    command += ["-n", f"{name}@%h", "--loglevel", "INFO", "--without-gossip", "--without-mingle"]
    with subprocess.Popen(
        command,
        cwd=ROOT,
        env=environment_of_this_database() | {"PGAPPNAME": name},
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        preexec_fn=die_with_parent(signal.SIGKILL),
    ) as process:
        assert process.stdout
        try:
            said = []
            for line in process.stdout:
                said.append(line)
                if " ready." in line:
                    break
            assert process.poll() is None, "".join(said)
            # The worker blocks when nothing reads its output.
            threading.Thread(target=process.stdout.read, daemon=True).start()
            yield process
        finally:
            process.terminate()
            process.wait(10)


@pytest.fixture
def celery_worker(transactional_db: None) -> Iterator["subprocess.Popen[str]"]:
    """A worker on all queues."""
    from onestop.celery import app

    app.control.purge()
    with running_worker("default,notices,planning,files,imports,documents") as process:
        yield process


@pytest.fixture
def wait_until() -> Callable[..., None]:
    """Return a function that waits for a condition that another process fulfills."""

    def wait(condition: Callable[[], Any], *, seconds: float = 10) -> None:
        deadline = time.monotonic() + seconds
        while not condition():
            assert time.monotonic() < deadline, f"waited {seconds} s in vain"
            time.sleep(0.02)

    return wait


@pytest.fixture
def queries_of(db: None) -> Callable[[Callable[[], Any]], int]:
    """Return a function that counts the queries of a call: a list must run the same number for 1 row and for 10."""

    def count(act: Callable[[], Any]) -> int:
        with CaptureQueriesContext(connection) as queries:
            act()
        return len(queries)

    return count
