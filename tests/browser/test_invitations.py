"""Accept an invitation on a phone, by keyboard, and without script."""

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from onestop.accounts.models import User
from partners.models import Invitation, Membership, Role
from partners.people import invitations
from tests.factories import make_area, make_invitation, make_partnership, seat
from tests.thorough import also

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def invitation(transactional_db: None) -> Invitation:
    """An invitation by the staff of Riverbend to a partner's new manager."""
    area = make_area(name="Riverbend", slug="riverbend", board_name="Riverbend Workforce Board")
    staff = seat(Role.STAFF, area, name="Dana Whitcomb")
    partner = make_partnership(area, name="Millrace Adult Learning")
    return make_invitation(Role.MANAGER, partner, name="Gail Guest", invited_by=staff, message="Welcome to the team.")


def address(invitation: Invitation) -> str:
    return f"/join/{invitations.token_of(invitation)}/"


def focused(page: Page) -> str:
    return str(page.evaluate("document.activeElement.name || document.activeElement.textContent.trim()"))


def tab_to(page: Page, name: str) -> None:
    for _ in range(20):
        page.keyboard.press("Tab")
        if focused(page) == name:
            return
    pytest.fail(f"The keyboard does not reach {name}.")


def test_new_person_accepts_on_a_phone_by_keyboard(open_page, axe, invitation):
    page = open_page(width=360, height=740)
    page.goto(address(invitation))
    axe(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    expect(page.get_by_role("heading", level=1)).to_have_text("Join the Riverbend partner network")
    tab_to(page, "name")
    page.keyboard.press("Tab")
    assert focused(page) == "way"
    page.keyboard.press("Tab")
    assert focused(page) == "password"
    page.keyboard.type("short")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_be_focused()
    axe(page)
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert focused(page) == "password"
    page.keyboard.press("Control+A")
    page.keyboard.type("tall trees sway in the wind")
    tab_to(page, "Accept and sign in")
    page.keyboard.press("Enter")
    expect(page.get_by_role("status").first).to_contain_text("Your account is ready")
    user = User.objects.get(email=invitation.email)
    assert user.check_password("tall trees sway in the wind")
    assert Membership.objects.get(user=user).organization == invitation.organization


def test_accept_with_a_code_without_javascript(open_page, invitation):
    page = open_page(javascript=False)
    page.goto(address(invitation))
    page.get_by_label("With a code by email").check()
    page.get_by_role("button", name="Accept and sign in").click()
    expect(page.get_by_text("Your account is ready")).to_be_visible()
    assert not User.objects.get(email=invitation.email).has_usable_password()


@pytest.mark.parametrize("theme", ["light", also("dark")])
def test_invitation_pages_are_accessible(open_page, axe, invitation, complaints, theme):
    invitation.expires_at = invitation.invited_at
    invitation.save()
    page = open_page(theme=theme)
    page.goto(address(invitation))
    expect(page.get_by_role("heading", level=1)).to_have_text("This invitation has expired")
    axe(page)
    other = seat(Role.BOARD, invitation.invited_by.memberships.get().area)
    invitation.expires_at = invitation.invited_at.replace(year=2099)
    invitation.save()
    page = open_page(other, theme=theme)
    page.goto(address(invitation))
    expect(page.get_by_role("button", name="Sign out and continue")).to_be_visible()
    axe(page)
    page.get_by_role("button", name="Sign out and continue").click()
    assert ["410" in complaints[0], "403" in complaints[1]] == [True, True]
    del complaints[:2]
    expect(page.get_by_role("button", name="Accept and sign in")).to_be_visible()


SCROLLS = """[...document.querySelectorAll('main .op-tablebox')]
  .filter(box => box.scrollWidth > box.clientWidth).map(box => box.scrollWidth + ' > ' + box.clientWidth)"""


@pytest.mark.parametrize("width", [also(1280), 360])
def test_list_of_invitations_fits_the_page(open_page, axe, invitation, width):
    staff = invitation.invited_by
    area = staff.memberships.get().area
    make_invitation(
        Role.REPRESENTATIVE,
        make_partnership(area, name="Riverbend Vocational Rehabilitation and Independent Living Services"),
        name="Maximiliana Featherstonehaugh",
        email="maximiliana.featherstonehaugh@rehabilitation.riverbend.example",
        invited_by=staff,
        times_sent=3,
    )
    make_invitation(Role.BOARD, area, invited_by=staff, expires_at=invitation.invited_at)
    page = open_page(staff, width=width)
    page.goto(reverse("partners:invitation_list", args=[area.slug]))
    assert page.evaluate(SCROLLS) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    buttons = page.get_by_role("button", name="Withdraw invitation to")
    expect(buttons).to_have_count(3)
    for button in buttons.all():
        box = button.bounding_box()
        assert box is not None
        assert box["x"] + box["width"] <= width
    axe(page)
