"""Questions in a real browser: answered by keyboard, accepted on a phone."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from meetings.models import Question
from onestop.accounts.addresses import confirm_address
from tests import factories

OpenPage = Callable[..., Page]
pytestmark = pytest.mark.django_db(transaction=True)


def test_a_question_is_answered_by_keyboard_and_the_answer_accepted_on_a_phone(
    open_page: OpenPage, axe, area, partner, neighbor_partner, cast
):
    for user in cast.values():
        confirm_address(user)
    question = factories.make_question(area, cast["manager"], asker=partner, to_partnership=neighbor_partner)
    page = open_page(cast["neighbor"])
    page.goto(f"/questions/{question.pk}/")
    axe(page)
    page.locator("main summary").first.focus()
    page.keyboard.press("Tab")  # past the menu, and what the details link to
    for _ in range(12):
        if page.evaluate("document.activeElement.name") == "text":
            break
        page.keyboard.press("Tab")
    page.keyboard.type("Call the county.")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_role("status").filter(has_text="Your answer is sent to")).to_be_visible()
    page = open_page(cast["manager"], width=360)
    page.goto(f"/questions/{question.pk}/")
    axe(page)
    page.get_by_role("button", name="This answers it: Bea Norling").click()
    expect(page.get_by_text("This is the answer")).to_be_visible()
    page.goto(f"/areas/{area.slug}/questions/")
    axe(page)
    assert Question.objects.get().status == "answered"
