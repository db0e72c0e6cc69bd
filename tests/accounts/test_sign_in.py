"""Signing in: by password, by a code, with a second factor; what it tells strangers, and how often they may try."""

from collections.abc import Callable

import pytest
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from django.test import Client
from django.urls import reverse

from onestop.accounts.models import User
from tests.accounts.conftest import answered, code_of_app, code_of_last_mail, give_app
from tests.factories import PASSWORD, make_user

LOGIN = "/account/login/"
CODE = "/account/login/code/"
CONFIRM = "/account/login/code/confirm/"


def signed_in(client: Client) -> bool:
    return "_auth_user_id" in client.session


def text(answer: object) -> str:
    return answer.content.decode()  # type: ignore[attr-defined]


def test_a_password_signs_in_and_leads_to_where_one_was_going(client: Client, dana: User) -> None:
    answer = client.get(reverse("accounts:profile"))
    assert answer.status_code == 302
    answer = client.post(
        answer["Location"], {"login": "Dana@Riverbend.example", "password": PASSWORD, "next": "/account/profile/"}
    )
    assert answer["Location"] == "/account/profile/"
    assert signed_in(client)


def test_nobody_is_led_to_another_site(client: Client, dana: User) -> None:
    answer = client.post(LOGIN, {"login": dana.email, "password": PASSWORD, "next": "https://evil.example/"})
    assert answer["Location"] == reverse("home")


@pytest.mark.parametrize("address", ["dana@riverbend.example", "stranger@riverbend.example"])
def test_a_wrong_password_says_the_same_of_a_known_and_an_unknown_address(
    client: Client, dana: User, address: str
) -> None:
    page = text(client.post(LOGIN, {"login": address, "password": "not this one"}))
    assert "The email address and the password do not match." in page
    assert not signed_in(client)


def test_a_code_by_mail_signs_in(client: Client, dana: User) -> None:
    client.post(CODE, {"email": dana.email})
    page = text(client.get(CONFIRM))
    assert dana.email in page
    code = code_of_last_mail()
    assert "not correct" in text(client.post(CONFIRM, {"code": "0000-0000"}))
    client.post(CONFIRM, {"code": code.replace("-", " ")})
    assert signed_in(client)


def test_a_new_code_can_be_asked_for(client: Client, dana: User) -> None:
    client.post(CODE, {"email": dana.email})
    first = code_of_last_mail()
    client.post(CONFIRM, {"action": "resend"})
    assert len(answered()) == 2
    assert code_of_last_mail() != first


def test_an_unknown_address_gets_no_mail_and_the_same_page(client: Client, dana: User) -> None:
    known = client.post(CODE, {"email": dana.email})
    answered().clear()
    unknown = Client().post(CODE, {"email": "stranger@riverbend.example"})
    assert (known.status_code, known["Location"]) == (unknown.status_code, unknown["Location"])
    assert answered() == []
    stranger = Client()
    stranger.post("/account/password/reset/", {"email": "stranger@riverbend.example"})
    assert answered() == []


def test_a_code_holds_for_three_attempts(client: Client, dana: User) -> None:
    client.post(CODE, {"email": dana.email})
    code = code_of_last_mail()
    for _ in range(3):
        client.post(CONFIRM, {"code": "0000-0000"})
    client.post(CONFIRM, {"code": code})
    assert not signed_in(client)


def test_a_closed_account_does_not_sign_in(client: Client, dana: User) -> None:
    User.objects.filter(pk=dana.pk).update(is_active=False)
    client.post(LOGIN, {"login": dana.email, "password": PASSWORD}, follow=True)
    client.post(CODE, {"email": dana.email})
    assert not signed_in(client)
    assert answered() == []
    assert "closed" in text(client.get("/account/inactive/"))


def test_closing_an_account_ends_its_sessions(dana: User, sign_in: Callable[..., Client]) -> None:
    client = sign_in(dana)
    User.objects.filter(pk=dana.pk).update(is_active=False)
    assert client.get(reverse("accounts:profile")).status_code == 302


