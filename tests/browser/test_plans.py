"""Plans and the resource map in a real browser: consent by keyboard on a phone, and what is printed."""

from collections.abc import Callable
from decimal import Decimal

import pytest
from django.utils.timezone import now
from playwright.sync_api import Page, expect

from meetings.goals import editing
from meetings.models import Goal, GoalConsent
from onestop.accounts.addresses import confirm_address
from tests import factories

OpenPage = Callable[..., Page]
pytestmark = pytest.mark.django_db(transaction=True)
FITS = "document.documentElement.scrollWidth <= innerWidth"


@pytest.fixture
def goal(area, partner, neighbor_partner, cast) -> Goal:
    for user in cast.values():
        confirm_address(user)
    goal = factories.make_goal(factories.make_plan(area, status="open"), name="Credentials")
    factories.make_goal_partner(goal, partner, role="accountable", part="Evening classes")
    factories.make_goal_partner(goal, neighbor_partner)
    factories.make_goal_consent(goal, partner)
    return goal


def test_a_changed_goal_is_read_and_answered_by_keyboard_on_a_phone(open_page: OpenPage, axe, goal, cast):
    editing.update_goal(goal, facts={"target": Decimal(80)}, by=cast["staff"], at=now())
    page = open_page(cast["manager"], width=360)
    page.goto(goal.plan.get_absolute_url())
    axe(page, frame=False)
    assert page.evaluate(FITS)
    page.get_by_role("link", name="Consent or object").focus()
    page.keyboard.press("Enter")
    changed = page.get_by_role("table", name="What has changed since the answer of")
    expect(changed.get_by_role("row", name="Target")).to_contain_text("70%")
    expect(changed.get_by_role("row", name="Target")).to_contain_text("80%")
    axe(page, frame=False)
    assert page.evaluate(FITS)
    page.get_by_label("We consent").focus()
    page.keyboard.press("Space")
    page.get_by_label("We consent").press("Enter")
    expect(page.get_by_text("Your consent is recorded.")).to_be_visible()
    assert GoalConsent.objects.filter(version=2).count() == 1


def test_paper_has_what_is_folded_and_no_links_to_forms(open_page: OpenPage, goal, partner, cast):
    strategy = factories.make_strategy(goal, partner, name="Co-enroll")
    factories.make_plan_action(strategy)
    page = open_page(cast["staff"], width=816)
    page.goto(goal.plan.get_absolute_url())
    page.emulate_media(media="print")
    for words in ("Evening classes", "Co-enroll", "Write one intake form"):
        expect(page.locator("main").get_by_text(words, exact=True).first).to_be_visible()
    for words in ("Add a goal", "Add a strategy", "Record an objection", "Archive", "Make an action item"):
        expect(page.locator("main").get_by_text(words).first).to_be_hidden()
    assert page.evaluate(FITS)


@pytest.mark.parametrize("by", ["By need", "By partner", "By funding source"])
def test_the_map_is_turned_and_filtered_by_keyboard(open_page: OpenPage, axe, area, partner, cast, goal, by):
    factories.make_need_met(factories.make_need(area, name="Child care"), partner)
    factories.make_need(area, name="A ride")
    page = open_page(cast["staff"], width=360)
    page.goto(f"/areas/{area.slug}/resource-map/")
    page.get_by_role("link", name=by, exact=True).focus()
    page.keyboard.press("Enter")
    page.get_by_label("Search needs").fill("child")
    page.get_by_label("Search needs").press("Enter")
    expect(page.locator(".op-applied").get_by_role("status")).to_have_text("1 need")
    expect(page.get_by_role("link", name=by, exact=True)).to_have_attribute("aria-current", "page")
    axe(page, frame=False)
    assert page.evaluate(FITS)
