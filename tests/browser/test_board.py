"""A board member's two minutes: how the network stands, what lapses next, and something taken on; by keyboard too."""

import io
from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pikepdf
import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from onestop.accounts.addresses import confirm_address
from onestop.dashboards.models import Offer
from tests import factories

OpenPage = Callable[..., Page]
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def board(area, partner, cast) -> Any:
    """Return the member of the board, in an area with a goal off track and an agreement that ends soon."""
    today = timezone.now().astimezone(area.zone).date()
    for who in ("board", "state"):
        confirm_address(cast[who])
    term = factories.make_board_term(factories.make_board_seat(area), user=cast["board"], name="Ruth Kimani")
    factories.make_interest(term, "sponsor")
    goal = factories.make_goal(factories.make_plan(area), name="Credentials earned", health="off_track")
    for number, value in enumerate((40, 45, 43)):
        day = today - timedelta(days=90 * (3 - number))
        factories.make_goal_update(goal, value=Decimal(value), as_of=day, partnership=partner)
    factories.make_opportunity(area, kind="sponsor", goal=goal, title="Sponsor “Credentials earned”")
    factories.make_agreement(
        area, title="MOU with the college", status="executed", executed_on=today - timedelta(days=300),
        effective_on=today - timedelta(days=300), expires_on=today + timedelta(days=80),
    )  # fmt: skip
    for days in (100, 130):
        factories.make_snapshot(
            area, today - timedelta(days=days), attendance=60, engagement=70, scored=2, covered=9, required=19, late=1
        )
    return cast["board"]


def test_a_member_learns_what_ends_next_and_takes_a_goal_on(open_page: OpenPage, axe, area, board):
    page = open_page(board)
    page.goto(f"/areas/{area.slug}/")
    page.get_by_role("link", name="Board dashboard").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("How the network stands")
    expect(page.get_by_text("1 ends in 80 days")).to_be_visible()
    expect(page.get_by_text("“Credentials earned” is off track.")).to_be_visible()
    axe(page)
    page.get_by_role("row", name="Credentials earned").get_by_role("link", name="Take it on").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Take it on:")
    axe(page)
    page.get_by_role("button", name="Take it on").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_text("Taken on.")).to_be_visible()
    axe(page)
    assert Offer.objects.get().status == "taken"
    page.goto(f"/areas/{area.slug}/board/dashboard/")
    expect(page.get_by_role("row", name="Credentials earned")).to_contain_text("Ruth Kimani")


def test_the_pages_fit_a_phone_in_the_dark(open_page: OpenPage, axe, area, board):
    page = open_page(board, width=360, height=780, theme="dark")
    for address in ("board/dashboard/", "points-of-engagement/", "points-of-engagement/members/"):
        page.goto(f"/areas/{area.slug}/{address}")
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), address
        axe(page)


def test_a_figure_leads_to_its_rows_and_back(open_page: OpenPage, axe, area, board):
    page = open_page(board)
    page.goto(f"/areas/{area.slug}/board/dashboard/")
    page.get_by_role("link", name="Agreements in force").first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Agreements in force")
    expect(page.get_by_role("row", name="MOU with the college")).to_be_visible()
    axe(page)
    page.get_by_role("navigation", name="Breadcrumb").get_by_role("link", name="Board dashboard").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("How the network stands")


def test_the_dashboard_of_a_full_area_prints_on_one_page(open_page: OpenPage, area, board):
    today = timezone.now().astimezone(area.zone).date()
    plan = factories.make_plan(area)
    for number in range(8):
        factories.make_goal(plan, name=f"Goal {number} with a name of usual length, twelve words or so in all")
        factories.make_center(area, name=f"Center {number}")
        factories.make_agreement(
            area, title=f"Agreement {number} with a partner of the area", status="executed",
            executed_on=today - timedelta(days=300), effective_on=today - timedelta(days=300),
            expires_on=today + timedelta(days=20 * number - 40),
        )  # fmt: skip
        factories.make_opportunity(area, title=f"Open a door to a hospital with evening shifts, number {number}")
    series = factories.make_series(factories.make_group(area, kind="board"))
    meeting = factories.make_meeting(series, timezone.now().replace(tzinfo=None) + timedelta(days=20))
    factories.make_record(meeting, opened_at=None, agenda_published_at=timezone.now())
    for number in range(5):
        factories.make_agenda_item(meeting, title=f"Adopt amendment {number} of the IFA", purpose="decide")
    page = open_page(board)
    page.goto(f"/areas/{area.slug}/board/dashboard/")
    file = page.pdf(format="Letter", prefer_css_page_size=True)
    with pikepdf.open(io.BytesIO(file)) as document:
        assert len(document.pages) == 1


def test_the_comparison_of_areas_is_accessible_and_fits(open_page: OpenPage, axe, area, cast, board):
    page = open_page(cast["state"])
    page.goto(f"/states/{area.state.code}/compare/")
    axe(page)
    page.get_by_role("link", name="Compliance").click()
    expect(page.get_by_role("link", name="Compliance")).to_have_attribute("aria-current", "page")
    page.get_by_role("link", name="Reviews and other clocks late").first.click()
    expect(page.locator("th[aria-sort]")).to_contain_text("Reviews and other clocks late")
    axe(page)
    page.set_viewport_size({"width": 360, "height": 780})
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
