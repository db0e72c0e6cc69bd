"""Plan a series, let the portal make its meetings, move, cancel and add single ones, and change it from one on."""

from datetime import date, datetime, time, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from meetings.groups.groups import CannotKeepGroup
from meetings.models import Meeting, Series
from meetings.scheduling import making, meetings, series
from meetings.scheduling.locking import CannotPlan
from onestop.editing.versions import ChangedMeanwhile, version_of
from tests import factories
from tests.at_once import second_waits_for
from tests.meetings.meeting_world import FIRST, MONTHLY, NOW, Team, facts, make_team, wall

Status = Meeting.Status


@pytest.fixture
def team(area, partner, cast) -> Team:
    return make_team(area, partner, cast)


def local(meeting: Meeting) -> datetime:
    return meeting.local_start.replace(tzinfo=None)


def plan(team: Team, **more: Any) -> Series:
    return series.plan_series(team.group, facts=facts(**more), by=team.staff, at=NOW)


# ---------------------------------------------------------------- Making
def test_the_meetings_of_18_months_are_made_at_nine_on_the_wall_clock(team):
    made = team.meetings
    assert len(made) == 18
    assert {local(each).time() for each in made} == {time(9)}
    assert {each.starts_at.hour for each in made} == {13, 14}  # in UTC: the clocks change in between
    assert all(local(each).weekday() == 1 and 8 <= local(each).day <= 14 for each in made)
    assert made[0].ends_at - made[0].starts_at == timedelta(minutes=90)


def test_making_again_makes_nothing_and_time_goes_on(team):
    assert making.make_all(at=NOW + timedelta(days=20)) == 0
    assert making.make_all(at=NOW + timedelta(days=62)) == 2
    assert making.make_all(at=NOW + timedelta(days=62)) == 0


def test_a_meeting_is_known_once_by_its_first_time(team):
    with pytest.raises(IntegrityError), transaction.atomic():
        factories.make_meeting(team.series)


@pytest.mark.parametrize(
    ("when_closed", "expected"),
    [
        ("next", (Status.PLANNED, wall(2026, 12, 9, 9))),
        ("skip", (Status.CANCELED, wall(2026, 12, 8, 9))),
        ("keep", (Status.PLANNED, wall(2026, 12, 8, 9))),
    ],
)
def test_on_a_holiday_a_meeting_is_moved_skipped_or_kept(area, team, when_closed, expected):
    factories.make_holiday(area, day=date(2026, 12, 8), name="Founders' day")
    made = plan(team, when_closed=when_closed).meetings.get(original_on=date(2026, 12, 8))
    assert (made.status, local(made)) == expected
    assert ("Founders' day" in made.reason) == (when_closed != "keep")
    assert made.is_by_rule == (when_closed != "keep")


def test_a_closed_center_closes_the_room(area, team):
    center = factories.make_center(area)
    room = factories.make_room(center)
    factories.make_absence(center=center, first_on=FIRST, last_on=FIRST, reason="Frozen pipes")
    made = plan(team, room=room).meetings.earliest("original_on")
    assert (local(made).date(), made.reason) == (FIRST + timedelta(days=1), "Closed: Frozen pipes")


def test_who_meets_on_saturdays_means_it(team):
    made = plan(team, rule="FREQ=WEEKLY;BYDAY=SA", first_on=date(2026, 9, 12)).meetings.earliest("original_on")
    assert local(made).date() == date(2026, 9, 12)


def test_a_meeting_that_would_come_to_another_day_of_the_series_is_skipped(area, team):
    factories.make_holiday(area, day=date(2026, 9, 14))
    planned = plan(team, rule="FREQ=WEEKLY;BYDAY=MO,TU", first_on=date(2026, 9, 14), count=4)
    assert [each.status for each in planned.meetings.order_by("original_on")] == ["canceled", *["planned"] * 3]


