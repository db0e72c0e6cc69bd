"""Pages of errors that a visitor meets are in their language, each with all of its words."""

from typing import Any
from unittest import mock

import pytest
from django.core.cache import cache
from django.db import OperationalError
from django.test import Client
from django.urls import reverse

from tests.languages.test_public_pages import language
from tests.languages.texts import Missing

SPANISH: Any = {"HTTP_ACCEPT_LANGUAGE": "es"}
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def unlimited() -> Any:
    cache.clear()
    yield
    cache.clear()


def test_too_many_attempts(client: Client, settings: Any) -> None:
    settings.ACCOUNT_RATE_LIMITS = {"login": "1/m/ip"}
    given = {"login": "nobody@example.org", "password": "not the right one"}
    client.post(reverse("account_login"), given, **SPANISH)
    with Missing() as missed:
        answer = client.post(reverse("account_login"), given, **SPANISH)
    assert (answer.status_code, language(answer), missed.texts) == (429, "es", set())
    assert "Demasiados intentos" in answer.content.decode()


@pytest.mark.parametrize(
    ("problem", "status"), [(RuntimeError("on purpose"), 500), (OperationalError("could not connect to server"), 503)]
)
def test_an_error_of_ours(client: Client, area: Any, problem: Exception, status: int) -> None:
    client.raise_request_exception = False
    page = reverse("partners:directory_area", args=[area.slug])
    with mock.patch("partners.views.directory.enter_public_area", side_effect=problem), Missing() as missed:
        answer = client.get(page, **SPANISH)
    assert (answer.status_code, language(answer), missed.texts) == (status, "es", set())


@pytest.mark.parametrize("status", [400, 403, 404])
def test_a_refusal(client: Client, settings: Any, status: int) -> None:
    settings.DATA_UPLOAD_MAX_NUMBER_FIELDS = 2
    given = {name: name for name in ("login", "password", "remember")}
    with Missing() as missed:
        if status == 404:
            answer = client.get("/nothing/", **SPANISH)
        elif status == 403:
            answer = Client(enforce_csrf_checks=True).post(reverse("account_login"), {}, **SPANISH)
        else:
            answer = client.post(reverse("account_login"), given, **SPANISH)
    assert (answer.status_code, language(answer), missed.texts) == (status, "es", set())
