"""The read API in HSDS 3.1: what it lists, filters, pages and refuses."""

import json
import time
from datetime import timedelta
from typing import Any
from unittest import mock

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils.timezone import now

from partners.hsds import listing
from partners.hsds.listing import Wanted
from partners.importing.hsds import ids, taxonomies
from partners.models import LocalArea, Service, ServiceLocation
from tests.factories import make_location, make_partnership, make_service
from tests.partners.hsds.network import fill
from tests.partners.hsds.standard import faults

ROOT = "/api/hsds/"
LISTS = {
    "services": "service",
    "organizations": "organization",
    "locations": "location",
    "service_at_locations": "service_at_location",
}


@pytest.fixture
def full(area: LocalArea) -> Service:
    return fill(area)


def get(client: Client, path: str, **asked: Any) -> Any:
    response = client.get(ROOT + path, asked)
    assert response.status_code == 200, response.content
    return response.json()


def names(client: Client, path: str = "services", **asked: Any) -> list[str]:
    return [one["name"] for one in get(client, path, **asked)["contents"]]


def test_the_start_says_what_it_is(client: Client, db: None) -> None:
    assert get(client, "")["version"] == "3.1"


@pytest.mark.parametrize("path", LISTS)
def test_each_list_has_valid_objects_that_have_addresses(client: Client, full: Service, path: str) -> None:
    page = get(client, path)
    assert page["contents"]
    for found in page["contents"]:
        assert faults(LISTS[path], found) == []
        assert faults(LISTS[path], get(client, f"{path}/{found['id']}")) == []


def test_full_services_are_those_of_their_own_addresses(client: Client, full: Service) -> None:
    for found in get(client, "services", full="true")["contents"]:
        assert found == get(client, f"services/{found['id']}")
    [first, *_rest] = get(client, "services", minimal="true")["contents"]
    assert set(first) == {"id", "last_modified"}


@pytest.mark.parametrize("path", LISTS)
def test_nothing_that_is_not_public_is_listed(client: Client, full: Service, path: str) -> None:
    said = json.dumps(get(client, path, full="true"))
    for words in ("ecret", "Old service", "Ended", "555-0199"):
        assert words not in said


def test_pages_have_the_form_of_the_standard(client: Client, full: Service) -> None:
    page = get(client, "services", page=2, per_page=2)
    contents = page.pop("contents")
    assert page == {
        "total_items": 3, "total_pages": 2, "page_number": 2, "size": 1, "first_page": False, "last_page": True,
        "empty": False,
    }  # fmt: skip
    assert [one["name"] for one in contents] == ["One place"]
    assert get(client, "services", page=9)["empty"]


@pytest.mark.parametrize("path", ["locations", "service_at_locations"])
def test_pages_of_two_tables_together_have_each_row_once(client: Client, full: Service, path: str) -> None:
    whole = [one["id"] for one in get(client, path)["contents"]]
    parts = [one["id"] for number in range(1, 7) for one in get(client, path, page=number, per_page=1)["contents"]]
    assert parts == whole
    assert len(set(whole)) == len(whole) == (3 if path == "locations" else 5)


def test_services_are_filtered(client: Client, full: Service, area: LocalArea) -> None:
    assert names(client, area=area.slug) == ["=GED classes", "Bare service", "One place"]
    assert names(client, area="nowhere") == []
    assert names(client, search="GED") == ["=GED classes"]
    key = ids.uuid_of(ids.ORGANIZATION, full.partnership.organization_id)
    assert names(client, organization_id=key) == ["=GED classes", "One place"]
    for taxonomy, code in (
        (taxonomies.KIND, "training"), (taxonomies.GROUPS, "english"), (taxonomies.MODES, "online"),
        (taxonomies.ACCOMMODATIONS, "asl"), (taxonomies.PROGRAMS, full.programs.all()[0].code),
    ):  # fmt: skip
        assert names(client, taxonomy_id=taxonomy.id) == ["=GED classes"], taxonomy
        assert names(client, taxonomy_term_id=taxonomy.term_id(code)) == ["=GED classes"], taxonomy
        assert names(client, taxonomy_term_id=taxonomy.term_id("x")) == []
    assert names(client, taxonomy_term_id=taxonomies.AREA.term_id(area.slug), search="place") == ["One place"]
    assert names(client, "organizations", search="MAL") == ["Millrace, “Adult” Learning; West"]
    assert names(client, "locations", search="wing", area=area.slug) == ["East; wing", "West wing"]


def test_services_changed_after_a_time_are_found(transactional_db: None, client: Client, full: Service) -> None:
    later = now() + timedelta(seconds=1)
    assert len(names(client, modified_after="2020-01-01")) == 3
    assert names(client, modified_after=later.isoformat()) == []
    [found] = [one for one in get(client, "services")["contents"] if one["name"] == "One place"]
    before = found["last_modified"]
    place = make_location(full.partnership.organization, name="New place")
    ServiceLocation.objects.create(service=Service.objects.get(name="One place"), location=place)
    [found] = get(client, "services", modified_after=before)["contents"][-1:]
    assert (found["name"], found["last_modified"] > before) == ("One place", True)


def test_changed_services_are_found_by_one_reading_of_the_history(db: None) -> None:
    """A condition of several lists of ids is a plan within the plan: at 150,000 services it took minutes."""
    plan = listing._services(Wanted(modified_after=now() - timedelta(days=9))).explain()
    assert plan.count("partners_serviceevent") == 1
    assert "SubPlan" not in plan


