"""The servers of the tests."""

import pytest
from django.core.cache import cache
from django.db import connection

from tests.servers import numbered


@pytest.mark.django_db
def test_every_process_has_its_own_migrated_database():
    assert connection.settings_dict["NAME"].startswith("test_")
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM django_migrations")
        assert cursor.fetchone()[0] > 0


def test_the_cache_is_a_real_redis():
    cache.set("greeting", "hello", 5)
    assert cache.get("greeting") == "hello"


@pytest.mark.parametrize(
    ("address", "third"),
    [
        ("unix:///a%20b/redis.sock?db=0", "unix:///a%20b/redis.sock?db=3"),
        ("redis://localhost:6379/0", "redis://localhost:6379/3"),
        ("redis://:secret@localhost:6379", "redis://:secret@localhost:6379/3"),
    ],
)
def test_every_process_has_its_own_redis_databases(address, third):
    assert numbered(address, 3) == third
