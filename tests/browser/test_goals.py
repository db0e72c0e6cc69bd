"""Shared goals by keyboard and with axe: the list, the page of one with its chart, asking for a report, a mail link."""

import os
import re
from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from meetings.models import Goal, GoalUpdate
from onestop.accounts.addresses import confirm_address
from tests import factories
from tests.factories.files import make_pdf_file

OpenPage = Callable[..., Page]
pytestmark = pytest.mark.django_db(transaction=True)
FITS = "document.documentElement.scrollWidth <= innerWidth"


@pytest.fixture(autouse=True)
def private_files(settings: Any, tmp_path: Any) -> None:
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def goal(area, partner, cast) -> Goal:
    """Return a goal with a curve, a link that was sent, a change and a milestone, which serves one of the state."""
    for user in cast.values():
        confirm_address(user)
    today = timezone.now().astimezone(area.zone).date()
    of_state = factories.make_goal(factories.make_plan(area.state), name="Credentials for 60% of adults")
    goal = factories.make_goal(
        factories.make_plan(area), name="Credentials earned through two partners at once", health="off_track",
        serves=of_state, why="Two doors lead to one job.", unit="people",
    )  # fmt: skip
    factories.make_goal_partner(goal, partner, role="accountable", part="Evening classes")
    factories.make_representative(partner, name="Main One", email="main@millrace.example")
    for number, value in enumerate((40, 45, 43)):
        day = today - timedelta(days=90 * (3 - number))
        factories.make_goal_update(goal, value=Decimal(value), as_of=day, partnership=partner, story="Classes began.")
    factories.make_goal_link(goal, partner, name="Ann Example", email="ann@millrace.example")
    factories.make_goal_change(goal)
    factories.make_goal_milestone(goal)
    return goal


def look(page: Page, name: str) -> None:
    """Store a picture, if a folder for it is named."""
    if folder := os.environ.get("PICTURES"):
        page.screenshot(path=f"{folder}/{name}.png", full_page=True)


def test_staff_ask_for_a_report_by_keyboard(open_page: OpenPage, axe, area, goal, cast):
    page = open_page(cast["staff"])
    page.goto(goal.get_absolute_url())
    axe(page)
    look(page, "goal_1280")
    chart = page.locator(".op-chart").first
    expect(chart.get_by_role("img")).to_have_attribute("aria-label", re.compile(f"^{goal.measure}, by period"))
    page.get_by_text("Show as table").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("columnheader", name="Period")).to_be_visible()
    page.get_by_role("link", name="Ask for a report now").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Ask for a report")
    axe(page, frame=False)
    look(page, "ask_1280")
    page.get_by_role("button", name="Send").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_text("Sent to 1 person.")).to_be_visible()
    page.get_by_role("button", name=re.compile("Send again.*Main One")).focus()
    page.keyboard.press("Enter")
    expect(page.get_by_text("Sent again to Main One. The former link no longer works.")).to_be_visible()
    axe(page, frame=False)
    look(page, "asked_1280")


def test_goal_pages_fit_a_phone_in_the_dark(open_page: OpenPage, axe, area, goal, cast):
    page = open_page(cast["staff"], width=360, height=780, theme="dark")
    addresses = {
        "list": f"/areas/{area.slug}/goals/", "board": f"/areas/{area.slug}/goals/board/?health=off_track",
        "state": f"/states/{area.state.code}/goals/", "goal": goal.get_absolute_url(),
        "ask": f"/goals/{goal.pk}/report-links/send/", "report": f"/goals/{goal.pk}/report/",
        "status": f"/goals/{goal.pk}/status/", "phase": f"/goals/{goal.pk}/phase/",
    }  # fmt: skip
    for name, address in addresses.items():
        page.goto(address)
        assert page.evaluate(FITS), address
        axe(page, frame=False)
        look(page, f"{name}_360_dark")


def test_somebody_reports_by_a_link_without_an_account(open_page: OpenPage, axe, goal, partner):
    link = factories.make_goal_link(goal, partner, name="Bo Example", email="bo@millrace.example")
    page = open_page(width=360, height=780)
    page.goto(f"/goal/{link.token}/")
    axe(page)
    assert page.evaluate(FITS)
    look(page, "link_360")
    page.get_by_role("textbox", name="people").fill("1.25,0")
    page.get_by_role("button", name="Send report").press("Enter")
    expect(page.get_by_text("Enter a number, such as 1,250 or 42.5.").first).to_be_visible()
    axe(page)
    page.get_by_role("textbox", name="people").fill("1,250")
    page.get_by_label("What moved it").fill("A second class.")
    page.get_by_label("Evidence").set_input_files(
        {"name": "counts.pdf", "mimeType": "application/pdf", "buffer": make_pdf_file()}
    )
    page.get_by_role("button", name="Send report").press("Enter")
    expect(page.get_by_text("Thank you. Your report is recorded.")).to_be_visible()
    update = GoalUpdate.objects.get(value=1250)
    assert update.file is not None
    axe(page)
