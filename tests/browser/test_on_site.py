"""The schedule of the centers in a real browser: adding hours by keyboard, the agenda on a phone, the page on paper."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from onestop.accounts.addresses import confirm_address
from onestop.accounts.models import User
from partners.models import Presence, Weekday
from tests import factories
from tests.thorough import also

OpenPage = Callable[..., Page]
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def center(area, partner, cast) -> Any:
    for user in cast.values():
        confirm_address(user)
    center = factories.make_center(area, name="Center Street")
    for weekday in Weekday.values:
        factories.make_presence(partner, center, weekday=weekday, who="T. Okafor")
    return center


def test_a_manager_adds_hours_by_keyboard_and_input_with_errors_is_kept(
    open_page: OpenPage, cast: dict[str, User], area, center
):
    page = open_page(cast["manager"])
    page.goto(f"/areas/{area.slug}/on-site/")
    page.get_by_role("link", name="Add hours", exact=True).focus()
    page.keyboard.press("Enter")
    page.get_by_label("Center", exact=True).select_option(label="Center Street")
    page.get_by_label("Monday").focus()
    page.keyboard.press("Space")
    page.get_by_label("From", exact=True).fill("13:00")
    page.get_by_label("Until", exact=True).fill("12:00")
    page.get_by_label("Staff on site").focus()
    page.keyboard.type("H. Lindqvist")
    page.keyboard.press("Enter")
    expect(page.locator("[data-op-errsum]")).to_be_focused()
    # A time with an error is shown as a text input, which takes any format.
    page.get_by_label("Until", exact=True).fill("3 PM")
    page.get_by_label("From", exact=True).fill("11:00")
    page.keyboard.press("Enter")
    expect(page.get_by_text("is already at Center Street at this time").first).to_be_visible()
    assert page.get_by_label("Until", exact=True).input_value() == "3 PM"
    page.get_by_label("From", exact=True).fill("1 PM")
    page.keyboard.press("Enter")
    expect(page.get_by_text("is at Center Street on Monday.")).to_be_visible()
    assert Presence.objects.filter(who="H. Lindqvist").count() == 1


def test_on_a_phone_the_week_is_an_agenda_with_today_open(open_page: OpenPage, cast: dict[str, User], area, center):
    page = open_page(cast["board"], width=360)
    page.goto(f"/areas/{area.slug}/on-site/")
    expect(page.locator(".op-week")).to_be_hidden()
    expect(page.locator(".op-onsite__agenda details[open]")).to_have_count(1)
    expect(page.locator(".op-onsite__agenda details[open]").get_by_text("T. Okafor")).to_be_visible()
    page.locator(".op-onsite__agenda details:not([open]) summary").first.press("Enter")
    expect(page.locator(".op-onsite__agenda details[open]")).to_have_count(2)


@pytest.mark.parametrize("width", [1280, also(1440)])
def test_the_front_desk_page_shows_its_phone_column(open_page: OpenPage, cast: dict[str, User], area, center, width):
    Presence.objects.update(desk="Second floor, room 210", phone="(555) 010-0142")
    page = open_page(cast["staff"], width=width)
    page.goto(f"/areas/{area.slug}/on-site/print/")
    box = page.locator(".op-front-desk__box")
    assert box.evaluate("box => box.scrollWidth - box.clientWidth") == 0
    phone = page.locator(".op-front-desk__phones div").first
    expect(phone).to_have_text("(555) 010-0142")
    assert phone.evaluate("cell => cell.getClientRects().length && cell.scrollWidth - cell.clientWidth") == 0
    right = phone.evaluate("cell => cell.getBoundingClientRect().right")
    assert right <= box.evaluate("box => box.getBoundingClientRect().right")


def test_on_paper_each_center_is_one_landscape_page(open_page: OpenPage, cast: dict[str, User], area, center):
    for _ in range(12):
        factories.make_presence(
            factories.make_partnership(area), center, who="A counselor", desk="Second floor, room 2"
        )
    factories.make_center(area, name="Millpond")
    page = open_page(cast["staff"])
    page.goto(f"/areas/{area.slug}/on-site/print/")
    pdf = page.pdf(prefer_css_page_size=True)
    boxes = re.findall(rb"/MediaBox \[0 0 (\d+)[.\d]* (\d+)", pdf)
    assert boxes == [(b"792", b"612")] * 2
