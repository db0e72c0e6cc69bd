"""People without an account: they stop a type by the link in a mail, start it again, and get few reminders a week."""

from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

import pytest
from django.core import signing
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from onestop.notices import outbox, stopped_addresses, unsubscribe
from onestop.notices.messages import Message
from onestop.notices.models import Notice, Preference, StoppedAddress, WeeklyLimit, name_of
from onestop.notices.notice_types import notice_type_of
from onestop.notices.notify import notify, notify_many
from tests import factories
from tests.at_once import second_waits_for
from tests.notices.posting import NOON, Status, state_of
from tests.notices.test_unsubscribe import ONE_CLICK, link, words

pytestmark = pytest.mark.django_db
ANN = "Ann@partner.example"
NEW_YORK = ZoneInfo("America/New_York")
NUDGES = 2


@pytest.fixture(autouse=True)
def _limit(settings):
    settings.NUDGES_A_WEEK = NUDGES


def tell(key, kind="tests.act", to=ANN, at=NOON, **more):
    return notify(kind, key=key, to=to, at=at, context={"thing": "it"}, **more)


def is_stopped(kind="tests.act"):
    return stopped_addresses.stopped_at(ANN, notice_type_of(kind)) is not None


# ---------------------------------------------------------------- Stopping
def test_one_click_stops_just_this_type_for_just_this_address():
    notice, waiting = tell("1"), tell("2", at=timezone.now())
    address = notice.headers["List-Unsubscribe"].strip("<>")
    assert notice.headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert address in notice.text
    answer = Client(enforce_csrf_checks=True).post(urlsplit(address).path, ONE_CLICK)
    assert (answer.status_code, dict(answer.cookies), is_stopped()) == (200, {}, True)
    assert (state_of(waiting).status, waiting.withdrawn_why) == (Status.WITHDRAWN, "The person stopped these emails.")
    assert tell("3", to=ANN.lower()).status == Status.WITHDRAWN
    assert tell("4", to="bea@partner.example").status == Status.QUEUED
    assert tell("5", kind="tests.daily").status == Status.QUEUED


def test_looking_asks_and_changes_nothing_and_a_press_can_be_undone(client):
    for method in (client.get, client.head):
        assert method(link(ANN)).status_code == 200
    assert "Do you want to stop these emails?" in words(client.get(link(ANN)))
    assert not is_stopped()
    stopped = words(client.post(link(ANN), {"cadence": "off"}))
    assert "is no longer emailed to ann@partner.example." in stopped
    assert "in the portal" not in stopped
    assert is_stopped()
    for _press in range(2):
        assert "Start these emails again" in words(client.get(link(ANN)))
        client.post(link(ANN), {"cadence": "off"})
    assert "Change undone" in words(client.post(link(ANN), {"undo": "1"}))
    assert not is_stopped()
    assert tell("1").status == Status.QUEUED


@pytest.mark.parametrize("body", [{}, {"cadence": "daily"}, {"cadence": "weekly"}, {"cadence": "x"}, {"other": "1"}])
def test_there_is_nothing_else_to_choose(client, body):
    assert client.post(link(ANN), body).status_code == 200
    assert not StoppedAddress.objects.exists()
    assert not Preference.objects.exists()


@pytest.mark.parametrize("kind", ["tests.law", "tests.code"])
def test_what_the_law_requires_and_what_somebody_waits_for_cannot_be_stopped(client, kind):
    assert tell("1", kind=kind).headers == {}
    assert client.post(link(ANN, kind), ONE_CLICK).status_code == 404
    StoppedAddress.objects.create(address=ANN, kind=kind, stopped_at=NOON)
    assert tell("2", kind=kind).status == Status.QUEUED


def test_somebody_else_who_is_signed_in_is_told_that_it_is_not_theirs(client):
    client.force_login(factories.make_user("Bea Norling"))
    assert client.post(link(ANN), {"cadence": "off"}).status_code == 403
    assert not is_stopped()
    client.force_login(factories.make_user("Ann Example", email="ann@partner.example"))
    assert client.post(link(ANN), {"cadence": "off"}).status_code == 200
    assert is_stopped()


