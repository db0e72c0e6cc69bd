"""A sign-in from a new device is told by mail, with a link that says: this was not me."""

import re
import threading
from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.core import mail
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import Settings

from onestop.accounts import new_sign_ins, signed_links
from onestop.accounts.models import NewSignIn, User
from onestop.accounts.tasks import forget_old_sessions
from tests.accounts.conftest import answered, code_of_last_mail, give_app
from tests.factories import PASSWORD, make_user

FIREFOX = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:130.0) Gecko/20100101 Firefox/130.0"
LONG_AGO = timedelta(days=40)


@pytest.fixture
def dana(dana: User) -> User:
    """Somebody who joined long ago."""
    User.objects.filter(pk=dana.pk).update(joined_at=timezone.now() - LONG_AGO)
    dana.refresh_from_db()
    return dana


def sign_in(user: User, client: Client | None = None) -> Client:
    client = client or Client(headers={"user-agent": FIREFOX})
    client.post(reverse("account_login"), {"login": user.email, "password": PASSWORD})
    assert "_auth_user_id" in client.session
    return client


def link_in_mail() -> str:
    found = re.search(r"https?://[^/]+(/account/not-me/\S+)", str(mail.outbox[-1].body))
    assert found, mail.outbox[-1].body
    return found[1]


@pytest.fixture
def link(dana: User) -> str:
    """The link that somebody got because of a stranger's sign-in."""
    sign_in(dana)
    return link_in_mail()


# ---------------------------------------------------------------- The mail
def test_a_new_device_is_told_once(dana: User) -> None:
    client = sign_in(dana)
    [message] = mail.outbox
    assert message.subject == "New sign-in to your account"
    assert "Where: Firefox on Windows, network address 127.0.0.1" in str(message.body)
    assert "This was not me</a>" in str(message.alternatives[0][0])  # type: ignore[attr-defined]
    client.post("/account/logout/")
    sign_in(dana, client)
    assert len(mail.outbox) == 1
    sign_in(dana)
    assert len(mail.outbox) == 2


def test_a_code_tells_as_a_password_does(client: Client, dana: User) -> None:
    client.post("/account/login/code/", {"email": dana.email})
    client.post("/account/login/code/confirm/", {"code": code_of_last_mail()})
    assert mail.outbox[-1].subject == "New sign-in to your account"


def test_who_has_just_joined_is_not_told(db: None, dana: User) -> None:
    User.objects.update(joined_at=timezone.now())
    sign_in(dana)
    assert mail.outbox == []


def test_several_people_share_a_device(dana: User, cast: dict[str, User]) -> None:
    User.objects.update(joined_at=timezone.now() - LONG_AGO)
    client = Client()
    for user in (dana, cast["staff"], dana, cast["staff"]):
        EmailAddress.objects.update_or_create(user=user, email=user.email, defaults={"verified": True, "primary": True})
        sign_in(user, client)
        client.post("/account/logout/")
    assert [message.to for message in mail.outbox] == [[dana.email], [cast["staff"].email]]


@pytest.mark.parametrize("cookie", ["", ".", "x" * 4000, "a.b.c.d.e.f.g", "ü"])
def test_a_forged_cookie_makes_no_device_known(dana: User, cookie: str) -> None:
    client = Client()
    client.cookies["device"] = cookie
    sign_in(dana, client)
    assert len(mail.outbox) == 1


def test_the_cookie_of_another_person_makes_no_device_known(dana: User) -> None:
    other = make_user("Other", joined_at=timezone.now() - LONG_AGO)
    EmailAddress.objects.create(user=other, email=other.email, verified=True, primary=True)
    theirs = sign_in(other).cookies["device"].value
    client = Client()
    client.cookies["device"] = theirs
    sign_in(dana, client)
    assert [message.to for message in mail.outbox] == [[other.email], [dana.email]]


# ---------------------------------------------------------------- The link
def test_opening_the_link_changes_nothing(dana: User, link: str) -> None:
    for method in ("get", "head", "options"):
        getattr(Client(), method)(link)
    dana.refresh_from_db()
    assert dana.check_password(PASSWORD)
    assert NewSignIn.objects.get().disowned_at is None
    page = Client().get(link)
    assert "Firefox on Windows" in page.content.decode()
    assert "no-store" in page["Cache-Control"]


def test_the_button_ends_every_session_and_the_password(
    dana: User, link: str, caplog: pytest.LogCaptureFixture
) -> None:
    thief = sign_in(dana)
    answer = Client().post(link, follow=True)
    assert "Your account is secured." in answer.content.decode()
    assert thief.get("/account/profile/").status_code == 302
    dana.refresh_from_db()
    assert not dana.has_usable_password()
    assert mail.outbox[-1].subject == "Your account is secured"
    assert mail.outbox[-1].to == [dana.email]
    assert "/account/password/reset/" in str(mail.outbox[-1].body)
    assert NewSignIn.objects.order_by("pk")[0].disowned_at
    [logged] = [record for record in caplog.records if record.getMessage() == "a sign-in was disowned"]
    assert logged.fields["user"] == dana.pk  # type: ignore[attr-defined]


def test_a_new_password_comes_by_mail(client: Client, dana: User, link: str) -> None:
    client.post(link)
    client.post("/account/password/reset/", {"email": dana.email})
    found = re.search(r"https?://\S+/reset/key/\S+", str(answered()[-1].body))
    assert found
    client.post(client.get(found[0])["Location"], {"password1": "lantern gravel oboe 4"})
    dana.refresh_from_db()
    assert dana.check_password("lantern gravel oboe 4")


