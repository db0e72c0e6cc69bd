"""What outsiders send to the read API: odd numbers, ids of private things, odd headers and very long texts."""

from typing import Any

import pytest
from django.test import Client
from django.utils.timezone import now

from partners.importing.hsds import ids
from partners.models import Center, LocalArea, Location, Service, ServiceCenter, ServiceLocation
from tests.partners.hsds.network import fill

ROOT = "/api/hsds/"
LISTS = ("services", "organizations", "locations", "service_at_locations")
JSON, PROBLEM = "application/json", "application/problem+json"


@pytest.fixture
def full(area: LocalArea) -> Service:
    return fill(area)


@pytest.mark.parametrize("path", LISTS)
@pytest.mark.parametrize("number", ["0", "-1", "abc", "1.5", "1e3", "٣", "", "1\0", "9" * 400, "+1 ", "0x10", "null"])
def test_odd_numbers_are_refused(client: Client, full: Service, path: str, number: str) -> None:
    for name in ("page", "per_page"):
        response = client.get(ROOT + path, {name: number})
        if response.status_code == 200:  # another way to write a number
            assert response.json()["page_number"] >= 1
        else:
            assert (response.status_code, response["Content-Type"]) == (400, PROBLEM)


@pytest.mark.parametrize("path", LISTS)
def test_a_page_beyond_the_end_is_empty(client: Client, full: Service, path: str) -> None:
    page = client.get(ROOT + path, {"page": 1_000_000, "per_page": 100}).json()
    assert (page["contents"], page["empty"], page["last_page"], page["page_number"]) == ([], True, True, 1_000_000)


@pytest.mark.parametrize("name", ["area", "search", "organization_id", "taxonomy_id", "taxonomy_term_id", "x",
                                  "modified_after", "full"])  # fmt: skip
@pytest.mark.parametrize("text", ["\0", "a\0b", "x" * 10_000, "é" * 3_000, "%", "_", "\\", "'; --", "\ud7ff", "&<>"])
def test_odd_texts_are_no_error(client: Client, full: Service, name: str, text: str) -> None:
    for path in LISTS:
        response = client.get(ROOT + path, {name: text})
        assert response.status_code in (200, 400, 414), (path, response.content)
        assert response["Content-Type"] in (JSON, PROBLEM)


def test_bytes_that_are_no_text_are_no_error(client: Client, full: Service) -> None:
    for query in ("search=%ff%fe", "area=%c3%28", "search=%ed%a0%80", "page=%ff", "%00=%00", "search=" + "%00" * 50):
        for path in LISTS:
            assert client.get(f"{ROOT}{path}?{query}").status_code in (200, 400), query


@pytest.mark.parametrize("key", ["%00", "x" * 5_000, "%ff", "..%2f..", "{}", "urn:uuid:", "00000000000000000000000000"])
def test_odd_ids_are_not_found(client: Client, full: Service, key: str) -> None:
    for path in LISTS:
        assert client.get(f"{ROOT}{path}/{key}").status_code in (400, 404, 414)


def test_ids_of_things_that_are_not_public_are_not_found(client: Client, full: Service, area: LocalArea) -> None:
    hidden = Service.objects.exclude(pk__in=Service.objects.in_directory().values("pk"))
    assert len(hidden) == 3
    place = full.locations.all()[0]
    for service in hidden:
        assert client.get(f"{ROOT}services/{ids.uuid_of(ids.SERVICE, service.pk)}").status_code == 404
        link = ServiceLocation.objects.create(service=service, location=place)
        assert client.get(f"{ROOT}service_at_locations/{ids.uuid_of(ids.AT_LOCATION, link.pk)}").status_code == 404
        center = ServiceCenter.objects.create(service=service, center=Center.objects.all()[0])
        assert client.get(f"{ROOT}service_at_locations/{ids.uuid_of(ids.AT_CENTER, center.pk)}").status_code == 404
    ended = Service.objects.get(name="Ended service").partnership.organization_id
    assert client.get(f"{ROOT}organizations/{ids.uuid_of(ids.ORGANIZATION, ended)}").status_code == 404


def test_what_is_archived_disappears_with_all_that_hangs_on_it(client: Client, full: Service, area: LocalArea) -> None:
    place = full.locations.all()[0]
    link = ServiceLocation.objects.filter(location=place)[0]
    seen = [
        f"locations/{ids.uuid_of(ids.LOCATION, place.pk)}",
        f"service_at_locations/{ids.uuid_of(ids.AT_LOCATION, link.pk)}",
    ]
    assert [client.get(ROOT + path).status_code for path in seen] == [200, 200]
    Location.objects.filter(pk=place.pk).update(archived_at=now())
    assert [client.get(ROOT + path).status_code for path in seen] == [404, 404]
    LocalArea.objects.filter(pk=area.pk).update(archived_at=now())
    for path in LISTS:
        assert client.get(ROOT + path).json()["contents"] == [], path


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete", "trace"])
def test_other_methods_are_refused(client: Client, full: Service, method: str) -> None:
    response = getattr(client, method)(f"{ROOT}services")
    assert (response.status_code, response["Allow"]) == (405, "GET, HEAD, OPTIONS")


def test_head_says_what_get_would(client: Client, full: Service) -> None:
    for path in ("", "openapi.json", *LISTS):
        told, sent = client.head(ROOT + path), client.get(ROOT + path)
        assert (told.status_code, told.content, told["ETag"]) == (200, b"", sent["ETag"])
        assert not sent.cookies


def test_marks_are_compared_weakly_and_in_lists(client: Client, full: Service) -> None:
    mark = client.get(f"{ROOT}services")["ETag"]
    for given, status in (
        (f'"other", {mark}', 304), (f"W/{mark}", 304), ("*", 304), ('"other"', 200), ("nonsense", 200), ("", 200),
        ("," * 5_000, 200), ('W/"x", ' * 500 + mark, 304),
    ):  # fmt: skip
        response = client.get(f"{ROOT}services", headers={"if-none-match": given})
        assert response.status_code == status, given[:40]
        assert response["Access-Control-Allow-Origin"] == "*"


@pytest.mark.parametrize("accept", ["text/html", "application/xml", "*/*;q=0", "", "x" * 3_000])
def test_it_is_json_whatever_is_asked_for(client: Client, full: Service, accept: str) -> None:
    response = client.get(f"{ROOT}services", headers={"accept": accept, "accept-language": "es"})
    assert (response.status_code, response["Content-Type"]) == (200, JSON)
    assert response.content == client.get(f"{ROOT}services").content


def test_an_account_sees_nothing_more(client: Client, cast: Any, full: Service) -> None:
    before = client.get(f"{ROOT}services?full=true").json()
    client.force_login(cast["staff"])
    assert client.get(f"{ROOT}services?full=true").json() == before
