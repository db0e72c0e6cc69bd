"""Agendas in a real browser: order by keyboard, publish, and read by link on a phone."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils.timezone import localdate
from playwright.sync_api import Page, expect

from meetings.agendas.reading import agenda_of
from meetings.models import Meeting
from onestop.accounts.addresses import confirm_address
from tests import factories
from tests.meetings.meeting_world import make_group

OpenPage = Callable[..., Page]
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def meeting(area, partner, cast) -> Any:
    for user in cast.values():
        confirm_address(user)
    group, members = make_group(area, partner, cast["manager"], notice_days=10)
    series = factories.make_series(group, first_on=localdate() + timedelta(days=20), rule="")
    meeting = factories.make_meeting(series)
    for title, purpose in [("Welcome", "inform"), ("Minutes", "consent"), ("Cost shares", "decide")]:
        factories.make_agenda_item(meeting, title=title, purpose=purpose, owner=members[0])
    return meeting


def titles(meeting: Meeting) -> list[str]:
    return [each.item.title for each in agenda_of(meeting).items]


@pytest.mark.parametrize("has_scripts", [True, False])
def test_an_item_is_moved_by_keyboard_and_the_button_keeps_the_focus(open_page, axe, cast, meeting, has_scripts):
    page = open_page(cast["staff"], javascript=has_scripts)
    page.goto(meeting.get_absolute_url())
    up = page.get_by_role("button", name="Move up: Cost shares")
    up.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_text("“Cost shares” is item 2 of 3.")).to_be_visible()
    expect(up).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_text("“Cost shares” is item 1 of 3.")).to_be_visible()
    expect(up).to_be_focused()
    assert titles(meeting) == ["Cost shares", "Welcome", "Minutes"]
    if has_scripts:
        axe(page)


def test_an_agenda_is_published_and_read_on_a_phone_by_link(open_page, axe, cast, meeting):
    page = open_page(cast["staff"])
    page.goto(meeting.get_absolute_url())
    page.get_by_role("link", name="Publish the agenda").click()
    axe(page)
    page.get_by_role("button", name="Publish the agenda").click()
    expect(page.get_by_text("The agenda is published.")).to_be_visible()
    factories.make_paper(agenda_of(meeting).items[2].item, title="Shares by partner")
    link = factories.make_meeting_invitation(meeting.series)
    phone = open_page(None, width=360)
    phone.goto(f"/answer/{link.token}/")
    agenda = phone.get_by_role("region", name="Agenda")
    expect(agenda).to_contain_text("Cost shares")
    axe(phone)
    assert phone.evaluate("document.documentElement.scrollWidth <= innerWidth")
    with phone.expect_download() as download:
        agenda.get_by_role("link", name="Shares by partner").click()
    assert download.value.suggested_filename == "letter.pdf"
