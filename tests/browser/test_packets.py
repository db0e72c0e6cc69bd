"""A board packet from the choice of its sections to the member who reads it: by keyboard, and on a phone."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Page, expect

from onestop.accounts.addresses import confirm_address
from onestop.dashboards.models import DashboardPdf, PacketLink
from onestop.dashboards.papers import pdfs
from tests import factories
from tests.dashboards.papers.full_area import fill

OpenPage = Callable[..., Page]
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def private_files(settings: Any, tmp_path: Any) -> None:
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def full(area, partner, cast) -> Any:
    """Return the area with everything that a packet shows, and a member of the board without an account."""
    fill(area, partner)
    for days in (40, 80, 120):
        day = timezone.localdate() - timedelta(days=days)
        factories.make_snapshot(area, day, engagement=60, attendance=days // 2, paid_percent=9)
    seat = factories.make_board_seat(area, label="Reader")
    factories.make_board_term(seat, name="Rita Reader", email="rita@reader.example")
    confirm_address(cast["staff"])
    return area


def has_no_sideways_scroll(page: Page) -> bool:
    return bool(page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth"))


def test_staff_order_sections_by_keyboard_and_a_member_reads_the_packet(open_page: OpenPage, axe, full, cast):
    page = open_page(cast["staff"])
    page.goto(reverse("dashboards:packet_add", args=[full.slug]))
    axe(page)
    page.get_by_label("Title").fill("Packet of June")
    page.get_by_label("Goals").focus()
    page.keyboard.press("ArrowUp")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Tab")
    expect(page.get_by_label("Agreements", exact=True)).to_be_focused()
    page.get_by_role("button", name="Create the packet").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Packet of June")
    made = DashboardPdf.objects.get()
    assert made.sections[:2] == ["goals", "figures"]
    pdfs.MAKER.work_on(made.pk, at=timezone.now())
    page.goto(made.get_absolute_url())
    axe(page)
    page.get_by_role("link", name="Send to members").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Send the packet")
    axe(page)
    page.get_by_role("button", name="Send", exact=True).focus()
    page.keyboard.press("Enter")
    expect(page.get_by_text("0 of 1 member has opened it.")).to_be_visible()
    axe(page)
    link = PacketLink.objects.get(name="Rita Reader")

    reader = open_page(width=360)
    reader.goto(reverse("dashboards:packet_by_link", args=[link.token]))
    expect(reader.get_by_text("For Rita Reader. This link is yours alone.")).to_be_visible()
    expect(reader.locator("svg[viewBox='0 0 340 240']").first).to_be_visible()
    assert has_no_sideways_scroll(reader)
    axe(reader)
    reader.mouse.move(20, 20)
    reader.keyboard.press("Tab")
    reader.wait_for_timeout(500)
    link.refresh_from_db()
    assert link.opened_at


@pytest.mark.parametrize("width", [1280, 360])
def test_the_pages_of_a_partner(open_page: OpenPage, axe, full, partner, cast, width):
    page = open_page(cast["manager"], width=width)
    confirm_address(cast["manager"])
    for name in ("briefing", "standing"):
        page.goto(reverse(f"dashboards:{name}", args=[partner.pk]))
        assert has_no_sideways_scroll(page)
        axe(page)
