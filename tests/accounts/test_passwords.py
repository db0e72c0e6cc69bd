"""Which passwords we take, and how they are set, changed and reset."""

import re
from collections.abc import Callable

import pytest
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.test import Client
from pytest_django import Settings

from onestop.accounts.models import User
from tests.accounts.conftest import answered
from tests.factories import PASSWORD, make_user

GOOD = "lantern gravel oboe 4"


@pytest.mark.parametrize(
    ("password", "reason"),
    [
        ("short pass", "password_too_short"),
        ("x" * 257, "password_too_long"),
        ("password1234", "password_guessed_first"),
        ("qwertyuiop12", "password_guessed_first"),
        ("aaaaaaaaaaaaaaaa", "password_guessed_first"),
        ("letmeinletmein", "password_guessed_first"),
        ("1qaz2wsx3edc", "password_guessed_first"),
        ("onestopportal", "password_guessed_first"),
        ("dana.whitcomb", "password_too_similar"),
        ("DanaWhitcomb1", "password_too_similar"),
    ],
)
def test_passwords_that_are_refused(password: str, reason: str) -> None:
    user = User(email="dana.whitcomb@riverbend.example", name="Dana Whitcomb")
    with pytest.raises(ValidationError) as refused:
        validate_password(password, user)
    assert reason in {error.code for error in refused.value.error_list}


@pytest.mark.parametrize(
    "password", [GOOD, "correct horse battery staple", "über alle berge läuft", "kvrtplmzqsbw", "9" * 3 + GOOD * 10]
)
def test_passwords_that_are_taken_whatever_their_characters(password: str) -> None:
    validate_password(password, User(email="dana@riverbend.example", name="Dana Whitcomb"))


def test_the_real_settings_hash_with_argon2() -> None:
    from onestop import settings as real

    assert real.PASSWORD_HASHERS[0].endswith("Argon2PasswordHasher")


def test_changing_the_password_signs_out_elsewhere_and_writes_a_mail(
    dana: User, sign_in: Callable[..., Client]
) -> None:
    elsewhere = Client()
    elsewhere.force_login(dana)
    client = sign_in(dana)
    change = "/account/password/change/"
    page = client.post(change, {"oldpassword": "not this one", "password1": "short"}).content.decode()
    assert "not your current password" in page
    assert "at least 12 characters" in page
    answer = client.post(change, {"oldpassword": PASSWORD, "password1": GOOD})
    assert answer["Location"] == "/account/security/"
    assert client.get(answer["Location"]).status_code == 200
    assert elsewhere.get("/account/security/").status_code == 302
    dana.refresh_from_db()
    assert dana.check_password(GOOD)
    assert answered()[-1].subject == "Your password was changed"


def test_a_reset_link_works_once(client: Client, dana: User) -> None:
    client.post("/account/password/reset/", {"email": dana.email})
    link = re.search(r"http://\S+/reset/key/\S+", str(answered()[-1].body))
    assert link
    form = client.get(link[0])["Location"]
    assert "easy to guess" in client.post(form, {"password1": "passwordpassword"}).content.decode()
    done = client.post(form, {"password1": GOOD}, follow=True).content.decode()
    assert "Your new password is saved" in done
    dana.refresh_from_db()
    assert dana.check_password(GOOD)
    assert "This link no longer works" in Client().get(link[0]).content.decode()


def test_who_has_no_password_chooses_one(client: Client, db: None) -> None:
    user = make_user("Code Only", password=None)
    client.force_login(user)
    assert client.get("/account/password/change/")["Location"] == "/account/password/set/"
    client.post("/account/password/set/", {"password1": GOOD})
    user.refresh_from_db()
    assert user.check_password(GOOD)


def test_the_length_is_a_setting(settings: Settings) -> None:
    assert settings.PASSWORD_MIN_LENGTH == 12
    assert settings.AUTH_PASSWORD_VALIDATORS[0]["OPTIONS"] == {"min_length": 12}
