"""The components and the frame in a real browser: both themes, two widths, by keyboard, without script."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.thorough import also

OpenPage = Callable[..., Page]
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.parametrize(("width", "theme"), [(1280, "light"), (360, "dark"), also(1280, "dark"), also(360, "light")])
def test_every_component_is_accessible_and_fits(
    open_page: OpenPage, axe: Callable[[Page], None], width: int, theme: str
):
    page = open_page(width=width, theme=theme)
    page.goto("/components/")
    assert page.locator("html").get_attribute("data-bs-theme") == theme
    axe(page)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), "the page scrolls sideways"
    assert page.evaluate(
        "[...document.querySelectorAll('use')].every(use => use.getAttribute('href').includes('icons.svg#'))"
    )


def test_at_twice_the_size_nothing_scrolls_sideways(open_page: OpenPage):
    page = open_page(width=640)  # what 200 % leaves of 1280
    page.goto("/components/")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_the_first_tab_skips_to_the_content(page: Page):
    page.goto("/components/confirm/")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the main content")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#main")).to_be_focused()


def test_menus_open_and_close_by_keyboard(page: Page):
    page.goto("/components/")
    menu, summary = page.locator("header .op-menu"), page.locator("header .op-menu summary")
    summary.focus()
    page.keyboard.press("Enter")
    expect(menu).to_have_attribute("open", "")
    page.keyboard.press("Tab")
    expect(menu.get_by_role("link", name="Your profile")).to_be_focused()
    page.keyboard.press("Escape")
    expect(menu).not_to_have_attribute("open", "")
    expect(summary).to_be_focused()


def test_a_menu_closes_when_the_focus_goes_elsewhere(page: Page):
    page.goto("/components/")
    page.locator(".op-area summary").click()
    page.locator("h1").click()
    expect(page.locator(".op-area")).not_to_have_attribute("open", "")


def test_more_opens_the_sections_on_a_phone(open_page: OpenPage):
    page = open_page(width=360, height=740)
    page.goto("/components/")
    expect(page.locator("#menu")).to_be_hidden()
    more = page.get_by_role("link", name="More")
    more.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("link", name="Imports")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("#menu")).to_be_hidden()
    expect(more).to_be_focused()


def test_the_summary_of_errors_takes_the_focus_and_leads_to_the_fields(page: Page):
    page.goto("/components/")
    expect(page.locator("[data-op-errsum]")).to_be_focused()
    page.get_by_role("link", name="Commitment of the partner is missing.").click()
    expect(page.locator("#id_wrong-commitment_0")).to_be_focused()


def test_a_confirmation_opens_over_the_page_and_gives_the_focus_back(page: Page, axe: Callable[[Page], None]):
    page.goto("/components/")
    opener = page.get_by_role("link", name="Void")
    opener.click()
    dialog = page.get_by_role("dialog", name="Void this and start over?")
    expect(dialog).to_be_visible()
    expect(dialog.get_by_role("heading")).to_be_focused()
    axe(page)
    dialog.get_by_role("link", name="Cancel").click()
    expect(dialog).to_be_hidden()
    expect(opener).to_be_focused()


def test_selected_rows_are_counted_and_exported(page: Page):
    page.goto("/components/")
    bar = page.locator("[data-op-picked]")
    expect(bar).to_be_hidden()
    page.get_by_role("checkbox", name="Select all rows on this page").check()
    expect(bar.get_by_role("status")).to_have_text("2 selected")
    page.get_by_role("checkbox", name="Select Crosswalk Legal Aid").uncheck()
    expect(bar.get_by_role("status")).to_have_text("1 selected")
    assert "pick=2" in (page.locator("[data-op-export]").first.get_attribute("href") or "")
    bar.get_by_role("button", name="Clear").click()
    expect(bar).to_be_hidden()


def test_long_work_is_asked_about_until_it_is_done(page: Page):
    page.goto("/components/")
    expect(page.get_by_text("22 partners, none left out.")).to_be_visible()


def test_a_message_can_be_closed_and_a_problem_stays(page: Page):
    page.goto("/components/?say=1")
    toast = page.locator("[data-op-toast]")
    expect(toast).to_contain_text("Reminder sent")
    toast.get_by_role("button", name="Close this message").click()
    expect(toast).to_have_count(0)
    expect(page.get_by_role("alert").first).to_contain_text("could not be sent")


def test_light_and_dark_change_at_once_and_are_remembered(open_page: OpenPage):
    page = open_page(theme="light")
    page.goto("/components/")
    with page.expect_response("**/theme/"):
        page.get_by_role("button", name="Switch between light and dark theme").click()
    expect(page.locator("html")).to_have_attribute("data-bs-theme", "dark")
    page.reload()
    expect(page.locator("html")).to_have_attribute("data-bs-theme", "dark")


def test_without_script_everything_can_be_reached(open_page: OpenPage):
    page = open_page(width=360, height=740, javascript=False)
    page.goto("/components/?say=1")
    page.get_by_role("link", name="More").click()
    expect(page.get_by_role("link", name="Imports")).to_be_visible()
    page.get_by_role("link", name="Close the menu").click()
    expect(page.locator("#menu")).to_be_hidden()
    page.get_by_role("link", name="Void").click()
    expect(page.get_by_role("heading", name="Void this and start over?")).to_be_visible()
    expect(page.get_by_role("button", name="Void it")).to_be_visible()


def test_colours_forced_by_the_system_leave_every_icon_and_edge(page: Page):
    page.emulate_media(forced_colors="active")
    page.goto("/components/")
    assert page.locator(".op-chip").first.evaluate("chip => getComputedStyle(chip).borderTopStyle") == "solid"
    assert page.locator(".op-chip .bi").first.bounding_box()


def test_print_leaves_out_the_frame(page: Page):
    page.goto("/components/")
    page.emulate_media(media="print")
    for part in (".op-side", ".op-top", ".op-tabbar", ".op-filter"):
        expect(page.locator(part).first).to_be_hidden()
    expect(page.locator("h1")).to_be_visible()
