"""Invitations and their changes by mail: to whom, when, with which calendar entry, and how many mails."""

from datetime import date, timedelta
from typing import Any

import pytest
import recurring_ical_events
from icalendar import Calendar

from meetings.groups import members
from meetings.invitations import updates
from meetings.models import Group, Meeting, MeetingInvitation
from meetings.notices import inbox  # noqa: F401 -- registers the plus-address
from meetings.scheduling import making, meetings, series
from onestop.notices.models import Notice
from tests import factories
from tests.at_once import second_waits_for
from tests.meetings.meeting_world import (
    NOW,
    TEN,
    Team,
    calendar_of,
    events_of,
    mails,
    make_team,
    wall,
    words_of,
)

AT_SIX = NOW + timedelta(minutes=6)


@pytest.fixture
def team(area, partner, cast) -> Team:
    return make_team(area, partner, cast)


@pytest.fixture
def told(team: Team) -> Team:
    """A team whose members have the series in their calendars."""
    assert team.send() == 2
    Notice.objects.all().delete()
    team.series.refresh_from_db()
    return team


def move(team: Team, number: int, *starts: int) -> Meeting:
    return meetings.update_meeting(team.meetings[number], facts={"starts": wall(*starts)}, by=team.staff, at=NOW)


def starts_in(entry: Any) -> list[Any]:
    found = recurring_ical_events.of(Calendar.from_ical(entry.to_ical())).between(NOW, NOW + timedelta(days=540))
    return sorted(event.start for event in found)


# ---------------------------------------------------------------- The first invitation
def test_nobody_is_written_to_for_ten_minutes(team):
    assert team.send(after=timedelta(minutes=9)) == 0
    assert mails() == []
    assert team.send() == 2


def test_each_member_gets_the_whole_series_for_the_own_calendar(team, cast):
    team.send()
    to_ann, to_manager = sorted(mails(), key=lambda mail: mail.to)
    assert [each.kind for each in mails()] == ["meetings.invited"] * 2
    assert {to_manager.to, to_ann.to} == {cast["manager"].email, "ann@chamber.example"}
    entry = calendar_of(to_ann)
    [event] = entry.walk("VEVENT")
    assert entry["METHOD"] == "REQUEST"
    assert event["RRULE"].to_ical() == b"FREQ=MONTHLY;BYDAY=2TU"
    assert str(event["ATTENDEE"]) == "mailto:ann@chamber.example"
    assert str(event["ORGANIZER"]).endswith(f"+meet-{team.series.token}@{str(event['ORGANIZER']).partition('@')[2]}")
    assert int(event["SEQUENCE"]) == 1
    assert starts_in(entry) == [each.starts_at for each in team.meetings]
    assert "manager" not in words_of(to_ann)
    assert "Second Tuesday of every month, 9:00 to 10:30 AM" in words_of(to_ann)
    assert f"{team.invitation(1).address}?answer=yes" in words_of(to_ann)


def test_an_alternate_and_who_has_no_address_are_not_invited(team):
    factories.make_group_member(team.group, name="No Address", email="")
    team.send()
    assert sorted(MeetingInvitation.objects.values_list("name", flat=True)) == ["Ann Example", "Joel Abara"]


def test_a_person_in_two_seats_gets_one_invitation(team):
    seat = factories.make_group_seat(team.group, label="Second seat")
    factories.make_group_member(team.group, name="Ann Example", email="Ann@Chamber.example", seat=seat)
    assert team.send() == 2


def test_what_is_removed_within_ten_minutes_is_told_to_nobody(team):
    series.remove_series(team.series, by=team.staff, at=AT_SIX)
    assert (team.send(), mails()) == (0, [])


def test_a_series_that_invites_nobody_writes_to_nobody(area, partner, cast):
    team = make_team(area, partner, cast, invites=False)
    move(team, 1, 2026, 10, 15, 9)
    assert (team.send(), mails()) == (0, [])


def test_send_now_does_not_wait(team):
    assert updates.send_update(team.series.pk, at=AT_SIX, by=team.staff, is_asked=True) == 2
    assert team.send() == 0


# ---------------------------------------------------------------- Changes
def test_five_edits_within_ten_minutes_make_one_mail_a_person(told):
    for number in range(5):
        at = NOW + timedelta(minutes=number)
        facts = {"place": f"Room {number}"}
        series.update_series(told.series, facts=facts, by=told.staff, at=at)
    assert told.send() == 2
    assert [each.kind for each in mails()] == ["meetings.changed"] * 2
    [event] = events_of(mails()[0])
    assert "Room 4" in str(event["LOCATION"])
    assert int(event["SEQUENCE"]) == 2
    assert told.send() == 0


