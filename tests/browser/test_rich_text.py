"""The editor of rich text in a real browser: typing, keyboard, paste, links, errors, and a textarea without it.

The browser's complaints, which include reports of the Content-Security-Policy, fail each of these tests.
"""

from collections.abc import Callable
from typing import Any

import pytest
from django.urls import reverse
from playwright.sync_api import Locator, Page, expect

from partners.models import CenterReview, Practice
from tests import factories

OpenPage = Callable[..., Page]
pytestmark = pytest.mark.django_db(transaction=True)

PASTE = """(element, [html, text]) => {
  const data = new DataTransfer();
  data.setData("text/html", html);
  data.setData("text/plain", text);
  element.dispatchEvent(new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true }));
}"""
WORD = """<html xmlns:o="urn:schemas-microsoft-com:office:office"><head><style>p.MsoNormal {color:red}</style>
<!--[if gte mso 9]><xml><o:OfficeDocumentSettings></o:OfficeDocumentSettings></xml><![endif]--></head><body>
<h2 style='color:#2F5496' onclick="alert(1)">Steps</h2><p class=MsoNormal style='margin:0'><b>Bold</b>,
<span style="font-weight:700">also</span> <i>it</i><o:p></o:p></p><ul><li style="x:y">One<ul><li>Two</li></ul></li></ul>
<p><a href="javascript:alert(1)">bad</a> <a href="https://e.org/a_(b)">good</a><img src=x onerror=alert(1)>
<script>alert(1)</script><svg onload=alert(1)><iframe src="https://e.org"></iframe></p></body></html>"""


@pytest.fixture
def practice(area, cast) -> Practice:
    return factories.make_practice(area, did="First **bold**\nline\n\n- a\n- b", written_by=cast["staff"])


def field(page: Page, name: str) -> Locator:
    """Return the editor of a field; the page has loaded it by then."""
    editor = page.get_by_role("textbox", name=name, exact=True)
    expect(editor).to_have_attribute("contenteditable", "true")
    return editor


def markdown(page: Page, name: str) -> str:
    return page.locator(f"textarea[name={name}]").input_value()


def open_form(page: Page, practice: Practice) -> Locator:
    page.goto(reverse("partners:practice_edit", args=[practice.pk]))
    return field(page, "What you did")


def settle(page: Page) -> None:
    """Let the editor take over the caret: the browser tells it later, and just after the focus it puts its own back."""
    page.wait_for_timeout(100)


def clear(editor: Locator) -> None:
    editor.focus()
    editor.page.keyboard.press("Control+a")
    editor.page.keyboard.press("Delete")


def test_what_is_typed_is_formatted_saved_and_shown(open_page: OpenPage, cast, practice, axe):
    page = open_page(cast["staff"])
    editor = open_form(page, practice)
    expect(editor.locator("strong")).to_have_text("bold")
    expect(editor.locator("li")).to_have_count(2)
    clear(editor)
    page.keyboard.type("# Steps")
    page.keyboard.press("Enter")
    page.keyboard.press("Control+b")
    page.keyboard.type("Call")
    page.keyboard.press("Control+b")
    page.keyboard.type(" 5 * 3 people")
    page.keyboard.press("Enter")
    page.keyboard.type("- one")
    page.keyboard.press("Enter")
    page.keyboard.type("two")
    page.keyboard.press("Control+]")
    page.keyboard.press("Enter")
    page.keyboard.press("Enter")
    page.keyboard.press("Enter")
    page.keyboard.type("The *end")
    assert markdown(page, "did") == "# Steps\n\n**Call** 5 * 3 people\n\n- one\n  - two\n\nThe \\*end"
    axe(page)
    page.get_by_label("This text does not identify any customer").check()
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("heading", name="Steps", level=3)).to_be_visible()
    axe(page)
    assert (
        Practice.objects.get().did == "# Steps\r\n\r\n**Call** 5 * 3 people\r\n\r\n- one\r\n  - two\r\n\r\nThe \\*end"
    )


def test_a_field_that_is_not_touched_is_sent_as_it_was(open_page: OpenPage, cast, practice):
    Practice.objects.update(did="__odd__ *  notation*\n* a\n+ b")
    page = open_page(cast["staff"])
    editor = open_form(page, practice)
    editor.focus()
    page.get_by_label("This text does not identify any customer").check()
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Saved.")).to_be_visible()
    assert Practice.objects.get().did == "__odd__ *  notation*\n* a\n+ b"