def test_an_unconfirmed_address_is_confirmed_by_a_code_first(client: Client, db: None) -> None:
    user = make_user("New Person")
    client.post(LOGIN, {"login": user.email, "password": PASSWORD})
    assert not signed_in(client)
    client.post(reverse("account_email_verification_sent"), {"code": code_of_last_mail()})
    assert signed_in(client)


def test_the_second_factor_is_asked_after_password_and_after_code(client: Client, dana: User) -> None:
    secret = give_app(dana)
    answer = client.post(LOGIN, {"login": dana.email, "password": PASSWORD})
    assert answer["Location"] == reverse("mfa_authenticate")
    assert not signed_in(client)
    assert "Wait for the next one" in text(client.post(answer["Location"], {"code": "000000"}))
    client.post(answer["Location"], {"code": code_of_app(secret)})
    assert signed_in(client)

    other = Client()
    other.post(CODE, {"email": dana.email})
    answer = other.post(CONFIRM, {"code": code_of_last_mail()})
    assert answer["Location"] == reverse("mfa_authenticate")
    assert not signed_in(other)


def test_a_recovery_code_works_once(client: Client, dana: User) -> None:
    give_app(dana)
    code = RecoveryCodes.activate(dana).get_unused_codes()[0]
    for works in (True, False):
        client = Client()
        client.post(LOGIN, {"login": dana.email, "password": PASSWORD})
        client.post(reverse("mfa_authenticate"), {"code": code})
        assert signed_in(client) is works


def test_guessing_a_password_is_stopped_after_five_attempts(client: Client, dana: User) -> None:
    for _ in range(5):
        client.post(LOGIN, {"login": dana.email, "password": "not this one"})
    page = text(client.post(LOGIN, {"login": dana.email, "password": PASSWORD}))
    assert "Wait five minutes and try again" in page
    assert not signed_in(client)


def test_asking_for_codes_is_stopped_after_three_a_minute(client: Client, dana: User) -> None:
    for _ in range(3):
        Client().post(CODE, {"email": dana.email})
    assert len(answered()) == 3
    assert "Too many attempts" in text(Client().post(CODE, {"email": dana.email}))
    assert len(answered()) == 3


def test_asking_for_reset_links_is_stopped_after_three_a_minute(client: Client, dana: User) -> None:
    for _ in range(5):
        answer = Client().post("/account/password/reset/", {"email": dana.email})
    assert len(answered()) == 3
    assert answer.status_code == 429
    assert "Too many attempts" in text(answer)


def test_one_address_of_the_network_may_not_try_without_end(client: Client, db: None) -> None:
    answers = [client.post(LOGIN, {"login": f"somebody{n}@x.example", "password": "x"}).status_code for n in range(31)]
    assert answers[-1] == 429


def test_signing_out_leads_to_sign_in(dana: User, sign_in: Callable[..., Client]) -> None:
    client = sign_in(dana)
    assert client.get("/account/logout/").status_code == 200
    assert signed_in(client)
    assert client.post("/account/logout/")["Location"] == LOGIN
    assert not signed_in(client)


@pytest.mark.parametrize("fields", [{}, {"email": "new@riverbend.example", "password1": "a b c d e f g h i"}])
def test_nobody_signs_up(client: Client, db: None, fields: dict[str, str]) -> None:
    answer = client.post("/account/signup/", fields) if fields else client.get("/account/signup/")
    assert answer.status_code == 200
    assert "You need an invitation" in text(answer)
    assert not User.objects.exists()
    assert answered() == []


def test_sign_ins_and_refused_ones_are_logged_without_addresses(
    client: Client, dana: User, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO", "onestop.accounts")
    for password in ("not this one", PASSWORD):
        client.post(LOGIN, {"login": dana.email, "password": password})
    refused, done = [record for record in caplog.records if record.name == "onestop.accounts"]
    assert (refused.getMessage(), refused.levelname) == ("sign-in refused", "WARNING")
    assert (done.getMessage(), done.fields) == ("signed in", {"user": dana.pk, "ways": "password"})  # type: ignore[attr-defined]
    assert dana.email not in caplog.text
