"""Action items in a real browser: reported by the link of a mail on a phone, and the board by keyboard."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils.timezone import localdate
from playwright.sync_api import Page, expect

from meetings.models import ActionItem
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


def test_one_tap_and_a_field_mark_an_item_done_on_a_phone_without_script(open_page: OpenPage, group):
    link = factories.make_action_link(factories.make_action(group, text="Send the counts"))
    page = open_page(None, width=360, javascript=False)
    page.goto(f"/action/{link.token}/?report=done")
    page.get_by_label("What came of it").fill("In the folder")
    page.get_by_role("button", name="Mark as done").click()
    expect(page.get_by_text("Thank you. Your report is recorded.")).to_be_visible()
    expect(page.get_by_text("was marked as done on")).to_be_visible()
    assert ActionItem.objects.get().outcome == "In the folder"


def test_the_board_is_read_and_opened_by_keyboard_and_stacks_on_a_phone(open_page: OpenPage, axe, area, cast, group):
    for days in (-20, -3, 1, 10, 40):
        factories.make_action(group, text=f"Thing {days}", due_on=localdate() + timedelta(days=days))
    page = open_page(cast["staff"])
    page.goto(f"/areas/{area.slug}/actions/")
    page.get_by_role("link", name="Board", exact=True).focus()
    page.keyboard.press("Enter")
    overdue = page.get_by_role("region", name="Overdue 2")
    expect(overdue.get_by_role("listitem")).to_have_count(2)
    axe(page)
    overdue.get_by_role("link", name="Thing -20").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Thing -20")).to_be_visible()
    axe(page)
    page.set_viewport_size({"width": 360, "height": 780})
    page.goto(f"/areas/{area.slug}/actions/board/")
    first, last = overdue.bounding_box(), page.get_by_role("region", name="Later 1").bounding_box()
    assert first
    assert last
    assert (first["x"], first["y"] < last["y"]) == (last["x"], True)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
