"""Notes at a meeting: saved as they are typed, by the button, and by two people at once."""

from typing import Any

import pytest
from django.urls import reverse
from django.utils.timezone import now

from meetings.models import MeetingNote
from meetings.room import notes
from meetings.room.locking import CannotRecord
from onestop.editing.versions import ChangedMeanwhile
from tests.at_once import second_waits_for
from tests.meetings.room_world import Room, make_room

QUIETLY = {"quietly": "1"}


@pytest.fixture
def room(area, partner, cast) -> Room:
    room = make_room(area, partner, cast)
    room.open()
    return room


def item_page(room: Room) -> str:
    return reverse("meetings:item_note", args=[room.items[0].pk])


def save(room: Room, text: str, version: int = 0, **more: Any) -> MeetingNote | None:
    given: dict[str, Any] = {"by": room.staff, "at": now()} | more
    return notes.save_note(room.meeting, room.items[0], text=text, version=version, **given)


def test_notes_are_saved_by_the_button_on_an_item_and_on_the_whole(room, as_):
    answer = as_("staff").post(item_page(room), {"text": "Rent rises.\r\nDana asks.", "version": "0"}, follow=True)
    assert "The notes are saved." in answer.content.decode()
    as_("staff").post(reverse("meetings:meeting_note", args=[room.meeting.pk]), {"text": "All went well."})
    assert {note.item: note.text for note in MeetingNote.objects.all()} == {
        room.items[0]: "Rent rises.\nDana asks.", None: "All went well.",
    }  # fmt: skip
    assert "Rent rises." in as_("staff").get(reverse("meetings:room", args=[room.meeting.pk])).content.decode()


def test_notes_are_saved_as_they_are_typed_with_their_version(room, as_):
    answer = as_("staff").post(item_page(room), {"text": "One", "version": "0"} | QUIETLY)
    assert answer.json()["version"] == 1
    answer = as_("staff").post(item_page(room), {"text": "One two", "version": "1"} | QUIETLY)
    assert answer.json()["version"] == 2
    assert answer.json()["saved"].startswith("Saved at ")
    assert MeetingNote.objects.get().text == "One two"


def test_the_same_text_sent_again_is_no_conflict(room):
    save(room, "One")
    assert save(room, "One") == MeetingNote.objects.get()
    assert MeetingNote.objects.get().version == 1
    assert save(room, "", 1) is not None  # everything may be deleted


def test_two_note_takers_see_both_texts_and_lose_none(room, as_):
    save(room, "Theirs")
    quiet = as_("staff").post(item_page(room), {"text": "Mine", "version": "0"} | QUIETLY)
    assert (quiet.status_code, "Dana Whitcomb saved other notes" in quiet.json()["problem"]) == (409, True)
    words = as_("staff").post(item_page(room), {"text": "Mine", "version": "0"}).content.decode()
    assert "saved other notes while you were writing" in words
    assert "Theirs" in words
    assert "Mine" in words
    assert 'name="version" value="1"' in words
    as_("staff").post(item_page(room), {"text": "Theirs and mine", "version": "1"})
    assert MeetingNote.objects.get().text == "Theirs and mine"


def test_notes_that_are_too_long_are_refused_in_words_and_kept_in_the_form(room, as_):
    long = "x" * 20_001
    quiet = as_("staff").post(item_page(room), {"text": long, "version": "0"} | QUIETLY)
    assert (quiet.status_code, "20,001 characters" in quiet.json()["problem"]) == (422, True)
    assert long in as_("staff").post(item_page(room), {"text": long, "version": "0"}).content.decode()


def test_notes_typed_without_a_connection_arrive_after_the_meeting_was_closed(room, as_):
    room.close()
    as_("staff").post(item_page(room), {"text": "Late", "version": "0"} | QUIETLY)
    assert MeetingNote.objects.get().text == "Late"


def test_before_the_meeting_is_opened_there_are_no_notes(area, partner, cast, as_):
    room = make_room(area, partner, cast)
    with pytest.raises(CannotRecord):
        save(room, "Early")
    assert as_("staff").get(item_page(room)).status_code == 302


def test_members_do_not_read_notes(room, as_):
    save(room, "Only for the minutes")
    room.close()
    assert "Only for the minutes" not in as_("manager").get(room.meeting.get_absolute_url()).content.decode()
    assert as_("manager").get(item_page(room)).status_code == 403


def test_a_support_team_writes_of_no_customer(area, partner, cast, as_):
    room = make_room(area, partner, cast, kind="support")
    room.open()
    answer = as_("staff").post(item_page(room), {"text": "SSN 123-45-6789", "version": "0"} | QUIETLY)
    assert answer.status_code == 422
    assert "never the name of a customer" in answer.json()["problem"]


@pytest.mark.django_db(transaction=True)
def test_of_two_first_notes_at_the_same_moment_the_second_is_asked(area, partner, cast):
    room = make_room(area, partner, cast)
    room.open()
    outcome = second_waits_for(lambda: save(room, "First"), lambda: save(room, "Second"))
    assert isinstance(outcome, ChangedMeanwhile)
    assert MeetingNote.objects.get().text == "First"
