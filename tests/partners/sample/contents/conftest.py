"""The sample network of one day, loaded once for all tests in this folder; each is rolled back to it."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from pytest_django import DjangoDbBlocker

from partners.models import LocalArea
from tests.filled import sample_network

TODAY = date(2026, 11, 24)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Run the tests of this folder in one process, which loads the sample once."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.xdist_group("sample"))


@pytest.fixture(scope="package")
def loaded(django_db_setup: str, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    with django_db_blocker.unblock(), sample_network(django_db_setup, TODAY):
        yield


@pytest.fixture
def riverbend(loaded: None, db: None) -> LocalArea:
    return LocalArea.objects.get(slug="riverbend")
