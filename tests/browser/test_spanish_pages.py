"""Public pages in Spanish on a phone: no page scrolls sideways, and all are reached by the keyboard and read aloud."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from onestop.accounts.addresses import confirm_address
from tests.browser.test_pages import SIDEWAYS
from tests.matrix import LINES, address
from tests.world import build_world

OpenPage = Callable[..., Page]
pytestmark = pytest.mark.django_db(transaction=True)
PAGES = (
    "partners:directory_area", "partners:directory_service", "partners:directory_centers", "partners:directory_report",
    "partners:directory_paper", "meetings:board_public", "meetings:answer_by_link", "meetings:poll_by_link",
    "meetings:minutes_by_link", "meetings:action_by_link", "meetings:feedback_by_link", "meetings:suggest_by_link",
    "partners:confirm", "account_login",
)  # fmt: skip


def test_pages_in_spanish_fit_a_phone_and_paper(open_page: OpenPage, axe: Any, area, partner, cast):
    for user in cast.values():
        confirm_address(user)
    world = build_world(area, partner, manager=cast["manager"], representative=cast["colleague"])
    urls = {line.name: address(line, world) for line in LINES if line.method == "GET" and line.name in PAGES}
    assert set(urls) == set(PAGES)
    page = open_page(None, width=360)
    for name, url in urls.items():
        page.goto(f"{url}{'&' if '?' in url else '?'}lang=es")
        assert page.evaluate("document.documentElement.lang") == "es", name
        assert page.evaluate(SIDEWAYS) == [], name
        axe(page)
        page.emulate_media(media="print")
        assert page.evaluate(SIDEWAYS) == [], name
        page.emulate_media(media="screen")
    page.goto(f"{urls['partners:directory_area']}?lang=es")
    page.keyboard.press("Tab")
    skip = page.locator(":focus")
    expect(skip).to_have_text("Saltar al contenido principal")
    page.keyboard.press("Enter")
    page.get_by_role("searchbox").focus()
    page.keyboard.type("empleo")
    page.keyboard.press("Enter")
    page.wait_for_url("**q=empleo**")
    assert page.evaluate("document.documentElement.lang") == "es", "the cookie keeps what was asked for"
