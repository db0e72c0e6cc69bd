"""Signing in and the account's pages in a real browser: passkeys, keyboard, phone, both themes, axe."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from django.core.cache import cache
from django.utils import timezone
from playwright.sync_api import Page, expect
from pytest_django import Settings

from onestop.accounts import new_sign_ins, saved_views
from onestop.accounts.addresses import confirm_address
from onestop.accounts.models import NewSignIn, User
from tests.accounts.conftest import code_of_app, code_of_last_mail, give_app
from tests.browser.conftest import OpenPage
from tests.factories import PASSWORD, make_user
from tests.thorough import also

Axe = Callable[[Page], None]


@pytest.fixture
def dana(transactional_db: None) -> User:
    cache.clear()
    user = make_user("Dana Whitcomb", email="dana@riverbend.example")
    confirm_address(user)
    return user


def have_passkeys(page: Page) -> Any:
    """Give the browser a device that makes and uses passkeys, with a fingerprint that always fits."""
    cdp = page.context.new_cdp_session(page)
    cdp.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    added = cdp.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    return cdp, added["authenticatorId"]


def sign_in_by_password(page: Page, user: User, next_: str = "/account/security/") -> None:
    page.goto(f"/account/login/?next={next_}")
    page.get_by_label("Email", exact=True).fill(user.email)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()


def test_a_passkey_from_adding_it_to_signing_in_with_it(page: Page, dana: User) -> None:
    have_passkeys(page)
    sign_in_by_password(page, dana)
    page.get_by_role("link", name="Add a passkey").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Confirm that it is you")
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Continue").click()
    expect(page.get_by_label("Name of the passkey")).to_have_value("Chrome on Linux")
    page.get_by_role("button", name="Add passkey").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Recovery codes")
    expect(page.locator("#recovery_codes li")).to_have_count(10)
    page.get_by_role("link", name="I have saved my codes").click()
    expect(page.get_by_text("Works without a password.")).to_be_visible()
    assert Authenticator.objects.filter(user=dana, type="webauthn").count() == 1

    page.get_by_text("Dana Whitcomb").first.click()
    page.get_by_role("button", name="Sign out", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Sign in")
    page.goto("/account/login/?next=/account/profile/")
    page.get_by_role("button", name="Use a passkey").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Your profile")

    page.goto("/account/security/")
    page.get_by_role("link", name="Remove Chrome on Linux").click()
    if page.get_by_role("heading", name="Confirm that it is you").count():
        page.get_by_label("Password", exact=True).fill(PASSWORD)
        page.get_by_role("button", name="Continue").click()
    page.get_by_role("button", name="Remove passkey").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Sign-in and security")
    assert not Authenticator.objects.exists()


def test_a_passkey_that_was_not_used_says_so(page: Page, dana: User) -> None:
    cdp, device = have_passkeys(page)
    cdp.send("WebAuthn.setUserVerified", {"authenticatorId": device, "isUserVerified": False})
    page.goto("/account/login/")
    page.get_by_role("button", name="Use a passkey").click()
    expect(page.get_by_role("alert").get_by_text("The passkey was not used.")).to_be_visible()


def test_a_passkey_as_second_factor(page: Page, dana: User) -> None:
    have_passkeys(page)
    sign_in_by_password(page, dana, "/account/2fa/webauthn/add/")
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Continue").click()
    page.get_by_label("Sign in with it alone").uncheck()
    page.get_by_role("button", name="Add passkey").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Recovery codes")
    page.context.clear_cookies()
    sign_in_by_password(page, dana)
    expect(page.get_by_role("heading", level=1)).to_have_text("Second step")
    page.get_by_role("button", name="Use a passkey").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Sign-in and security")
    expect(page.get_by_text("Second factor only.")).to_be_visible()


@pytest.mark.parametrize("javascript", [True, False])
def test_the_keyboard_alone_signs_in_by_code_and_app(open_page: OpenPage, dana: User, javascript: bool) -> None:
    secret = give_app(dana)
    page = open_page(javascript=javascript, width=360)
    page.goto("/account/login/code/?next=/account/security/")
    page.get_by_label("Email").focus()
    page.keyboard.type(dana.email)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Enter the code")
    page.get_by_label("Code from the email").focus()
    page.keyboard.type(code_of_last_mail())
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Second step")
    page.get_by_label("Code", exact=True).focus()
    page.keyboard.type(code_of_app(secret))
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Sign-in and security")


def test_an_error_takes_the_focus_and_a_password_can_be_looked_at(page: Page, dana: User) -> None:
    page.goto("/account/login/")
    page.get_by_label("Email", exact=True).fill(dana.email)
    password = page.get_by_label("Password", exact=True)
    password.fill("not this one")
    page.get_by_role("button", name="Show password").click()
    expect(password).to_have_attribute("type", "text")
    page.get_by_role("button", name="Sign in", exact=True).click()
    summary = page.locator("[data-op-errsum]")
    expect(summary).to_be_focused()
    expect(summary).to_contain_text("The email address and the password do not match.")


def test_light_and_dark_without_script(open_page: OpenPage, dana: User) -> None:
    page = open_page(dana, javascript=False)
    page.goto("/account/profile/")
    page.get_by_role("button", name="Switch between light and dark theme").click()
    expect(page.locator("html")).to_have_attribute("data-bs-theme", "dark")
    assert page.url.endswith("/account/profile/")


# ---------------------------------------------------------------- Every page, both themes, wide and narrow
STRANGERS = {
    "login": "/account/login/",
    "code": "/account/login/code/",
    "reset": "/account/password/reset/",
    "reset_done": "/account/password/reset/done/",
    "reset_old_link": "/account/password/reset/key/1-old/",
    "reset_complete": "/account/password/reset/key/done/",
    "signup": "/account/signup/",
    "inactive": "/account/inactive/",
}
OWN = {
    "profile": "/account/profile/",
    "security": "/account/security/",
    "views": "/account/views/",
    "logout": "/account/logout/",
    "email": "/account/email/",
    "password": "/account/password/change/",
    "reauthenticate": "/account/reauthenticate/",
    "app": "/account/2fa/totp/activate/",
    "app_off": "/account/2fa/totp/deactivate/",
    "passkey": "/account/2fa/webauthn/add/",
    "codes_new": "/account/2fa/recovery-codes/generate/",
    "codes": "/account/2fa/recovery-codes/",
}
LOOKS = [("light", 1280), also("dark", 360)]


def look(page: Page, axe: Axe, name: str, path: str, shots: Path | None) -> None:
    if page.url != path:
        page.goto(path)
    axe(page)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), f"{path} scrolls sideways"
    if shots:
        page.screenshot(path=shots / f"{name}.png", full_page=True)


@pytest.fixture
def shots() -> Path | None:
    """A folder for pictures, if somebody wants to look at them: ``ONESTOP_SHOTS=folder``."""
    return Path(os.environ["ONESTOP_SHOTS"]) if "ONESTOP_SHOTS" in os.environ else None


@pytest.mark.parametrize(("theme", "width"), LOOKS)
def test_the_pages_before_signing_in(
    open_page: OpenPage, axe: Axe, dana: User, theme: str, width: int, shots: Path | None
) -> None:
    page = open_page(theme=theme, width=width)
    for name, path in STRANGERS.items():
        look(page, axe, f"{name}_{width}_{theme}", path, shots)
    sign_in = NewSignIn.objects.create(
        user=dana, email=dana.email, device="Firefox on Windows", ip="192.0.2.1", signed_in_at=timezone.now()
    )
    look(page, axe, f"not_me_{width}_{theme}", f"/account/not-me/{new_sign_ins.token_of(sign_in)}/", shots)
    page.goto("/account/login/")
    page.get_by_role("button", name="Sign in", exact=True).click()
    axe(page)
    give_app(dana)
    sign_in_by_password(page, dana)
    look(page, axe, f"second_step_{width}_{theme}", page.url, shots)
    page.context.clear_cookies()
    page.goto("/account/login/code/")
    page.get_by_label("Email").fill(dana.email)
    page.get_by_role("button", name="Email me a code").click()
    look(page, axe, f"code_typed_{width}_{theme}", page.url, shots)


@pytest.mark.parametrize(("theme", "width"), LOOKS)
def test_the_pages_of_ones_own_account(
    open_page: OpenPage, axe: Axe, dana: User, theme: str, width: int, shots: Path | None, settings: Settings
) -> None:
    for title in ("Lapsed partners", "Without a representative"):
        saved_views.save_view(dana, page="x/partners", title=title, query="q=1", path="/account/profile/")
    page = open_page(theme=theme, width=width)
    sign_in_by_password(page, dana)
    open_page(dana, width=360).goto("/account/profile/")
    page.goto("/account/reauthenticate/?next=/account/security/")
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Continue").click()
    for name in ("app", "passkey"):
        look(page, axe, f"{name}_{width}_{theme}", OWN[name], shots)
    give_app(dana)
    RecoveryCodes.activate(dana)
    Authenticator.objects.create(user=dana, type="webauthn", data={"name": "Blue key", "credential": {}})
    for name, path in OWN.items():
        if name not in ("app", "passkey"):
            look(page, axe, f"{name}_{width}_{theme}", path, shots)
    page.goto("/account/views/")
    page.get_by_role("link", name="Rename Lapsed partners").click()
    look(page, axe, f"view_rename_{width}_{theme}", page.url, shots)
    Authenticator.objects.all().delete()
    User.objects.filter(pk=dana.pk).update(is_superuser=True)
    settings.REQUIRE_SECOND_FACTOR = True
    look(page, axe, f"demanded_{width}_{theme}", "/", shots)
    assert page.url.endswith("/account/security/")