def test_what_the_stranger_changed_is_changed_back(dana: User) -> None:
    give_app(dana)
    Authenticator.objects.update(created_at=timezone.now() - LONG_AGO)
    strange = NewSignIn.objects.create(
        user=dana, email=dana.email, device="Firefox on Windows", ip="192.0.2.1", signed_in_at=timezone.now()
    )
    Authenticator.objects.create(user=dana, type=Authenticator.Type.WEBAUTHN, data={})
    Authenticator.objects.create(user=dana, type=Authenticator.Type.RECOVERY_CODES, data={})
    User.objects.filter(pk=dana.pk).update(email="thief@elsewhere.example")
    EmailAddress.objects.filter(user=dana).update(email="thief@elsewhere.example")
    dana.refresh_from_db()
    dana.set_password("the stranger's own words")
    dana.save()

    Client().post(reverse("accounts:not_me", args=[new_sign_ins.token_of(strange)]))
    dana.refresh_from_db()
    assert dana.email == "dana@riverbend.example"
    assert not dana.has_usable_password()
    assert [address.email for address in EmailAddress.objects.filter(user=dana)] == ["dana@riverbend.example"]
    assert [a.type for a in Authenticator.objects.filter(user=dana)] == [Authenticator.Type.TOTP]
    assert mail.outbox[-1].to == ["dana@riverbend.example"]


def test_an_address_that_belongs_to_somebody_else_by_now_is_left_to_them(dana: User, link: str) -> None:
    User.objects.filter(pk=dana.pk).update(email="thief@elsewhere.example")
    make_user("Other", email="dana@riverbend.example")
    assert Client().post(link).status_code == 302
    dana.refresh_from_db()
    assert (dana.email, dana.has_usable_password()) == ("thief@elsewhere.example", False)


def test_a_link_works_once(dana: User, link: str) -> None:
    Client().post(link)
    dana.refresh_from_db()
    dana.set_password(PASSWORD)
    dana.save()
    for answer in (Client().get(link), Client().post(link)):
        assert answer.status_code == 410
        assert "This link has been used" in answer.content.decode()
    dana.refresh_from_db()
    assert dana.check_password(PASSWORD)


def test_a_link_expires(dana: User, link: str) -> None:
    NewSignIn.objects.update(signed_in_at=timezone.now() - new_sign_ins.LINK_LASTS - timedelta(minutes=1))
    for answer in (Client().get(link), Client().post(link)):
        assert answer.status_code == 410
        assert "This link has expired" in answer.content.decode()
    with pytest.raises(new_sign_ins.CannotDisown, match="expired"):
        new_sign_ins.disown(NewSignIn.objects.get(), at=timezone.now())
    dana.refresh_from_db()
    assert dana.check_password(PASSWORD)


def test_a_forged_link_is_none(dana: User, link: str) -> None:
    sign_in_row = NewSignIn.objects.get()
    forged = [
        link[len("/account/not-me/") : -2] + "x",
        signed_links.sign("confirm", sign_in_row.pk, sign_in_row.nonce),
        signed_links.sign(new_sign_ins.PURPOSE, sign_in_row.pk, signed_links.new_nonce()),
        signed_links.sign(new_sign_ins.PURPOSE, sign_in_row.pk + 1, sign_in_row.nonce),
        "1-abc",
        "9" * 5000,
    ]
    for token in forged:
        for method in ("get", "post"):
            assert getattr(Client(), method)(reverse("accounts:not_me", args=[token])).status_code == 404
    dana.refresh_from_db()
    assert dana.check_password(PASSWORD)


def test_the_button_needs_the_forms_token(link: str, dana: User) -> None:
    assert Client(enforce_csrf_checks=True).post(link).status_code == 403
    assert NewSignIn.objects.get().disowned_at is None


def test_it_works_while_somebody_else_is_signed_in_and_signs_nobody_else_out(
    dana: User, link: str, cast: dict[str, User]
) -> None:
    client = Client()
    client.force_login(cast["staff"])
    client.post(link)
    assert client.get("/account/profile/").status_code == 200
    assert NewSignIn.objects.get().disowned_at


@pytest.mark.django_db(transaction=True)
def test_two_who_press_at_once_secure_it_once(dana: User, link: str) -> None:
    barrier, answers = threading.Barrier(2), []

    def press() -> None:
        barrier.wait()
        answers.append(Client().post(link).status_code)
        connection.close()

    threads = [threading.Thread(target=press) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answers) == [302, 410]
    assert len([message for message in mail.outbox if "secured" in message.subject]) == 1


def test_old_rows_are_forgotten(dana: User, link: str) -> None:
    forget_old_sessions()
    assert NewSignIn.objects.count() == 1
    NewSignIn.objects.update(signed_in_at=timezone.now() - new_sign_ins.ROWS_KEPT - timedelta(minutes=1))
    forget_old_sessions()
    assert NewSignIn.objects.count() == 0


def test_the_database_holds_that_nothing_is_disowned_before_it_happened(dana: User, link: str) -> None:
    row = NewSignIn.objects.get()
    with pytest.raises(IntegrityError), transaction.atomic():
        NewSignIn.objects.update(disowned_at=row.signed_in_at - timedelta(minutes=1))


def test_the_link_leads_to_the_public_address(dana: User, settings: Settings) -> None:
    settings.PUBLIC_URL = "https://portal.example"
    sign_in(dana)
    assert f"https://portal.example{link_in_mail()}" in str(mail.outbox[-1].body)
