"""What the account writes to a person: plain words, whole in text, the same in HTML."""

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.test import Client

from onestop.accounts.models import User
from tests.accounts.conftest import answered, code_of_last_mail

PHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18.0 Mobile Safari/604"
OURS = [
    *Path(settings.BASE_DIR, "templates").glob("account/**/*"),
    *Path(settings.BASE_DIR, "templates").glob("mfa/**/*"),
]


def last() -> tuple[EmailMultiAlternatives, str]:
    message = answered()[-1]
    assert isinstance(message, EmailMultiAlternatives)
    [(html, kind)] = message.alternatives
    assert kind == "text/html"
    return message, str(html)


def test_a_code_stands_in_text_and_html(client: Client, dana: User) -> None:
    client.post("/account/login/code/", {"email": dana.email})
    message, html = last()
    code = code_of_last_mail()
    assert message.subject == "Your sign-in code"
    assert code in html
    assert "for 10 minutes" in str(message.body)
    assert "for 10 minutes" in html
    assert f"One-Stop Partner Network\n{settings.PUBLIC_URL}/" in str(message.body)
    assert 'lang="en-US"' in html


def test_a_link_stands_in_text_and_as_a_button(client: Client, dana: User) -> None:
    client.post("/account/password/reset/", {"email": dana.email})
    message, html = last()
    link = re.search(r"http://\S+", str(message.body))
    assert link
    assert f'href="{link[0]}"' in html
    assert "Choose a new password</a>" in html


def test_a_change_says_when_and_from_which_device(client: Client, dana: User) -> None:
    client.force_login(dana)
    told = {"oldpassword": "correct horse battery staple", "password1": "lantern gravel oboe 4"}
    client.post("/account/password/change/", told, headers={"user-agent": PHONE})
    message, _ = last()
    assert "Where: Safari on iPhone, network address 127.0.0.1" in str(message.body)
    assert f"{settings.PUBLIC_URL}/account/security/" in str(message.body)


@pytest.mark.parametrize("file", [file for file in OURS if file.is_file()], ids=lambda file: file.name)
def test_our_words_are_plain(file: Path) -> None:
    words = re.sub(r"\{[%#{].*?[%#}]\}|<[^>]*>", " ", file.read_text(), flags=re.DOTALL)
    assert "!" not in words
    assert not re.search(r"\bplease\b|\bsuccessful", words, re.IGNORECASE)
