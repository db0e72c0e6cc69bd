"""Nobody learns from a page, or from how much work it does, whether an address has an account."""

import re
import threading
from typing import Any

import pytest
from django.contrib.auth import hashers
from django.core import mail
from django.core.mail.message import EmailMessage
from django.db import connection
from django.template.base import Template
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from onestop.accounts import mail_requests
from onestop.accounts.addresses import confirm_address
from onestop.accounts.models import MailRequest, User
from onestop.accounts.tasks import answer_mail_requests
from tests.accounts.conftest import answered, code_of_last_mail
from tests.factories import make_user

CODE, CONFIRM, RESET = "/account/login/code/", "/account/login/code/confirm/", "/account/password/reset/"
WHO = (
    "dana@riverbend.example",
    "stranger@elsewhere.example",
    "closed@riverbend.example",
    "code-only@riverbend.example",
)
ACTS: dict[str, list[tuple[str, dict[str, str]]]] = {
    "a code is asked for": [(CODE, {})],
    "another code is asked for": [(CODE, {}), (CONFIRM, {"action": "resend"})],
    "a wrong code is typed": [(CODE, {}), (CONFIRM, {"code": "0000-0000"})],
    "the last wrong code is typed": [(CODE, {}), *[(CONFIRM, {"code": "0000-0000"})] * 3],
    "a link to a new password is asked for": [(RESET, {})],
    "a wrong password is typed": [("/account/login/", {"password": "not this one"})],
}


@pytest.fixture(autouse=True)
def _people(dana: User) -> None:
    confirm_address(make_user("Closed", email="closed@riverbend.example", is_active=False))
    confirm_address(make_user("Code Only", email="code-only@riverbend.example", password=None))


@pytest.fixture
def work(monkeypatch: pytest.MonkeyPatch) -> dict[str, int]:
    """Count what takes time: hashing, rendering, writing mail."""
    counted = dict.fromkeys(("hashes", "templates", "mails"), 0)

    def count(owner: Any, name: str, what: str) -> None:
        real = getattr(owner, name)

        def counting(*args: Any, **more: Any) -> Any:
            counted[what] += 1
            return real(*args, **more)

        monkeypatch.setattr(owner, name, counting)

    count(hashers.MD5PasswordHasher, "encode", "hashes")
    count(Template, "render", "templates")
    count(EmailMessage, "send", "mails")
    return counted


def shapes(queries: CaptureQueriesContext) -> list[str]:
    """Return the queries without their values."""
    return [re.sub(r"'(?:[^']|'')*'|\b\d+\b|s\d+_x\d+", "?", query["sql"]) for query in queries]


@pytest.mark.parametrize("act", ACTS)
def test_every_address_makes_the_same_work_and_the_same_answer(work: dict[str, int], act: str) -> None:
    seen = []
    for email in WHO:
        client = Client()
        for number in work:
            work[number] = 0
        with CaptureQueriesContext(connection) as queries:
            for url, told in ACTS[act]:
                answer = client.post(url, {"email": email, "login": email, **told})
        # Each page has its CSRF token, and its mark for htmx.
        own = r'value="[A-Za-z0-9]{64}"|id="[^"]*"|\b[0-9a-f]{32}\b'
        page = re.sub(own, "", answer.content.decode()).replace(email, "(address)")
        written = [shape for shape in shapes(queries) if "password" not in act or "accounts_user" not in shape]
        seen.append((dict(work), written, answer.status_code, answer.get("Location"), page))
    assert seen[1:] == [seen[0]] * 3


@pytest.mark.parametrize(
    "act", ["a code is asked for", "another code is asked for", "a link to a new password is asked for"]
)
def test_the_page_looks_at_no_account(act: str) -> None:
    client = Client()
    with CaptureQueriesContext(connection) as queries:
        for url, told in ACTS[act]:
            client.post(url, {"email": WHO[0], **told})
    assert [shape for shape in shapes(queries) if re.search(r"accounts_user|account_emailaddress", shape)] == []
    assert mail.outbox == []


def test_only_who_has_an_account_gets_mail() -> None:
    for url in (CODE, RESET):
        for email in WHO:
            Client().post(url, {"email": email})
    assert MailRequest.objects.count() == 8
    told = sorted(message.to[0] for message in answered())
    assert told == sorted([WHO[0], WHO[3]] * 2)
    assert not MailRequest.objects.exists()


def test_a_request_that_nobody_answered_in_time_is_dropped() -> None:
    late = timezone.now() - mail_requests.ANSWERED_WITHIN * 2
    mail_requests.ask(MailRequest.Kind.PASSWORD_RESET, email=WHO[0], at=late)
    answer_mail_requests()
    assert mail.outbox == []
    assert not MailRequest.objects.exists()


def test_one_that_fails_keeps_nobody_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    for email in (WHO[0], WHO[3]):
        mail_requests.ask(MailRequest.Kind.SIGN_IN_CODE, email=email, code="1234-5678", at=timezone.now())
    real = mail_requests.accounts_of

    def failing(email: str) -> list[User]:
        if email == WHO[0]:
            raise RuntimeError("on purpose")
        return real(email)

    with monkeypatch.context() as patched:
        patched.setattr(mail_requests, "accounts_of", failing)
        assert [message.to for message in answered()] == [[WHO[3]]]
    assert [message.to for message in answered()] == [[WHO[3]], [WHO[0]]]


@pytest.mark.django_db(transaction=True)
def test_two_workers_answer_once() -> None:
    mail_requests.ask(MailRequest.Kind.SIGN_IN_CODE, email=WHO[0], code="1234-5678", at=timezone.now())
    barrier, sent = threading.Barrier(2), []

    def work() -> None:
        barrier.wait()
        sent.append(mail_requests.answer_all(at=timezone.now()))
        connection.close()

    threads = [threading.Thread(target=work) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(sent) == [0, 1]


def test_a_code_that_somebody_guesses_for_an_unknown_address_lets_nobody_in(client: Client) -> None:
    client.post(CODE, {"email": WHO[1]})
    answer = client.post(CONFIRM, {"code": MailRequest.objects.get().code})
    assert "This code is not correct" in answer.content.decode()
    assert "_auth_user_id" not in client.session


def test_the_code_signs_in_whoever_holds_the_address_in_any_case(client: Client, dana: User) -> None:
    client.post(CODE, {"email": "Dana@Riverbend.example"})
    client.post(CONFIRM, {"code": code_of_last_mail()})
    assert client.session["_auth_user_id"] == str(dana.pk)
    assert client.get(reverse("accounts:profile")).status_code == 200
