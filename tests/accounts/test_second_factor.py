"""Whom we ask for a second factor, what stays open until they have one, and how it is set up."""

from collections.abc import Callable

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from onestop.accounts.addresses import confirm_address
from onestop.accounts.models import User
from onestop.accounts.second_factor import lacks_second_factor, needs_second_factor
from tests.accounts.conftest import answered, code_of_app, give_app
from tests.factories import PASSWORD, make_user

SECURITY = "/account/security/"


@pytest.fixture
def demanded(settings: Settings) -> None:
    settings.REQUIRE_SECOND_FACTOR = True


@pytest.mark.parametrize(
    ("who", "needs"),
    [("staff", True), ("state", True), ("manager", False), ("colleague", False), ("board", False), ("nobody", False)],
)
def test_staff_and_state_need_one(demanded: None, cast: dict[str, User], who: str, needs: bool) -> None:
    assert needs_second_factor(cast[who]) is needs
    assert lacks_second_factor(cast[who]) is needs


def test_nobody_needs_one_in_the_demo(cast: dict[str, User]) -> None:
    assert not needs_second_factor(cast["staff"])


def test_the_operator_needs_one(demanded: None, db: None) -> None:
    assert needs_second_factor(make_user("Root", is_superuser=True))


def test_until_then_only_the_account_is_open(demanded: None, as_: Callable[[str], Client]) -> None:
    client = as_("staff")
    answer = client.get(reverse("home"))
    assert answer["Location"] == SECURITY
    page = client.get(SECURITY).content.decode()
    assert "Add a second factor to continue" in page
    assert "Your role has access to the data of a whole area" in page
    assert client.get("/account/profile/").status_code == 200
    assert client.get(reverse("health_live")).status_code == 200
    assert client.post("/account/logout/").status_code == 302


def test_htmx_is_led_there_with_the_whole_page(demanded: None, as_: Callable[[str], Client]) -> None:
    answer = as_("staff").get(reverse("home"), headers={"HX-Request": "true"})
    assert answer.headers["HX-Redirect"] == SECURITY


def test_with_one_everything_opens(demanded: None, cast: dict[str, User], as_: Callable[[str], Client]) -> None:
    give_app(cast["staff"])
    client = as_("staff")
    assert client.get(reverse("home")).headers.get("Location") != SECURITY
    assert "you have one" in client.get(SECURITY).content.decode()


def test_a_manager_is_let_through(demanded: None, as_: Callable[[str], Client]) -> None:
    assert as_("manager").get(reverse("home")).headers.get("Location") != SECURITY


@pytest.mark.django_db(transaction=True)  # the mail is sent once the transaction is written
def test_setting_up_an_app_asks_again_who_one_is_and_shows_recovery_codes_once(
    cast: dict[str, User], as_: Callable[[str], Client]
) -> None:
    confirm_address(cast["staff"])
    client = as_("staff")
    activate = reverse("mfa_activate_totp")
    asked = client.get(activate)["Location"]
    assert "/account/reauthenticate/" in asked
    page = client.get(asked).content.decode()
    assert "Confirm that it is you" in page
    assert "even right after you sign in" in page
    assert client.post(asked, {"password": PASSWORD, "next": activate})["Location"] == activate

    form = client.get(activate).context["form"]
    answer = client.post(activate, {"code": code_of_app(form.secret)})
    assert answer["Location"] == reverse("mfa_view_recovery_codes")
    first, again = (client.get(answer["Location"]).content.decode() for _ in range(2))
    codes = client.get(SECURITY).context["recovery_codes"].get_unused_codes()
    assert all(code in first for code in codes)
    assert not any(code in again for code in codes)
    assert [message.subject for message in answered()] == ["Your authenticator app is on"]


def test_turning_the_app_off_ends_the_recovery_codes(dana: User, sign_in: Callable[..., Client]) -> None:
    client = sign_in(dana)
    give_app(dana)
    deactivate = reverse("mfa_deactivate_totp")
    client.post(client.get(deactivate)["Location"], {"password": PASSWORD})
    assert client.get(deactivate).status_code == 200
    assert client.post(deactivate)["Location"] == reverse("mfa_index")
    assert not Authenticator.objects.exists()


def test_secrets_are_sealed_and_survive_a_new_key(dana: User, settings: Settings) -> None:
    secret = give_app(dana)
    stored = Authenticator.objects.get(user=dana)
    assert secret not in str(stored.data)
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "another key, after a year" * 3
    assert stored.wrap().validate_code(code_of_app(secret))


def test_resealing_makes_the_former_key_dispensable(
    dana: User, settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    secret, codes = give_app(dana), RecoveryCodes.activate(dana).get_unused_codes()
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "another key, after a year" * 3, [settings.SECRET_KEY]
    call_command("reseal_second_factors")
    assert "2 encrypted with the current key." in capsys.readouterr().out
    settings.SECRET_KEY_FALLBACKS = []
    assert Authenticator.objects.get(user=dana, type="totp").wrap().validate_code(code_of_app(secret))
    assert Authenticator.objects.get(user=dana, type="recovery_codes").wrap().get_unused_codes() == codes
    settings.SECRET_KEY = "and this one has sealed nothing" * 3
    call_command("reseal_second_factors")
    assert "2 left unchanged: no known key decrypts them." in capsys.readouterr().err


def test_a_secret_whose_key_is_lost_fits_no_code(dana: User, settings: Settings) -> None:
    secret = give_app(dana)
    settings.SECRET_KEY = "another key, and the former one is lost" * 2
    assert not Authenticator.objects.get(user=dana).wrap().validate_code(code_of_app(secret))
    assert not Authenticator.objects.get(user=dana).wrap().validate_code(code_of_app(""))


def test_a_strangers_passkey_is_not_found(cast: dict[str, User], dana: User, sign_in: Callable[..., Client]) -> None:
    theirs = Authenticator.objects.create(
        user=cast["staff"], type="webauthn", data={"name": "Theirs", "credential": {}}
    )
    client = sign_in(dana)
    client.post("/account/reauthenticate/", {"password": PASSWORD})
    for name in ("mfa_remove_webauthn", "mfa_edit_webauthn"):
        assert client.get(reverse(name, args=[theirs.pk])).status_code == 404
