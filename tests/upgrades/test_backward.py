"""The migrations since the last release are undone and done again, with data: who must go back loses no service."""

import os
from collections.abc import Iterator
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection
from pytest_django import DjangoDbBlocker

from onestop.local.quick_migrations import quick_migrations
from partners.models import Listing, Service
from tests.databases import other_database, run_program
from tests.questions.asking import Library
from tests.questions.loading import load_corpus
from tests.upgrades import snapshots

pytestmark = [pytest.mark.xdist_group("upgrades"), pytest.mark.long]
SUFFIX = os.environ.get("PYTEST_XDIST_WORKER", "gw0")
RELEASED = "0011_adoption_checks"


@pytest.fixture
def library(django_db_setup: str, django_db_blocker: DjangoDbBlocker) -> Iterator[Library]:
    """The corpus of the questions, in a database of its own that can be migrated."""
    with django_db_blocker.unblock(), other_database(f"backward_{SUFFIX}", django_db_setup):
        yield Library(load_corpus())


def schema() -> set[str]:
    """Return the lines of the schema of the database in use; added columns may be in another order."""
    options = ("--schema-only", "--no-owner", "--no-privileges")
    dump = snapshots.portable(run_program("pg_dump", *options, database=connection.settings_dict["NAME"]))
    return {line.strip().rstrip(",") for line in dump.splitlines() if not line.startswith(("--", "\\"))}


def rows(sql: str, *given: Any) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, given)
        return cursor.fetchall()


def test_the_search_and_imports_can_be_undone_and_done_again(library):
    before, services, listings = schema(), Service.objects.count(), Listing.objects.count()
    with quick_migrations():
        call_command("migrate", "partners", RELEASED, interactive=False, verbosity=0)
    # The release that is gone back to finds, writes and lists services.
    assert rows("SELECT count(*) FROM partners_service") == [(services,)]
    assert rows("SELECT directory_rebuild()") != [(None,)]
    (name, pk), *_others = rows("SELECT name, id FROM partners_service WHERE is_public ORDER BY id")
    rows("UPDATE partners_service SET name = 'Zebra riding' WHERE id = %s RETURNING id", pk)
    found = (
        "SELECT l.service_id FROM partners_listing l, directory_understand(%s, NULL, false, '{}') AS q"
        " WHERE l.search @@ q.query"
    )
    assert rows(found, "zebras") == [(pk,)]
    rows("UPDATE partners_service SET name = %s WHERE id = %s RETURNING id", name, pk)
    with quick_migrations():
        call_command("migrate", interactive=False, verbosity=0)
    assert schema() == before
    assert Service.objects.count() == services
    assert Listing.objects.count() == listings
