"""Minutes: drafted from what was recorded, edited, approved and published."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import InternalError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from meetings.groups.groups import CannotKeepGroup
from meetings.minutes import approval, circulation, drafting, publishing
from meetings.minutes.approval import CannotApprove
from meetings.minutes.draft_text import draft_text
from meetings.minutes.drafting import CannotKeepMinutes
from meetings.minutes.publishing import CannotPublish
from meetings.minutes.records import recorded_of
from meetings.models import Group, Meeting, MeetingRecord, Minutes, Motion
from meetings.models.minutes import LONGEST_MINUTES
from onestop.editing.versions import version_of
from onestop.ui.rich_text import plain, render
from tests import factories
from tests.at_once import second_waits_for
from tests.meetings.minutes_world import AT, HOSTILE, NEXT, UNTIL, HeldMeeting, hold, record, words

HOURS = timedelta(hours=1)


def at(name: str, *args: object) -> str:
    return reverse(f"meetings:{name}", args=args)


@pytest.fixture
def held(area, partner, cast) -> HeldMeeting:
    return hold(area, partner, cast)


@pytest.fixture
def minutes(held) -> Minutes:
    record(held)
    return held.draft()


def shown(minutes: Minutes) -> str:
    return " ".join(plain(minutes.text).split())


# ---------------------------------------------------------------- Drafting
def test_a_draft_has_everything_that_was_recorded(held, minutes):
    text = shown(minutes)
    partner = held.members[0].partner_name
    for words_ in (
        "Group: Partner team", "Date: Tue, Oct 13, 2026", "Place: Center Street, room 2", "Called to order: 9:02 AM",
        "Adjourned: 10:30 AM", f"Present (1) - Alt Ernate, {partner} (alternate)",
        "Present online (1) - Ann Example, Chamber", "Guests (1) - Gus Guest, The *Chamber*",
        "2 of 2 voting seats were filled; 2 are needed. There was a quorum.", "1. Shared # intake",
        "Motion 1: To adopt the form.", "Moved by Ann Example, seconded by Alt Ernate.",
        "Carried, 1:0:1 (yes:no:abstain), roll call.", "Yes: Alt Ernate", "Abstain: Ann Example",
        "Decision: One form for all.", f"Action item: Print the form. {partner} (Joel), due Tue, Nov 3, 2026.",
        "2. Next steps Carried over to a later meeting.", "Next meeting Tue, Nov 10, 2026, 9:00 AM",
    ):  # fmt: skip
        assert words_ in text


def test_what_people_typed_stays_text(minutes):
    html = render(minutes.text)
    assert "<a " not in html
    assert "evil.example" in html
    assert "<strong>not bold" not in html
    assert "&lt;b&gt;x" in html
    for line in HOSTILE.split("\n"):
        assert line in plain(minutes.text)


def test_the_secretary_of_that_day_is_named(held):
    factories.make_group_member(held.group, name="Sec Retary", role="secretary")
    record(held)
    assert shown(held.draft()).endswith("Recorded by: Sec Retary")


def test_a_meeting_of_which_nothing_was_recorded_has_a_draft_to_fill_in(held):
    Meeting.objects.filter(pk=held.meeting.pk).update(status="planned")
    text = shown(held.draft())
    assert "Time: 9:00 AM" in text
    assert "Nobody was recorded on the roll." in text


def test_long_notes_are_cut_and_never_the_rest(held):
    record(held)
    item = held.meeting.agenda_items.first()
    factories.make_meeting_note(held.meeting, text="*" * 20_000)
    for number in range(8):
        other = factories.make_agenda_item(held.meeting, title=f"Long {number}")
        factories.make_meeting_note(held.meeting, other, text="[x] _y_ " * 2_400)
    minutes = held.draft()
    assert len(minutes.text) < LONGEST_MINUTES
    assert item.title in shown(minutes)
    assert "The notes go on" in minutes.text
    assert "Next meeting" in minutes.text


def test_only_a_meeting_that_is_over_has_minutes(held):
    for change, why in (
        ({"status": "canceled", "reason": "Snow"}, "canceled"),
        ({"status": "planned", "starts_at": AT + HOURS, "ends_at": AT + 2 * HOURS}, "not taken place"),
    ):
        Meeting.objects.filter(pk=held.meeting.pk).update(**change)
        with pytest.raises(CannotKeepMinutes, match=why):
            held.draft()
    Meeting.objects.filter(pk=held.meeting.pk).update(status="planned", starts_at=AT - HOURS, ends_at=AT - HOURS / 2)
    factories.make_record(held.meeting)
    with pytest.raises(CannotKeepMinutes, match="goes on"):
        held.draft()
    MeetingRecord.objects.update(closed_at=AT)
    assert held.draft().status == "draft"


def test_a_draft_takes_the_same_queries_for_many_items(held):
    record(held)
    with CaptureQueriesContext(connection) as few:
        draft_text(recorded_of(Meeting.objects.with_place().get(pk=held.meeting.pk)))
    for number in range(10):
        item = factories.make_agenda_item(held.meeting, title=f"Item {number}")
        factories.make_meeting_note(held.meeting, item)
        factories.make_carried_motion(held.meeting, item=item)
        factories.make_attendance(held.meeting, factories.make_group_seat(held.group, label=f"Seat {number}"))
    with CaptureQueriesContext(connection) as many:
        draft_text(recorded_of(Meeting.objects.with_place().get(pk=held.meeting.pk)))
    assert len(many) == len(few)


@pytest.mark.django_db(transaction=True)
def test_two_people_who_draft_at_once_get_one_draft(held):
    second_waits_for(held.draft, held.draft)
    assert Minutes.objects.count() == 1


def test_one_click_drafts_and_members_do_not_see_the_draft(as_, held):
    record(held)
    page = words(as_("staff").get(held.meeting.get_absolute_url()))
    assert "Draft the minutes" in page
    answer = as_("staff").post(at("minutes_draft", held.meeting.pk))
    assert answer["Location"] == at("minutes_detail", held.meeting.pk)
    assert "One form for all." in words(as_("staff").get(answer["Location"]))
    assert as_("manager").get(answer["Location"]).status_code == 404
    assert "Read the minutes" not in words(as_("manager").get(held.meeting.get_absolute_url()))
    as_("staff").post(at("minutes_draft", held.meeting.pk))
    assert Minutes.objects.count() == 1


def test_an_officer_who_is_no_staff_keeps_the_minutes(as_, held, cast):
    factories.make_group_member(held.group, cast["colleague"], role="secretary")
    assert as_("colleague").post(at("minutes_draft", held.meeting.pk)).status_code == 302
    assert as_("colleague").get(at("minutes_edit", held.meeting.pk)).status_code == 200


# ---------------------------------------------------------------- Editing
def test_drafting_again_replaces_typed_text_after_a_confirmation_and_the_history_keeps_it(as_, held, minutes):
    drafting.update_minutes(minutes, facts={"text": "Typed by hand."}, by=held.staff, at=AT)
    page = words(as_("staff").get(at("minutes_redraft", held.meeting.pk)))
    assert "What was typed is lost from the text" in page
    as_("staff").post(at("minutes_redraft", held.meeting.pk))
    minutes.refresh_from_db()
    assert "One form for all." in minutes.text
    assert "Typed by hand." in words(as_("staff").get(at("minutes_history", held.meeting.pk)))


def test_minutes_that_were_sent_are_not_drafted_again(as_, held, minutes):
    circulation.send_for_correction(minutes, until=UNTIL, by=held.staff, at=AT)
    drafting.update_minutes(minutes, facts={"text": "Typed by hand."}, by=held.staff, at=AT)
    with pytest.raises(CannotKeepMinutes, match="sent for correction"):
        drafting.draft_again(minutes, by=held.staff, at=AT)
    as_("staff").post(at("minutes_redraft", held.meeting.pk))
    minutes.refresh_from_db()
    assert minutes.text == "Typed by hand."


def test_of_two_who_edit_at_once_the_second_sees_both_texts(as_, held, minutes):
    url = at("minutes_edit", held.meeting.pk)
    typed = {"version": version_of(minutes), "initial-text": minutes.text, "text": "Mine."}
    drafting.update_minutes(minutes, facts={"text": "Theirs."}, by=held.staff, at=AT)
    page = words(as_("staff").post(url, typed))
    assert "Theirs." in page
    assert "Mine.</textarea>" in page
    minutes.refresh_from_db()
    assert minutes.text == "Theirs."


def test_minutes_of_a_support_team_name_nobody_new(held, minutes):
    Group.objects.filter(pk=held.group.pk).update(kind="support")
    with pytest.raises(CannotKeepGroup, match="support team"):
        drafting.update_minutes(
            minutes, facts={"text": f"{minutes.text}\nMr. Miller came, 555-010-0142."}, by=held.staff, at=AT
        )


# ---------------------------------------------------------------- Approval
@pytest.fixture
def motion(held) -> Motion:
    return factories.make_carried_motion(held.following, text="To approve the minutes.")


def approve(minutes: Minutes, motion: Motion) -> Minutes:
    return approval.approve_minutes(minutes, motion=motion, by=None, at=AT)


def test_a_carried_motion_makes_minutes_final_and_readable_for_members(minutes, motion):
    approved = approve(minutes, motion)
    assert (approved.status, approved.approved_by, approved.audience) == ("approved", motion, "group")
    with pytest.raises(InternalError, match="approved_minutes_stay"), transaction.atomic():
        Minutes.objects.update(text="Other")
    with pytest.raises(InternalError), transaction.atomic():
        approved.delete()
    with pytest.raises(CannotKeepMinutes, match="never change"):
        drafting.update_minutes(approved, facts={"text": "Other"}, by=None, at=AT)
    with pytest.raises(CannotApprove, match="already"):
        approve(minutes, motion)


def test_only_a_carried_motion_of_the_group_at_that_meeting_or_later_approves(area, held, minutes, motion):
    other = factories.make_meeting(factories.make_series(factories.make_group(area)))
    before = factories.make_meeting(held.meeting.series, NEXT - timedelta(days=60))
    for wrong, why in (
        (factories.make_motion(held.following), "carried"),
        (factories.make_carried_motion(other), "same group"),
        (factories.make_carried_motion(before), "or a later one"),
    ):
        with pytest.raises(CannotApprove, match=why):
            approve(minutes, wrong)
    earlier = factories.make_minutes(before)
    approve(earlier, motion)
    with pytest.raises(CannotApprove, match="other minutes"):
        approve(minutes, motion)


def test_minutes_are_approved_only_when_each_correction_has_an_answer(minutes, motion):
    correction = factories.make_correction(minutes)
    with pytest.raises(CannotApprove, match="1 correction has no answer"):
        approve(minutes, motion)
    correction.state, correction.answered_at = "taken", AT
    correction.save()
    assert approve(minutes, motion).is_approved


@pytest.mark.django_db(transaction=True)
def test_of_two_motions_that_approve_at_once_one_does(held, minutes, motion):
    other = factories.make_carried_motion(held.following)
    outcome = second_waits_for(lambda: approve(minutes, motion), lambda: approve(minutes, other))
    assert isinstance(outcome, CannotApprove)
    minutes.refresh_from_db()
    assert minutes.approved_by == motion


def test_a_recorded_motion_is_chosen_afterwards(as_, held, minutes, motion):
    page = words(as_("staff").get(at("minutes_approve", held.meeting.pk)))
    assert "To approve the minutes." in page
    as_("staff").post(at("minutes_approve", held.meeting.pk), {"motion": motion.pk})
    minutes.refresh_from_db()
    assert minutes.approved_by == motion
    page = words(as_("staff").get(at("minutes_detail", held.meeting.pk)))
    assert "Approved at the meeting of November 10, 2026, moved by Ann Example" in page


def test_an_approval_that_nobody_recorded_is_described(as_, held, minutes):
    answer = as_("staff").get(at("minutes_approve", held.meeting.pk))
    assert answer["Location"] == at("minutes_describe", held.meeting.pk)
    Meeting.objects.filter(pk=held.following.pk).update(starts_at=AT, ends_at=AT + HOURS)
    typed = {
        "meeting": held.following.pk, "text": "To approve the minutes as corrected.", "mover_name": "Joel Abara",
        "seconder_name": "Ann Example", "voted_by": "voice", "yes": "7", "no": "1", "abstain": "2",
    }  # fmt: skip
    page = words(as_("staff").post(answer["Location"], typed | {"no": "8"}))
    assert "With these votes the motion failed." in page
    assert "as corrected.</textarea>" in page
    page = words(as_("staff").post(answer["Location"], typed | {"seconder_name": "joel abara"}))
    assert "Somebody else than the mover" in page
    assert not Motion.objects.filter(meeting=held.following).exists()
    as_("staff").post(answer["Location"], typed)
    minutes.refresh_from_db()
    assert minutes.approved_by
    assert (minutes.approved_by.count, minutes.approved_by.approves) == ("7:1:2", minutes)
    assert "(7:1:2, yes:no:abstain)" in words(as_("manager").get(at("minutes_detail", held.meeting.pk)))


# ---------------------------------------------------------------- Publishing
def publish(minutes: Minutes, audience: str = "public", **more: Any) -> Minutes:
    return publishing.set_audience(minutes, audience=audience, by=None, at=AT, **more)


def test_approved_minutes_of_open_meetings_are_for_everybody(as_, client, held, minutes, motion):
    Group.objects.update(is_open_meeting=True)
    approve(minutes, motion)
    url = at("minutes_public", minutes.pk)
    assert client.get(url).status_code == 404
    as_("staff").post(at("minutes_publish", held.meeting.pk), {"audience": "public"})
    page = words(client.get(url))
    assert "One form for all." in page
    assert "Approved at the meeting of November 10, 2026" in page
    assert "Draft. The group" not in page
    as_("staff").post(at("minutes_withdraw", held.meeting.pk))
    assert client.get(url).status_code == 404
    assert as_("manager").get(at("minutes_detail", held.meeting.pk)).status_code == 200


def test_minutes_of_other_groups_and_support_teams_are_never_public(as_, client, held, minutes, motion):
    approve(minutes, motion)
    with pytest.raises(CannotPublish, match="not open to the public"):
        publish(minutes)
    page = words(as_("staff").post(at("minutes_publish", held.meeting.pk), {"audience": "public"}))
    assert "choose one of the options" in page
    Group.objects.update(is_open_meeting=True, kind="support")
    with pytest.raises(CannotPublish, match="publishes nothing"):
        publish(minutes)
    Minutes.objects.update(audience="public", published_at=AT)
    assert client.get(at("minutes_public", minutes.pk)).status_code == 404


def test_minutes_that_are_not_approved_are_public_only_as_a_draft_that_the_law_asks_for(client, held, minutes):
    Group.objects.update(is_open_meeting=True)
    with pytest.raises(CannotPublish, match="for correction first"):
        publish(minutes, is_draft_asked=True)
    circulation.send_for_correction(minutes, until=UNTIL, by=held.staff, at=AT)
    with pytest.raises(CannotPublish, match="state law"):
        publish(minutes)
    publish(minutes, is_draft_asked=True)
    assert "Draft. The group has not approved these minutes" in words(client.get(at("minutes_public", minutes.pk)))


def test_members_who_were_sent_minutes_go_on_reading_them(held, minutes):
    assert publish(minutes, "group").audience == "group"
    assert publish(minutes, "keepers").audience == "keepers"
    circulation.send_for_correction(minutes, until=UNTIL, by=held.staff, at=AT)
    with pytest.raises(CannotPublish, match="were sent"):
        publish(minutes, "keepers")
