"""Upkeep in a real browser: confirming and editing cards in place, the emailed link, deciding on a proposal."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from onestop.accounts.addresses import confirm_address
from onestop.accounts.models import User
from partners.models import ConfirmationRequest, Membership, Proposal, Role, Service
from tests import factories
from tests.thorough import also

OpenPage = Callable[..., Page]
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def services(partner, cast) -> list[Service]:
    for user in cast.values():
        confirm_address(user)
    names = ("Arithmetic", "Biology", "Chemistry", "Drawing")
    return [factories.make_service(partner, name=name, hours="Mon") for name in names]


@pytest.fixture
def question(partner, services, cast) -> ConfirmationRequest:
    seat = Membership.objects.get(user=cast["manager"], role=Role.MANAGER)
    return factories.make_request(partner, seat, asked_by=cast["staff"])


def link(question: ConfirmationRequest) -> str:
    return f"/confirm/{question.token}/"


def fresh() -> set[str]:
    return set(Service.objects.exclude(verified_on=None).values_list("name", flat=True))


@pytest.mark.parametrize(("width", "theme"), [(1280, "light"), also(360, "dark")])
def test_confirming_by_keyboard_moves_the_focus_to_the_next_card(
    open_page: OpenPage, axe: Any, area, cast: dict[str, User], services, width: int, theme: str
):
    page = open_page(cast["manager"], width=width, theme=theme)
    page.goto(f"/areas/{area.slug}/")
    expect(page.get_by_role("heading", level=1)).to_contain_text("items on your to-do list")
    page.get_by_role("button", name=re.compile("Confirm ?: Arithmetic")).focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Biology")).to_be_focused()
    expect(page.locator("#confirm-aloud")).to_contain_text("Arithmetic is confirmed. 3 services left to confirm")
    expect(page.get_by_role("heading", name="Drawing")).to_be_visible()  # the fourth came up
    axe(page)
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_role("heading", name="Arithmetic")).to_be_focused()
    assert fresh() == set()


def test_a_card_is_edited_in_place_and_shows_errors(open_page: OpenPage, axe: Any, area, cast, services):
    page = open_page(cast["manager"], width=360)
    page.goto(f"/areas/{area.slug}/")
    page.get_by_role("link", name=re.compile("Edit ?: Arithmetic")).click()
    expect(page.get_by_role("heading", name="Edit Arithmetic")).to_be_focused()
    axe(page)
    wait = page.get_by_label("Usual wait")
    wait.evaluate("box => box.removeAttribute('maxlength')")
    wait.fill("x" * 200)
    page.get_by_role("button", name="Save").click()
    expect(page.locator("[data-op-errsum]")).to_be_focused()
    page.get_by_label("Usual wait").fill("A week")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Saved. Are the other details still correct?", exact=True)).to_be_visible()
    assert (Service.objects.get(name="Arithmetic").wait_time, fresh()) == ("A week", set())


@pytest.mark.parametrize("javascript", [True, False])
def test_all_services_are_confirmed_with_one_button_from_the_mail(open_page: OpenPage, question, javascript: bool):
    page = open_page(None, width=360, javascript=javascript)
    page.goto(link(question))  # the first click, in the mail
    page.get_by_role("button", name="Confirm all 4").first.click()  # the second and last
    expect(page.get_by_text("All services are confirmed.")).to_be_visible()
    assert len(fresh()) == 4


def test_the_page_of_the_link_updates_its_count_and_records_that_it_was_opened(open_page: OpenPage, axe: Any, question):
    page = open_page(None, width=360, theme="dark")
    page.goto(link(question))
    axe(page)
    # The browser itself may report a first place of the pointer, and one report is no movement.
    page.evaluate("dispatchEvent(new PointerEvent('pointermove', { screenX: 0, screenY: 0, bubbles: true }))")
    page.wait_for_load_state("networkidle")
    assert ConfirmationRequest.objects.get().opened_at is None
    with page.expect_response(lambda answer: answer.url.endswith("/opened/")):
        page.keyboard.press("Tab")
    assert ConfirmationRequest.objects.get().opened_at
    page.get_by_role("button", name=re.compile("^Confirm ?: ")).first.click()
    expect(page.get_by_role("heading", name="Biology")).to_be_focused()
    expect(page.get_by_role("button", name="Confirm all 3").first).to_be_visible()
    axe(page)


def test_a_pointer_that_moves_is_that_of_a_person(open_page: OpenPage, question):
    page = open_page(None)
    page.goto(link(question))
    with page.expect_response(lambda answer: answer.url.endswith("/opened/")):
        page.mouse.move(40, 40)
        page.mouse.move(60, 50)
        page.mouse.move(80, 60)
    assert ConfirmationRequest.objects.get().opened_at


def test_a_proposal_shows_its_difference_and_is_approved(open_page: OpenPage, axe: Any, cast, services):
    proposal = factories.make_proposal(services[0], cast["colleague"])
    Service.objects.filter(pk=services[0].pk).update(cost="$5")
    page = open_page(cast["manager"], width=360)
    page.goto(f"/proposals/{proposal.pk}/")
    expect(page.get_by_text("Someone has changed the same details since this was proposed.")).to_be_visible()
    axe(page)
    page.get_by_label("Cost").check()
    page.get_by_role("button", name="Approve the change").click()
    expect(page.get_by_role("heading", name="Arithmetic", level=1)).to_be_visible()
    assert (Service.objects.get(pk=services[0].pk).cost, Proposal.objects.get().status) == ("Nothing", "accepted")


# ---------------------------------------------------------------- Where the focus goes
@pytest.mark.parametrize("place", ["first page", also("partner"), also("link")])
def test_the_focus_never_gets_lost_while_cards_are_confirmed(
    open_page: OpenPage, area, partner, cast, services, question, place: str
):
    """It goes to the next service, and from the last one to the heading of the list."""
    page = open_page(None if place == "link" else cast["manager"])
    addresses = {"first page": f"/areas/{area.slug}/", "partner": f"/partners/{partner.pk}/confirm/"}
    page.goto(addresses.get(place) or link(question))
    for name, following in (
        ("Arithmetic", "Biology"),
        ("Biology", "Chemistry"),
        ("Chemistry", "Drawing"),
        ("Drawing", ""),
    ):
        page.get_by_role("button", name=re.compile(f"Confirm ?: {name}")).click()
        expect(page.locator("#confirm-aloud")).to_contain_text(f"{name} is confirmed.")
        expect(page.locator("h3:focus" if following else "h2:focus")).to_contain_text(following)
    assert fresh() == {service.name for service in services}


# ---------------------------------------------------------------- Proposing
@pytest.mark.parametrize(
    ("width", "longest", "javascript"),
    [(1280, 1_500, True), (360, 2_300, False), also(1280, 1_500, False), also(360, 2_300, True)],
)
def test_one_line_is_proposed_without_a_long_form(
    open_page: OpenPage, axe: Any, cast, services, width: int, longest: int, javascript: bool
):
    service = services[0]
    page = open_page(cast["colleague"], width=width, javascript=javascript)
    page.goto(f"/services/{service.pk}/propose/")
    if javascript:
        assert page.evaluate("document.documentElement.scrollHeight") < longest
        axe(page)
    expect(page.get_by_label("Days and hours")).to_be_hidden()
    page.locator("summary", has_text="Days and hours").click()
    page.get_by_label("Days and hours").fill("Tue")
    page.get_by_role("button", name="Submit proposal").click()
    expect(page.get_by_role("link", name="Explain how you know")).to_be_visible()
    expect(page.get_by_label("Days and hours")).to_have_value("Tue")  # what was changed stays open
    expect(page.get_by_label("Cost")).to_be_hidden()
    if javascript:
        axe(page)
    page.get_by_label("How do you know?").fill("I was there.")
    page.get_by_role("button", name="Submit proposal").click()
    page.wait_for_url("**/proposals/*/")
    assert Proposal.objects.get().after == {"hours": "Tue"}
