"""Caching: nothing that needs an account may be cached, and signing out clears the browser's cache."""

import pytest
from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponse
from django.test import Client
from django.urls import path, reverse
from pytest_django import Settings

from onestop import urls
from tests.caching import assert_kept_from_caches


@login_not_required
def fail(request: object) -> HttpResponse:
    raise RuntimeError("on purpose")


urlpatterns = [path("fail/", fail), *urls.urlpatterns]
handler500 = urls.handler500

FILES = {
    "a table": ("partners:partnership_list", {"export": "csv"}),
    "a workbook": ("partners:service_list", {"export": "xlsx"}),
    "a drawing": ("partners:presence_print", {}),
}


@pytest.mark.parametrize("file", FILES)
def test_files_are_not_cached(as_, area, partner, file: str) -> None:
    name, query = FILES[file]
    answer = as_("staff").get(reverse(name, args=[area.slug]), query)
    assert answer.status_code == 200
    assert answer["Cache-Control"] == "private, no-store"


@pytest.mark.parametrize("headers", [{}, {"HX-Request": "true"}])
def test_pages_parts_redirects_and_refusals_are_not_cached(as_, area, partner, headers: dict[str, str]) -> None:
    client = as_("manager")
    for address in ("/", f"/areas/{area.slug}/partners/", "/account/", "/nothing/here/", "/admin/"):
        answer = client.get(address, headers=headers)
        assert_kept_from_caches(answer, is_signed_in=True)
        assert {"Cookie", "HX-Request"} <= set(answer["Vary"].split(", "))
    refused = client.post(reverse("partners:partnership_archive", args=[partner.pk]), headers=headers)
    assert refused.status_code == 403
    assert_kept_from_caches(refused, is_signed_in=True)


@pytest.mark.urls(__name__)
def test_the_page_of_a_server_error_is_not_cached(as_) -> None:
    client = as_("manager")
    client.raise_request_exception = False
    answer = client.get("/fail/")
    assert answer.status_code == 500
    assert answer["Cache-Control"] == "private, no-store"


def test_the_redirect_to_sign_in_is_not_cached(client: Client, db: None) -> None:
    assert_kept_from_caches(client.get("/account/profile/"), is_signed_in=False)
    assert_kept_from_caches(client.get("/account/login/"), is_signed_in=False)


def test_a_public_page_that_deletes_a_cookie_is_not_cached(client: Client, area) -> None:
    page = reverse("partners:directory_area", args=[area.slug])
    assert client.get(page)["Cache-Control"] == "public, max-age=60"
    client.cookies["sessionid"] = "one-that-has-expired"
    answer = client.get(page)
    assert answer.cookies["sessionid"].value == ""
    assert answer["Cache-Control"] == "private, no-store"


def test_health_and_static_files_keep_their_own_headers(client: Client, settings: Settings) -> None:
    assert client.get("/health/live")["Cache-Control"] == "max-age=0, no-cache, no-store, must-revalidate, private"
    order = settings.MIDDLEWARE.index
    assert order("whitenoise.middleware.WhiteNoiseMiddleware") < order("onestop.ops.requests.kept_from_caches")


def test_signing_out_clears_the_browsers_cache(as_) -> None:
    client = as_("manager")
    assert "Clear-Site-Data" not in client.get("/account/logout/")
    assert client.post("/account/logout/")["Clear-Site-Data"] == '"cache"'
