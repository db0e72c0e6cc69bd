"""Limits of requests."""

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

LIMITED = (OurWords, UserCreationForm)  # forms of packages, whose fields get limits when they are created
FORM = "application/x-www-form-urlencoded"


@pytest.fixture
def raw(as_: Callable[[str], Client]) -> Callable[..., Any]:
    """Return a function that sends a raw form; errors become pages."""

    def send(who: str, address: str, body: bytes, kind: str = FORM) -> Any:
        client = as_(who)
        client.raise_request_exception = False
        return client.generic("POST", address, body, kind)

    return send


def test_only_pages_with_files_accept_more_than_a_form():
    views = every_view(get_resolver().url_patterns)
    assert {name for name, view in views if getattr(view, "takes_files", False)} == {
        "agreements:actual_bill",
        "agreements:agreement_record",
        "agreements:count_request_detail",
        "agreements:counts_of_base",
        "agreements:counts_of_payer",
        "agreements:budget_import",
        "agreements:contribution_add",
        "agreements:contribution_edit",
        "agreements:evidence_add",
        "agreements:evidence_edit",
        "agreements:report_send",
        "agreements:scan",
        "agreements:statement_dispute",
        "agreements:verify",
        "meetings:board_page_edit",
        "meetings:goal_by_link",
        "meetings:goal_report",
        "meetings:goal_report_correct",
        "meetings:material_add",
        "meetings:paper_add",
        "meetings:paper_edit",
        "partners:board_term_add",
        "partners:board_term_edit",
        "partners:import_add",
        "partners:tenure_add",
        "partners:tenure_edit",
    }


def test_a_form_over_the_limit_is_refused_unread_with_a_message(raw, cast):
    answer = raw("staff", reverse("accounts:profile"), b"name=" + b"a" * settings.DATA_UPLOAD_MAX_MEMORY_SIZE)
    assert answer.status_code == 413
    assert "larger than this page accepts" in answer.content.decode()


def test_a_file_for_a_view_without_files_is_refused_unread(raw):
    part = b'--x\r\nContent-Disposition: form-data; name="f"; filename="f"\r\n\r\n' + b"a" * 1_100_000 + b"\r\n--x--"
    assert raw("staff", reverse("account_login"), part, "multipart/form-data; boundary=x").status_code == 413


def test_too_many_answers_are_refused_with_a_message(raw, area):
    many = b"&".join(b"pick=1" for _ in range(settings.DATA_UPLOAD_MAX_NUMBER_FIELDS + 1))
    answer = raw("staff", reverse("partners:service_verify_picked", args=[area.slug]), many)
    assert answer.status_code == 400
    assert "too many answers at once" in answer.content.decode()


@pytest.mark.parametrize("body", [b"name=a%00b", b"na%00me=ab", b"name=ab&pick=%00"])
def test_nul_is_removed_from_a_form(raw, body):
    answer = raw("staff", reverse("accounts:profile"), body)
    assert answer.status_code == 200
    assert 'value="ab"' in answer.content.decode()


@pytest.mark.parametrize("address", ["/join/%00/", "/confirm/1-%00/", "/states/%00/"])
def test_a_path_with_a_nul_is_refused_with_a_message(client, address):
    answer = client.get(address)
    assert answer.status_code == 400
    assert "cannot be stored (NUL)" in answer.content.decode()


@pytest.mark.django_db
@pytest.mark.parametrize("address", ["/directory/?q=%00", "/directory/?language=%00&%00"])
def test_nul_is_removed_from_a_query(client, address):
    assert client.get(address).status_code == 200


def test_a_cookie_with_a_nul_is_refused(client):
    assert client.get("/", headers={"cookie": 'sessionid="\\000aaaaaaaaaaaaaaaa"'}).status_code == 400


def test_an_invalid_character_is_stored_as_a_replacement_character(raw, cast):
    told = b"name=Dana%ED%A0%80&phone=&job_title=&theme=system&language=en"
    assert raw("staff", reverse("accounts:profile"), told).status_code == 302
    cast["staff"].refresh_from_db()
    assert cast["staff"].name.startswith("Dana\ufffd")


@pytest.mark.parametrize(
    "credential",
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
def test_an_invalid_credential_breaks_no_page(raw, client, name, credential):
    body = urlencode({"credential": credential}).encode()
    assert raw("staff", reverse(name), body).status_code < 500
    client.logout()
    assert client.generic("POST", reverse(name), body, FORM).status_code < 500


@pytest.mark.parametrize("name", ["account_login", "account_reset_password", "account_reset_password_done"])
@pytest.mark.parametrize("where", ["http://[::1", "http://[", "//[", "https://a]b/"])
def test_an_invalid_next_url_is_ignored(raw, client, name, where):
    assert client.get(reverse(name), {"next": where}).status_code == 200
    assert raw("staff", f"{reverse(name)}?{urlencode({'next': where})}", b"").status_code < 500


def test_an_invalid_current_url_of_htmx_is_ignored(client, area):
    headers = {"HX-Request": "true", "HX-Current-URL": "http://[?q=a&exact=%ff#x"}
    assert client.get(reverse("partners:directory_area", args=[area.slug]), headers=headers).status_code == 200


# ---------------------------------------------------------------- Lengths
def forms_of(kind: type[BaseForm]) -> Iterator[type[BaseForm]]:
    for form in kind.__subclasses__():
        if form.__module__.startswith(("onestop", "partners")):
            yield form
        yield from forms_of(form)


def test_every_declared_text_field_has_a_maximum_length():
    """Fields that a form creates itself are covered by the fuzz tests, which send data to every form."""
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


def test_text_over_the_limit_stays_in_the_form_with_its_error(as_, area):
    data = {
        "title": "One intake form",
        "situation": "case" + " " * 40_000 + "1",
        "did": "x",
        "result": "y",
        "vouched": "on",
    }
    answer = as_("staff").post(reverse("partners:practice_add", args=[area.slug]), data)
    page = answer.content.decode()
    assert answer.status_code == 200
    assert f"the limit is {LONGEST_TEXT}" in page.replace(",", "")
    assert "One intake form" in page
    assert " " * 40_000 in page


def test_a_note_over_the_limit_is_not_searched_for_personal_data(as_, area, partner):
    practice = factories.make_practice(area, title="One intake form")
    note = {"partnership": partner.pk, "since": "2026-09-01", "note": "case 123456" + " " * 40_000}
    padded = as_("staff").post(reverse("partners:practice_adopt", args=[practice.pk]), note)
    assert "identifies a customer" in padded.content.decode()
    note["note"] += "!"
    answer = as_("staff").post(reverse("partners:practice_adopt", args=[practice.pk]), note)
    assert answer.status_code == 200
    assert "the limit is 2000" in answer.content.decode().replace(",", "")
    assert "identifies a customer" not in answer.content.decode()
