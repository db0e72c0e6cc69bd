"""The network map and engagement: accessible, usable by keyboard, and they fit a phone in the dark."""

from collections.abc import Callable
from datetime import timedelta
from itertools import pairwise

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Page, expect

from onestop.accounts.addresses import confirm_address
from tests import factories

OpenPage = Callable[..., Page]
pytestmark = pytest.mark.django_db(transaction=True)

NAMES = (
    "Riverbend Career Services", "Riverbend Community College", "County Human Services",
    "Rehabilitation Services", "State Employment Service", "Open Door Works", "Two Rivers Community Action",
    "Public Library", "Legal Aid", "Chamber Foundation", "Housing Authority", "Lockhouse Job Corps",
)  # fmt: skip


@pytest.fixture
def network(area, partner, cast):
    """A chain of partners with practices in common, each fourth of them tied with the first."""
    confirm_address(cast["staff"])
    found = [partner, *(factories.make_partnership(area, name=name) for name in NAMES)]
    today = timezone.localdate()
    ties = [*pairwise(found), *((found[0], other) for other in found[4::4])]
    for one, two in ties:
        practice = factories.make_practice(area, told_by=one, happened_on=today.replace(day=1))
        practice.adoptions.create(partnership=two, adopted_on=today)
    group = factories.make_group(area)
    for days in (20, 30, 40):
        factories.make_action(group, partnership=partner, due_on=today - timedelta(days=days))
    return found


def fits(page: Page) -> bool:
    return bool(page.evaluate("document.documentElement.scrollWidth <= innerWidth"))


def test_the_map_by_keyboard(open_page: OpenPage, axe, area, cast, network):
    page = open_page(cast["staff"])
    page.goto(reverse("dashboards:network_map", args=[area.slug]))
    axe(page)
    page.get_by_role("link", name="Go to the picture").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#picture")).to_be_in_viewport()
    node = page.locator(".op-network .node").first
    node.focus()
    expect(node).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Ties of")
    axe(page)
    page.goto(reverse("dashboards:network_map", args=[area.slug]))
    page.get_by_label("What if this partner leaves").select_option(label=NAMES[-2])
    page.get_by_role("button", name="Filter").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name=f"If {NAMES[-2]} leaves")).to_be_visible()
    axe(page)


def test_the_map_and_engagement_fit_a_phone_in_the_dark(open_page: OpenPage, axe, area, cast, partner, network):
    page = open_page(cast["staff"], width=360, height=780, theme="dark")
    for address in (
        reverse("dashboards:network_map", args=[area.slug]),
        reverse("dashboards:partner_ties", args=[partner.pk]),
        reverse("dashboards:engagement_list", args=[area.slug]),
        reverse("dashboards:engagement_formula", args=[area.slug]),
        reverse("dashboards:engagement_weights", args=[area.slug]),
        reverse("dashboards:partner_engagement", args=[partner.pk]),
    ):
        page.goto(address)
        assert fits(page), address
        axe(page)


def test_an_act_is_excused_by_keyboard(open_page: OpenPage, axe, cast, partner, network):
    page = open_page(cast["staff"])
    page.goto(reverse("dashboards:partner_engagement", args=[partner.pk]))
    axe(page)
    page.get_by_role("link", name="Excuse").first.focus()
    page.keyboard.press("Enter")
    page.get_by_role("textbox", name="Reason").focus()
    page.keyboard.type("Flood")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Excused. It counts neither for nor against the partner.")).to_be_visible()
    expect(page.get_by_role("button", name="Count again")).to_be_visible()
    axe(page)
