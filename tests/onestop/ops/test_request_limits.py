"""How much a request may bring, and of what."""

from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urlencode

import pytest
from django.conf import settings
from django.forms import BaseForm, CharField
from django.test import Client
from django.urls import get_resolver, reverse

from onestop.accounts.admin import UserCreationForm
from onestop.accounts.forms.sign_in import OurWords
from onestop.editing.text_lengths import LONGEST_TEXT
from tests import factories
from tests.fuzzing.patterns import modules
from tests.test_house import every_view

LIMITED = (OurWords, UserCreationForm)  # others' forms, whose fields are given limits as they are made
FORM = "application/x-www-form-urlencoded"


@pytest.fixture
def raw(as_: Callable[[str], Client]) -> Callable[..., Any]:
    """Send a form as it is; failures are pages, as outside."""

    def send(who: str, address: str, body: bytes, kind: str = FORM) -> Any:
        client = as_(who)
        client.raise_request_exception = False
        return client.generic("POST", address, body, kind)

    return send


def test_only_imports_are_sent_more_than_a_form():
    views = every_view(get_resolver().url_patterns)
    assert {name for name, view in views if getattr(view, "takes_files", False)} == {"partners:import_add"}


def test_a_form_over_the_limit_is_refused_unread_with_words(raw, cast):
    answer = raw("staff", reverse("accounts:profile"), b"name=" + b"a" * settings.DATA_UPLOAD_MAX_MEMORY_SIZE)
    assert answer.status_code == 413
    assert "larger than this page accepts" in answer.content.decode()


def test_a_file_sent_where_none_is_asked_for_is_refused_unread(raw):
    part = b'--x\r\nContent-Disposition: form-data; name="f"; filename="f"\r\n\r\n' + b"a" * 1_100_000 + b"\r\n--x--"
    assert raw("staff", reverse("account_login"), part, "multipart/form-data; boundary=x").status_code == 413


def test_too_many_answers_are_refused_with_words(raw, area):
    many = b"&".join(b"pick=1" for _ in range(settings.DATA_UPLOAD_MAX_NUMBER_FIELDS + 1))
    answer = raw("staff", reverse("partners:service_verify_picked", args=[area.slug]), many)
    assert answer.status_code == 400
    assert "too many answers at once" in answer.content.decode()


@pytest.mark.parametrize("body", [b"name=a%00b", b"na%00me=ab", b"name=ab&pick=%00"])
def test_a_form_loses_a_nul(raw, body):
    answer = raw("staff", reverse("accounts:profile"), body)
    assert answer.status_code == 200
    assert 'value="ab"' in answer.content.decode()


@pytest.mark.parametrize("address", ["/join/%00/", "/confirm/1-%00/", "/states/%00/"])
def test_an_address_with_a_nul_is_refused_with_words(client, address):
    answer = client.get(address)
    assert answer.status_code == 400
    assert "cannot be stored (NUL)" in answer.content.decode()


@pytest.mark.django_db
@pytest.mark.parametrize("address", ["/directory/?q=%00", "/directory/?language=%00&%00"])
def test_a_question_with_a_nul_is_asked_without_it(client, address):
    assert client.get(address).status_code == 200


def test_a_cookie_with_a_nul_is_refused(client):
    assert client.get("/", headers={"cookie": 'sessionid="\\000aaaaaaaaaaaaaaaa"'}).status_code == 400


def test_half_a_character_is_read_as_a_sign_for_it_and_kept(raw, cast):
    assert (
        raw("staff", reverse("accounts:profile"), b"name=Dana%ED%A0%80&phone=&job_title=&theme=system").status_code
        == 302
    )
    cast["staff"].refresh_from_db()
    assert cast["staff"].name.startswith("Dana\ufffd")


@pytest.mark.parametrize(
    "said",
    [
        '{"rawId": 1}',
        '{"id": "a", "rawId": "YQ", "response": {}, "type": "public-key"}',
        "[1]",
        "null",
        '{"id": "\\ud800"}',
        "9" * 5000,
        "[" * 19_000,
        '{"id": "' + "a" * 30_000 + '"}',
    ],
)
@pytest.mark.parametrize(
    "name", ["mfa_login_webauthn", "mfa_authenticate", "mfa_reauthenticate_webauthn", "mfa_add_webauthn"]
)
def test_what_no_passkey_says_fails_no_page(raw, client, name, said):
    body = urlencode({"credential": said}).encode()
    assert raw("staff", reverse(name), body).status_code < 500
    client.logout()
    assert client.generic("POST", reverse(name), body, FORM).status_code < 500


@pytest.mark.parametrize("name", ["account_login", "account_reset_password", "account_reset_password_done"])
@pytest.mark.parametrize("where", ["http://[::1", "http://[", "//[", "https://a]b/"])
def test_an_address_to_go_on_to_that_cannot_be_read_is_passed_over(raw, client, name, where):
    assert client.get(reverse(name), {"next": where}).status_code == 200
    assert raw("staff", f"{reverse(name)}?{urlencode({'next': where})}", b"").status_code < 500


def test_htmx_may_say_that_it_is_anywhere(client, area):
    headers = {"HX-Request": "true", "HX-Current-URL": "http://[?q=a&exact=%ff#x"}
    assert client.get(reverse("partners:directory_area", args=[area.slug]), headers=headers).status_code == 200


# ---------------------------------------------------------------- Lengths, before anything else
def forms_of(kind: type[BaseForm]) -> Iterator[type[BaseForm]]:
    for form in kind.__subclasses__():
        if form.__module__.startswith(("onestop", "partners")):
            yield form
        yield from forms_of(form)


def test_no_declared_field_takes_a_text_without_end():
    """Fields that a form makes for itself are looked at by the fuzz, which sends something to every form."""
    assert list(modules())
    ours = set(forms_of(BaseForm))
    assert len(ours) > 50
    open_ended = {
        (form.__name__, name)
        for form in ours
        for name, field in form.base_fields.items()  # type: ignore[attr-defined]
        if isinstance(field, CharField) and field.max_length is None and not issubclass(form, LIMITED)
    }
    assert open_ended == set()


def test_what_is_too_long_stays_beside_its_message(as_, area):
    told = {
        "title": "One intake form",
        "situation": "case" + " " * 40_000 + "1",
        "did": "x",
        "result": "y",
        "vouched": "on",
    }
    answer = as_("staff").post(reverse("partners:practice_add", args=[area.slug]), told)
    page = answer.content.decode()
    assert answer.status_code == 200
    assert f"at most {LONGEST_TEXT}" in page.replace(",", "")
    assert "One intake form" in page
    assert " " * 40_000 in page


def test_a_long_note_on_a_practice_is_refused_before_it_is_looked_through(as_, area, partner):
    practice = factories.make_practice(area, title="One intake form")
    note = {"partnership": partner.pk, "since": "2026-09-01", "note": "case 123456" + " " * 40_000}
    padded = as_("staff").post(reverse("partners:practice_adopt", args=[practice.pk]), note)
    assert "identifies a customer" in padded.content.decode()
    note["note"] += "!"
    answer = as_("staff").post(reverse("partners:practice_adopt", args=[practice.pk]), note)
    assert answer.status_code == 200
    assert "at most 2000 characters" in answer.content.decode().replace(",", "")
    assert "identifies a customer" not in answer.content.decode()
