"""The browser fixtures notice what they should; and the plain pages are good ones."""

import pytest

from tests.thorough import also


def test_the_policy_stops_an_inline_script_and_we_hear_of_it(page, complaints):
    page.goto("/nowhere/")
    page.evaluate(
        "document.body.append(Object.assign(document.createElement('script'), {textContent: 'window.evil = 1'}))"
    )
    assert page.evaluate("window.evil") is None
    page.wait_for_function("1")
    assert any("Content Security Policy" in words for words in complaints), complaints
    complaints.clear()


def test_axe_finds_what_is_wrong(page, axe, complaints):
    page.goto("/nowhere/")
    page.evaluate("document.body.append(document.createElement('button'))")
    with pytest.raises(AssertionError, match="button-name"):
        axe(page)
    complaints.clear()


@pytest.mark.parametrize("theme", ["light", also("dark")])
@pytest.mark.parametrize("width", [360, also(1280)])
def test_the_page_for_what_is_not_there(open_page, axe, complaints, theme, width):
    page = open_page(theme=theme, width=width)
    page.goto("/nowhere/")
    assert page.get_by_role("heading", level=1).inner_text() == "Page not found"
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    axe(page)
    assert [words for words in complaints if "404" not in words] == []
    complaints.clear()
