"""After signing out, the way back shows nothing: neither from the disk nor from a whole page kept in memory."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.urls import reverse
from playwright.sync_api import Browser, BrowserContext, expect

from tests.browser.conftest import sign_in_window
from tests.chromium import find_chromium

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def context(chromium: Browser, live_server: Any) -> Iterator[BrowserContext]:
    """A window of a Chromium that keeps whole pages for the way back, as people's do and Playwright's does not."""
    like = chromium.browser_type
    with like.launch(
        executable_path=find_chromium(),
        args=["--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu"],
        ignore_default_args=["--disable-back-forward-cache"],
    ) as browser:
        yield browser.new_context(base_url=live_server.url)


@pytest.mark.parametrize("kind", ["page", "chapter"])
def test_the_way_back_leads_to_the_sign_in_page(context, live_server, cast, area, partner, kind: str) -> None:
    addresses = {"page": "/account/profile/", "chapter": reverse("partners:manual_part", args=[area.slug, "programs"])}
    sign_in_window(context, live_server.url, cast["manager"])
    page = context.new_page()
    page.goto(addresses[kind])
    page.evaluate("window.lay = true")
    page.goto("/account/logout/")
    page.get_by_role("main").get_by_role("button", name="Sign out").click()
    expect(page).to_have_url(f"{live_server.url}/account/login/")
    page.go_back()
    page.go_back()
    expect(page.get_by_role("heading", name="Sign in", exact=True)).to_be_visible()
    assert "next=" in page.url
    assert page.evaluate("window.lay") is None