# ---------------------------------------------------------------- What cannot be planned
@pytest.mark.parametrize(
    ("more", "field", "words"),
    [
        ({"first_on": date(2026, 8, 11)}, "first_on", "past"),
        ({"rule": "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30", "first_on": date(2027, 2, 1)}, "first_on", "no dates"),
        ({"rule": MONTHLY, "first_on": date(2026, 9, 9)}, "first_on", "not a date of this schedule"),
        ({"rule": "", "first_on": date(2027, 3, 14), "starts": time(2, 30)}, "starts", "does not exist"),
        ({"rule": "", "first_on": date(2026, 11, 1), "starts": time(1, 30)}, "starts", "twice"),
    ],
)
def test_a_schedule_that_cannot_be_kept_is_refused_at_its_field(team, more, field, words):
    with pytest.raises(CannotPlan, match=words) as refused:
        plan(team, **more)
    assert refused.value.field == field
    assert Series.objects.count() == 1


@pytest.mark.parametrize(
    ("rule", "first_on", "code"),
    [
        ("FREQ=MONTHLY;BYDAY=5FR", date(2026, 10, 30), "skips"),
        ("FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29", date(2028, 2, 29), "skips"),
        ("FREQ=MONTHLY;BYMONTHDAY=31", date(2026, 10, 31), "skips"),
    ],
)
def test_a_rule_that_leaves_months_out_is_planned_and_the_preview_says_so(team, rule, first_on, code):
    drafted = series.draft_series(team.group, facts(rule=rule, first_on=first_on))
    assert code in {problem.code for problem in series.preview_of(drafted).problems}
    assert plan(team, rule=rule, first_on=first_on).pk


def test_a_series_without_end_is_previewed_with_six_dates(team):
    shown = series.preview_of(series.draft_series(team.group, facts()))
    assert shown.words == "Second Tuesday of every month, 9:00 to 10:30 AM"
    assert len(shown.starts) == 6


def test_a_support_team_never_names_its_customer(area, cast):
    group = factories.make_group(area, kind="support", name="Support team 27-014")
    with pytest.raises(CannotKeepGroup, match="number"):
        series.plan_series(group, facts=facts(title="Help for Mrs. Lopez"), by=cast["staff"], at=NOW)


def test_an_archived_group_plans_nothing(team):
    team.series.meetings.all().delete()
    team.group.archived_at = NOW
    team.group.save()
    with pytest.raises(CannotKeepGroup, match="archived"):
        plan(team)


# ---------------------------------------------------------------- One meeting
def test_a_moved_meeting_keeps_its_place_in_the_series(team):
    first, second, *_ = team.meetings
    moved = meetings.update_meeting(
        second, facts={"starts": wall(2026, 10, 15, 13, 30), "place": "Library"}, by=team.staff, at=NOW
    )
    assert (moved.original_on, local(moved)) == (date(2026, 10, 13), wall(2026, 10, 15, 13, 30))
    assert moved.changed == ["place", "starts_at"]
    assert moved.ends_at - moved.starts_at == timedelta(minutes=90)
    assert team.meetings[0] == first


@pytest.mark.parametrize(
    ("starts", "words"), [(wall(2026, 9, 1, 9), "in the past"), (wall(2027, 3, 14, 2, 30), "does not exist")]
)
def test_a_meeting_is_not_moved_to_where_nobody_can_be(team, starts, words):
    with pytest.raises(CannotPlan, match=words) as refused:
        meetings.update_meeting(team.meetings[0], facts={"starts": starts}, by=team.staff, at=NOW)
    assert refused.value.field == "starts"


def test_a_meeting_that_has_begun_is_neither_moved_nor_canceled(team):
    later = NOW + timedelta(days=3)
    for act in (
        lambda: meetings.update_meeting(team.meetings[0], facts={"place": "Library"}, by=team.staff, at=later),
        lambda: meetings.cancel_meeting(team.meetings[0], reason="Flu", by=team.staff, at=later),
    ):
        with pytest.raises(CannotPlan, match="begun"):
            act()


