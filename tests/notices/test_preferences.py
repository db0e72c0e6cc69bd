"""How and when a person wants to be told: the page, and what waits for them following each change."""

import threading
from datetime import UTC, datetime, time, timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.urls import reverse
from django.utils import timezone

from onestop.accounts.models import User
from onestop.notices import digests, notice_types, preferences
from onestop.notices.models import Cadence, DeliverySchedule, Notice, Preference, WeeklyLimit, name_of
from onestop.notices.notice_types import NoticeType, Reason
from onestop.notices.notify import notify
from onestop.notices.zones import zone_for
from partners.models import Role
from tests import factories
from tests.at_once import second_waits_for
from tests.notices.posting import NOON, Status, state_of

pytestmark = pytest.mark.django_db
PAGE = reverse("notices:preferences")
NIGHT = datetime(2026, 3, 11, 2, tzinfo=UTC)  # 10:00 PM on Tuesday in New York
TOMORROW = datetime(2026, 3, 11, 12, tzinfo=UTC)  # 8:00 AM there
MONDAY = datetime(2026, 3, 16, 12, tzinfo=UTC)


@pytest.fixture
def dana():
    user = factories.make_user("Dana Whitcomb", email="dana@riverbend.example")
    DeliverySchedule.objects.create(user=user, time_zone="America/New_York")
    return user


@pytest.fixture
def here(client, dana):
    """A browser in which Dana is signed in."""
    client.force_login(dana)
    return client


def words(answer):
    return " ".join(answer.content.decode().split())


def filled(client, **typed):
    """Return what the page sends when only this is typed into it."""
    form = client.get(PAGE).context["form"]
    data = {bound.html_name: bound.value() for bound in form}
    return {name: "" if value is None else value for name, value in data.items()} | typed


def save(user, cadence=None, *, kind="tests.act", at=NOON, **hours):
    cadences = {kind: cadence} if cadence else {}
    return preferences.save_preferences(user, cadences=cadences, delivery_schedule=hours, at=at)


def say(user, kind="tests.act", key="1", at=NOON, **more):
    return notify(kind, key=key, to=user, at=at, context={"thing": "it"}, **more)


def route(notice):
    state_of(notice)
    return notice.status, notice.due_at


# ---------------------------------------------------------------- The page
def test_everything_that_can_come_is_asked_under_its_reason(here, monkeypatch):
    never = NoticeType("tests.never", "Never", "For others.", Reason.NUDGE, template="told", is_for=lambda user: False)
    monkeypatch.setitem(notice_types._kinds, never.code, never)
    groups = {
        title: {field.label: [value for value, _ in field.field.choices] for field, _ in asked}
        for title, asked in here.get(PAGE).context["form"].groups
    }
    every = ["at_once", "daily", "weekly", "off"]
    assert groups["Activity that involves you"]["Act"] == every
    assert groups["Reminders"] == {"Nudge": every} | {k: v for k, v in groups["Reminders"].items() if k != "Nudge"}
    assert groups["Required by law or an agreement"]["Law"] == every[:3]
    assert "Never" not in groups["Reminders"]
    assert groups["Activity that involves you"]["Digest"] == ["at_once", "off"]
    assert "Code" not in {label for asked in groups.values() for label in asked}
    assert "The law or an agreement requires this notification" in words(here.get(PAGE))


def test_it_says_what_will_happen(here, dana):
    say(dana, "tests.daily", at=timezone.now())
    shown = words(here.get(PAGE))
    outlook = here.get(PAGE).context["outlook"]
    assert f"{outlook.daily_at.astimezone(zone_for(dana)):%b}" in shown
    assert "8:00 AM E" in shown
    assert "1 notification is held for a digest." in shown
    assert "You get at most 2 single reminders a week." in shown


