"""A session ends some time after its sign-in, however much it is used; sooner for staff and the state."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import Settings

from onestop.accounts.addresses import confirm_address
from onestop.accounts.lifetimes import SIGNED_IN_AT
from onestop.accounts.models import User
from tests.factories import PASSWORD, make_user

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def signed_in(user: User, *, ago: timedelta) -> Client:
    """Return the window of somebody who signed in a while ago and was busy until now."""
    client = Client()
    client.force_login(user)
    client.get("/account/profile/")
    session = client.session
    session[SIGNED_IN_AT] = int((timezone.now() - ago).timestamp())
    session.save()
    return client


@pytest.mark.parametrize(
    ("who", "ago", "words"),
    [
        ("manager", 29 * DAY, ""),
        ("manager", 31 * DAY, "more than 30 days ago"),
        ("colleague", 31 * DAY, "more than 30 days ago"),
        ("board", 13 * HOUR, ""),
        ("staff", 11 * HOUR, ""),
        ("staff", 13 * HOUR, "more than 12 hours ago"),
        ("state", 13 * HOUR, "more than 12 hours ago"),
    ],
)
def test_how_long_a_session_lasts(cast: dict[str, User], who: str, ago: timedelta, words: str) -> None:
    confirm_address(cast[who])
    client = signed_in(cast[who], ago=ago)
    answer = client.get("/account/views/?page=2")
    assert answer.status_code == (302 if words else 200)
    if words:
        assert answer["Location"] == "/account/login/?next=/account/views/%3Fpage%3D2"
        page = client.get(answer["Location"]).content.decode()
        assert f"You were signed out because you signed in {words}. Sign in again." in page
        back = client.post(answer["Location"], {"login": cast[who].email, "password": PASSWORD})
        assert back["Location"] == "/account/views/?page=2"
        assert client.get(back["Location"]).status_code == 200


def test_an_operator_is_staff_in_this(db: None) -> None:
    client = signed_in(make_user(is_superuser=True), ago=13 * HOUR)
    assert client.get("/account/profile/").status_code == 302


def test_the_session_is_gone_from_the_server(cast: dict[str, User]) -> None:
    client = signed_in(cast["staff"], ago=13 * HOUR)
    key = client.session.session_key
    client.get("/account/profile/")
    thief = Client()
    thief.cookies["sessionid"] = str(key)
    assert thief.get("/account/profile/").status_code == 302


def test_nothing_is_done_by_a_session_that_is_over(cast: dict[str, User]) -> None:
    client = signed_in(cast["manager"], ago=31 * DAY)
    answer = client.post("/account/profile/", {"name": "Somebody else", "theme": "dark"})
    assert answer["Location"].startswith("/account/login/?next=")
    assert User.objects.get(pk=cast["manager"].pk).name == "Joel Abara"


def test_use_does_not_move_the_sign_in(client: Client, dana: User) -> None:
    client.post(reverse("account_login"), {"login": dana.email, "password": PASSWORD})
    begun = client.session[SIGNED_IN_AT] - 3600
    session = client.session
    session[SIGNED_IN_AT] = begun
    session.save()
    client.get("/account/profile/")
    client.post("/account/reauthenticate/", {"password": PASSWORD})
    told = {"oldpassword": PASSWORD, "password1": "lantern gravel oboe 4"}
    client.post("/account/password/change/", told)
    assert client.session[SIGNED_IN_AT] == begun


def test_the_limits_are_settings(cast: dict[str, User], settings: Settings) -> None:
    settings.SESSION_STAFF_HOURS, settings.SESSION_DAYS = 1, 2
    assert signed_in(cast["staff"], ago=2 * HOUR).get("/account/profile/").status_code == 302
    assert signed_in(cast["manager"], ago=2 * HOUR).get("/account/profile/").status_code == 200
    assert signed_in(cast["manager"], ago=3 * DAY).get("/account/profile/").status_code == 302


def test_public_pages_go_on_without_the_session(cast: dict[str, User], area) -> None:
    client = signed_in(cast["staff"], ago=13 * HOUR)
    answer = client.get(reverse("partners:directory_area", args=[area.slug]))
    assert answer.status_code == 200
    assert "no-store" in answer["Cache-Control"]  # it takes the cookie away