def test_only_the_portal_makes_such_links(client):
    forged = signing.dumps([ANN, "tests.act"], salt="another purpose")
    assert client.post(reverse("notices:stop", args=[forged]), ONE_CLICK).status_code == 404
    assert unsubscribe.read_token(unsubscribe.token_of(ANN, notice_type_of("tests.act"))).to == ANN.lower()


def test_the_settings_of_an_account_are_another_thing(client):
    client.post(link(ANN), ONE_CLICK)
    user = factories.make_user("Ann Example", email="ann@partner.example")
    assert tell("1", to=user).status == Status.QUEUED


@pytest.mark.django_db(transaction=True)
def test_a_planner_that_writes_while_somebody_stops_sees_it():
    kind = notice_type_of("tests.nudge")
    second_waits_for(lambda: stopped_addresses.stop(ANN, kind, at=NOON), lambda: tell("1", kind="tests.nudge"))
    assert Notice.objects.get().status == Status.WITHDRAWN


@pytest.mark.django_db(transaction=True)
def test_two_clicks_at_once_are_one():
    kind = notice_type_of("tests.act")
    both = [lambda: stopped_addresses.stop(ANN, kind, at=NOON)] * 2
    assert second_waits_for(*both) is None
    assert StoppedAddress.objects.count() == 1


# ---------------------------------------------------------------- Few reminders a week
def nudges(number, *, start=0, at=NOON, **more):
    keys = [f"nudge:{at}:{i}" for i in range(start, start + number)]
    return [tell(key, kind="tests.nudge", at=at, zone=NEW_YORK, **more) for key in keys]


def weeks_of(notices):
    return [notice.due_at.astimezone(NEW_YORK).isocalendar()[1] - 11 for notice in notices]


def test_a_reminder_too_many_waits_for_the_next_week_with_room():
    sent = nudges(5)
    assert weeks_of(sent) == [0, 0, 1, 1, 2]
    monday = sent[2].due_at.astimezone(NEW_YORK)
    assert (monday.isoweekday(), monday.hour) == (1, 8)
    assert {notice.status for notice in sent} == {Status.QUEUED}
    assert weeks_of(nudges(1, start=9, to="bea@partner.example")) == [0]
    assert weeks_of(nudges(2, at=datetime(2026, 3, 18, 12, tzinfo=UTC))) == [2, 3]


def test_many_at_once_are_counted_together():
    notify_many([Message("tests.nudge", f"n:{i}", ANN, {"thing": "it"}, zone=NEW_YORK) for i in range(5)], at=NOON)
    assert sorted(weeks_of(Notice.objects.all())) == [0, 0, 1, 1, 2]


def test_an_area_sets_the_limit_also_for_them(area):
    WeeklyLimit.objects.create(scope=name_of(area), nudges_a_week=1)
    assert weeks_of(nudges(2, scope=area)) == [0, 1]
    WeeklyLimit.objects.update(nudges_a_week=0)
    assert nudges(1, start=5, scope=area)[0].status == Status.WITHDRAWN


def test_what_is_no_reminder_is_not_limited():
    nudges(3)
    assert [tell(f"act:{i}").due_at for i in range(4)] == [NOON] * 4


def test_a_reminder_to_them_keeps_the_usual_quiet_hours():
    night = datetime(2026, 3, 11, 2, tzinfo=UTC)  # 10 PM in New York
    [late] = nudges(1, at=night)
    assert late.due_at.astimezone(NEW_YORK).hour == 7
    assert tell("act", at=night).due_at == night


def test_what_waits_for_another_week_is_withdrawn_when_it_is_too_late():
    held = nudges(3, expires_at=NOON + timedelta(days=1))[-1]
    outbox.withdraw_expired(at=NOON + timedelta(days=1))
    assert state_of(held).status == Status.WITHDRAWN


@pytest.mark.django_db(transaction=True)
def test_two_planners_at_once_do_not_both_find_room():
    nudges(1)
    second_waits_for(lambda: nudges(1, start=1), lambda: nudges(1, start=2))
    assert sorted(weeks_of(Notice.objects.all())) == [0, 0, 1]
