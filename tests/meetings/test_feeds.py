"""Calendars to subscribe to: secret, revocable, and only what their owner may see."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.timezone import now
from icalendar import Calendar

from meetings.feeds import feeds
from meetings.models import CalendarFeed
from tests import factories
from tests.meetings.meeting_world import make_group


@pytest.fixture
def meeting(area, partner, cast) -> Any:
    group, _members = make_group(area, partner, cast["manager"])
    later = (now() + timedelta(days=30)).astimezone(area.zone)
    return factories.make_meeting(factories.make_series(group, first_on=later.date()), video_link="https://v.example")


def subscribe(owner: Any, **of: Any) -> str:
    _feed, secret = feeds.make_feed(owner, by=owner, at=now(), **of)
    return reverse("meetings:feed", args=[secret])


def titles(address: str) -> list[str]:
    answer = Client().get(address)
    assert answer["Content-Type"] == "text/calendar; charset=utf-8"
    return [str(event["SUMMARY"]) for event in Calendar.from_ical(answer.content).walk("VEVENT")]


def test_a_program_reads_the_meetings_of_its_owner_without_signing_in(meeting, cast):
    address = subscribe(cast["manager"])
    answer = Client().get(address)
    event: Any
    [event] = Calendar.from_ical(answer.content).walk("VEVENT")
    assert event["DTSTART"].dt == meeting.local_start
    assert "https://v.example" in str(event["DESCRIPTION"])
    assert "ATTENDEE" not in event
    again = Client().get(address, headers={"if-none-match": answer["ETag"]})
    assert again.status_code == 304


def test_each_feed_shows_what_its_owner_may_see(meeting, area, cast):
    group = meeting.group
    assert titles(subscribe(cast["staff"])) == []  # belongs to no group
    assert titles(subscribe(cast["staff"], area=area)) == ["Partner team"]
    assert titles(subscribe(cast["neighbor"], area=area)) == []
    assert titles(subscribe(cast["manager"], group=group)) == ["Partner team"]
    theirs = subscribe(cast["manager"], group=group)
    group.members.update(archived_at=now())
    group.seats.update(archived_at=now())
    assert titles(theirs) == []


def test_a_canceled_meeting_stays_in_the_feed_as_such(meeting, cast):
    meeting.status, meeting.reason = "canceled", "Snow"
    meeting.save()
    answer = Client().get(subscribe(cast["manager"]))
    [event] = Calendar.from_ical(answer.content).walk("VEVENT")
    assert event["STATUS"] == "CANCELLED"


def test_a_revoked_address_and_that_of_a_deactivated_account_are_gone(meeting, cast, as_):
    address = subscribe(cast["manager"])
    feed = CalendarFeed.objects.get()
    assert as_("staff").post(reverse("meetings:feed_revoke", args=[feed.pk])).status_code == 404
    as_("manager").post(reverse("meetings:feed_revoke", args=[feed.pk]))
    assert Client().get(address).status_code == 404
    address = subscribe(cast["manager"])
    cast["manager"].is_active = False
    cast["manager"].save()
    assert Client().get(address).status_code == 404


def test_the_secret_is_shown_once_and_stored_nowhere(meeting, as_):
    made = as_("manager").post(reverse("meetings:feed_add"), {"group": meeting.group.pk}, follow=True).content.decode()
    secret = made.partition("/calendar/")[2].partition(".ics")[0]
    assert len(secret) == feeds.SECRET_LENGTH
    assert titles(reverse("meetings:feed", args=[secret])) == ["Partner team"]
    assert secret not in as_("manager").get(reverse("meetings:feed_list")).content.decode()
    assert secret not in repr(CalendarFeed.objects.values())


def test_a_group_that_one_does_not_see_cannot_be_subscribed_to(meeting, as_):
    assert as_("neighbor").post(reverse("meetings:feed_add"), {"group": meeting.group.pk}).status_code == 404


def test_a_person_has_twenty_feeds_at_most(cast, as_):
    for _ in range(feeds.MOST_FEEDS):
        subscribe(cast["manager"])
    answer = as_("manager").post(reverse("meetings:feed_add"), follow=True)
    assert "You have 20 calendars already" in answer.content.decode()
