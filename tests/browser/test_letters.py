"""Every mail in a real browser: on a phone, in the light and in the dark, by axe-core; and as narrow as phones get."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from tests.notices import letters
from tests.thorough import also

OpenPage = Callable[..., Page]
pytestmark = pytest.mark.django_db(transaction=True)
WIDER = "document.documentElement.scrollWidth > innerWidth"
LOW = """[...document.querySelectorAll('a.m-main')].filter(a => a.getBoundingClientRect().height < 44).length"""


@pytest.mark.parametrize("theme", ["light", also("dark")])
def test_every_mail_is_accessible_fits_and_has_a_button_for_fingers(open_page: OpenPage, axe, theme):
    mails = {kind.code: letters.example_of(kind).html for kind in letters.kinds_with_examples()}
    mails["account"] = letters.account_letter()
    page, wrong = open_page(width=360, theme=theme), []
    for name, html in mails.items():
        page.set_viewport_size({"width": 360, "height": 800})
        page.set_content(html)
        try:
            axe(page)
        except AssertionError as problem:
            wrong.append(f"{name}: {problem}")
        if page.evaluate(LOW):
            wrong.append(f"{name}: its button is lower than 44 px")
        page.set_viewport_size({"width": 320, "height": 800})
        if page.evaluate(WIDER):
            wrong.append(f"{name}: scrolls sideways at 320 px")
    assert wrong == [], "\n".join(wrong)