def test_one_canceled_meeting_is_taken_out_alone(told):
    meetings.cancel_meeting(told.meetings[1], reason="Flu", by=told.staff, at=NOW)
    told.send()
    entry = calendar_of(mails()[0])
    [event] = entry.walk("VEVENT")
    assert (mails()[0].kind, entry["METHOD"], event["STATUS"]) == ("meetings.canceled", "CANCEL", "CANCELLED")
    assert event["RECURRENCE-ID"].dt == told.meetings[1].original_start
    assert "Canceled: Tue, Oct 13, 2026, 9:00 AM EDT. Flu" in words_of(mails()[0])


def test_a_moved_meeting_says_from_when_to_when(told):
    move(told, 1, 2026, 10, 15, 13, 30)
    told.send()
    [event] = events_of(mails()[0])
    assert event["RECURRENCE-ID"].dt == told.meetings[1].original_start
    assert event["DTSTART"].dt == told.meetings[1].local_start
    assert "Moved: Thu, Oct 15, 2026, 1:30 PM EDT instead of Tue, Oct 13, 2026, 9:00 AM EDT" in words_of(mails()[0])
    assert told.meetings[1].timed_sequence == 2


def test_moved_and_canceled_at_once_make_one_mail_with_the_whole_series(told):
    move(told, 1, 2026, 10, 15, 13)
    meetings.cancel_meeting(told.meetings[2], reason="Flu", by=told.staff, at=NOW)
    assert told.send() == 2
    entry = calendar_of(mails()[0])
    assert entry["METHOD"] == "REQUEST"
    assert starts_in(entry) == [each.starts_at for each in told.meetings if not each.is_canceled]


def test_an_extra_meeting_and_one_that_takes_place_after_all_are_in_the_whole_series(told):
    meetings.cancel_meeting(told.meetings[1], reason="Flu", by=told.staff, at=NOW)
    told.send()
    Notice.objects.all().delete()
    later = NOW + timedelta(hours=1)
    meetings.restore_meeting(told.meetings[1], by=told.staff, at=later)
    meetings.add_extra(told.series, facts={"starts": wall(2026, 9, 22, 14)}, by=told.staff, at=later)
    assert told.send(after=timedelta(hours=1) + TEN) == 2
    assert starts_in(calendar_of(mails()[0])) == [each.starts_at for each in told.meetings]
    assert "Takes place after all" in words_of(mails()[0])
    assert "Added: Tue, Sep 22, 2026, 2:00 PM EDT" in words_of(mails()[0])


def test_a_new_schedule_says_what_it_was_before(told):
    series.update_series(told.series, facts={"starts": wall(2026, 1, 1, 13).time()}, by=told.staff, at=NOW)
    told.send()
    assert "Before: Second Tuesday of every month, 9:00 to 10:30 AM" in words_of(mails()[0])
    assert "1:00 to 2:30 PM" in words_of(mails()[0])
    assert starts_in(calendar_of(mails()[0])) == [each.starts_at for each in told.meetings]


def test_this_and_following_ends_one_series_and_invites_to_the_next(told):
    third = told.meetings[2]
    going_on = series.update_series(
        told.series, facts={"rule": "FREQ=MONTHLY;BYDAY=3WE", "first_on": date(2026, 11, 18)}, since=third,
        by=told.staff, at=NOW,
    )  # fmt: skip
    assert told.send() == 4
    by_uid = {str(event["UID"]): event for each in mails() for event in events_of(each)}
    assert by_uid[told.series.uid]["RRULE"]["UNTIL"][0].date() <= third.starts_at.date()
    assert str(by_uid[going_on.uid]["RRULE"]["BYDAY"][0]) == "3WE"


def test_a_single_meeting_that_is_canceled_is_canceled_as_a_whole(area, partner, cast):
    team = make_team(area, partner, cast, rule="", first_on=date(2026, 10, 1))
    team.send()
    meetings.cancel_meeting(team.meetings[0], reason="Flu", by=team.staff, at=NOW)
    team.send()
    [event] = events_of(mails("canceled")[0])
    assert (event["STATUS"], "RECURRENCE-ID" in event) == ("CANCELLED", False)