def test_it_is_saved(here, dana):
    typed = {"kind-tests.act": "weekly", "weekly_on": 4, "digest_at": "6:30", "quiet_from": "", "quiet_until": ""}
    answer = here.post(PAGE, filled(here, **typed, weekly_limit=1, time_zone="America/Chicago"))
    assert answer["Location"] == PAGE
    hours = DeliverySchedule.objects.get(user=dana)
    assert (hours.weekly_on, hours.digest_at, hours.weekly_limit, hours.time_zone) == (
        4,
        time(6, 30),
        1,
        "America/Chicago",
    )
    assert (hours.quiet_from, hours.quiet_until) == (None, None)
    assert list(Preference.objects.values_list("kind", "cadence")) == [("tests.act", "weekly")]
    shown = words(here.get(PAGE))
    assert "6:30 AM C" in shown
    assert "You get at most 1 single reminder a week." in shown


def test_only_what_differs_is_written_so_that_a_new_usual_way_counts(here, dana):
    here.post(PAGE, filled(here, **{"kind-tests.act": "off"}))
    here.post(PAGE, filled(here, **{"kind-tests.act": "at_once"}))
    assert not Preference.objects.exists()


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"digest_at": "at dawn"}, "Digest time is not a valid time."),
        ({"digest_at": ""}, "Digest time is missing."),
        ({"quiet_from": ""}, "Quiet hours need a start and an end. Fill in both or neither."),
        ({"quiet_until": ""}, "Quiet hours need a start and an end. Fill in both or neither."),
        ({"quiet_from": "07:00"}, "Quiet hours must start and end at different times."),
        ({"digest_at": "05:00"}, "Digests cannot be sent during quiet hours."),
        (
            {"digest_at": "13:00", "quiet_from": "12:00", "quiet_until": "14:00"},
            "Digests cannot be sent during quiet hours.",
        ),
        ({"weekly_limit": "21"}, "Maximum reminders per week must be a number from 0 to 20."),
        ({"weekly_limit": "-1"}, "Maximum reminders per week must be a number from 0 to 20."),
        ({"weekly_limit": "few"}, "Maximum reminders per week must be a number."),
        ({"time_zone": "Mars/Base"}, "Time zone: choose one of the options."),
        ({"weekly_on": "8"}, "Weekly digest day: choose one of the options."),
        ({"kind-tests.law": "off"}, "Law: choose one of the options."),
        ({"kind-tests.act": "hourly"}, "Act: choose one of the options."),
    ],
)
def test_what_cannot_be_is_refused_in_words_and_nothing_typed_is_lost(here, dana, typed, said):
    answer = here.post(PAGE, filled(here, **{"kind-tests.nudge": "off", **typed}))
    assert answer.status_code == 200
    assert said in words(answer)
    assert answer.context["form"]["kind-tests.nudge"].value() == "off"
    for name, value in typed.items():
        assert answer.context["form"][name].value() == value
    assert not Preference.objects.exists()


def test_the_usual_weekly_limit_is_that_of_the_area(client):
    area = factories.make_area(name="Riverbend")
    client.force_login(factories.seat(Role.STAFF, area))
    WeeklyLimit.objects.create(scope=name_of(area), nudges_a_week=4)
    shown = words(client.get(PAGE))
    assert "If empty: 4, the limit of Riverbend." in shown
    assert "You get at most 4 single reminders a week." in shown


def test_the_page_costs_the_same_whatever_waits_and_was_said(here, dana, queries_of):
    here.get(PAGE)
    bare = queries_of(lambda: here.get(PAGE))
    for number in range(20):
        say(dana, "tests.daily", key=str(number))
    save(dana, Cadence.OFF)
    assert queries_of(lambda: here.get(PAGE)) == bare


def test_it_stands_in_the_persons_own_menu(here):
    assert f'href="{PAGE}" aria-current="page"' in words(here.get(PAGE))


