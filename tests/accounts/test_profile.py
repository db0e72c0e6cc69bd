"""A person's profile, address, and light or dark."""

from collections.abc import Callable

import pytest
from allauth.account.models import EmailAddress
from django.core import mail
from django.test import Client
from django.utils import timezone

from onestop.accounts.addresses import confirm_address
from onestop.accounts.models import User
from partners.models import LocalArea
from tests.accounts.conftest import code_of_last_mail
from tests.factories import PASSWORD, make_user

PROFILE = "/account/profile/"
THEME = "/account/theme/"


def test_the_profile_is_saved(dana: User, sign_in: Callable[..., Client]) -> None:
    client = sign_in(dana)
    told = {"name": "  Dana  Whitcomb-Reyes ", "phone": "(555) 010-0142", "job_title": "Coordinator", "theme": "dark"}
    told["language"] = "es"
    assert client.post(PROFILE, told)["Location"] == PROFILE
    dana.refresh_from_db()
    assert (dana.name, dana.phone, dana.job_title, dana.theme, dana.language) == (
        "Dana Whitcomb-Reyes",
        "(555) 010-0142",
        "Coordinator",
        "dark",
        "es",
    )
    assert 'data-bs-theme="dark"' in client.get(PROFILE).content.decode()


def test_a_name_is_needed_and_the_page_still_knows_who_is_here(dana: User, sign_in: Callable[..., Client]) -> None:
    answer = sign_in(dana).post(PROFILE, {"name": " ", "theme": "system"})
    assert answer.status_code == 200
    assert answer.context["form"].errors["name"]
    assert "Dana Whitcomb" in answer.content.decode()


def test_a_person_changes_only_themselves(dana: User, sign_in: Callable[..., Client]) -> None:
    told = {"name": "Dana", "theme": "system", "email": "other@x.example", "is_superuser": "on", "is_staff": "on"}
    sign_in(dana).post(PROFILE, told)
    dana.refresh_from_db()
    assert (dana.email, dana.is_superuser, dana.is_staff) == ("dana@riverbend.example", False, False)


def test_a_new_address_holds_once_its_code_is_typed_in(dana: User, sign_in: Callable[..., Client]) -> None:
    client = sign_in(dana)
    email = "/account/email/"
    asked = client.post(email, {"email": "new@riverbend.example", "action_add": "1"})["Location"]
    assert "reauthenticate" in asked
    client.post(asked, {"password": PASSWORD})
    client.post(email, {"email": "new@riverbend.example", "action_add": "1"})
    dana.refresh_from_db()
    assert dana.email == "dana@riverbend.example"
    assert mail.outbox[-1].to == ["new@riverbend.example"]
    answer = client.post("/account/confirm-email/", {"code": code_of_last_mail()})
    assert answer["Location"] == PROFILE
    dana.refresh_from_db()
    assert dana.email == "new@riverbend.example"
    assert list(EmailAddress.objects.values_list("email", "verified", "primary")) == [(dana.email, True, True)]
    assert mail.outbox[-1].to == ["dana@riverbend.example"]
    assert mail.outbox[-1].subject == "Your email address was changed"


def test_somebody_elses_address_is_not_taken_over(dana: User, sign_in: Callable[..., Client]) -> None:
    other = make_user("Other Person")
    confirm_address(other)
    client = sign_in(dana)
    client.post("/account/reauthenticate/", {"password": PASSWORD})
    client.post("/account/email/", {"email": other.email, "action_add": "1"})
    client.post("/account/confirm-email/", {"code": code_of_last_mail() if "code" in str(mail.outbox) else "1"})
    dana.refresh_from_db()
    assert dana.email == "dana@riverbend.example"


@pytest.mark.parametrize("chosen", ["light", "dark", "system"])
def test_the_theme_is_remembered_by_row_and_browser(dana: User, sign_in: Callable[..., Client], chosen: str) -> None:
    client = sign_in(dana)
    answer = client.post(THEME, {"theme": chosen, "next": "/account/security/"})
    assert answer["Location"] == "/account/security/"
    dana.refresh_from_db()
    assert dana.theme == chosen
    assert client.cookies["theme"].value == chosen


def test_the_theme_works_signed_out(client: Client, db: None) -> None:
    answer = client.post(THEME, {"theme": "dark", "next": "/account/login/"})
    assert answer["Location"] == "/account/login/"
    assert 'data-bs-theme="dark"' in client.get("/account/login/").content.decode()


@pytest.mark.parametrize("next_", ["https://evil.example/", "//evil.example", "javascript:alert(1)", ""])
def test_the_theme_leads_to_no_other_site(client: Client, db: None, next_: str) -> None:
    assert client.post(THEME, {"theme": "dark", "next": next_})["Location"] == "/"


def test_an_unknown_theme_changes_nothing(dana: User, sign_in: Callable[..., Client]) -> None:
    client = sign_in(dana)
    client.post(THEME, {"theme": "plaid"})
    dana.refresh_from_db()
    assert dana.theme == "system"
    assert "theme" not in client.cookies


@pytest.mark.parametrize("path", [PROFILE, "/account/security/", "/account/views/", "/account/email/", "/account/"])
def test_the_account_asks_strangers_to_sign_in(client: Client, db: None, path: str) -> None:
    answer = client.get(path)
    assert answer.status_code == 302
    assert answer["Location"].startswith("/account/login/?next=")


def test_times_are_shown_as_in_the_area_where_one_was_last(
    area: LocalArea, cast: dict[str, User], as_: Callable[[str], Client]
) -> None:
    client = as_("staff")
    session = client.session
    session["zone"] = "America/Los_Angeles"
    session.save()
    client.get(PROFILE)
    assert timezone.get_current_timezone_name() == "America/Los_Angeles"
    Client().get("/account/login/")
    assert timezone.get_current_timezone_name() == timezone.get_default_timezone_name()
