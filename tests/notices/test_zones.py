"""Where people live: the zone in which they are told things, asked of all at once."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from onestop.accounts.models import User
from onestop.notices import digests, zones
from onestop.notices.messages import Message
from onestop.notices.models import DeliverySchedule, Notice
from onestop.notices.notify import notify_many
from onestop.notices.zones import zone_for
from tests import factories
from tests.notices.posting import NOON, Status

pytestmark = pytest.mark.django_db
DENVER, CHICAGO = ZoneInfo("America/Denver"), ZoneInfo("America/Chicago")


@pytest.fixture
def asked(monkeypatch) -> list[int]:
    """Everybody lives in Denver; return of how many people that was asked, time by time."""
    numbers: list[int] = []

    def zones_of(users):
        numbers.append(len(users))
        return {user.pk: DENVER for user in users}

    monkeypatch.setattr(zones, "_zones", [zones_of])
    return numbers


def messages(people: list[User], *, kind: str = "tests.act", at: datetime = NOON) -> list[Message]:
    return [Message(kind=kind, key=f"{kind}:{user.pk}", to=user, context={"thing": "it", "at": at}) for user in people]


def test_a_person_lives_where_they_say_else_where_their_area_lies_else_where_the_portal_stands(asked, monkeypatch):
    chooser, usual = factories.make_user(), factories.make_user()
    DeliverySchedule.objects.create(user=chooser, time_zone="America/Chicago")
    assert (zone_for(chooser), zone_for(usual)) == (CHICAGO, DENVER)
    monkeypatch.setattr(zones, "_zones", [lambda users: {}])
    assert zone_for(factories.make_user()) == timezone.get_default_timezone()


def test_many_people_are_asked_for_at_once_and_times_are_written_in_their_zones(asked):
    notify_many(messages([factories.make_user() for _ in range(5)]), at=NOON)
    assert asked == [5]
    assert all("Tue 6:00 AM" in text for text in Notice.objects.values_list("text", flat=True))


def test_telling_costs_the_same_for_one_person_in_many_objects_and_for_many_people(asked, queries_of):
    one = factories.make_user()
    same = [User.objects.get(pk=one.pk) for _ in range(3)]
    thrice = [Message(kind="tests.nudge", key=f"same:{n}", to=user, context={}) for n, user in enumerate(same)]
    many = [User.objects.get(pk=factories.make_user().pk) for _ in range(30)]
    assert queries_of(lambda: notify_many(thrice, at=NOON)) == queries_of(
        lambda: notify_many(messages(many, kind="tests.nudge"), at=NOON)
    )


def test_digests_ask_for_all_at_once(asked):
    people = [factories.make_user() for _ in range(3)]
    notify_many(messages(people, kind="tests.daily"), at=NOON)
    asked.clear()
    assert digests.send_digests(at=Notice.objects.filter(status=Status.DIGEST_PENDING).latest("due_at").due_at) == 3
    assert asked == [3]
