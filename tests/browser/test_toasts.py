"""Messages in a real browser: where they stand, what they cover (nothing), and where the focus is after closing one."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from onestop.accounts.addresses import confirm_address
from partners.models import Service
from tests import factories
from tests.thorough import also

OpenPage = Callable[..., Page]
pytestmark = pytest.mark.django_db(transaction=True)
# What lies over the middle and the corners of an element, wherever the page is scrolled.
COVERED = """element => {
    const box = element.getBoundingClientRect();
    const points = [[.5, .5], [.02, .1], [.98, .9], [.98, .1], [.02, .9]];
    return points.map(([x, y]) => document.elementFromPoint(box.x + box.width * x, box.y + box.height * y))
        .some(over => over && over.closest("[data-op-toast]"));
}"""


@pytest.fixture
def services(partner, cast) -> list[Service]:
    for user in cast.values():
        confirm_address(user)
    return [factories.make_service(partner, name=f"Service {number:02}") for number in range(30)]


def add_service(page: Page, partner: Any) -> Any:
    """Add a service; return the toast of its page."""
    page.goto(f"/partners/{partner.pk}/services/add/")
    page.get_by_label("Service name").fill("Resume clinic")
    page.get_by_role("button", name="Add service").last.click()
    toast = page.locator("[data-op-toast]")
    expect(toast).to_contain_text("Resume clinic is added")
    return toast


@pytest.mark.parametrize("width", [also(1280), 360])
def test_a_toast_covers_nothing(open_page: OpenPage, axe: Any, cast: Any, partner: Any, services: Any, width: int):
    page = open_page(cast["manager"], width=width)
    toast = add_service(page, partner)
    axe(page)
    height = page.evaluate("innerHeight")
    # Whatever is read or focused, from the top of the page to its last line.
    for place in page.locator("main :is(h1, h2, dd, p, a, button, input):visible").all():
        if place.evaluate("element => Boolean(element.closest('[data-op-toast]'))"):
            continue
        place.scroll_into_view_if_needed()
        assert not place.evaluate(COVERED), place.inner_text()
    page.evaluate("scrollTo(0, document.documentElement.scrollHeight)")
    assert not page.locator(".op-foot").evaluate(COVERED)
    page.evaluate("scrollTo(0, 0)")
    box = toast.bounding_box()
    assert box is not None
    assert box["y"] + box["height"] < height


def test_a_toast_stays_until_it_is_closed_and_the_focus_stays_in_the_page(open_page: OpenPage, cast, partner, services):
    page = open_page(cast["manager"])
    toast = add_service(page, partner)
    page.evaluate("scrollTo(0, 0)")
    heading = page.locator("h1")
    before = heading.bounding_box()
    toast.get_by_role("button", name="Close this message").click()
    expect(toast).to_have_count(0)
    assert heading.bounding_box() == before
    assert page.evaluate("document.activeElement.id") == "main"


def test_a_message_is_seen_where_the_address_leads(open_page: OpenPage, axe: Any, cast, partner, services, area):
    """Saved hours lead to the part of the page where they stand; so does the message."""
    center = factories.make_center(area, name="Center Street")
    page = open_page(cast["manager"], width=360)
    page.goto(f"/partners/{partner.pk}/on-site/add/")
    page.get_by_label("Center", exact=True).select_option(str(center.pk))
    page.get_by_label("Tuesday").check()
    page.get_by_label("From").fill("09:00")
    page.get_by_label("Until").fill("12:00")
    page.get_by_role("button", name="Add hours").last.click()
    page.wait_for_url("**#on-site")
    toast = page.locator("[data-op-toast]")
    expect(toast).to_contain_text("is at Center Street on Tuesday")
    expect(toast).to_be_in_viewport()
    axe(page)