def test_the_toolbar_is_used_by_keyboard(open_page: OpenPage, cast, practice):
    page = open_page(cast["staff"])
    editor = open_form(page, practice)
    bar = page.get_by_role("toolbar", name="Formatting: What you did")
    bold, italic = (bar.get_by_role("button", name=name) for name in ("Bold", "Italic"))
    editor.focus()
    page.keyboard.press("Shift+Tab")
    expect(bold).to_be_focused()
    page.keyboard.press("ArrowLeft")
    expect(bar.get_by_role("button", name="Redo")).to_be_focused()
    page.keyboard.press("Home")
    page.keyboard.press("ArrowRight")
    expect(italic).to_be_focused()
    page.keyboard.press("Tab")
    expect(editor).to_be_focused()
    settle(page)
    page.keyboard.press("Shift+End")
    settle(page)
    page.keyboard.press("Alt+F10")
    expect(italic).to_be_focused()
    expect(bold).to_have_attribute("aria-pressed", "false")  # "First bold" is partly bold
    page.keyboard.press("Enter")
    expect(editor).to_be_focused()
    expect(italic).to_have_attribute("aria-pressed", "true")
    assert markdown(page, "did").startswith("*First* **_bold_**\nline")
    page.keyboard.press("Control+z")
    expect(italic).to_have_attribute("aria-pressed", "false")
    page.keyboard.press("Alt+F10")
    page.keyboard.press("Escape")
    expect(editor).to_be_focused()
    page.keyboard.press("Tab")
    expect(page.get_by_role("toolbar", name="Formatting: Result").get_by_role("button").first).to_be_focused()


def test_lists_and_headings_are_made_and_ended(open_page: OpenPage, cast, practice):
    page = open_page(cast["staff"])
    editor = open_form(page, practice)
    bar = page.get_by_role("toolbar", name="Formatting: What you did")
    clear(editor)
    page.keyboard.type("One")
    for name, text in (
        ("Bulleted list", "- One"), ("Numbered list", "1. One"), ("Numbered list", "One"), ("Heading", "# One"),
        ("Subheading", "## One"), ("Bulleted list", "- One"), ("Outdent list item", "One"),
    ):  # fmt: skip
        bar.get_by_role("button", name=name, exact=True).click()
        assert markdown(page, "did") == text
        expect(editor).to_be_focused()
    expect(bar.get_by_role("button", name="Indent list item")).to_have_attribute("aria-disabled", "true")


def test_what_is_pasted_is_cleaned(open_page: OpenPage, cast, practice):
    page = open_page(cast["staff"])
    sent = []
    editor = open_form(page, practice)
    page.on("request", lambda request: sent.append(request.url))
    clear(editor)
    editor.evaluate(PASTE, [WORD, "Steps"])
    assert markdown(page, "did") == (
        "# Steps\n\n**Bold**, **also** *it*\n\n- One\n  - Two\n\nbad [good](https://e.org/a_%28b%29)"
    )
    clear(editor)
    editor.evaluate(PASTE, ["", "One\nline\n\n# two *three*"])
    assert markdown(page, "did") == "One\nline\n\n\\# two \\*three\\*"
    assert editor.evaluate("element => element.querySelectorAll('[style], [onclick], img, script, svg').length") == 0
    assert sent == []


def test_links_are_written_in_a_dialog(open_page: OpenPage, cast, practice, axe):
    page = open_page(cast["staff"])
    editor = open_form(page, practice)
    clear(editor)
    page.keyboard.type("See ")
    link = page.get_by_role("toolbar", name="Formatting: What you did").get_by_role("button", name="Link")
    expect(link).to_have_attribute("aria-pressed", "false")
    page.keyboard.press("Control+k")
    dialog = page.get_by_role("dialog", name="Link")
    expect(dialog.get_by_label("Text of the link")).to_be_focused()
    axe(page)
    page.keyboard.type("the rules")
    dialog.get_by_label("Address").fill("javascript:alert(1)")
    page.keyboard.press("Enter")
    expect(dialog.get_by_role("alert")).to_contain_text("This is not an address.")
    expect(dialog.get_by_label("Address")).to_be_focused()
    axe(page)
    dialog.get_by_label("Address").fill("www.example.org/a(b)")
    # The caret is behind the link at once: who types on quickly must not write at the start of the text.
    save = dialog.get_by_role("button", name="Save link")
    left_of_caret = save.evaluate(
        """button => { button.click(); const { anchorNode, anchorOffset } = getSelection();
        return anchorNode.nodeType === Node.TEXT_NODE ? anchorNode.data.slice(0, anchorOffset) : anchorOffset }"""
    )
    assert left_of_caret == "the rules"
    expect(editor).to_be_focused()
    page.keyboard.type(" now")
    assert markdown(page, "did") == "See [the rules](https://www.example.org/a%28b%29) now"
    editor.get_by_text("the rules").click()
    expect(link).to_have_attribute("aria-pressed", "true")
    page.keyboard.press("Control+k")
    dialog = page.get_by_role("dialog", name="Edit link")
    expect(dialog.get_by_label("Address")).to_have_value("https://www.example.org/a%28b%29")
    dialog.get_by_label("Address").fill("help@example.org")
    page.keyboard.press("Enter")
    assert markdown(page, "did") == "See [the rules](mailto:help@example.org) now"
    page.keyboard.press("Control+k")
    page.get_by_role("button", name="Remove link").click()
    assert markdown(page, "did") == "See the rules now"
    page.keyboard.press("Control+k")
    expect(page.get_by_role("dialog")).to_have_count(1)
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(editor).to_be_focused()