def test_a_canceled_meeting_is_restored_until_its_time_is_over(team):
    first = team.meetings[0]
    meetings.cancel_meeting(first, reason="Flu", by=team.staff, at=NOW)
    assert (team.meetings[0].status, team.meetings[0].reason) == (Status.CANCELED, "Flu")
    with pytest.raises(CannotPlan, match="canceled"):
        meetings.update_meeting(first, facts={"place": "Library"}, by=team.staff, at=NOW)
    with pytest.raises(CannotPlan, match="over"):
        meetings.restore_meeting(first, by=team.staff, at=NOW + timedelta(days=3))
    meetings.restore_meeting(first, by=team.staff, at=NOW)
    assert (team.meetings[0].status, team.meetings[0].reason) == (Status.PLANNED, "")


def test_an_extra_meeting_stays_when_the_rule_is_made_again(team):
    extra = meetings.add_extra(
        team.series, facts={"starts": wall(2026, 9, 22, 14), "title": "Budget"}, by=team.staff, at=NOW
    )
    assert (extra.is_extra, extra.title, extra.place) == (True, "Budget", "Center Street, room 2")
    with pytest.raises(CannotPlan, match="already"):
        meetings.add_extra(team.series, facts={"starts": wall(2026, 9, 22, 14)}, by=team.staff, at=NOW)
    series.update_series(team.series, facts={"starts": time(10)}, by=team.staff, at=NOW)
    assert extra in team.meetings


# ---------------------------------------------------------------- All of a series
def test_details_change_in_place_except_where_a_meeting_says_otherwise(team):
    second = team.meetings[1]
    meetings.update_meeting(second, facts={"place": "Library"}, by=team.staff, at=NOW)
    series.update_series(team.series, facts={"place": "Town hall", "minutes": 60}, by=team.staff, at=NOW)
    first, second, third, *_ = team.meetings
    assert [each.place for each in (first, second, third)] == ["Town hall", "Library", "Town hall"]
    assert {each.ends_at - each.starts_at for each in (first, second, third)} == {timedelta(minutes=60)}
    assert Series.objects.count() == 1


def test_a_rule_changes_in_place_as_long_as_nobody_has_met(team):
    uid = team.series.uid
    changed = series.update_series(team.series, facts={"starts": time(13)}, by=team.staff, at=NOW)
    assert (changed.pk, changed.uid) == (team.series.pk, uid)
    assert {local(each).time() for each in team.meetings} == {time(13)}
    assert len(team.meetings) == 18
    assert changed.timed_sequence == changed.sequence + 1


def test_after_the_first_meeting_a_new_series_goes_on_and_the_past_stays(team):
    later = NOW + timedelta(days=3)
    going_on = series.update_series(
        team.series, facts={"rule": "FREQ=MONTHLY;BYDAY=3WE", "first_on": date(2026, 10, 21)}, by=team.staff, at=later
    )
    team.series.refresh_from_db()
    assert going_on.continues == team.series
    assert team.series.until_on == date(2026, 10, 12)
    assert [local(each) for each in team.meetings] == [wall(2026, 9, 8, 9)]
    assert local(going_on.meetings.with_place().earliest("starts_at")) == wall(2026, 10, 21, 9)
    assert going_on.uid != team.series.uid


def test_this_and_following_begins_at_that_meeting(team):
    third = team.meetings[2]
    going_on = series.update_series(team.series, facts=facts(starts=time(10)), since=third, by=team.staff, at=NOW)
    assert [local(each).month for each in team.meetings] == [9, 10]
    assert local(going_on.meetings.with_place().earliest("starts_at")) == wall(2026, 11, 10, 10)


