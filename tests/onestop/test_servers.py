"""The servers of the tests."""

import pytest
from django.core.cache import cache
from django.db import connection


@pytest.mark.django_db
def test_every_process_has_a_database_of_its_own_and_it_is_migrated():
    assert connection.settings_dict["NAME"].startswith("test_")
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM django_migrations")
        assert cursor.fetchone()[0] > 0


def test_the_cache_is_a_real_redis():
    cache.set("greeting", "hello", 5)
    assert cache.get("greeting") == "hello"
