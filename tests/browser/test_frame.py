"""The frame around every page in a real browser: the sidebar, its tabs, and lists on a phone."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from onestop.accounts.addresses import confirm_address
from onestop.accounts.models import User
from partners.models import Role
from tests import factories
from tests.thorough import also
from tests.world import build_world

OpenPage = Callable[..., Page]
pytestmark = pytest.mark.django_db(transaction=True)
LISTS = ("partners", "people", "services", "services/not-confirmed", "centers", "locations", "glossary", "practices")


@pytest.fixture
def world(area, partner, cast, settings, tmp_path) -> Any:
    settings.MEDIA_ROOT = tmp_path
    for user in cast.values():
        confirm_address(user)
    return build_world(area, partner, manager=cast["manager"], representative=cast["colleague"])


def test_the_whole_sidebar_is_visible_on_a_small_screen(open_page: OpenPage, cast: dict[str, User], area, partner):
    factories.seat(Role.MANAGER, partner, cast["staff"])
    User.objects.filter(pk=cast["staff"].pk).update(is_superuser=True)
    factories.make_area(state=area.state, name="Tanager", slug="tanager")  # so that areas can be switched
    page = open_page(cast["staff"], height=900)
    page.goto(f"/areas/{area.slug}/")
    assert page.locator(".op-nav__group").count() <= 5
    side = page.locator(".op-side__in")
    assert side.evaluate("e => e.scrollHeight <= e.clientHeight")
    assert page.locator(".op-nav a").last.evaluate("e => e.getBoundingClientRect().bottom") <= 900


def test_pages_that_belong_together_are_tabs_reached_by_keyboard(open_page: OpenPage, cast: dict[str, User], area, axe):
    page = open_page(cast["staff"])
    page.goto(f"/areas/{area.slug}/people/")
    tabs = page.get_by_role("navigation", name="People")
    expect(tabs.get_by_role("link", name="Representatives")).to_have_attribute("aria-current", "page")
    tabs.get_by_role("link", name="Single-person dependencies").focus()
    page.keyboard.press("Enter")
    expect(tabs.get_by_role("link", name="Single-person dependencies")).to_have_attribute("aria-current", "page")
    expect(page.locator(".op-nav a[aria-current]")).to_have_text("People")
    axe(page)


def test_rows_of_lists_are_within_the_first_screen_of_a_phone(open_page: OpenPage, cast: dict[str, User], world: Any):
    page = open_page(cast["staff"], width=360, height=780)
    low = {}
    for name in LISTS:
        page.goto(f"/areas/{world.area}/{name}/")
        top = page.locator("tbody tr").first.evaluate("e => e.getBoundingClientRect().top")
        if top > 640:  # above the bar at the bottom, with room for the first row's name
            low[name] = top
    assert low == {}


def test_filters_open_by_a_button_on_a_phone(open_page: OpenPage, cast: dict[str, User], world: Any):
    page = open_page(cast["staff"], width=360)
    page.goto(f"/areas/{world.area}/services/")
    button = page.get_by_role("button", name="Filters")
    fields = page.locator("#filter-fields")
    expect(fields).to_be_hidden()
    button.press("Enter")
    expect(button).to_have_attribute("aria-expanded", "true")
    expect(fields).to_be_visible()
    expect(fields.locator("select, input, summary").first).to_be_focused()
    button.click()
    expect(fields).to_be_hidden()


def test_filters_are_open_on_a_phone_without_script(open_page: OpenPage, cast: dict[str, User], world: Any):
    page = open_page(cast["staff"], width=360, javascript=False)
    page.goto(f"/areas/{world.area}/services/")
    expect(page.locator("#filter-fields")).to_be_visible()
    expect(page.get_by_role("button", name="Filters")).to_be_hidden()


@pytest.mark.parametrize("width", [360, also(1280)])
def test_sections_of_a_partner_are_folded_on_a_phone_only(
    open_page: OpenPage, cast: dict[str, User], world: Any, partner, width: int, axe
):
    for number in range(8):
        factories.make_service(partner, name=f"Class {number}")
    page = open_page(cast["staff"], width=width, height=780)
    page.goto(f"/partners/{world.partner}/")
    table = page.locator("#services").get_by_role("link", name="Class 7")
    if width == 1280:
        expect(table).to_be_visible()
        return
    expect(table).to_be_hidden()
    assert page.evaluate("document.documentElement.scrollHeight") < 4 * 780
    axe(page)
    page.get_by_role("navigation", name="Parts of this page").get_by_role("link", name="Services").click()
    expect(table).to_be_visible()
    page.locator("summary", has_text="Services").press("Enter")
    expect(table).to_be_hidden()


def test_sections_are_open_on_a_phone_without_script(open_page: OpenPage, cast: dict[str, User], world: Any):
    page = open_page(cast["staff"], width=360, javascript=False)
    page.goto(f"/partners/{world.partner}/")
    expect(page.get_by_role("link", name="GED classes").first).to_be_visible()