# ---------------------------------------------------------------- All in one digest
def test_everything_in_one_weekly_digest_and_back(here, dana):
    Preference.objects.create(user=dana, kind="tests.nudge", cadence="off")
    answer = here.post(reverse("notices:preferences_all_weekly"), follow=True)
    said = {preference.kind.code: preference.cadence for preference in preferences.preferences_of(dana)}
    assert {said[code] for code in ("tests.act", "tests.law", "tests.daily")} == {Cadence.WEEKLY}
    assert said["tests.nudge"] == Cadence.OFF
    [message] = answer.context["messages"]
    here.post(message.extra_tags.removeprefix("undo:"))
    assert list(Preference.objects.values_list("kind", "cadence")) == [("tests.nudge", "off")]
    here.post(reverse("notices:preferences_all_weekly"))
    again = here.post(reverse("notices:preferences_all_weekly"), follow=True)
    assert "already" in words(again)


def test_a_strange_way_back_changes_nothing(here, dana):
    for was in ("", "tests.law:off", "tests.act:hourly", "tests.unheard:off", "::,,:"):
        here.post(reverse("notices:preferences_put_back", query={"was": was}))
    assert not Preference.objects.exists()


# ---------------------------------------------------------------- What waits follows
def test_what_waits_for_a_digest_goes_at_once_into_another_or_nowhere(dana):
    notice = say(dana, "tests.daily")
    assert route(notice) == (Status.DIGEST_PENDING, TOMORROW)
    save(dana, Cadence.WEEKLY, kind="tests.daily")
    assert route(notice) == (Status.DIGEST_PENDING, MONDAY)
    save(dana, Cadence.AT_ONCE, kind="tests.daily")
    assert route(notice) == (Status.QUEUED, NOON)


def test_what_is_off_now_is_kept_in_the_portal_and_not_mailed(dana):
    notice = say(dana, "tests.daily")
    save(dana, Cadence.OFF, kind="tests.daily")
    assert (state_of(notice).status, notice.in_inbox) == (Status.IN_APP_ONLY, True)
    assert digests.send_digests(at=MONDAY) == 0


def test_another_hour_moves_the_digest(dana):
    notice = say(dana, "tests.daily")
    save(dana, digest_at=time(10))
    assert route(notice) == (Status.DIGEST_PENDING, NOON + timedelta(hours=2))
    save(dana, time_zone="America/Denver")
    assert route(notice) == (Status.DIGEST_PENDING, NOON + timedelta(hours=4))


def test_what_waits_for_the_end_of_quiet_hours_follows_too(dana):
    notice = say(dana, at=NIGHT)
    assert route(notice) == (Status.QUEUED, datetime(2026, 3, 11, 11, tzinfo=UTC))
    save(dana, Cadence.WEEKLY, at=NIGHT)
    assert route(notice) == (Status.DIGEST_PENDING, MONDAY)
    save(dana, Cadence.AT_ONCE, at=NIGHT, quiet_from=None, quiet_until=None)
    assert route(notice) == (Status.QUEUED, NIGHT)


def test_reminders_beyond_the_weekly_limit_still_wait_until_it_is_raised(dana):
    nudges = [say(dana, "tests.nudge", key=str(number)) for number in range(4)]
    save(dana, Cadence.OFF)
    assert [route(nudge) for nudge in nudges[2:]] == [(Status.DIGEST_PENDING, MONDAY)] * 2
    save(dana, weekly_limit=3)
    assert [route(nudge) for nudge in nudges[2:]] == [(Status.QUEUED, NOON), (Status.DIGEST_PENDING, MONDAY)]


def test_the_weekly_limit_of_the_area_in_whose_name_it_is_said_counts(dana):
    area = factories.make_area()
    WeeklyLimit.objects.create(scope=name_of(area), nudges_a_week=0)
    nudge = say(dana, "tests.nudge", scope=area)
    assert route(nudge) == (Status.DIGEST_PENDING, MONDAY)
    save(dana, Cadence.OFF)
    assert route(nudge) == (Status.DIGEST_PENDING, MONDAY)


