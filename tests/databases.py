"""Databases of the tests: a migrated template, copies of it, and what is in them."""

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings
from django.core.management import call_command
from django.db import connection

from onestop.local.quick_migrations import quick_migrations
from onestop.local.servers import postgres_programs
from tests.servers import migrations_fingerprint


def template_name(base: str) -> str:
    """Return the name of the migrated template database."""
    return f"template_{base}_{migrations_fingerprint()}"


def use_database(name: str) -> None:
    """Connect to another database from now on."""
    connection.close()
    settings.DATABASES["default"]["NAME"] = connection.settings_dict["NAME"] = name


@contextmanager
def other_database(name: str, template: str = "template1") -> Iterator[None]:
    """Create a database, empty or as a template, and use it; drop it afterwards and return to the one before."""
    before = connection.settings_dict["NAME"]
    run_sql(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)', f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
    try:
        use_database(name)
        yield
    finally:
        use_database(before)
        run_sql(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


def run_sql(*statements: str) -> None:
    """Run statements outside of any transaction, connected to the server's own database."""
    with connection._nodb_cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


def make_template(template: str, base: str) -> None:
    """Create the migrated template database unless it exists; drop those of other migrations."""
    with connection._nodb_cursor() as cursor:
        # The workers start at the same time; one migrates, the others wait.
        cursor.execute("SELECT pg_advisory_lock(hashtext(%s))", [f"template_{base}"])
        cursor.execute("SELECT datname FROM pg_database WHERE datname LIKE %s", [f"template_{base}_%"])
        there = {row[0] for row in cursor.fetchall()}
        if template in there:
            return
        half = f"half_{template}"
        olds = [f'DROP DATABASE IF EXISTS "{old}"' for old in there]
        run_sql(*olds, f'DROP DATABASE IF EXISTS "{half}" WITH (FORCE)', f'CREATE DATABASE "{half}"')
        use_database(half)
        with quick_migrations():
            call_command("migrate", verbosity=0, interactive=False)
        use_database(base)
        # Renamed at the end, so that an interrupted run leaves no incomplete template.
        run_sql(f'ALTER DATABASE "{half}" RENAME TO "{template}"')


# Rows that a migrated database has from the beginning.
KEPT = ("django_migrations", "django_content_type", "auth_permission")
DELETE_ROWS = """
DO $$
DECLARE named text;
BEGIN
    SET LOCAL session_replication_role = replica;  -- without triggers and foreign keys
    FOR named IN
        SELECT oid::regclass FROM pg_class
        WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace AND pg_relation_size(oid) > 0
            AND relname <> ALL(%s)
    LOOP
        EXECUTE 'DELETE FROM ' || named;
    END LOOP;
END $$
"""


def delete_rows() -> None:
    """Delete what a test has committed, in milliseconds; truncating takes half a second, for every table and index.

    A role that is no superuser truncates.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT rolsuper FROM pg_roles WHERE rolname = current_user")
        if cursor.fetchone()[0]:
            cursor.execute(DELETE_ROWS, [list(KEPT)])
        else:
            call_command("flush", verbosity=0, interactive=False)


def run_program(program: str, *arguments: str, database: str, given: str = "") -> str:
    """Run a program of PostgreSQL, such as psql, on a database of the tests' server; return its output."""
    server = settings.DATABASES["default"]
    names = {"PGHOST": "HOST", "PGPORT": "PORT", "PGUSER": "USER", "PGPASSWORD": "PASSWORD"}
    told = {variable: str(server[name]) for variable, name in names.items() if server.get(name)}
    done = subprocess.run(
        [postgres_programs() / program, *arguments],
        env=os.environ | told | {"PGDATABASE": database},
        input=given,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout
