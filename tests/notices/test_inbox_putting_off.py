"""Putting a notice off: it is unread again on a morning, by the clock where the person is."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.urls import reverse
from django.utils import timezone

from onestop.notices import inbox
from onestop.notices.inbox import Later, State
from onestop.notices.models import DeliverySchedule
from tests import factories

pytestmark = pytest.mark.django_db
NEW_YORK = ZoneInfo("America/New_York")


@pytest.fixture
def dana(client):
    user = factories.make_user("Dana Whitcomb")
    DeliverySchedule.objects.create(user=user, time_zone="America/New_York", digest_at=time(7, 30))
    client.force_login(user)
    return user


def today():
    return timezone.now().astimezone(NEW_YORK).date()


def until(notice):
    notice.refresh_from_db()
    return notice.snoozed_until.astimezone(NEW_YORK)


def put_off(client, notice, **told):
    return client.post(reverse("notices:notice_put_off", args=[notice.pk]), told, follow=True)


@pytest.mark.parametrize(
    ("later", "day"),
    [
        (Later.TOMORROW, date(2026, 3, 12)),
        (Later.NEXT_WEEK, date(2026, 3, 16)),  # the Monday after a Wednesday
        (Later.FOUR_WEEKS, date(2026, 4, 8)),
    ],
)
def test_the_usual_mornings(later, day):
    assert later.day(date(2026, 3, 11)) == day


def test_next_week_begins_tomorrow_on_a_sunday_and_in_a_week_on_a_monday():
    assert Later.NEXT_WEEK.day(date(2026, 3, 15)) == date(2026, 3, 16)
    assert Later.NEXT_WEEK.day(date(2026, 3, 16)) == date(2026, 3, 23)


def test_a_morning_stays_one_when_the_clocks_change(dana):
    assert inbox.morning_of(dana, date(2026, 3, 7)).astimezone(UTC) == datetime(2026, 3, 7, 12, 30, tzinfo=UTC)
    assert inbox.morning_of(dana, date(2026, 3, 8)).astimezone(UTC) == datetime(2026, 3, 8, 11, 30, tzinfo=UTC)


def test_it_is_unread_again_from_that_morning_on(client, dana):
    notice = factories.make_inbox_notice(dana, read_at=timezone.now())
    answer = put_off(client, notice, later="tomorrow")
    morning = until(notice)
    assert (morning.date(), f"{morning:%H:%M}") == (today() + timedelta(days=1), "07:30")
    assert "1 notification snoozed until" in answer.content.decode()
    assert inbox.state_of(notice, at=morning - timedelta(seconds=1)) == State.LATER
    assert inbox.state_of(notice, at=morning) == State.UNREAD
    assert inbox.count_unread(dana, at=morning - timedelta(seconds=1)) == 0
    assert inbox.count_unread(dana, at=morning) == 1


def test_it_can_be_taken_back(client, dana):
    notice = factories.make_inbox_notice(dana)
    [message] = put_off(client, notice, later="month").context["messages"]
    client.post(message.extra_tags.removeprefix("undo:"))
    notice.refresh_from_db()
    assert inbox.state_of(notice, at=timezone.now()) == State.UNREAD


def test_several_are_put_off_from_the_list(client, dana):
    notices = [factories.make_inbox_notice(dana) for _ in range(2)]
    client.post(reverse("notices:put_off_picked", args=["week"]), {"pick": [notice.pk for notice in notices]})
    assert {until(notice).isoweekday() for notice in notices} == {1}
    answer = client.post(reverse("notices:put_off_picked", args=["week"]), follow=True)
    assert "Select notifications first." in answer.content.decode()
    assert client.post(reverse("notices:put_off_picked", args=["never"])).status_code == 404


def test_a_day_of_ones_own(client, dana):
    notice = factories.make_inbox_notice(dana)
    day = today() + timedelta(days=40)
    put_off(client, notice, until=day.isoformat())
    assert until(notice).date() == day


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("", "Snooze until is missing."),
        ("soon", "Snooze until is not a valid date."),
        ("2020-01-01", "Choose a day from"),
        ("2999-01-01", "Choose a day from"),
    ],
)
def test_a_day_that_cannot_be_is_refused_beside_the_field(client, dana, typed, said):
    notice = factories.make_inbox_notice(dana)
    answer = put_off(client, notice, until=typed)
    assert said in answer.content.decode()
    assert not typed or f'value="{typed}"' in answer.content.decode()
    notice.refresh_from_db()
    assert notice.snoozed_until is None