def test_errors_lead_to_the_editor_and_keep_what_was_typed(open_page: OpenPage, cast, practice, axe):
    page = open_page(cast["staff"])
    editor = open_form(page, practice)
    clear(editor)
    page.keyboard.press("Control+b")
    page.keyboard.type("Mrs. Lopez")
    clear(field(page, "Result"))
    page.get_by_role("button", name="Save").click()
    page.get_by_role("link", name="Result is missing.").click()
    result = field(page, "Result")
    expect(result).to_be_focused()
    expect(result).to_have_attribute("aria-invalid", "true")
    told = "What improved, in numbers if you have them. At most 5,000 characters. Error: Result is missing."
    expect(result).to_have_accessible_description(told)
    expect(field(page, "What you did").locator("strong")).to_have_text("Mrs. Lopez")
    axe(page)


def test_the_label_leads_to_the_editor_and_the_rest_of_the_limit_is_told(open_page: OpenPage, cast, practice):
    page = open_page(cast["staff"], width=360)
    editor = open_form(page, practice)
    page.locator("label", has_text="What you did").click()
    expect(editor).to_be_focused()
    clear(editor)
    editor.evaluate(PASTE, ["", "a" * 4990])
    status = page.locator("#div_id_did").get_by_role("status")
    expect(status).to_have_text("Characters left: 10")
    editor.evaluate(PASTE, ["", "b" * 12])
    expect(status).to_have_text("Characters over the limit: 2")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_a_merge_field_is_one_piece(page: Page, axe):
    page.goto("/components/")
    editor = page.locator("#id_purpose_editor")
    expect(editor.locator("[data-field]")).to_have_text(["Parties", "Effective date"])
    clear(editor)
    page.keyboard.type("By {{parties}} on ")
    page.get_by_role("toolbar").first.get_by_role("button", name="Insert a field").click()
    page.get_by_role("dialog", name="Insert a field").get_by_role("button", name="Effective date").click()
    assert markdown(page, "purpose") == "By {{parties}} on {{starts_on}}"
    settle(page)
    page.keyboard.press("Backspace")
    assert markdown(page, "purpose").rstrip() == "By {{parties}} on"


def test_without_scripts_or_if_they_fail_the_textarea_stays(open_page: OpenPage, cast, area, complaints):
    center = factories.make_center(area)
    where = reverse("partners:accessibility_add", args=[center.pk])
    page = open_page(cast["staff"], javascript=False)
    page.goto(where)
    expect(page.get_by_text("Formatting: **bold**")).to_be_visible()
    page.get_by_label("Meets the criteria with conditions").check()
    page.get_by_label("Findings").fill("# Door\n- It is **heavy**\n- 5 * 3")
    page.get_by_role("button", name="Record review").click()
    expect(page.locator("h4", has_text="Door")).to_be_attached()
    assert CenterReview.objects.get().findings == "# Door\r\n- It is **heavy**\r\n- 5 * 3"
    page = open_page(cast["staff"])
    page.route("**/rich_text*.js", lambda route: route.abort())
    page.goto(where)
    page.wait_for_load_state("networkidle")
    expect(page.get_by_label("Findings")).to_be_editable()
    expect(page.get_by_text("Formatting: **bold**")).to_be_visible()
    assert complaints
    complaints.clear()


def test_only_pages_with_such_a_field_load_the_editor(open_page: OpenPage, cast, area, practice):
    page = open_page(cast["staff"])
    loaded: list[Any] = []
    page.on("request", lambda request: loaded.append(request.url))
    page.goto(reverse("partners:practice_detail", args=[practice.pk]))
    page.wait_for_load_state("networkidle")
    assert not any("rich_text" in url for url in loaded)


def test_what_was_typed_is_there_after_going_back(open_page: OpenPage, cast, practice):
    page = open_page(cast["staff"])
    editor = open_form(page, practice)
    clear(editor)
    page.keyboard.type("Kept")
    page.get_by_role("link", name="Cancel").click()
    page.wait_for_url("**/practices/*/")
    page.go_back()
    expect(field(page, "What you did")).to_have_text("Kept")


def test_a_list_is_indented_only_as_deeply_as_it_is_read(open_page: OpenPage, cast, practice):
    page = open_page(cast["staff"])
    editor = open_form(page, practice)
    clear(editor)
    page.keyboard.type("- a")
    for _ in range(8):
        page.keyboard.press("Enter")
        page.keyboard.type("a")
        page.keyboard.press("Control+]")
    deepest = max(len(line) - len(line.lstrip()) for line in markdown(page, "did").splitlines())
    assert deepest == 2 * 5, "six lists within each other"
    indent = page.get_by_role("toolbar", name="Formatting: What you did").get_by_role("button", name="Indent list item")
    expect(indent).to_have_attribute("aria-disabled", "true")
