"""Where a person is signed in: shown by device, ended one by one or all others at once."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from onestop.accounts.devices import device_name
from onestop.accounts.models import User
from onestop.accounts.tasks import forget_old_sessions
from tests.factories import PASSWORD

FIREFOX = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:130.0) Gecko/20100101 Firefox/130.0"
IPHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605 (KHTML) Version/18.0 Mobile Safari/604"


def sign_in_with(agent: str, user: User) -> Client:
    client = Client(headers={"user-agent": agent})
    client.post(reverse("account_login"), {"login": user.email, "password": PASSWORD})
    return client


@pytest.mark.parametrize(
    ("agent", "name"),
    [
        (FIREFOX, "Firefox on Windows"),
        (IPHONE, "Safari on iPhone"),
        ("Mozilla/5.0 (X11; CrOS x86_64) AppleWebKit/537 Chrome/130.0 Safari/537", "Chrome on Chromebook"),
        ("Mozilla/5.0 (Macintosh; Intel Mac OS X 14) Chrome/130 Safari/537 Edg/130.0", "Edge on Mac"),
        ("Mozilla/5.0 (Linux; Android 14) AppleWebKit Chrome/130 Mobile Safari/537", "Chrome on Android"),
        ("curl/8.0", "Unknown device"),
        ("", "Unknown device"),
    ],
)
def test_devices_are_named_in_words(agent: str, name: str) -> None:
    assert device_name(agent) == name


def test_sessions_are_shown_with_device_and_place(dana: User) -> None:
    sign_in_with(IPHONE, dana)
    here = sign_in_with(FIREFOX, dana)
    answer = here.get("/account/security/")
    page = answer.content.decode()
    assert [session.device for session in answer.context["sessions"]] == ["Firefox on Windows", "Safari on iPhone"]
    assert "This device" in page
    assert "127.0.0.1" in page


def test_one_session_is_ended(dana: User) -> None:
    phone, here = sign_in_with(IPHONE, dana), sign_in_with(FIREFOX, dana)
    theirs = UserSession.objects.get(session_key=phone.session.session_key)
    here.post(reverse("accounts:session_end", args=[theirs.pk]))
    assert phone.get("/account/security/").status_code == 302
    assert here.get("/account/security/").status_code == 200


def test_all_other_sessions_are_ended(dana: User) -> None:
    others, here = [sign_in_with(IPHONE, dana) for _ in range(2)], sign_in_with(FIREFOX, dana)
    page = here.post(reverse("accounts:sessions_end"), follow=True).content.decode()
    assert "Signed out on 2 other devices." in page
    assert [other.get("/account/security/").status_code for other in others] == [302, 302]
    assert here.get("/account/security/").status_code == 200


def test_a_strangers_session_is_not_found(dana: User, cast: dict[str, User]) -> None:
    sign_in_with(IPHONE, dana)
    stranger = Client()
    stranger.force_login(cast["stranger"])
    assert stranger.post(reverse("accounts:session_end", args=[UserSession.objects.get().pk])).status_code == 404
    assert UserSession.objects.count() == 1


def test_ending_needs_a_post(dana: User, sign_in: Callable[..., Client]) -> None:
    client = sign_in(dana)
    assert client.get(reverse("accounts:sessions_end")).status_code == 405


def test_use_is_noted_every_ten_minutes_and_moves_the_expiry(dana: User) -> None:
    client = sign_in_with(FIREFOX, dana)
    client.get("/account/profile/")
    session = UserSession.objects.get()
    long_ago = timezone.now() - timedelta(hours=2)
    UserSession.objects.update(last_seen_at=long_ago)
    client.get("/account/profile/")
    session.refresh_from_db()
    assert session.last_seen_at == long_ago  # seen a moment ago: nothing is written
    store = client.session
    store["seen_at"] = int(long_ago.timestamp())
    store.save()
    client.get("/account/profile/")
    session.refresh_from_db()
    assert session.last_seen_at > long_ago + timedelta(hours=1)


def test_expired_sessions_are_forgotten(dana: User) -> None:
    sign_in_with(FIREFOX, dana)
    Session.objects.update(expire_date=timezone.now() - timedelta(minutes=1))
    forget_old_sessions()
    assert not Session.objects.exists()


def test_allauths_own_overviews_lead_to_ours(dana: User, sign_in: Callable[..., Client]) -> None:
    client = sign_in(dana)
    for name in ("mfa_index", "mfa_list_webauthn", "usersessions_list"):
        assert client.get(reverse(name))["Location"] == "/account/security/"
