"""Meetings in a real browser: plan a series, answer by one tap on a phone, the month, a poll."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils.timezone import localdate, now
from playwright.sync_api import Page, expect

from meetings.invitations import updates
from meetings.models import Answer, MeetingInvitation, Series
from onestop.accounts.addresses import confirm_address
from tests import factories
from tests.meetings.meeting_world import make_group

OpenPage = Callable[..., Page]
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def group(area, partner, cast) -> Any:
    for user in cast.values():
        confirm_address(user)
    return make_group(area, partner, cast["manager"])[0]


def test_a_series_is_planned_by_keyboard_after_a_look_at_what_it_comes_to(open_page: OpenPage, axe, cast, group):
    page = open_page(cast["staff"])
    page.goto(f"/groups/{group.pk}/plan/")
    expect(page.locator("#id_until_on")).to_be_hidden()
    expect(page.get_by_label("Monday")).to_be_hidden()
    page.get_by_label("Weekly").focus()
    page.keyboard.press("Space")
    expect(page.get_by_label("Monday")).to_be_visible()
    page.keyboard.press("ArrowDown")
    expect(page.get_by_label("Monday")).to_be_hidden()
    first = localdate() + timedelta(days=20)
    page.get_by_label("First day", exact=True).fill(first.isoformat())
    page.get_by_label("Start", exact=True).fill("09:00")
    page.locator("#id_place").fill("Center Street, room 2")
    page.get_by_role("button", name="Preview").focus()
    page.keyboard.press("Enter")
    preview = page.get_by_role("region", name="Preview")
    expect(preview.get_by_role("listitem")).not_to_have_count(0)
    expect(preview).to_contain_text("9:00 to 10:00 AM")
    axe(page)
    assert not Series.objects.exists()
    page.get_by_role("button", name="Plan the meetings").click()
    expect(page.get_by_role("status").filter(has_text="Planned.")).to_be_visible()
    expect(page.get_by_text("What has changed is mailed")).to_be_visible()
    axe(page)
    assert Series.objects.get().meetings.count() > 12


def test_one_tap_in_the_mail_answers_on_a_phone(open_page: OpenPage, axe, cast, group):
    first = localdate() + timedelta(days=20)
    series = factories.make_series(group, first_on=first, rule="", how="both")
    meeting = factories.make_meeting(series, how="both")
    updates.send_update(series.pk, at=now(), by=None, is_asked=True)
    invitation = MeetingInvitation.objects.get(name="Ann Example")
    page = open_page(None, width=360)
    page.goto(f"/answer/{invitation.token}/?answer=yes&meeting={meeting.pk}")
    assert not Answer.objects.exists()  # a program that only renders the page answers nothing
    page.mouse.move(40, 40)
    page.mouse.move(80, 120)
    expect(page.get_by_text("Thank you. Your answer is recorded.")).to_be_visible()
    assert Answer.objects.get().answer == "yes"
    axe(page)
    expect(page.locator("#id_alternate_name")).to_be_hidden()
    page.get_by_label("Someone else comes").check()
    expect(page.locator("#id_alternate_name")).to_be_visible()
    page.get_by_role("button", name="Send my answer").click()
    expect(page.locator("[data-op-errsum]")).to_be_focused()
    page.locator("#id_alternate_name").fill("Sam Stand-In")
    page.get_by_role("button", name="Send my answer").click()
    expect(page.get_by_text("Thank you. Your answer is recorded.")).to_be_visible()
    assert Answer.objects.get().alternate_name == "Sam Stand-In"
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_the_month_is_a_table_on_a_desk_and_a_list_on_a_phone(open_page: OpenPage, axe, area, cast, group):
    series = factories.make_series(group, first_on=localdate() + timedelta(days=1), rule="")
    meeting = factories.make_meeting(series)
    page = open_page(cast["manager"])
    page.goto(f"/areas/{area.slug}/meetings/?month={meeting.original_on:%Y-%m}")
    expect(page.get_by_role("table").first.get_by_role("link", name=meeting.title)).to_be_visible()
    page.get_by_role("link", name="Partner team").first.focus()
    axe(page)
    page.set_viewport_size({"width": 360, "height": 780})
    expect(page.locator(".op-month")).to_be_hidden()
    top = page.get_by_role("heading", name="Next").evaluate("e => e.getBoundingClientRect().top")
    assert top < page.get_by_role("heading", name="Promised rhythm").evaluate("e => e.getBoundingClientRect().top")


def test_a_member_says_yes_on_the_page_of_the_meeting(open_page: OpenPage, cast, group):
    series = factories.make_series(group, first_on=localdate() + timedelta(days=20), rule="")
    meeting = factories.make_meeting(series)
    factories.make_meeting_invitation(series, cast["manager"], member=group.members.first())
    page = open_page(cast["manager"], width=360)
    page.goto(meeting.get_absolute_url())
    page.get_by_role("button", name="Yes").click()
    expect(page.get_by_text("Your answer is recorded.")).to_be_visible()
    assert Answer.objects.get().answer == "yes"


def test_a_time_is_found_without_an_account_and_without_script(open_page: OpenPage, axe, cast, group):
    poll = factories.make_poll(group)
    invitation = factories.make_poll_invitation(poll)
    page = open_page(None, width=360, javascript=False)
    page.goto(f"/poll/{invitation.token}/")
    for choices in page.get_by_role("group").all():
        choices.get_by_label("If need be").check()
    page.get_by_role("button", name="Send my answer").click()
    expect(page.get_by_text("Thank you. Your answer is recorded. You can change it here.")).to_be_visible()
    assert set(poll.answers.values_list("suits", flat=True)) == {"if_needed"}


def test_a_training_is_described_and_its_feedback_given_by_keyboard(open_page: OpenPage, axe, area, cast, group):
    series = factories.make_series(group, kind="training", title="Partners teach partners")
    meeting = factories.make_meeting(series, (now() - timedelta(days=2)).replace(tzinfo=None, microsecond=0))
    program = factories.make_program(name="Unemployment insurance", short_name="UI")
    page = open_page(cast["staff"])
    page.goto(f"/meetings/{meeting.pk}/")
    page.get_by_role("link", name="Say what it is about").focus()
    page.keyboard.press("Enter")
    page.get_by_label("Topic").fill("How claims work")
    page.get_by_label("UI", exact=True).focus()
    page.keyboard.press("Space")
    page.get_by_role("button", name="Save").focus()
    page.keyboard.press("Enter")
    training = page.get_by_role("region", name="Training", exact=True)
    expect(training).to_contain_text("How claims work")
    expect(training).to_contain_text(program.name)
    axe(page)
    link = factories.make_feedback_link(meeting.training, name="Ann Example", email="ann@chamber.example")
    page = open_page(None, width=360)
    page.goto(f"/training-feedback/{link.token}/")
    axe(page)
    page.get_by_label("Very useful").focus()
    page.keyboard.press("Space")
    page.get_by_role("button", name="Send my answer").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_text("Thank you. Your answer is recorded.")).to_be_visible()
    assert meeting.training.feedback.get().name == ""
