"""Words that explain themselves, a term's rows, and a practice, in a real browser."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from partners.models import Term
from tests import factories

OpenPage = Callable[..., Page]
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def service(area, partner) -> str:
    """The address of a service in whose text a term stands."""
    factories.make_term(area, approved=True, name="job placement", definition="A paid job that somebody chose.")
    text = "We help until the job placement and stay for a while after the first day at work."
    return f"/services/{factories.make_service(partner, description=text).pk}/"


@pytest.mark.parametrize(("width", "theme", "javascript"), [(1280, "light", True), (360, "dark", False)])
def test_a_term_is_explained_by_keyboard_and_without_script(
    open_page: OpenPage, axe, cast, service, width, theme, javascript
):
    page = open_page(cast["colleague"], width=width, theme=theme, javascript=javascript)
    page.goto(service)
    word = page.get_by_role("button", name="job placement: definition")
    meaning = page.get_by_role("dialog", name="job placement")
    expect(meaning).to_be_hidden()
    before = page.locator("main").bounding_box()
    word.focus()
    page.keyboard.press("Enter")
    expect(meaning).to_be_visible()
    expect(meaning).to_contain_text("A paid job that somebody chose.")
    assert page.locator("main").bounding_box() == before, "opening it moves nothing"
    box = meaning.bounding_box()
    assert box
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= width
    if javascript:
        axe(page)
    page.keyboard.press("Tab")
    expect(meaning.get_by_role("link", name="View usage by partner")).to_be_focused()
    page.keyboard.press("Escape")
    expect(meaning).to_be_hidden()
    expect(word).to_be_focused()


def test_a_line_with_an_explained_word_is_no_higher_than_others(open_page: OpenPage, cast, service):
    page = open_page(cast["colleague"])
    page.goto(service)
    height = page.locator(".op-lead").bounding_box()
    page.locator(".op-explain").evaluate("button => button.replaceWith(button.textContent)")
    plain = page.locator(".op-lead").bounding_box()
    assert height
    assert plain
    assert height["height"] == plain["height"]


def test_rows_are_added_and_removed_without_script(open_page: OpenPage, area, cast):
    page = open_page(cast["manager"], width=360, javascript=False)
    page.goto(f"/areas/{area.slug}/glossary/add/")
    page.get_by_label("Agreed wording").fill("exit")
    page.get_by_label("Definition").fill("The last day.")
    for number, word in enumerate(("end", "closure", "completion")):
        line = page.locator(f"#line-{number + 1}")
        line.get_by_label("Used by").select_option("Another system, named below")
        line.get_by_label("Name of the other system").fill(f"System {number}")
        line.get_by_label("Wording", exact=True).fill(word)
        if number < 2:
            page.get_by_role("button", name="Add a wording").click()
            expect(page.locator(f"#line-{number + 2}")).to_be_in_viewport()
    page.locator("#line-2").get_by_label("Remove this wording").check()
    page.get_by_role("button", name="Propose this term").click()
    expect(page.get_by_role("heading", name="exit", level=1)).to_be_visible()
    assert set(Term.objects.get().usages.values_list("wording", flat=True)) == {"end", "completion"}


def test_what_may_lead_to_a_customer_is_asked_for_and_then_let_through(open_page: OpenPage, axe, area, cast):
    page = open_page(cast["colleague"])
    page.goto(f"/areas/{area.slug}/practices/add/")
    page.get_by_label("Title", exact=True).fill("A van")
    expect(page.locator("[data-op-upgraded]")).to_have_count(4)  # the editors stand in the place of the textareas
    page.get_by_role("textbox", name="Situation").fill("Call the van's own number, (555) 010-0142.")
    page.get_by_role("textbox", name="What you did").fill("We drove.")
    page.get_by_role("textbox", name="Result").fill("All came.")
    page.get_by_label("Month", exact=True).fill("2026-09")
    page.get_by_label("This text does not identify any customer").check()
    page.get_by_role("button", name="Share this practice").click()
    expect(page.locator("[data-op-errsum]")).to_be_focused()
    axe(page)
    page.get_by_label("“(555) 010-0142” looks like a phone number").check()
    page.get_by_role("button", name="Share this practice").click()
    expect(page.get_by_role("heading", name="A van", level=1)).to_be_visible()