def test_a_digest_whose_hour_has_come_is_not_put_off(dana):
    notice = say(dana, "tests.daily")
    save(dana, Cadence.OFF, at=TOMORROW + timedelta(minutes=2))
    assert route(notice) == (Status.DIGEST_PENDING, TOMORROW)
    assert digests.send_digests(at=TOMORROW + timedelta(minutes=5)) == 1


def test_what_is_sent_being_sent_tried_again_or_somebody_elses_stays(dana):
    bea = factories.make_user("Bea Norling")
    theirs = say(bea, "tests.daily", key="hers")
    before = route(theirs)
    sent, tried = say(dana, key="sent"), say(dana, key="tried")
    Notice.objects.filter(pk=sent.pk).update(status=Status.SENT, sent_at=NOON)
    later = NOON + timedelta(minutes=5)
    Notice.objects.filter(pk=tried.pk).update(attempts=1, due_at=later)
    save(dana, Cadence.OFF)
    assert [route(each)[0] for each in (sent, tried)] == [Status.SENT, Status.QUEUED]
    assert (route(tried)[1], route(theirs)) == (later, before)


def test_moving_many_costs_the_queries_of_moving_few(dana, queries_of):
    costs = []
    for number in (3, 60):
        for each in range(number):
            say(dana, "tests.daily", key=f"{number}:{each}")
        cadence = Cadence.WEEKLY if number == 3 else Cadence.OFF
        fresh = User.objects.get(pk=dana.pk)  # whose seats nobody has looked up yet
        costs.append(queries_of(lambda who=fresh, cadence=cadence: save(who, cadence, kind="tests.daily")))
    assert costs[0] == costs[1]


# ---------------------------------------------------------------- At once
@pytest.mark.django_db(transaction=True)
def test_what_a_digest_is_telling_is_not_told_again_at_once(dana):
    notice = say(dana, "tests.daily")
    at = TOMORROW - timedelta(minutes=1)
    Notice.objects.filter(pk=notice.pk).update(due_at=at - timedelta(hours=1))
    changed = second_waits_for(
        lambda: digests.send_digests(at=at), lambda: save(dana, Cadence.AT_ONCE, kind="tests.daily", at=at)
    )
    assert (changed, state_of(notice).status) == ({"tests.daily": Cadence.DAILY}, Status.DIGESTED)
    assert Notice.objects.filter(status=Status.QUEUED).count() == 1  # the digest


@pytest.mark.django_db(transaction=True)
def test_what_is_moved_at_this_moment_is_not_in_the_digest(dana):
    notice = say(dana, "tests.daily")
    with transaction.atomic():
        save(dana, Cadence.AT_ONCE, kind="tests.daily", at=TOMORROW)
        written = in_another_thread(lambda: digests.send_digests(at=TOMORROW))
    assert (written, state_of(notice).status) == (0, Status.QUEUED)
    assert digests.send_digests(at=TOMORROW) == 0


@pytest.mark.django_db(transaction=True)
def test_of_two_who_save_at_once_the_last_counts_whole(dana):
    second_waits_for(lambda: save(dana, Cadence.OFF), lambda: save(dana, Cadence.WEEKLY))
    assert list(Preference.objects.values_list("kind", "cadence")) == [("tests.act", "weekly")]


def in_another_thread(act):
    outcome = []

    def run():
        try:
            outcome.append(act())
        finally:
            connection.close()

    other = threading.Thread(target=run)
    other.start()
    other.join(10)
    assert not other.is_alive(), "the second waits for the first, and need not"
    return outcome[0]


# ---------------------------------------------------------------- What the table holds
@pytest.mark.parametrize("half", [{"turned_down_at": NOON}, {"cadence_before": "daily"}])
def test_what_was_turned_down_remembers_how_it_was(dana, half):
    with pytest.raises(IntegrityError, match="turned_down_remembers_how_it_was"):
        Preference.objects.create(user=dana, kind="tests.act", cadence="off", **half)
