"""Check in oneself by the code at the meeting, without an account."""

from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from django.utils.timezone import now

from meetings.models import Attendance, MeetingRecord
from meetings.room import check_in, roll
from meetings.room.locking import CannotRecord, RecordedMeanwhile
from tests.at_once import second_waits_for
from tests.meetings.room_world import Room, make_room


@pytest.fixture
def room(area, partner, cast) -> Room:
    cache.clear()
    room = make_room(area, partner, cast)
    room.open()
    return room


def address(room: Room) -> str:
    return reverse("meetings:check_in", args=[room.record.check_in_token])


def code(room: Room, number: int = 0, member: int = 0) -> str:
    return f"seat-{room.seats[number].pk}:{room.members[member].pk}"


def send(room: Room, **sent: Any) -> Any:
    return Client().post(address(room), {"presence": "present"} | sent, follow=True)


def test_whoever_is_on_the_roll_checks_in(room):
    answer = send(room, who=code(room), presence="online")
    assert "You are checked in" in answer.content.decode()
    row = Attendance.objects.get()
    assert (row.seat, row.name, row.presence, row.via, row.is_voting) == (
        room.seats[0], "Joel Abara", "online", "self", True,
    )  # fmt: skip


def test_an_alternate_fills_the_seat(room):
    send(room, who=code(room, 1, 3))
    row = Attendance.objects.get()
    assert (row.name, row.is_alternate) == ("Alt Ernate", True)
    answer = send(room, who=code(room, 1, 1)).content.decode()
    assert "This name is recorded already" in answer
    assert Attendance.objects.get().name == "Alt Ernate"


def test_another_person_does_not_take_a_seat_that_is_filled(room):
    room.call(1, person=room.row(1).choose("", "Nora Named"))
    with pytest.raises(CannotRecord, match="Nora Named is recorded for this seat already"):
        check_in.check_in(room.meeting, code=code(room, 1, 1), presence="present", by=None, at=now())


def test_a_guest_gives_name_and_organization_and_counts_once(room):
    for _time in range(2):
        send(room, who="guest", name="Gus Guest", organization_name="The Press")
    row = Attendance.objects.get()
    assert (row.is_guest, row.organization_name, row.via) == (True, "The Press", "self")
    assert "Enter your name." in send(room, who="guest", name="").content.decode()


def test_names_are_shown_and_never_addresses(room):
    words = Client().get(address(room)).content.decode()
    assert "Ann Example (Chamber)" in words
    assert "Fay Outside" in words
    assert "@" not in words.replace("@media", "")


def test_who_is_recorded_is_no_longer_in_the_list_and_who_left_is_again(room):
    row = room.call(1)
    assert "Ann Example" not in Client().get(address(room)).content.decode()
    roll.record_left(row, has_left=True, by=room.staff, at=now())
    assert "Ann Example" in Client().get(address(room)).content.decode()
    send(room, who=code(room, 1, 1))
    row.refresh_from_db()
    assert row.left_at is None


def test_a_wrong_choice_keeps_what_was_typed(room):
    words = send(room, who="seat-999:1", name="Gus Guest").content.decode()
    assert "Gus Guest" in words
    assert not Attendance.objects.exists()
    assert "Choose how you take part." in send(room, who=code(room), presence="").content.decode()


def test_before_and_after_a_plain_page_says_when_it_is_open(area, partner, cast):
    room = make_room(area, partner, cast)
    MeetingRecord.objects.create(meeting=room.meeting, agenda_published_at=now(), check_in_token="known")
    assert "Check-in is not open yet" in Client().get(address(room)).content.decode()
    room.open()
    room.close()
    answer = send(room, who="guest", name="Late Larry")
    assert "Check-in is closed" in answer.content.decode()
    assert not Attendance.objects.filter(name="Late Larry").exists()
    assert Client().get(reverse("meetings:check_in", args=["unknown"])).status_code == 404


def test_too_many_from_one_place_must_wait(room, settings):
    settings.ACCOUNT_RATE_LIMITS = {"check_in": "2/10m/ip"}
    for number in range(3):
        answer = send(room, who="guest", name=f"Guest {number}")
    assert "Wait ten minutes" in answer.content.decode()
    assert Attendance.objects.count() == 2


def test_the_code_and_its_address_are_shown_to_those_who_run_the_meeting(room, as_):
    words = as_("staff").get(reverse("meetings:check_in_code", args=[room.meeting.pk])).content.decode()
    assert address(room) in words
    drawing = as_("staff").get(reverse("meetings:check_in_drawing", args=[room.meeting.pk]))
    assert drawing["Content-Type"] == "image/svg+xml"
    assert as_("manager").get(reverse("meetings:check_in_code", args=[room.meeting.pk])).status_code == 403


@pytest.mark.django_db(transaction=True)
def test_a_check_in_beside_the_clerk_makes_one_row_and_overwrites_nothing(area, partner, cast):
    room = make_room(area, partner, cast)
    room.open()
    row = room.row(0)
    outcome = second_waits_for(
        lambda: check_in.check_in(room.meeting, code=code(room), presence="online", by=None, at=now()),
        lambda: roll.record_presence(
            room.meeting, row, presence="absent", person=row.person, shown=row.shown, by=room.staff, at=now()
        ),
    )
    assert isinstance(outcome, RecordedMeanwhile)
    assert Attendance.objects.get().presence == "online"


@pytest.mark.django_db(transaction=True)
def test_nobody_checks_in_at_a_meeting_that_is_being_closed(area, partner, cast):
    room = make_room(area, partner, cast)
    room.open()
    outcome = second_waits_for(
        room.close, lambda: check_in.check_in(room.meeting, code=code(room), presence="online", by=None, at=now())
    )
    assert isinstance(outcome, CannotRecord)
    assert Attendance.objects.filter(presence="absent").count() == 3
