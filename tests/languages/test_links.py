"""Pages behind links in emails speak to the recipient: in the language that they chose for their mails."""

from typing import Any

import pytest
from django.conf import settings
from django.test import Client

from onestop.accounts.models import User
from tests.languages.test_public_pages import language, world
from tests.matrix import LINES, address

__all__ = ["world"]  # a fixture
LINKS = (
    "meetings:answer_by_link", "meetings:poll_by_link", "meetings:minutes_by_link", "meetings:action_by_link",
    "meetings:feedback_by_link", "meetings:follow_up_by_link", "meetings:suggest_by_link",
    "dashboards:packet_by_link", "partners:confirm",
)  # fmt: skip
ENGLISH: Any = {"HTTP_ACCEPT_LANGUAGE": "en-US"}
pytestmark = pytest.mark.django_db


def links(world: Any) -> dict[str, str]:
    return {line.name: address(line, world) for line in LINES if line.name in LINKS and line.method == "GET"}


def test_each_link_is_offered_in_spanish(client: Client, world: Any) -> None:
    assert set(links(world)) == set(LINKS)
    for name, url in links(world).items():
        assert language(client.get(url, HTTP_ACCEPT_LANGUAGE="es")) == "es", name
        assert language(client.get(url, **ENGLISH)) == "en-US", name


def test_the_language_of_the_mail_comes_before_that_of_the_browser(world: Any) -> None:
    User.objects.update(language="es")
    spoken = [name for name, url in links(world).items() if language(Client().get(url, **ENGLISH)) == "es"]
    assert len(spoken) >= 4, spoken


def test_who_asks_for_english_keeps_it(world: Any) -> None:
    User.objects.update(language="es")
    for name, url in links(world).items():
        client = Client()
        before = language(client.get(url, **ENGLISH))
        assert language(client.get(url, {"lang": "en"}, **ENGLISH)) == "en-US"
        assert (settings.LANGUAGE_COOKIE_NAME in client.cookies) == (before == "es"), name
        assert language(client.get(url, **ENGLISH)) == "en-US", name


def test_who_never_chose_a_language_reads_that_of_the_browser(world: Any) -> None:
    User.objects.update(language="en")
    for name, url in links(world).items():
        assert language(Client().get(url, HTTP_ACCEPT_LANGUAGE="es")) == "es", name
