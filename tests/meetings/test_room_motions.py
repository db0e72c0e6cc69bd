"""Motions, votes by name, quorum, the minutes that a motion approves, and decisions."""

from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse
from django.utils.timezone import localdate, now

from meetings.minutes.approval import CannotApprove
from meetings.models import ActionItem, Attendance, Decision, Minutes, Motion
from meetings.room import decisions, motions
from meetings.room.locking import CannotRecord, RecordedMeanwhile
from tests import factories
from tests.at_once import second_waits_for
from tests.meetings.room_world import Room, make_room, meeting_at


@pytest.fixture
def room(area, partner, cast) -> Room:
    room = make_room(area, partner, cast)
    room.open()
    room.call_all()
    return room


def filled(room: Room, number: int) -> Attendance:
    return room.meeting.attendance.get(seat=room.seats[number])


def earlier_minutes(room: Room, **fields: Any) -> Minutes:
    held = meeting_at(room.meeting.series, now() - timedelta(days=30))
    return factories.make_minutes(held, **{"status": "circulated", "circulated_at": now()} | fields)


# ---------------------------------------------------------------- Making
def test_a_motion_names_who_moved_and_seconded_it(room, as_):
    sent = {
        "text": "To adopt the plan.", "item": room.items[0].pk, "mover": room.seats[0].pk,
        "seconder": room.seats[1].pk, "method": "roll",
    }  # fmt: skip
    as_("staff").post(reverse("meetings:motion_add", args=[room.meeting.pk]), sent)
    motion = Motion.objects.get()
    assert (motion.number, motion.item, motion.mover_name, motion.seconder_name) == (
        1, room.items[0], "Joel Abara", "Ann Example",
    )  # fmt: skip
    refused = as_("staff").post(
        reverse("meetings:motion_edit", args=[motion.pk]), sent | {"seconder": room.seats[0].pk}
    )
    assert "Another seat must second the motion." in refused.content.decode()


def test_motions_are_numbered_and_changed_while_they_are_open(room, as_):
    first, second = room.move(), room.move("To meet monthly.")
    assert (first.number, second.number) == (1, 2)
    page = reverse("meetings:motion_edit", args=[second.pk])
    as_("staff").post(page, {"text": "To meet weekly.", "method": "voice"})
    second.refresh_from_db()
    assert (second.text, second.method) == ("To meet weekly.", "voice")
    room.decide(second, "tabled")
    with pytest.raises(CannotRecord, match="was decided: tabled"):
        motions.update_motion(second, facts={"text": "Other"}, by=room.staff, at=now())


def test_a_motion_is_on_an_item_of_its_own_meeting(room):
    other = factories.make_agenda_item(meeting_at(room.meeting.series, now() + timedelta(days=9)))
    with pytest.raises(CannotRecord, match="another agenda"):
        room.move(item=other)


# ---------------------------------------------------------------- Voting
def test_all_vote_yes_and_then_the_exceptions(room, as_):
    motion = room.move()
    page = reverse("meetings:motion_vote", args=[motion.pk])
    keys = [seat.pk for seat in room.seats]
    shown = {f"shown-{pk}": "" for pk in keys}
    as_("staff").post(page, shown | {"all": "1", f"vote-{keys[2]}": "no"})
    assert motions.count_of(motion) == {"yes": 2, "no": 1, "abstain": 0}
    now_shown = {f"shown-{keys[0]}": "yes", f"shown-{keys[1]}": "yes", f"shown-{keys[2]}": "no"}
    as_("staff").post(page, now_shown | {f"vote-{keys[0]}": "yes", f"vote-{keys[1]}": "recused"})
    assert {vote.name: vote.cast for vote in motion.votes.all()} == {
        "Joel Abara": "yes", "Ann Example": "recused", "Cal College": "no",
    }  # fmt: skip
    words = as_("staff").get(reverse("meetings:motion_detail", args=[motion.pk])).content.decode()
    assert "<b>1:1:0</b>" in words
    assert "The count suggests: failed." in words


def test_a_seat_that_is_absent_does_not_vote_and_one_that_left_keeps_its_vote(room):
    motion = room.move()
    room.call(2, "absent")
    with pytest.raises(CannotRecord, match="Only voting seats"):
        room.vote(motion, "yes", "yes", "yes")
    assert not motion.votes.exists()
    room.vote(motion, "yes", "no")
    room.call(1, "absent")
    assert motions.count_of(motion)["no"] == 1
    motions.cast_votes(motion, votes={room.seats[1].pk: ""}, shown={room.seats[1].pk: "no"}, by=room.staff, at=now())
    assert motion.votes.count() == 1


def test_two_clerks_do_not_overwrite_each_others_votes(room, as_):
    motion = room.move()
    room.vote(motion, "no")
    seat = room.seats[0].pk
    page = reverse("meetings:motion_vote", args=[motion.pk])
    words = as_("staff").post(page, {f"vote-{seat}": "yes", f"shown-{seat}": ""}).content.decode()
    assert "Someone else recorded another vote meanwhile: Joel Abara." in words
    assert motion.votes.get().cast == "no"


