"""One-Stop centers: list, detail, add, edit, archive, restore."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from partners.models import Center, LocalArea
from tests import factories
from tests.partners.upkeep.test_services import count_queries, filled


@pytest.fixture
def center(area: LocalArea) -> Center:
    return factories.make_center(area, name="Center Street", city="Riverbend", accessibility=["ramp"])


def page(name: str, *args: object) -> str:
    return reverse(f"partners:center_{name}", args=args)


def test_the_list_shows_services_and_unrecorded_reviews(as_, area, center, partner):
    factories.make_service(partner).centers.add(center)
    answer = as_("board").get(page("list", area.slug)).content.decode()
    assert "Center Street" in answer
    assert f"center={center.pk}" in answer
    assert "Not recorded" in answer


@pytest.mark.parametrize(
    ("query", "found"),
    [("q=river", True), ("q=nowhere", False), ("accessibility=ramp", True), ("accessibility=loop", False),
     ("kind=affiliate", False), ("archived=yes", False)],
)  # fmt: skip
def test_the_list_filters(as_, area, center, query, found):
    answer = as_("staff").get(page("list", area.slug) + f"?{query}").content.decode()
    assert ("Center Street</a>" in answer) is found


def test_the_list_needs_the_same_queries_for_one_center_and_for_many(as_, area, center, partner):
    client, address = as_("staff"), page("list", area.slug)
    client.get(address)
    before = count_queries(client, address)
    for _ in range(10):
        factories.make_service(partner).centers.add(factories.make_center(area))
    assert count_queries(client, address) == before


def test_the_page_shows_services_and_accessibility(as_, center, partner):
    factories.make_service(partner, name="GED classes").centers.add(center)
    answer = as_("board").get(page("detail", center.pk)).content.decode()
    assert "GED classes" in answer
    assert "Ramp" in answer


def test_the_list_exports(as_, area, center):
    answer = as_("board").get(page("list", area.slug) + "?export=csv")
    assert b"Center Street,Comprehensive" in b"".join(answer.streaming_content)


@pytest.mark.parametrize(
    ("days_ago", "words"), [(10, "Certified"), (3 * 365 - 60, "Due "), (3 * 365 + 60, "Overdue since ")]
)
def test_a_certification_expires_after_three_years(as_, area, center, days_ago, words):
    Center.objects.update(certified_on=timezone.localdate() - timedelta(days=days_ago))
    assert words in as_("board").get(page("list", area.slug)).content.decode()


@pytest.mark.parametrize(
    ("who", "status"), [("stranger", 404), ("nobody", 404), ("board", 403), ("manager", 403), ("state", 403)]
)
def test_only_staff_edit_centers(as_, area, center, who, status):
    before = list(Center.objects.values())
    assert as_(who).post(page("add", area.slug), {"name": "Mine", "kind": "affiliate"}).status_code == status
    for act in ("edit", "archive", "restore"):
        assert as_(who).post(page(act, center.pk), {"name": "Mine", "kind": "affiliate"}).status_code == status
    assert list(Center.objects.values()) == before


def test_staff_add_a_center(as_, area):
    client = as_("staff")
    data = filled(client, page("add", area.slug), name="Millpond", kind="affiliate", state_code="oh")
    answer = client.post(page("add", area.slug), data)
    center = Center.objects.get()
    assert answer.url == page("detail", center.pk)
    assert (center.area, center.name, center.state_code) == (area, "Millpond", "OH")


def test_the_name_of_a_center_is_unique_in_its_area(as_, area, center):
    client = as_("staff")
    data = filled(client, page("add", area.slug), name="CENTER street", kind="affiliate", street="Kept Street")
    answer = client.post(page("add", area.slug), data).content.decode()
    assert "Riverbend already has a center named “Center Street”. Use another name" in answer
    assert "Kept Street" in answer
    Center.objects.update(archived_at=timezone.now())
    archived = "Riverbend has an archived center named “Center Street”."
    assert archived in client.post(page("add", area.slug), data).content.decode()


def test_staff_edit_a_center_and_see_its_history(as_, center):
    client = as_("staff")
    client.post(page("edit", center.pk), filled(client, page("edit", center.pk), hours="8 to 5"))
    center.refresh_from_db()
    assert center.hours == "8 to 5"
    history = client.get(page("history", center.pk)).content.decode()
    assert "Dana Whitcomb" in history
    assert "8 to 5" in history


def test_invalid_input_is_kept(as_, center):
    client = as_("staff")
    data = filled(client, page("edit", center.pk), postal_code="123", street="Kept Street")
    answer = client.post(page("edit", center.pk), data).content.decode()
    assert "A ZIP code has five digits" in answer
    assert "Kept Street" in answer


def test_a_concurrent_change_is_merged_into_the_form(as_, center):
    mine = filled(as_("staff"), page("edit", center.pk), hours="8 to 5")
    Center.objects.filter(pk=center.pk).update(phone="555-0100")
    answer = as_("staff").post(page("edit", center.pk), mine)
    assert answer.status_code == 200
    assert answer.context["form"]["phone"].value() == "555-0100"


def test_archiving_asks_for_confirmation_and_can_be_undone(as_, area, center, partner):
    factories.make_service(partner).centers.add(center)
    client = as_("staff")
    assert "1 service is offered there." in client.get(page("archive", center.pk)).content.decode()
    assert Center.objects.current().count() == 1
    answer = client.post(page("archive", center.pk), follow=True)
    assert page("restore", center.pk) in answer.content.decode()
    assert as_("board").get(page("detail", center.pk)).status_code == 404
    as_("staff").post(page("restore", center.pk))
    assert Center.objects.current().count() == 1
