"""Whatever Host a request names, every address that leaves the portal is one of PUBLIC_URL."""

import re
from pathlib import Path
from typing import Any

import pytest
from allauth.account.adapter import get_adapter
from allauth.core import context as request_context
from allauth.mfa.adapter import get_adapter as get_mfa_adapter
from django.conf import settings as real
from django.test import Client, RequestFactory
from django.urls import reverse
from pytest_django import Settings

from onestop.accounts.models import User
from onestop.notices.models import Notice
from tests.accounts.conftest import answered, code_of_last_mail
from tests.factories import PASSWORD, make_user

FORGED = {"Host": "other.example", "X-Forwarded-Host": "evil.example", "Forwarded": "host=evil.example"}
PUBLIC = "https://portal.example"
MESSAGES = [file for folder in ("account", "mfa") for file in Path(real.BASE_DIR, "templates", folder).glob("email/*")]
KINDS = sorted(
    f"{file.parent.parent.name}/email/{file.name.removesuffix('_message.txt')}"
    for file in MESSAGES
    if file.name.endswith("_message.txt") and not file.name.startswith("base_")
)


@pytest.fixture(autouse=True)
def _two_names(settings: Settings) -> None:
    """The portal answers to two names, of which one is its public one."""
    settings.ALLOWED_HOSTS = ["portal.example", "other.example"]
    settings.PUBLIC_URL = PUBLIC


@pytest.fixture
def client() -> Client:
    return Client(headers=FORGED)


def links_of(text: str) -> list[str]:
    """Return the origin of every address in a text."""
    return re.findall(r"\bhttps?://[^/\s\"'<>?#]+", text)


def words_sent() -> str:
    """Return all that has been sent or is owed, in every form."""
    sent = [str(part) for m in answered() for part in (m.subject, m.body, m.extra_headers, *m.alternatives)]  # type: ignore[attr-defined]
    owed = [f"{n.subject} {n.text} {n.html} {n.headers}" for n in Notice.objects.all()]
    return "\n".join(sent + owed)


def assert_only_public_links(number: int) -> None:
    text = words_sent()
    found = links_of(text)
    assert len(found) >= number, text
    assert set(found) <= {PUBLIC}
    assert "other.example" not in text
    assert "evil.example" not in text


@pytest.mark.parametrize("kind", KINDS)
def test_every_account_mail_leads_to_the_public_address(dana: User, kind: str) -> None:
    request = RequestFactory(headers=FORGED).get("/")
    told: dict[str, Any] = {"user": dana, "code": "1234-5678", "key": "k", "from_email": "a@b.example"}
    with request_context.request_context(request):
        adapter = get_adapter(request)
        if kind.endswith("account_already_exists"):
            adapter.send_account_already_exists_mail(dana.email)
        elif kind.endswith("password_reset_key"):
            url = adapter.get_reset_password_from_key_url("1-abc-def")
            adapter.send_password_reset_mail(dana, dana.email, told | {"password_reset_url": url})
        else:
            adapter.send_notification_mail(kind, dana, told, email=dana.email)
    assert_only_public_links(2)


def test_reset_and_code_asked_for_by_another_name_lead_to_the_public_address(client: Client, dana: User) -> None:
    client.post(reverse("account_reset_password"), {"email": dana.email})
    client.post(reverse("account_request_login_code"), {"email": dana.email})
    assert_only_public_links(6)


def test_what_a_change_tells_leads_to_the_public_address(client: Client, dana: User) -> None:
    client.post(reverse("account_login"), {"login": dana.email, "password": PASSWORD})
    told = {"oldpassword": PASSWORD, "password1": "lantern gravel oboe 4"}
    client.post(reverse("account_change_password"), told)
    client.post(reverse("account_reauthenticate"), {"password": "lantern gravel oboe 4"})
    client.post(reverse("account_email"), {"email": "new@riverbend.example", "action_add": "1"})
    client.post(reverse("account_email_verification_sent"), {"code": code_of_last_mail()})
    assert User.objects.get(pk=dana.pk).email == "new@riverbend.example"
    make_user("Taken", email="taken@riverbend.example")
    client.post(reverse("account_email"), {"email": "taken@riverbend.example", "action_add": "1"})
    assert_only_public_links(8)


def test_invitations_lead_to_the_public_address(client: Client, cast: dict[str, User]) -> None:
    client.force_login(cast["staff"])
    told = {"email": "new@riverbend.example", "role": "board", "name": "New Person"}
    client.post(reverse("partners:invitation_add", args=["riverbend"]), told)
    assert_only_public_links(2)


def test_passkeys_belong_to_the_public_name(dana: User) -> None:
    with request_context.request_context(RequestFactory(headers=FORGED).get("/")):
        assert get_mfa_adapter().get_public_key_credential_rp_entity()["id"] == "portal.example"


def test_attempts_are_counted_together_whatever_the_name(dana: User) -> None:
    for number in range(6):
        host = {"Host": ("other.example", "portal.example")[number % 2]}
        page = Client(headers=host).post(reverse("account_login"), {"login": dana.email, "password": "not this one"})
    assert "Wait five minutes and try again" in page.content.decode()


@pytest.mark.parametrize(
    "address",
    [
        "https://evil.example/",
        "//evil.example/",
        "https://other.example/account/profile/",
        "/\\evil.example",
        "javascript:alert(1)",
        "https:evil.example",
        "/%0d%0aLocation:%20https://evil.example",
    ],
)
def test_nobody_is_led_off_the_pages_of_this_portal(client: Client, dana: User, address: str) -> None:
    for url in (reverse("account_login"), reverse("account_logout"), reverse("accounts:theme")):
        told = {"login": dana.email, "password": PASSWORD, "next": address, "theme": "dark"}
        where = client.post(url, told)["Location"]
        assert where.startswith("/"), url
        assert not where.startswith(("//", "/\\")), url


def test_an_unknown_name_gets_no_answer(dana: User) -> None:
    assert Client(headers={"Host": "evil.example"}).get(reverse("account_login")).status_code == 400