@pytest.mark.django_db(transaction=True)
def test_of_two_votes_for_one_seat_the_second_is_asked(area, partner, cast):
    room = make_room(area, partner, cast)
    room.open()
    room.call_all()
    motion = room.move()
    outcome = second_waits_for(lambda: room.vote(motion, "yes"), lambda: room.vote(motion, "no"))
    assert isinstance(outcome, RecordedMeanwhile)
    assert motion.votes.get().cast == "yes"


# ---------------------------------------------------------------- Deciding
def test_a_carried_motion_makes_a_decision_and_keeps_its_count(room, as_):
    motion = room.move(item=room.items[0])
    room.vote(motion, "yes", "yes", "abstain")
    as_("staff").post(reverse("meetings:motion_decide", args=[motion.pk]), {"state": "carried"})
    motion.refresh_from_db()
    assert (motion.state, motion.count, motion.seats_present, motion.seats_needed) == ("carried", "2:0:1", 3, 2)
    assert (motion.decision.text, motion.decision.item) == (motion.text, room.items[0])


def test_the_clerk_decides_whatever_the_count_suggests(room):
    motion = room.move()
    room.vote(motion, "no", "no", "yes")
    assert motions.suggested_state(motions.count_of(motion), motion.method) == "failed"
    assert room.decide(motion).state == "carried"


def test_nobody_voted_by_roll_call(room, as_):
    motion = room.move()
    page = reverse("meetings:motion_decide", args=[motion.pk])
    assert "Nobody has voted yet." in as_("staff").post(page, {"state": "carried"}).content.decode()
    assert "Choose the result." in as_("staff").post(page, {}).content.decode()


def test_consent_counts_who_is_present_and_a_voice_vote_what_was_counted(room, as_):
    assert room.decide(room.move(method="consent")).count == "3:0:0"
    assert room.decide(room.move(method="voice")).count == "0:0:0"
    motion = room.move(method="voice")
    page = reverse("meetings:motion_decide", args=[motion.pk])
    as_("staff").post(page, {"state": "failed", "yes": "1", "no": "2", "abstain": ""})
    motion.refresh_from_db()
    assert (motion.state, motion.count) == ("failed", "1:2:0")


def test_without_a_quorum_the_clerk_is_warned_and_must_say_so(room, as_):
    room.call(0, "absent")
    room.call(1, "absent")
    motion = room.move(method="consent")
    page = reverse("meetings:motion_decide", args=[motion.pk])
    words = as_("staff").post(page, {"state": "carried"}).content.decode()
    assert "There is no quorum: 1 voting seats are present, and 2 are needed." in words
    motion.refresh_from_db()
    assert motion.is_open
    as_("staff").post(page, {"state": "carried", "without_quorum": "on"})
    motion.refresh_from_db()
    assert (motion.state, motion.seats_present, motion.seats_needed) == ("carried", 1, 2)
    room.decide(room.move(), "tabled")  # needs no quorum


def test_a_motion_is_decided_once(room):
    motion = room.move(method="consent")
    room.decide(motion)
    with pytest.raises(CannotRecord, match="was decided"):
        room.decide(motion, "failed")


def test_a_decided_motion_is_reopened_with_a_reason_and_its_decision_taken_back(room, as_):
    motion = room.decide(room.move(method="consent"))
    as_("staff").post(reverse("meetings:motion_reopen", args=[motion.pk]), {"reason": "Counted wrongly"})
    motion.refresh_from_db()
    assert (motion.is_open, motion.reopened_because, motion.yes) == (True, "Counted wrongly", 0)
    assert not Decision.objects.current().exists()
    room.decide(motion)
    assert Decision.objects.current().get().motion == motion


# ---------------------------------------------------------------- Approving minutes
def test_a_carried_motion_approves_the_minutes_that_were_circulated(room, as_):
    minutes = earlier_minutes(room)
    sent = {"text": "To approve the minutes.", "method": "consent", "approves": minutes.pk}
    as_("staff").post(reverse("meetings:motion_add", args=[room.meeting.pk]), sent)
    motion = Motion.objects.get()
    assert motion.approves == minutes
    room.decide(motion)
    minutes.refresh_from_db()
    assert (minutes.is_approved, minutes.approved_by) == (True, motion)
    with pytest.raises(CannotRecord, match="approved minutes"):
        motions.reopen_motion(motion, reason="No", by=room.staff, at=now())


def test_a_motion_that_fails_approves_nothing(room):
    minutes = earlier_minutes(room)
    room.decide(room.move(method="consent", approves=minutes), "failed")
    minutes.refresh_from_db()
    assert not minutes.is_approved


