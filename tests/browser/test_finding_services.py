"""Find a service in a real browser: typing, results as they come, filters, the way back, a phone, no script, paper."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from partners.coverage.programs import load_programs
from partners.models import LocalArea, Partnership
from tests.factories import make_center, make_service
from tests.thorough import also

OpenPage = Callable[..., Page]
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def where(area: LocalArea, partner: Partnership) -> str:
    """The directory of Riverbend, with two services and a center."""
    load_programs()
    center = make_center(area, name="Center Street", phone="(555) 010-0100", hours="Mon to Fri, 8 to 5")
    for name, cost, language in (
        ("Vocational rehabilitation counseling", "Free", "Spanish"),
        ("GED preparation", "$20", "Somali"),
    ):
        service = make_service(
            partner, name=name, cost=cost, languages=["English", language], groups=["adults"], phone="(555) 010-0142",
            how_to_get_in="Walk in or call.", documents="Photo ID", description="What you need to go on.",
        )  # fmt: skip
        service.centers.add(center)
    return f"/directory/{area.slug}/"


def test_results_come_as_one_types_and_the_focus_stays(page: Page, where: str):
    page.goto(where)
    box = page.get_by_role("searchbox", name="What do you need help with?")
    box.focus()
    page.keyboard.type("vocatonal reh", delay=20)
    expect(page.get_by_role("heading", name="1 service for “vocational reh”")).to_be_visible()
    expect(box).to_be_focused()
    expect(box).to_have_value("vocatonal reh")
    expect(page.locator("#found-said")).to_have_text("1 service for “vocational reh”")
    expect(page.get_by_text("You typed “vocatonal reh”.")).to_be_visible()
    assert page.url.endswith("?q=vocatonal+reh")
    page.get_by_role("link", name="Search for exactly these words").click()
    expect(page.get_by_role("heading", name="No services for “vocatonal reh”")).to_be_visible()


def test_by_keyboard_from_the_words_over_the_filters_to_a_service(page: Page, where: str):
    page.goto(where)
    page.locator("#find-q").focus()
    page.keyboard.type("ged")
    expect(page.locator(".op-result")).to_have_count(1)
    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="Search")).to_be_focused()
    page.keyboard.press("Tab")
    expect(page.get_by_role("checkbox").first).to_be_focused()
    page.keyboard.press("Space")
    expect(page.locator(".op-remove")).to_have_count(1)
    expect(page.get_by_role("checkbox").first).to_be_focused()
    page.get_by_role("link", name="GED preparation").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="GED preparation", level=1)).to_be_visible()
    page.go_back()
    expect(page.locator("#find-q")).to_have_value("ged")
    expect(page.locator(".op-result")).to_have_count(1)


def test_escape_empties_the_words_and_brings_everything_back(page: Page, where: str):
    page.goto(where + "?q=ged")
    page.locator("#find-q").focus()
    page.keyboard.press("Escape")
    expect(page.locator(".op-result")).to_have_count(2)
    assert page.url.endswith(where)


def test_the_back_button_goes_back_by_questions_not_by_letters(page: Page, where: str):
    page.goto(where)
    page.locator("#find-q").press_sequentially("vocational", delay=60)
    expect(page.locator(".op-result")).to_have_count(1)
    page.locator("#find-q").fill("")
    expect(page.locator(".op-result")).to_have_count(2)
    page.locator("#find-q").fill("ged")
    expect(page.get_by_role("heading", name="1 service for “ged”")).to_be_visible()
    page.go_back()
    expect(page.get_by_role("heading", name="2 services")).to_be_visible()
    page.go_back()
    expect(page.get_by_role("heading", name="1 service for “vocational”")).to_be_visible()
    page.go_back()
    expect(page.get_by_role("heading", name="2 services")).to_be_visible()
    expect(page.locator("#find-q")).to_have_value("")


@pytest.mark.parametrize(("width", "theme"), [also(1280, "light"), (360, "dark")])
def test_the_directory_is_accessible_and_fits(open_page: OpenPage, axe, where: str, width: int, theme: str):
    page = open_page(width=width, theme=theme)
    for address in (where, where + "?q=vocatonal+rehab&language=Spanish", where + "?q=zzq&free=1", where + "?print=1"):
        page.goto(address)
        axe(page)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), address


def test_on_a_phone_the_filters_stand_folded_until_asked_for(open_page: OpenPage, axe, where: str):
    page = open_page(width=360, height=740)
    page.goto(where)
    expect(page.get_by_role("checkbox", name="Spanish")).to_be_hidden()
    page.get_by_text("Filters").first.click()
    page.get_by_role("checkbox", name="Spanish").check()
    expect(page.get_by_text("Filters (1)")).to_be_visible()
    expect(page.locator(".op-result")).to_have_count(1)
    expect(page.get_by_role("checkbox", name="Spanish")).to_be_visible()
    axe(page)


def test_without_script_all_of_it_works(open_page: OpenPage, where: str):
    page = open_page(width=1280, javascript=False)
    page.goto(where)
    page.locator("#find-q").fill("vocatonal")
    page.get_by_role("checkbox", name="Free").check()
    page.get_by_role("button", name="Show results").click()
    expect(page.get_by_role("heading", name="1 service for “vocational”")).to_be_visible()
    expect(page.get_by_role("checkbox", name="Free")).to_be_checked()
    page.get_by_role("link", name="Free remove this filter").click()
    expect(page.locator(".op-remove")).to_have_count(0)


def test_whoever_only_looks_gets_no_cookie_and_may_still_choose_the_dark(page: Page, where: str):
    page.goto(where)
    assert page.context.cookies() == []
    page.get_by_role("button", name="Switch between light and dark theme").click()
    expect(page.locator("html")).to_have_attribute("data-bs-theme", "dark")
    page.reload()
    expect(page.locator("html")).to_have_attribute("data-bs-theme", "dark")


def test_paper_shows_the_results_and_the_code_without_the_frame(page: Page, where: str):
    page.goto(where + "?q=ged&print=1")
    page.emulate_media(media="print")
    expect(page.get_by_role("img", name="QR code for")).to_be_visible()
    for part in (".op-pub", ".op-foot", "button"):
        expect(page.locator(part).first).to_be_hidden()


def test_a_press_on_print_prints_once(page: Page, where: str):
    page.add_init_script("window.printed = 0; window.print = () => { window.printed += 1; };")
    page.goto(where + "?q=ged&print=1")
    page.get_by_role("button", name="Print").click()
    assert page.evaluate("window.printed") == 1