def test_a_removed_series_is_canceled_for_all_who_were_told(told):
    series.remove_series(told.series, by=told.staff, at=NOW)
    assert told.send() == 2
    [event] = events_of(mails()[0])
    assert (event["STATUS"], event["UID"]) == ("CANCELLED", told.series.uid)
    series.restore_series(told.series, by=told.staff, at=NOW + timedelta(hours=1))
    assert told.send(after=timedelta(hours=1) + TEN) == 2
    assert mails()[-1].kind == "meetings.invited"


def test_what_the_portal_moved_for_a_holiday_is_told_sixty_days_before(area, partner, cast):
    factories.make_holiday(area, day=date(2028, 3, 14))
    team = make_team(area, partner, cast)
    team.send()
    Notice.objects.all().delete()
    making.make_all(at=NOW + timedelta(days=40))
    assert [each.is_by_rule for each in team.meetings if each.original_on == date(2028, 3, 14)] == [True]
    assert team.send(after=timedelta(days=41)) == 0
    assert team.send(after=timedelta(days=500)) == 2
    assert "instead of Tue, Mar 14, 2028" in words_of(mails()[0])


# ---------------------------------------------------------------- Who comes and goes
def test_a_new_member_gets_the_whole_series_and_the_others_nothing(told):
    facts = {"name": "New Person", "email": "new@partner.example", "from_on": date(2026, 9, 1), "role": "member"}
    members.add_member(told.group, facts=facts, by=told.staff, at=NOW)
    assert told.send() == 1
    [mail] = mails()
    assert (mail.kind, mail.to) == ("meetings.invited", "new@partner.example")


def test_who_leaves_gets_the_meetings_out_of_the_calendar(told):
    members.remove_member(told.members[1], by=told.staff, at=NOW)
    assert told.send() == 1
    [mail] = mails()
    assert (mail.to, events_of(mail)[0]["STATUS"]) == ("ann@chamber.example", "CANCELLED")
    assert "You no longer belong to Partner team" in words_of(mail)
    series.update_series(told.series, facts={"place": "Library"}, by=told.staff, at=NOW)
    assert told.send() == 1


def test_a_term_that_ends_today_is_noticed_by_the_daily_task(told):
    told.members[1].until_on = NOW.date()
    told.members[1].save()
    assert members.note_terms(at=NOW + timedelta(days=1)) == 1
    assert told.send(after=timedelta(days=1, minutes=1)) == 1
    assert Group.objects.get().roster_due_at is None


# ---------------------------------------------------------------- Two at once, and whatever people typed
@pytest.mark.django_db(transaction=True)
def test_of_two_workers_only_one_writes(area, partner, cast):
    team = make_team(area, partner, cast)
    at = NOW + TEN
    second = second_waits_for(lambda: updates.send_due(at=at), lambda: updates.send_due(at=at))
    assert second == 0
    assert len(mails()) == 2
    assert team.series.invitations.count() == 2


@pytest.mark.django_db(transaction=True)
def test_an_edit_while_the_mails_are_written_waits_and_makes_the_next_ones(area, partner, cast):
    team = make_team(area, partner, cast)
    at = NOW + TEN
    second_waits_for(
        lambda: updates.send_due(at=at),
        lambda: series.update_series(team.series, facts={"place": "Library"}, by=team.staff, at=at),
    )
    assert team.send(after=2 * TEN) == 2
    assert "Library" in str(events_of(mails("changed")[0])[0]["LOCATION"])


def test_names_and_places_cannot_add_lines_to_the_entry(area, partner, cast):
    hostile = 'Room "2";X=1\r\nATTENDEE:mailto:thief@elsewhere.example, 🎉'
    team = make_team(area, partner, cast, place=hostile.replace("\r\n", " "), note=hostile)
    team.send()
    [event] = events_of(mails()[0])
    assert str(event["ATTENDEE"]) in {f"mailto:{mails()[0].to}", f"mailto:{mails()[0].to.lower()}"}
    assert "thief" in str(event["DESCRIPTION"])


def test_a_mail_server_that_is_down_loses_nothing(told):
    series.update_series(told.series, facts={"place": "Library"}, by=told.staff, at=NOW)
    told.send()
    first = mails()
    Notice.objects.filter(pk=first[0].pk).update(status=Notice.Status.QUEUED)
    series.update_series(told.series, facts={"place": "Town hall"}, by=told.staff, at=NOW + TEN)
    told.send(after=3 * TEN)
    first[0].refresh_from_db()
    assert first[0].status == Notice.Status.WITHDRAWN  # the newer mail says everything
    assert "Town hall" in str(events_of(mails()[-1])[0]["LOCATION"])