def test_a_counted_series_has_as_many_left_as_it_had(team):
    counted = plan(team, count=6)
    third = counted.meetings.order_by("starts_at")[2]
    going_on = series.update_series(counted, facts=facts(starts=time(10), count=6), since=third, by=team.staff, at=NOW)
    assert (counted.meetings.count(), going_on.count, going_on.meetings.count()) == (2, 4, 4)


def test_who_saves_second_learns_what_the_first_has_changed(team):
    version = version_of(team.series)
    series.update_series(team.series, facts={"place": "Library"}, version=version, by=team.staff, at=NOW)
    with pytest.raises(ChangedMeanwhile):
        series.update_series(team.series, facts={"place": "Town hall"}, version=version, by=team.staff, at=NOW)


def test_what_somebody_has_answered_stays_on_record_when_the_schedule_changes(team, cast):
    second = team.meetings[1]
    invited = factories.make_meeting_invitation(team.series, cast["manager"])
    factories.make_answer(invited, second)
    series.update_series(
        team.series, facts={"rule": "FREQ=MONTHLY;BYDAY=2WE", "first_on": date(2026, 9, 9)}, by=team.staff, at=NOW
    )
    second.refresh_from_db()
    assert (second.status, second.reason) == (Status.CANCELED, "The schedule of the series changed.")
    assert not team.series.meetings.filter(original_on=date(2026, 11, 10)).exists()


def test_a_series_ends_after_a_day(team):
    series.end_series(team.series, last_on=date(2026, 12, 31), by=team.staff, at=NOW)
    assert len(team.meetings) == 4
    assert making.make_all(at=NOW + timedelta(days=400)) == 0
    with pytest.raises(CannotPlan, match="begins on"):
        series.end_series(team.series, last_on=date(2026, 1, 1), by=team.staff, at=NOW)


def test_a_single_meeting_is_a_series_without_a_rule(team):
    single = plan(team, rule="", first_on=date(2026, 10, 1))
    assert single.meetings.count() == 1
    with pytest.raises(CannotPlan, match="Cancel it"):
        series.end_series(single, last_on=date(2026, 12, 31), by=team.staff, at=NOW)


def test_a_removed_series_is_off_the_calendar_and_comes_back(team):
    series.remove_series(team.series, by=team.staff, at=NOW)
    assert not Meeting.objects.coming(NOW).exists()
    series.restore_series(team.series, by=team.staff, at=NOW)
    assert Meeting.objects.coming(NOW).count() == 18


def test_a_series_of_which_a_meeting_was_held_is_not_removed(team):
    team.series.meetings.filter(pk=team.meetings[0].pk).update(status="held")
    with pytest.raises(CannotPlan, match="held"):
        series.remove_series(team.series, by=team.staff, at=NOW + timedelta(days=5))


# ---------------------------------------------------------------- Two at once
@pytest.mark.django_db(transaction=True)
def test_two_workers_make_each_meeting_once(area, partner, cast):
    team = make_team(area, partner, cast)
    later = NOW + timedelta(days=62)
    outcome = second_waits_for(
        lambda: making.make_meetings_of(team.series, at=later), lambda: making.make_meetings_of(team.series, at=later)
    )
    assert outcome == 0
    assert team.series.meetings.count() == 20


@pytest.mark.django_db(transaction=True)
def test_a_meeting_moved_while_the_series_changes_is_seen_by_the_change(area, partner, cast):
    team = make_team(area, partner, cast)
    second = team.meetings[1]
    second_waits_for(
        lambda: meetings.update_meeting(second, facts={"place": "Library"}, by=team.staff, at=NOW),
        lambda: series.update_series(team.series, facts={"place": "Town hall"}, by=team.staff, at=NOW),
    )
    assert [each.place for each in team.meetings[:3]] == ["Town hall", "Library", "Town hall"]


def test_a_group_of_a_state_meets_in_the_zone_of_its_first_area(area, cast):
    group = factories.make_group(area.state, name="State council")
    planned = series.plan_series(group, facts=facts(), by=cast["state"], at=NOW)
    assert planned.zone == area.time_zone
