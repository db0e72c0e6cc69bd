"""Snapshots: taken once a night for each area, never changed, and compared with."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import InternalError, transaction
from django.urls import reverse
from django.utils import timezone

from onestop.dashboards.board import snapshots
from onestop.dashboards.models import AreaSnapshot
from onestop.dashboards.tasks import take_snapshots
from partners.models import LocalArea
from tests import factories
from tests.dashboards.board.test_dashboard import held

pytestmark = pytest.mark.django_db
NIGHT = datetime(2025, 11, 3, 7, 30, tzinfo=UTC)  # 2:30 in New York


def test_each_area_has_one_a_night_however_often_the_task_runs(area):
    second = factories.make_area(state=area.state, name="Aspen", slug="aspen")
    assert snapshots.take_due(at=NIGHT, most=1) == 1
    assert snapshots.take_due(at=NIGHT) == LocalArea.objects.current().count() - 1
    assert snapshots.take_due(at=NIGHT + timedelta(hours=1)) == 0
    assert set(AreaSnapshot.objects.values_list("area", "day")) == {
        (each.pk, date(2025, 11, 2)) for each in (area, second)
    }


def test_a_day_that_nobody_read_stays_without_one(area):
    assert snapshots.take_due(at=NIGHT + timedelta(hours=12)) == 0
    assert not AreaSnapshot.objects.exists()


def test_of_two_workers_the_second_leaves_what_the_first_wrote(area):
    factories.make_snapshot(area, date(2025, 11, 2), engagement=7)
    assert snapshots.take(area, day=date(2025, 11, 2), at=NIGHT) == 0
    assert AreaSnapshot.objects.get().figures == {"engagement": 7}


def test_it_never_changes(area):
    snapshot = factories.make_snapshot(area, date(2025, 11, 2))
    snapshot.figures = {"engagement": 100}
    with pytest.raises(InternalError), transaction.atomic():
        snapshot.save()
    with pytest.raises(InternalError), transaction.atomic():
        snapshot.delete()


def test_the_task_runs(area):
    take_snapshots()


def test_history_has_the_last_snapshot_of_each_month(area):
    for day in (date(2025, 8, 30), date(2025, 8, 31), date(2025, 9, 30), date(2025, 11, 2)):
        factories.make_snapshot(area, day, engagement=day.month)
    history = snapshots.history_of(area, date(2025, 11, 3))
    assert [before.day for before in history] == [date(2025, 8, 31), date(2025, 9, 30), date(2025, 11, 2)]
    before = snapshots.before_of(history, date(2025, 11, 30))
    assert before is not None
    assert before.day == date(2025, 8, 31)


def test_trends_are_shown_and_said(as_, area, partner, cast):
    today = timezone.localdate()
    group = factories.make_group(area)
    seat = factories.make_group_seat(group, partner)
    factories.make_attendance(held(group), seat)
    for days, share in ((100, 60), (150, 70)):
        factories.make_snapshot(area, today - timedelta(days=days), attendance=share)
    response = as_("board").get(reverse("dashboards:board_dashboard", args=[area.slug]))
    figure = next(each for each in response.context["figures"] if each.code == "attendance")
    assert figure.trend.startswith("Up 40 points since")
    assert "Seats filled at meetings" in response.content.decode()
