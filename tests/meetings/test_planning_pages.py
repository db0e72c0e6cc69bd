"""The form of a series with its preview, collisions and load; the calendar; to-do items; reminders."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.timezone import localdate, now

from meetings.groups.groups import set_policy
from meetings.invitations import answers
from meetings.models import Meeting, Series
from meetings.notices.reminders import MEETING_SOON
from meetings.scheduling import collisions, load
from onestop.accounts.load import loads_of
from onestop.notices import planners
from onestop.notices.models import Notice
from onestop.ui.todo import For, TodoPlace, todo_items
from tests import factories
from tests.meetings.meeting_world import NOW, Team, mails, make_group, make_team, wall

PLACE = {"how": "in_person", "place": "Center Street", "room": "", "video_link": ""}


@pytest.fixture
def group(area, partner, cast) -> Any:
    return make_group(area, partner, cast["manager"])[0]


def form(**more: Any) -> dict[str, Any]:
    given = {
        "title": "Partner team", "kind": "meeting", "first_on": date(2027, 1, 12), "starts": "9:00 AM",
        "minutes": "90", "repeats": "monthly", "every": "2", "monthly_by": "same_weekday", "ends": "never",
        "when_closed": "next", "invites": "on", **PLACE,
    }  # fmt: skip
    return given | more


def plan(as_: Any, group: Any, **more: Any) -> str:
    answer = as_("staff").post(reverse("meetings:series_add", args=[group.pk]), form(**more), follow=True)
    return " ".join(answer.content.decode().split())


# ---------------------------------------------------------------- The form
@pytest.mark.parametrize(
    ("more", "rule"),
    [
        ({}, "FREQ=MONTHLY;INTERVAL=2;BYDAY=2TU"),
        ({"monthly_by": "last_weekday", "first_on": date(2027, 1, 26)}, "FREQ=MONTHLY;INTERVAL=2;BYDAY=-1TU"),
        ({"monthly_by": "same_day", "every": ""}, "FREQ=MONTHLY;BYMONTHDAY=12"),
        ({"monthly_by": "last_day", "first_on": date(2027, 1, 31)}, "FREQ=MONTHLY;INTERVAL=2;BYMONTHDAY=-1"),
        ({"repeats": "weekly", "weekdays": ["1", "3"]}, "FREQ=WEEKLY;INTERVAL=2;BYDAY=TU,TH"),
        ({"repeats": "weekly", "every": "1"}, "FREQ=WEEKLY;BYDAY=TU"),
        ({"repeats": "yearly", "every": "1"}, "FREQ=YEARLY;BYMONTH=1;BYDAY=2TU"),
        ({"repeats": "once"}, ""),
    ],
)
def test_what_is_chosen_becomes_a_rule_and_comes_back_into_the_form(as_, group, more, rule):
    plan(as_, group, **more)
    planned = Series.objects.get()
    assert planned.rule == rule
    shown = as_("staff").get(reverse("meetings:series_edit", args=[planned.pk])).context["form"].initial
    assert shown["repeats"] == (more.get("repeats") or "monthly")


def test_the_preview_says_words_dates_collisions_and_load_and_saves_nothing(as_, area, group):
    factories.make_holiday(area, day=date(2027, 3, 9), name="Founders' day")
    shown = plan(as_, group, preview="1")
    assert "Second Tuesday of every other month, 9:00 to 10:30 AM" in shown
    assert "Tue, Jan 12, 2027, 9:00 AM EST" in shown
    assert "Closed: Founders&#x27; day" in shown
    assert "Nobody would have more than 6 hours in meetings a month" in shown
    assert Series.objects.count() == 0


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"ends": "on_day"}, "Enter the last day."),
        ({"ends": "after"}, "Enter how many meetings there are."),
        ({"ends": "on_day", "until_on": date(2027, 1, 1)}, "The last day is before the first one."),
        ({"how": "online"}, "Enter the link, or choose another way to take part."),
        ({"first_on": date(2020, 1, 14)}, "This time is in the past."),
        ({"repeats": "weekly", "weekdays": ["4"]}, "is not a date of this schedule"),
        ({"repeats": "once", "first_on": date(2027, 3, 14), "starts": "2:30 AM"}, "does not exist"),
        ({"title": ""}, "Title is missing."),
    ],
)
def test_a_form_that_cannot_be_saved_says_why_and_keeps_what_was_typed(as_, group, more, words):
    shown = plan(as_, group, note="Bring numbers.", **more)
    assert words in shown
    assert "Bring numbers." in shown
    assert Series.objects.count() == 0


# ---------------------------------------------------------------- Collisions and load
def test_a_time_collides_with_the_room_and_with_the_same_people_elsewhere(area, partner, cast):
    room = factories.make_room(factories.make_center(area))
    team = make_team(area, partner, cast, room=room)
    other, _members = make_group_of(area, cast, "Other group")
    found = collisions.collisions_of(other, [team.meetings[0].local_start], 60, room=room)
    assert [line.partition(":")[0] for line in found[0].collisions] == ["The room is taken", "Joel Abara"]
    after = team.meetings[0].local_end
    assert collisions.collisions_of(other, [after], 60, room=room)[0].collisions == []


def make_group_of(area: Any, cast: Any, name: str) -> Any:
    group = factories.make_group(area, name=name)
    return group, [factories.make_group_member(group, cast["manager"])]


def test_the_hours_of_a_person_are_those_of_all_groups_in_all_areas(area, partner, other_area, cast):
    team = make_team(area, partner, cast, rule="FREQ=WEEKLY;BYDAY=TU", minutes=120)
    elsewhere, _members = make_group_of(other_area, cast, "Elsewhere")
    starts = [wall(2026, 9, 10, 9).replace(tzinfo=area.zone) + timedelta(days=7 * n) for n in range(13)]
    loads = {each.name: each for each in load.loads_with(elsewhere, starts, 60, at=NOW)}
    joel = loads["Joel Abara"]
    assert 8 < joel.hours < 9  # two hours a week
    assert 4 < joel.added < 4.5
    assert joel.is_too_much
    set_policy(other_area, hours_a_month=20, by=cast["staff"], at=NOW)
    assert not load.loads_with(elsewhere, starts, 60, at=NOW)[0].is_too_much
    own = {each.name: each for each in load.loads_with(team.group, starts, 60, at=NOW, but=team.series)}
    assert own["Joel Abara"].hours == 0  # the series that is replaced does not count


def test_groups_of_nearly_the_same_people_are_named(area, cast):
    one, other, third = (factories.make_group(area) for _ in range(3))
    for number in range(4):
        for group in (one, other, *([third] if number == 0 else [])):
            factories.make_group_member(group, name=f"P{number}", email=f"p{number}@partner.example")
    [found] = load.alike_groups(one, [one, other, third], NOW.date())
    assert (found.group, found.shared, found.of) == (other, 4, 4)


def test_the_page_of_a_person_shows_the_hours_that_were_asked(area, partner, cast):
    team = make_team(area, partner, cast)
    amounts = loads_of([cast["manager"].pk], NOW + timedelta(days=3))[cast["manager"].pk]
    assert [each.month for each in amounts if each.measure.code == "meetings"] == ["1.5 hours"]
    team.series.meetings.update(status="canceled", reason="Flu")
    amounts = loads_of([cast["manager"].pk], NOW + timedelta(days=3))[cast["manager"].pk]
    assert [each.month for each in amounts if each.measure.code == "meetings"] == ["0 hours"]


# ---------------------------------------------------------------- The calendar
def test_the_calendar_costs_the_same_for_one_meeting_and_for_many(as_, area, group, cast):
    series = factories.make_series(group, first_on=localdate())
    factories.make_meeting(series, wall(2030, 1, 1, 9))
    address = reverse("meetings:calendar", args=[area.slug])
    counts = []
    for number in (1, 30):
        for day in range(number):
            local = (now() + timedelta(days=day + 1, minutes=number)).astimezone(area.zone).replace(tzinfo=None)
            factories.make_meeting(series, local)
        as_("staff").get(address)
        with CaptureQueriesContext(connection) as queries:
            as_("staff").get(address)
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_the_calendar_shows_a_month_and_what_one_asks_for(as_, area, group):
    series = factories.make_series(group)
    meeting = factories.make_meeting(series)
    factories.make_holiday(area, day=date(2027, 1, 18), name="Founders' day")
    address = reverse("meetings:calendar", args=[area.slug])
    shown = as_("manager").get(address, {"month": "2027-01"}).content.decode()
    assert meeting.get_absolute_url() in shown
    assert "January 2027" in shown
    assert "Founders&#x27; day" in shown
    assert (
        meeting.get_absolute_url()
        not in as_("staff").get(address, {"month": "2027-01", "whose": "mine"}).content.decode()
    )
    for wrong in ("2027-13", "soon", "0001-01", "9999-12"):
        assert as_("manager").get(address, {"month": wrong}).status_code == 200


# ---------------------------------------------------------------- To do, and reminders
def todo(area: Any, user: Any, whose: For, at: Any) -> list[str]:
    return [str(item.what) for item in todo_items([whose], TodoPlace(at=at, area=area, user=user))]


def test_a_meeting_without_an_answer_waits_for_who_is_invited(area, partner, cast):
    team = make_team(area, partner, cast)
    team.send()
    waiting = "Do you come? Partner team"
    at = NOW + timedelta(minutes=20)
    assert waiting in todo(area, cast["manager"], For.MANAGER, at)
    assert waiting not in todo(area, cast["neighbor"], For.MANAGER, at)
    answers.answer_for(team.invitation(), None, facts={"answer": "yes"}, via="page", by=None, at=at)
    assert waiting not in todo(area, cast["manager"], For.MANAGER, at)


def test_staff_see_replies_to_look_at_and_groups_that_drifted(area, partner, cast):
    team = make_team(area, partner, cast)
    factories.make_meeting_reply(team.series)
    team.series.meetings.update(status="canceled", reason="Flu")
    factories.make_meeting(team.series, wall(2026, 1, 13, 9), status="held")
    seen = todo(area, cast["staff"], For.STAFF, NOW)
    assert "1 reply to Partner team needs a look" in seen
    assert "Partner team has not met for 237 days" in seen


@pytest.fixture
def soon(area, partner, cast) -> Team:
    team = make_team(area, partner, cast)
    team.send()
    Notice.objects.all().delete()
    return team


def remind(at: Any) -> list[str]:
    planners.run(MEETING_SOON.planner(), at=at)
    return sorted(mail.to for mail in mails("soon"))


def test_a_week_and_a_day_before_everybody_is_reminded_who_has_not_declined(soon, cast):
    second = soon.meetings[1].starts_at
    ann = "ann@chamber.example"
    answers.answer_for(soon.invitation(1), None, facts={"answer": "no"}, via="page", by=None, at=NOW)
    assert remind(second - timedelta(days=8)) == []
    assert remind(second - timedelta(days=6, hours=23)) == [cast["manager"].email]
    answers.answer_for(soon.invitation(1), soon.meetings[1], facts={"answer": "yes"}, via="page", by=None, at=NOW)
    assert remind(second - timedelta(hours=23)) == sorted([ann, cast["manager"].email, cast["manager"].email])
    last = mails("soon")[-1]
    assert last.expires_at == second
    assert "You answered: Comes." in mails("soon")[-1].text or "You answered: Comes." in mails("soon")[-2].text


def test_a_canceled_meeting_reminds_nobody(soon):
    Meeting.objects.filter(pk=soon.meetings[1].pk).update(status="canceled", reason="Flu")
    assert remind(soon.meetings[1].starts_at - timedelta(days=6)) == []
