"""A search that finds nothing in a real browser: what to do next, what is announced, and when it counts."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from partners.coverage.programs import load_programs
from partners.models import LocalArea, Partnership, UnansweredQuestion
from tests.factories import make_center, make_service, make_unanswered

OpenPage = Callable[..., Page]
BROWSER = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/138.0.0.0 Safari/537.36"
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def where(area: LocalArea, partner: Partnership) -> str:
    """The directory of Riverbend, with three services of two kinds and a center."""
    load_programs()
    make_center(area, name="Center Street", city="Riverbend", phone="(555) 010-0100", hours="Mon to Fri, 8 to 5")
    for name, kind in (("GED preparation", "training"), ("Welding class", "training"), ("Rent help", "supportive")):
        make_service(partner, name=name, kind=kind, groups=["adults"])
    return f"/directory/{area.slug}/"


def as_a_browser(page: Page) -> Page:
    page.set_extra_http_headers({"User-Agent": BROWSER})
    return page


def test_a_finished_question_counts_once_and_half_words_do_not(page: Page, where: str):
    as_a_browser(page).goto(where)
    box = page.get_by_role("searchbox", name="What do you need help with?")
    box.focus()
    for typed in ("ba", "banj", "banjo"):
        page.keyboard.type(typed.removeprefix(box.input_value()))
        expect(page.get_by_role("heading", name=f"No services for “{typed}”")).to_be_visible()
    assert not UnansweredQuestion.objects.exists()
    with page.expect_response(lambda response: response.status == 204, timeout=15_000):
        pass
    assert list(UnansweredQuestion.objects.values_list("words", "number")) == [("banjo", 1)]
    expect(box).to_be_focused()
    expect(page.get_by_role("heading", name="No services for “banjo”")).to_be_visible()
    assert page.url.endswith("?q=banjo")
    page.go_back()
    expect(box).to_have_value("")


def test_screen_readers_hear_that_nothing_was_found_and_what_is_below(page: Page, where: str):
    page.goto(where)
    page.locator("#find-q").fill("banjo")
    expect(page.locator("#found-said")).to_contain_text("No services for “banjo”")
    expect(page.locator("#found-said")).to_contain_text("Below: categories to browse, and centers to call.")


@pytest.mark.parametrize(("width", "theme"), [(1280, "light"), (360, "dark")])
def test_the_page_without_results_is_accessible_and_fits(open_page: OpenPage, axe, where: str, width, theme):
    page = open_page(width=width, theme=theme)
    page.goto(where + "?q=banjo")
    axe(page)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    expect(page.get_by_role("link", name="(555) 010-0100")).to_be_visible()


def test_without_script_categories_lead_to_services(open_page: OpenPage, where: str):
    page = as_a_browser(open_page(width=1280, javascript=False))
    page.goto(where)
    page.locator("#find-q").fill("banjo")
    page.get_by_role("button", name="Search").click()
    expect(page).to_have_title(re.compile("^No services for “banjo”"))  # without script, the next page loads first
    assert UnansweredQuestion.objects.get().words == "banjo"
    page.get_by_role("link", name="Training and classes").click()
    expect(page.get_by_role("heading", name="2 services")).to_be_visible()
    page.go_back()
    page.get_by_role("link", name="Browse all 3 services near Riverbend").click()
    expect(page.locator(".op-result")).to_have_count(3)


@pytest.mark.parametrize("width", [1280, 360])
def test_staff_answer_a_search_by_keyboard(open_page: OpenPage, axe, cast, area, where: str, width: int):
    today = timezone.localdate()
    for ago, number in ((0, 3), (20, 1), (40, 2)):
        make_unanswered(area, words="blow torch", day=today - timedelta(days=ago), number=number)
    page = open_page(cast["staff"], width=width)
    page.goto(f"/areas/{area.slug}/unanswered/")
    axe(page)
    page.get_by_role("link", name="blow torch", exact=True).press("Enter")
    axe(page)
    page.get_by_role("link", name="Add a keyword to a service").press("Enter")
    axe(page)
    page.get_by_label("Service", exact=True).select_option(label="Welding class, Millrace Adult Learning")
    page.get_by_role("button", name="Add this keyword").press("Enter")
    expect(page.get_by_text("“blow torch” is a keyword of Welding class.")).to_be_visible()
    expect(page.get_by_role("heading", name="Every search has an answer")).to_be_visible()
    page.goto(where + "?q=blow+torch")
    expect(page.locator(".op-result")).to_have_count(1)


def test_the_network_search_without_results_is_accessible(open_page: OpenPage, axe, cast, area, where: str):
    page = open_page(cast["staff"], width=360)
    page.goto(f"/areas/{area.slug}/search/?q=banjo")
    axe(page)
    page.get_by_role("link", name="Services", exact=True).last.click()
    expect(page).to_have_url(f"{page.url.split('/areas/')[0]}/areas/{area.slug}/services/")
