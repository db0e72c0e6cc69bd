"""Django's admin: for superusers, who sign in as everybody does; and the command that makes the first one."""

import pytest
from allauth.account.models import EmailAddress
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from onestop.accounts.models import User
from tests.factories import PASSWORD, make_user


@pytest.fixture
def operator(db: None) -> User:
    return User.objects.create_superuser("root@riverbend.example", PASSWORD, name="Root")


def test_createsuperuser_makes_somebody_who_can_sign_in(
    client: Client, db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DJANGO_SUPERUSER_PASSWORD", PASSWORD)
    call_command("createsuperuser", email="Root@Riverbend.example", name="Root", interactive=False, verbosity=0)
    assert EmailAddress.objects.filter(email="root@riverbend.example", verified=True, primary=True).exists()
    answer = client.post(reverse("account_login"), {"login": "root@riverbend.example", "password": PASSWORD})
    assert answer["Location"] == reverse("home")


def test_its_sign_in_is_the_portals(client: Client, db: None) -> None:
    answer = client.get(reverse("admin:login"))
    assert answer["Location"].startswith("/account/login/?next=")
    assert client.post(reverse("admin:login"), {"username": "x", "password": "y"}).status_code == 302


def test_only_superusers_see_it(client: Client, operator: User) -> None:
    client.force_login(make_user(is_staff=True))
    assert client.get(reverse("admin:index"), follow=True).status_code == 403
    client.force_login(operator)
    assert client.get(reverse("admin:index")).status_code == 200


def test_a_superuser_without_second_factor_does_not_see_it_in_production(
    client: Client, operator: User, settings: Settings
) -> None:
    settings.REQUIRE_SECOND_FACTOR = True
    client.force_login(operator)
    assert client.get(reverse("admin:index"))["Location"] == "/account/security/"


def test_people_are_made_and_changed_there(client: Client, operator: User) -> None:
    client.force_login(operator)
    new = {"email": "New@riverbend.example", "name": "New Person", "usable_password": "false"}
    assert client.post(reverse("admin:accounts_user_add"), new).status_code == 302
    person = User.objects.get(name="New Person")
    assert person.email == "new@riverbend.example"
    assert not person.has_usable_password()
    assert EmailAddress.objects.filter(user=person, verified=True).exists()
    for name in ("accounts_user", "accounts_savedview", "usersessions_usersession", "mfa_authenticator"):
        assert client.get(reverse(f"admin:{name}_changelist"), {"q": "new"}).status_code == 200
    changed = {"email": "newer@riverbend.example", "name": "New Person", "theme": "dark", "is_active": "on"}
    assert client.post(reverse("admin:accounts_user_change", args=[person.pk]), changed).status_code == 302
    assert list(EmailAddress.objects.filter(user=person).values_list("email", "verified")) == [
        ("newer@riverbend.example", True)
    ]