def test_an_unchanged_answer_is_not_sent_again(client: Client, full: Service) -> None:
    first = client.get(f"{ROOT}services")
    assert "public" in first["Cache-Control"]
    again = client.get(f"{ROOT}services", headers={"if-none-match": first["ETag"]})
    assert (again.status_code, again.content, again["ETag"]) == (304, b"", first["ETag"])
    assert "public" in again["Cache-Control"]
    Service.objects.filter(pk=full.pk).update(name="Other name")
    assert client.get(f"{ROOT}services", headers={"if-none-match": first["ETag"]}).status_code == 200
    assert "Last-Modified" in client.get(f"{ROOT}services/{ids.uuid_of(ids.SERVICE, full.pk)}")


def test_every_site_may_read_it(client: Client, full: Service) -> None:
    response = client.get(f"{ROOT}services", headers={"origin": "https://elsewhere.example"})
    assert response["Access-Control-Allow-Origin"] == "*"
    assert response["Cross-Origin-Resource-Policy"] == "cross-origin"
    assert not response.cookies
    asked = client.options(f"{ROOT}services", headers={"origin": "https://elsewhere.example"})
    assert (asked.status_code, "GET" in asked["Access-Control-Allow-Methods"]) == (204, True)


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("services?page=0", 400), ("services?page=x", 400), ("services?per_page=101", 400),
        ("services?page=1&page=2", 400), ("services?full=perhaps", 400), ("services?organization_id=7", 400),
        ("services?modified_after=soon", 400), ("services?page=99999999999999999999", 400),
        ("services/7", 404), ("services/00000000-0000-8000-8000-000000000001", 404), ("organizations/x", 404),
        ("locations/x", 404), ("service_at_locations/x", 404), ("nothing", 404),
    ],
)  # fmt: skip
def test_errors_are_json(client: Client, full: Service, path: str, status: int) -> None:
    response = client.get(ROOT + path)
    assert (response.status_code, response["Content-Type"]) == (status, "application/problem+json")
    assert response.json()["status"] == status
    assert response.json()["detail"]


def test_nothing_can_be_written(client: Client, full: Service) -> None:
    response = Client(enforce_csrf_checks=True).post(f"{ROOT}services", {"name": "x"})
    assert (response.status_code, response["Content-Type"]) == (405, "application/problem+json")


def test_too_many_requests_have_to_wait(client: Client, full: Service, settings: Any) -> None:
    cache.clear()
    settings.ACCOUNT_RATE_LIMITS = {"read_api": "2/10m/ip"}
    answers = [client.get(f"{ROOT}services") for _ in range(3)]
    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert 590 <= int(answers[-1]["Retry-After"]) <= 600
    assert f"Ask again in {answers[-1]['Retry-After']} seconds." in answers[-1].json()["detail"]
    cache.clear()


def test_who_has_asked_too_often_in_a_day_is_told_when_it_ends(client: Client, full: Service, settings: Any) -> None:
    """A day after the first of the requests that count, whatever the shorter limit allows by then."""
    cache.clear()
    settings.ACCOUNT_RATE_LIMITS = {"read_api": "2/10m/ip,3/d/ip"}
    began = time.time()
    with mock.patch("time.time") as clock:
        for minutes, status in ((0, 200), (1, 200), (2, 429), (11, 200), (30, 429), (24 * 60 - 1, 429), (24 * 60, 200)):
            clock.return_value = began + minutes * 60
            answer = client.get(f"{ROOT}services")
            assert answer.status_code == status, minutes
            if minutes in (2, 30, 24 * 60 - 1):
                ends = 10 if minutes == 2 else 24 * 60
                assert int(answer["Retry-After"]) == (ends - minutes) * 60, minutes
    cache.clear()


@pytest.mark.parametrize(("proxies", "second"), [(1, 200), (0, 429)])
def test_behind_a_proxy_each_client_has_a_limit_of_its_own(
    client: Client, full: Service, settings: Any, proxies: int, second: int
) -> None:
    """What a client claims stands before the address that the proxy saw, and counts for nothing."""
    cache.clear()
    settings.ACCOUNT_RATE_LIMITS = {"read_api": "1/10m/ip"}
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = proxies
    for told, status in (
        ("192.0.2.1", 200), ("192.0.2.2", second), ("192.0.2.9, 192.0.2.1", 429),
        ("2001:db8:1:2::1", second), ("2001:db8:1:2::ffff", 429),
    ):  # fmt: skip
        answer = client.get(f"{ROOT}services", headers={"x-forwarded-for": told}, REMOTE_ADDR="127.0.0.1")
        assert answer.status_code == status, told
    cache.clear()


def test_answers_vary_with_nothing_but_their_encoding(client: Client, cast: Any, full: Service) -> None:
    key = ids.uuid_of(ids.SERVICE, full.pk)
    client.force_login(cast["staff"])
    for asking in (Client(), client):
        for path in ("", "openapi.json", *LISTS, f"services/{key}", "services/x", "services?page=0", "nothing"):
            answer = asking.get(ROOT + path, headers={"accept-encoding": "gzip", "accept-language": "es"})
            assert answer.get("Vary", "Accept-Encoding") == "Accept-Encoding", (path, answer["Vary"])
            assert "Content-Language" not in answer


@pytest.mark.parametrize("path", [*LISTS, "services?full=true", "services?search=class"])
def test_a_list_costs_the_same_queries_for_few_and_for_many(
    client: Client, full: Service, area: LocalArea, path: str
) -> None:
    def count() -> int:
        client.get(ROOT + path)  # the first search after a change reads what is new
        with CaptureQueriesContext(connection) as seen:
            assert client.get(ROOT + path).status_code == 200
        return len(seen)

    few = count()
    for _ in range(8):
        partnership = make_partnership(area)
        service = make_service(partnership, name="Another class", languages=["Spanish"])
        place = make_location(partnership.organization, partnership=partnership)
        ServiceLocation.objects.create(service=service, location=place)
    assert count() == few <= 10
