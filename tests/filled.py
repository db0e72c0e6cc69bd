"""Databases with many rows that several modules need: filled once in a run, by one process, and copied by all.

Each test that uses one is rolled back, as in the usual database.
"""

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

from django.db import connection
from django.test import override_settings

from onestop.local.sample import load_sample
from tests.databases import other_database, run_sql, use_database

PREFIX = "filled_"


@contextmanager
def sample_network(template: str, day: date) -> Iterator[None]:
    """Use a database with the sample network of a day, and its files."""

    def fill(folder: Path) -> None:
        with override_settings(MEDIA_ROOT=folder):
            load_sample(today=day)

    name = f"sample_{day:%Y%m%d}"
    with filled_database(name, template, fill) as kept, tempfile.TemporaryDirectory(prefix="onestop-files-") as files:
        shutil.copytree(kept, files, dirs_exist_ok=True)
        with override_settings(MEDIA_ROOT=Path(files)):
            yield


@contextmanager
def filled_database(name: str, template: str, fill: Callable[[Path], object]) -> Iterator[Path]:
    """Use a copy of a database; yield a folder for what belongs to its rows.

    :param fill: fills a copy of the template and the folder, if no process of this run has.
    """
    source = f"{_prefix_of_run()}{name}"
    folder = Path(os.environ["ONESTOP_TEST_DATA"]) / source
    _fill_once(source, template, folder, fill)
    with other_database(f"{source}_{os.environ.get('PYTEST_XDIST_WORKER', 'gw0')}", source):
        yield folder


def _prefix_of_run() -> str:
    return f"{PREFIX}{os.environ.get('PYTEST_XDIST_TESTRUNUID', f'{os.getpid()}')[:12]}_"


def _fill_once(source: str, template: str, folder: Path, fill: Callable[[Path], object]) -> None:
    before = connection.settings_dict["NAME"]
    with connection._nodb_cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(hashtext(%s))", [PREFIX])
        cursor.execute("SELECT datname FROM pg_database WHERE starts_with(datname, %s)", [PREFIX])
        there = {row[0] for row in cursor.fetchall()}
        for old in there:
            if not old.startswith(_prefix_of_run()):
                run_sql(f'DROP DATABASE IF EXISTS "{old}" WITH (FORCE)')
                shutil.rmtree(folder.with_name(old), ignore_errors=True)
        if source in there:
            return
        folder.mkdir(exist_ok=True)
        half = f"{source}_half"
        run_sql(f'DROP DATABASE IF EXISTS "{half}" WITH (FORCE)', f'CREATE DATABASE "{half}" TEMPLATE "{template}"')
        try:
            use_database(half)
            fill(folder)
        finally:
            use_database(before)
        run_sql(f'ALTER DATABASE "{half}" RENAME TO "{source}"')
