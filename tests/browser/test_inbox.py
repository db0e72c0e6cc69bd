"""The inbox in a real browser: opened, gone to, put off and taken back; how often things come; one click in a mail."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from onestop.accounts.addresses import confirm_address
from onestop.notices import notice_types, unsubscribe
from onestop.notices.models import Notice, Preference
from onestop.notices.notice_types import NoticeType, Reason
from tests import factories
from tests.thorough import also

OpenPage = Callable[..., Page]
pytestmark = pytest.mark.django_db(transaction=True)
ACT = NoticeType("tests.act", "Act", "What somebody did.", Reason.TRANSACTIONAL, template="told")


@pytest.fixture(autouse=True)
def kinds_of_tests(monkeypatch: pytest.MonkeyPatch) -> None:
    for kind in (ACT, NoticeType("tests.law", "Law", "What must be known.", Reason.LEGAL, template="told")):
        monkeypatch.setitem(notice_types._kinds, kind.code, kind)


@pytest.fixture
def reader(area, cast) -> Any:
    """The manager, with two notices."""
    confirm_address(cast["manager"])
    for subject in ("GED classes: a change is proposed", "Confirm your services"):
        factories.make_inbox_notice(cast["manager"], subject=subject, url="/account/profile/")
    return cast["manager"]


@pytest.mark.parametrize(("width", "theme"), [also(1280, "light"), (360, "dark")])
def test_what_is_opened_is_read_and_the_bell_follows(open_page: OpenPage, axe: Any, reader, width: int, theme: str):
    page = open_page(reader, width=width, theme=theme)
    page.goto("/notices/")
    expect(page.get_by_role("link", name="Notifications, 2 unread")).to_be_visible()
    axe(page)
    page.get_by_role("link", name="Confirm your services").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("link", name="Notifications, 1 unread")).to_be_visible()
    expect(page.get_by_role("button", name="Mark as unread")).to_be_visible()
    axe(page)
    page.get_by_role("button", name="Snooze until tomorrow").click()
    expect(page.get_by_text("1 notification snoozed until")).to_be_visible()
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_role("link", name="Notifications, 2 unread")).to_be_visible()


def test_without_script_it_is_read_by_a_press_and_gone_to_from_the_list(open_page: OpenPage, reader):
    page = open_page(reader, width=360, javascript=False)
    page.goto("/notices/")
    page.get_by_role("link", name="Confirm your services").click()
    page.get_by_role("button", name="Mark as read").click()
    expect(page.get_by_role("button", name="Mark as unread")).to_be_visible()
    page.goto("/notices/")
    page.get_by_role("button", name=re.compile("Open the page.*GED classes")).click()
    expect(page.get_by_role("heading", name="Your profile", level=1)).to_be_visible()
    assert not Notice.objects.filter(read_at=None).exists()


def test_how_often_is_chosen_by_keyboard_and_one_click_in_a_mail_lessens_it(open_page: OpenPage, axe: Any, reader):
    page = open_page(reader, width=360)
    page.goto("/notices/preferences/")
    page.get_by_role("group", name="Act", exact=True).get_by_label("Immediately").focus()
    page.keyboard.press("ArrowRight")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Saved.")).to_be_visible()
    expect(page.get_by_role("group", name="Act", exact=True).get_by_label("Daily")).to_be_checked()
    axe(page)
    stranger = open_page(None, width=360, theme="dark")
    stranger.goto(f"/notices/stop/{unsubscribe.token_of(reader, ACT)}/")
    axe(stranger)
    stranger.get_by_role("button", name="Stop these emails").click()
    expect(stranger.get_by_role("heading", name="Setting saved")).to_be_visible()
    axe(stranger)
    stranger.get_by_role("button", name="Undo").click()
    expect(stranger.get_by_role("heading", name="Change undone")).to_be_visible()
    assert list(Preference.objects.values_list("kind", "cadence")) == [("tests.act", "daily")]
