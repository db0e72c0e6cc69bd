"""The roll call: one tap a seat, alternates, guests, who left; two clerks; the quorum."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.timezone import now

from meetings.models import Attendance
from meetings.room import roll
from meetings.room.locking import CannotRecord, RecordedMeanwhile
from meetings.room.quorum import Quorum, quorum_of
from tests import factories
from tests.at_once import second_waits_for
from tests.meetings.room_world import Room, make_room

HTMX: dict[str, Any] = {"HTTP_HX_REQUEST": "true"}


@pytest.fixture
def room(area, partner, cast) -> Room:
    room = make_room(area, partner, cast)
    room.open()
    return room


def quorum(room: Room) -> Quorum:
    return quorum_of(room.record, list(room.meeting.attendance.all()))


def tap(client: Client, room: Room, number: int = 0, presence: str = "present", **more: Any) -> Any:
    row = room.row(number)
    address = reverse("meetings:roll_seat", args=[room.meeting.pk, room.seats[number].pk])
    sent = {"presence": presence, "shown": row.shown} | more.pop("sent", {})
    return client.post(address, sent, follow=True, **more)


# ---------------------------------------------------------------- Seats
def test_one_tap_records_a_seat_without_scripts(room, as_):
    answer = tap(as_("staff"), room)
    assert answer.redirect_chain[0][0].endswith(f"/room/#seat-{room.seats[0].pk}")
    row = Attendance.objects.get()
    assert (row.seat, row.name, row.presence, row.is_voting, row.partnership) == (
        room.seats[0], "Joel Abara", "present", True, room.seats[0].partnership,
    )  # fmt: skip


def test_htmx_swaps_the_row_and_the_quorum(room, as_):
    words = tap(as_("staff"), room, 1, **HTMX).content.decode()
    assert f'id="seat-{room.seats[1].pk}"' in words
    assert 'aria-pressed="true"' in words
    assert 'hx-swap-oob="true"' in words
    assert "Roll call" not in words


def test_a_second_tap_changes_nothing_and_another_one_corrects(room):
    first = room.call(0)
    assert room.call(0).at == first.at
    assert room.call(0, "online").presence == "online"
    assert room.call(0, "absent").presence == "absent"
    assert Attendance.objects.count() == 1


def test_an_alternate_fills_the_seat_and_so_does_somebody_by_name(room, as_):
    alternate = room.members[3]
    tap(as_("staff"), room, 1, sent={"who": str(alternate.pk)})
    row = Attendance.objects.get()
    assert (row.name, row.member, row.is_alternate) == ("Alt Ernate", alternate, True)
    tap(as_("staff"), room, 1, sent={"who": "name", "name": "  Nora   Named "})
    row.refresh_from_db()
    assert (row.name, row.member, row.is_alternate, row.is_voting) == ("Nora Named", None, True, True)
    tap(as_("staff"), room, 1, "online")
    row.refresh_from_db()
    assert (row.name, row.presence) == ("Nora Named", "online")


def test_whoever_is_in_a_vacant_seat_is_named(room, as_):
    room.seats.append(factories.make_group_seat(room.group, label="Library"))
    assert [value for value, _label in room.row(3).presences] == ["absent"]
    answer = tap(as_("staff"), room, 3)
    assert "This seat is vacant. Record by name who is here." in answer.content.decode()
    assert not Attendance.objects.exists()
    tap(as_("staff"), room, 3, sent={"who": "name", "name": "Lia Brary"})
    assert Attendance.objects.get().name == "Lia Brary"
    assert len(room.row(3).presences) == 4
    room.call(3, "absent")
    assert Attendance.objects.get().is_vacant


def test_who_is_excused_is_the_member_again(room):
    room.call(1, person=room.row(1).choose("", "Nora Named"))
    row = room.call(1, "excused")
    assert (row.name, row.is_alternate) == ("Ann Example", False)


@pytest.mark.parametrize("sent", [{"who": "name", "name": " "}, {"who": "999999"}, {"presence": "asleep"}])
def test_what_says_nothing_is_refused_in_words(room, as_, sent):
    answer = tap(as_("staff"), room, 1, sent=sent)
    assert 'role="alert"' in answer.content.decode()
    assert not Attendance.objects.exists()


def test_a_member_of_another_seat_does_not_fill_it(room, as_):
    tap(as_("staff"), room, 1, sent={"who": str(room.members[0].pk)})
    assert not Attendance.objects.exists()


def test_answers_preset_what_is_suggested(room):
    invited = factories.make_meeting_invitation(
        room.meeting.series, name="Ann Example", email="ann@chamber.example", member=room.members[1]
    )
    given = factories.make_answer(invited, room.meeting, how="online")
    assert room.row(1).suggested == "online"
    given.answer = "no"
    given.save()
    assert room.row(1).suggested == "excused"
    given.answer, given.alternate_name, given.how = "alternate", "Alt Ernate", ""
    given.save()
    assert (room.row(1).suggested, room.row(1).person.member) == ("present", room.members[3])
    room.call(1)
    assert Attendance.objects.get().name == "Alt Ernate"
    assert room.row(1).suggested == ""


def test_an_officer_without_a_seat_is_on_the_roll_and_does_not_count(room, as_):
    address = reverse("meetings:roll_member", args=[room.meeting.pk, room.members[4].pk])
    as_("staff").post(address, {"presence": "present", "shown": ""})
    row = Attendance.objects.get()
    assert (row.seat, row.member, row.name, row.is_voting) == (None, room.members[4], "Fay Outside", False)
    assert quorum(room).present == 0
    other = factories.make_group_member(factories.make_group(room.group.area), name="Stranger")
    address = reverse("meetings:roll_member", args=[room.meeting.pk, other.pk])
    assert as_("staff").post(address, {"presence": "present"}).status_code == 404


def test_whoever_left_early_is_no_longer_counted_and_may_come_back(room, as_):
    row = room.call(0)
    room.call(1)
    address = reverse("meetings:attendance_left", args=[row.pk])
    as_("staff").post(address, {"left": "1"})
    assert (quorum(room).present, quorum(room).is_reached) == (1, False)
    assert "Left at" in as_("staff").get(reverse("meetings:room", args=[room.meeting.pk])).content.decode()
    as_("staff").post(address, {"left": "0"})
    assert quorum(room).is_reached
    away = room.call(2, "absent")
    with pytest.raises(CannotRecord, match="Only who came"):
        roll.record_left(away, has_left=True, by=room.staff, at=now())


# ---------------------------------------------------------------- Guests
def test_a_guest_is_recorded_once_and_can_be_removed(room, as_):
    sent = {"name": "Gus Guest", "organization_name": "The Press", "presence": "present"}
    for _time in range(2):
        as_("staff").post(reverse("meetings:guest_add", args=[room.meeting.pk]), sent)
    guest = Attendance.objects.get()
    assert (guest.is_guest, guest.is_voting) == (True, False)
    as_("staff").post(reverse("meetings:guest_remove", args=[guest.pk]))
    assert not Attendance.objects.exists()


def test_a_seat_is_not_removed_from_the_roll(room, as_):
    row = room.call(0)
    answer = as_("staff").post(reverse("meetings:guest_remove", args=[row.pk]), follow=True)
    assert "Only guests can be removed" in answer.content.decode()
    assert Attendance.objects.exists()


# ---------------------------------------------------------------- Quorum
def test_quorum_counts_voting_seats_in_words(room):
    factories.make_group_seat(room.group, label="Without a vote", is_voting=False)
    assert quorum(room).words == "No quorum: 2 more voting seats are needed."
    room.call(0)
    assert quorum(room).words == "No quorum: 1 more voting seat is needed."
    room.call(1, "online", person=room.row(1).choose("", "Nora Named"))
    state = quorum(room)
    assert state.words == "Quorum reached: 2 of 3 voting seats are present."
    assert (state.in_room, state.online, state.alternates) == (1, 1, 1)


def test_the_quorum_is_asked_for_and_nothing_comes_back_unless_something_changed(room, as_):
    address = reverse("meetings:room_quorum", args=[room.meeting.pk])
    known = quorum(room).known
    assert as_("staff").get(address, {"known": known}).status_code == 204
    room.call(1)
    words = as_("staff").get(address, {"known": known}).content.decode()
    assert 'id="quorum"' in words
    assert f'id="seat-{room.seats[1].pk}"' in words
    assert f'id="seat-{room.seats[0].pk}"' not in words
    assert as_("staff").get(address, {"known": "nonsense"}).status_code == 200
    room.close()
    assert as_("staff").get(address, {"known": known}).status_code == 204


def test_the_room_costs_the_same_queries_for_more_seats(room, as_, queries_of):
    client, address = as_("staff"), reverse("meetings:room", args=[room.meeting.pk])
    client.get(address)
    before = 0
    for number in range(8):
        seat = factories.make_group_seat(room.group, label=f"More {number}")
        member = factories.make_group_member(room.group, seat=seat)
        factories.make_attendance(room.meeting, seat, member=member)
        item = factories.make_agenda_item(room.meeting)
        factories.make_meeting_note(room.meeting, item)
        factories.make_motion(room.meeting, item=item, mover=seat)
        factories.make_meeting_decision(room.meeting, item=item)
        factories.make_action(room.group, meeting=room.meeting, item=item)
        before = before or queries_of(lambda: client.get(address))
    assert queries_of(lambda: client.get(address)) == before


# ---------------------------------------------------------------- Two clerks
def test_two_clerks_do_not_silently_overwrite_each_other(room, as_):
    row = room.row(0)
    room.call(0, "excused")
    answer = tap(as_("staff"), room, sent={"shown": row.shown}, **HTMX).content.decode()
    assert "Someone else recorded this meanwhile: Joel Abara, excused." in answer
    assert Attendance.objects.get().presence == "excused"
    tap(as_("staff"), room)
    assert Attendance.objects.get().presence == "present"


@pytest.mark.django_db(transaction=True)
def test_of_two_clerks_at_one_seat_the_second_sees_what_the_first_recorded(area, partner, cast):
    room = make_room(area, partner, cast)
    room.open()
    row = room.row(0)
    outcome = second_waits_for(
        lambda: room.call(0, "absent"),
        lambda: roll.record_presence(
            room.meeting, row, presence="present", person=row.person, shown=row.shown, by=room.staff, at=now()
        ),
    )
    assert isinstance(outcome, RecordedMeanwhile)
    assert Attendance.objects.get().presence == "absent"