def test_drafts_and_minutes_of_other_groups_are_not_approved(room):
    other = factories.make_series(factories.make_group(room.group.area))
    for minutes in (
        earlier_minutes(room, status="draft", circulated_at=None),
        factories.make_minutes(meeting_at(other, now() - timedelta(days=9)), status="circulated", circulated_at=now()),
    ):
        with pytest.raises(CannotRecord, match="cannot be approved here"):
            room.move(approves=minutes)


def test_minutes_are_approved_once_and_the_second_motion_stays_open(room):
    minutes = earlier_minutes(room)
    first, second = (room.move(method="consent", approves=minutes) for _time in range(2))
    room.decide(first)
    with pytest.raises(CannotApprove):
        room.decide(second)
    second.refresh_from_db()
    assert second.is_open
    assert Decision.objects.count() == 1


# ---------------------------------------------------------------- Decisions
def test_a_decision_without_a_motion_is_recorded_changed_removed_and_restored(room, as_):
    add = reverse("meetings:decision_add", args=[room.meeting.pk])
    assert "data-op-errsum" in as_("staff").post(add, {"text": ""}).content.decode()
    as_("staff").post(add, {"text": "We meet monthly.", "item": room.items[1].pk})
    decision = Decision.objects.get()
    assert (decision.item, decision.recorded_by) == (room.items[1], room.staff)
    as_("staff").post(reverse("meetings:decision_edit", args=[decision.pk]), {"text": "We meet weekly."})
    answer = as_("staff").post(reverse("meetings:decision_remove", args=[decision.pk]), follow=True)
    assert "The decision is removed." in answer.content.decode()
    assert reverse("meetings:decision_restore", args=[decision.pk]) in answer.content.decode()
    as_("staff").post(reverse("meetings:decision_restore", args=[decision.pk]))
    decision.refresh_from_db()
    assert (decision.text, decision.is_archived) == ("We meet weekly.", False)


def test_the_decision_of_a_carried_motion_is_taken_back_by_reopening_it(room):
    motion = room.decide(room.move(method="consent"))
    with pytest.raises(CannotRecord, match="Reopen the motion"):
        decisions.remove_decision(motion.decision, by=room.staff, at=now())
    motions.reopen_motion(motion, reason="Wrong", by=room.staff, at=now())
    with pytest.raises(CannotRecord, match="not carried"):
        decisions.restore_decision(motion.decision, by=room.staff, at=now())


# ---------------------------------------------------------------- Items and action items
def test_an_action_item_from_the_room_brings_the_organization_along(room, as_):
    sent = {
        "text": "Send the floor plan", "member": room.members[0].pk, "item": room.items[0].pk,
        "due_on": (localdate() + timedelta(days=9)).isoformat(),
    }  # fmt: skip
    answer = as_("staff").post(reverse("meetings:room_action_add", args=[room.meeting.pk]), sent, follow=True)
    assert "Send the floor plan" in answer.content.decode()
    action = ActionItem.objects.get()
    assert (action.name, action.partnership, action.item, action.meeting) == (
        "Joel Abara", room.seats[0].partnership, room.items[0], room.meeting,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("wrong", "words"),
    [({"member": ""}, "Choose an organization, or enter a person."), ({"due_on": "2020-01-01"}, "This day has passed")],
)
def test_an_action_item_of_nobody_or_of_the_past_keeps_what_was_typed(room, as_, wrong, words):
    due = (localdate() + timedelta(days=9)).isoformat()
    sent = {"text": "Send the floor plan", "member": room.members[0].pk, "due_on": due} | wrong
    answer = as_("staff").post(reverse("meetings:room_action_add", args=[room.meeting.pk]), sent).content.decode()
    assert words in answer
    assert "Send the floor plan" in answer


def test_an_item_is_done_and_the_next_one_is_open(room, as_):
    page = reverse("meetings:room_item_done", args=[room.items[0].pk])
    as_("staff").post(page, {"done": "1"})
    room.items[0].refresh_from_db()
    assert room.items[0].outcome == "done"
    as_("staff").post(page, {"done": "0"})
    room.items[0].refresh_from_db()
    assert room.items[0].outcome == ""
    room.items[0].outcome = "carried"
    room.items[0].save()
    assert "carried over" in as_("staff").post(page, {"done": "1"}, follow=True).content.decode()


# ---------------------------------------------------------------- Afterwards
def test_members_see_roll_votes_and_decisions_on_the_page_of_the_meeting(room, as_):
    motion = room.move(mover=filled(room, 0), item=room.items[0])
    room.vote(motion, "yes", "no", "yes")
    room.decide(motion)
    factories.make_action(room.group, meeting=room.meeting, text="Send the floor plan")
    before = as_("manager").get(room.meeting.get_absolute_url()).content.decode()
    assert "To adopt the plan." not in before
    room.close()
    words = as_("manager").get(room.meeting.get_absolute_url()).content.decode()
    for shown in ("Record of the meeting", "To adopt the plan.", "2:1:0", "Send the floor plan", "3 people were there"):
        assert shown in words
    assert "<b>No</b>: Ann Example, Chamber" in " ".join(words.split())
