"""Concurrent writes of hours and reviews, by people and imports."""

import threading
from datetime import time

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from partners.models import Center, CenterReview, Presence
from partners.network import reviews
from partners.schedule import presences
from tests import factories

NOW = timezone.now()
FACTS = {"starts_at": time(9), "ends_at": time(12)}
pytestmark = pytest.mark.django_db(transaction=True)


def in_another_thread(act, outcome):
    def run():
        try:
            act()
            outcome.append("done")
        except Exception as problem:
            outcome.append(type(problem).__name__)
        finally:
            connection.close()

    return threading.Thread(target=run)


def test_the_second_of_two_concurrent_additions_is_refused():
    """Without the lock, the second would find the time free and fail on the constraint without a message."""
    partner = factories.make_partnership()
    facts = FACTS | {"center": factories.make_center(partner.area)}
    outcome: list[str] = []

    def add():
        presences.add_presences(partner, weekdays=[1], facts=facts, by=None, at=NOW)

    second = in_another_thread(add, outcome)
    with transaction.atomic():
        add()
        second.start()
        second.join(0.3)
        assert second.is_alive(), "the second did not wait for the first"
    second.join()
    assert outcome == ["CannotSchedule"]
    assert Presence.objects.count() == 1


def test_the_constraint_refuses_concurrent_writes_without_a_lock():
    partner = factories.make_partnership()
    center = factories.make_center(partner.area)
    outcome: list[str] = []
    row = {"partnership": partner, "center": center, "weekday": 1, **FACTS}
    second = in_another_thread(lambda: Presence.objects.bulk_create([Presence(**row)]), outcome)
    with transaction.atomic():
        Presence.objects.create(**row)
        second.start()
        second.join(0.3)
    second.join()
    assert outcome == [IntegrityError.__name__]


def test_the_later_of_two_concurrently_recorded_reviews_counts():
    """Without the lock, the second would not see the review of the first and would keep its own earlier day."""
    center = factories.make_center()
    outcome: list[str] = []
    today = NOW.astimezone(center.area.zone).date()

    def record(day):
        reviews.record_review(center, kind=CenterReview.Kind.ACCESSIBILITY, facts={"held_on": day}, by=None, at=NOW)

    second = in_another_thread(lambda: record(today.replace(year=today.year - 1, day=1)), outcome)
    with transaction.atomic():
        record(today)
        second.start()
        second.join(0.3)
        assert second.is_alive()
    second.join()
    assert outcome == ["done"]
    assert Center.objects.get().accessibility_reviewed_on == today
