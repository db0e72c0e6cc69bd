"""Open a meeting, close it, reopen it; and what can no longer be changed while it is open."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils.timezone import now

from meetings.models import Attendance, Meeting, MeetingRecord
from meetings.room import motions, opening
from meetings.room.locking import CannotRecord
from meetings.scheduling import meetings, series
from meetings.scheduling.locking import CannotPlan
from tests import factories
from tests.at_once import second_waits_for
from tests.meetings.room_world import Room, make_room, meeting_at

HOUR = timedelta(hours=1)


@pytest.fixture
def room(area, partner, cast) -> Room:
    return make_room(area, partner, cast)


def page(room: Room, name: str = "room") -> str:
    return reverse(f"meetings:{name}", args=[room.meeting.pk])


# ---------------------------------------------------------------- Opening
def test_opening_fixes_the_seats_and_the_quorum_of_the_day(room):
    factories.make_group_seat(room.group, label="Guest seat", is_voting=False)
    record = room.open()
    assert (record.voting_seats, record.seats_needed) == (3, 2)
    factories.make_group_seat(room.group, label="New seat")
    assert (room.record.voting_seats, room.record.seats_needed) == (3, 2)


def test_a_record_that_was_made_with_the_agenda_is_opened_and_keeps_its_address(room):
    known = MeetingRecord.objects.create(meeting=room.meeting, agenda_published_at=now(), check_in_token="known")
    assert room.open().pk == known.pk
    assert room.record.check_in_token == "known"


@pytest.mark.parametrize(
    ("begins", "opens"),
    [(timedelta(minutes=61), False), (timedelta(minutes=59), True), (timedelta(days=-14), True),
     (timedelta(days=-15), False)],
)  # fmt: skip
def test_a_meeting_opens_from_an_hour_before_its_start_until_two_weeks_after_its_end(room, begins, opens):
    meeting = meeting_at(room.meeting.series, now() + begins)
    if opens:
        assert opening.open_meeting(meeting, by=room.staff, at=now()).is_open
    else:
        with pytest.raises(CannotRecord):
            opening.open_meeting(meeting, by=room.staff, at=now())


def test_a_canceled_meeting_is_not_opened(room):
    Meeting.objects.filter(pk=room.meeting.pk).update(status="canceled", reason="Snow")
    with pytest.raises(CannotRecord, match="canceled"):
        room.open()


def test_the_page_of_the_meeting_leads_to_the_room_for_those_who_run_the_group(room, as_):
    assert "Open the meeting" in as_("staff").get(room.meeting.get_absolute_url()).content.decode()
    assert "Open the meeting" not in as_("manager").get(room.meeting.get_absolute_url()).content.decode()
    assert as_("manager").get(page(room)).status_code == 403
    assert as_("stranger").get(page(room)).status_code == 404
    answer = as_("staff").post(page(room, "room_open"), follow=True).content.decode()
    assert "Open since" in answer
    assert "Roll call" in answer


def test_an_officer_of_the_group_runs_the_meeting_too(room, as_):
    room.members[0].role = "chair"
    room.members[0].save()
    as_("manager").post(page(room, "room_open"))
    assert room.record.is_open


# ---------------------------------------------------------------- While it is open
def test_an_open_meeting_is_neither_moved_nor_canceled_nor_planned_anew(room):
    later = meeting_at(room.meeting.series, now() + HOUR / 2)
    opening.open_meeting(later, by=room.staff, at=now())
    with pytest.raises(CannotPlan, match="open"):
        meetings.cancel_meeting(later, reason="Snow", by=room.staff, at=now())
    with pytest.raises(CannotPlan, match="open"):
        meetings.update_meeting(later, facts={"title": "Other"}, by=room.staff, at=now())
    with pytest.raises(CannotPlan, match="held"):
        series.remove_series(room.meeting.series, by=room.staff, at=now())
    series.end_before(room.meeting.series, later.original_on, at=now())
    later.refresh_from_db()
    assert later.is_planned


# ---------------------------------------------------------------- Closing
def test_closing_shows_what_is_missing_and_seats_without_a_word_were_absent(room, as_):
    room.open()
    room.call(0)
    shown = as_("staff").get(page(room, "room_close")).content.decode()
    assert "Nothing is recorded of these seats" in shown
    assert "Referral times" in shown
    answer = as_("staff").post(page(room, "room_close"), follow=True)
    assert "Record of the meeting" in answer.content.decode()
    room.meeting.refresh_from_db()
    assert (room.meeting.status, room.record.is_open) == ("held", False)
    assert room.absent() == {"Chamber", "College"}
    assert Attendance.objects.filter(presence="absent", is_voting=True).count() == 2


def test_an_open_motion_keeps_the_meeting_open(room, as_):
    room.open()
    room.call_all()
    motion = room.move()
    assert "Decide these motions first" in as_("staff").get(page(room, "room_close")).content.decode()
    with pytest.raises(CannotRecord, match="1 motion is not decided"):
        room.close()
    room.decide(motion, "withdrawn")
    assert room.close().closed_at


def test_closing_twice_changes_nothing(room):
    room.open()
    first = room.close().closed_at
    assert room.close().closed_at == first


def test_after_closing_nothing_is_recorded(room):
    room.open()
    room.close()
    with pytest.raises(CannotRecord, match="closed"):
        room.call(0)
    with pytest.raises(CannotRecord, match="closed"):
        room.move()
    with pytest.raises(CannotRecord, match="closed"):
        room.open()


# ---------------------------------------------------------------- Reopening
def test_a_closed_meeting_is_reopened_with_a_reason(room, as_):
    room.open()
    room.close()
    assert "Enter the reason." in as_("staff").post(page(room, "room_reopen"), {"reason": ""}).content.decode()
    as_("staff").post(page(room, "room_reopen"), {"reason": "A vote is wrong"})
    room.meeting.refresh_from_db()
    assert (room.record.is_open, room.record.reopened_because, room.meeting.status) == (
        True, "A vote is wrong", "planned",
    )  # fmt: skip
    history = as_("staff").get(reverse("meetings:meeting_history", args=[room.meeting.pk])).content.decode()
    assert "Planned" in history


def test_after_two_weeks_or_with_approved_minutes_it_stays_closed(room):
    room.open()
    room.close()
    later = now() + timedelta(days=15)
    with pytest.raises(CannotRecord, match="14 days"):
        opening.reopen_meeting(room.meeting, reason="Late", by=room.staff, at=later)
    motion = factories.make_carried_motion(room.meeting)
    factories.make_minutes(room.meeting, status="approved", approved_by=motion, approved_at=now(), circulated_at=now())
    with pytest.raises(CannotRecord, match="minutes"):
        opening.reopen_meeting(room.meeting, reason="Late", by=room.staff, at=now())


# ---------------------------------------------------------------- Without a record
def test_a_meeting_without_a_record_took_place_and_that_is_undone(room, as_):
    meeting = meeting_at(room.meeting.series, now() - timedelta(days=2))
    answer = as_("staff").post(reverse("meetings:meeting_held", args=[meeting.pk]), follow=True)
    assert "recorded as held" in answer.content.decode()
    meeting.refresh_from_db()
    assert meeting.status == "held"
    as_("staff").post(reverse("meetings:meeting_unheld", args=[meeting.pk]))
    meeting.refresh_from_db()
    assert meeting.is_planned


def test_a_meeting_that_goes_on_or_has_a_record_did_not_simply_take_place(room):
    with pytest.raises(CannotRecord, match="not over"):
        opening.mark_held(room.meeting, by=room.staff, at=now())
    room.open()
    with pytest.raises(CannotRecord, match="open"):
        opening.mark_held(room.meeting, by=room.staff, at=now() + timedelta(days=1))
    room.close()
    with pytest.raises(CannotRecord, match="record"):
        opening.unmark_held(room.meeting, by=room.staff, at=now())


# ---------------------------------------------------------------- At the same time
@pytest.mark.django_db(transaction=True)
def test_of_two_who_open_the_second_comes_into_the_same_room(area, partner, cast):
    room = make_room(area, partner, cast)
    outcome = second_waits_for(room.open, room.open)
    assert outcome == room.record
    assert MeetingRecord.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_nobody_votes_at_a_meeting_that_is_being_closed(area, partner, cast):
    room = make_room(area, partner, cast)
    room.open()
    room.call_all()
    motion = room.move()

    def vote() -> None:
        motions.cast_votes(motion, votes={room.seats[0].pk: "yes"}, shown={}, by=room.staff, at=now())

    def decide_and_close() -> None:
        room.decide(motion, "withdrawn")
        room.close()

    outcome = second_waits_for(decide_and_close, vote)
    assert isinstance(outcome, CannotRecord)
    assert "closed" in str(outcome)


@pytest.mark.django_db(transaction=True)
def test_a_meeting_is_not_canceled_while_it_is_opened(area, partner, cast):
    room = make_room(area, partner, cast)
    later = Meeting.objects.with_place().get(pk=meeting_at(room.meeting.series, now() + HOUR / 2).pk)
    outcome = second_waits_for(
        lambda: opening.open_meeting(later, by=room.staff, at=now()),
        lambda: meetings.cancel_meeting(later, reason="Snow", by=room.staff, at=now()),
    )
    assert isinstance(outcome, CannotPlan)
