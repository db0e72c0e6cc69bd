"""The screen at the meeting in a real browser: the roll on a phone, the quorum, notes through a lost connection."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from meetings.models import Attendance, MeetingNote
from meetings.room import check_in
from onestop.accounts.addresses import confirm_address
from tests.browser.conftest import LOOKS
from tests.meetings.room_world import Room, make_room

OpenPage = Callable[..., Page]
pytestmark = pytest.mark.django_db(transaction=True)
SCROLLS = "document.documentElement.scrollWidth <= innerWidth"


@pytest.fixture
def room(area, partner, cast) -> Room:
    for user in cast.values():
        confirm_address(user)
    return make_room(area, partner, cast)


def at(room: Room) -> str:
    return f"/meetings/{room.meeting.pk}/room/"


def notes(page: Page) -> Any:
    return page.get_by_label("Notes (Referral times)", exact=True)


def kept(page: Page) -> int:
    return int(page.evaluate("Object.keys(localStorage).filter(key => key.startsWith('op-notes:')).length"))


def lose(page: Page, complaints: list[str]) -> Callable[[], None]:
    """Take the connection away; return a function that gives it back."""
    page.context.set_offline(True)

    def back() -> None:
        complaints.clear()  # the browser complains of each request that it could not send
        page.context.set_offline(False)

    return back


def test_the_roll_is_called_on_a_phone_and_the_quorum_is_said(open_page: OpenPage, axe, cast, room):
    page = open_page(cast["staff"], width=360, height=780)
    page.goto(room.meeting.get_absolute_url())
    page.get_by_role("link", name="Open the meeting").click()
    page.get_by_role("button", name="Open the meeting").click()
    expect(page.get_by_role("heading", name="Roll call")).to_be_visible()
    axe(page)
    assert page.evaluate(SCROLLS)
    chamber = page.get_by_role("group", name="Chamber")
    chamber.get_by_role("button", name="Present").focus()
    page.keyboard.press("Enter")
    expect(chamber.get_by_role("button", name="Present")).to_have_attribute("aria-pressed", "true")
    expect(chamber.get_by_role("button", name="Present")).to_be_focused()
    page.get_by_role("group", name="College").get_by_role("button", name="Online").click()
    expect(page.locator("#quorum")).to_contain_text("Reached")
    expect(page.locator("[data-op-room-announce]")).to_have_text("Quorum reached: 2 of 3 voting seats are present.")
    page.get_by_role("button", name="Left early (Chamber)").click()
    expect(page.locator("[data-op-room-announce]")).to_contain_text("No quorum")
    page.get_by_text("Someone else is here (Chamber)").click()
    page.get_by_label("Name (Chamber)").fill("Nora Named")
    page.get_by_role("button", name="Record this person (Chamber)").click()
    expect(page.locator(f"#seat-{room.seats[1].pk}")).to_contain_text("Nora Named")
    assert Attendance.objects.get(seat=room.seats[1]).name == "Nora Named"
    axe(page, only=LOOKS)
    assert page.evaluate(SCROLLS)


def test_what_others_did_appears_by_itself(open_page: OpenPage, cast, room):
    record = room.open()
    page = open_page(cast["staff"])
    page.goto(at(room))
    expect(page.locator("#quorum")).to_contain_text("Not reached")
    code = f"seat-{room.seats[1].pk}:{room.members[1].pk}"
    check_in.check_in(room.meeting, code=code, presence="online", by=None, at=record.opened_at)
    page.evaluate("htmx.ajax('GET', document.getElementById('quorum').getAttribute('hx-get'), "
                  "{source: '#quorum', target: '#quorum', swap: 'outerHTML'})")  # fmt: skip
    expect(page.locator(f"#seat-{room.seats[1].pk}")).to_contain_text("Checked in")


def test_notes_are_saved_as_typed_and_survive_a_lost_connection_and_a_closed_tab(
    open_page: OpenPage, axe, cast, room, complaints
):
    room.open()
    page = open_page(cast["staff"])
    page.goto(at(room))
    notes(page).fill("Rent rises.")
    expect(page.get_by_text("Saved at")).to_be_visible()
    assert (MeetingNote.objects.get().text, kept(page)) == ("Rent rises.", 0)
    back = lose(page, complaints)
    notes(page).fill("Rent rises. Dana asks for the floor plan.")
    expect(page.locator("[data-op-notes-status].is-unsaved")).to_have_text(
        "Not saved yet. It will be sent when the connection is back."
    )
    assert kept(page) == 1
    other = page.context.new_page()
    page.close()
    back()
    other.goto(at(room))
    expect(notes(other)).to_have_value("Rent rises. Dana asks for the floor plan.")
    expect(other.get_by_text("Saved at")).to_be_visible()
    assert (MeetingNote.objects.get().text, kept(other)) == ("Rent rises. Dana asks for the floor plan.", 0)


def test_two_note_takers_compare_both_texts_and_lose_none(open_page: OpenPage, axe, cast, room, complaints):
    room.open()
    first, second = open_page(cast["staff"]), open_page(cast["staff"])
    for page in (first, second):
        page.goto(at(room))
    notes(first).fill("What the first wrote.")
    expect(first.get_by_text("Saved at")).to_be_visible()
    notes(second).fill("What the second wrote.")
    expect(second.locator("[data-op-notes-status].is-unsaved")).to_contain_text("saved other notes meanwhile")
    complaints.clear()  # of the 409 that says so
    second.get_by_role("button", name="Compare both texts").click()
    expect(second.get_by_text("What the first wrote.").first).to_be_visible()
    axe(second)
    box = second.locator("#id_text")
    expect(box).to_have_value("What the second wrote.")
    box.fill("What the first wrote. What the second wrote.")
    second.get_by_role("button", name="Save notes").click()
    expect(notes(second)).to_have_value("What the first wrote. What the second wrote.")
    assert (MeetingNote.objects.get().version, kept(second)) == (2, 0)


def test_a_tap_without_a_connection_says_that_nothing_was_recorded(open_page: OpenPage, cast, room, complaints):
    room.open()
    page = open_page(cast["staff"])
    page.goto(at(room))
    back = lose(page, complaints)
    button = page.get_by_role("group", name="Chamber").get_by_role("button", name="Present")
    button.click()
    expect(page.get_by_role("alert").filter(has_text="Not recorded")).to_be_visible()
    back()
    page.wait_for_timeout(50)
    page.evaluate("document.querySelectorAll('[data-op-sent]').forEach(form => { delete form.dataset.opSent; })")
    button.click()
    expect(button).to_have_attribute("aria-pressed", "true")
    expect(page.locator("[data-op-room-alert]")).to_be_empty()


def test_a_whole_meeting_without_script(open_page: OpenPage, axe, cast, room):
    room.open()
    page = open_page(cast["staff"], javascript=False)
    page.goto(at(room))
    for seat in ("Chamber", "College"):
        page.get_by_role("group", name=seat).get_by_role("button", name="Present").click()
    notes(page).fill("By the button.")
    page.get_by_role("button", name="Save notes (Referral times)").click()
    page.get_by_role("link", name="Record a motion (Referral times)").click()
    page.get_by_label("Motion", exact=True).fill("To adopt the plan.")
    page.get_by_role("button", name="Record the motion").click()
    page.get_by_role("button", name="Record yes for all others").click()
    page.get_by_label("Carried").check()
    page.get_by_role("button", name="Record the result").click()
    expect(page.get_by_text("2:0:0", exact=True)).to_be_visible()
    page.get_by_role("link", name="Close the meeting").click()
    page.get_by_role("button", name="Close the meeting").click()
    expect(page.get_by_role("heading", name="Record of the meeting")).to_be_visible()


def test_somebody_checks_in_on_a_phone(open_page: OpenPage, axe, room):
    record = room.open()
    page = open_page(None, width=360)
    page.goto(f"/check-in/{record.check_in_token}/")
    axe(page)
    expect(page.locator("#id_name")).to_be_hidden()
    page.get_by_label("Ann Example (Chamber)").check()
    page.get_by_label("In person").check()
    page.get_by_role("button", name="Check in").click()
    expect(page.get_by_role("heading", name="You are checked in")).to_be_visible()
    assert Attendance.objects.get().name == "Ann Example"
    assert page.evaluate(SCROLLS)
