"""Loading the meetings of the sample: on any day, once, and only after the network."""

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.db import connection
from django.test.utils import CaptureQueriesContext

from agreements import sample as agreements_sample
from meetings import sample
from meetings.models import Attendance
from partners import sample as partners_sample
from partners.models import LocalArea
from tests.meetings.sample_rules import broken_rules
from tests.thorough import also

pytestmark = pytest.mark.django_db
TUESDAY = date(2027, 3, 9)  # when the partner team meets
DAYS = (date(2026, 12, 26), date(2027, 1, 1), date(2028, 2, 29), date(2026, 11, 4), date(2027, 7, 31))


@pytest.fixture(autouse=True)
def private_files(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path


def counts() -> dict[str, int]:
    return {model._meta.label: model._default_manager.count() for model in apps.get_app_config("meetings").get_models()}


@pytest.mark.parametrize("day", [TUESDAY, *map(also, DAYS)])
def test_its_rules_hold_on_any_day_and_a_second_load_changes_nothing(day):
    assert not sample.load(today=day)  # without the network there is nobody to meet
    partners_sample.load(today=day)
    agreements_sample.load(today=day)
    with CaptureQueriesContext(connection) as queries:
        assert sample.load(today=day)
    assert len(queries) < 500  # the first start of the demo waits for it
    before = counts()
    assert not sample.load(today=day + timedelta(days=1))
    assert counts() == before
    assert Attendance.objects.count() > 1300
    assert broken_rules(LocalArea.objects.get(slug="riverbend"), day) == []
